"""Decides whether one key behaved like one register, from the calls of all its clients, with conditional
writes, deletions and calls of which nobody knows whether they happened.

Every call needs something of the register and may set it; it happens at one moment between its start and
its end. A call with `certain=False` happened at some moment after its start, or never.

The search keeps all situations the register may be in (Lowe, "Testing for linearizability", 2017: a call
is placed no earlier than needed, when a call that waits for it ends). Three things keep them few, also
after hours and with many uncertain calls:
- a call that sets nothing happens as soon as the register is as it needs it: that never excludes anything;
- of two situations that differ in the uncertain calls left, the one with more left can do all that the
  other can;
- values that no later call tells apart are one value, and uncertain calls that then do the same are only
  counted."""

import collections
import dataclasses
import math

ABSENT = "absent"  # the register without a value: before the first write, and after a deletion
SITUATIONS_MAX = 200_000  # more than this and the checker gives up, loudly

_SOME = "some value"  # one that no later call can tell from others


@dataclasses.dataclass(frozen=True)
class Needs:
    """What a call needs: one value (or ABSENT), anything but one value, or anything (both None)."""

    value: object = None
    other_than: object = None

    def met_by(self, state):
        if self.value is not None:
            return state == self.value
        return self.other_than is None or state != self.other_than

    def __str__(self):
        if self.value is not None:
            return f"finds {self.value}"
        return "finds anything" if self.other_than is None else f"finds other than {self.other_than}"


ANYTHING = Needs()
NOTHING = Needs(value=ABSENT)
A_VALUE = Needs(other_than=ABSENT)


@dataclasses.dataclass(frozen=True)
class Call:
    started: float
    ended: float  # of an uncertain call it does not matter
    needs: Needs = ANYTHING
    sets: object = None  # a value that no other call sets, ABSENT, or None: leaves the register alone
    certain: bool = True
    who: str = ""

    def __str__(self):
        does = self.needs if self.sets is None else f"{self.needs}, sets {self.sets}"
        until = f"{self.ended:.6f}" if self.certain else "unknown"
        return f"{self.started:.6f} to {until}: {does} {self.who}".rstrip()


class TooHard(Exception):
    """More situations than the checker is willing to look at."""


@dataclasses.dataclass(frozen=True)
class _Situation:
    state: object
    waiting: frozenset  # certain calls (their numbers) that have started and not happened yet
    left: frozenset  # uncertain calls that have not happened, of those that are told apart
    counted: tuple  # (kind of uncertain call, how many are left), sorted

    def covers(self, other):
        """For the same state and waiting calls: can do all that `other` can."""
        mine = dict(self.counted)
        return self.left >= other.left and all(mine.get(kind, 0) >= count for kind, count in other.counted)


def impossible(calls):
    """A sentence that says what cannot be, or None if an order of the calls explains them. The register
    begins ABSENT."""
    _check_unique(calls)
    useful = [call for call in calls if call.certain or call.sets is not None]
    return _Search(useful).run()


def _check_unique(calls):
    count = collections.Counter(call.sets for call in calls if call.sets not in (None, ABSENT))
    twice = [value for value, times in count.items() if times > 1]
    if twice:
        raise ValueError(f"set twice: {twice[:5]}")


