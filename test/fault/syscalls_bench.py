"""A cluster on which one system call of one process fails at a time (syscalls.py)."""

import dataclasses
import errno
import hashlib
import os
import random
import shutil
import signal
import threading
import time

from fail_calls import FailCalls
from support import audit, client
from support.cluster import FIRST, MASTER, OTHER, Cluster
from support.connection import Connection
from support.processes import wait_until

LIVE = ("put", "put relayed", "overwrite", "delete")
STARTING = ("start-up", "recovery")
VALUE_BYTES = 150_000  # by splice(2) and sendfile(2), in several pieces
PATIENCE_SECONDS = 40.0  # of a client, and until a server has to be back
# Debian's RocksDB is built with its assertions, and these end the process at an error that it would
# otherwise report: a write after one to the same file that failed, a file system that cannot be asked.
INDEX_ASSERTIONS = ("AssertFalseAndGetStatusForPrevError", "IsSyncFileRangeSupported")
DIED_WELL = 1  # the exit code of a server that says why it ends

ABSENT = None
UNKNOWN = object()


@dataclasses.dataclass(frozen=True)
class Case:
    role: str
    operation: str
    call: str
    occurrence: int
    fault: str

    def __str__(self):
        return f"{self.role}/{self.operation}/{self.call}/{self.occurrence}/{self.fault}"


