"""Each of master, first volume and another volume is killed at each step of PUT, overwrite and DELETE; then
what was acknowledged is there (P1), reads are whole (P2) and never go back (P3), a retry ends well, and
index and volumes agree. Needs a build with SMOL_FAILPOINTS."""

import dataclasses
import os
import queue
import signal
import threading
import time
import traceback

from support import audit, client
from support.case import Case, ClusterCase, main
from support.cluster import FIRST, MASTER, OTHER, Cluster
from support.processes import wait_until

CLUSTERS = 4  # at once: most of the time goes into waiting for staging to drain
ROLES = (MASTER, FIRST, OTHER)

WRITE_STEPS = {  # failpoint -> whose it is (common/base/failpoint.hpp)
    "S1.admitted": MASTER,
    "S2.answered": MASTER,
    "S3.first": FIRST,
    "S3.replica": OTHER,
    "S4.first": FIRST,
    "S4.replica": OTHER,
    "S5.first.attributes": FIRST,
    "S5.first.data": FIRST,
    "S5.first.name": FIRST,
    "S5.replica.attributes": OTHER,
    "S5.replica.data": OTHER,
    "S5.replica.name": OTHER,
    "S6.replica": OTHER,
    "S6.first": FIRST,
    "S7.first": FIRST,
    "S8.before": MASTER,
    "S8.after": MASTER,
    "S9.master": MASTER,
    "S9.first": FIRST,
    "S10.first.before": FIRST,
    "S10.first.after": FIRST,
    "S10.replica.before": OTHER,
    "S10.replica.after": OTHER,
}
DELETE_STEPS = [
    ("delete.before", MASTER),
    ("delete.after", MASTER),
    ("janitor.before", MASTER),
    ("janitor.after", MASTER),
    ("remove.before", FIRST),
    ("remove.before", OTHER),
    ("remove.after", FIRST),
    ("remove.after", OTHER),
]

ABSENT = None  # what a GET of no such key gives, next to values
UNKNOWN = object()  # what a GET gives that ended with an error


@dataclasses.dataclass
class Step:
    """Where a process dies: `owner` comes by `failpoint`; `victim` is killed while it is there."""

    failpoint: str
    owner: str
    victim: str
    relayed: bool  # the body goes through the master, or to the volume by redirect

    def __str__(self):
        way = "relayed" if self.relayed else "redirected"
        return f"{self.failpoint} ({self.owner}), killed: {self.victim}, {way}"


def steps_of_writes():
    for number, (failpoint, owner) in enumerate(WRITE_STEPS.items()):
        for relayed in (True, False):
            yield Step(failpoint, owner, owner, relayed)
        for victim in ROLES:
            if victim != owner:
                yield Step(failpoint, owner, victim, relayed=(number + ROLES.index(victim)) % 2 == 0)


def steps_of_deletes():
    for failpoint, owner in DELETE_STEPS:
        for victim in ROLES:
            yield Step(failpoint, owner, victim, relayed=False)


