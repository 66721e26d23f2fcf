#!/usr/bin/python3
"""Each header compiles on its own: headers.py ROOT BUILD. A header that a .cpp of its name includes
first is proven by the build; the others are compiled here, with the flags of a neighbour."""

import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys

import check
import cpp_text

# Options that belong to one source file, with the number of words that follow them.
DROPPED = {"-o": 1, "-c": 1, "-MF": 1, "-MT": 1, "-MQ": 1, "-MD": 0, "-MMD": 0}


_PRECOMPILED = re.compile(r"-Xclang -include(?:-pch)? -Xclang \S+")


def flags_of(command):
    """The compiler and its options without what names one source."""
    words = shlex.split(command)
    while not re.match(r"(?:clang|g|c)\+\+", os.path.basename(words[0])):
        words = words[1:]  # launchers and their settings
    words = shlex.split(_PRECOMPILED.sub("", shlex.join(words)))
    kept = []
    skip = 0
    for word in words:
        if skip:
            skip -= 1
        elif word in DROPPED:
            skip = DROPPED[word]
        else:
            kept.append(word)
    return kept


def proven(root, header, paths):
    source = header[: -len(".hpp")] + ".cpp"
    if source not in paths:
        return False
    with open(os.path.join(root, source), encoding="utf-8") as file:
        names = [what for _, what, _ in cpp_text.includes(file.read())]
    return names[:1] == [header]


def main(root, build):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = {os.path.relpath(entry["file"], root): entry for entry in json.load(file)}
    paths = set(check.project_files(root))
    headers = [path for path in sorted(paths) if path.endswith(".hpp") and not proven(root, path, paths)]

    def compile_alone(header):
        nearest = max(commands, key=lambda path: len(os.path.commonprefix([path, header])))
        entry = commands[nearest]
        words = flags_of(entry["command"]) + [
            "-fsyntax-only", "-Wno-pragma-once-outside-header", "-Wno-unused-const-variable",
            "-x", "c++", os.path.join(root, header),
        ]
        return subprocess.run(words, cwd=entry["directory"], capture_output=True, text=True, check=False)

    broken = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for header, done in zip(headers, pool.map(compile_alone, headers)):
            if done.returncode:
                broken += 1
                print(f"{header}: does not compile on its own\n{done.stderr}")
    print(f"headers: {len(headers)} compiled on their own, {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
