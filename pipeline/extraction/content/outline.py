"""A page in short, for extractors: what they judge by, and little of what they need not look at.

Paragraphs side by side without links and telling names share their fate, so each run of them is
one paragraph here; frames and lists of links are left out, and a long text is stood in for by one
of its length. Each text begins with the numbers of its leaves, in signs that no page uses: those
that are left in an extractor's answer tell what it took.
"""

import re
from copy import deepcopy

from lxml import etree
from lxml.html import HtmlElement

from pipeline.extraction.content.blocks import RUN, STYLING, Block

OPEN, CLOSE = "⟬", "⟭"  # printable, since extractors drop what is not
NUMBERS = re.compile(f"{OPEN}([0-9]{{1,6}})(?:-([0-9]{{1,6}}))?{CLOSE}")
SHOWN = ("class", "id", "role", "style", "itemprop", "aria-hidden")
DROPPED = frozenset("nav footer aside menu form figure picture dialog".split())
FRAMES = frozenset(
    "navigation share newsletter related comments cookie sidebar footer header advert"
    " dialog".split()
)
FEW = 0.2  # share of a page's text that makes a block more than a frame
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
    RUN: ("p",),
}


def of(body: Block) -> HtmlElement:
    """The outline of a page, as a tree of its own."""
    page = body.element.makeelement("html")
    _add(body, page, body.length - body.linked)
    etree.strip_tags(page, *STYLING)
    return page


def numbers(text: str) -> set[int]:
    """The numbers of the leaves that stand in an extractor's answer."""
    found: set[int] = set()
    for first, last in NUMBERS.findall(text):
        found.update(range(int(first), int(last or first) + 1))
    return found


def _add(block: Block, parent: HtmlElement, text_length: int) -> None:
    """Add a block; `text_length`: characters of the page outside of links."""
    if not block.children:
        _add_leaf(block, parent)
        return
    element = _like(block, parent)
    run: list[Block] = []
    for child in block.children:
        if child.plain:
            run.append(child)
            continue
        _add_run(run, element)
        run = []
        if not _is_boilerplate(child, text_length):
            _add(child, element, text_length)
    _add_run(run, element)


def _like(block: Block, parent: HtmlElement) -> HtmlElement:
    """A new element with the tag and the names of a block."""
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


def _is_boilerplate(block: Block, text_length: int) -> bool:
    """Whether a block is plainly no part of the text: a frame, or a list of links."""
    if block.tag in DROPPED:
        return True
    if block.kinds and not block.kinds.isdisjoint(FRAMES):
        return block.length - block.linked < FEW * text_length
    if text_length < MUCH:
        return False
    is_list = block.end - block.start > SEVERAL
    return is_list and block.linked > LINKS * block.length


def _add_run(run: list[Block], parent: HtmlElement) -> None:
    """Add two paragraphs for a run of plain blocks: a single one makes no article."""
    if run:
        _add_text(run[:1], parent)
        _add_text(run[1:], parent)


def _add_text(run: list[Block], parent: HtmlElement) -> None:
    texts = [text for block in run if (text := block.whole_text())]
    if not texts:
        return
    *outer, tag = _tags_for({block.tag for block in run})
    for name in outer:
        parent = etree.SubElement(parent, name)
    mark = _mark(run[0].start, run[-1].end)
    etree.SubElement(parent, tag).text = mark + _stand_in(" ".join(texts))


def _tags_for(tags: set[str]) -> tuple[str, ...]:
    """The tags of a text, the outer ones first, that stands in for blocks with these tags."""
    if len(tags) > 1 and not tags <= LISTS:
        return ("p",)
    tag = min(tags)
    return INSTEAD.get(tag, (tag,))


def _add_leaf(block: Block, parent: HtmlElement) -> None:
    mark = _mark(block.start, block.end)
    if len(block.element) > MAX_CHILDREN:
        if 2 * block.linked < block.length:
            _like(block, parent).text = mark + _stand_in(block.text)
        return
    element = deepcopy(block.element)
    element.tail = None
    element.tag = _tag(block)
    if block.text:
        element.text = mark + (element.text or "")
    if block.in_link:
        parent = etree.SubElement(parent, "a")
    parent.append(element)


def _stand_in(text: str) -> str:
    """A text of the same length that takes less reading, for one that is long."""
    return text if len(text) < LONG else "x" * len(text)


def _mark(start: int, end: int) -> str:
    numbers = start if end - start == 1 else f"{start}-{end - 1}"
    return f"{OPEN}{numbers}{CLOSE}"
