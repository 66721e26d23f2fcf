"""A volume flushes many small values by one syncfs(2). When that fails, none of them counts as stored there:
the volume turns read-only, what was acknowledged is there after its restart, and nothing stays staged."""

import os
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../fault"))

# pylint: disable=wrong-import-position
from fail_calls import LIBRARY, FailCalls
from support import audit, client
from support.case import Case, main
from support.cluster import Cluster
from support.connection import Connection
from support.processes import wait_until

PUTS = 24  # at once
SIZES = (1000, 100_000)  # received as a whole, and piece by piece
GROUP_MIN = 2  # of what syncfs is called for
ROUNDS_MAX = 50
PATIENCE_SECONDS = 40.0


def flushes_as_a_whole(path):
    told = subprocess.run(["stat", "-f", "-c", "%T", path], capture_output=True, text=True, check=True)
    return told.stdout.strip() in ("ext2/ext3", "xfs")


class Upload:
    """A PUT that is sent, and answered later."""

    def __init__(self, cluster, key, body):
        self.key = key
        self.body = body
        told = cluster.request("PUT", client.path_of(key) + "?location")
        if told.status != 200:
            raise AssertionError(f"?location: {told}")
        host, port, self.target = client.split(told.json()["url"])
        self.connection = Connection(host, port, PATIENCE_SECONDS)

    def send(self):
        self.connection.send_head("PUT", self.target, {"Content-Length": len(self.body)})
        self.connection.send(self.body)

    def answer(self):
        with self.connection as connection:
            status, headers = connection.read_head()
            body = b"".join(connection.read_body("PUT", status, headers))
        return client.Response(status, headers, body)


class GroupFlush(Case):
    def setUp(self):
        if not os.path.exists(LIBRARY):
            self.skipTest(f"there is no {LIBRARY}; a build for tests has it")
        if not flushes_as_a_whole(os.environ.get("SMOL_TMP") or tempfile.gettempdir()):
            self.skipTest("neither ext4 nor XFS: groups are flushed file by file")
        self.acknowledged = {}  # key bytes -> value
        self.refused = {}

    def begin(self, volumes):
        """A cluster, not started, of which the first volume can be made to fail."""
        self.cluster = Cluster(volumes, start=False)
        self.victim = self.cluster.volumes[0]
        self.page = FailCalls(os.path.join(self.cluster.directory, "victim.page"))
        self.victim.environment.update(self.page.environment())
        return self.cluster

    def put_many(self, number, sizes=SIZES):
        """All of them have arrived when the victim goes on, so that it has many to flush at once."""
        uploads = []
        for one in range(PUTS):
            body = b"%08d" % (PUTS * number + one) * (sizes[one % len(sizes)] // 8)
            uploads.append(Upload(self.cluster, f"round{number}/{one}", body))
        self.victim.process.send_signal(signal.SIGSTOP)
        wait_until(self.victim.is_stopped, "the volume is stopped")
        for upload in uploads:
            upload.send()
        self.victim.resume()
        answers = [(upload, upload.answer()) for upload in uploads]
        for upload, answer in answers:
            kept = self.acknowledged if answer.status == 201 else self.refused
            kept[upload.key.encode()] = upload.body
        return [answer for _, answer in answers]

    def fail_a_group(self):
        """The answers of the round in which it did, and by how many fsync(2) the victim flushed in all."""
        before = self.page.made()
        self.page.arm("syncfs", 1, "EIO")
        for number in range(ROUNDS_MAX):
            answers = self.put_many(number)
            if self.page.has_fired():
                self.page.disarm()
                return answers, self.page.made()["fsync"] - before["fsync"]
            self.assertEqual({answer.status for answer in answers}, {201}, answers)
        raise AssertionError(f"no group was flushed as a whole: {self.page.made()}")

    def check_read_only(self):
        ask = lambda: client.request(self.victim.port, "GET", "/-/health", timeout=5.0).status == 503
        wait_until(ask, "the volume is read-only after a failed flush", 5.0)

    def check_after_restart(self):
        self.cluster.restart(self.victim)
        audit.check(self.cluster, expected=self.acknowledged, seconds=PATIENCE_SECONDS)
        for key, body in self.acknowledged.items():
            self.assertTrue(self.cluster.get(key).body == body, key)
        for key, body in self.refused.items():
            self.assertStatus(self.cluster.get(key), 404)
            self.cluster.put(key, body, expect=201)
        self.acknowledged.update(self.refused)
        audit.check(self.cluster, expected=self.acknowledged, seconds=PATIENCE_SECONDS)

    def test_none_of_the_group_is_acknowledged(self):
        with self.begin(volumes=1) as cluster:
            cluster.start()
            answers, flushed = self.fail_a_group()
            refusals = [answer for answer in answers if answer.status != 201]
            self.assertGreaterEqual(len(refusals), GROUP_MIN)
            for answer in refusals:
                self.assertRefused(answer, 503, "volume_read_only")
            # No group was flushed as a whole, so each that was acknowledged had its own fsync.
            self.assertLessEqual(len(self.acknowledged), flushed)
            self.check_read_only()
            for key, body in self.acknowledged.items():
                self.assertTrue(cluster.get(key).body == body, key)
            for key in self.refused:
                self.assertStatus(cluster.get(key), 404)
            self.check_after_restart()

    def test_none_of_the_group_counts_as_a_replica(self):
        with self.begin(volumes=3) as cluster:
            cluster.start()
            _, flushed = self.fail_a_group()
            self.check_read_only()
            name = cluster.volume_name(self.victim)
            held = [key for key, record in audit.records(cluster).items() if name in record.volumes]
            self.assertLessEqual(len(held), flushed)
            self.assertLess(len(held), len(self.acknowledged) + len(self.refused))
            self.check_after_restart()


if __name__ == "__main__":
    main()
