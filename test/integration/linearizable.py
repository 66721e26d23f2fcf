"""Checks that a register was linearizable, from what its clients saw. Every written value is unique.

With unique values this is exact and quick (Gibbons and Korach, "Testing shared memories", 1997): the
operations of one value, its write and the reads that returned it, lie next to each other in any
sequential order. If all of them end at `ends_first` at the earliest and the latest starts at
`starts_last`, the value must have been in the register from one to the other."""

import dataclasses
import math

INITIAL = None  # the value before the first write


@dataclasses.dataclass
class Operation:
    is_write: bool
    value: object
    started: float
    ended: float  # math.inf: a write that was never answered; it may have happened at any time since

    def __str__(self):
        name = "write" if self.is_write else "read"
        return f"{name} of {self.value} from {self.started:.6f} to {self.ended:.6f}"


@dataclasses.dataclass
class Zone:
    value: object
    ends_first: float
    starts_last: float

    @property
    def forward(self):
        """The value is known to be in the register during this whole time, not only at one moment."""
        return self.ends_first < self.starts_last

    @property
    def low(self):
        return min(self.ends_first, self.starts_last)

    @property
    def high(self):
        return max(self.ends_first, self.starts_last)


def violation(operations):
    """A sentence that says what cannot be, or None if an order of all operations explains them."""
    writes = {INITIAL: Operation(True, INITIAL, -math.inf, -math.inf)}
    for operation in operations:
        if operation.is_write:
            if operation.value in writes:
                raise ValueError(f"written twice: {operation.value}")
            writes[operation.value] = operation
    clusters = {}
    for operation in operations:
        if not operation.is_write:
            write = writes.get(operation.value)
            if write is None:
                return f"nobody wrote what this saw: {operation}"
            if operation.ended < write.started:
                return f"{operation} is before its {write}"
        clusters.setdefault(operation.value, []).append(operation)
    clusters.setdefault(INITIAL, []).append(writes[INITIAL])
    zones = []
    for value, members in clusters.items():
        never_seen = len(members) == 1 and members[0].ended == math.inf
        if never_seen:
            continue  # a write without answer that nobody saw: it may never have happened
        ends_first = min(member.ended for member in members)
        zones.append(Zone(value, ends_first, max(member.started for member in members)))
    return _overlap(zones)


def _overlap(zones):
    forward = sorted((zone for zone in zones if zone.forward), key=lambda zone: zone.low)
    for one, next_one in zip(forward, forward[1:]):
        if next_one.low < one.high:
            return f"two values at the same time: {one}, {next_one}"
    for zone in zones:
        if zone.forward:
            continue
        for other in forward:
            if other.low < zone.low and zone.high < other.high:
                return f"all of {zone} happened while the value was {other.value}: {other}"
    return None
