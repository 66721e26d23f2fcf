"""Decides whether one key behaved like one register, from the calls of all its clients, with conditional
writes, deletions and calls of which nobody knows whether they happened.

Every call needs something of the register and may set it; it happens at one moment between its start and
its end. A call that has no end happened at some moment after its start, or never.

The search keeps all situations the register may be in (Lowe, "Testing for linearizability", 2017: a call
is placed no earlier than needed, when a call that waits for it ends). These keep them few, also with many
clients, after hours, and with many calls of unknown outcome:
- a call that sets nothing happens as soon as the register is as it needs it: that never excludes anything;
- a value that a call will need which has not begun yet stays, for it never comes again;
- an unconditional write may always have happened just before another one, and then nobody saw it; from
  there on it need not happen any more, but it may, until it ends;
- of two situations that differ in what must and may still happen, the one with less of the former and more
  of the latter can do all that the other can;
- values that no later call tells apart are one value; of unconditional writes that then do the same, the
  one that ends first happens first, and those of unknown outcome are only counted."""

import collections
import dataclasses
import itertools
import math
import threading

ABSENT = "absent"  # the register without a value: before the first write, and after a deletion
SITUATIONS_MAX = 200_000  # for one call; with more than this the checker gives up, loudly

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
    ended: float = math.inf  # inf: of unknown outcome
    needs: Needs = ANYTHING
    sets: object = None  # a value that no other call sets, ABSENT, or None: leaves the register alone
    who: str = ""

    @property
    def certain(self):
        return self.ended < math.inf

    def __str__(self):
        does = self.needs if self.sets is None else f"{self.needs}, sets {self.sets}"
        until = f"{self.ended:.6f}" if self.certain else "unknown"
        return f"{self.started:.6f} to {until}: {does} {self.who}".rstrip()


def put(value, started, ended=math.inf):
    return Call(started, ended, ANYTHING, value)


def get(value, started, ended):
    return Call(started, ended, Needs(value=value))


def delete(started, ended=math.inf):
    """Of what is there: one that found nothing is a `get` of ABSENT."""
    return Call(started, ended, A_VALUE, ABSENT)


class TooHard(Exception):
    """More situations than the checker is willing to look at."""


def violation(calls, initial=ABSENT, situations_max=SITUATIONS_MAX):
    """A sentence that says what cannot be, or None if an order of the calls explains them. The register
    begins with `initial`."""
    _check_unique(calls, initial)
    useful = [call for call in calls if call.certain or call.sets is not None]
    return _Search(useful, initial, situations_max).run()


class Recorder:
    """The calls of one key since it was last known to hold `initial` with nothing under way. Thread-safe."""

    def __init__(self, initial=ABSENT):
        self.lock = threading.Lock()
        self.settle(initial)

    def settle(self, value):
        """Nothing is under way any more, and `value` is what remains."""
        with self.lock:
            self.initial = value
            self.calls = {}
            self.numbers = itertools.count()

    def begin(self, sets, now):
        """A write, or with ABSENT a deletion; the number to tell its outcome by. Without, it is unknown."""
        return self._keep(delete(now) if sets == ABSENT else put(sets, now))

    def done(self, number, now):
        with self.lock:
            self.calls[number] = dataclasses.replace(self.calls[number], ended=now)

    def refused(self, number):
        """It is known not to have happened."""
        with self.lock:
            del self.calls[number]

    def read(self, value, started, ended):
        self._keep(get(value, started, ended))

    def _keep(self, call):
        with self.lock:
            number = next(self.numbers)
            self.calls[number] = call
        return number

    def known(self):
        """The key's own view, for a report."""
        return [f"begins as {self.initial}", *(str(call) for call in self.calls.values())]

    def violation(self):
        return violation(list(self.calls.values()), self.initial)


def _check_unique(calls, initial):
    count = collections.Counter([initial, *(call.sets for call in calls)])
    twice = [value for value, times in count.items() if times > 1 and value not in (None, ABSENT)]
    if twice:
        raise ValueError(f"set twice: {twice[:5]}")


