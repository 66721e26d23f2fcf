"""What an operation costs in instructions, allocations and system calls has not risen (bench/gate)."""

import json
import os
import subprocess
import sys
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
BUILD = os.environ.get("SMOL_BUILD", os.path.join(ROOT, "build/dev"))
sys.path.insert(0, os.path.join(ROOT, "bench"))

from harness import counting  # noqa: E402
from support.case import main  # noqa: E402


class Gate(unittest.TestCase):
    def test_a_rise_of_more_than_a_twentieth_is_told_with_both_numbers(self):
        committed = {"instructions": 100_000, "allocations": 100.0, "system_calls": 10.0}
        self.assertEqual(list(counting.exceeded("put-1k", committed, committed)), [])
        within = {"instructions": 104_900, "allocations": 104.9, "system_calls": 10.4}
        self.assertEqual(list(counting.exceeded("put-1k", within, committed)), [])
        for what, now in (("instructions", 105_100), ("allocations", 105.1), ("system_calls", 10.6)):
            told = list(counting.exceeded("put-1k", {**committed, what: now}, committed))
            self.assertEqual(len(told), 1)
            self.assertIn(f"{now:,}", told[0])
            self.assertIn(f"{committed[what]:,}", told[0])

    def test_small_figures_may_differ_by_what_a_beat_of_the_cluster_costs(self):
        committed = {"instructions": 1000, "allocations": 0.0, "system_calls": 2.0}
        self.assertEqual(list(counting.exceeded("put-1k", {**committed, "allocations": 0.4}, committed)), [])
        self.assertTrue(list(counting.exceeded("put-1k", {**committed, "allocations": 1.0}, committed)))
        self.assertTrue(list(counting.exceeded("put-1k", {**committed, "system_calls": 3.0}, committed)))

    def test_a_large_value_that_was_not_taken_at_once_is_no_rise(self):
        committed = {"instructions": 30_000, "allocations": 3.0, "system_calls": 3.0}
        disturbed = {"instructions": 31_400, "allocations": 5.0, "system_calls": 3.6}
        self.assertEqual(list(counting.exceeded("get-1m", disturbed, committed)), [])
        self.assertEqual(len(list(counting.exceeded("get-1k", disturbed, committed))), 2)
        self.assertTrue(list(counting.exceeded("get-1m", {**committed, "system_calls": 4.0}, committed)))

    def test_of_several_counts_the_middle_one_of_each_figure_is_taken(self):
        rows = [(100, 1.0, 5.0, {"a": 4.0, "b": 1.0}), (300, 3.0, 4.0, {"a": 4.0}), (200, 2.0, 9.0, {"a": 8.0, "b": 1.0})]
        names = ("instructions", "allocations", "system_calls", "calls")
        middle = counting.middle_of([dict(zip(names, row)) for row in rows])
        self.assertEqual(middle, dict(zip(names, (200, 2.0, 5.0, {"a": 4.0, "b": 1.0}))))

    def test_no_operation_costs_more_than_committed(self):
        with open(os.path.join(ROOT, "bench/gates.json"), encoding="utf-8") as file:
            committed = json.load(file)
        preset = os.path.basename(BUILD)
        if preset not in committed:
            self.skipTest(f"no committed figures for a {preset} build")
        gate = [os.path.join(ROOT, "bench/gate"), "--build", BUILD]
        done = subprocess.run(gate, capture_output=True, text=True, timeout=500, check=False)
        print(done.stdout)
        if done.returncode == 77:
            self.skipTest(done.stdout.strip())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    main()
