"""Which packages code imports: `import numpy as np` -> numpy. Nothing is run, and nothing is
guessed."""

import re
from collections.abc import Iterable, Iterator, Mapping

LANGUAGES = {"python", "pycon", "python2", "numpy", "cython"}  # as Pygments names them
MAX_CODE_LENGTH = 200_000  # characters of an article's code that are read
MAX_PACKAGES = 50  # of an article
PROMPT = re.compile(r"^[ \t]*(?:>>>|\.\.\.|In \[\d{0,5}\]:)[ \t]?")
IMPORT = re.compile(
    r"^\s{0,80}(?:from\s+([^\W\d][\w.]{0,200})\s+import\s+[\w(*\\]|import\s+(.{1,500}))"
)
NAMES = re.compile(
    r"\s*([^\W\d]\w{0,100})(?:\s*\.\s*\w{1,100}){0,20}(?:\s+as\s+\w{1,100})?\s*(,|;|#|$)"
)
TRIPLE_QUOTE = re.compile(r'"""|\'\'\'')


def imported(code: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the packages that these blocks {"text": ..., "language": ...} import, in
    alphabetical order."""
    found: set[str] = set()
    left = MAX_CODE_LENGTH
    for block in code:
        text = block.get("text", "")[:left]
        left -= len(text)
        if block.get("language", "") in LANGUAGES:
            found.update(_imports_of(text))
    return sorted(found)[:MAX_PACKAGES]


def _imports_of(text: str) -> Iterator[str]:
    quote = ""
    for line in text.splitlines():
        line = PROMPT.sub("", line, count=1)
        statement = None
        if not quote:
            statement = IMPORT.match(line)
        if statement:
            yield from _packages(statement[1], statement[2])
        quote = _open_quote(line, quote)


def _packages(module: str | None, names: str) -> list[str]:
    """Return the packages of `from module import ...`, or of `import names`."""
    if module:
        return [module.partition(".")[0]]
    return _listed(names)


def _listed(names: str) -> list[str]:
    """Return those of `os, sys as s; x = 1`; none where it is prose: "import the module with
    care"."""
    found = []
    start = 0
    while match := NAMES.match(names, start):
        found.append(match[1])
        if match[2] != ",":
            return found
        start = match.end()
    return []


def _open_quote(line: str, quote: str) -> str:
    """Return the triple quote that is open after the line: what is in a long string is no code."""
    code = line
    if not quote:
        code = line.partition("#")[0]
    for mark in TRIPLE_QUOTE.findall(code):
        if mark == quote:
            quote = ""
        else:
            quote = quote or mark
    return quote
