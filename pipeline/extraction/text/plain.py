"""Stored html -> plain text. The html is the source; this is a view of it."""

import re

from lxml import etree, html
from lxml.html import HtmlElement

from catalog.embeds import with_names
from pipeline.extraction.page.text import text_in
from pipeline.extraction.text import notes, scripts
from pipeline.extraction.text.ordered import item_numbers

# lxml.html's own parser chooses a class for each element, by Python code.
PARSER = html.HTMLParser()
PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header"
    " hr li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
LISTS = ("ul", "ol")
# Soft hyphens and the like would tear words apart.
INVISIBLE = re.compile("[\xad\u200b\u2060\ufeff]")
SPACE = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")  # a single blank stays as it is


def to_text(markup: str) -> str:
    """Plain text: paragraphs apart by a blank line, code verbatim, list items after "- " or their
    number, cells by " | "."""
    tree = parse(markup)
    return "" if tree is None else render(tree)


def render(tree: HtmlElement) -> str:
    """Return the plain text of stored html that is parsed already."""
    out = _Text(notes.numbers(tree))
    _walk(tree, out)
    return out.value()


def collapsed(line: str) -> str:
    """Return a line with runs of blanks collapsed and none around it."""
    if line.isascii():  # most are, and Python itself knows how to
        return " ".join(line.split())
    return SPACE.sub(" ", INVISIBLE.sub("", line)).strip()


class _Text:
    """Collects blocks; runs of inline text are joined and their space collapsed."""

    def __init__(self, numbered: dict[str, int]) -> None:
        self.numbered = numbered
        self.blocks: list[str] = []
        self.inline: list[str] = []
        self.prefix = ""
        self.depth = 0  # of lists

    def flush(self, end: str = "\n\n") -> None:
        if not self.inline:
            return
        text = "\n".join(map(collapsed, "".join(self.inline).split("\v"))).strip()
        self.inline.clear()
        if text:
            self.blocks.append(self.prefix + text + end)
            self.prefix = ""

    def add(self, text: str, end: str = "\n\n") -> None:
        """Add a block as it is."""
        self.flush()
        self.blocks.append(text + end)

    def value(self) -> str:
        self.flush()
        return "".join(self.blocks).strip()


def _walk(element: HtmlElement, out: _Text) -> None:
    tag = element.tag
    if tag in SPECIAL:
        SPECIAL[tag](element, out)
        return
    is_block = tag in BLOCKS
    if is_block:
        out.flush("\n" if tag in LISTS and out.prefix else "\n\n")
    _walk_content(element, out)
    if is_block:
        out.flush("\n" if tag == "li" else "\n\n")


def _walk_content(element: HtmlElement, out: _Text) -> None:
    if element.text:
        out.inline.append(element.text)
    for child in element:
        if isinstance(child.tag, str):
            _walk(child, out)
        if child.tail:
            out.inline.append(child.tail)


def _break(element: HtmlElement, out: _Text) -> None:
    out.inline.append("\v")


def _code(element: HtmlElement, out: _Text) -> None:
    out.add(text_in(element).strip("\n"))


def _list(element: HtmlElement, out: _Text) -> None:
    out.flush("\n" if out.prefix or out.depth else "\n\n")
    numbers = iter(item_numbers(element) if element.tag == "ol" else [])
    indent = "  " * out.depth
    out.depth += 1
    for item in element:
        if item.tag != "li":
            _walk(item, out)
            continue
        out.flush("\n")
        number = next(numbers, None)
        bullet = "-" if number is None else f"{number}."
        out.prefix = f"{indent}{bullet} "
        _walk_content(item, out)
        out.flush("\n")
        out.prefix = ""
    out.depth -= 1
    if not out.depth and out.blocks:
        out.blocks[-1] = out.blocks[-1].rstrip("\n") + "\n\n"


def _table(element: HtmlElement, out: _Text) -> None:
    out.flush()
    _walk_content(element, out)
    out.flush()
    if out.blocks:
        out.blocks[-1] = out.blocks[-1].rstrip("\n") + "\n\n"


def _row(row: HtmlElement, out: _Text) -> None:
    out.flush()
    cells = []
    for cell in row:
        inner = _Text(out.numbered)
        _walk_content(cell, inner)
        cells.append(inner.value())
    if not any(cells):
        return
    if all("\n" not in cell for cell in cells):
        out.blocks.append(" | ".join(cells) + "\n")
    else:
        out.blocks.append("\n\n".join(cell for cell in cells if cell) + "\n\n")


def _raised(element: HtmlElement, out: _Text) -> None:
    inner = _inline_text(element, out)
    if next(element.iter("a"), None) is not None:
        out.inline.append(inner)
    else:
        out.inline.append(scripts.raised(inner))


def _lowered(element: HtmlElement, out: _Text) -> None:
    out.inline.append(scripts.lowered(_inline_text(element, out)))


def _inline_text(element: HtmlElement, out: _Text) -> str:
    inner = _Text(out.numbered)
    _walk_content(element, inner)
    return "".join(inner.inline)


def _link(element: HtmlElement, out: _Text) -> None:
    if notes.is_back_link(element):
        return
    number = notes.reference(element, out.numbered)
    if number:
        out.inline.append(f"[{number}]")
    else:
        _walk_content(element, out)


def _formula(element: HtmlElement, out: _Text) -> None:
    out.inline.append(scripts.formula(element))


SPECIAL = {
    "br": _break,
    "pre": _code,
    "ul": _list,
    "ol": _list,
    "table": _table,
    "tr": _row,
    "sup": _raised,
    "sub": _lowered,
    "a": _link,
    "math": _formula,
}


def parse(markup: str) -> HtmlElement | None:
    """Return stored html as a body, with the names of embeds; None for none."""
    if not markup.strip():
        return None
    return html.document_fromstring(
        f"<html><body>{with_names(markup)}</body></html>", parser=PARSER
    ).find("body")
