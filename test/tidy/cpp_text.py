"""C++ source as text: enough of a lexer for rules that look at shape, not meaning."""

import re

# What follows a line of the file and is no code: comments, string and character literals.
_LITERAL = re.compile(
    r"""//[^\n]*"""
    r"""|/\*.*?\*/"""
    r"""|(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)\""""
    r"""|"(?:\\.|[^"\\\n])*\""""
    r"""|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'""",
    re.DOTALL | re.VERBOSE,
)

_NOT_A_FUNCTION = re.compile(
    r"\b(?:if|for|while|switch|catch|namespace|class|struct|enum|union|do|else|try|extern)\b"
)

_LAMBDA = re.compile(
    r"(?<![\w\])])\[(?P<captures>[^\[\]]*)\]"          # not an index, not an attribute
    r"\s*(?:\((?:[^()]|\([^()]*\))*\))?"               # parameters
    r"\s*(?:mutable\s*|noexcept\s*)*(?:->[^{;]*?)?\{"  # qualifiers, result, body
)


def blank(text):
    """`text` with comments and the insides of literals replaced by spaces; same length and lines."""

    def spaces(match):
        found = match.group(0)
        kept = re.sub(r"[^\n]", " ", found)
        if found[0] not in "/":
            kept = '"' + kept[1:-1] + '"'  # a literal stays a literal
        return kept

    return _LITERAL.sub(spaces, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def matching_brace(code, opening):
    """Position of the brace that closes the one at `opening`; the end of the text if none does."""
    depth = 0
    for position in range(opening, len(code)):
        if code[position] == "{":
            depth += 1
        elif code[position] == "}":
            depth -= 1
            if depth == 0:
                return position
    return len(code) - 1


def functions(code):
    """(start, opening brace, closing brace) of each outermost function body in blanked text."""
    position = 0
    begin = 0  # of what is before the next brace
    while position < len(code):
        letter = code[position]
        if letter in ";}":
            begin = position + 1
        elif letter == "{":
            head = re.sub(r"^\s*#.*$", "", code[begin:position], flags=re.MULTILINE)
            is_function = ")" in head and not _NOT_A_FUNCTION.search(head.split("(")[0])
            if is_function and "=" not in head.split("(")[0].replace("operator=", ""):
                end = matching_brace(code, position)
                yield begin + len(head) - len(head.lstrip()), position, end
                position = end
            begin = position + 1
        position += 1


def lambdas(code):
    """(captures, opening brace, closing brace) of each lambda in blanked text."""
    for match in _LAMBDA.finditer(code):
        opening = match.end() - 1
        yield match.group("captures").strip(), opening, matching_brace(code, opening)


def without_lambda_bodies(code):
    """Blanked text in which the bodies of lambdas are spaces too."""
    letters = list(code)
    for _, opening, closing in lambdas(code):
        for position in range(opening, min(closing + 1, len(code))):
            if letters[position] != "\n":
                letters[position] = " "
    return "".join(letters)


def statements(code):
    """(position, text) of each statement: what lies between `;`, `{` and `}` of blocks. Braces of values
    (inside parentheses, or after a name in a statement that awaits) stay in their statement."""
    open_values = 0  # parentheses and value braces that are open
    begin = 0
    for position, letter in enumerate(code):
        if letter == "(":
            open_values += 1
        elif letter == ")":
            open_values -= 1
        elif letter == "{":
            text = code[begin:position].strip()
            if open_values > 0 or re.search(r"\bco_await\b.*[\w>]$", text, re.DOTALL):
                open_values += 1
                continue
        elif letter == "}" and open_values > 0:
            open_values -= 1
            continue
        if letter in ";{}" and open_values <= 0:
            text = code[begin:position]
            yield begin + len(text) - len(text.lstrip()), text.strip()
            begin = position + 1
            open_values = 0


def includes(text):
    """(line, what, is_project) of each #include."""
    for match in re.finditer(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', text, re.MULTILINE):
        yield line_of(text, match.start(2)), match.group(2), match.group(1) == '"'
