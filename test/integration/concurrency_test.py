"""64 clients at one key: creating it, only one wins; overwriting and reading it, every read is one of the
written values, whole, and one order explains what all clients saw."""

import collections
import math
import random
import threading
import time

from support import audit, client, register
from support.case import Case, main
from support.cluster import Cluster
from support.values import name_of, value_of

CLIENTS = 64
ROUNDS = 10  # of creating
SIZES = (1, 17, 4000, 65_536, 65_537, 300_000)  # of values; below and above what is served from memory


def run_clients(work):
    """Calls work(number, session) on CLIENTS threads that begin together; returns their results."""
    barrier = threading.Barrier(CLIENTS)
    results = [None] * CLIENTS

    def run(number):
        with client.Session() as session:
            barrier.wait()
            try:
                results[number] = work(number, session)
            except Exception as failure:  # pylint: disable=broad-except
                results[number] = failure

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


class Creating(Case):
    def create(self, cluster, key, headers, query):
        def put(number, session):
            body = value_of(f"{time.perf_counter_ns()}/{number}/", SIZES[number % len(SIZES)])
            target = client.path_of(key) + query
            return session.request(cluster.port, "PUT", target, body, headers, follow=True), body

        return run_clients(put)

    def test_one_of_64_creates_the_key(self):
        with Cluster(volumes=3) as cluster:
            expected = {}
            losers = collections.Counter()
            for number in range(ROUNDS):
                key = f"created/{number}"
                asked = number % 3 == 2
                headers = {"If-None-Match": "*"} if asked else {}
                results = self.create(cluster, key, headers, "?redirect" if number % 2 else "")
                winners = [(answer, body) for answer, body in results if answer.status == 201]
                self.assertEqual(len(winners), 1, collections.Counter(one.status for one, _ in results))
                for answer, _ in results:
                    if answer.status != 201:
                        self.assertIn(answer.status, {412} if asked else {403, 409}, repr(answer))
                        losers[answer.status] += 1
                read = cluster.get(key)
                self.assertEqual((read.status, read.header("ETag")), (200, winners[0][0].header("ETag")))
                self.assertTrue(read.body == winners[0][1], "the value is not the winner's")
                expected[key.encode()] = winners[0][1]
            print(f"losers by status: {dict(losers)}")
            audit.check(cluster, expected=expected)

    def test_one_of_64_replaces_a_value_that_all_have_seen(self):
        with Cluster(volumes=3) as cluster:
            cluster.put("k", b"first", expect=201)
            for _ in range(ROUNDS):
                etag = cluster.get("k").header("ETag")
                results = self.create(cluster, "k", {"If-Match": etag}, "")
                winners = [body for answer, body in results if answer.status == 200]
                self.assertEqual(len(winners), 1, collections.Counter(one.status for one, _ in results))
                for answer, _ in results:
                    self.assertIn(answer.status, {200, 412}, repr(answer))
                self.assertTrue(cluster.get("k").body == winners[0], "the value is not the winner's")
            audit.check(cluster)


class Overwriting(Case):
    SECONDS = 20.0
    KEYS = 2

    def test_one_order_explains_what_64_clients_saw(self):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}")
        with Cluster(volumes=3, master_flags=["--overwrite", "allow"]) as cluster:
            until = time.monotonic() + self.SECONDS
            histories = run_clients(
                lambda number, session: self.one_client(cluster, session, random.Random(seed + number), number, until)
            )
            for index in range(self.KEYS):
                history = [call for key, call in sum(histories, []) if key == index]
                reads = sum(call.sets is None for call in history)
                seen = len({call.needs.value for call in history if call.sets is None})
                print(f"key {index}: {len(history) - reads} writes, {reads} reads of {seen} values")
                self.assertGreater(seen, 20, "too little happened to prove anything")
                self.assertIsNone(register.violation(history))
            audit.check(cluster)

    def one_client(self, cluster, session, chance, number, until):
        """(key, call) of all that this client did."""
        done = []
        while time.monotonic() < until:
            key = chance.randrange(self.KEYS)
            if chance.random() < 0.4:
                done.append((key, self.write(cluster, session, chance, key, f"{number}/{len(done)}")))
            else:
                done.append((key, self.read(cluster, session, key)))
        return done

    def write(self, cluster, session, chance, key, name):
        size = chance.choice(SIZES)
        name = f"{name}/{size}"
        target = f"/register/{key}" + chance.choice(["", "?redirect", "?relay"])
        started = time.perf_counter()
        answer = session.request(cluster.port, "PUT", target, value_of(name, size), follow=True)
        ended = time.perf_counter()
        if answer.status not in (200, 201):
            assert answer.status == 503, repr(answer)  # no answer in time is no refusal
            ended = math.inf
        return register.put(name, started, ended)

    def read(self, cluster, session, key):
        started = time.perf_counter()
        answer = session.request(cluster.port, "GET", f"/register/{key}", follow=True)
        ended = time.perf_counter()
        if answer.status == 404 and answer.code == "not_found":
            return register.get(register.ABSENT, started, ended)
        assert answer.status == 200, repr(answer)
        return register.get(name_of(answer.body), started, ended)


class Deleting(Case):
    def test_puts_and_deletes_of_one_key_leave_index_and_volumes_agreeing(self):
        with Cluster(volumes=3, master_flags=["--overwrite", "allow"]) as cluster:

            def work(number, session):
                for count in range(10):
                    if number % 2:
                        answer = session.request(cluster.port, "DELETE", "/k")
                        self.assertIn(answer.status, (204, 404), repr(answer))
                    else:
                        answer = session.request(cluster.port, "PUT", "/k", b"%d-%d" % (number, count))
                        self.assertIn(answer.status, (200, 201), repr(answer))

            run_clients(work)
            is_there = cluster.get("k").status == 200
            self.assertEqual(set(audit.check(cluster)), {b"k"} if is_there else set())


if __name__ == "__main__":
    main()
