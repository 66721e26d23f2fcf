"""What one operation costs the servers, in countable things: instructions, allocations, system calls."""

import contextlib
import glob
import json
import os
import re
import shutil
import signal
import statistics
import subprocess

from harness import servers
from harness.servers import Cluster
from support.processes import wait_until

# Operation -> flags of smol-bench, and how often it is repeated (half of that first, then all).
OPERATIONS = {
    "redirect": (["redirect", "--keys", "16"], 800),
    "get-1k": (["get", "--keys", "16", "--size", "1KiB", "--remember"], 800),
    "get-1m": (["get", "--keys", "4", "--size", "1MiB", "--remember"], 100),
    "put-1k": (["put", "--size", "1KiB"], 400),
    "put-16m": (["put", "--size", "16MiB"], 12),
}
WARM_UP = 40  # operations, of which the first few make directories, connections, caches
# Their number is a matter of timing: who was asleep, who came first.
UNCOUNTED = {"futex", "epoll_wait", "epoll_pwait", "epoll_ctl", "sched_yield", "restart_syscall", "timerfd_settime"}
RISE_MAX = 1.05
# Of a figure so small that a beat of the cluster in the measured time is more than a twentieth.
SLACK = {"instructions": 500, "allocations": 0.5, "system_calls": 0.2}
# Of a large value: now and then the client is too slow to take it at once, and the rest waits in a coroutine.
SLACK_OF = {"get-1m": {"instructions": 1500, "allocations": 3, "system_calls": 0.7}}
ALLOCATORS = re.compile(r"^(malloc|calloc|realloc|memalign|aligned_alloc|posix_memalign)(@@GLIBC.*)?$")


def missing(build):
    """What stands in the way, as a sentence; empty if nothing does."""
    for tool in ("valgrind", "callgrind_control", "strace"):
        if not shutil.which(tool):
            return f"no {tool}: scripts/setup installs it"
    if not os.path.exists(os.path.join(build, "bin/smol-bench")):
        return f"no {build}/bin/smol-bench: run scripts/build release bench"
    traced = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    return f"strace cannot trace here: {traced.stderr.strip()}" if traced.returncode else ""


def count(name, build, directory):
    """All figures of one operation; `calls`: the counted system calls by name."""
    instructions, allocations = by_callgrind(name, build, directory)
    calls = by_strace(name, build, directory)
    return {
        "instructions": round(instructions),
        "allocations": round(allocations, 1),
        "system_calls": round(sum(calls.values()), 1),
        "calls": {call: round(each, 1) for call, each in sorted(calls.items(), key=lambda one: -one[1]) if each >= 0.05},
    }


def middle_of(counts):
    """The median of each figure: how fast the client takes a large value differs from run to run."""
    names = {call for one in counts for call in one["calls"]}
    calls = {call: statistics.median(one["calls"].get(call, 0.0) for one in counts) for call in names}
    figures = {what: statistics.median(one[what] for one in counts) for what in SLACK}
    return {**figures, "calls": dict(sorted(calls.items(), key=lambda one: -one[1]))}


def exceeded(name, found, committed):
    """A sentence for each figure of the operation that rose too far."""
    for what, slack in SLACK_OF.get(name, SLACK).items():
        if found[what] > max(committed[what] * RISE_MAX, committed[what] + slack):
            yield f"{what.replace('_', ' ')} rose by over 5 %: {committed[what]:,} committed, {found[what]:,} now"


@contextlib.contextmanager
def cluster_of_two(build, directory, wrapper=(), preload=None):
    """A master and a volume with one loop each, run by `wrapper`."""
    cluster = Cluster(
        1, ("--replicas", "1", "--log-level", "warning", "--threads", "1"),
        ("--log-level", "warning", "--threads", "1"), directory=directory, start=False,
    )
    for one in cluster.processes():
        program = os.path.join(build, "bin", os.path.basename(one.arguments[0]))
        if wrapper:
            program = without_debug_information(program, directory)
        one.arguments = [*wrapper, program, *one.arguments[1:]]
        if preload:
            one.environment["LD_PRELOAD"] = os.path.join(build, "bin", preload)
    with cluster:
        cluster.start()
        yield cluster


def without_debug_information(program, directory):
    """A copy: Debian's valgrind cannot read that of clang 19."""
    copy = os.path.join(directory, os.path.basename(program))
    subprocess.run(["strip", "--strip-debug", "-o", copy, program], check=True)
    return copy


