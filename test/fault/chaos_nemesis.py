"""Does harm to a cluster, drawn from a seed, and undoes it."""

import collections
import itertools
import signal
import time

from chaos_cluster import CLIENTS

ACTIVE_MAX = 3  # faults at a time
BETWEEN_SECONDS = (0.1, 2.0)
PULSE_SECONDS = 0.15  # a slow volume stands still so long, and runs as long


class Fault:
    """begin() does harm to `target`, end() undoes it; until then tick() is called often."""

    kind = ""
    seconds = (1.0, 5.0)

    def __init__(self, cluster, chance):
        self.cluster = cluster
        self.target = self.choose(chance)

    def choose(self, chance):
        return chance.choice(self.cluster.processes())

    def touches(self):
        """Names of what no other fault may touch meanwhile."""
        return {self.target.name}

    def begin(self):
        raise NotImplementedError

    def tick(self):
        pass

    def end(self):
        raise NotImplementedError

    def __str__(self):
        return f"{self.kind} {self.target.name}"


class Kill(Fault):
    """SIGKILL, and a restart after a while."""

    kind = "kill"
    seconds = (0.0, 3.0)

    def begin(self):
        self.target.kill()

    def end(self):
        self.target.start()


class KillAll(Kill):
    """SIGKILL for all processes at once."""

    kind = "kill_all"

    def touches(self):
        return {one.name for one in self.cluster.processes()}

    def begin(self):
        self.cluster.kill_all()

    def end(self):
        for one in self.cluster.processes():
            one.start()

    def __str__(self):
        return self.kind


class Pause(Fault):
    """SIGSTOP, and SIGCONT after a while."""

    kind = "pause"

    def begin(self):
        self.target.process.send_signal(signal.SIGSTOP)

    def end(self):
        self.target.resume()


class SlowVolume(Fault):
    """A volume that stands still half the time."""

    kind = "slow_volume"
    seconds = (2.0, 6.0)

    def choose(self, chance):
        return chance.choice(self.cluster.volumes)

    def begin(self):
        self.stopped = False
        self.turned = 0.0
        self.tick()

    def tick(self):
        if time.monotonic() < self.turned + PULSE_SECONDS:
            return
        self.turned = time.monotonic()
        self.stopped = not self.stopped
        self.target.process.send_signal(signal.SIGSTOP if self.stopped else signal.SIGCONT)

    def end(self):
        self.target.resume()


class Partition(Fault):
    """Two nodes that no longer reach each other, or only in one direction; in silence, or told so."""

    kind = "partition"
    seconds = (1.0, 8.0)

    def choose(self, chance):
        names = [one.name for one in self.cluster.processes()]
        one, other = chance.choice([
            *itertools.combinations(names, 2), *((CLIENTS, name) for name in names if name != "master")
        ])
        both = [(one, other), (other, one)]
        self.ways = chance.choice([both, both, both[:1], both[1:]])
        self.how = chance.choice(["blackhole", "blackhole", "prohibit"])
        return one, other

    def touches(self):
        return {" - ".join(self.target)}

    def begin(self):
        for sender, receiver in self.ways:
            self.cluster.network.cut(sender, receiver, self.how)

    def end(self):
        for sender, receiver in self.ways:
            self.cluster.network.mend(sender, receiver)

    def __str__(self):
        return f"{self.kind} {self.how} " + ", ".join(f"{one} -> {other}" for one, other in self.ways)


class Isolate(Partition):
    """A node that nobody reaches."""

    kind = "isolate"
    seconds = (1.0, 5.0)

    def choose(self, chance):
        names = [one.name for one in self.cluster.processes()]
        alone = chance.choice(names)
        self.how = "blackhole"
        self.ways = [(other, alone) for other in [*names, CLIENTS] if other != alone]
        return (alone,)

    def touches(self):
        return {" - ".join(way) for way in self.ways} | {" - ".join(reversed(way)) for way in self.ways}


class Reset(Fault):
    """All connections between two nodes end at once."""

    kind = "reset"
    seconds = (0.0, 0.1)

    def choose(self, chance):
        names = [CLIENTS, *(one.name for one in self.cluster.processes())]
        return tuple(chance.sample(names, 2))

    def touches(self):
        return set()

    def begin(self):
        self.cluster.network.reset(*self.target)

    def end(self):
        pass

    def __str__(self):
        return f"{self.kind} {' - '.join(self.target)}"


class SlowLink(Fault):
    """A node that receives 256 kbit/s at most."""

    kind = "slow_link"
    seconds = (2.0, 6.0)

    def touches(self):
        return {f"link of {self.target.name}"}

    def begin(self):
        self.cluster.network.slow_down(self.target.name)

    def end(self):
        self.cluster.network.speed_up(self.target.name)


class FullDisk(Fault):
    """Somebody else takes the last byte of a volume's disk."""

    kind = "full_disk"
    seconds = (2.0, 6.0)

    def choose(self, chance):
        return chance.choice(self.cluster.volumes)

    def touches(self):
        return {f"disk of {self.target.name}"}

    def begin(self):
        self.cluster.disk_of(self.target).take_the_rest()

    def end(self):
        self.cluster.disk_of(self.target).give_back()


KINDS = {
    one.kind: one
    for one in (Kill, KillAll, Pause, SlowVolume, Partition, Isolate, Reset, SlowLink, FullDisk)
}
# How often each is drawn, against the others.
WEIGHTS = {
    "kill": 5, "kill_all": 0.5, "pause": 3, "slow_volume": 2, "partition": 5, "isolate": 1.5, "reset": 2,
    "slow_link": 1.5, "full_disk": 1.5,
}


class Nemesis:
    """Which faults come in which order is the seed's; when exactly is not."""

    def __init__(self, cluster, chance, kinds, log):
        self.cluster = cluster
        self.chance = chance
        self.kinds = kinds
        self.log = log
        self.active = []  # (until, fault)
        self.counts = collections.Counter()
        self.next_at = 0.0

    def run(self, until, also=lambda: None):
        """Does harm until then, and calls `also` often."""
        while time.monotonic() < until:
            self._end_due(time.monotonic())
            if time.monotonic() >= self.next_at and len(self.active) < ACTIVE_MAX:
                self._begin()
            for _, fault in self.active:
                fault.tick()
            self.find_dead()
            also()
            time.sleep(0.02)

    def _begin(self):
        self.next_at = time.monotonic() + self.chance.uniform(*BETWEEN_SECONDS)
        kind = self.chance.choices(self.kinds, [WEIGHTS[kind] for kind in self.kinds])[0]
        fault = KINDS[kind](self.cluster, self.chance)
        seconds = self.chance.uniform(*fault.seconds)
        if any(fault.touches() & other.touches() for _, other in self.active):
            return
        self._say(f"{fault} for {seconds:.1f} s")
        fault.begin()
        self.counts[kind] += 1
        self.active.append((time.monotonic() + seconds, fault))

    def _end_due(self, now):
        for entry in [entry for entry in self.active if entry[0] <= now]:
            self.active.remove(entry)
            self._say(f"end of {entry[1]}")
            entry[1].end()

    def heal(self):
        self._end_due(float("inf"))

    def find_dead(self):
        """Fails if a process has ended that nobody killed."""
        killed = set().union(*(fault.touches() for _, fault in self.active if isinstance(fault, Kill)))
        for one in self.cluster.processes():
            if one.name not in killed and not one.is_running():
                raise AssertionError(f"{one.name} ended by itself: {one.process.returncode}\n{one.log_tail()}")

    def _say(self, what):
        self.log.write(f"{time.monotonic():.3f} {what}\n")
        self.log.flush()
