"""The style guide, one function a rule. A rule takes a path (relative to the project, with "/") and the
file's text, and yields (line, sentence); the sentence names what to write instead."""

import os
import re

import cpp_text

HEADER_LINES = 150
SOURCE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
LINE_COLUMNS_MAX = 100

# Room -> rooms it may include besides itself. One-way: DESIGN of the tree in docs/ARCHITECTURE.md.
LAYERS = {
    "common/base": set(),
    "common/key": {"common/base"},
    "common/http": {"common/base"},
    "common/config": {"common/base"},
    "common/wire": {"common/base", "common/http"},
    "common/io": {"common/base"},
    "common/net": {"common/base", "common/http", "common/io"},
    "common/ops": {"common/base", "common/http", "common/io", "common/net"},
}
COMMON = set(LAYERS)
LAYERS["master"] = COMMON
LAYERS["volume"] = COMMON
LAYERS["cli"] = COMMON | {"master", "volume"}
LAYERS["bench"] = COMMON

# Library -> the only files that may include it.
OWNERS = [
    (r"rocksdb/", r"master/rocks_index\.cpp|test/.*", "the index seam (master/index.hpp)"),
    (r"openssl/", r"common/base/(digest|hmac)\.cpp|test/unit/common/base/hmac_test\.cpp", "common/base/digest.hpp or hmac.hpp"),
    (r"xxh", r"common/base/digest\.cpp|master/placement\.cpp", "common/base/digest.hpp"),
    (r"boost/beast", r"common/http/[^/]+\.cpp", "common/http/message.hpp"),
    (r"toml\+\+/", r"common/config/[^/]+\.cpp", "common/config/settings.hpp"),
    (r"boost/json(?!/fwd)", r".*\.cpp", "a function of common/wire or a .cpp file: no JSON in headers"),
]

PURE_ROOMS = ("common/base/", "common/key/", "common/http/", "common/config/")
PURE_EXCEPT = re.compile(r"common/base/(digest|hmac|log|failpoint)\.")
# Beast's parsers take Asio's buffers: two words, no I/O.
IMPURE_HEADER = re.compile(r"boost/asio(?!/buffer\.hpp)|unistd\.h|fcntl\.h|sys/|filesystem$|fstream$|random$|thread$")

# What -> where it is allowed (a pattern of paths, or None), and what to write instead.
BANS = [
    (r"\bdetached\b", r"test/.*", "no detached work: net::spawn with a gate counts it"),
    (
        r"\b(?:ato[ifl]l?|strto\w+|sto(?:i|l|ll|ul|ull|f|d|ld)|sscanf)\s*\(",
        None,
        "half-parsing functions: base/parse.hpp reads the whole text or nothing",
    ),
    (r"catch\s*\(\s*\.\.\.\s*\)\s*\{\s*\}", None, "swallowed exception: return an error or log it"),
    (r"\(void\)\s*(?:ec|error|failure)\b", None, "ignored error: return it, log it, or say why it may be"),
    (r"\bshared_from_this\b", None, "shared ownership keeps coroutines alive by accident: move ownership in"),
    (
        r"\bnew\s+[A-Za-z_:]+\s*[({;<]|\bdelete\s*(?:\[\s*\])?\s*[a-z_]\w*\s*;",
        None,
        "raw ownership: std::make_unique",
    ),
    (
        r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\b",
        r"bench/.*|test/support/.*",
        "sleeping to synchronise: wait for the event (net::clock, a condition, a deadline)",
    ),
    (r"\bstd::(?:if|of|f)stream\b", r"test/.*|bench/.*", "streams hide errors: common/io/file.hpp"),
    (r"\bstd::regex\b", None, "backtracking on a client's bytes: a small parser"),
    (r"\bstd::endl\b", None, 'a flush in disguise: "\\n"'),
    (r"\b(?:strcpy|strcat|sprintf|gets)\s*\(", None, "unbounded: fmt::format"),
    (r"\bgetenv\s*\(", r"common/(base/(failpoint|broken)|config/settings|ops/\w+)\.cpp|cli/terminal\.cpp|test/.*",
     "settings come from the one table: common/config/settings.hpp"),
]

BAD_NAMES = re.compile(r"(^|/)(utils?|helpers?|misc|manager|common_stuff|data|info)\.(hpp|cpp)$|\.ipp$")
# Spelt in parts, so that this file does not break its own rule.
MACHINE_PATH = re.compile("/wor" + "k/|/far" + "m/|bash_job" + "s|/home/[a-z]|/Users/[a-z]")
UNDONE = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")


def room_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "common" else parts[0]


def is_cpp(path):
    return path.endswith((".cpp", ".hpp"))


