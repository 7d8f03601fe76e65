"""Stored html -> markdown. The html is the source; this is a view of it."""

import re
from collections.abc import Iterator

from lxml import html
from lxml.html import HtmlElement

from catalog.embeds import with_names
from pipeline.extraction.page.text import text_in
from pipeline.extraction.text import markdown_tables, notes, scripts
from pipeline.extraction.text.escaping import (
    address,
    code_span,
    escaped,
    escaped_start,
    fence_for,
)
from pipeline.extraction.text.ordered import item_numbers

HEADINGS = {f"h{n}": "#" * n for n in range(1, 7)}
MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~"}
HTML_MARKS = (
    "sup",
    "sub",
    "kbd",
    "mark",
    "ins",
    "u",
)  # which Markdown has no signs for
BLOCKS = frozenset(
    "blockquote caption center details div dl dt dd figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre"
    " section summary table tbody thead tfoot tr td th ul".split()
)
LISTS = ("ul", "ol")
TICKS = {"☑": "[x]", "☐": "[ ]"}
SPACE = re.compile(r"[ \t\n\r\f]+")
TAG_START = re.compile(r"<(?=[A-Za-z/!?])")
DOLLAR = re.compile(r"(?<!\\)\$")


def to_markdown(markup: str) -> str:
    """Markdown with fenced code (and its language), pipe tables, nested lists, footnotes, formulas
    between dollar signs, links and images by absolute address."""
    if not markup.strip():
        return ""
    tree = html.fragment_fromstring(with_names(markup), create_parent="div")
    return "\n\n".join(_Markdown(notes.numbers(tree)).blocks(tree)).strip()


class _Markdown:
    """Writes one article, whose footnotes are numbered."""

    def __init__(self, numbered: dict[str, int]) -> None:
        self.numbered = numbered

    def blocks(self, element: HtmlElement) -> Iterator[str]:
        """Yield the blocks of an element, each without blank lines around it; text between blocks
        is a block too."""
        run = [escaped(element.text or "")]
        before = ""
        for child in element:
            if child.tag in BLOCKS:
                yield from _paragraph("".join(run))
                yield from self.block(
                    child, is_second=child.tag in LISTS and child.tag == before
                )
                run = []
                before = str(child.tag)
            else:
                run.append(self.inline(child))
                before = ""
            run.append(escaped(child.tail or ""))
            before = "" if (child.tail or "").strip() else before
        yield from _paragraph("".join(run))

    def block(self, element: HtmlElement, is_second: bool = False) -> Iterator[str]:
        """One block; `is_second`: it is a list that follows another of its kind."""
        tag = element.tag
        if tag in HEADINGS:
            yield from self.heading(element)
        elif tag == "pre":
            yield _fenced(element)
        elif tag in LISTS:
            yield self.list(element, is_second)
        elif tag == "table":
            yield from markdown_tables.table(element, self.cell)
        elif tag == "blockquote" or element.get("class") == "admonition":
            yield _quoted("\n\n".join(self.blocks(element)))
        elif tag == "hr":
            yield "---"
        elif tag == "dl":
            yield self.definitions(element)
        elif tag == "summary":
            yield from (f"**{text}**" for text in _paragraph(self.content(element)))
        elif tag == "section" and element.get("class") == notes.SECTION:
            yield from self.footnotes(element)
        elif (element.get("class") or "").startswith("math"):
            yield f"$$\n{_formula(element)}\n$$"
        else:
            yield from self.blocks(element)

    def heading(self, element: HtmlElement) -> Iterator[str]:
        text = SPACE.sub(" ", self.content(element).replace("\v", " ")).strip()
        if text:
            yield f"{HEADINGS[element.tag]} {text}"

    def list(self, element: HtmlElement, is_second: bool) -> str:
        """Return the items of a list. A second list of the same kind has other bullets, else the
        two would be one."""
        numbers = item_numbers(element) if element.tag == "ol" else []
        point = ")" if is_second else "."
        sign = "*" if is_second else "-"
        items = []
        for at, item in enumerate(element.iterchildren("li")):
            bullet = f"{numbers[at]}{point}" if numbers else sign
            apart = "\n" if item.find("p") is None else "\n\n"
            inner = _ticked(apart.join(self.blocks(item)))
            items.append(
                f"{bullet} " + inner.replace("\n", "\n" + " " * (len(bullet) + 1))
            )
        return "\n".join(items)

    def definitions(self, element: HtmlElement) -> str:
        lines = []
        for part in element.iter("dt", "dd"):
            text = "\n\n".join(self.blocks(part))
            lines.append(
                text if part.tag == "dt" else ": " + text.replace("\n", "\n  ")
            )
        return "\n".join(lines)

    def footnotes(self, section: HtmlElement) -> Iterator[str]:
        for item in section.iter("li"):
            text = "\n\n".join(self.blocks(item)).replace("\n", "\n    ")
            number = self.numbered.get(item.get("id") or "")
            yield f"[^{number}]: {text}" if number else f"- {text}"

    def cell(self, element: HtmlElement) -> str:
        """Return the content of a table's cell, on one line."""
        return SPACE.sub(" ", "<br>".join(self.blocks(element)).replace("  \n", "<br>"))

    def inline(self, element: HtmlElement) -> str:
        tag = element.tag
        if tag == "br":
            return "\v"
        if tag == "img":
            return _image(element)
        if tag in ("code", "samp", "tt"):
            return code_span(SPACE.sub(" ", text_in(element)))
        if tag == "math" or (element.get("class") or "").startswith("math"):
            return f"${_formula(element)}$"
        if tag == "a":
            return self.link(element)
        text = self.content(element)
        if tag in HTML_MARKS and text.strip():
            return text if "[^" in text else f"<{tag}>{text}</{tag}>"
        return _marked(text, MARKS.get(tag, ""))

    def link(self, element: HtmlElement) -> str:
        if notes.is_back_link(element):
            return ""
        if number := notes.reference(element, self.numbered):
            return f"[^{number}]"
        text = self.content(element)
        target = element.get("href") or ""
        if not text.strip() or not target or target.startswith("#"):
            return text
        return _around(text, "[", f"]({address(target)})")

    def content(self, element: HtmlElement) -> str:
        pieces = [escaped(element.text or "")]
        for child in element:
            pieces += [self.inline(child), escaped(child.tail or "")]
        return "".join(pieces)


