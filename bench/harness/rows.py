"""The rows of the table, one function each. A row measures what it can: sides that are not there leave it "not run" with
the reason, and smol's own figures are reported all the same."""

import os
import statistics
import time

from harness import fixtures, summary
from harness.context import NotRun
from harness.servers import FixedAnswer, Nginx, Smol, raw_answer

ROWS = {}  # name -> Row, in the order of the table


class Row:
    def __init__(self, function, name, title, floor, goal, better):
        self.measure = function
        self.name = name
        self.title = title
        self.floor = floor
        self.goal = goal
        self.better = better


def row(name, title, floor, goal, better="higher"):
    def register(function):
        ROWS[name] = Row(function, name, title, floor, goal, better)
        return function

    return register


def shortfall(keys, wanted):
    """What a row adds that was measured with less than its title says: no verdict, and a note."""
    return {"is_partial": True, "notes": [f"measured with {keys} instead of {wanted}"]} if keys < wanted else {"notes": []}


class Side:
    """One of the two that are compared. value: what is taken of a slice's JSON."""

    def __init__(self, label, unit, slice_, value):
        self.label = label
        self.unit = unit
        self.slice = slice_
        self.value = value
        self.values, self.cpu_us, self.notes = [], [], []

    def once(self):
        found = self.slice()
        if not found.get("operations", 1):
            raise RuntimeError(f"{self.label}: no operation ended within a slice; make --seconds longer")
        self.values.append(self.value(found))
        operations = found.get("operations", 0)
        if found.get("server_cpu_seconds") and operations:
            self.cpu_us.append(found["server_cpu_seconds"] * 1e6 / operations)
        if found.get("client_cpu_seconds", 0) > 0.9 * found["seconds"] * found.get("settings", {}).get("threads", 1):
            self.notes.append(f"{self.label}: the client was the limit (its CPU was used up)")
        return self.values[-1]

    def report(self):
        return {
            "label": self.label,
            "unit": self.unit,
            **summary.spread(self.values),
            "cpu_us_per_operation": statistics.median(self.cpu_us) if self.cpu_us else None,
        }


def alternate(context, a, b):
    """A/B of slices in turn, with an A/A pair."""
    pairing = summary.Pairing()
    for _ in range(context.rounds):
        pairing.add(a.once(), b.once(), a.once())
    return {
        "ratio": summary.spread(pairing.ratios()),
        "a_over_a": summary.spread(pairing.own_ratios()),
        "cpu_ratio": statistics.median(a.cpu_us) / statistics.median(b.cpu_us) if a.cpu_us and b.cpu_us else None,
        "sides": [a.report(), b.report()],
        "notes": sorted(set(a.notes + b.notes)),
    }


def alone(context, side):
    """smol's own figures, where there is nothing to compare with."""
    for _ in range(context.rounds):
        side.once()
    return {"sides": [side.report()], "notes": sorted(set(side.notes))}


def per_second(found):
    return found["operations_per_second"]


def bytes_per_second(found):
    return found["bytes_per_second"]


def cpu_us(found):
    return found["server_cpu_seconds"] * 1e6 / max(found["operations"], 1)


def cpu_per_gib(found):
    return found["server_cpu_seconds"] / (found["bytes"] / 2**30)


KEYS = 1000
MANY_KEYS = 10_000_000
MANY_VALUES = 1_000_000
CONNECTIONS = 64
STORM_BEGINS_SECONDS = 0.3
GIB = ("--size", "1GiB", "--connections", 1, "--no-check")


def _answers(context, workload, unit, value):
    """Requests that the master answers alone: smol, and minikeyvalue if there is one."""
    with Smol(context, volumes=3, replicas=3) as smol:
        run = context.fresh_run(workload)
        context.fill(smol, run, KEYS, "1KiB")
        flags = ("--keys", KEYS, "--connections", CONNECTIONS)
        ours = Side("smol", unit, lambda: context.slice_of(workload, smol, run, *flags), value)
        try:
            theirs = context.need_minikeyvalue(with_pids=True)
        except NotRun as why:
            return {**alone(context, ours), "not_run": str(why)}
        context.fill(theirs, run, KEYS, "1KiB")
        other = Side(theirs.label, unit, lambda: context.slice_of(workload, theirs, run, *flags), value)
        return alternate(context, other, ours)


@row("redirect", "redirect of a present key: CPU a request, all servers, minikeyvalue / smol", 5, 12)
def redirect(context):
    return {**_answers(context, "redirect", "CPU us", cpu_us), "state": "1,000 keys, 3 replicas, warm index"}