def is_test(path):
    return path.startswith(("test/", "bench/"))


def layering(path, text):
    room = room_of(path)
    if room not in LAYERS:
        return
    for line, what, is_project in cpp_text.includes(text):
        if not is_project:
            continue
        target = room_of(what)
        if what.startswith(".") or target not in LAYERS:
            yield line, f'include "{what}" by its full path from the project\'s root'
        elif target != room and target not in LAYERS[room]:
            allowed = ", ".join(sorted(LAYERS[room])) or "nothing"
            yield line, f"{room} must not include {target}; it may include {allowed}"


def owners(path, text):
    for line, what, _ in cpp_text.includes(text):
        for library, allowed, instead in OWNERS:
            if re.match(library, what) and not re.fullmatch(allowed, path):
                if not (is_test(path) and library != r"rocksdb/"):
                    yield line, f"<{what}> is not for this file: use {instead}"


def purity(path, text):
    if not path.startswith(PURE_ROOMS) or PURE_EXCEPT.match(path):
        return
    for line, what, is_project in cpp_text.includes(text):
        if not is_project and IMPURE_HEADER.match(what):
            yield line, f"<{what}> in a pure room: take what it gives as a parameter (io, net and ops do I/O)"


def own_header_first(path, text):
    if not path.endswith(".cpp") or is_test(path):
        return
    header = path[: -len(".cpp")] + ".hpp"
    names = [what for _, what, _ in cpp_text.includes(text)]
    if header in names and names[0] != header:
        yield 1, f'the first include must be "{header}": it proves that the header needs nothing else'


def header_shape(path, text):
    if not path.endswith(".hpp"):
        return
    if not re.search(r"^#pragma once$", text, re.MULTILINE):
        yield 1, "#pragma once is missing"
    code = cpp_text.blank(text)
    for match in re.finditer(r"\busing\s+namespace\b", code):
        yield cpp_text.line_of(code, match.start()), "using namespace in a header: name what is used"


def iostream(path, text):
    if room_of(path) not in LAYERS or room_of(path) == "cli" or path.endswith("/main.cpp"):
        return
    for line, what, _ in cpp_text.includes(text):
        if what == "iostream":
            yield line, "<iostream> in a library: common/base/log.hpp, or fmt to a file in main"


