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
    holder = tree
    if tree.tag not in SKIPPED:
        holder = _walk(tree, tree, lines, pieces)
    if tree.tag not in INLINE:
        if pieces:
            _flush(holder, lines, pieces)
        holder = tree.getparent()
    if tail := tree.tail:
        _add(tail, pieces)
    if pieces:
        _flush(holder, lines, pieces)
    return lines


# No function within `read`: one that calls itself is a circle, and keeps the whole page until
# somebody looks for garbage.
def _walk(
    element: HtmlElement, holder: HtmlElement, lines: list[Line], pieces: list[str]
) -> HtmlElement:
    """Add the lines within an element; `holder` is the block that a line begun before stands in.

    Returns the block that a line begun afterwards stands in.
    """
    if text := element.text:
        _add(text, pieces)
    for child in element:
        tag = child.tag
        if tag in INLINE:
            if len(child):
                holder = _walk(child, holder, lines, pieces)
            elif text := child.text:
                _add(text, pieces)
        else:
            if pieces:
                _flush(holder, lines, pieces)
            if tag not in SKIPPED:
                inner = _walk(child, child, lines, pieces)
                if pieces:
                    _flush(inner, lines, pieces)
            holder = element
        if tail := child.tail:
            _add(tail, pieces)
        if len(lines) > MAX_LINES:
            break
    return holder


def _add(text: str, pieces: list[str]) -> None:
    if pieces or not text.isspace():
        pieces.append(text)


def _flush(holder: HtmlElement, lines: list[Line], pieces: list[str]) -> None:
    """End the line that the pieces make."""
    text = " ".join("".join(pieces).split())
    pieces.clear()
    if text:
        lines.append(Line(text, holder))


def position(lines: Sequence[Line], heading: str) -> int:
    """Which line is the title: the first heading with these words, else the first line with them,
    else -1."""
    same = [i for i, line in enumerate(lines) if line.text == heading]
    headings = [i for i in same if str(lines[i].block.tag) in ("h1", "h2", "h3")]
    return (headings or same or [-1])[0]
