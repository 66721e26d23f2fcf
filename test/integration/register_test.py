"""The checker of one key's history itself: histories that could be, more that could not, every small one
against trying all orders, and long ones of many clients or with many calls of unknown outcome."""

import dataclasses
import math
import random

from support.case import Case, main
from support.register import (
    A_VALUE, ABSENT, ANYTHING, NOTHING, Call, Needs, Recorder, TooHard, delete, get, put, violation,
)

ALL = ("put", "put", "get", "get", "create", "replace", "delete")
# Clients, calls, what they do, share of unknown outcomes, situations that the checker may look at for one call.
LONG = (
    (10, 1_000, ALL, 0.3, 2_000),
    (10, 1_000, ALL, 0.02, 2_000),
    (10, 1_000, ("put", "put", "get", "get", "delete"), 0.3, 2_000),
    (64, 10_000, ("put", "put", "get", "get", "get"), 0.0, 500),
    (64, 2_000, ("put", "put", "get", "get", "get"), 0.02, 500),
)


def create(value, started, ended):
    return Call(started, ended, NOTHING, value)


def replace(old, value, started, ended):
    return Call(started, ended, Needs(value=old), value)


def tried_all_orders(calls, initial=ABSENT):
    """Whether some order explains them; by trying each."""
    certain = frozenset(number for number, call in enumerate(calls) if call.certain)
    tried = set()

    def explains(state, happened):
        if certain <= happened:
            return True
        if (state, happened) in tried:
            return False
        tried.add((state, happened))
        first_end = min(calls[number].ended for number in certain - happened)
        for number, call in enumerate(calls):
            if number in happened or call.started > first_end or not call.needs.met_by(state):
                continue
            if explains(state if call.sets is None else call.sets, happened | {number}):
                return True
        return False

    return explains(initial, frozenset())


def random_calls(chance, count):
    """Any calls at all, most of them impossible together; some are plain writes and reads only."""
    values = [f"v{number}" for number in range(count)]
    is_plain = chance.random() < 0.3
    calls = []
    for value in values:
        started = chance.randrange(20)
        ended = started + chance.randrange(1, 15) if chance.random() < 0.8 else math.inf
        named = chance.choice([ABSENT, *values])
        if is_plain:
            needs, sets = chance.choice([(ANYTHING, value), (Needs(value=named), None)])
        else:
            needs = chance.choice([ANYTHING, NOTHING, A_VALUE, Needs(value=named), Needs(other_than=named)])
            sets = chance.choice([value, value, ABSENT, None])
        calls.append(Call(started, ended, needs, sets))
    return calls


class Made:
    """Makes histories that can be: each call happens at a moment of its own."""

    def __init__(self, chance, clients, kinds=ALL, unknown_share=0.0):
        self.chance = chance
        self.kinds = kinds
        self.state = ABSENT
        self.values = 0
        self.free_at = [0.0] * clients
        self.unknown_share = unknown_share
        self.calls = []
        self.late = []  # (when, value): writes that their clients have given up

    def run(self, count):
        moments = []
        for _ in range(count):
            client = self.free_at.index(min(self.free_at))
            started = self.free_at[client] + 0.1 * self.chance.random()
            ended = started + self.chance.expovariate(1.0)
            self.free_at[client] = ended
            moments.append((self.chance.uniform(started, ended), started, ended))
        for moment, started, ended in sorted(moments):
            self.apply_late(moment)
            known = self.chance.random() >= self.unknown_share
            self.calls.append(self.call(moment, started, ended if known else math.inf))
        return self.calls

    def apply_late(self, moment):
        for _, value in sorted(one for one in self.late if one[0] < moment):
            self.state = value
        self.late = [one for one in self.late if one[0] >= moment]

    def call(self, moment, started, ended):
        kind = self.chance.choice(self.kinds)
        if kind == "get":
            return get(self.state, started, ended)
        if kind == "delete":
            return self.write(started, ended, A_VALUE, ABSENT)
        self.values += 1
        value = f"v{self.values}"
        if kind == "put" and ended == math.inf:
            if self.chance.random() < 0.5:
                self.late.append((moment + self.chance.expovariate(0.05), value))
            return put(value, started)
        needs = {"put": ANYTHING, "create": NOTHING, "replace": Needs(value=self.state)}[kind]
        return self.write(started, ended, needs, value)

    def write(self, started, ended, needs, value):
        if not needs.met_by(self.state):
            return get(ABSENT, started, ended) if value == ABSENT else Call(started, ended, A_VALUE)
        if ended < math.inf or self.chance.random() < 0.5:
            self.state = value
        return Call(started, ended, needs, value)