def sizes(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LINE_COLUMNS_MAX:
            yield number, f"{len(line)} columns; the limit is {LINE_COLUMNS_MAX}"
    if is_test(path):
        return
    count = text.count("\n")
    if path.endswith(".cpp") and count > SOURCE_LINES_MAX:
        yield 1, f"{count} lines; the hard stop is {SOURCE_LINES_MAX}: make another room"
    code = cpp_text.blank(text)
    for start, _, end in cpp_text.functions(code):
        first, last = cpp_text.line_of(code, start), cpp_text.line_of(code, end)
        if last - first + 1 > FUNCTION_LINES_MAX:
            yield first, f"a function of {last - first + 1} lines; the hard stop is {FUNCTION_LINES_MAX}"


def bans(path, text):
    code = cpp_text.blank(text)
    for pattern, allowed, instead in BANS:
        if allowed and re.fullmatch(allowed, path):
            continue
        for match in re.finditer(pattern, code):
            yield cpp_text.line_of(code, match.start()), f"{match.group(0).strip()!r}: {instead}"


def coroutines(path, text):
    code = cpp_text.blank(text)
    for captures, opening, closing in cpp_text.lambdas(code):
        body = cpp_text.without_lambda_bodies(code[opening + 1 : closing])
        if captures and re.search(r"\bco_(?:await|return|yield)\b", body):
            line = cpp_text.line_of(code, opening)
            yield line, "a capturing lambda is a coroutine: a free function whose parameters own what it needs"
    flat = cpp_text.without_lambda_bodies(code)
    for position, statement in cpp_text.statements(flat):
        awaits = len(re.findall(r"\bco_await\b", statement))
        line = cpp_text.line_of(code, position)
        if awaits > 1:
            yield line, "two co_await in one statement: one await a statement, each result has a name"
        if awaits and "?" in statement:
            yield line, "?: in a statement with co_await: choose before, then await"
        if awaits and re.search(r"\{\s*[^\s}]", statement):  # {} alone owns nothing
            yield line, "braces in a statement with co_await: give the value a name before"


def system_calls(path, text):
    if is_test(path):
        return
    code = cpp_text.blank(text)
    for _, opening, closing in cpp_text.functions(code):
        body = cpp_text.without_lambda_bodies(code[opening : closing + 1])
        if not re.search(r"\bco_(?:await|return)\b", body):
            continue
        for match in re.finditer(r"(?<![\w>:])::[a-z_0-9]+\s*\(|\berrno\b", body):
            line = cpp_text.line_of(code, opening + match.start())
            yield line, "a system call in a coroutine: a plain function of common/io, so that errno is next to it"


def unit_tests(path, text):
    if not path.startswith("test/unit/"):
        return
    for match in re.finditer(r'"\[(?:\.|!mayfail|!shouldfail)[^"]*"', text):
        yield cpp_text.line_of(text, match.start()), "a switched-off test: mend it or remove it"


def names(path, text):
    if BAD_NAMES.search(path):
        yield 1, "a name that says nothing: name the file after the thing of the field that it holds"


CPP_RULES = [
    layering,
    owners,
    purity,
    own_header_first,
    header_shape,
    iostream,
    sizes,
    bans,
    coroutines,
    system_calls,
    unit_tests,
    names,
]


def left_undone(path, text):
    for match in UNDONE.finditer(text):
        yield cpp_text.line_of(text, match.start()), f"{match.group(0)}: do it, or write it into an issue"


def machine_paths(path, text):
    for match in MACHINE_PATH.finditer(text):
        yield cpp_text.line_of(text, match.start()), f"{match.group(0)}: a path of one development machine"


TEXT_RULES = [left_undone, machine_paths]


def check_text(path, text):
    """(line, sentence) of everything that the rules of one file find."""
    for rule in TEXT_RULES:
        yield from rule(path, text)
    if is_cpp(path):
        for rule in CPP_RULES:
            yield from rule(path, text)


def warnings(path, text):
    count = text.count("\n")
    if path.endswith(".hpp") and count > HEADER_LINES:
        yield 1, f"{count} lines; a header should have at most {HEADER_LINES}"
    if path.endswith(".cpp") and not is_test(path) and 250 < count <= SOURCE_LINES_MAX:
        yield 1, f"{count} lines; a source should have at most 250"


def unlisted_sources(paths, read):
    """Sources that no CMakeLists.txt names."""
    listed = set()
    for path in paths:
        if os.path.basename(path) == "CMakeLists.txt":
            names = re.findall(r"[\w./-]+\.cpp\b", read(path))
            listed |= {os.path.normpath(os.path.join(os.path.dirname(path), name)) for name in names}
    for path in paths:
        if path.endswith(".cpp") and path not in listed:
            yield path, 1, "no CMakeLists.txt names this source, so it is not built"


def homeless_tests(paths, read):
    """Unit tests that do not mirror a source. Many of one source may be parted: name_PART_test.cpp."""
    for path in paths:
        if path.startswith("test/unit/") and path.endswith("_test.cpp"):
            folder, stem = os.path.split(path[len("test/unit/") : -len("_test.cpp")])
            words = stem.split("_")
            starts = [os.path.join(folder, "_".join(words[:count])) for count in range(1, len(words) + 1)]
            if not any(f"{start}.{end}" in paths for start in starts for end in ("cpp", "hpp")):
                yield path, 1, f"mirrors nothing: there is no {starts[-1]}.cpp or {starts[-1]}.hpp"


def _anchor(heading):
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower().replace("`", ""))
    return kept.replace(" ", "-")


def broken_links(paths, read):
    """Links of Markdown pages, files that they name, and pages named in comments, that are not there."""
    folders = {os.path.dirname(path) for path in paths} | {""}
    for path in paths:
        text = read(path)
        if path.endswith(".md"):
            without_code = re.sub(r"```.*?```", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.DOTALL)
            for match in re.finditer(r"\]\(([^)\s]+)\)", without_code):
                target = match.group(1)
                if re.match(r"[a-z]+:", target):
                    continue
                file, _, anchor = target.partition("#")
                found = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
                line = cpp_text.line_of(text, match.start())
                if found not in paths and found not in folders:
                    yield path, line, f"link to {target}: there is no {found}"
                elif anchor and found.endswith(".md"):
                    headings = re.findall(r"^#+\s+(.*)$", read(found), re.MULTILINE)
                    if anchor not in [_anchor(one) for one in headings]:
                        yield path, line, f"link to {target}: no such heading"
            for match in re.finditer(r"`((?:common|master|volume|cli|test|deploy|scripts)/[\w./-]+)`", text):
                named = match.group(1).rstrip("/")
                if named not in paths and named not in folders:
                    yield path, cpp_text.line_of(text, match.start()), f"there is no {named}"
        elif not path.startswith("test/tidy/"):
            for match in re.finditer(r"\bdocs/[\w/\-]+\.md\b", text):
                if match.group(0) not in paths:
                    yield path, cpp_text.line_of(text, match.start()), f"there is no {match.group(0)}"


TREE_RULES = [unlisted_sources, homeless_tests, broken_links]
