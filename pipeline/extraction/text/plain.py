"""Stored html -> plain text. The html is the source; this is a view of it."""

import re

from lxml import etree, html
from lxml.html import HtmlElement

# lxml.html's own parser chooses a class for each element, by Python code.
PARSER = html.HTMLParser()
PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header"
    " hr li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
INVISIBLE = re.compile(
    "[\xad\u200b\u2060\ufeff]"
)  # soft hyphens and the like would tear words apart
SPACE = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")  # a single blank stays as it is


def to_text(markup: str) -> str:
    """Plain text: paragraphs apart by a blank line, code verbatim, list items after "- ", cells by " | "."""
    tree = _tree(markup)
    if tree is None:
        return ""
    out = _Text()
    _walk(tree, out)
    return out.value()


def collapsed(line: str) -> str:
    """A line with runs of blanks collapsed and none around it; of ASCII, as most are, Python itself knows how to."""
    if line.isascii():
        return " ".join(line.split())
    return SPACE.sub(" ", INVISIBLE.sub("", line)).strip()


class _Text:
    """Collects blocks; runs of inline text are joined and their space collapsed."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.inline: list[str] = []
        self.prefix = ""

    def flush(self, end: str = "\n\n") -> None:
        if not self.inline:
            return
        text = "\n".join(map(collapsed, "".join(self.inline).split("\v"))).strip()
        self.inline.clear()
        if text:
            self.blocks.append(self.prefix + text + end)
            self.prefix = ""

    def value(self) -> str:
        self.flush()
        return "".join(self.blocks).strip()


def _walk(element: HtmlElement, out: _Text) -> None:
    if element.tag == "br":
        out.inline.append("\v")
        return
    if element.tag == "pre":
        out.flush()
        out.blocks.append(str(element.text_content()).strip("\n") + "\n\n")
        return
    if element.tag == "tr":
        _row(element, out)
        return
    is_block = element.tag in BLOCKS
    if is_block:
        out.flush("\n" if element.tag in ("ul", "ol") and out.prefix else "\n\n")
    if element.tag == "li":
        out.prefix = "- "
    if element.text:
        out.inline.append(element.text)
    for child in element:
        if isinstance(child.tag, str):
            _walk(child, out)
        if child.tail:
            out.inline.append(child.tail)
    if is_block:
        out.flush("\n" if element.tag == "li" else "\n\n")


def _row(row: HtmlElement, out: _Text) -> None:
    out.flush()
    cells = []
    for cell in row:
        inner = _Text()
        _walk(cell, inner)
        cells.append(inner.value())
    if any(cells):
        single_line = all("\n" not in c for c in cells)
        out.blocks.append(
            (" | " if single_line else "\n\n").join(c for c in cells if single_line or c)
            + ("\n" if single_line else "\n\n")
        )


def _tree(markup: str) -> HtmlElement | None:
    if not markup.strip():
        return None
    return html.document_fromstring(f"<html><body>{markup}</body></html>", parser=PARSER).find(
        "body"
    )
