"""A full disk refuses new values with 507 and goes on reading and deleting. Needs root: it mounts a small
ext4 file system."""

import os

from support import audit, client
from support.case import Case, main
from support.cluster import Cluster
from support.connection import Connection
from support.processes import wait_until
from support.small_disk import CannotMount, SmallDisk


class OnSmallDisk(Case):
    def small_disk(self, mkfs_flags=(), size=64 << 20):
        try:
            disk = SmallDisk(mkfs_flags, size)
        except CannotMount as failure:
            self.skipTest(str(failure))
        self.addCleanup(disk.remove)
        return disk


class FullDisk(OnSmallDisk):
    def cluster_on(self, disk, flags=()):
        cluster = Cluster(0, start=False)
        cluster.add_volume(os.path.join(disk.path, "volume"), flags)
        cluster.start()
        return cluster

    def fill(self, cluster, size):
        stored = {}
        for number in range(200):
            key = f"fill/{number}"
            body = b"%08d" % number * (size // 8)
            answer = cluster.request("PUT", f"/{key}?redirect", body, follow=True)
            if answer.status == 507:
                self.assertRefused(answer, 507, "no_room")
                return stored
            self.assertStatus(answer, 201)
            stored[key] = body
        raise AssertionError("it never fills up")

    def check_alive(self, cluster, stored):
        for key, body in stored.items():
            self.assertTrue(cluster.get(key).body == body, key)
        audit.check(cluster)
        for key in stored:
            self.assertStatus(cluster.request("DELETE", f"/{key}"), 204)
        audit.wait_settled(cluster)
        wait_until(lambda: cluster.put("again", b"x" * 100).status == 201, "there is room again")
        audit.check(cluster)

    def test_a_full_disk_survives_kill_and_restart(self):
        """Three replicas on three disks of which somebody else takes the last byte."""
        disks = [self.small_disk() for _ in range(3)]
        cluster = Cluster(0, start=False)
        for disk in disks:
            cluster.add_volume(os.path.join(disk.path, "volume"))
        with cluster:
            cluster.start()
            stored = self.fill(cluster, 1 << 20)
            for disk in disks:
                disk.take_the_rest()
            self.assertRefused(cluster.put("more", b"x"), 507, "no_room")
            self.cut_off_an_upload(cluster)
            cluster.kill_all()
            cluster.start()
            for key, body in stored.items():
                self.assertTrue(cluster.get(key).body == body, key)
            self.assertRefused(cluster.put("more", b"x"), 507, "no_room")
            doomed = list(stored)[: len(stored) // 2]
            for key in doomed:
                self.assertStatus(cluster.request("DELETE", f"/{key}"), 204)
                del stored[key]
            audit.wait_settled(cluster)
            for disk in disks:
                disk.give_back()
            wait_until(lambda: cluster.put("again", b"x" * 100).status == 201, "there is room again")
            stored["again"] = b"x" * 100
            audit.check(cluster, expected={key.encode(): body for key, body in stored.items()})

    def cut_off_an_upload(self, cluster):
        with Connection("127.0.0.1", cluster.port, 10.0) as connection:
            connection.send_head("PUT", "/cut", {"Content-Length": 100_000})
            connection.send(b"x" * 50_000)

    def test_low_water(self):
        with self.cluster_on(self.small_disk()) as cluster:
            stored = self.fill(cluster, 1 << 20)
            self.assertGreater(len(stored), 10)
            self.check_alive(cluster, stored)

    def test_the_last_byte(self):
        with self.cluster_on(self.small_disk(), ["--reserve", "1K"]) as cluster:
            stored = self.fill(cluster, 1 << 20)
            self.check_alive(cluster, stored)

    def test_the_disk_fills_while_a_value_arrives(self):
        with self.cluster_on(self.small_disk(), ["--reserve", "1K"]) as cluster:
            cluster.put("small", b"1", expect=201)
            pieces = (b"x" * (1 << 20) for _ in range(100))
            answer = cluster.request("PUT", "/too-big?relay", pieces)
            self.assertRefused(answer, 507, "no_room")
            self.assertStatus(cluster.get("too-big"), 404)
            self.check_alive(cluster, {"small": b"1"})

    def test_a_known_length_is_refused_before_a_byte(self):
        with self.cluster_on(self.small_disk()) as cluster:
            head = b"PUT /huge HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n"
            found = client.statuses(client.raw(cluster.port, head, timeout=2))
            self.assertIn(found[:1], ([507], [307]))
            answer = client.raw(cluster.port, head.replace(b"/huge", b"/huge?relay"), timeout=2)
            self.assertEqual(client.statuses(answer), [507])
            audit.check(cluster)

    def test_no_inodes_left(self):
        with self.cluster_on(self.small_disk(["-N", "1500"])) as cluster:
            stored = {}
            for number in range(1500):
                answer = cluster.put(f"tiny/{number}", b"1")
                if answer.status == 507:
                    break
                self.assertStatus(answer, 201)
                stored[f"tiny/{number}"] = b"1"
            self.assertRefused(answer, 507, "no_room")
            self.check_alive(cluster, stored)

    def test_the_disk_of_the_index_is_full(self):
        """Somebody else takes its last byte: reading goes on, writing is refused, and neither a restart nor
        a deletion needs room that is not there."""
        disk = self.small_disk(size=256 << 20)
        with Cluster(3, db=os.path.join(disk.path, "olivedb")) as cluster:
            stored = {f"key/{number}": b"%d" % number * 1000 for number in range(20)}
            for key, body in stored.items():
                cluster.put(key, body, expect=201)
            audit.wait_settled(cluster)
            disk.take_the_rest()
            self.check_reads_but_no_puts(cluster, stored)
            cluster.master.kill()
            if os.path.exists(os.path.join(cluster.db, "smol.reserve")):  # else it is in use by now
                disk.take_the_rest()
            cluster.start()
            self.check_reads_but_no_puts(cluster, stored)
            for key in list(stored)[:10]:
                self.assertStatus(cluster.request("DELETE", f"/{key}"), 204)
                del stored[key]
            cluster.restart(cluster.master)
            self.check_reads_but_no_puts(cluster, stored)
            disk.give_back()
            wait_until(lambda: cluster.put("again", b"x" * 100).status == 201, "there is room again")
            stored["again"] = b"x" * 100
            audit.check(cluster, expected={key.encode(): body for key, body in stored.items()})

    def test_an_index_without_any_room_is_not_opened(self):
        disk = self.small_disk(size=256 << 20)
        with Cluster(1, db=os.path.join(disk.path, "olivedb")) as cluster:
            cluster.put("key", b"value", expect=201)
            cluster.master.kill()
            os.unlink(os.path.join(cluster.db, "smol.reserve"))
            disk.take_the_rest()
            cluster.master.start()
            cluster.master.wait_dead()
            self.assertEqual(cluster.master.process.returncode, 1, cluster.master.log_tail())
            self.assertIn("is full; make 2 MiB of room", cluster.master.log())
            disk.give_back()
            cluster.start()
            self.assertEqual(cluster.get("key").body, b"value")

    def check_reads_but_no_puts(self, cluster, stored):
        for key, body in stored.items():
            self.assertTrue(cluster.get(key).body == body, key)
        self.assertRefused(cluster.put("more", b"x"), 507, "no_room")


if __name__ == "__main__":
    main()
