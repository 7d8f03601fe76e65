"""What an extractor lost of the article: headings and list items between paragraphs, the standfirst below the title."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
PROSE = {"p", "li", "dd", "dt", "blockquote"} | HEADINGS
BELOW_TITLE = {"p", "div", "h2", "h3", "h4", "span", "section"}
FOREIGN = re.compile(
    r"(?:^|[\s_-])(?:ad|ads|advert\w*|promo\w*|related|share|sharing|social|newsletter|subscribe|signup|nav\w*|menu\w*|footer|sidebar|comments?|caption"
    r"|byline|author\w*|meta|tags?|teaser\w*|recommend\w*|widget\w*|breadcrumbs?|banner|modal|cookie\w*|hidden|sr-only|visually-hidden|credit\w*|toc|pagination)(?:$|[\s_-])",
    re.I,
)
OFFER = re.compile(
    r"\W*(?:share|tweet|subscribe|sign up|follow|print|e-?mail|advertis\w+|sponsored|listen|watch)\b.{0,60}$",
    re.I,
)
SENTENCE = re.compile(r"[.!?…:。！？»”\"]\W*$")
MAX_GAP = 15  # how far apart two kept blocks may be for what lies between to be given back
MOSTLY_WORDS = 0.3  # share of links below which a block is prose
SHORTEST, LONGEST = 50, 600  # characters of a standfirst
NEAR_TITLE = 6  # blocks between the title and its standfirst


class Leaf(NamedTuple):
    """A block without blocks in it, as the page has it."""

    text: str
    tag: str
    linked: float  # share of its text that is links
    labels: str  # class names and ids on and around it


def lost(kept: Sequence[bool], leaf: Callable[[int], Leaf], title_at: int = -1) -> set[int]:
    """Which blocks to give back, by number.

    `kept`: what the extractor kept; `leaf` describes a block; `title_at`: the block that shows the title, else -1.
    """
    numbers = [i for i, keep in enumerate(kept) if keep]
    found: set[int] = set()
    for left, right in pairwise(numbers):
        if 1 < right - left <= MAX_GAP and all(_is_prose(leaf(i)) for i in range(left + 1, right)):
            found.update(range(left + 1, right))
    if numbers and 0 <= title_at < numbers[0]:
        last = min(numbers[0], title_at + 1 + NEAR_TITLE)
        found.update(i for i in range(title_at + 1, last) if _is_standfirst(leaf(i)))
    return found


def _is_prose(leaf: Leaf) -> bool:
    return leaf.tag in PROSE and _is_own(leaf)


def _is_standfirst(leaf: Leaf) -> bool:
    is_sentence = SHORTEST <= len(leaf.text) <= LONGEST and bool(SENTENCE.search(leaf.text))
    return is_sentence and leaf.tag in BELOW_TITLE and _is_own(leaf)


def _is_own(leaf: Leaf) -> bool:
    return (
        leaf.linked < MOSTLY_WORDS
        and not FOREIGN.search(leaf.labels)
        and not OFFER.match(leaf.text)
    )