GOOD = {
    "nothing": [],
    "a read before any write": [get(ABSENT, 0, 1)],
    "two reads at once, of before and after": [put("a", 0, 9), get(ABSENT, 1, 8), get("a", 2, 7)],
    "a write not seen while it goes on": [put("a", 0, 9), get(ABSENT, 1, 2), get("a", 3, 4)],
    "two writes at once, in either order": [put("a", 0, 9), put("b", 0, 9), get("b", 1, 2), get("a", 3, 4)],
    "an unknown write that never happened": [put("a", 0), get(ABSENT, 1, 2), get(ABSENT, 3, 4)],
    "an unknown write that happened late": [put("a", 0), get(ABSENT, 1, 2), get("a", 3, 4)],
    "an unknown write, seen by a refusal only": [put("a", 0), Call(1, 2, A_VALUE)],
    "an unknown write after a later one": [put("a", 0), put("b", 1, 2), get("b", 3, 4), get("a", 5, 6)],
    "a value while it is deleted": [put("a", 0, 1), delete(2, 4), get("a", 3, 5)],
    "an unknown deletion between": [put("a", 0, 1), delete(2), get("a", 3, 4), get(ABSENT, 5, 6)],
    "created, deleted, created": [create("a", 0, 1), delete(2, 3), create("b", 4, 5), get("b", 6, 7)],
    "one of two creations": [create("a", 0, 9), Call(0, 9, A_VALUE), get("a", 10, 11)],
    "replaced what was there": [put("a", 0, 1), replace("a", "b", 2, 3), get("b", 4, 5)],
    "a refusal because another came before": [
        put("a", 0, 1), put("b", 2, 5), Call(2, 6, Needs(other_than="a")), get("b", 7, 8)],
}

BAD = {
    "a lost write": [put("a", 0, 1), get(ABSENT, 2, 3)],
    "a lost overwrite": [put("a", 0, 1), put("b", 2, 3), get("a", 4, 5)],
    "a lost write, shown by a creation": [put("a", 0, 1), create("b", 2, 3)],
    "a lost write, shown by a second creation": [create("a", 0, 1), create("b", 2, 3), get("b", 4, 5)],
    "a value that nobody wrote": [get("a", 0, 1)],
    "a value before its write": [get("a", 0, 1), put("a", 2, 3)],
    "a read that goes back": [put("a", 0, 9), get("a", 1, 2), get(ABSENT, 3, 4)],
    "two reads that go back and forth": [
        put("a", 0, 9), put("b", 0, 9), get("a", 1, 2), get("b", 3, 4), get("a", 5, 6)],
    "two values at once": [
        put("a", 0, 1), put("b", 2, 3), get("b", 4, 5), get("a", 4, 5), get("b", 6, 7)],
    "an old value between reads of a newer one": [
        put("a", 0, 1), put("b", 2, 3), put("c", 2, 3), get("b", 4, 5), get("c", 6, 7), get("b", 8, 9)],
    "an unknown write lost after it was seen": [put("a", 0), get("a", 1, 2), get(ABSENT, 3, 4)],
    "gone back from an unknown write": [put("a", 0, 1), put("b", 2), get("b", 3, 4), get("a", 5, 6)],
    "a replacement that would have failed, seen": [
        put("a", 0, 1), Call(2, math.inf, Needs(other_than="a"), "b"), get("b", 3, 4)],
    "a revived value": [put("a", 0, 1), delete(2, 3), get("a", 4, 5)],
    "a revived value beside an unknown one": [put("a", 0, 1), delete(2, 3), put("b", 2), get("a", 4, 5)],
    "a deletion of nothing": [delete(0, 1)],
    "two deletions of one value": [put("a", 0, 1), delete(2, 3), delete(4, 5)],
    "two replacements of one value": [
        put("a", 0, 1), replace("a", "b", 2, 9), replace("a", "c", 2, 9), get("b", 10, 11)],
    "a replacement of what was replaced": [put("a", 0, 1), put("b", 2, 3), replace("a", "c", 4, 5)],
    "a refusal without a reason": [put("a", 0, 1), Call(2, 3, Needs(other_than="a"))],
    "a creation refused although there was nothing": [Call(0, 1, A_VALUE)],
    "an unknown write that happened twice": [
        put("a", 0), get("a", 1, 2), put("b", 3, 4), get("b", 5, 6), get("a", 7, 8)],
    "an unknown deletion that happened twice": [
        put("a", 0, 1), delete(2), get(ABSENT, 3, 4), put("b", 5, 6), get(ABSENT, 7, 8)],
    "an unknown write seen before it began": [get("a", 0, 1), put("a", 2)],
}


