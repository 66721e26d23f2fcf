"""The line of JSON that each run of a fault harness leaves in build/faults/<harness>.jsonl."""

import datetime
import json
import os

_BUILD = os.environ.get("SMOL_BUILD_ROOT", os.path.join(os.path.dirname(__file__), "../../../build"))


def append(harness, seconds, count, unit, seed, found, details):
    """Prints the line and keeps it. `found`: how many faults."""
    line = json.dumps({
        "harness": harness,
        "when": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "count": count,
        "unit": unit,
        "seed": seed,
        "found": found,
        "details": details,
    })
    folder = os.path.abspath(os.path.join(_BUILD, "faults"))
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, f"{harness}.jsonl"), "a", encoding="utf-8") as file:
        file.write(line + "\n")
    print(line, flush=True)
