"""Which packages code imports: `import numpy as np` -> numpy. Nothing is run, and nothing is guessed."""

import re
from collections.abc import Iterable, Mapping

LANGUAGES = {"python", "pycon", "python2", "numpy", "cython"}  # as Pygments names them
LONGEST = 200_000  # characters of an article's code that are looked at
MOST = 50  # packages an article
PROMPT = re.compile(r"^[ \t]*(?:>>>|\.\.\.|In \[\d{0,5}\]:)[ \t]?")
IMPORT = re.compile(
    r"^\s{0,80}(?:from\s+([^\W\d][\w.]{0,200})\s+import\s+[\w(*\\]|import\s+(.{1,500}))"
)
NAMES = re.compile(
    r"\s*([^\W\d]\w{0,100})(?:\s*\.\s*\w{1,100}){0,20}(?:\s+as\s+\w{1,100})?\s*(,|;|#|$)"
)
IN_STRING = re.compile(r'"""|\'\'\'')


def imported(code: Iterable[Mapping[str, str]]) -> list[str]:
    """The names of the packages, in order of the alphabet, of blocks {"text": ..., "language": ...}."""
    found: set[str] = set()
    left = LONGEST
    for block in code:
        text = block.get("text", "")[:left]
        left -= len(text)
        if block.get("language", "") in LANGUAGES:
            found.update(_of_block(text))
    return sorted(found)[:MOST]


def _of_block(text: str) -> Iterable[str]:
    quote = ""
    for line in text.splitlines():
        line = PROMPT.sub("", line, count=1)
        if not quote and (said := IMPORT.match(line)):
            yield from [said[1].partition(".")[0]] if said[1] else _listed(said[2])
        quote = _open_quote(line, quote)


def _listed(names: str) -> Iterable[str]:
    """Of `os, sys as s; x = 1`; nothing where it is prose: "import the module with care"."""
    found = []
    at = 0
    while named := NAMES.match(names, at):
        found.append(named[1])
        if named[2] != ",":
            return found
        at = named.end()
    return []


def _open_quote(line: str, quote: str) -> str:
    """The triple quote that is open after the line: what stands in a long string is no code."""
    for mark in IN_STRING.findall(line.partition("#")[0] if not quote else line):
        if mark == quote:
            quote = ""
        else:
            quote = quote or mark
    return quote
