"""Every system call fails once: nothing acknowledged is lost, nothing crashes, and a retry ends well.

For PUT, overwrite, DELETE, start-up and recovery it is first recorded which calls each role (master, first
volume, other volume) makes, and how often. Then each occurrence of each call is made to fail once, by
SIGKILL, EIO, ENOSPC, EMFILE or as a short transfer, where the call can fail so (fail_calls.py). After each:
the client was told the truth, a retry succeeds (after a restart, where the role died or became read-only),
no process died but by SIGKILL or, with a sentence, by its own decision; after a handful of them staging
drains and index and volumes agree byte for byte.

    SMOL_BIN=build/dev/bin /usr/bin/python3 test/fault/syscalls.py            the whole table
    ... --slice 20             every 20th case of it, and always the same ones
    ... --only first/put/fsync   those whose name contains this; a name is role/operation/call/k/fault
    ... --jobs N               clusters at a time
    ... --compare              only compares the recording with strace's

Exit codes: 0 clean, 1 found something (what is left stays in build/faults), 2 wrong use, 77 cannot run."""

import argparse
import collections
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../integration"))

# pylint: disable=wrong-import-position
from fail_calls import FAULTS, LIBRARY
from support import fault_report
from support.processes import wait_until
from syscalls_bench import FIRST, LIVE, MASTER, OTHER, STARTING, Bench, Case

CASES_OF_A_BENCH = 40
AUDITED_EVERY = 8  # cases
TRIES = 3  # until an occurrence comes: what runs beside the operation is not the same each time