class _Search:
    def __init__(self, calls):
        self.calls = calls
        self.writer = {call.sets: number for number, call in enumerate(calls) if call.sets not in (None, ABSENT)}
        self.told_apart = _last_uses(calls)  # value -> until when some call can tell it from others
        self.wanted = _wanted_by_uncertain(calls)  # value -> uncertain calls that need just it
        self.lingering = set()  # values of `wanted` that no certain call tells apart any more
        self.situations = {_Situation(ABSENT, frozenset(), frozenset(), ())}

    def run(self):
        for _, what, subject in self._events():
            if what == _STARTS:
                self._start(subject)
            elif what == _ENDS:
                before = self.situations
                self._end(subject)
                if not self.situations:
                    return self._explain(subject, before)
            else:
                self._forget(subject)
        return None

    def _events(self):
        events = []
        for number, call in enumerate(self.calls):
            events.append((call.started, _STARTS, number))
            if call.certain:
                events.append((call.ended, _ENDS, number))
        events += [(time, _BLURS, value) for value, time in self.told_apart.items()]
        return sorted(events, key=lambda event: event[:2])

    def _start(self, number):
        call = self.calls[number]
        if call.certain:
            self.situations = {self._settled(one, one.state, one.waiting | {number}) for one in self.situations}
        else:
            kind = self._kind(call)
            if kind is None:
                added = {dataclasses.replace(one, left=one.left | {number}) for one in self.situations}
            else:
                added = {dataclasses.replace(one, counted=_add(one.counted, kind, 1)) for one in self.situations}
            self.situations = added

    def _end(self, number):
        """Only situations remain in which the call has happened."""
        reached = _Maximal(self.situations)
        frontier = collections.deque(one for one in self.situations if number in one.waiting)
        while frontier:
            for one in self._steps(frontier.popleft()):
                if reached.add(one) and number in one.waiting:
                    frontier.append(one)
            if reached.count > SITUATIONS_MAX:
                raise TooHard(f"{len(self.calls)} calls, at {self.calls[number]}")
        self.situations = {one for one in reached.all() if number not in one.waiting}

    def _steps(self, one):
        """All situations that one more writing call leads to."""
        for number in one.waiting:
            call = self.calls[number]
            if call.sets is not None and call.needs.met_by(one.state):
                yield self._settled(one, self._blurred(call.sets), one.waiting - {number})
        for number in one.left:
            call = self.calls[number]
            if call.needs.met_by(one.state):
                after = dataclasses.replace(one, left=one.left - {number})
                yield self._settled(after, self._blurred(call.sets), one.waiting)
        for kind, _ in one.counted:
            needs, sets = kind
            if needs.met_by(one.state) and sets != one.state:
                after = dataclasses.replace(one, counted=_add(one.counted, kind, -1))
                yield self._settled(after, sets, one.waiting)

    def _settled(self, one, state, waiting):
        """With all calls happened that leave the register alone and find what they need."""
        waiting = frozenset(
            number
            for number in waiting
            if self.calls[number].sets is not None or not self.calls[number].needs.met_by(state)
        )
        return _Situation(state, waiting, one.left, one.counted)

    def _blurred(self, value):
        return value if value == ABSENT or value in self.told_apart else _SOME

    def _kind(self, call):
        """What an uncertain call is counted as, or None while its value is told apart from others."""
        sets = self._blurred(call.sets)
        return (call.needs, sets) if sets in (ABSENT, _SOME) else None

    def _forget(self, value):
        """From here on no certain call tells this value from others."""
        self.lingering.add(value)
        for one in [one for one in self.lingering if not self.wanted.get(one) or self._is_past(one)]:
            self.lingering.remove(one)
            self._drop(self.wanted.get(one, frozenset()))
            self._blur(one)

    def _is_past(self, value):
        """The register can never hold it again, so that calls which need it can never happen."""
        writer = self.writer.get(value)
        return not any(
            one.state == value or writer in one.waiting or writer in one.left for one in self.situations
        )

    def _drop(self, uncertain):
        if not uncertain:
            return
        kinds = {self._kind(self.calls[number]) for number in uncertain}
        self.situations = _uncovered({
            dataclasses.replace(
                one,
                left=one.left - uncertain,
                counted=tuple(entry for entry in one.counted if entry[0] not in kinds),
            )
            for one in self.situations
        })

    def _blur(self, value):
        del self.told_apart[value]
        number = self.writer.get(value)
        forgotten = set()
        for one in self.situations:
            state = _SOME if one.state == value else one.state
            left, counted = one.left, one.counted
            if number in left:
                left = left - {number}
                counted = _add(counted, self._kind(self.calls[number]), 1)
            forgotten.add(_Situation(state, one.waiting, left, counted))
        self.situations = _uncovered(forgotten)

    def _explain(self, number, before):
        call = self.calls[number]
        states = sorted({str(one.state) for one in before})
        near = [other for other in self.calls if other.started <= call.ended and _end_of(other) >= call.started]
        latest = sorted(near, key=_end_of)[:40]
        lines = "\n".join(f"  {other}" for other in latest)
        return f"no order explains\n  {call}\nwhile the key may be {', '.join(states[:10])}; calls at that time:\n{lines}"


_STARTS, _ENDS, _BLURS = 0, 1, 2  # at the same time in this order: calls that touch may overlap


def _end_of(call):
    return call.ended if call.certain else math.inf


def _last_uses(calls):
    uses = {}
    for call in calls:
        for value in (call.needs.value, call.needs.other_than):
            if value not in (None, ABSENT):
                used = call.ended if call.certain else call.started
                uses[value] = max(uses.get(value, -math.inf), used)
    for call in calls:
        if call.sets in uses:
            uses[call.sets] = max(uses[call.sets], call.started)
    return uses


def _wanted_by_uncertain(calls):
    wanted = collections.defaultdict(set)
    for number, call in enumerate(calls):
        if not call.certain and call.needs.value not in (None, ABSENT):
            wanted[call.needs.value].add(number)
    return {value: frozenset(numbers) for value, numbers in wanted.items()}


def _add(counted, kind, count):
    """The counters (kind, count) with one of them changed."""
    place = next((at for at, (known, _) in enumerate(counted) if known == kind), None)
    if place is None:
        return tuple(sorted((*counted, (kind, count)), key=repr))
    changed = counted[place][1] + count
    rest = counted[:place] + counted[place + 1 :]
    return rest[:place] + ((kind, changed),) + rest[place:] if changed else rest


def _uncovered(situations):
    """Without those that another one covers."""
    return set(_Maximal(situations).all())


class _Maximal:
    """Situations, without those that another one covers."""

    def __init__(self, situations):
        self.groups = collections.defaultdict(list)
        self.count = 0  # of those that were ever added
        for one in situations:
            self.add(one)

    def add(self, one):
        """False if it is there already, or covered."""
        group = self.groups[one.state, one.waiting]
        if any(other.covers(one) for other in group):
            return False
        group[:] = [other for other in group if not one.covers(other)]
        group.append(one)
        self.count += 1
        return True

    def all(self):
        return (one for group in self.groups.values() for one in group)
