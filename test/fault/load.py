#!/usr/bin/python3
"""Slow connections by the thousand (slow head, slow body, slow read: a third each) at the master and the
volumes, while honest clients put and get. Shows that every honest request is answered, that their p99 is
at most three times that without the slow ones, that the slow ones are evicted by the deadlines, and that
descriptors and memory go back to where they were. Then the same question at two limits: with fewer
descriptors than connections, and at the connection cap.

  load.py [--slow N] [--rounds N] [--seconds T]     5,000 slow ones by default; --smoke: 600

p99 is measured without, with, without, with slow ones, ...; the medians of both are compared.
Exit codes: 0 all as it should be, 1 not, 2 wrong use, 77 cannot run here. Appends a line of JSON to
build/faults/load.jsonl."""

import argparse
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../integration")]

from support import audit, client, fault_report
from support.cluster import Cluster
from support.processes import wait_until

HONEST_CLIENTS = 4
RATIO_MAX = 3.0
OPEN_SHARE_MIN = 0.95  # of the slow ones, while honest ones are measured
OPENED_SECONDS_MAX = 70.0  # then the first ones have been idle for too long
SETTLE_SECONDS = 3.0
BIG_BYTES = 16 << 20
EVICTED_SECONDS_MAX = 60.0  # those that read slowly last the longest: 30 s without a byte
KERNEL_BYTES_MAX = 2 << 20  # for each slow reader, in socket buffers; relayed ones have two connections
KERNEL_MORE_MAX = 64 << 20  # when all are gone
DESCRIPTORS_MORE_MAX = 32 + 32 * os.cpu_count()  # each loop keeps some pipes
DESCRIPTORS_SECONDS_MAX = 30.0
MEMORY_MORE_MAX = 96 << 20  # kept by the allocator after all waves,
MEMORY_GROWTH_MAX = 16 << 20  # of which the last one added this at most: it levels off
FEW_DESCRIPTORS = 160
CAP = 300


def kernel_bytes():
    """In TCP's socket buffers, of the whole machine."""
    with open("/proc/net/sockstat", encoding="ascii") as file:
        words = next(line for line in file if line.startswith("TCP:")).split()
    return int(words[words.index("mem") + 1]) * resource.getpagesize()


