"""Clients that write, overwrite, delete and read until they are told to stop, and remember all of it."""

import random
import threading
import time

from support import client
from support.register import ABSENT, Recorder
from support.values import name_of, value_of

CLIENTS = 6
HOT_KEYS = 12  # that clients fight for
KEYS_MAX = 90
NEW_KEY_SHARE = 0.25
ANSWER_SECONDS = 30.0
REFUSED_PAUSE_SECONDS = 0.02  # after an answer that did not come
SIZES = (1, 900, 4096, 20_000, 65_537, 300_000)
SIZE_WEIGHTS = (2, 5, 4, 4, 2, 1)


class Load:
    def __init__(self, port):
        self.port = port
        self.registers = {f"hot/{number}": Recorder() for number in range(HOT_KEYS)}
        self.lock = threading.Lock()
        self.threads = []
        self.stopped = threading.Event()
        self.faults = []
        self.written = 0  # counts names of values
        self.acknowledged = self.begun = self.reads = 0

    def start(self, seed):
        self.stopped.clear()
        self.acknowledged = self.begun = self.reads = 0
        self.threads = [
            threading.Thread(target=self._work, args=(random.Random(f"{seed}/{number}"),), daemon=True)
            for number in range(CLIENTS)
        ]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(2 * ANSWER_SECONDS)
            if thread.is_alive():
                raise AssertionError("a client has not been answered")
        if self.faults:
            raise AssertionError("; ".join(self.faults[:5]))

    def counts(self):
        return {"acknowledged": self.acknowledged, "begun": self.begun, "reads": self.reads}

    @staticmethod
    def bytes_of(name):
        return value_of(name, int(name.split("/")[2]))

    def _work(self, chance):
        with client.Session(ANSWER_SECONDS) as session:
            while not self.stopped.is_set():
                try:
                    self._operate(session, chance)
                except OSError:
                    session.close()
                    time.sleep(REFUSED_PAUSE_SECONDS)
                except Exception as failure:  # pylint: disable=broad-except
                    self.faults.append(repr(failure))
                    return

    def _operate(self, session, chance):
        key, register = self._pick(chance)
        drawn = chance.random()
        if drawn < 0.25:
            begun = time.monotonic()
            found = self.read(session, key)
            if found:
                register.read(found[0], begun, time.monotonic())
                self._count("reads")
        elif drawn < 0.4:
            self._delete(session, key, register)
        else:
            self._put(session, chance, key, register)

    def _count(self, what):
        with self.lock:
            setattr(self, what, getattr(self, what) + 1)

    def _pick(self, chance):
        with self.lock:
            if len(self.registers) < KEYS_MAX and chance.random() < NEW_KEY_SHARE:
                key = f"new/{len(self.registers)}"
                self.registers[key] = Recorder()
            elif chance.random() < 0.5:
                key = f"hot/{chance.randrange(HOT_KEYS)}"
            else:
                key = chance.choice(list(self.registers))
            return key, self.registers[key]

    def _put(self, session, chance, key, register):
        with self.lock:
            self.written += 1
            number = self.written
        size = chance.choices(SIZES, SIZE_WEIGHTS)[0]
        name = f"{key.replace('/', '-')}/{number}/{size}"
        name = f"{key.replace('/', '-')}/{number}/{len(value_of(name, size))}"
        target = client.path_of(key) + ("?redirect" if chance.random() < 0.4 else "")
        call = register.begin(name, time.monotonic())
        self._count("begun")
        answer = self._ask(register, call, session, "PUT", target, self.bytes_of(name))
        if answer.status in (200, 201):
            register.done(call, time.monotonic())
            self._count("acknowledged")
        elif 400 <= answer.status < 500 or answer.status == 507:
            register.refused(call)
        elif answer.status < 500:
            raise AssertionError(f"PUT {key}: {answer}")

    def _ask(self, register, call, session, method, target, body=None):
        try:
            return session.request(self.port, method, target, body, follow=True)
        except ConnectionRefusedError:
            register.refused(call)  # nobody has even seen it
            raise

    def _delete(self, session, key, register):
        begun = time.monotonic()
        call = register.begin(ABSENT, begun)
        self._count("begun")
        answer = self._ask(register, call, session, "DELETE", client.path_of(key))
        if answer.status == 204:
            register.done(call, time.monotonic())
            self._count("acknowledged")
        elif answer.status == 404:
            register.refused(call)
            register.read(ABSENT, begun, time.monotonic())
        elif answer.status < 500:
            raise AssertionError(f"DELETE {key}: {answer}")

    def read(self, session, key):
        """(what is there,), or () if that cannot be told now."""
        try:
            answer = session.request(self.port, "GET", client.path_of(key), follow=True)
        except OSError:
            session.close()
            return ()
        if answer.status == 200:
            return (name_of(answer.body),)
        if answer.status == 404 and answer.code == "not_found":
            return (ABSENT,)
        if answer.status == 404 or (answer.status >= 500 and answer.code != "blob_damaged"):
            return ()
        raise AssertionError(f"GET {key}: {answer}")
