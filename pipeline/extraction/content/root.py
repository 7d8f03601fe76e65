"""Where in a page its article is: the deepest block that holds nearly all of what speaks for an
article."""

import re

from pipeline.extraction.content import names
from pipeline.extraction.content.blocks import Block

MIN_SHARE = 0.95  # share of a page's mass that its article holds
MIN_SHARE_WITHOUT_LOSS = 0.6  # the same where no prose is lost by it
LINES = 150  # characters of several lines that extractors took
SENTENCE = 60  # characters of text outside of links that make a leaf prose
FRAMED = 0.05  # what text in a frame around articles weighs
UNTAKEN = 0.2  # what prose weighs that no extractor took, where extractors took little
UNWANTED = 0.02  # the same where they took much
MUCH = 800  # characters
HALF = 0.5
FRAMES = frozenset(
    "navigation share newsletter related comments cookie sidebar footer header advert dialog".split()
)
FRAME_TAGS = frozenset(["nav", "footer", "aside", "dialog"])
CONTAINERS = frozenset(
    "article body center div fieldset form main section span td tr tbody table font".split()
)
COOKIES = re.compile(r"\bcookies?\b", re.I)
NEVER = frozenset(
    ["cookie", "dialog"]
)  # kinds that are no article however long they are


def locate(page: Block) -> Block:
    """Return the block that holds the article, and set the mass of every block."""
    total = sum(leaf.length - leaf.linked for leaf in page.leaves() if leaf.taken)
    _weigh(page, 1.0, HALF * total, UNWANTED if total > MUCH else UNTAKEN)
    node = page
    best = page
    while (child := _heaviest(node)) is not None:
        loses_prose = _loses_prose(node, child)
        if (
            child.mass
            < (MIN_SHARE if loses_prose else MIN_SHARE_WITHOUT_LOSS) * page.mass
        ):
            break
        if _is_named_content(child) or not loses_prose:
            best = child
        elif not _holds_named_content(child, page.mass):
            break
        node = child
    return best


def _weigh(block: Block, factor: float, half: float, untaken: float) -> None:
    if factor == 1.0 and _is_frame(block, half):
        factor = FRAMED
    if not block.children:
        block.mass = factor * _own_mass(block, untaken)
        block.voted = block.length if block.taken else 0
        return
    for child in block.children:
        _weigh(child, factor, half, untaken)
        block.mass += child.mass
        block.voted += child.voted


def _own_mass(leaf: Block, untaken: float) -> float:
    unlinked = leaf.length - leaf.linked
    if leaf.taken:
        return unlinked
    return untaken * unlinked if unlinked > SENTENCE else 0.0


def _is_frame(block: Block, half: float) -> bool:
    """Whether a block stands around articles; one that holds most of what extractors took is none,
    whatever it is called, unless it asks for consent."""
    kinds = block.kinds & FRAMES
    if not kinds and block.tag not in FRAME_TAGS:
        return False
    if kinds & NEVER and len(COOKIES.findall(block.whole_text()[:3000])) > 1:
        return True
    return (
        sum(leaf.length - leaf.linked for leaf in block.leaves() if leaf.taken) <= half
    )


def _heaviest(block: Block) -> Block | None:
    inner = [child for child in block.children if _can_be_entered(child)]
    return max(inner, key=lambda child: child.mass, default=None)


def _can_be_entered(block: Block) -> bool:
    return bool(block.children) and (block.tag in CONTAINERS or "-" in block.tag)


def _is_named_content(block: Block) -> bool:
    return block.element.get("itemprop") == "articleBody" or names.is_content(
        block.labels
    )


def _holds_named_content(block: Block, mass: float) -> bool:
    """Whether some block further inside is named as the text of a post and holds nearly all."""
    node: Block | None = _heaviest(block)
    while node is not None and node.mass >= MIN_SHARE * mass:
        if _is_named_content(node):
            return True
        node = _heaviest(node)
    return False


def _loses_prose(outer: Block, inner: Block) -> bool:
    """Whether a paragraph that an extractor took, or several lines, stand in `outer` beside
    `inner`."""
    beside = [
        leaf.mass
        for child in outer.children
        if child is not inner and child.mass
        for leaf in child.leaves()
        if leaf.taken
    ]
    return sum(beside) > LINES or max(beside, default=0) > SENTENCE
