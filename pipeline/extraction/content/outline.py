"""A page in short, for extractors: what they judge by, and little of what they need not look at.

Paragraphs side by side without links and telling names share their fate, so each run of them is
one paragraph here; frames and lists of links are left out, and a long text is stood in for by one
of its length. Each text begins with a number in signs that no page uses: those that are left in an
extractor's answer tell what it took.
"""

import re
from copy import deepcopy

from lxml import etree
from lxml.html import HtmlElement

from pipeline.extraction.content.blocks import RUN, STYLING, Block

OPEN, CLOSE = "⟬", "⟭"  # printable, since extractors drop what is not
NUMBER = re.compile(f"{OPEN}([0-9]{{1,6}}){CLOSE}")
SHOWN = ("class", "id", "role", "style", "itemprop", "aria-hidden")
DROPPED = frozenset("nav footer aside menu form figure picture dialog".split())
FRAMES = frozenset(
    "navigation share newsletter related comments cookie sidebar footer header advert"
    " dialog".split()
)
MIN_OWN_SHARE = 0.2  # share of a page's text that makes a block more than a frame
LINKS = 0.9  # share of links in a list of links
SEVERAL = 4  # leaves
MUCH = 800  # characters outside of links: a page with fewer may be about its links
LONG = 60  # characters of a text that need not be read
MAX_CHILDREN = 50  # of a leaf: extractors' time grows with the square of their number
LISTS = frozenset(["ul", "ol"])
INSTEAD = {  # of a holder: what of it an extractor must see
    "ul": ("ul", "li"),
    "ol": ("ol", "li"),
    "dl": ("dl", "dd"),
    "table": ("table", "tr", "td"),
    "tbody": ("tr", "td"),
    "thead": ("tr", "td"),
    "tfoot": ("tr", "td"),
    "tr": ("tr", "td"),
    "blockquote": ("p",),
    "details": ("p",),
    "summary": ("p",),
    "hr": ("p",),
    "div": ("pre",),  # around code
    RUN: ("p",),
}


class Outline:
    """The outline of a page, as a tree of its own, with the blocks that each number is for."""

    def __init__(self, body: Block) -> None:
        self.texts: list[list[Block]] = []  # by number
        self.text_length = body.length - body.linked
        self.tree: HtmlElement = body.element.makeelement("html")
        self._add(body, self.tree)
        etree.strip_tags(self.tree, *STYLING)

    def taken(self, answer: str) -> set[int]:
        """Return the numbers of the leaves whose text stands in an extractor's answer."""
        found = {int(number) for number in NUMBER.findall(answer)}
        blocks = [
            block
            for number in found
            if number < len(self.texts)
            for block in self.texts[number]
        ]
        return {leaf for block in blocks for leaf in range(block.start, block.end)}

    def _add(self, block: Block, parent: HtmlElement) -> None:
        if not block.children:
            self._add_leaf(block, parent)
            return
        element = _like(block, parent)
        run: list[Block] = []
        for child in block.children:
            if child.plain:
                run.append(child)
            elif not self._is_boilerplate(child):
                self._add_run(run, element)
                run = []
                self._add(child, element)
        self._add_run(run, element)

    def _is_boilerplate(self, block: Block) -> bool:
        """Whether a block is plainly no part of the text: a frame, or a list of links."""
        if block.tag in DROPPED:
            return True
        if block.kinds and not block.kinds.isdisjoint(FRAMES):
            return block.length - block.linked < MIN_OWN_SHARE * self.text_length
        if self.text_length < MUCH:
            return False
        is_list = block.end - block.start > SEVERAL
        return is_list and block.linked > LINKS * block.length

    def _add_run(self, run: list[Block], parent: HtmlElement) -> None:
        """Add two paragraphs for a run of plain blocks: a single one makes no article."""
        if run:
            self._add_text(run[:1], parent)
            self._add_text(run[1:], parent)

    def _add_text(self, run: list[Block], parent: HtmlElement) -> None:
        texts = [text for block in run if (text := block.whole_text())]
        if not texts:
            return
        *outer, tag = _tags_for({block.tag for block in run})
        for name in outer:
            parent = etree.SubElement(parent, name)
        element = etree.SubElement(parent, tag)
        element.text = self._mark(run) + _stand_in(" ".join(texts))

    def _add_leaf(self, block: Block, parent: HtmlElement) -> None:
        if len(block.element) > MAX_CHILDREN:
            if 2 * block.linked < block.length:
                element = _like(block, parent)
                element.text = self._mark([block]) + _stand_in(block.text)
            return
        element = deepcopy(block.element)
        element.tail = None
        element.tag = _tag(block)
        if block.text:
            element.text = self._mark([block]) + (element.text or "")
        if block.in_link:
            parent = etree.SubElement(parent, "a")
        parent.append(element)

    def _mark(self, run: list[Block]) -> str:
        self.texts.append(run)
        return f"{OPEN}{len(self.texts) - 1}{CLOSE}"


def _like(block: Block, parent: HtmlElement) -> HtmlElement:
    """Return a new element with the tag and the names of a block."""
    element = etree.SubElement(parent, _tag(block))
    source = block.element
    for name in SHOWN:
        if value := source.get(name):
            element.set(name, value)
    return element


def _tag(block: Block) -> str:
    tag = block.tag
    if tag == RUN:
        return "p"
    return tag if tag.replace("-", "").isalnum() else "div"


def _tags_for(tags: set[str]) -> tuple[str, ...]:
    """Return the tags of a text, the outer ones first, that stands in for blocks with these
    tags."""
    if len(tags) > 1 and not tags <= LISTS:
        return ("p",)
    tag = min(tags)
    return INSTEAD.get(tag, (tag,))


def _stand_in(text: str) -> str:
    """Return a text of the same length that takes less reading, for one that is long."""
    return text if len(text) < LONG else "x" * len(text)