class Checker(Case):
    def test_histories_that_an_order_explains(self):
        for name, calls in GOOD.items():
            with self.subTest(name):
                self.assertIsNone(violation(calls))
                self.assertTrue(tried_all_orders(calls))

    def test_histories_that_none_explains(self):
        for name, calls in BAD.items():
            with self.subTest(name):
                self.assertIn("no order explains", violation(calls) or "")
                self.assertFalse(tried_all_orders(calls))

    def test_small_histories_are_decided_as_by_trying_all_orders(self):
        chance = random.Random(7)
        decided = {True: 0, False: 0}
        for _ in range(3000):
            calls = random_calls(chance, chance.randrange(1, 9))
            initial = chance.choice([ABSENT, ABSENT, "v0"])
            calls = [call for call in calls if call.sets != initial or initial == ABSENT]
            expected = tried_all_orders(calls, initial)
            decided[expected] += 1
            self.assertEqual(violation(calls, initial) is None, expected, [initial, *map(str, calls)])
        self.assertGreater(min(decided.values()), 500, decided)

    def test_small_histories_of_a_register_with_one_answer_changed(self):
        chance = random.Random(8)
        changed = 0
        for _ in range(700):
            calls = Made(chance, 3, unknown_share=0.3).run(8)
            self.assertIsNone(violation(calls), [str(call) for call in calls])
            reads = [number for number, call in enumerate(calls) if call.certain and call.sets is None]
            if reads:
                number = chance.choice(reads)
                value = chance.choice([ABSENT, *(call.sets for call in calls if call.sets)])
                calls[number] = get(value, calls[number].started, calls[number].ended)
            expected = tried_all_orders(calls)
            changed += not expected
            self.assertEqual(violation(calls) is None, expected, [str(call) for call in calls])
        self.assertGreater(changed, 100)

    def test_long_histories_take_few_situations(self):
        for clients, count, kinds, unknown_share, situations_max in LONG:
            with self.subTest(clients=clients, count=count, kinds=kinds, unknown_share=unknown_share):
                calls = Made(random.Random(9), clients, kinds, unknown_share).run(count)
                self.assertIsNone(violation(calls, situations_max=situations_max))
                lost = self.with_a_lost_write(calls)
                self.assertIn("no order explains", violation(lost, situations_max=situations_max) or "")

    def with_a_lost_write(self, calls):
        """The history in which one acknowledged value, which others saw, had not been there for them."""
        seen = {call.needs.value for call in calls if call.certain and call.sets is None} - {None, ABSENT}
        number, lost = next(
            (number, call) for number, call in enumerate(calls[len(calls) // 2 :], len(calls) // 2)
            if call.certain and call.sets in seen
        )
        return [*calls[:number], dataclasses.replace(lost, sets="another"), *calls[number + 1 :]]

    def test_too_many_situations_are_no_verdict(self):
        with self.assertRaises(TooHard):
            violation([create("a", 0, 9), create("b", 0, 9), get("b", 1, 2)], situations_max=1)

    def test_a_value_set_twice_is_a_mistake_of_the_test(self):
        for calls, initial in (([put("a", 0, 1), put("a", 2, 3)], ABSENT), ([put("a", 0, 1)], "a")):
            with self.assertRaises(ValueError):
                violation(calls, initial)


class Recording(Case):
    def test_what_is_not_answered_may_have_happened(self):
        for seen in ("a", ABSENT):
            recorder = Recorder()
            recorder.begin("a", 0)
            recorder.read(seen, 1, 2)
            self.assertIsNone(recorder.violation())

    def test_what_is_done_has_happened(self):
        for sets, wrong in (("b", "a"), ("b", ABSENT), (ABSENT, "a")):
            recorder = Recorder("a")
            recorder.done(recorder.begin(sets, 0), 1)
            recorder.read(wrong, 2, 3)
            self.assertIn("no order explains", recorder.violation() or "", (sets, wrong))

    def test_what_is_refused_has_not(self):
        recorder = Recorder("a")
        recorder.refused(recorder.begin("b", 0))
        recorder.read("a", 1, 2)
        self.assertIsNone(recorder.violation())
        recorder.read("b", 3, 4)
        self.assertIn("no order explains", recorder.violation() or "")

    def test_it_begins_anew_when_settled(self):
        recorder = Recorder()
        recorder.begin("a", 0)
        recorder.settle("b")
        recorder.read("b", 1, 2)
        self.assertIsNone(recorder.violation())
        recorder.read("a", 3, 4)
        self.assertIn("no order explains", recorder.violation() or "")


if __name__ == "__main__":
    main()