class SlowOnes:
    """The process of load_slow.py."""

    def __init__(self, cluster, count, keep=True):
        big = os.urandom(1 << 16) * (BIG_BYTES >> 16)
        told = cluster.put("big", big)
        if told.status not in (201, 403):
            raise AssertionError(f"PUT: {told}")
        urls = [one["url"] for one in cluster.stat("big").json()["replicas"]]
        setting = {
            "master": cluster.port, "volumes": [one.port for one in cluster.volumes], "big": "/big",
            "big_urls": urls, "count": count, "keep": keep,
        }
        self.count = count
        self.process = subprocess.Popen(
            ["/usr/bin/python3", "-B", os.path.join(HERE, "load_slow.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.told = {"open": 0, "evicted": {}, "kinds": {}}
        self.fewest = 0
        self.say(json.dumps(setting))
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self):
        for line in self.process.stdout:
            self.told = json.loads(line)
            self.fewest = min(self.fewest, self.told["open"])

    def say(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()

    def open_all(self):
        self.say(f"open {self.count}")
        enough = self.count * (OPEN_SHARE_MIN + 1) / 2
        wait_until(lambda: self.told["open"] >= enough, f"{self.count} slow ones are open", OPENED_SECONDS_MAX)
        self.say("go")
        time.sleep(SETTLE_SECONDS)  # all are begun, and wait for bytes
        self.fewest = self.told["open"]

    def close_all(self):
        self.say("close")
        wait_until(lambda: self.told["open"] == 0, "the slow ones are closed")

    def stop(self):
        self.say("end")
        self.process.wait(30.0)
        self.process.stdin.close()
        self.thread.join()
        self.process.stdout.close()


class Honest:
    """A few clients that put and get small values, all through redirects."""

    def __init__(self, cluster, name):
        self.cluster = cluster
        self.name = name
        self.seconds = []
        self.faults = []

    def run(self, seconds):
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=self._work, args=(number, until)) for number in range(HONEST_CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.faults:
            raise AssertionError(f"{len(self.faults)} honest requests failed: {self.faults[0]}")
        return self

    def _work(self, number, until):
        session = client.Session(30.0)
        count = 0
        while time.monotonic() < until and not self.faults:
            count += 1
            if count % 10 == 0:
                session.close()  # newcomers are served as well
            target = f"/honest/{self.name}/{number}/{count}"
            body = target.encode() * 16
            try:
                self._one(session, "PUT", target + "?redirect", body, 201)
                if self._one(session, "GET", target, None, 200).body != body:
                    raise AssertionError("other bytes")
            except (OSError, AssertionError) as failure:
                self.faults.append(f"{target}: {failure!r}")
        session.close()

    def _one(self, session, method, target, body, status):
        begun = time.perf_counter()
        answer = session.request(self.cluster.port, method, target, body, follow=True)
        self.seconds.append(time.perf_counter() - begun)
        if answer.status != status:
            raise AssertionError(repr(answer))
        return answer

    def p99(self):
        return statistics.quantiles(self.seconds, n=100)[98]


class Load:
    def __init__(self, options):
        self.options = options
        self.served = 0
        self.after_wave = None  # resources, once the last wave but one is gone
        self.details = {"slow": options.slow}

    def run(self):
        with Cluster(3) as cluster:
            self.honest(cluster, "warm", 1.0)
            before = self.resources(cluster)
            kernel = kernel_bytes()
            slow = SlowOnes(cluster, self.options.slow)
            try:
                self.compare(cluster, slow)
                self.bounded(kernel)
                self.evict(slow)
                self.kernel_returned(kernel)
            finally:
                slow.stop()
            self.returned(cluster, before)
            self.honest(cluster, "after", 1.0)
            audit.wait_settled(cluster, 120.0)
        self.few_descriptors()
        self.at_the_cap()

    def honest(self, cluster, name, seconds):
        done = Honest(cluster, name).run(seconds)
        self.served += len(done.seconds)
        return done

    def compare(self, cluster, slow):
        without, beside, fewest = [], [], []
        for number in range(self.options.rounds):
            without.append(self.honest(cluster, f"without{number}", self.options.seconds).p99())
            slow.open_all()
            beside.append(self.honest(cluster, f"with{number}", self.options.seconds).p99())
            fewest.append(slow.fewest)
            print(f"round {number + 1}: p99 without {without[-1] * 1000:.1f} ms, with {beside[-1] * 1000:.1f} ms, "
                  f"{slow.told}", flush=True)
            if number + 1 < self.options.rounds:
                slow.close_all()
                now = self.resources(cluster)
                self.after_wave = now
                self.details.setdefault("memory_mib_after_wave", []).append([one[1] >> 20 for one in now.values()])
        ratio = statistics.median(beside) / statistics.median(without)
        self.details |= {
            "p99_ms_without": [round(one * 1000, 2) for one in without],
            "p99_ms_with": [round(one * 1000, 2) for one in beside],
            "ratio": round(ratio, 2),
            "fewest_open": min(fewest),
        }
        if min(fewest) < self.options.slow * OPEN_SHARE_MIN:
            raise AssertionError(f"only {min(fewest)} slow ones were open: proves nothing")
        if ratio > RATIO_MAX:
            raise AssertionError(f"p99 is {ratio:.1f} times that without slow ones")

    def bounded(self, before):
        """What the kernel holds for peers that do not read."""
        grown = kernel_bytes() - before
        self.details["kernel_mib"] = grown >> 20
        if grown > KERNEL_BYTES_MAX * self.options.slow / 3:
            raise AssertionError(f"{grown >> 20} MiB in socket buffers")

    def kernel_returned(self, before):
        wait_until(lambda: kernel_bytes() < before + KERNEL_MORE_MAX, "socket buffers are given back")

    def evict(self, slow):
        """Left alone, every slow one is closed by the server; in a smoke run the readers are not waited for."""
        slow.say("once")
        begun = time.monotonic()

        def are_gone():
            left = slow.told["kinds"]
            return not (left.get("head") or left.get("body") or (left.get("read") and not self.options.smoke))

        try:
            wait_until(are_gone, "all slow ones are evicted", EVICTED_SECONDS_MAX)
        except AssertionError as failure:
            raise AssertionError(f"{failure}: {slow.told}") from None
        self.details["evicted"] = slow.told["evicted"]
        self.details["lived_seconds_max"] = slow.told["lived"]
        print(f"evicted after {time.monotonic() - begun:.1f} s: {slow.told}", flush=True)
        slow.close_all()

    def resources(self, cluster):
        return {
            one.name: (len(os.listdir(f"/proc/{one.pid}/fd")), one.memory_bytes()) for one in cluster.processes()
        }

    def returned(self, cluster, before):
        def is_back():
            now = self.resources(cluster)
            return all(now[name][0] <= before[name][0] + DESCRIPTORS_MORE_MAX for name in before)

        try:
            wait_until(is_back, "descriptors are closed again", DESCRIPTORS_SECONDS_MAX)
        except AssertionError as failure:
            raise AssertionError(f"{failure}: {before} before, now {self.resources(cluster)}") from None
        now = self.resources(cluster)
        self.details["descriptors"] = {name: [before[name][0], now[name][0]] for name in now}
        self.details["memory_mib"] = {name: [before[name][1] >> 20, now[name][1] >> 20] for name in now}
        for name, (_, memory) in now.items():
            wave = self.after_wave[name][1] if self.after_wave else memory
            if memory > before[name][1] + MEMORY_MORE_MAX or memory > wave + MEMORY_GROWTH_MAX:
                raise AssertionError(f"{name} kept {(memory - before[name][1]) >> 20} MiB")

    def few_descriptors(self):
        """More connections than descriptors: nothing dies, and all is well once they are gone."""
        cluster = Cluster(3, start=False)
        for one in cluster.processes():
            one.enter = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (FEW_DESCRIPTORS, FEW_DESCRIPTORS))
        with cluster:
            cluster.start()
            ports = [cluster.port, *(one.port for one in cluster.volumes)]
            crowd = [socket.create_connection(("127.0.0.1", port)) for port in ports for _ in range(FEW_DESCRIPTORS * 2)]
            for one in crowd[::2]:
                try:
                    one.send(b"GET /")
                except OSError:
                    pass  # shed at once
            for one in cluster.processes():
                wait_until(lambda one=one: "descriptors" in one.log() or "accept" in one.log(),
                           f"{one.name} has run out of descriptors")
            for one in crowd:
                one.close()
            cluster.wait_ready()
            self.honest(cluster, "again", 1.0)
            audit.wait_settled(cluster)
        print("survived running out of descriptors", flush=True)

    def at_the_cap(self):
        """Twice as many slow heads as connections are allowed: they give way to whoever comes."""
        with Cluster(3, ["--connections-max", str(CAP)], ["--connections-max", str(CAP)]) as cluster:
            ports = [cluster.port, *(one.port for one in cluster.volumes)]
            crowd = []
            for port in ports:
                for _ in range(CAP * 2):
                    crowd.append(socket.create_connection(("127.0.0.1", port)))
                    crowd[-1].send(b"GET /")
            time.sleep(1.5)  # they have been slow for longer than honest ones need
            self.honest(cluster, "capped", 3.0)
            for one in crowd:
                one.close()
        print(f"served at a cap of {CAP} connections with {2 * CAP} slow ones at each server", flush=True)


def parsed(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--slow", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--smoke", action="store_true")
    options = parser.parse_args(arguments)
    if options.smoke:
        options.slow, options.rounds, options.seconds = 600, 2, 1.5
    return options


def main():
    options = parsed(sys.argv[1:])
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if limit < options.slow + 1000:
        print(f"skipped: {options.slow} slow connections need more than {limit} descriptors (ulimit -Hn)")
        sys.exit(fault_report.SKIPPED)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    load = Load(options)
    begun = time.time()
    failure = None
    try:
        load.run()
    except AssertionError as found:
        failure = found
    fault_report.write_result(
        "load", begun, load.served, "honest requests", 0, int(failure is not None), load.details
    )
    if failure is not None:
        print(f"FOUND: {failure}\nagain: {' '.join(sys.argv)}")
        sys.exit(fault_report.FOUND)


if __name__ == "__main__":
    main()
