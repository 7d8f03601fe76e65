"""What rules ask of a block: its links, its names, what it holds, where it stands."""

import re
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from pipeline.extraction.content.blocks import Block
from pipeline.extraction.content.facts import Facts
from pipeline.extraction.content.rules.phrases import TAG_ADDRESS
from pipeline.extraction.page.parsed import host_of

LINE = 200  # characters of something that is no paragraph
BOX = 500  # characters of a box beside the text
MOSTLY = 0.5  # share of links above which a block is a list of links
SOLID = ("pre", "table", "math", "blockquote")  # content whatever stands around it
TEXT_PARENTS = ("li", "dd", "td", "blockquote", "details")
CONTENT = (*SOLID, "img", "video")
HAS_NOTES: Any = etree.XPath(
    "boolean(ancestor-or-self::*[@data-notes] | descendant::*[@data-notes])"
)
ENDING = re.compile(r"[.!?…。]\W{0,6}$")


def links_of(block: Block) -> list[HtmlElement]:
    """Return the links in a block that lead somewhere; most rules ask."""
    if block.links is None:
        block.links = [link for link in block.element.iter("a") if link.get("href")]
    return block.links


def unlinked(block: Block) -> int:
    """Characters outside of links."""
    return block.length - block.linked


def linked_share(block: Block) -> float:
    """Return the share (0 to 1) of a block's text that is links."""
    return block.linked / block.length if block.length else 0.0


def holds(block: Block, *tags: str) -> bool:
    """Whether an element of one of these tags is in the block, or is the block."""
    return next(block.element.iter(*tags), None) is not None


def holds_notes(block: Block) -> bool:
    """Whether a block holds footnotes, or stands among them."""
    return bool(HAS_NOTES(block.element))


def first_line(block: Block) -> str:
    """Return the text of the first leaf that has any."""
    return next((leaf.text for leaf in block.leaves() if leaf.text), "")


def is_named(block: Block, *kinds: str) -> bool:
    """Whether class names, id or role speak of one of these kinds."""
    return bool(block.kinds) and not block.kinds.isdisjoint(kinds)


def ends_like_text(block: Block) -> bool:
    """Whether the block's last words are the end of a sentence."""
    return bool(ENDING.search(block.whole_text()[-20:]))


def is_internal(link: HtmlElement, facts: Facts) -> bool:
    """Whether a link leads to the same host."""
    address = link.get("href") or ""
    return not address.startswith(("http", "//")) or host_of(address) == facts.host


def sole_part(block: Block) -> Block | None:
    """Return the one block in another that has words, if there is but one."""
    parts = [part for part in block.children if part.length]
    return parts[0] if len(parts) == 1 else None


def stands_among_paragraphs(block: Block, facts: Facts) -> bool:
    """Whether a block, or what holds nothing else, stands beside paragraphs of the text."""
    outer = block
    while outer.parent is not None and sole_part(outer.parent) is outer:
        outer = outer.parent
    if outer.parent is None:
        return False
    if outer.parent.tag in TEXT_PARENTS:
        return True
    return facts.frames_paragraphs(outer.parent)


def rel_of(link: HtmlElement) -> list[str]:
    """Return what a link says of its relation to the page."""
    return (link.get("rel") or "").split()


def leads_to_tag(link: HtmlElement) -> bool:
    """Whether a link leads to a tag's or a category's list of posts."""
    relations = rel_of(link)
    if "tag" in relations or "category" in relations:
        return True
    return bool(TAG_ADDRESS.search(link.get("href") or ""))
