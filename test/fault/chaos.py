#!/usr/bin/python3
"""Real processes under real trouble: a master and its volumes, each on a network node and a disk of its
own, are killed, paused, cut off, slowed down and filled up while clients write, read and delete a few
keys. Shows that each key behaved like one register (nothing acknowledged is lost, torn, mixed or
revived), that all heals by itself, and that index and volumes agree in the end.

  chaos.py [--seconds T] [--seed S] [--faults kill,pause,...] [--volumes N] [--clients N] [--keys N]
           [--epoch SECONDS] [--broken NAME]

Every epoch has keys of its own and ends healed and audited. The seed decides which harm is done and what
clients ask for, not to the millisecond when. Needs root (namespaces, loop devices). SIGTERM ends it after the epoch
under way, and what was done is reported.

Exit codes: 0 nothing found, 1 a fault (history and logs stay, where it says), 2 wrong use, 77 cannot run
here. Appends a line of JSON to build/faults/chaos.jsonl."""

import argparse
import collections
import os
import random
import shutil
import signal
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../integration")]

from chaos_clients import Clients
from chaos_cluster import ChaosCluster
from chaos_nemesis import KINDS, Nemesis
from support import audit, fault_report
from support.network import NoNetworks
from support.register import TooHard, violation
from support.small_disk import CannotMount

HEAL_SECONDS_MAX = 60.0  # until all is as it should be, after the last harm
LOOKS_MAX = 4  # at what each key holds in the end
# So many epochs a write may be late that its client has given up: its bytes may lie in the kernel of a peer that was
# cut off, and TCP waits longer and longer before it tries again.
LATE_EPOCHS_MAX = 4
AFTERWARDS_SECONDS = 1.5  # clients go on so long after all is healed
PROGRESS_SECONDS = 10.0


