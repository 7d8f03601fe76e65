"""Stored html -> markdown. The html is the source; this is a view of it."""

import re
from collections.abc import Iterator

from lxml import html
from lxml.html import HtmlElement

HEADINGS = {f"h{n}": "#" * n for n in range(1, 7)}
MARKS = {
    "strong": "**",
    "b": "**",
    "em": "*",
    "i": "*",
    "code": "`",
    "del": "~~",
    "s": "~~",
    "kbd": "`",
    "samp": "`",
}
BLOCKS = frozenset(
    "blockquote caption center details div dl dt dd figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre section summary"
    " table tbody thead tfoot tr td th ul".split()
)
SPACE = re.compile(r"[ \t\n\r\f]+")
RISKY = re.compile(r"([\\`*_\[\]<>])")


def to_markdown(markup: str) -> str:
    """Markdown with fenced code (and its language), pipe tables, nested lists, links and images by absolute address."""
    if not markup.strip():
        return ""
    return "\n\n".join(_blocks(html.fragment_fromstring(markup, create_parent="div"))).strip()


def _blocks(element: HtmlElement) -> Iterator[str]:
    """The blocks of an element, each without blank lines around it; text between blocks is a block too."""
    run = escaped(element.text or "")
    for child in element:
        if child.tag in BLOCKS:
            yield from _paragraph(run)
            yield from _block(child)
            run = escaped(child.tail or "")
        else:
            run += _inline(child) + escaped(child.tail or "")
    yield from _paragraph(run)


def _paragraph(run: str) -> Iterator[str]:
    lines = (SPACE.sub(" ", line).strip() for line in run.split("\v"))
    if text := "  \n".join(lines).strip():
        yield text


def _block(element: HtmlElement) -> Iterator[str]:
    tag = element.tag
    if tag in HEADINGS:
        yield from (f"{HEADINGS[tag]} {text}" for text in _paragraph(_inline_content(element)))
    elif tag == "pre":
        yield _fenced(element)
    elif tag in ("ul", "ol"):
        yield _list(element)
    elif tag == "table":
        yield from _table(element)
    elif tag == "blockquote":
        yield "\n".join(f"> {line}".rstrip() for line in "\n\n".join(_blocks(element)).split("\n"))
    elif tag == "hr":
        yield "---"
    else:
        yield from _blocks(element)


def _inline(element: HtmlElement) -> str:
    if element.tag == "br":
        return "\v"
    if element.tag == "img":
        alt = escaped(SPACE.sub(" ", element.get("alt") or ""))
        if element.get("src"):
            return f"![{alt}]({_address(element.get('src'))})"
        return ""
    if element.tag in ("code", "kbd", "samp"):
        return f"`{SPACE.sub(' ', str(element.text_content()))}`"
    text = _inline_content(element)
    if element.tag == "a" and element.get("href") and text.strip():
        return f"[{text.strip()}]({_address(element.get('href'))})"
    if text.strip():
        mark = MARKS.get(element.tag, "")
    else:
        mark = ""
    return f"{mark}{text.strip() if mark else text}{mark}"


def _inline_content(element: HtmlElement) -> str:
    pieces = [escaped(element.text or "")]
    for child in element:
        pieces += [_inline(child), escaped(child.tail or "")]
    return "".join(pieces)


def _fenced(pre: HtmlElement) -> str:
    text = str(pre.text_content()).strip("\n")
    code = next(pre.iter("code"), pre)
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", text)), 3)
    return f"{fence}{(code.get('class') or '').removeprefix('language-')}\n{text}\n{fence}"


def _list(element: HtmlElement) -> str:
    start = element.get("start") or "1"
    if start.isdigit():
        number = int(start)
    else:
        number = 1
    items = []
    for item in element.iterchildren("li"):
        if element.tag == "ol":
            bullet = f"{number}."
        else:
            bullet = "-"
        if item.find("p") is None:
            inner = "\n".join(_blocks(item))
        else:
            inner = "\n\n".join(_blocks(item))
        items.append(f"{bullet} " + inner.replace("\n", "\n" + " " * (len(bullet) + 1)))
        number += 1
    return "\n".join(items)


def _table(table: HtmlElement) -> Iterator[str]:
    rows = [[_cell(cell) for cell in row.iterchildren("td", "th")] for row in table.iter("tr")]
    rows = [row for row in rows if any(row)]
    if not rows:
        return
    width = max(map(len, rows))
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    yield "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _cell(cell: HtmlElement) -> str:
    return SPACE.sub(" ", " ".join(_blocks(cell))).replace("|", "\\|")


def escaped(text: str) -> str:
    """Text as Markdown that says the same."""
    return RISKY.sub(r"\\\1", text)


def _address(url: str) -> str:
    """An address that ends where it should: a bracket or a blank in it would end it too early."""
    return "".join(f"%{ord(c):02X}" if c in "()<> \\\t\n\r" else c for c in url)
