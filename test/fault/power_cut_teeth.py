"""power_cut.py has teeth: a store that does not flush data, or names, or that acknowledges before the commit,
is found within a stated number of cuts.

    SMOL_BIN=build/dev/bin /usr/bin/python3 test/fault/power_cut_teeth.py [--seed S]

Needs a build with SMOL_FAILPOINTS. Exit codes: 0 each was found, 1 one was not, 77 cannot run."""

import argparse
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../integration"))

# pylint: disable=wrong-import-position
from support import fault_report, file_systems

# Half of them ext4, half XFS. Data is missed at once; what flushes names on ext4 is any flush of a file, so
# that only a removal shows that nobody does.
CUTS_MAX = {"no_data_flush": 8, "no_directory_flush": 120, "acknowledge_before_commit": 30}


def find(name, seed):
    """The exit code of power_cut.py against that variant."""
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "power_cut.py")
    asked = ["--cuts", str(CUTS_MAX[name]), "--seed", str(seed), "--fs", "both", "--jobs", "2", "--broken", name]
    done = subprocess.run([sys.executable, "-B", program, *asked], capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    print(lines[-1] if lines else done.stderr, flush=True)
    return done.returncode


def main():
    parser = argparse.ArgumentParser(description="Shows that power_cut.py finds what is broken on purpose.")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    reason = file_systems.missing()
    if reason:
        print(f"skipped: {reason}")
        sys.exit(fault_report.SKIPPED)
    begun = time.monotonic()
    missed = [name for name in CUTS_MAX if find(name, asked.seed) != fault_report.FOUND]
    print(f"{len(CUTS_MAX) - len(missed)} of {len(CUTS_MAX)} found in {time.monotonic() - begun:.1f} s; missed: {missed}")
    sys.exit(fault_report.FOUND if missed else fault_report.CLEAN)


if __name__ == "__main__":
    main()