@row("missing", "missing key: CPU a request, all servers, minikeyvalue / smol", 2, 3)
def missing(context):
    return {**_answers(context, "missing", "CPU us", cpu_us), "state": "1,000 keys, warm index"}


@row("redirect-limit", "redirect through the index / fixed-answer server, req/s", 0.80, 0.92)
def redirect_limit(context):
    with Smol(context, volumes=3, replicas=3) as smol:
        run = context.fresh_run("redirect")
        context.fill(smol, run, KEYS, "1KiB")
        with FixedAnswer(context, raw_answer(smol.url, f"/{run}/0")) as fixed:
            flags = ("--keys", KEYS, "--connections", CONNECTIONS)
            sides = [
                Side(one.label, "req/s", lambda one=one: context.slice_of("redirect", one, run, *flags), per_second)
                for one in (smol, fixed)
            ]
            return {**alternate(context, *sides), "state": "1,000 keys, 3 replicas, warm index; the same answer bytes"}


def _get(context, size, keys, connections, unit, value, *flags):
    context.need_nginx()
    with Smol(context) as smol, Nginx(context) as nginx:
        run = context.fresh_run("get")
        for one in (smol, nginx):
            context.fill(one, run, keys, size)
        flags = ("--keys", keys, "--size", size, "--connections", connections, "--remember", *flags)
        sides = [
            Side(one.label, unit, lambda one=one: context.slice_of("get", one, run, *flags), value) for one in (smol, nginx)
        ]
        return {**alternate(context, *sides), "state": f"{keys} values of {size}, warm page cache, from the volume itself"}


@row("get-1k", "GET 1 KiB from a volume, req/s, smol / nginx", 1.0, 1.5)
def get_1k(context):
    return _get(context, "1KiB", KEYS, CONNECTIONS, "req/s", per_second)


@row("get-1m", "GET 1 MiB, bytes/s, smol / nginx", 1.0, 1.1)
def get_1m(context):
    return _get(context, "1MiB", 100, 16, "bytes/s", bytes_per_second, "--no-check")


@row("get-1g", "GET 1 GiB, CPU-s a GiB, smol / raw sendfile loop", 1.10, 1.03, better="lower")
def get_1g(context):
    with Smol(context) as smol:
        run = context.fresh_run("get")
        context.fill(smol, run, 1, "1GiB", connections=1)
        ours = Side(
            "smol", "CPU-s/GiB", lambda: context.bench("get", smol, run, "--keys", 1, "--count", 2, *GIB), cpu_per_gib
        )
        raw = Side("sendfile loop", "CPU-s/GiB", lambda: context.limit("sendfile", "1GiB", 2), cpu_per_gib)
        return {**alternate(context, ours, raw), "state": "1 value, warm page cache, client drops the bytes"}


def _put_gib(context, server):
    """One value of 1 GiB into a new file; removed afterwards, and the disk is let rest."""
    os.sync()
    run = context.fresh_run("put")
    found = context.bench("put", server, run, "--keys", 1, "--expect-from", 0, *GIB[:-1])
    context.bench("delete", server, run, "--keys", 1, "--connections", 1)
    return found


def _put_gib_against_nginx(context, body_buffer):
    context.need_nginx()
    with Smol(context, flush="no") as smol, Nginx(context, body_buffer) as nginx:
        sides = [
            Side(one.label, "CPU-s/GiB", lambda one=one: _put_gib(context, one), cpu_per_gib) for one in (smol, nginx)
        ]
        return {**alternate(context, *sides), "state": "new file each, no flush on either side, 1 replica, XXH3 at smol only"}


@row("put-1g", "PUT 1 GiB without flush or MD5 (XXH3 on), CPU-s a GiB, smol / nginx DAV", 0.75, 0.50, better="lower")
def put_1g(context):
    return _put_gib_against_nginx(context, None)


@row("put-1g-tuned", "the same, nginx with a body buffer of 1 MiB", None, None, better="lower")
def put_1g_tuned(context):
    return _put_gib_against_nginx(context, "1m")


@row("put-1g-limit", "PUT 1 GiB, CPU-s a GiB, smol / better raw loop + XXH3", 1.20, 1.05, better="lower")
def put_1g_limit(context):
    loops = {name: [] for name in ("splice-xxh3", "copy-xxh3")}

    def better_loop():
        tried = []
        for name, values in loops.items():
            os.sync()
            tried.append(context.limit(name, "1GiB"))
            values.append(cpu_per_gib(tried[-1]))
        return min(tried, key=cpu_per_gib)

    with Smol(context, flush="no") as smol:
        ours = Side("smol without flush", "CPU-s/GiB", lambda: _put_gib(context, smol), cpu_per_gib)
        raw = Side("better raw loop", "CPU-s/GiB", better_loop, cpu_per_gib)
        found = alternate(context, ours, raw)
    found["notes"] += [f"{name}: {statistics.median(values):.3f} CPU-s/GiB" for name, values in loops.items()]
    return {**found, "state": "new file each, no flush on either side, 1 replica"}


