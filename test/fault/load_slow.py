"""Thousands of slow connections from one process: a third sends its head, a third its body, a third reads
its answer a byte at a time. Started by load.py, which says on standard input what to do; says every half
second on standard output, as JSON, what it sees."""

import collections
import heapq
import json
import os
import random
import resource
import select
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../integration"))

from support import client

DRIP_SECONDS = 4.0  # between two bytes of one connection
REPORT_SECONDS = 0.5
OPENED_PER_TURN = 100
TURN_SECONDS = 0.02
BODY_BYTES = 1_000_000
KINDS = ("head", "body", "read")


class Slow:
    """One connection."""

    def __init__(self, number, kind, port, request):
        self.number = number
        self.kind = kind
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.request = request
        self.begun = None

    def begin(self):
        """From here on it is slow; before it was only idle, which is allowed for longer."""
        self.begun = time.monotonic()
        try:
            self.socket.send(self.request)
        except OSError:
            pass  # closed already: seen by the poll

    def drip(self):
        """A byte more; False if the server has ended it."""
        try:
            if self.kind == "read":
                return bool(self.socket.recv(1))
            self.socket.send(b"x")
            return True
        except BlockingIOError:
            return True
        except OSError:
            return False

    def has_ended(self):
        """Whether the server closed; its answer, if any, is read and forgotten."""
        if self.kind == "read":
            return False  # there is always something to read
        try:
            while self.socket.recv(65536):
                pass
            return True
        except BlockingIOError:
            return False
        except OSError:
            return True


class Attack:
    def __init__(self, setting):
        self.master = setting["master"]
        self.volumes = setting["volumes"]
        self.big_urls = [client.split(url) for url in setting["big_urls"]]
        self.big = setting["big"]
        self.keep = setting["keep"]  # evicted ones come back
        self.wanted = 0
        self.open = {}  # descriptor -> Slow
        self.poll = select.epoll()
        self.due = []  # heap of (when, id, Slow)
        self.free = collections.deque(range(setting["count"]))
        self.evicted = collections.Counter()
        self.lived = collections.Counter()  # kind -> longest seconds
        self.uses = 0
        self.is_going = False
        self.session = client.Session(30.0)

    def make(self, number):
        kind = KINDS[number % 3]
        at = number // 3 % (1 + len(self.volumes))
        port = self.master if at == 0 else self.volumes[at - 1]
        self.uses += 1
        if kind == "head":
            return Slow(number, kind, port, b"GET /x HTTP/1.1\r\nHost: x\r\nSlow: ")
        if kind == "body":
            port, target = self.put_target(at, f"/slow/{os.getpid()}-{self.uses}")
            head = f"PUT {target} HTTP/1.1\r\nHost: x\r\nContent-Length: {BODY_BYTES}\r\n\r\nx"
            return Slow(number, kind, port, head.encode())
        target = f"{self.big}?relay"
        if at:
            _, port, target = self.big_urls[at % len(self.big_urls)]
        return Slow(number, kind, port, f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    def put_target(self, at, key):
        """Through the master, or at the volume that it names."""
        if at == 0:
            return self.master, key
        told = self.session.request(self.master, "PUT", key + "?location").json()
        _, port, target = client.split(told["url"])
        return port, target

    def turn(self):
        for _ in range(OPENED_PER_TURN):
            if len(self.open) >= self.wanted or not self.free:
                break
            number = self.free.popleft()
            try:
                one = self.make(number)
            except (OSError, KeyError):
                self.free.append(number)
                break
            self.open[one.socket.fileno()] = one
            self.poll.register(one.socket.fileno(), select.EPOLLIN | select.EPOLLRDHUP if one.kind != "read" else 0)
            if self.is_going:
                self.begin(one)
        for descriptor, _ in self.poll.poll(TURN_SECONDS, 1000):
            one = self.open.get(descriptor)
            if one and (one.kind == "read" or one.has_ended()):
                self.end(one, evicted=True)
        self.drip()

    def begin(self, one):
        one.begin()
        self.follow(one, random.uniform(0, DRIP_SECONDS))  # they do not keep step

    def follow(self, one, seconds):
        heapq.heappush(self.due, (time.monotonic() + seconds, id(one), one))

    def drip(self):
        now = time.monotonic()
        while self.due and self.due[0][0] <= now:
            _, _, one = heapq.heappop(self.due)
            if self.open.get(one.socket.fileno()) is not one:
                continue
            if one.drip():
                self.follow(one, DRIP_SECONDS)
            else:
                self.end(one, evicted=True)

    def end(self, one, evicted):
        self.open.pop(one.socket.fileno())
        one.socket.close()
        if evicted:
            self.evicted[one.kind] += 1
            self.lived[one.kind] = max(self.lived[one.kind], round(time.monotonic() - (one.begun or time.monotonic()), 1))
        if self.keep or not evicted:
            self.free.append(one.number)

    def obey(self, words):
        if words[0] == "open":
            self.wanted = int(words[1])
            self.is_going = False
        if words[0] == "go":
            self.is_going = True
            for one in list(self.open.values()):
                self.begin(one)
        if words[0] == "once":  # what is evicted from here on stays away
            self.keep = False
            self.wanted = 0
        if words[0] == "close":
            self.wanted = 0
            for one in list(self.open.values()):
                self.end(one, evicted=False)
            self.session.close()

    def report(self):
        print(json.dumps({
            "open": len(self.open),
            "kinds": dict(collections.Counter(one.kind for one in self.open.values())),
            "evicted": dict(self.evicted),
            "lived": dict(self.lived),
        }), flush=True)


def main():
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    os.nice(10)
    attack = Attack(json.loads(sys.stdin.readline()))
    os.set_blocking(sys.stdin.fileno(), False)
    reported = 0.0
    while True:
        if words := sys.stdin.readline().split():
            if words[0] == "end":
                return
            attack.obey(words)
        attack.turn()
        if time.monotonic() > reported + REPORT_SECONDS:
            reported = time.monotonic()
            attack.report()


if __name__ == "__main__":
    main()
