"""The register model tells what a key may hold from what may not."""

import math

from support.case import Case, main
from support.register import ABSENT, Operation, Read, Register


def register(operations, reads, initial=ABSENT):
    one = Register(initial)
    one.operations = [Operation(*operation) for operation in operations]
    one.reads = [Read(*read) for read in reads]
    return one


WHAT_MAY_BE = [
    ("nothing before the first write", [], [(ABSENT, 0, 1)]),
    ("an acknowledged write", [("a", 0, 1)], [("a", 2, 3)]),
    ("an unanswered one that happened", [("a", 0, math.inf)], [("a", 2, 3)]),
    ("an unanswered one that did not", [("a", 0, math.inf)], [(ABSENT, 2, 3)]),
    ("an unanswered one after a later one", [("a", 0, math.inf), ("b", 1, 2)], [("b", 3, 4), ("a", 5, 6)]),
    ("either of two at once", [("a", 0, 2), ("b", 1, 3)], [("a", 4, 5)]),
    ("a deletion", [("a", 0, 1), (ABSENT, 2, 3)], [(ABSENT, 4, 5)]),
    ("the value while it is deleted", [("a", 0, 1), (ABSENT, 2, 4)], [("a", 3, 5)]),
    ("the value after an unanswered deletion", [("a", 0, 1), (ABSENT, 2, math.inf)], [("a", 4, 5)]),
    ("a write that goes on", [("a", 0, 5)], [("a", 1, 2), ("a", 3, 4)]),
]

WHAT_CANNOT_BE = [
    ("lost", [("a", 0, 1)], [(ABSENT, 2, 3)]),
    ("lost after it was seen", [("a", 0, math.inf)], [("a", 1, 2), (ABSENT, 3, 4)]),
    ("revived", [("a", 0, 1), (ABSENT, 2, 3)], [("a", 4, 5)]),
    ("gone back", [("a", 0, 1), ("b", 2, 3)], [("a", 4, 5)]),
    ("gone back after it was seen", [("a", 0, 1), ("b", 2, math.inf)], [("b", 3, 4), ("a", 5, 6)]),
    ("of nobody", [("a", 0, 1)], [("z", 2, 3)]),
    ("of the future", [("a", 4, 5)], [("a", 1, 2)]),
    ("refused", [("a", 0, math.inf, True)], [("a", 1, 2)]),
]


class Registers(Case):
    def test_what_may_be(self):
        for name, operations, reads in WHAT_MAY_BE:
            self.assertIsNone(register(operations, reads).violation(), name)

    def test_what_cannot_be(self):
        for name, operations, reads in WHAT_CANNOT_BE:
            self.assertIsNotNone(register(operations, reads).violation(), name)

    def test_the_value_before_the_first_operation(self):
        self.assertIsNone(register([], [("a", 0, 1)], initial="a").violation())
        self.assertIsNotNone(register([], [(ABSENT, 0, 1)], initial="a").violation())
        self.assertIsNotNone(register([(ABSENT, 0, 1)], [("a", 2, 3)], initial="a").violation())


if __name__ == "__main__":
    main()