@row("put-4k", "durable PUT of 4 KiB, 64 writers, 1 replica, ops/s, smol (durable) / nginx DAV (never flushes)", 0.5, 1.0)
def put_4k(context):
    context.need_nginx()
    with Smol(context) as smol, Nginx(context) as nginx:
        flags = ("--size", "4KiB", "--connections", 64)

        def slice_of(one):
            return context.slice_of("put", one, context.fresh_run("put"), *flags)

        sides = [Side(one.label, "ops/s", lambda one=one: slice_of(one), per_second) for one in (smol, nginx)]
        return {
            **alternate(context, *sides),
            "state": "smol flushes data, name and index; new keys; nginx: one directory, smol: its fan-out directories, fresh at first",
        }


@row("group-flush", "durable PUT of 4 KiB, 1 replica, slow disk, ops/s, 64 writers / one: a flush for each value", 10, 20)
def group_flush(context):
    with Smol(context, flush="slow") as smol:

        def side(writers, label):
            flags = ("--size", "4KiB", "--connections", writers)
            return Side(label, "ops/s", lambda: context.slice_of("put", smol, context.fresh_run("put"), *flags), per_second)

        return {
            **alternate(context, side(64, "64 writers"), side(1, "one writer")),
            "state": "flushes of data, name and index that reach the disk take 5 ms longer than here; new keys",
        }


def beside_minikeyvalue(context, side, smol, state):
    """`side` makes the side of a server; smol's stands alone where there is no minikeyvalue."""
    try:
        theirs = context.need_minikeyvalue()
    except NotRun as why:
        return {**alone(context, side(smol)), "not_run": str(why), "state": state}
    return {**alternate(context, side(smol), side(theirs)), "state": state}


@row("thrash", "thrash, 16 workers, 3 replicas, cycles/s, smol (durable) / minikeyvalue (never flushes)", 2, 4)
def thrash(context):
    with Smol(context, volumes=3, replicas=3) as smol:
        flags = ("--size", "100", "--connections", 16)

        def side(one):
            return Side(
                one.label,
                "cycles/s",
                lambda: context.slice_of("thrash", one, context.fresh_run("thrash"), *flags),
                lambda found: found["cycles_per_second"],
            )

        return beside_minikeyvalue(context, side, smol, "values of 100 bytes, smol durable")


@row("put-1m-3", "PUT 1 MiB x 3 replicas, p50, smol without flush / minikeyvalue", 0.6, 0.4, better="lower")
def put_1m_3(context):
    with Smol(context, volumes=3, replicas=3, flush="no") as smol:
        flags = ("--size", "1MiB", "--connections", 1)

        def side(one):
            return Side(
                one.label,
                "p50 us",
                lambda: context.slice_of("put", one, context.fresh_run("put"), *flags),
                lambda found: found["latency_us"]["p50"],
            )

        return beside_minikeyvalue(context, side, smol, "one writer, smol without flush")


@row("list", "list of 1,000,000 keys, keys/s, smol / minikeyvalue", 5, 10)
def list_keys(context):
    keys = context.options.list_keys
    with fixtures.filled_smol(context, keys) as smol:

        def slice_of():
            found = context.bench("list", smol, fixtures.RUN, "--count", 1, "--connections", 1)
            if found["keys_listed"] != keys:
                raise RuntimeError(f"listed {found['keys_listed']} of {keys} keys")
            return found

        ours = Side("smol", "keys/s", slice_of, lambda found: found["keys_listed"] / found["seconds"])
        return {
            **alone(context, ours),
            "not_run": "no minikeyvalue with the same keys: its index has to be filled through its front door",
            "state": f"{keys} keys, index made by ldb load, warm",
        }


@row("index-bytes", "index bytes a key at 10^7 keys with MD5, smol / minikeyvalue", 1.0, 0.6, better="lower")
def index_bytes(context):
    keys = context.options.scale_keys
    with fixtures.filled_smol(context, keys) as smol:
        found = fixtures.directory_bytes(smol.cluster.db) / keys
    return {
        "sides": [{"label": "smol", "unit": "bytes/key", **summary.spread([found])}],
        "not_run": "no minikeyvalue with the same keys: divide the size of its database by its keys",
        "state": f"{keys} keys of {fixtures.key_bytes(keys)} bytes, 3 replicas, records with MD5, compacted",
        **shortfall(keys, MANY_KEYS),
    }


