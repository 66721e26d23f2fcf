"""Reads test/hostile/*.txt (the notation is in its README.md) and takes servers' answers apart."""

import glob
import os
import re

DIRECTORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../hostile")

ESCAPES = {"r": "\r", "n": "\n", "t": "\t", "\\": "\\"}


class Expected:
    """A status (0: the connection ends without an answer) and the code of a refusal ("": any)."""

    def __init__(self, text):
        words = text.split()
        self.status = 0 if words[0] == "closed" else int(words[0])
        self.code = words[1] if len(words) > 1 else ""

    def fits(self, status, code):
        return status == self.status and (not self.code or code == self.code)

    def __str__(self):
        return f"{self.status} {self.code}".strip() if self.status else "closed"


class Vector:
    def __init__(self, file, line, fields, default, names):
        self.where = f"{file}:{line}"
        self.name, expected, self.why = fields
        self.names = names
        self.notation = ""
        self.laxer = ""
        outcome, _, flags = (default if expected == "-" else expected).partition(",")
        self.flags = {flag.strip() for flag in flags.split(",") if flag.strip()}
        if not self.flags <= {"open", "half"}:
            raise ValueError(f"{self.where}: unknown flag in {self.flags}")
        at_master, _, at_volume = outcome.partition(" / ")
        self.expected = {"master": Expected(at_master), "volume": Expected(at_volume or at_master)}

    @property
    def is_open(self):
        """The connection goes on after the answer."""
        return "open" in self.flags

    @property
    def is_half(self):
        """The client ends its side after the bytes."""
        return "half" in self.flags

    def bytes(self, target):
        return unescape(expand(self.notation, {**self.names, "T": target}))

    def is_for_head(self):
        """The answer has no body; one that refuses what could not be read has."""
        return self.notation.startswith("HEAD ") and self.expected["master"].status != 400


def expand(notation, names):
    """Names and repetitions; names may use names that were said before them."""
    known = re.compile(r"\{(" + "|".join(names) + r")\}")
    while known.search(notation):
        notation = known.sub(lambda found: names[found.group(1)], notation)
    return re.sub(r"\{([^{}]+)\*(\d+)\}", lambda found: found.group(1) * int(found.group(2)), notation)


def unescape(text):
    def one(found):
        name = found.group(1)
        return chr(int(name[1:], 16)) if name[0] == "x" else ESCAPES[name]

    return re.sub(r"\\(x[0-9a-f]{2}|[rnt\\])", one, text).encode("latin-1")


def read_file(path):
    default, names, vectors = "-", {}, []
    with open(path, encoding="ascii") as file:
        for number, line in enumerate(file, 1):
            if line.startswith("    laxer: "):
                vectors[-1].laxer = line.strip().removeprefix("laxer: ")
            elif line.startswith("    "):
                vectors[-1].notation += line[4:].rstrip("\n")
            elif line.startswith("default "):
                default = line.removeprefix("default ").strip()
            elif line.startswith("let "):
                name, _, bytes_of = line[4:].rstrip("\n").partition(" = ")
                names[name] = bytes_of
            elif line.strip() and not line.startswith("#"):
                fields = [field.strip() for field in line.split(" | ")]
                vectors.append(Vector(os.path.basename(path), number, fields, default, names))
    return vectors


def read_all():
    paths = sorted(glob.glob(os.path.join(DIRECTORY, "*.txt")))
    vectors = [one for path in paths for one in read_file(path)]
    for one in vectors:
        if not one.notation or not one.why:
            raise ValueError(f"{one.where}: no bytes, or no reason")
    return vectors


class Answer:
    def __init__(self, status, fields, body):
        self.status = status
        self.fields = fields
        self.body = body

    @property
    def code(self):
        found = re.search(rb'^\{"code":"([a-z_0-9]+)"', self.body)
        return found.group(1).decode() if found else ""

    def __str__(self):
        return f"{self.status} {self.code}".strip()


def answers(received, is_for_head=False):
    """The answers in what a connection gave; ValueError when it is anything else than whole answers. The
    first one is for a HEAD if so said."""
    found = []
    while received:
        head, end, received = received.partition(b"\r\n\r\n")
        start = re.match(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r?\n?", head)
        if not end or not start:
            raise ValueError(f"not an answer: {head[:80]!r}")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        has_body = not (is_for_head and not found)
        length = int(fields.get(b"content-length", b"0")) if has_body else 0
        if len(received) < length:
            raise ValueError(f"an answer is cut: {head[:80]!r}")
        found.append(Answer(int(start.group(1)), fields, received[:length]))
        received = received[length:]
    return found
