"""The checker itself: histories that could be, and more that could not."""

import math
from linearizable import INITIAL, Operation, violation
from support.case import Case, main


def write(value, started, ended):
    return Operation(True, value, started, ended)


def read(value, started, ended):
    return Operation(False, value, started, ended)


class Checker(Case):
    def test_histories_that_an_order_explains(self):
        for history in (
            [],
            [read(INITIAL, 0, 1)],
            [write("a", 0, 1), read("a", 2, 3)],
            [write("a", 0, 9), read(INITIAL, 1, 2), read("a", 3, 4)],
            [write("a", 0, 9), write("b", 0, 9), read("b", 1, 2), read("a", 3, 4)],
            [write("a", 0, 1), write("b", 2, 9), read("b", 3, 4), read("b", 5, 6)],
            [write("a", 0, 9), read(INITIAL, 1, 8), read("a", 2, 7)],
            [write("a", 0, math.inf), read(INITIAL, 1, 2)],
            [write("a", 0, math.inf), read(INITIAL, 1, 2), read("a", 3, 4)],
        ):
            with self.subTest(history=[str(one) for one in history]):
                self.assertIsNone(violation(history))

    def test_histories_that_none_explains(self):
        for history in (
            [read("a", 0, 1)],
            [read("a", 0, 1), write("a", 2, 3)],
            [write("a", 0, 1), read(INITIAL, 2, 3)],
            [write("a", 0, 1), write("b", 2, 3), read("a", 4, 5)],
            [write("a", 0, 9), read("a", 1, 2), read(INITIAL, 3, 4)],
            [write("a", 0, 9), write("b", 0, 9), read("a", 1, 2), read("b", 3, 4), read("a", 5, 6)],
            [write("a", 0, 1), write("b", 2, 3), read("b", 4, 5), read("a", 4, 5), read("b", 6, 7)],
            [write("a", 0, 1), write("b", 2, 3), write("c", 2, 3), read("b", 4, 5), read("c", 6, 7),
             read("b", 8, 9)],
            [write("a", 0, math.inf), read("a", 1, 2), read(INITIAL, 3, 4)],
            [write("a", 0, 1), read("a", 2, 3), write("b", 4, 5), read("a", 6, 7)],
        ):
            with self.subTest(history=[str(one) for one in history]):
                self.assertIsNotNone(violation(history))

    def test_a_value_written_twice_is_a_mistake_of_the_test(self):
        with self.assertRaises(ValueError):
            violation([write("a", 0, 1), write("a", 2, 3)])


if __name__ == "__main__":
    main()
