"""P2 and P3 with many clients at once on one key."""

import threading
import time

from support import audit, client
from support.case import Case, main
from support.cluster import Cluster

CLIENTS = 64


def together(count, act):
    """Runs act(number) in `count` threads that start at one moment; raises what any of them raised."""
    barrier = threading.Barrier(count)
    faults = []

    def body(number):
        try:
            barrier.wait()
            act(number)
        except BaseException as failure:  # handed to the caller below
            faults.append(failure)

    threads = [threading.Thread(target=body, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


class Creating(Case):
    def test_exactly_one_of_many_creates_the_key(self):
        with Cluster(3) as cluster:
            for how in ("relay", "redirect"):
                for size in (10, 300_000):
                    key = f"{how}/{size}"
                    answers = [None] * CLIENTS

                    def create(number):
                        body = b"%04d" % number * (size // 4)
                        answers[number] = client.request(cluster.port, "PUT", f"/{key}?{how}", body, follow=True)

                    together(CLIENTS, create)
                    winners = [number for number, answer in enumerate(answers) if answer.status == 201]
                    self.assertEqual(len(winners), 1, [answer.status for answer in answers])
                    for number, answer in enumerate(answers):
                        if number not in winners:
                            self.assertIn(answer.status, (403, 409), repr(answer))
                    self.assertTrue(cluster.get(key).body == b"%04d" % winners[0] * (size // 4))
            audit.check(cluster)

    def test_exactly_one_of_many_replaces_one_etag(self):
        with Cluster(3) as cluster:
            etag = cluster.put("k", b"first", expect=201).header("ETag")
            answers = [None] * CLIENTS

            def replace(number):
                answers[number] = client.request(
                    cluster.port, "PUT", "/k", b"from %d" % number, {"If-Match": etag}, follow=True
                )

            together(CLIENTS, replace)
            winners = [number for number, answer in enumerate(answers) if answer.status == 200]
            self.assertEqual(len(winners), 1, [answer.status for answer in answers])
            self.assertEqual(cluster.get("k").body, b"from %d" % winners[0])
            audit.check(cluster)


class Overwriting(Case):
    SECONDS = 6

    def test_every_read_is_one_written_value_whole_and_in_order(self):
        """Half of the clients write numbered values, half read. A read gives one whole value; it is one whose
        write had begun before the read ended, and never older than a value that was acknowledged, or read,
        before the read began."""
        with Cluster(3, ["--overwrite", "allow"]) as cluster:
            self.store = cluster
            lock = threading.Lock()
            writes = {}  # (writer, number) -> [begun, ended or None]
            reads = []  # (begun, ended, writer, number)
            cluster.put("k", self.value(99, 0), expect=201)
            writes[(99, 0)] = [0.0, time.monotonic()]
            end = time.monotonic() + self.SECONDS

            def act(number):
                with client.Session() as session:
                    count = 0
                    while time.monotonic() < end:
                        if number % 2:
                            count += 1
                            self.write(session, cluster.port, lock, writes, number, count)
                        else:
                            self.read(session, cluster.port, lock, reads)

            together(CLIENTS, act)
            self.assertGreater(len(reads), 100)
            self.check_order(writes, reads)
            audit.check(cluster)

    @staticmethod
    def value(writer, number):
        mark = b"%02d-%08d;" % (writer, number)
        return mark * (1 + (writer * 37 + number * 101) % 9000)

    def write(self, session, port, lock, writes, writer, number):
        with lock:
            writes[(writer, number)] = entry = [time.monotonic(), None]
        how = "redirect" if number % 2 else "relay"
        answer = session.request(port, "PUT", f"/k?{how}", self.value(writer, number), follow=True)
        self.assertEqual(answer.status, 200, repr(answer))
        entry[1] = time.monotonic()

    def read(self, session, port, lock, reads):
        begun = time.monotonic()
        answer = session.request(port, "GET", "/k", follow=True)
        ended = time.monotonic()
        self.assertEqual(answer.status, 200, repr(answer)[:2000])
        writer, number = (int(part) for part in answer.body[:11].split(b"-"))
        self.assertTrue(answer.body == self.value(writer, number), "a torn or mixed value")
        with lock:
            reads.append((begun, ended, writer, number))

    def check_order(self, writes, reads):
        """A read must not give a value that was certainly replaced before the read began: one whose write
        had ended before another write began that had itself ended before the read began."""
        finished = sorted((entry[1], entry[0]) for entry in writes.values() if entry[1])
        for begun, ended, writer, number in reads:
            entry = writes[(writer, number)]
            self.assertLess(entry[0], ended, "read before it was written")
            if entry[1] is None:
                continue
            # The latest begin among the writes that ended before this read began.
            latest = max((start for stop, start in finished if stop < begun), default=0.0)
            self.assertFalse(
                entry[1] < latest, f"value {writer}-{number} was replaced {begun - entry[1]:.3f} s before it was read"
            )


class Deleting(Case):
    def test_puts_and_deletes_of_one_key_leave_index_and_volumes_agreeing(self):
        with Cluster(3, ["--overwrite", "allow"]) as cluster:
            def act(number):
                with client.Session() as session:
                    for count in range(20):
                        if number % 2:
                            answer = session.request(cluster.port, "DELETE", "/k")
                            self.assertIn(answer.status, (204, 404), repr(answer))
                        else:
                            answer = session.request(cluster.port, "PUT", "/k", b"%d-%d" % (number, count))
                            self.assertIn(answer.status, (200, 201), repr(answer))

            together(16, act)
            is_there = cluster.get("k").status == 200
            kept = audit.check(cluster)
            self.assertEqual(bool(kept), is_there)


if __name__ == "__main__":
    main()