class Chaos:
    def __init__(self, options, directory):
        self.options = options
        self.directory = directory
        self.begun = time.monotonic()
        self.counts = collections.Counter()  # outcome -> requests
        self.answers = collections.Counter()
        self.unavailable = collections.Counter()  # reads, writes -> longest time without a success
        self.heal_seconds = 0.0
        self.checking_seconds = 0.0
        self.undecided = 0
        self.epochs = 0
        self.earlier = collections.deque(maxlen=LATE_EPOCHS_MAX)  # clients of epochs that have ended
        self.asked_to_end = False
        self.said = time.monotonic()
        self.nemesis = None
        self.chance = random.Random(options.seed)

    def run(self):
        environment = {"SMOL_BROKEN": self.options.broken} if self.options.broken else {}
        with (
            open(os.path.join(self.directory, "history.jsonl"), "w", encoding="utf-8") as history,
            open(os.path.join(self.directory, "nemesis.log"), "w", encoding="utf-8") as log,
            ChaosCluster(self.options.volumes, environment, self.directory) as cluster,
        ):
            cluster.start()
            self.nemesis = Nemesis(cluster, self.chance, self.options.faults, log)
            self.begun = time.monotonic()
            try:
                while not self.asked_to_end and (left := self.begun + self.options.seconds - time.monotonic()) > 0:
                    self.epoch(cluster, history, min(left, self.options.epoch))
            except BaseException:
                cluster.keep_evidence()
                raise

    def end(self, *_):
        """After this epoch; what was done is reported."""
        self.asked_to_end = True

    def epoch(self, cluster, history, seconds):
        keys = [f"e{self.epochs}k{number}" for number in range(self.options.keys)]
        clients = Clients(cluster, self.options.seed, self.options.clients, keys, history)
        begun = time.monotonic()
        clients.start()
        try:
            self.nemesis.run(begun + seconds, lambda: self.look(clients))
        finally:
            self.end_harm(clients)
        healed = time.monotonic()
        if clients.faults:
            raise AssertionError("\n".join(clients.faults))
        cluster.wait_ready(HEAL_SECONDS_MAX)
        expected = self.audited(cluster, clients)
        self.heal_seconds = max(self.heal_seconds, time.monotonic() - healed)
        self.nemesis.find_dead()
        self.take_account(clients, begun, healed)
        self.check(clients.keys, clients)
        for former in self.earlier:
            self.check(former.keys_with_open_writes(), former)
        self.earlier.append(clients)
        for each in self.earlier:
            for key in each.keys:
                if key.encode() in expected:
                    each.remove_finally(key, time.monotonic() + HEAL_SECONDS_MAX)
        self.epochs += 1

    def audited(self, cluster, clients):
        """Keys that hold a value in the end, with its bytes. A write whose client has given it up may still be under
        way, and be committed between a read and the audit: then both are done again, and the history holds the reads.
        It may even be committed in a later epoch: so what earlier ones left open is read again."""
        for look in range(1, LOOKS_MAX + 1):
            audit.wait_settled(cluster, HEAL_SECONDS_MAX)
            deadline = time.monotonic() + HEAL_SECONDS_MAX
            bodies = {key.encode(): clients.read_finally(key, deadline) for key in clients.keys}
            for former in self.earlier:
                for key in former.keys_with_open_writes():
                    bodies[key.encode()] = former.read_finally(key, deadline)
            expected = {key: body for key, body in bodies.items() if body is not None}
            try:
                audit.check(cluster, expected=expected, seconds=HEAL_SECONDS_MAX)
                return expected
            except AssertionError:
                if look == LOOKS_MAX:
                    raise

    def end_harm(self, clients):
        """Half of the time nobody writes any more when all heals, so that what then comes late stays."""
        if self.chance.random() < 0.5:
            clients.stop()
            self.nemesis.heal()
        else:
            self.nemesis.heal()
            clients.over.wait(AFTERWARDS_SECONDS)
            clients.stop()

    def look(self, clients):
        if clients.faults:
            raise AssertionError("\n".join(clients.faults))
        if time.monotonic() > self.said + PROGRESS_SECONDS:
            self.said = time.monotonic()
            passed = self.said - self.begun
            done = sum(self.counts.values()) + len(clients.history)
            left = max(0.0, self.options.seconds - passed)
            print(f"{passed:.0f} s: {done} operations ({done / passed:.0f}/s), "
                  f"{sum(self.nemesis.counts.values())} faults, {left:.0f} s left", flush=True)

    def take_account(self, clients, begun, healed):
        for entry in clients.history:
            self.counts[entry.outcome] += 1
            self.answers[f"{entry.what}: {entry.answer}"] += 1
        for name, is_read in (("reads", True), ("writes", False)):
            times = [begun, *sorted(
                entry.ended for entry in clients.history
                if (entry.what == "get") == is_read and entry.outcome not in ("failed", "unknown")
            ), healed]
            longest = max(after - before for before, after in zip(times, times[1:]))
            self.unavailable[name] = round(max(self.unavailable[name], longest), 2)

    def check(self, keys, clients):
        begun = time.monotonic()
        for key in keys:
            calls = [entry.call() for entry in clients.history if entry.key == key]
            try:
                found = violation([call for call in calls if call])
            except TooHard as failure:
                print(f"{key}: undecided: {failure}", flush=True)
                self.undecided += 1
                continue
            if found:
                raise AssertionError(f"key {key}: {found}")
        self.checking_seconds += time.monotonic() - begun

    def details(self):
        return {
            "faults": dict(self.nemesis.counts) if self.nemesis else {},
            "outcomes": dict(self.counts),
            "answers": dict(self.answers.most_common(40)),
            "unavailable_seconds_max": dict(self.unavailable),
            "heal_seconds_max": round(self.heal_seconds, 2),
            "checking_seconds": round(self.checking_seconds, 2),
            "undecided_keys": self.undecided,
            "epochs": self.epochs,
            "broken": self.options.broken,
        }


def parsed(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--faults", default=",".join(KINDS))
    parser.add_argument("--volumes", type=int, default=3)
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--keys", type=int, default=4)
    parser.add_argument("--epoch", type=float, default=20.0)
    parser.add_argument("--broken", default="")
    options = parser.parse_args(arguments)
    options.faults = options.faults.split(",")
    unknown = set(options.faults) - set(KINDS)
    if unknown:
        parser.error(f"no such faults: {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    return options


def main():
    options = parsed(sys.argv[1:])
    directory = tempfile.mkdtemp(prefix="smol-chaos-", dir=os.environ.get("SMOL_TMP"))
    chaos = Chaos(options, directory)
    begun = time.time()
    failure = None
    signal.signal(signal.SIGTERM, chaos.end)
    try:
        chaos.run()
    except (NoNetworks, CannotMount) as reason:
        shutil.rmtree(directory)
        print(f"skipped: {reason}")
        sys.exit(fault_report.SKIPPED)
    except AssertionError as found:
        failure = found
    fault_report.write_result(
        "chaos", begun, sum(chaos.counts.values()), "operations", options.seed, int(failure is not None),
        chaos.details(),
    )
    if failure is None:
        shutil.rmtree(directory)
        return
    print(f"FOUND: {failure}\nhistory and logs: {directory}\nagain: {sys.argv[0]} --seconds "
          f"{options.seconds:g} --seed {options.seed} --faults {','.join(options.faults)} --epoch "
          f"{options.epoch:g} --clients {options.clients} --keys {options.keys} --volumes {options.volumes}")
    sys.exit(fault_report.FOUND)


if __name__ == "__main__":
    main()
