#!/usr/bin/python3
"""Holds the tree against the style guide: check.py ROOT. Prints path:line: sentence; exit code 1 if any."""

import os
import shutil
import subprocess
import sys

import rules

BINARY = (".png", ".ico", ".gz", ".bin")


def project_files(root):
    """Paths of the project's files, relative to `root`: what git knows or would add."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
    else:  # an unpacked archive
        names = [
            os.path.relpath(os.path.join(folder, name), root)
            for folder, folders, files in os.walk(root)
            for name in files
            if not os.path.relpath(folder, root).startswith(("build", ".git"))
        ]
    return sorted(name for name in names if name and os.path.isfile(os.path.join(root, name)))


def misformatted(root, paths):
    """Sources on which clang-format disagrees."""
    program = shutil.which("clang-format-14") or shutil.which("clang-format")
    if not program:
        yield "scripts/packages", 1, "clang-format is not installed: scripts/setup"
        return
    sources = [path for path in paths if rules.is_cpp(path)]
    if not sources:
        return
    done = subprocess.run(
        [program, "--dry-run", "-Werror", *sources], cwd=root, capture_output=True, text=True, check=False
    )
    wrong = {}  # path -> first line
    for line in done.stderr.splitlines():
        parts = line.split(":", 3)
        if "clang-format-violations" in line and len(parts) == 4:
            wrong.setdefault(parts[0], int(parts[1]))
    for path, line in wrong.items():
        yield path, line, f"clang-format disagrees: {os.path.basename(program)} -i {path}"


def main(root):
    paths = project_files(root)
    cache = {}

    def read(path):
        if path not in cache:
            with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
                cache[path] = file.read()
        return cache[path]

    found = []
    for path in paths:
        if path.endswith(BINARY):
            continue
        found += [(path, line, what) for line, what in rules.check_text(path, read(path))]
        for line, what in rules.warnings(path, read(path)):
            print(f"{path}:{line}: warning: {what}")
    for rule in rules.TREE_RULES:
        found += rule(paths, read)
    found += misformatted(root, paths)
    for path, line, what in sorted(set(found)):
        print(f"{path}:{line}: {what}")
    print(f"tidy: {len(paths)} files, {len(set(found))} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".")))
