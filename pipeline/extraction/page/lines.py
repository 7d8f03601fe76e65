"""The page as a reader sees it: lines of text in order, each with the block that holds it."""

from collections.abc import Sequence
from typing import NamedTuple

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

    def flush(holder: HtmlElement) -> None:
        text = " ".join("".join(pieces).split())
        pieces.clear()
        if text:
            lines.append(Line(text, holder))

    def add(text: str) -> None:
        if pieces or not text.isspace():
            pieces.append(text)

    def walk(element: HtmlElement, holder: HtmlElement) -> HtmlElement:
        """Add the lines within an element; `holder` is the block that a line begun before stands
        in.

        Returns the block that a line begun afterwards stands in.
        """
        if text := element.text:
            add(text)
        for child in element:
            tag = child.tag
            if tag in INLINE:
                if len(child):
                    holder = walk(child, holder)
                elif text := child.text:
                    add(text)
            else:
                if pieces:
                    flush(holder)
                if tag not in SKIPPED:
                    inner = walk(child, child)
                    if pieces:
                        flush(inner)
                holder = element
            if tail := child.tail:
                add(tail)
            if len(lines) > MAX_LINES:
                break
        return holder

    holder = tree
    if tree.tag not in SKIPPED:
        holder = walk(tree, tree)
    if tree.tag not in INLINE:
        if pieces:
            flush(holder)
        holder = tree.getparent()
    if tail := tree.tail:
        add(tail)
    if pieces:
        flush(holder)
    return lines


def position(lines: Sequence[Line], heading: str) -> int:
    """Which line is the title: the first heading with these words, else the first line with them,
    else -1."""
    same = [i for i, line in enumerate(lines) if line.text == heading]
    headings = [i for i in same if str(lines[i].block.tag) in ("h1", "h2", "h3")]
    return (headings or same or [-1])[0]
