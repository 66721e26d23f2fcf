"""What a fault harness leaves behind: a line of JSON for each run, and a progress line on the way."""

import datetime
import json
import os
import time

_ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))

CLEAN, FOUND, WRONG_USE, SKIPPED = 0, 1, 2, 77


def folder():
    """build/faults; SMOL_FAULTS names another."""
    chosen = os.environ.get("SMOL_FAULTS") or os.path.join(_ROOT, "build/faults")
    os.makedirs(chosen, exist_ok=True)
    return chosen


def write_result(harness, begun, count, unit, seed, found, details):
    """Appends what a run that began at `begun` (time.time()) came to."""
    line = {
        "harness": harness,
        "when": datetime.datetime.fromtimestamp(begun, datetime.timezone.utc).isoformat(timespec="seconds"),
        "seconds": round(time.time() - begun, 1),
        "count": count,
        "unit": unit,
        "seed": seed,
        "found": found,
        "details": details,
    }
    text = json.dumps(line)
    with open(os.path.join(folder(), f"{harness}.jsonl"), "a", encoding="utf-8") as file:
        file.write(text + "\n")
    print(text, flush=True)


class Progress:
    """A line every few seconds: how many of how many, how fast, how long still."""

    def __init__(self, total, unit, every=5.0):
        self.total = total
        self.unit = unit
        self.every = every
        self.begun = self.shown = time.monotonic()

    def show(self, done, more="", always=False):
        now = time.monotonic()
        if not always and now - self.shown < self.every:
            return
        self.shown = now
        rate = done / max(now - self.begun, 0.001)
        left = (self.total - done) / rate if rate else 0
        print(f"{done} of {self.total} {self.unit}, {60 * rate:.0f} a minute, {left:.0f} s left{more}", flush=True)
