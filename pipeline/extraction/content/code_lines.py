"""The lines of code whose markup draws each as an element."""

import re
from functools import lru_cache
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, builder

from pipeline.extraction.page.text import text_in

LINE = re.compile(
    r"(?:^|\s)(?:line|code-line|cl|view-line|ec-line|token-line|cm-line|CodeMirror-line|ace_line|codeline|hljs-ln-line"
    r"|code-block-line|highlight-line|react-code-line)(?:\s|$)"
)
EDITORS: Any = etree.XPath(  # frames of lines without a pre around
    './/*[contains(@class, "CodeMirror-code") or contains(@class, "cm-content")'
    ' or contains(@class, "ace_text-layer") or contains(@class, "view-lines")]'
)
EDITOR_NAMES = re.compile("codemirror|cm-content|ace_text-layer|view-lines")
DRAWN = re.compile("^ $", re.M)
CHANGES = re.compile(r"^ \S", re.M)
LINE_TAGS = ("div", "span", "li", "code", "p", "pre")
BLOCKS = frozenset(["div", "li", "p", "pre"])
ROWS = BLOCKS | {"code"}


def joined(block: HtmlElement, classes: set[str]) -> str:
    """Return the text of a block of code, each line of it on a line.

    `classes`: the class attributes that are in it.
    """
    for line_break in list(block.iter("br")):
        line_break.tail = "\n" + (line_break.tail or "")
    text = text_in(block)
    lines = _lines(block, classes)
    if len(lines) < 2:
        return text
    if "\n" in text.strip("\n") and _are_apart_already(lines):
        return text
    return "\n".join([text_in(line).strip("\n") for line in lines])


def emptied(text: str) -> str:
    """Return code with its blank lines empty where a highlighter drew each of them as one blank.

    In a listing of changes, whose lines may begin with one, the blank is the author's.
    """
    if "\n \n" not in text or "\n\n" in text or CHANGES.search(text):
        return text
    return DRAWN.sub("", text)


def join_editors(body: HtmlElement, classes: str) -> None:
    """Make one block of the lines that an editor shows, each of them in a pre or a div of its own.

    `classes`: all class names of the body, in lower case.
    """
    if not EDITOR_NAMES.search(classes):
        return
    for editor in EDITORS(body):
        lines = [
            e for e in editor.iter(*LINE_TAGS) if _names_line(e.get("class") or "")
        ]
        if len(lines) < 2 or next(editor.iterancestors("pre"), None) is not None:
            continue
        pre = builder.PRE("\n".join([text_in(line) for line in lines]))
        pre.tail = editor.tail
        editor.getparent().replace(editor, pre)


def _lines(block: HtmlElement, classes: set[str]) -> list[HtmlElement]:
    """Return the elements that draw a line each: those that are named so, or all that a frame
    holds, being alike."""
    if any(map(_names_line, classes)):
        marked = [
            e
            for e in block.iterdescendants(*LINE_TAGS)
            if _names_line(e.get("class") or "")
        ]
        if len(marked) > 1:
            return _outermost(marked)
    frame = block
    while len(frame) == 1 and not (frame.text or "").strip():
        frame = frame[0]
    if len(frame) > 1 and frame[0].tag in ROWS:
        children = list(frame)
        is_alike = len({(child.tag, child.get("class")) for child in children}) == 1
        if is_alike and (children[0].tag in BLOCKS or _is_row_of_code(children)):
            return children
    leaves = [
        e for e in block.iterdescendants("div", "li", "p") if e.find(".//div") is None
    ]
    return _outermost(leaves)


@lru_cache(maxsize=1000)
def _names_line(classes: str) -> bool:
    return bool(LINE.search(classes))


def _is_row_of_code(children: list[HtmlElement]) -> bool:
    return children[0].tag == "code" and not any(
        (child.tail or "").strip() for child in children
    )


def _are_apart_already(lines: list[HtmlElement]) -> bool:
    """Whether a line break stands between the elements, or in nearly all of them, so that they
    need none."""
    if lines[0].tag in BLOCKS and not any(
        "\n" in (line.tail or "") for line in lines[:-1]
    ):
        return all("\n" in text_in(line) for line in lines[:-1])
    between = sum("\n" in (line.tail or "") for line in lines[:-1])
    within = sum("\n" in text_in(line) for line in lines[:-1])
    return between + within >= len(lines) - 1


def _outermost(elements: list[HtmlElement]) -> list[HtmlElement]:
    known = set(elements)
    return [
        e
        for e in elements
        if not any(ancestor in known for ancestor in e.iterancestors())
    ]
