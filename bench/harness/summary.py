"""Ratios of paired slices, and what may be said of them."""

import statistics


def quartiles(values):
    """(first quartile, median, third quartile)"""
    if len(values) < 2:
        return values[0], values[0], values[0]
    first, middle, third = statistics.quantiles(values, n=4, method="inclusive")
    return first, middle, third


def spread(values):
    low, middle, high = quartiles(values)
    return {"median": middle, "q1": low, "q3": high, "n": len(values)}


class Pairing:
    """Slices of A and B in turn: A, B, A again. The ratio takes A as the geometric mean of the slices around B, so that
    a drift of the machine cancels; A again / A is what the same server gives against itself."""

    def __init__(self):
        self.a, self.b, self.again = [], [], []

    def add(self, a, b, again):
        self.a.append(a)
        self.b.append(b)
        self.again.append(again)

    def ratios(self):
        return [(one * again) ** 0.5 / other for one, other, again in zip(self.a, self.b, self.again)]

    def own_ratios(self):
        return [again / one for one, again in zip(self.a, self.again)]


# The A/A pair must read 1 within this, else the run says nothing.
OWN_RATIO_TOLERANCE = 0.10


def verdict(ratio, floor, goal, better):
    """"goal", "floor" or "short"; for a measure without a floor "-"."""
    if floor is None:
        return "-"
    reaches = (lambda limit: ratio >= limit) if better == "higher" else (lambda limit: ratio <= limit)
    if goal is not None and reaches(goal):
        return "goal"
    return "floor" if reaches(floor) else "short"
