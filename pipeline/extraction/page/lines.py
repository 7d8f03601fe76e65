"""The page as a reader sees it: lines of text in order, each with the block that holds it."""

from collections.abc import Sequence
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr nonbold q"
    " s samp small span strike strong"
    " sub sup time tt u var wbr".split()
)
SKIPPED = frozenset(
    "script style noscript template svg head select option textarea button iframe".split()
)
MAX_LINES = 3000


class Line(NamedTuple):
    """A run of text that no block interrupts, its space collapsed, and the innermost block around
    its start."""

    text: str
    block: HtmlElement

    @property
    def labels(self) -> str:
        """Class names and ids on and right around the line."""
        parent = self.block.getparent()
        first = next(iter(self.block), None)
        return " ".join(
            f"{e.get('class') or ''} {e.get('id') or ''}"
            for e in (self.block, parent, first)
            if e is not None
        )


def read(tree: HtmlElement) -> list[Line]:
    """Every line of the page's body, in order."""
    lines: list[Line] = []
    pieces: list[str] = []
    holder = tree

    def flush() -> None:
        if not pieces:
            return
        text = " ".join("".join(pieces).split())
        pieces.clear()
        if text:
            lines.append(Line(text, holder))

    walker = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if tag not in INLINE:
            flush()
            if event == "start":
                holder = element
            else:
                holder = element.getparent()
        piece = None
        if event == "end":
            piece = element.tail
        elif tag in SKIPPED:
            walker.skip_subtree()
        else:
            piece = element.text
        if piece:
            pieces.append(piece)
        if len(lines) > MAX_LINES:
            break
    flush()
    return lines


def position(lines: Sequence[Line], heading: str) -> int:
    """Which line is the title: the first heading with these words, else the first line with them,
    else -1."""
    same = [i for i, line in enumerate(lines) if line.text == heading]
    headings = [i for i in same if str(lines[i].block.tag) in ("h1", "h2", "h3")]
    return (headings or same or [-1])[0]