class Bench:
    def __init__(self, name):
        self.name = name
        self.cluster = Cluster(3, ["--overwrite", "allow"], start=False)
        self.pages = {}
        self.expected = {}  # key -> SHA-256 of its value
        self.count = 0
        self.suspect = None  # the volume whose call failed last; it may turn read-only later
        self.may_stop = None  # the process that may end by its own decision
        for one in self.cluster.processes():
            page = FailCalls(os.path.join(self.cluster.directory, f"{one.name}.page"))
            self.pages[one.name] = page
            one.environment.update(page.environment())
        self.cluster.master.tolerated = INDEX_ASSERTIONS
        try:
            self.cluster.start()
            self._put_one("kept", 1000)
        except BaseException:
            self.stop(failed=True)
            raise

    def stop(self, failed=False):
        self.cluster.failed = failed
        for page in self.pages.values():
            page.disarm()
        if not failed and self.may_stop:
            self._stop_well(self.may_stop)
        self.cluster.stop()

    def keep_evidence(self, folder):
        self.cluster.kill_all()
        shutil.move(self.cluster.directory, folder)
        os.makedirs(self.cluster.directory)

    def check(self):
        """Everything agrees, now that nothing is under way."""
        self._revive()
        audit.check(self.cluster, expected=self.expected, seconds=PATIENCE_SECONDS)

    def record(self, role, operation):
        """call -> how often the role makes it for the operation."""
        most = {}
        for _ in range(2):
            made = self._run(Case(role, operation, "", 0, ""))
            most = {call: max(count, most.get(call, 0)) for call, count in made.items()}
        return most

    def run(self, case):
        """In a few words what came of it; AssertionError for what must not be."""
        return self._run(case)

    def _run(self, case):
        self.count += 1
        key = f"{self.name}/{self.count}/{case.operation}".encode()
        if case.operation in LIVE:
            return self._run_live(case, key)
        return self._run_start(case, key)

    def _revive(self):
        """A master whose index failed ends, if need be after its answer; what supervises it restarts it."""
        one = self.may_stop
        if one and not one.is_running():
            self._why_ended(one)
            self.may_stop = None
            one.start()
            self.cluster.wait_ready()

    # While it runs.

    def _run_live(self, case, key):
        if self.suspect:  # what is left of its fault shows before the next one is made
            self._settle()
            self.suspect = None
        old, new = self._prepare(case.operation, key)
        victim = self.cluster.roles(case.operation, key)[case.role]
        page = self.pages[victim.name]
        before = page.made()
        page.forget()
        if case.call:
            page.arm(case.call, case.occurrence, case.fault)
        pending = Attempt(self._operate, case.operation, key, new)
        self._wait_over(victim, page, pending)
        fired = page.has_fired()
        page.disarm()
        made = {call: count - before[call] for call, count in page.made().items()}
        how = self._check_victim(case, victim, fired)
        answer = pending.result()
        self._conclude(case.operation, key, old, new, answer)
        if not case.call:
            return made
        status = f"{answer.status}" if isinstance(answer, client.Response) else "no answer"
        return f"{status}{how}" if fired else "not reached"

    def _prepare(self, operation, key):
        """(value before, value after)."""
        new = self._value()
        if operation in ("put", "put relayed"):
            return ABSENT, new
        old = self._value()
        self.cluster.put(key, old, expect=201)
        self._expect(key, old)
        self._settle()
        return (old, new) if operation == "overwrite" else (old, ABSENT)

    @staticmethod
    def _value():
        return random.randbytes(VALUE_BYTES)

    def _expect(self, key, value):
        if value is ABSENT:
            self.expected.pop(key, None)
        else:
            self.expected[key] = hashlib.sha256(value).hexdigest()

    def _settle(self):
        """Nothing is staged or pending. A fault may make its volume read-only only after the operation was judged:
        what is done later failed."""

        def is_settled():
            if self.suspect and self._is_read_only(self.suspect):
                self.cluster.restart(self.suspect)
                self.suspect = None
            return self.cluster.status()["pending_deletions"] == 0 and not any(map(audit.staged, self.cluster.volumes))

        wait_until(is_settled, "what is staged is published, and deletions are delivered", PATIENCE_SECONDS)

    @staticmethod
    def _is_read_only(volume):
        return client.request(volume.port, "GET", "/-/health", timeout=5.0).status == 503

    def _put_one(self, key, size):
        value = random.randbytes(size)
        self.cluster.put(key, value, expect=201)
        self._expect(key.encode(), value)
        self._settle()

    def _operate(self, operation, key, value):
        """The answer, or the error that came instead."""
        path = client.path_of(key)
        port = self.cluster.port
        try:
            if operation == "delete":
                return client.request(port, "DELETE", path, timeout=PATIENCE_SECONDS)
            if operation == "put relayed":
                return client.request(port, "PUT", path, value, timeout=PATIENCE_SECONDS)
            return client.put_by_expect(port, path, value, timeout=PATIENCE_SECONDS)
        except OSError as failure:
            return failure

    def _wait_over(self, victim, page, pending):
        """What the operation leaves to be done later is done, or its fault has come."""

        def is_over():
            if not victim.is_running():
                return True
            if not pending.is_done():
                return False
            if page.has_fired():
                return True
            try:
                deletions = self.cluster.status()["pending_deletions"]
            except (OSError, ValueError):
                return False
            return deletions == 0 and not any(audit.staged(volume) for volume in self.cluster.volumes)

        wait_until(is_over, "the operation is over", PATIENCE_SECONDS)

    def _check_victim(self, case, victim, fired):
        """How the process took it, in a few words; afterwards it runs and is healthy."""
        if not fired:
            assert victim.is_running(), self._ended(victim)
            return ""
        if case.fault == "SIGKILL":
            assert victim.process.wait(PATIENCE_SECONDS) == -signal.SIGKILL, self._ended(victim)
            victim.start()
            self.cluster.wait_ready()
            return ", killed"
        if victim is not self.cluster.master:
            assert victim.is_running(), self._ended(victim)
            return self._check_health(case, victim)
        if case.call in ("fdatasync", "fsync"):
            victim.process.wait(PATIENCE_SECONDS)
        self.may_stop = victim
        is_ended = not victim.is_running()
        self._revive()
        return ", stopped" if is_ended else ""

    def _ended(self, victim):
        return f"{victim.name} ended with {victim.process.returncode}\n{victim.log_tail()}"

    def _check_health(self, case, victim):
        is_flush = case.call in ("fsync", "fdatasync", "syncfs") and case.fault == "EIO"
        self.suspect = victim
        if is_flush:
            wait_until(lambda: self._is_read_only(victim), f"{victim.name} is read-only after a failed flush", 5.0)
        if not self._is_read_only(victim):
            return ""
        assert self._read(b"kept") is not UNKNOWN, "a volume that is read-only does not serve"
        self.cluster.restart(victim)
        assert not self._is_read_only(victim), f"{victim.name} is read-only after its restart"
        return ", read-only"

    def _conclude(self, operation, key, old, new, answer):
        """The answer was true, and a retry ends well."""
        possible = self._possible(answer, old, new)
        read = self._read_surely(key)
        assert read in possible, f"after {answer!r}: read {brief(read)}\n{self.cluster.logs()}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        sane = (204, 404) if operation == "delete" else (200, 201)
        while True:
            self._revive()
            again = self._operate(operation, key, new)
            if isinstance(again, client.Response) and again.status in sane:
                break
            assert not isinstance(again, client.Response) or again.status >= 500, f"the retry gives {again}"
            assert time.monotonic() < deadline, f"no retry succeeds: {again!r}\n{self.cluster.logs()}"
        read = self._read_surely(key)
        assert read == new, f"after the retry ({again}): read {brief(read)}"
        self._expect(key, new)

    @staticmethod
    def _possible(answer, old, new):
        if isinstance(answer, client.Response):
            if answer.status in (200, 201, 204):
                return (new,)
            if 400 <= answer.status < 500 or answer.status == 507:
                return (old,)
        return (old, new)

    def _read(self, key):
        try:
            answer = client.request(self.cluster.port, "GET", client.path_of(key), follow=True, timeout=10.0)
        except OSError:
            return UNKNOWN
        if answer.status == 200:
            return answer.body
        return ABSENT if answer.status == 404 and answer.code == "not_found" else UNKNOWN

    def _read_surely(self, key):
        def read():
            self._revive()
            found = self._read(key)
            return None if found is UNKNOWN else (found,)

        return wait_until(read, f"{key} can be read", PATIENCE_SECONDS)[0]

    # While it starts.

    def _run_start(self, case, key):
        victim = self.cluster.master if case.role == MASTER else self.cluster.volumes[0]
        page = self.pages[victim.name]
        pending = None
        if case.operation == "recovery":
            key = self._key_of(victim, key)
            pending = self._leave_unfinished(victim, page, key)
        else:
            self._stop_well(victim)
        before = page.made()
        page.forget()
        if case.call:
            page.arm(case.call, case.occurrence, case.fault)
        victim.start()
        is_up = lambda: not victim.is_running() or self._is_ready()
        try:
            wait_until(is_up, f"{victim.name} starts or ends", PATIENCE_SECONDS)
        except AssertionError as failure:
            raise AssertionError(f"{failure}\n{self.cluster.logs()}") from None
        page.disarm()
        fired = page.has_fired()
        made = {call: count - before[call] for call, count in page.made().items()}
        how = self._check_start(case, victim, fired)
        if pending:
            self._conclude("put", key, ABSENT, pending.value, pending.result())
        assert self._read_surely(b"kept") is not ABSENT, "a value is lost"
        if not case.call:
            audit.wait_settled(self.cluster)
            return made
        return how if fired else "not reached"

    def _is_ready(self):
        try:
            status = self.cluster.status()
        except (OSError, ValueError):
            return False
        return status["ready"] and all(volume["state"] == "up" for volume in status["volumes"])

    def _stop_well(self, victim):
        if victim.terminate() != 0:
            assert self.may_stop is victim, self._ended(victim)
            self._why_ended(victim)  # of the fault before
        self.may_stop = None
        if victim is not self.cluster.master:
            wait_until(lambda: not self.cluster.is_up(victim), f"the master sees that {victim.name} is down")

    def _key_of(self, victim, key):
        """One whose first volume is the victim, or any for the master."""
        for number in range(100):
            one = key + b"/%d" % number
            if victim is self.cluster.master or self.cluster.first_volume(one) is victim:
                return one
        raise AssertionError("no key has that volume first")

    def _leave_unfinished(self, victim, page, key):
        """Killed in the middle of a PUT: the master while it commits, the volume before it publishes,
        and with half of another value."""
        if victim is not self.cluster.master:
            self._send_half(key + b"/half")
        page.arm("fdatasync" if victim is self.cluster.master else "renameat", 1, "SIGKILL")
        pending = Attempt(self._operate, "put", key, self._value())
        code = victim.process.wait(PATIENCE_SECONDS)
        assert code == -signal.SIGKILL, self._ended(victim)
        page.forget()
        return pending

    def _send_half(self, key):
        told = self.cluster.request("PUT", client.path_of(key) + "?location").json()
        host, port, target = client.split(told["url"])
        with Connection(host, port, PATIENCE_SECONDS) as connection:
            connection.send_head("PUT", target, {"Content-Length": VALUE_BYTES})
            connection.send(bytes(VALUE_BYTES // 2))

    def _check_start(self, case, victim, fired):
        """How it started, in a few words; afterwards it runs and is healthy."""
        if case.fault == "SIGKILL" and fired:
            assert victim.process.wait(PATIENCE_SECONDS) == -signal.SIGKILL, self._ended(victim)
            victim.start()
            self.cluster.wait_ready()
            return "killed"
        if not victim.is_running():
            how = self._why_ended(victim)
            victim.start()
            self.cluster.wait_ready()
            return how
        if victim is self.cluster.master:
            self.may_stop = victim
            return "started"
        return "started" + self._check_health(dataclasses.replace(case, call=""), victim)

    def _why_ended(self, victim):
        told = victim.log_tail()
        if victim.process.returncode == -signal.SIGABRT and any(one in told for one in INDEX_ASSERTIONS):
            return "ended by an assertion of RocksDB"
        assert victim.process.returncode == DIED_WELL, self._ended(victim)
        return "refused to start"


class Attempt:
    """An operation on a thread of its own; its outcome is an answer or the error that came instead."""

    def __init__(self, operate, operation, key, value):
        self.value = value
        self.outcome = OSError(errno.ETIMEDOUT, "not answered")
        self.thread = threading.Thread(target=self._run, args=(operate, operation, key), daemon=True)
        self.thread.start()

    def _run(self, operate, operation, key):
        self.outcome = operate(operation, key, self.value)

    def is_done(self):
        return not self.thread.is_alive()

    def result(self):
        self.thread.join(2 * PATIENCE_SECONDS)
        assert not self.thread.is_alive(), "the operation has not been answered"
        return self.outcome


def brief(read):
    return "nothing" if read is ABSENT else f"{len(read)} bytes {read[:20]!r}"