@dataclasses.dataclass(frozen=True)
class _Situation:
    state: object
    asking: frozenset  # calls (their numbers) that set nothing, have started and not happened yet
    owed: frozenset  # calls that must happen before they end
    free: frozenset  # calls that may happen: of unknown outcome, or overwritten before anybody saw it
    counted: tuple  # (kind of call of unknown outcome, how many may still happen), sorted

    def covers(self, other):
        """For the same state: can do all that `other` can."""
        if not (self.asking <= other.asking and self.owed <= other.owed and self.free >= other.free):
            return False
        if not other.owed - self.owed <= self.free:
            return False
        mine = dict(self.counted)
        return all(mine.get(kind, 0) >= count for kind, count in other.counted)


class _Search:
    def __init__(self, calls, initial, situations_max):
        self.calls = calls
        self.situations_max = situations_max
        self.plain = frozenset(
            number for number, call in enumerate(calls) if call.needs == ANYTHING and call.sets is not None
        )
        self.writer = {call.sets: number for number, call in enumerate(calls) if call.sets not in (None, ABSENT)}
        self.only_read = _only_read(calls)
        self.told_apart = _last_uses(calls)  # value -> until when some call can tell it from others
        self.to_come = _needed(calls)  # value -> how many calls that need just it have not started
        self.wanted = _wanted_by_uncertain(calls)  # value -> uncertain calls that need just it
        self.unwanted = {call.needs.other_than for call in calls if not call.certain}
        self.lingering = set()  # values of both that no certain call tells apart any more
        none = frozenset()
        self.situations = {_Situation(self._blurred(initial), none, none, none, ())}

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
        if call.certain and call.needs.value in self.to_come:
            self.to_come[call.needs.value] -= 1
        self.situations = {self._started(one, number, call) for one in self.situations}

    def _started(self, one, number, call):
        if call.certain and call.sets is None:
            if call.needs.met_by(one.state):
                return one
            return dataclasses.replace(one, asking=one.asking | {number})
        if call.certain:
            return dataclasses.replace(one, owed=one.owed | {number})
        kind = self._kind(call)
        if kind is None:
            return dataclasses.replace(one, free=one.free | {number})
        return dataclasses.replace(one, counted=_add(one.counted, kind, 1))

    def _end(self, number):
        """Only situations remain in which the call has happened."""
        reached = _Maximal(self.situations)
        happened = _Maximal(_without(one, number) for one in reached.all() if self._may_be_over(one, number))
        frontier = collections.deque(one for one in reached.all() if _waits(one, number))
        while frontier:
            one = frontier.popleft()
            for after in self._steps(one):
                if not reached.add(after):
                    continue
                if _waits(after, number):
                    frontier.append(after)
                if not (number in one.free and number in after.free) and self._may_be_over(after, number):
                    happened.add(_without(after, number))
            if reached.count > self.situations_max:
                raise TooHard(f"{len(self.calls)} calls, at {self.calls[number]}")
        self.situations = set(happened.all())

    def _may_be_over(self, one, number):
        """Whether the call has happened, or has been overwritten without anybody who is still to see it."""
        if number in one.free:
            return not self.to_come[self.calls[number].sets]
        return number not in one.owed and number not in one.asking

    def _steps(self, one):
        """All situations that one more writing call leads to."""
        if self.to_come[one.state]:
            return
        first = {}  # what an unconditional write sets -> the one that ends first
        for number in itertools.chain(one.owed, one.free):
            call = self.calls[number]
            if number in self.plain:
                sets = self._blurred(call.sets)
                if sets not in first or call.ended < self.calls[first[sets]].ended:
                    first[sets] = number
            elif call.needs.met_by(one.state):
                yield self._after(one, number)
        for number in first.values():
            yield self._after(one, number)
        for kind, _ in one.counted:
            needs, sets = kind
            if needs == ANYTHING and sets in first:
                continue
            if needs.met_by(one.state) and (sets != one.state or one.owed):
                counted = _add(one.counted, kind, -1)
                yield self._set(one, sets, needs == ANYTHING, one.owed, one.free, counted)

    def _after(self, one, number):
        """That call, which is owed or free, happens."""
        sets = self._blurred(self.calls[number].sets)
        only = {number}
        return self._set(one, sets, number in self.plain, one.owed - only, one.free - only, one.counted)

    def _set(self, one, state, is_plain, owed, free, counted):
        asking = frozenset(number for number in one.asking if not self.calls[number].needs.met_by(state))
        if is_plain:
            overwritten = owed & self.plain
            owed, free = owed - overwritten, free | overwritten
            shown = frozenset(number for number in asking if self._is_shown(number, free))
            asking, free = asking - shown, free - {self._writer_for(number) for number in shown}
        return _Situation(state, asking, owed, free, counted)

    def _writer_for(self, number):
        return self.writer[self.calls[number].needs.value]

    def _is_shown(self, number, free):
        """Whether its value may as well have been there just before an unconditional write."""
        value = self.calls[number].needs.value
        return value in self.only_read and not self.to_come[value] and self.writer.get(value) in free & self.plain

    def _blurred(self, value):
        return value if value == ABSENT or value in self.told_apart else _SOME

    def _kind(self, call):
        """What an uncertain call is counted as, or None while its value is told apart from others."""
        sets = self._blurred(call.sets)
        return (call.needs, sets) if sets in (ABSENT, _SOME) else None

    def _forget(self, value):
        """From here on no certain call tells this value from others."""
        self.lingering.add(value)
        for one in [one for one in self.lingering if self._is_past(one) or not self._is_named(one)]:
            self.lingering.remove(one)
            self._drop(self.wanted.get(one, frozenset()))
            self._blur(one)

    def _is_past(self, value):
        """The register can never hold it again, so that calls which need it can never happen."""
        writer = self.writer.get(value)
        return not any(
            one.state == value or writer in one.owed or writer in one.free for one in self.situations
        )

    def _is_named(self, value):
        """Whether a call of unknown outcome, which may still happen, tells it from others."""
        return value in self.wanted or value in self.unwanted

    def _drop(self, uncertain):
        if not uncertain:
            return
        kinds = {self._kind(self.calls[number]) for number in uncertain}
        self.situations = _uncovered({
            dataclasses.replace(
                one,
                free=one.free - uncertain,
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
            free, counted = one.free, one.counted
            if number in free and not self.calls[number].certain:
                free = free - {number}
                counted = _add(counted, self._kind(self.calls[number]), 1)
            forgotten.add(dataclasses.replace(one, state=state, free=free, counted=counted))
        self.situations = _uncovered(forgotten)

    def _explain(self, number, before):
        call = self.calls[number]
        states = sorted({str(one.state) for one in before})
        near = [other for other in self.calls if other.started <= call.ended and other.ended >= call.started]
        latest = sorted(near, key=lambda other: other.ended)[:40]
        lines = "\n".join(f"  {other}" for other in latest)
        return f"no order explains\n  {call}\nwhile the key may be {', '.join(states[:10])}; calls at that time:\n{lines}"


_STARTS, _ENDS, _BLURS = 0, 1, 2  # at the same time in this order: calls that touch may overlap


def _waits(one, number):
    return number in one.owed or number in one.free or number in one.asking


def _without(one, number):
    return dataclasses.replace(one, free=one.free - {number}) if number in one.free else one


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


def _needed(calls):
    """Without ABSENT, which may come again."""
    values = (call.needs.value for call in calls if call.certain)
    return collections.Counter(value for value in values if value not in (None, ABSENT))


def _only_read(calls):
    """Values that nothing is lost by leaving once all who need them have begun."""
    if any(call.needs.other_than is not None for call in calls):
        return frozenset()
    needed = {call.needs.value for call in calls} - {None, ABSENT}
    return needed - {call.needs.value for call in calls if call.sets is not None}


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
        group = self.groups[one.state]
        if any(other.covers(one) for other in group):
            return False
        group[:] = [other for other in group if not one.covers(other)]
        group.append(one)
        self.count += 1
        return True

    def all(self):
        return (one for group in self.groups.values() for one in group)