def _paragraph(run: str) -> Iterator[str]:
    lines = [SPACE.sub(" ", line).strip() for line in run.split("\v")]
    text = "  \n".join([escaped_start(line) for line in lines]).strip()
    if text:
        yield text


def _marked(text: str, mark: str) -> str:
    return _around(text, mark, mark) if mark and text.strip() else text


def _around(text: str, opening: str, closing: str) -> str:
    """Text between signs, which stand close to its words: space at its ends stays outside."""
    inner = text.strip()
    begin = text[: len(text) - len(text.lstrip())]
    end = text[len(text.rstrip()) :]
    return f"{begin}{opening}{inner}{closing}{end}"


def _ticked(text: str) -> str:
    """Return an item whose tick is written as Markdown has it."""
    sign = TICKS.get(text[:1])
    return sign + text[1:] if sign else text


def _quoted(text: str) -> str:
    return "\n".join([f"> {line}".rstrip() for line in text.split("\n")])


def _image(image: HtmlElement) -> str:
    source = image.get("src")
    if not source:
        return ""
    alt = escaped(SPACE.sub(" ", image.get("alt") or ""))
    title = SPACE.sub(" ", image.get("title") or "").replace('"', "&quot;")
    return (
        f'![{alt}]({address(source)} "{title}")'
        if title
        else f"![{alt}]({address(source)})"
    )


def _formula(element: HtmlElement) -> str:
    math = next(element.iter("math"), None)
    if math is not None:
        return _within_dollars(scripts.formula(math))
    return _within_dollars(text_in(element).strip())


def _within_dollars(formula: str) -> str:
    """Return the formula as TeX in which Markdown finds no tag and no end: it is someone else's
    text."""
    return DOLLAR.sub(r"\\$", TAG_START.sub(r"\\lt ", formula))


def _fenced(pre: HtmlElement) -> str:
    text = text_in(pre).strip("\n")
    code = next(pre.iter("code"), pre)
    fence = fence_for(text)
    return (
        f"{fence}{(code.get('class') or '').removeprefix('language-')}\n{text}\n{fence}"
    )
