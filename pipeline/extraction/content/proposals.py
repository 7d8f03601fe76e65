"""What other extractors take for the article: votes on the page's own blocks, never on what is in
a block.

Each block gets a number, written into its text in signs that no page uses; an extractor's answer
then tells by the numbers that are left in it which blocks it took. That is exact, whatever the
extractor does to the words, and costs no more than reading the answer once.
"""

import logging
import re
from collections.abc import Iterable, Sequence
from copy import deepcopy

import trafilatura
from lxml import etree, html
from lxml.html import HtmlElement
from readability import Document
from trafilatura.settings import Document as Found
from trafilatura.settings import Extractor

from pipeline.extraction.content.blocks import Block
from pipeline.extraction.content.outline import CLOSE, OPEN, Outline
from pipeline.extraction.content.words import squeeze

for _name in ("trafilatura", "readability", "justext"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

NUMBER = re.compile(f"{OPEN}([0-9]+){CLOSE}")
FORMATTING = (
    "span",
    "font",
    "b",
    "i",
    "em",
    "strong",
    "u",
    "small",
    "big",
    "mark",
    "abbr",
    "run",
    "kbd",
    "samp",
    "var",
)
# Any format but "python", for which it would write the article's text as well.
FORUM, BLOG = (
    Extractor(output_format="xml", fast=True, comments=comments)
    for comments in (True, False)
)
UNREAD = (
    "nav",
    "footer",
    "aside",
    "menu",
    "form",
    "figure",
    "picture",
)  # extractors drop them too
CROWDED = 100  # inline elements in one block
NO_TEXT = ("script", "style", "svg", "canvas", "link", "noscript", "template")


def by_trafilatura(page: Block, is_forum: bool) -> set[int]:
    """Return the numbers of the leaves that trafilatura takes; on a forum, what others call
    comments is part of it."""
    short = Outline(page)
    options = FORUM if is_forum else BLOG
    try:
        found = trafilatura.bare_extraction(short.tree, options=options)
    except Exception:  # noqa: BLE001 - a vote that cannot be had is no reason to lose the page
        return set()
    if not isinstance(found, Found) or found.body is None:
        return set()
    answer = str(found.body.xpath("string()"))
    if is_forum and found.commentsbody is not None:
        answer += str(found.commentsbody.xpath("string()"))
    return short.taken(answer)


def by_readability(body: HtmlElement, leaves: Sequence[Block]) -> set[int]:
    """Return the numbers of the leaves that readability takes."""
    page = html.tostring(_numbered(body, leaves), encoding="unicode")
    try:
        summary = Document(page, min_text_length=25).summary(html_partial=True)
    except Exception:  # noqa: BLE001 - it wraps whatever went wrong in its own Unparseable, and not always
        return set()
    return _numbers(summary)


def by_text(text: Iterable[str], leaves: Sequence[Block]) -> set[int]:
    """Return the numbers of the leaves whose words stand in other paragraphs of the same article,
    as a feed has them."""
    paragraphs = {squeeze(paragraph) for paragraph in text}
    return {
        number
        for number, leaf in enumerate(leaves)
        if leaf.text and squeeze(leaf.text) in paragraphs
    }


def _numbered(body: HtmlElement, leaves: Sequence[Block]) -> HtmlElement:
    """Return a copy of the page whose blocks of text begin with their number."""
    for number, leaf in enumerate(leaves):
        if leaf.text:
            leaf.element.text = f"{OPEN}{number}{CLOSE}{leaf.element.text or ''}"
    page = body.makeelement(
        "html"
    )  # by the same parser: another one's elements cost Python code each
    page.append(deepcopy(body))
    for leaf in leaves:
        if leaf.text:
            leaf.element.text = leaf.element.text.partition(CLOSE)[2]
    _flatten_crowded(page, leaves)
    etree.strip_elements(page, *NO_TEXT, *UNREAD, with_tail=False)
    etree.strip_tags(page, *FORMATTING)
    return page


def _flatten_crowded(page: HtmlElement, leaves: Sequence[Block]) -> None:
    """Leave the text alone of a copy's blocks that hold very many inline elements, and nothing of
    lists of links:
    an extractor's time grows with the square of their number."""
    crowded = {
        number: leaf
        for number, leaf in enumerate(leaves)
        if len(leaf.element) > CROWDED
    }
    if not crowded:
        return
    for element in list(page.iter()):
        mark = NUMBER.match(element.text or "") if len(element) > CROWDED else None
        if mark and (leaf := crowded.get(int(mark[1]))):
            is_text = leaf.linked * 2 < leaf.length
            tail = element.tail
            element.clear()
            element.text = f"{mark[0]}{leaf.text}" if is_text else None
            element.tail = tail


def _numbers(text: str) -> set[int]:
    return {int(number) for number in NUMBER.findall(text) if len(number) < 7}
