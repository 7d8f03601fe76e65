"""Text as Markdown that says the same."""

import re

RISKY = re.compile(r"([\\`*_\[\]<>])|&(?=#?\w{1,32};)|~(?=~)")
BLOCK_START = re.compile(
    r"(?P<sign>#{1,6}(?=\s|$)|[+-](?=\s|$)|>|~~~|(?:=+|-{2,})\s*$|\|)|(?P<number>\d{1,9})(?P<point>[.)])(?=\s|$)"
)
TICKS = re.compile(r"`+")
UNSAFE_IN_ADDRESS = frozenset("()<> \\\t\n\r")


def escaped(text: str) -> str:
    """Text whose signs are read as signs."""
    return RISKY.sub(lambda match: f"\\{match[0]}", text)


def escaped_start(line: str) -> str:
    """Return a line of a paragraph that is not read as a heading, an item or a quote, for how it
    begins."""
    match = BLOCK_START.match(line)
    if not match:
        return line
    if match["number"]:
        return f"{match['number']}\\{match['point']}{line[match.end() :]}"
    return f"\\{line}"


def code_span(text: str) -> str:
    """Code within a line, between more backticks than it holds in a row."""
    longest = max((len(run) for run in TICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def fence_for(text: str) -> str:
    """Backticks that fence a block of code."""
    longest = max((len(run) for run in TICKS.findall(text)), default=0)
    return "`" * max(3, longest + 1)


def address(url: str) -> str:
    """Return an address that ends where it should: a bracket or a blank in it would end it too
    early."""
    return "".join(f"%{ord(c):02X}" if c in UNSAFE_IN_ADDRESS else c for c in url)
