"""Runs a long test unless it passed before with exactly these programs and test files.

    once.py NAME_test.py [ARGUMENT...]

The programs are those in SMOL_BIN; what passed is remembered in SMOL_TMP/passed. SMOL_AGAIN=1 runs it anyway.
Exit code: the test's, or 77 (skipped) with the reason on a line of its own."""

import hashlib
import os
import subprocess
import sys
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BENCH = os.path.join(TESTS, "../../bench")


def inputs():
    for top in (TESTS, BENCH):
        for folder, subfolders, names in os.walk(top):
            subfolders.sort()
            for name in sorted(names):
                if name.endswith((".py", ".json")):
                    yield os.path.join(folder, name)
    for name in ("master", "volume", "smol"):
        yield os.path.join(os.environ["SMOL_BIN"], name)


def digest_of_inputs():
    digest = hashlib.sha256()
    for path in inputs():
        with open(path, "rb") as file:
            digest.update(b"%s\0%d\0" % (os.fsencode(path), os.stat(path).st_size))
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def read_if_there(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def main(arguments):
    test = arguments[0]
    folder = os.path.join(os.environ["SMOL_TMP"], "passed")
    record = os.path.join(folder, os.path.basename(test))
    digest = digest_of_inputs()
    before = read_if_there(record)
    if before.startswith(digest) and os.environ.get("SMOL_AGAIN") != "1":
        print(f"{os.path.basename(test)} ... skipped 'passed at {before.split()[1]} with the same programs and tests'")
        return 77
    code = subprocess.run([sys.executable, "-B", os.path.join(TESTS, test), *arguments[1:]]).returncode
    if code == 0:
        os.makedirs(folder, exist_ok=True)
        with open(record, "w", encoding="utf-8") as file:
            file.write(f"{digest} {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
