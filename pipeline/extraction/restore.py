"""What an extractor lost though it stands among the article: headings and list items between paragraphs, the standfirst below the title."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
PROSE = {"p", "li", "dd", "dt", "blockquote"} | HEADINGS
FOREIGN = re.compile(
    r"(?:^|[\s_-])(?:ad|ads|advert\w*|promo\w*|related|share|sharing|social|newsletter|subscribe|signup|nav\w*|menu\w*|footer|sidebar|comments?|caption"
    r"|byline|author\w*|meta|tags?|teaser\w*|recommend\w*|widget\w*|breadcrumbs?|banner|modal|cookie\w*|hidden|sr-only|visually-hidden|credit\w*|toc|pagination)(?:$|[\s_-])",
    re.I,
)
SENTENCE = re.compile(r"[.!?…:。！？»”\"]\W*$")
MAX_GAP = 14  # blocks between two kept ones that may be given back
MAX_SHARE = 0.5  # of the words on both sides that what lies between may have
STANDFIRST = (50, 600)  # characters, at least and at most
NEAR_TITLE = 6  # blocks between the title and its standfirst


class Leaf(NamedTuple):
    """A block without blocks in it, as the page has it."""

    text: str
    tag: str
    linked: float  # share of its text that is links
    labels: str  # class names and ids on and around it
    kept: bool


def lost(leaves: Sequence[Leaf], title_at: int = -1) -> set[int]:
    """Which blocks to give back, by number. `title_at`: the number of the block that shows the title, -1 if none does."""
    kept = [i for i, leaf in enumerate(leaves) if leaf.kept]
    found: set[int] = set()
    for left, right in zip(kept, kept[1:], strict=False):
        gap = [i for i in range(left + 1, right) if leaves[i].text]
        if 0 < len(gap) <= MAX_GAP and all(_is_prose(leaves[i]) for i in gap):
            found.update(gap)
    if kept and 0 <= title_at < kept[0]:
        found.update(_standfirst(leaves, title_at, kept[0]))
    return found


def _is_prose(leaf: Leaf) -> bool:
    return leaf.tag in PROSE and leaf.linked < 0.3 and not FOREIGN.search(leaf.labels)


def _standfirst(leaves: Sequence[Leaf], title_at: int, first: int) -> Iterator[int]:
    for i in range(title_at + 1, min(first, title_at + 1 + NEAR_TITLE)):
        leaf = leaves[i]
        is_sentence = STANDFIRST[0] <= len(leaf.text) <= STANDFIRST[1] and SENTENCE.search(leaf.text)
        if is_sentence and leaf.tag in {"p", "div", "h2", "h3", "h4", "span", "section"} and leaf.linked < 0.3 and not FOREIGN.search(leaf.labels):
            yield i
