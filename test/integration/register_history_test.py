"""The checker of one key's history itself: histories that could be, more that could not, every small one
against trying all orders, and long ones with many calls of unknown outcome."""

import math
import random
import time

from register_history import A_VALUE, ABSENT, ANYTHING, NOTHING, Call, Needs, impossible
from support.case import Case, main

LONG_CALLS = 1_000
LONG_SECONDS_MAX = 60.0


def put(value, started, ended):
    return Call(started, ended, ANYTHING, value)


def maybe_put(value, started):
    return Call(started, math.inf, ANYTHING, value, certain=False)


def create(value, started, ended):
    return Call(started, ended, NOTHING, value)


def replace(old, value, started, ended):
    return Call(started, ended, Needs(value=old), value)


def get(value, started, ended):
    return Call(started, ended, Needs(value=value))


def delete(started, ended):
    return Call(started, ended, A_VALUE, ABSENT)


def maybe_delete(started):
    return Call(started, math.inf, A_VALUE, ABSENT, certain=False)


def tried_all_orders(calls):
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

    return explains(ABSENT, frozenset())


def random_calls(chance, count):
    """Any calls at all, most of them impossible together."""
    values = [f"v{number}" for number in range(count)]
    calls = []
    for value in values:
        started = chance.randrange(20)
        needs = chance.choice([
            ANYTHING, NOTHING, A_VALUE, Needs(value=chance.choice(values)), Needs(other_than=chance.choice(values))
        ])
        sets = chance.choice([value, value, ABSENT, None])
        calls.append(Call(started, started + chance.randrange(1, 15), needs, sets, chance.random() < 0.7))
    return calls


class Register:
    """Makes histories that can be: each call happens at a moment of its own."""

    def __init__(self, chance, clients, unknown_share):
        self.chance = chance
        self.state = ABSENT
        self.values = 0
        self.free_at = [0.0] * clients
        self.unknown_share = unknown_share
        self.calls = []
        self.late = []  # (when, value): writes that their clients have given up

    def run(self, count):
        moments = []
        for _ in range(count):
            client = self.chance.randrange(len(self.free_at))
            started = self.free_at[client] + self.chance.random()
            ended = started + self.chance.expovariate(1.0)
            self.free_at[client] = ended
            moments.append((self.chance.uniform(started, ended), started, ended))
        for moment, started, ended in sorted(moments):
            self.apply_late(moment)
            self.calls.append(self.call(moment, started, ended))
        return self.calls

    def apply_late(self, moment):
        for when, value in sorted(one for one in self.late if one[0] < moment):
            self.state = value
        self.late = [one for one in self.late if one[0] >= moment]

    def call(self, moment, started, ended):
        known = self.chance.random() >= self.unknown_share
        kind = self.chance.choice(["put", "put", "get", "get", "create", "replace", "delete"])
        if kind == "get":
            return Call(started, ended, Needs(value=self.state), certain=known)
        if kind == "delete":
            return self.write(started, ended, A_VALUE, ABSENT, known)
        self.values += 1
        value = f"v{self.values}"
        if kind == "put" and not known:
            if self.chance.random() < 0.5:
                self.late.append((moment + self.chance.expovariate(0.05), value))
            return maybe_put(value, started)
        needs = {"put": ANYTHING, "create": NOTHING, "replace": Needs(value=self.state)}[kind]
        return self.write(started, ended, needs, value, known)

    def write(self, started, ended, needs, value, known):
        if not needs.met_by(self.state):
            other = Needs(value=ABSENT) if needs == A_VALUE else A_VALUE
            return Call(started, ended, other, certain=known)
        if known or self.chance.random() < 0.5:
            self.state = value
        return Call(started, ended, needs, value, known)


