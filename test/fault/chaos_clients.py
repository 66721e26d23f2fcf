"""Clients that write, read and delete a few keys all the time, and write down what they saw."""

import dataclasses
import json
import math
import random
import threading
import time

from support import client
from support.register import A_VALUE, ABSENT, ANYTHING, NOTHING, Call, Needs
from support.values import name_of, value_of

SIZES = (1, 17, 4000, 65_536, 65_537, 300_000)  # below and above what is served from memory
TIMEOUTS_SECONDS = (2.0, 8.0)
# What a client asks for, against the others.
WEIGHTS = {"put": 5, "create": 3, "replace": 4, "get": 8, "delete": 1.5, "delete_seen": 1}
WRITES = {"put", "create", "replace"}
PUT_QUERIES = ("", "", "?redirect", "?relay")
# Refusals after which nothing has been stored. Any other answer of 5xx says nothing about that.
NOT_DONE = {
    "too_few_volumes", "no_room", "volumes_down", "volume_read_only", "too_many_requests", "shutting_down",
    "write_conflict", "request_timeout", "body_truncated",
}


@dataclasses.dataclass
class Entry:
    """One request and what came of it: ok, refused (its condition did not hold), absent (there was no
    value), failed (nothing happened) or unknown."""

    client: int
    key: str
    what: str
    value: str | None  # that it wrote, or read
    seen: str | None  # the value that its condition names
    started: float
    ended: float = 0.0
    outcome: str = "unknown"
    answer: str = ""

    def call(self):
        """What it tells about the key, or None."""
        if self.outcome == "failed" or (self.outcome == "unknown" and self.what == "get"):
            return None
        needs = {
            "put": ANYTHING, "create": NOTHING, "replace": Needs(value=self.seen),
            "get": Needs(value=self.value), "delete": A_VALUE, "delete_seen": Needs(value=self.seen),
        }[self.what]
        sets = {"get": None, "delete": ABSENT, "delete_seen": ABSENT}.get(self.what, self.value)
        if self.outcome == "absent":
            needs, sets = NOTHING, None
        elif self.outcome == "refused":
            needs, sets = (A_VALUE if self.what == "create" else Needs(other_than=self.seen)), None
        who = f"(client {self.client}: {self.what}, {self.answer})"
        ended = math.inf if self.outcome == "unknown" else self.ended
        return Call(self.started, ended, needs, sets, who)


class Clients:
    """`count` threads at the keys of one epoch. `faults`: what no client should ever see."""

    def __init__(self, cluster, seed, count, keys, log):
        self.cluster = cluster
        self.keys = keys
        self.log = log
        self.lock = threading.Lock()
        self.history = []
        self.faults = []
        self.etags = {}  # key -> (ETag, value) that somebody saw last
        self.over = threading.Event()
        self.threads = [
            threading.Thread(target=self._work, args=(number, random.Random(f"{seed} {keys[0]} {number}")))
            for number in range(count)
        ]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _work(self, number, chance):
        done = 0
        session = client.Session()
        while not self.over.is_set() and not self.faults:
            session.timeout = chance.choice(TIMEOUTS_SECONDS)
            if chance.random() < 0.05:
                session.close()
            done += 1
            what = chance.choices(list(WEIGHTS), WEIGHTS.values())[0]
            entry = self._request(session, chance, number, what, f"{number}/{done}")
            if entry.outcome in ("failed", "unknown"):
                self.over.wait(chance.uniform(0.0, 0.2))
        session.close()

    def _request(self, session, chance, number, what, name):
        key = chance.choice(self.keys)
        etag, seen = self.etags.get(key) or (None, None)
        if what in ("replace", "delete_seen") and seen is None:
            what = "get"
        entry = Entry(number, key, what, None, None, 0.0)
        headers = {}
        if what in ("replace", "delete_seen"):
            headers["If-Match"] = etag
            entry.seen = seen
        if what == "create":
            headers["If-None-Match"] = "*"
        body, method, query = None, {"get": "GET"}.get(what, "DELETE"), ""
        if what in WRITES:
            size = chance.choice(SIZES)
            entry.value = f"{key}-{name}/{size}"
            body, method, query = value_of(entry.value, size), "PUT", chance.choice(PUT_QUERIES)
        self._ask(session, entry, method, query, body, headers)
        return entry

    def _ask(self, session, entry, method, query, body, headers):
        entry.started = time.monotonic()
        try:
            answer = session.request(
                self.cluster.port, method, client.path_of(entry.key) + query, body, headers,
                follow=True, host=self.cluster.host,
            )
            entry.ended = time.monotonic()
            self._judge(entry, answer)
        except ConnectionRefusedError:  # nobody took the connection: nobody read a byte
            entry.ended = time.monotonic()
            entry.outcome, entry.answer = "failed", "refused"
        except OSError as failure:
            entry.ended = time.monotonic()
            entry.answer = type(failure).__name__
        except Exception as failure:  # pylint: disable=broad-except
            self.faults.append(f"{entry}: {failure!r}")
        self._keep(entry)

    def _judge(self, entry, answer):
        code = answer.code
        entry.answer = f"{answer.status} {code}".strip()
        if entry.what == "get" and answer.status == 200:
            entry.value = name_of(answer.body)
            entry.outcome = "ok"
            self.etags[entry.key] = (answer.header("ETag"), entry.value)
        elif entry.what != "get" and answer.status in (200, 201, 204):
            entry.outcome = "ok"
            if answer.header("ETag"):
                self.etags[entry.key] = (answer.header("ETag"), entry.value)
        elif answer.status == 404 and code == "not_found" and entry.value is None:
            entry.outcome = "absent"
            self.etags[entry.key] = None
            entry.value = ABSENT if entry.what == "get" else None
        elif answer.status == 412 and entry.what in ("create", "replace", "delete_seen"):
            entry.outcome = "refused"
            self.etags[entry.key] = None
        elif code in NOT_DONE:
            entry.outcome = "failed"
        elif answer.status < 500 or code in ("blob_damaged", "io_error"):
            raise AssertionError(f"unexpected {answer}")

    def _keep(self, entry):
        with self.lock:
            self.history.append(entry)
            self.log.write(json.dumps(dataclasses.asdict(entry)) + "\n")

    def keys_with_open_writes(self):
        """Those that a write of unknown outcome may still reach."""
        return sorted({entry.key for entry in self.history if entry.outcome == "unknown" and entry.what in WRITES})

    def read_finally(self, key, until):
        """Reads a key until there is an answer; the body, or None if there is no value."""
        entry = self._ask_finally(key, "get", "GET", until)
        return None if entry.outcome == "absent" else value_of(entry.value, int(entry.value.split("/")[2]))

    def remove_finally(self, key, until):
        """Asks for a deletion until there is an answer."""
        self._ask_finally(key, "delete", "DELETE", until)

    def _ask_finally(self, key, what, method, until):
        with client.Session(5.0) as session:
            while True:
                entry = Entry(-1, key, what, None, None, 0.0)
                self._ask(session, entry, method, "", None, {})
                if entry.outcome in ("ok", "absent"):
                    return entry
                if self.faults or time.monotonic() > until:
                    raise AssertionError(f"no answer, although all is healed: {entry} {self.faults}")
                time.sleep(0.05)