class Store:
    """One cluster, used for many steps, and what it must hold."""

    def __init__(self, name, operation):
        self.name = name
        self.operation = operation  # "put", "overwrite" or "delete"
        policy = "allow" if operation == "overwrite" else "forbid"
        self.cluster = Cluster(volumes=3, master_flags=["--overwrite", policy])
        self.expected = {}  # key -> value
        self.count = 0

    def stop(self, failed):
        self.cluster.failed = failed
        self.cluster.stop()

    def run(self, step):
        """One operation of one new key with a kill in the middle, and all that must hold after it."""
        self.count += 1
        key = f"{self.name}/{self.count}/{step.failpoint}".encode()
        old, new = self._prepare(key)
        roles = self.cluster.roles(self.operation, key)
        owner, victim = roles[step.owner], roles[step.victim]
        halted = owner is not victim
        self.cluster.restart(owner, failpoint=step.failpoint + (":stop" if halted else ""))

        pending = Attempt(lambda: self._operate(key, new, step.relayed))
        if halted:
            self._wait_at(step, owner.is_stopped, owner, pending)
            victim.kill()
            victim.start()
            owner.resume()
            early = UNKNOWN
        else:
            self._wait_at(step, lambda: not owner.is_running(), owner, pending)
            code = owner.process.returncode
            assert code == -signal.SIGKILL, f"{owner.name} ended with {code}, not by the failpoint"
            early = self._read(key)
            owner.start()
        answer = pending.result()
        self.cluster.wait_ready()

        assert early in (old, new, UNKNOWN), f"while the operation goes on: read {brief(early)}"
        possible = (new,) if early == new else self._possible(answer, old, new)
        read = self._read_surely(key)
        assert read in possible, f"after {answer}: read {brief(read)}"
        possible = (new,) if read == new else possible
        self._retry(key, new, possible, answer)
        if new is ABSENT:
            self.expected.pop(key, None)
        else:
            self.expected[key] = new
        audit.check(self.cluster, expected=self.expected)

    def _prepare(self, key):
        """(value before, value after) the operation."""
        size = 3_000_000 if self.count % 2 else 1000  # many pieces by splice, or one in memory
        new = f"new {self.count} ".encode().ljust(64, b".") * (size // 64) + b"."
        if self.operation == "put":
            return ABSENT, new
        old = b"old" + os.urandom(100_000)
        self.cluster.put(key, old, expect=201)
        self.expected[key] = old
        audit.wait_settled(self.cluster)  # or the publishing of `old` reaches the failpoint
        return (old, new) if self.operation == "overwrite" else (old, ABSENT)

    def _operate(self, key, value, relayed):
        path = client.path_of(key)
        if self.operation == "delete":
            return client.request(self.cluster.port, "DELETE", path)
        if relayed:
            return client.request(self.cluster.port, "PUT", path, value)
        return client.put_by_expect(self.cluster.port, path, value)

    def _wait_at(self, step, reached, owner, pending):
        try:
            wait_until(reached, f"{owner.name} comes by {step.failpoint}", 20.0)
        except AssertionError as failure:
            raise AssertionError(f"{failure}; the operation: {pending.peek()}") from None

    def _possible(self, answer, old, new):
        """Values that a GET may give after `answer` (a Response, or the error that came instead)."""
        if isinstance(answer, client.Response):
            if answer.status in (200, 201, 204):
                return (new,)
            if 400 <= answer.status < 500:
                return (old,)
        return (old, new)

    def _read(self, key):
        try:
            answer = client.request(
                self.cluster.port, "GET", client.path_of(key), follow=True, timeout=5.0
            )
        except OSError:
            return UNKNOWN
        if answer.status == 200:
            return answer.body
        return ABSENT if answer.status == 404 and answer.code == "not_found" else UNKNOWN

    def _read_surely(self, key):
        """What is there; errors are allowed for a while."""
        deadline = time.monotonic() + 20.0
        while (read := self._read(key)) is UNKNOWN:
            assert time.monotonic() < deadline, "no read succeeds within 20 s of the restart"
        return read

    def _retry(self, key, new, possible, answer):
        done_before = possible == (new,)
        sane = {
            "put": {403} if done_before else {201, 403, 409},
            "overwrite": {200},
            "delete": {404} if done_before else {204, 404},
        }[self.operation]
        deadline = time.monotonic() + 30.0
        while True:
            again = self._operate(key, new, relayed=True)
            if again.status < 500:
                break
            assert time.monotonic() < deadline, f"the retry is refused for 30 s: {again}"
        assert again.status in sane, f"after {answer}: the retry gives {again}"
        read = self._read_surely(key)
        assert read == new, f"after the retry ({again}): read {brief(read)}"


def brief(read):
    return "nothing" if read is ABSENT else f"{len(read)} bytes {read[:20]!r}"


class Attempt:
    """An operation on a thread of its own; its outcome is an answer or the error that came instead."""

    def __init__(self, operation):
        self.outcome = "not answered yet"
        self.thread = threading.Thread(target=self._run, args=(operation,), daemon=True)
        self.thread.start()

    def _run(self, operation):
        try:
            self.outcome = operation()
        except OSError as failure:
            self.outcome = failure

    def peek(self):
        return self.outcome

    def result(self):
        self.thread.join(90.0)
        assert not self.thread.is_alive(), "the operation has not been answered after 90 s"
        return self.outcome


class Runner:
    """Runs steps on several clusters at once and collects what fails."""

    def __init__(self, operation, steps):
        self.operation = operation
        self.steps = queue.SimpleQueue()
        self.total = 0
        for step in steps:
            self.steps.put(step)
            self.total += 1
        self.failures = []
        self.done = 0
        self.lock = threading.Lock()

    def run(self):
        workers = [
            threading.Thread(target=self._work, args=(f"{self.operation}{number}",))
            for number in range(CLUSTERS)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return self.failures

    def _work(self, name):
        store = None
        try:
            while True:
                try:
                    step = self.steps.get_nowait()
                except queue.Empty:
                    break
                begun = time.monotonic()
                failure = None
                try:
                    store = store or Store(name, self.operation)
                    store.run(step)
                except Exception:  # pylint: disable=broad-except
                    failure = traceback.format_exc()
                self._report(step, failure, time.monotonic() - begun)
                if failure and store:  # a fresh start, so that one fault does not show up twice
                    store.stop(failed=True)
                    store = None
        finally:
            if store:
                self._stop(store)

    def _stop(self, store):
        try:
            store.stop(failed=False)
        except AssertionError as failure:
            print(failure, flush=True)
            with self.lock:
                self.failures.append(f"{store.name}: how it ends")

    def _report(self, step, failure, seconds):
        with self.lock:
            self.done += 1
            verdict = "FAILED" if failure else "ok"
            print(f"{self.done}/{self.total} {self.operation} {step}: {verdict} {seconds:.1f} s", flush=True)
            if failure:
                print(failure, flush=True)
                self.failures.append(f"{self.operation} {step}")


class KillPoints(Case):
    def run_steps(self, operation, steps):
        chosen = os.environ.get("SMOL_STEP", "")  # to run those of one name alone
        failures = Runner(operation, [step for step in steps if chosen in str(step)]).run()
        self.assertEqual(failures, [])

    def test_put(self):
        self.run_steps("put", steps_of_writes())

    def test_overwrite(self):
        self.run_steps("overwrite", steps_of_writes())

    def test_delete(self):
        self.run_steps("delete", steps_of_deletes())


class MoreThanOne(ClusterCase):
    def test_all_processes_die_at_once(self):
        expected = {}
        for round_number in range(3):
            for number in range(20):
                key = f"all/{round_number}/{number}"
                self.cluster.put(key, key.encode() * 100, expect=201)
                expected[key.encode()] = key.encode() * 100
            self.cluster.kill_all()
            self.cluster.start()
            for key, value in expected.items():
                self.assertTrue(self.cluster.get(key).body == value, key)
        found = audit.check(self.cluster)
        self.assertLessEqual(set(expected), set(found))

    def test_a_deletion_waits_for_a_volume_that_is_away(self):
        self.cluster.put("away", b"doomed", expect=201)
        audit.wait_settled(self.cluster)
        away = self.cluster.volumes[1]
        self.cluster.kill(away)
        self.assertStatus(self.cluster.request("DELETE", "/away"), 204)
        self.assertIn(audit.blob_path(b"away"), set(audit.blobs(away.path)))
        self.cluster.restart(self.cluster.master)
        away.start()
        self.cluster.wait_ready()
        audit.check(self.cluster)
        self.assertNotIn(audit.blob_path(b"away"), set(audit.blobs(away.path)))


if __name__ == "__main__":
    main()