GOOD = {
    "nothing": [],
    "a read before any write": [get(ABSENT, 0, 1)],
    "a write not seen while it goes on": [put("a", 0, 9), get(ABSENT, 1, 2), get("a", 3, 4)],
    "two writes at once, in either order": [put("a", 0, 9), put("b", 0, 9), get("b", 1, 2), get("a", 3, 4)],
    "an unknown write that never happened": [maybe_put("a", 0), get(ABSENT, 1, 2), get(ABSENT, 3, 4)],
    "an unknown write that happened late": [maybe_put("a", 0), get(ABSENT, 1, 2), get("a", 3, 4)],
    "an unknown write, seen by a refusal only": [maybe_put("a", 0), Call(1, 2, A_VALUE)],
    "an unknown deletion between": [put("a", 0, 1), maybe_delete(2), get("a", 3, 4), get(ABSENT, 5, 6)],
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
    "a revived value": [put("a", 0, 1), delete(2, 3), get("a", 4, 5)],
    "a revived value beside an unknown one": [put("a", 0, 1), delete(2, 3), maybe_put("b", 2), get("a", 4, 5)],
    "a deletion of nothing": [delete(0, 1)],
    "two deletions of one value": [put("a", 0, 1), delete(2, 3), delete(4, 5)],
    "two replacements of one value": [
        put("a", 0, 1), replace("a", "b", 2, 9), replace("a", "c", 2, 9), get("b", 10, 11)],
    "a replacement of what was replaced": [put("a", 0, 1), put("b", 2, 3), replace("a", "c", 4, 5)],
    "a refusal without a reason": [put("a", 0, 1), Call(2, 3, Needs(other_than="a"))],
    "a creation refused although there was nothing": [Call(0, 1, A_VALUE)],
    "an unknown write that happened twice": [
        maybe_put("a", 0), get("a", 1, 2), put("b", 3, 4), get("b", 5, 6), get("a", 7, 8)],
    "an unknown deletion that happened twice": [
        put("a", 0, 1), maybe_delete(2), get(ABSENT, 3, 4), put("b", 5, 6), get(ABSENT, 7, 8)],
    "an unknown write seen before it began": [get("a", 0, 1), maybe_put("a", 2)],
}


class Checker(Case):
    def test_histories_that_an_order_explains(self):
        for name, calls in GOOD.items():
            with self.subTest(name):
                self.assertIsNone(impossible(calls))
                self.assertTrue(tried_all_orders(calls))

    def test_histories_that_none_explains(self):
        for name, calls in BAD.items():
            with self.subTest(name):
                self.assertIn("no order explains", impossible(calls) or "")
                self.assertFalse(tried_all_orders(calls))

    def test_small_histories_are_decided_as_by_trying_all_orders(self):
        chance = random.Random(7)
        decided = {True: 0, False: 0}
        for _ in range(1500):
            calls = random_calls(chance, chance.randrange(1, 8))
            expected = tried_all_orders(calls)
            decided[expected] += 1
            self.assertEqual(impossible(calls) is None, expected, [str(call) for call in calls])
        self.assertGreater(min(decided.values()), 250, decided)

    def test_small_histories_of_a_register_with_one_answer_changed(self):
        chance = random.Random(8)
        changed = 0
        for _ in range(700):
            calls = Register(chance, 3, 0.3).run(8)
            self.assertIsNone(impossible(calls), [str(call) for call in calls])
            reads = [number for number, call in enumerate(calls) if call.certain and call.sets is None]
            if reads:
                number = chance.choice(reads)
                value = chance.choice([ABSENT, *(call.sets for call in calls if call.sets)])
                calls[number] = get(value, calls[number].started, calls[number].ended)
            expected = tried_all_orders(calls)
            changed += not expected
            self.assertEqual(impossible(calls) is None, expected, [str(call) for call in calls])
        self.assertGreater(changed, 100)

    def test_a_long_history_with_many_unknown_outcomes(self):
        for clients, unknown_share in ((4, 0.3), (8, 0.02)):
            begun = time.monotonic()
            calls = Register(random.Random(9), clients, unknown_share).run(LONG_CALLS)
            self.assertIsNone(impossible(calls))
            self.assertLess(time.monotonic() - begun, LONG_SECONDS_MAX)
            self.assertIn("no order explains", impossible(self.with_a_lost_write(calls)) or "")

    def with_a_lost_write(self, calls):
        """The history in which one acknowledged value, which others saw, had not been there for them."""
        seen = {call.needs.value for call in calls if call.certain and call.sets is None} - {None, ABSENT}
        number, lost = next(
            (number, call) for number, call in enumerate(calls[LONG_CALLS // 2 :], LONG_CALLS // 2)
            if call.certain and call.sets in seen
        )
        return [*calls[:number], Call(lost.started, lost.ended, lost.needs, "another"), *calls[number + 1 :]]

    def test_a_value_set_twice_is_a_mistake_of_the_test(self):
        with self.assertRaises(ValueError):
            impossible([put("a", 0, 1), put("a", 2, 3)])


if __name__ == "__main__":
    main()