def parse_arguments():
    parser = argparse.ArgumentParser(description="Makes each system call fail once.")
    parser.add_argument("--slice", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--compare", action="store_true")
    asked = parser.parse_args()
    if asked.slice < 1 or asked.jobs < 1:
        parser.error("--slice and --jobs are at least 1")
    return asked


def recorded():
    """(role, operation) -> call -> count."""
    found = {}
    bench = Bench("record")
    try:
        for operation in LIVE:
            for role in (MASTER,) if operation == "put relayed" else (MASTER, FIRST, OTHER):
                found[role, operation] = bench.record(role, operation)
        for operation in STARTING:
            for role in (MASTER, FIRST):
                found[role, operation] = bench.record(role, operation)
        bench.check()
    except BaseException:
        bench.stop(failed=True)
        raise
    bench.stop()
    return found


def cases_of(table):
    for (role, operation), calls in table.items():
        for call, count in calls.items():
            for occurrence in range(1, count + 1):
                for fault, (_, possible) in FAULTS.items():
                    if call in possible:
                        yield Case(role, operation, call, occurrence, fault)


class Runner:
    def __init__(self, cases, jobs):
        self.left = queue.SimpleQueue()
        self.total = len(cases)
        for begin in range(0, len(cases), AUDITED_EVERY):
            self.left.put(cases[begin : begin + AUDITED_EVERY])
        self.progress = fault_report.Progress(self.total, "calls")
        self.lock = threading.Lock()
        self.done = 0
        self.outcomes = collections.defaultdict(collections.Counter)  # (call, fault, role) -> outcome -> count
        self.failures = []
        self.workers = [threading.Thread(target=self._work, args=(number,)) for number in range(jobs)]

    def run(self):
        for worker in self.workers:
            worker.start()
        for worker in self.workers:
            worker.join()

    def _work(self, number):
        bench = None
        used = 0
        while True:
            try:
                group = self.left.get_nowait()
            except queue.Empty:
                break
            used += len(group)
            try:
                bench = bench or Bench(f"bench{number}")
                self._run_group(bench, group)
                if used > CASES_OF_A_BENCH:
                    used, ended, bench = 0, bench, None
                    ended.stop()
            except Exception as failure:  # pylint: disable=broad-except
                self._fail(bench, group, failure)
                bench, used = None, 0
        if bench:
            try:
                bench.stop()
            except AssertionError as failure:
                self._fail(None, [], failure)

    def _run_group(self, bench, group):
        for case in group:
            try:
                outcome = "not reached"
                for _ in range(TRIES):
                    outcome = bench.run(case)
                    if outcome != "not reached":
                        break
            except Exception as failure:
                raise AssertionError(f"{case}: {failure}") from failure
            with self.lock:
                self.done += 1
                self.outcomes[case.call, case.fault, case.role][f"{case.operation}: {outcome}"] += 1
                self.progress.show(self.done, f", found: {len(self.failures)}")
        bench.check()

    def _fail(self, bench, group, failure):
        folder = ""
        if bench:
            folder = os.path.join(fault_report.folder(), f"syscalls-{os.getpid()}-{time.time():.0f}-{bench.name}")
            bench.keep_evidence(folder)
            bench.stop(failed=True)
        why = "".join(traceback.format_exception(failure))
        with self.lock:
            self.failures.append(str(failure).split("\n", maxsplit=1)[0])
            print(f"FAILED: one of {', '.join(map(str, group))}\n{why}\nevidence: {folder}", flush=True)
            for case in group:
                print(f"again: python3 test/fault/syscalls.py --only '{case}'", flush=True)


def print_table(outcomes):
    print(f"{'call':<12} {'fault':<8} {'role':<13} {'runs':>5}  outcomes")
    for (call, fault, role), found in sorted(outcomes.items()):
        told = "; ".join(f"{outcome} ({count})" for outcome, count in sorted(found.items()))
        print(f"{call:<12} {fault:<8} {role:<13} {sum(found.values()):>5}  {told}")


def compare():
    """What comes by fail_call.cpp is what strace sees."""
    bench = Bench("compare")
    faults = []
    try:
        for one in bench.cluster.processes():
            faults += compared(bench, one)
    finally:
        bench.stop(failed=bool(faults))
    print("\n".join(faults) or "the recording is strace's", flush=True)
    return fault_report.FOUND if faults else fault_report.CLEAN


def compared(bench, one):
    page = bench.pages[one.name]
    told = os.path.join(bench.cluster.directory, "strace")
    tracer = subprocess.Popen(["strace", "-f", "-p", str(one.pid), "-o", told], stderr=subprocess.PIPE, text=True)
    wait_until(lambda: "attached" in tracer.stderr.readline(), "strace is attached")
    before = page.made()
    bench.record(FIRST, "overwrite")
    after = page.made()
    tracer.send_signal(signal.SIGINT)
    tracer.wait()
    seen = collections.Counter()
    with open(told, encoding="utf-8", errors="replace") as file:
        for line in file:
            call = line.split(None, 1)[-1].split("(")[0].split("<")[0].strip()
            seen[{"sendmsg": "sendto", "recvmsg": "recvfrom", "fstat": "newfstatat"}.get(call, call)] += 1
    for call, count in after.items():
        made = count - before[call]
        print(f"{one.name} {call}: {made}, strace {seen[call]}")
        if abs(made - seen[call]) > 2 + made // 5:  # it beats on while strace comes and goes
            yield f"{one.name}: {made} {call} came by, and strace saw {seen[call]}"


def main():
    asked = parse_arguments()
    if not os.path.exists(LIBRARY):
        print(f"skipped: there is no {LIBRARY}; a build for tests has it")
        sys.exit(fault_report.SKIPPED)
    if asked.compare and not shutil.which("strace"):
        print("skipped: there is no strace to compare with")
        sys.exit(fault_report.SKIPPED)
    if asked.compare:
        sys.exit(compare())
    begun = time.time()
    table = recorded()
    cases = [case for case in cases_of(table) if asked.only in str(case)]
    chosen = cases[:: asked.slice]
    print(f"{len(chosen)} of {len(cases)} cases; recorded in {time.time() - begun:.1f} s", flush=True)
    runner = Runner(chosen, asked.jobs)
    runner.run()
    print_table(runner.outcomes)
    unreached = sum(count for found in runner.outcomes.values() for name, count in found.items() if "not reached" in name)
    print(f"{runner.done} calls failed on purpose, {unreached} of them not reached", flush=True)
    details = {"slice": asked.slice, "only": asked.only, "not_reached": unreached, "failures": runner.failures}
    fault_report.write_result("syscalls", begun, runner.done, "calls", 0, len(runner.failures), details)
    sys.exit(fault_report.FOUND if runner.failures else fault_report.CLEAN)


if __name__ == "__main__":
    main()