class Runs:
    """Runs of one operation against a cluster; the keys of puts are new in each."""

    def __init__(self, name, build, cluster):
        self.flags, self.count = OPERATIONS[name]
        self.program = os.path.join(build, "bin/smol-bench")
        self.url = f"http://127.0.0.1:{cluster.port}"
        self.is_put = self.flags[0] == "put"
        self.runs = 0

    def run(self, count, *more):
        self.runs += 1
        command = [self.program, *self.flags, "--url", self.url, "--threads", "1", "--connections", "1", "--json"]
        command += ["--run", f"run{self.runs}" if self.is_put else "gate", "--timeout", "60s"]
        command += ["--keys", str(count)] if self.is_put else ["--count", str(count)]
        told = json.loads(servers.run([*command, *more]))
        if told["operations"] != count or told["failed"]:
            raise RuntimeError(f"{' '.join(command)}: {told['operations']} operations, {told['failed']} failed")

    def warm_up(self):
        self.run(WARM_UP if self.count > WARM_UP else 4, *([] if self.is_put else ["--fill"]))

    def slope(self, measured):
        """`measured(run)` gives the figures of what `run` does; back comes what one operation more adds."""
        half = self.count // 2
        few = measured(lambda: self.run(half))
        many = measured(lambda: self.run(2 * half))
        return {what: (many.get(what, 0) - few.get(what, 0)) / half for what in many.keys() | few.keys()}


def by_callgrind(name, build, directory):
    """Instructions and allocations an operation."""
    home = os.path.join(directory, "callgrind")
    os.mkdir(home)
    wrapper = ["valgrind", "--tool=callgrind", "-q", f"--callgrind-out-file={home}/out.%p"]
    with cluster_of_two(build, home, wrapper, "libsmol_plain_open.so") as cluster:
        runs = Runs(name, build, cluster)

        def measured(run):
            dump(cluster, home)  # what was before
            run()
            return dump(cluster, home)

        runs.warm_up()
        found = runs.slope(measured)
    return found["instructions"], found["allocations"]


def dump(cluster, home):
    """What the servers did since the last dump."""
    total = {"instructions": 0, "allocations": 0}
    for one in cluster.processes():
        before = set(glob.glob(f"{home}/out.{one.pid}*"))
        subprocess.run(["callgrind_control", "--dump", str(one.pid)], check=True, capture_output=True)
        new = wait_until(lambda one=one, before=before: set(glob.glob(f"{home}/out.{one.pid}*")) - before, "a dump")
        for path in new:
            wait_until(lambda path=path: totals_of(path), "the dump is whole")
            instructions, allocations = totals_of(path)
            total["instructions"] += instructions
            total["allocations"] += allocations
    return total


def totals_of(path):
    """(instructions, calls of allocators) of a callgrind file; None while it is being written."""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    totals = re.search(r"^totals: (\d+)", text, re.MULTILINE)
    if not totals:
        return None
    names = dict(re.findall(r"^c?fn=\((\d+)\) (.+)$", text, re.MULTILINE))
    calls = re.findall(r"^cfn=\((\d+)\).*\ncalls=(\d+)", text, re.MULTILINE)
    return int(totals[1]), sum(int(times) for of, times in calls if ALLOCATORS.match(names.get(of, "")))


def by_strace(name, build, directory):
    """System calls an operation, by name, those of timing left out."""
    home = os.path.join(directory, "strace")
    os.mkdir(home)
    with cluster_of_two(build, home) as cluster:
        runs = Runs(name, build, cluster)

        def measured(run):
            with traced(cluster, home) as tables:
                run()
            return table_of(tables)

        runs.warm_up()
        return {call: each for call, each in runs.slope(measured).items() if call not in UNCOUNTED}


@contextlib.contextmanager
def traced(cluster, home):
    """strace counts the calls of all servers until the block ends; gives the files of its tables."""
    tables = [os.path.join(home, f"{one.name}.calls") for one in cluster.processes()]
    tracers = []
    for one, table in zip(cluster.processes(), tables):
        command = ["strace", "-c", "-f", "-U", "calls,name", "-o", table, "-p", str(one.pid)]
        tracers.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    for one in cluster.processes():
        wait_until(lambda one=one: is_traced(one.pid), "strace is attached")
    try:
        yield tables
    finally:
        for tracer in tracers:
            tracer.send_signal(signal.SIGINT)
        for tracer in tracers:
            tracer.wait(30)


def is_traced(pid):
    """Whether each thread of the process has a tracer."""
    for path in glob.glob(f"/proc/{pid}/task/*/status"):
        with contextlib.suppress(FileNotFoundError), open(path, encoding="ascii") as file:
            if "TracerPid:\t0\n" in file.read():
                return False
    return True


def table_of(tables):
    """System call -> how often, over all tables."""
    calls = {}
    for table in tables:
        with open(table, encoding="ascii") as file:
            for line in file:
                words = line.split()
                if len(words) == 2 and words[0].isdigit() and words[1] != "total":
                    calls[words[1]] = calls.get(words[1], 0) + int(words[0])
    return calls