@row("redirect-scale", "CPU a redirect at 10^7 keys / at 10^5 keys", 1.5, 1.2, better="lower")
def redirect_scale(context):
    many, few = context.options.scale_keys, 100_000
    with fixtures.filled_smol(context, many) as large, fixtures.filled_smol(context, few) as small:

        def side(one, keys):
            flags = ("--keys", keys, "--connections", CONNECTIONS)
            return Side(
                f"smol with {keys} keys", "CPU us", lambda: context.slice_of("redirect", one, fixtures.RUN, *flags), cpu_us
            )

        found = {**alternate(context, side(large, many), side(small, few)), "state": "keys drawn uniformly, default cache"}
        return {**found, **shortfall(many, MANY_KEYS)}


@row("p99-storm", "p99 of warm 1 KiB GETs beside cold reads and a durable PUT storm / alone", 3, 1.5, better="lower")
def p99_storm(context):
    with Smol(context, volumes=1) as smol:
        cold_run, warm_run = context.fresh_run("cold"), context.fresh_run("warm")
        cold_keys = 500
        context.fill(smol, cold_run, cold_keys, "64KiB")
        cold_files = set(fixtures.value_files(smol.cluster.volumes[0].path))
        context.fill(smol, warm_run, KEYS, "1KiB")
        flags = ("--keys", KEYS, "--size", "1KiB", "--connections", CONNECTIONS, "--remember")
        most = context.slice_of("get", smol, warm_run, *flags)["operations_per_second"]
        rate = max(int(most * 0.25), 100)

        def quiet():
            return context.slice_of("get", smol, warm_run, *flags, "--rate", rate)

        def stormy():
            writes = ("put", smol, context.fresh_run("storm"), "--size", "4KiB", "--connections", 16)
            reads = ("get", smol, cold_run, "--keys", cold_keys, "--size", "64KiB", "--connections", 4)
            with fixtures.evicting(cold_files), context.beside(*writes), context.beside(*reads):
                time.sleep(STORM_BEGINS_SECONDS)
                return quiet()

        def side(label, slice_):
            return Side(label, "p99 us", slice_, lambda found: found["latency_us"]["p99"])

        return {
            **alternate(context, side("beside the storm", stormy), side("alone", quiet)),
            "state": f"open loop at {rate}/s, a quarter of the most; 16 writers of 4 KiB and 4 readers of evicted 64 KiB values",
        }


@row("idle-memory", "user memory an idle connection, smol volume / nginx", 2, 1, better="lower")
def idle_memory(context):
    context.need_nginx()
    connections = context.options.idle_connections
    with Smol(context) as smol, Nginx(context) as nginx:
        run = context.fresh_run("idle")
        context.fill(nginx, run, 1, "1KiB", connections=1)
        volume = smol.cluster.volumes[0]
        ours = Side(
            "smol",
            "bytes",
            lambda: fixtures.idle_cost(volume.port, "/-/health", connections, [volume.pid]),
            lambda found: found["bytes_each"],
        )
        theirs = Side(
            "nginx",
            "bytes",
            lambda: fixtures.idle_cost(nginx.port, f"/{run}/0", connections, nginx.pids()),
            lambda found: found["bytes_each"],
        )
        ours.once()
        theirs.once()
        ratio = ours.values[0] / max(theirs.values[0], 1)
    return {
        "ratio": summary.spread([ratio]),
        "sides": [ours.report(), theirs.report()],
        "state": f"{connections} connections that have served one request each; private memory, first use",
        "notes": ["not repeated: memory that a server keeps makes every later round free"],
    }


@row("start-volume", "start of a volume holding 10^6 values, until ready, s", 1.0, 0.3, better="lower")
def start_volume(context):
    values = context.options.start_values
    with Smol(context) as smol:
        fixtures.fill_volume(context, smol, values)
        volume = smol.cluster.volumes[0]
        found = fixtures.start_times(context, volume, volume.port, f"{values} values, warm directory cache")
        return {**found, **shortfall(values, MANY_VALUES)}


@row("start-master", "start of a master holding 10^7 keys, until ready, s", 1.0, 0.3, better="lower")
def start_master(context):
    keys = context.options.scale_keys
    with fixtures.filled_smol(context, keys) as smol:
        found = fixtures.start_times(context, smol.cluster.master, smol.cluster.port, f"{keys} keys")
        return {**found, **shortfall(keys, MANY_KEYS)}
