"""Power cuts on real file systems: nothing acknowledged is lost, torn or revived.

A master and three volumes, each on an ext4 or XFS of its own, are under load (clients write, overwrite,
delete and read) when the plug is pulled: on all at once, on the index alone, on one volume or on two. What
was not flushed is gone; the processes of those machines are killed, the file systems mounted again, the
processes restarted. Then every key must hold what its history allows, byte for byte on each replica, and
index and volumes must agree. Then comes the next cut, on the same store.

    SMOL_BIN=build/dev/bin /usr/bin/python3 test/fault/power_cut.py --cuts 3000 --seed 1 --fs both

--fs ext4|xfs|both  half of the cuts each with both, at the same time
--jobs N            clusters at a time for each kind of file system
--broken NAME       a deliberately broken variant (SMOL_BROKEN), which must be found

SIGTERM ends it after the cuts under way, and what was done is reported.

Exit codes: 0 clean, 1 something was lost (images, logs and histories stay in build/faults), 2 wrong use,
77 no root or no loop devices."""

import argparse
import json
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../integration"))

# pylint: disable=wrong-import-position
from power_cut_store import Store
from support import fault_report, file_systems


def parse_arguments():
    parser = argparse.ArgumentParser(description="Pulls the plug of a store under load, many times.")
    parser.add_argument("--cuts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--fs", choices=["ext4", "xfs", "both"], default="both")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--broken", default="")
    parser.add_argument("--worker", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.cuts < 1 or asked.jobs < 1:
        parser.error("--cuts and --jobs are at least 1")
    if asked.seed is None:
        asked.seed = random.randrange(1 << 31)
    return asked


def work(asked):
    """One cluster after the other, each with its share of the cuts; tells the parent by lines of JSON."""
    asked_to_end = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked_to_end.set())
    sys.setswitchinterval(0.0005)  # the plug is not to wait for the clients' threads
    tell = lambda **line: print(json.dumps(line), flush=True)
    file_systems.keep_mounts_private()
    with Store(asked.fs, f"{asked.seed}/{asked.worker}", asked.broken) as store:
        for number in range(asked.cuts):
            if asked_to_end.is_set():
                break
            store.prepare(number)
            try:
                told = store.round(number)
            except Exception as failure:  # pylint: disable=broad-except
                evidence = "" if asked.broken else store.keep_evidence(failure)
                tell(failed=f"cut {number}: {failure}", evidence=evidence)
                return fault_report.FOUND
            tell(**told)
    return fault_report.CLEAN


class Worker:
    """A process of its own for each cluster: its clients do not wait for those of another."""

    def __init__(self, asked, kind, name, cuts, told):
        self.name = name
        arguments = [sys.executable, "-B", os.path.abspath(__file__), "--worker", name]
        arguments += ["--fs", kind, "--cuts", str(cuts), "--seed", str(asked.seed), "--broken", asked.broken]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        self.thread = threading.Thread(target=self._listen, args=(told,))
        self.thread.start()

    def _listen(self, told):
        for line in self.process.stdout:
            if line.startswith("{"):
                told.put((self.name, json.loads(line)))
            else:
                print(f"{self.name}: {line}", end="", flush=True)
        told.put((self.name, None))

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.thread.join()
        return self.process.wait()


def shares(asked):
    """(kind of file system, name of the worker, cuts) for each worker."""
    kinds = ["ext4", "xfs"] if asked.fs == "both" else [asked.fs]
    count = len(kinds) * asked.jobs
    for number in range(min(count, asked.cuts)):
        share = asked.cuts // count + (number < asked.cuts % count)
        yield kinds[number % len(kinds)], f"{kinds[number % len(kinds)]}{number // len(kinds) + 1}", share


class Tally:
    def __init__(self):
        self.cuts = 0
        self.by = {}  # what was counted -> how often
        self.failures = []

    def take(self, name, line):
        if "failed" in line:
            self.failures.append(f"{name}: {line['failed']}\n  evidence: {line['evidence']}")
            return
        self.cuts += 1
        for what, count in line.items():
            self.by[what] = round(self.by.get(what, 0) + count, 2)


def stop_all_but(workers, name):
    """The one that found something ends by itself, when its evidence is kept."""
    for worker in workers:
        if worker.name != name and worker.process.poll() is None:
            worker.process.terminate()


def run(asked):
    begun = time.time()
    tally = Tally()
    told = queue.SimpleQueue()
    progress = fault_report.Progress(asked.cuts, "cuts")
    workers = [Worker(asked, kind, name, cuts, told) for kind, name, cuts in shares(asked)]
    running = len(workers)
    signal.signal(signal.SIGTERM, lambda *_: stop_all_but(workers, None))
    try:
        while running:
            name, line = told.get()
            if line is None:
                running -= 1
                continue
            tally.take(name, line)
            if tally.failures:
                stop_all_but(workers, name)
            progress.show(tally.cuts, f", found: {len(tally.failures)}")
    finally:
        codes = [worker.stop() for worker in workers]
    if not tally.failures and any(codes):
        print(f"a worker could not do its work: {codes}", flush=True)
        return fault_report.WRONG_USE
    for failure in tally.failures:
        print(failure, flush=True)
    again = f"--cuts {asked.cuts} --seed {asked.seed} --fs {asked.fs} --jobs {asked.jobs}"
    if tally.failures:
        print(f"again: SMOL_BIN=... python3 test/fault/power_cut.py {again}", flush=True)
    if not asked.broken:
        failures = [failure.splitlines()[0] for failure in tally.failures]
        details = {"fs": asked.fs, **tally.by, "failures": failures}
        fault_report.write_result("power_cut", begun, tally.cuts, "cuts", asked.seed, len(tally.failures), details)
    else:
        print(f"{asked.broken}: {'found' if tally.failures else 'NOT found'} in {tally.cuts + 1} cuts, "
              f"{time.time() - begun:.1f} s", flush=True)
    return fault_report.FOUND if tally.failures else fault_report.CLEAN


def main():
    asked = parse_arguments()
    if asked.worker:
        sys.exit(work(asked))
    reason = file_systems.missing(["ext4", "xfs"] if asked.fs == "both" else [asked.fs])
    if reason:
        print(f"skipped: {reason}")
        sys.exit(fault_report.SKIPPED)
    print(f"seed {asked.seed}", flush=True)
    sys.exit(run(asked))


if __name__ == "__main__":
    main()
