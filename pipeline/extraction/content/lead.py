"""What belongs to an article though it stands outside of its text: the picture and the standfirst
above, notes below."""

import re
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from pipeline.extraction.content import names
from pipeline.extraction.content.blocks import HEADINGS, Block
from pipeline.extraction.content.notes import MARKED
from pipeline.extraction.content.rules import phrases
from pipeline.extraction.content.words import squeeze

LEVELS = 4  # how far above the text it is looked for
MIN_LENGTH = 50  # characters of a standfirst
MAX_LENGTH = 600
SENTENCE = re.compile(r"[.!?…:。！？»”\"]\W*$")
OFFER = re.compile(
    r"\W*(?:share|tweet|subscribe|sign up|follow|print|e-?mail|advertis\w+|sponsored|listen|watch|posted|published|updated|by)\b",
    re.I,
)
FRAMES = frozenset(["nav", "aside", "footer", "form", "dialog"])
PORTRAIT = re.compile(
    r"avatar|logo|icon|author|gravatar|profile|emoji|badge|button", re.I
)
BOXES: Any = etree.XPath(f"descendant::*[@{MARKED}]")  # of footnotes
SMALL = 120  # pixels; a picture that says it is narrower is no lead


def fetch(article: Block, title: str) -> None:
    """Put the lead picture and the standfirst before an article's text, and its footnotes behind
    it."""
    above = _above(article, squeeze(title))
    for block in reversed(above):
        block.element.tail = None
        article.element.insert(0, block.element)
        block.parent = article
        article.children.insert(0, block)
    if article.element.text and above:
        above[-1].element.tail = article.element.text
        article.element.text = None


def fetch_notes(article: HtmlElement, body: HtmlElement) -> None:
    """Put footnotes that stand elsewhere on the page, and that the article's links lead to, at
    its end."""
    wanted = {
        (a.get("href") or "")[1:]
        for a in article.iter("a")
        if (a.get("href") or "").startswith("#")
    }
    if not wanted:
        return
    for box in BOXES(body):
        if article in box.iterancestors() or box in article.iterancestors():
            continue
        if any(element.get("id") in wanted for element in box.iter()):
            box.tail = None
            article.append(box)


def _above(article: Block, title: str) -> list[Block]:
    """Return the blocks above an article's text that are part of it, in page order."""
    found: list[Block] = []
    node = article
    has_title = _holds_title(article, title)
    for _ in range(LEVELS):
        parent = node.parent
        if parent is None or parent.tag in ("body", "html"):
            break
        before = parent.children[: parent.children.index(node)]
        seen_title = any(_holds_title(block, title) for block in before)
        if seen_title or parent.tag == "article":
            found = [
                *_parts_of_text(before, title, seen_title and not has_title),
                *found,
            ]
        if seen_title or parent.tag in ("article", "main"):
            break
        node = parent
    return found


def _parts_of_text(
    blocks: list[Block], title: str, with_standfirst: bool
) -> list[Block]:
    found = []
    below_title = False
    for block in blocks:
        for part in _outer_parts(block):
            if part.tag in HEADINGS and squeeze(part.text) == title:
                below_title = True
            elif is_picture(part) or (
                below_title and with_standfirst and _is_standfirst(part)
            ):
                found.append(part)
    return found


def _outer_parts(block: Block) -> list[Block]:
    """Return the leaves and figures of a block that no frame holds."""
    if block.tag in FRAMES or block.kinds & names.FOREIGN:
        return []
    if not block.children or block.tag == "figure":
        return [block]
    return [part for child in block.children for part in _outer_parts(child)]


def _holds_title(block: Block, title: str) -> bool:
    return bool(title) and any(
        leaf.tag in HEADINGS and squeeze(leaf.text) == title for leaf in block.leaves()
    )


def is_picture(block: Block) -> bool:
    """Whether a block is a picture that is no portrait, logo or icon."""
    image = next(block.element.iter("img"), None)
    if image is None or (block.length and block.tag != "figure"):
        return False
    described = " ".join(
        [
            value
            for name, value in image.items()
            if name in ("class", "src", "alt", "id")
        ]
    )
    width = image.get("width") or ""
    return not PORTRAIT.search(described) and not (
        width.isdigit() and int(width) < SMALL
    )


def _is_standfirst(block: Block) -> bool:
    if block.tag in HEADINGS - {"h2", "h3", "h4"} or block.linked > 0.3 * block.length:
        return False
    text = block.text
    if not MIN_LENGTH <= len(text) <= MAX_LENGTH or OFFER.match(text):
        return False
    if phrases.says(phrases.OLD_POST, text):
        return False
    return bool(SENTENCE.search(text))
