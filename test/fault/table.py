"""docs/FAULTS.md, made from what is known: the rows of faults.toml, the tests they name, and runs.jsonl, which holds
one line for each campaign.

    table.py            prints the page
    table.py --write    writes it
    table.py --check    compares; fails also if a test that a row names is not there
    table.py --record build/faults/*.jsonl
                        takes campaigns into runs.jsonl (those it has already are left out), then writes the page

Exit code: 0, 1 (the page is not what it should be; says where), 2 (wrong use)."""

import json
import os
import re
import subprocess
import sys
import tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ROWS = os.path.join(HERE, "faults.toml")
RUNS = os.path.join(HERE, "runs.jsonl")
PAGE = os.path.join(ROOT, "docs", "FAULTS.md")

# The harnesses that campaigns are run with: where each is, and what it counts.
HARNESSES = {
    "sim": "test/sim",
    "power_cut": "test/fault/power_cut.py",
    "syscalls": "test/fault/syscalls.py",
    "chaos": "test/fault/chaos.py",
    "load": "test/fault/load.py",
    "fuzz": "test/fuzz",
}

HEAD = """# Faults

What can go wrong, what smol promises then, what a client sees, and what shows it. This page is made by
`test/fault/table.py` from `test/fault/faults.toml` and the record of campaigns in `test/fault/runs.jsonl`; a test
compares it and looks for every test that it names. How to run each is in [TESTING.md](TESTING.md).

"each" in the last column: with every `scripts/test`. Numbers: what campaigns have run in all, on the commits that
`runs.jsonl` names.
"""


def read_text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def read_runs():
    if not os.path.exists(RUNS):
        return []
    return [json.loads(line) for line in read_text(RUNS).splitlines() if line.strip()]


def unit_sentences():
    """The names of all unit test cases."""
    found = set()
    for folder, _, names in os.walk(os.path.join(ROOT, "test", "unit")):
        for name in names:
            if name.endswith(".cpp"):
                text = read_text(os.path.join(folder, name))
                for literals in re.findall(r'TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', text):
                    found.add("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals)))
    return found


def is_there(test, sentences):
    kind, _, name = test.partition(":")
    if kind in HARNESSES:
        return os.path.exists(os.path.join(ROOT, HARNESSES[kind]))
    if kind == "unit":
        return name in sentences
    if kind == "integration":
        file, _, method = name.partition(".")
        path = os.path.join(ROOT, "test", "integration", file + "_test.py")
        return os.path.exists(path) and (not method or f"def {method}(" in read_text(path))
    return False


def shown_test(test):
    kind, _, name = test.partition(":")
    if kind == "unit":
        return f"unit: {name}"
    return f"`{name or kind}`"


def total_of(harness, runs):
    mine = [run for run in runs if run["harness"] == harness]
    if not mine:
        return None
    return f"{sum(run['count'] for run in mine):,} {mine[0]['unit']}"


def shown_runs(tests, runs):
    totals = [total_of(test, runs) for test in tests if test in HARNESSES]
    shown = [total for total in totals if total]
    return "; ".join(["each", *shown])


def campaign_rows(runs):
    for harness in HARNESSES:
        mine = [run for run in runs if run["harness"] == harness]
        if mine:
            hours = sum(run["seconds"] for run in mine) / 3600
            found = sum(run["found"] for run in mine)
            last = max(run["when"] for run in mine)[:10]
            yield f"| `{harness}` | {total_of(harness, runs)} | {hours:.1f} h | {found} | {last} |"


def page(faults, runs):
    lines = [HEAD]
    for group in faults["group"]:
        lines += [f"## {group['name']}\n", "| fault | smol promises | the client sees | shown by | has run |",
                  "| --- | --- | --- | --- | --- |"]
        for one in group["fault"]:
            tests = ", ".join(shown_test(test) for test in one["tests"])
            lines.append(f"| {one['what']} | {one['promise']} | {one['client']} | {tests} |"
                         f" {shown_runs(one['tests'], runs)} |")
        lines.append("")
    lines += ["## Campaigns\n", "| harness | in all | time | faults open in what was run | last |",
              "| --- | --- | --- | --- | --- |", *campaign_rows(runs), ""]
    return "\n".join(lines)


def missing_tests(faults):
    sentences = unit_sentences()
    for group in faults["group"]:
        for one in group["fault"]:
            for test in one["tests"]:
                if not is_there(test, sentences):
                    yield f"{one['what']}: there is no test {test}"


def commit_of_tree():
    asked = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return asked.stdout.strip()


def record(paths):
    known = {(run["harness"], run["when"]) for run in read_runs()}
    commit = commit_of_tree()
    with open(RUNS, "a", encoding="utf-8") as file:
        for path in paths:
            for line in read_text(path).splitlines():
                run = json.loads(line)
                if (run["harness"], run["when"]) not in known:
                    file.write(json.dumps({"commit": commit, **run}, sort_keys=True) + "\n")


def main(arguments):
    if arguments[:1] == ["--record"]:
        record(arguments[1:])
    faults = tomllib.loads(read_text(ROWS))
    text = page(faults, read_runs())
    if not arguments:
        print(text, end="")
    elif arguments[0] in ("--write", "--record"):
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(text)
    elif arguments == ["--check"]:
        wrong = list(missing_tests(faults))
        if not os.path.exists(PAGE) or read_text(PAGE) != text:
            wrong.append("docs/FAULTS.md is not what test/fault/table.py --write makes of its sources")
        print("\n".join(wrong or ["docs/FAULTS.md is true to its sources"]))
        return 1 if wrong else 0
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
