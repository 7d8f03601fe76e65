"""Where the article is plain to see: all prose of a page stands in one block, which is named as an
article's or stands in one that is, and hardly anything else is in it.

Then the page's names and its text say the same, and no extractor need be asked.
"""

from pipeline.extraction.content import names
from pipeline.extraction.content.blocks import (
    HEADINGS,
    PLAIN_HOLDERS,
    PLAIN_LEAVES,
    RUN,
    Block,
)
from pipeline.extraction.content.root import FRAME_TAGS, FRAMES
from pipeline.extraction.content.rules.measures import ends_like_text

PROSE = 60  # characters outside of links that make a leaf a paragraph
MIN_PARAGRAPHS = 3
MIN_LENGTH = 800  # characters of the paragraphs
MIN_SHARE = 0.3  # of the page's text outside of links
MAX_OTHER_SHARE = 0.05  # of the block's text: what is neither plain text nor code
MAX_LINKED_SHARE = 0.8  # of a leaf's text
LEVELS = 3  # around the paragraphs, within which something is named as an article
ARTICLES = frozenset(["article", "main"])
LINES = frozenset(["p", "div", RUN])
OTHER_FRAME_TAGS = frozenset(["form", "menu"])


def leaves_of_article(page: Block) -> set[int]:
    """Return the numbers of the leaves of the article where it is plain to see; none elsewhere."""
    free: list[Block] = []
    _add_unframed(page, free)
    prose = [leaf for leaf in free if _is_prose(leaf)]
    length = sum(leaf.length - leaf.linked for leaf in prose)
    if len(prose) < MIN_PARAGRAPHS or length < MIN_LENGTH:
        return set()
    first, last = prose[0].start, prose[-1].start
    block = _innermost(page, first, last)
    if length < MIN_SHARE * (page.length - page.linked):
        return set()
    if not _is_named(block) or _holds_several(block):
        return set()
    if not _stand_together(prose, block):
        return set()
    inside = [leaf for leaf in free if block.start <= leaf.start < block.end]
    text = [leaf for leaf in inside if _is_text(leaf)]
    other = block.length - sum(leaf.length for leaf in text)
    if other > MAX_OTHER_SHARE * block.length:
        return set()
    if any(_is_doubtful(leaf) for leaf in inside if not first <= leaf.start <= last):
        return set()
    return {leaf.start for leaf in text}


def _add_unframed(block: Block, found: list[Block]) -> None:
    """Add the leaves of a block that no frame around articles holds."""
    if block.tag in FRAME_TAGS or block.tag in OTHER_FRAME_TAGS:
        return
    if block.kinds and not block.kinds.isdisjoint(FRAMES):
        return
    if not block.children:
        found.append(block)
    for child in block.children:
        _add_unframed(child, found)


def _is_prose(leaf: Block) -> bool:
    is_long = leaf.length - leaf.linked >= PROSE
    return is_long and leaf.tag != "pre" and leaf.tag not in HEADINGS


def _is_text(leaf: Block) -> bool:
    """Whether a leaf is code, or text of which no name and few links say that it is something
    else."""
    if leaf.plain or leaf.tag == "pre":
        return True
    if leaf.tag not in PLAIN_LEAVES or leaf.kinds:
        return False
    return leaf.length > 0 and leaf.linked <= MAX_LINKED_SHARE * leaf.length


def _is_doubtful(leaf: Block) -> bool:
    """Whether a leaf before or after all paragraphs is a line that may be no part of the text,
    and no name tells."""
    if leaf.tag not in LINES or not leaf.text or leaf.kinds or not leaf.is_own:
        return False
    return not ends_like_text(leaf)


def _stand_together(prose: list[Block], block: Block) -> bool:
    """Whether nothing that has a name stands between a block and the paragraphs in it."""
    known = {id(block)}
    for leaf in prose:
        outer = leaf.parent
        while outer is not None and id(outer) not in known:
            if outer.tag not in PLAIN_HOLDERS and outer.element.get("class"):
                return False
            known.add(id(outer))
            outer = outer.parent
    return True


def _innermost(page: Block, first: int, last: int) -> Block:
    """Return the innermost block that holds two leaves and all between them."""
    block = page
    while True:
        inner = [child for child in block.children if child.start <= first < child.end]
        if not inner or not inner[0].children or inner[0].end <= last:
            return block
        block = inner[0]


def _is_named(block: Block) -> bool:
    """Whether a block, or one right around it, says that it holds an article."""
    outer: Block | None = block
    for _ in range(1 + LEVELS):
        if outer is None:
            return False
        if _names_an_article(outer):
            return True
        outer = outer.parent
    return False


def _holds_several(block: Block) -> bool:
    """Whether a block is a list of articles, or of what introduces them."""
    return any(child.children and _names_an_article(child) for child in block.children)


def _names_an_article(block: Block) -> bool:
    if block.tag in ARTICLES or block.element.get("role") == "main":
        return True
    is_body = block.element.get("itemprop") == "articleBody"
    return is_body or names.is_content(block.labels)
