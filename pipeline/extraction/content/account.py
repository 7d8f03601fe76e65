"""What became of an article's content on its way from the page: what was kept, what was not, and
who says so."""

from dataclasses import dataclass

from lxml.html import HtmlElement

from pipeline.extraction.content.blocks import HEADINGS, Block
from pipeline.extraction.content.words import squeeze
from pipeline.extraction.page.text import text_in

PROSE = 60  # characters outside of links that make a leaf a paragraph
ENOUGH = 400  # characters of prose that say something of extractors
COUNTED = {"pre": "code blocks", "img": "images", "blockquote": "quotes"}


@dataclass(frozen=True, slots=True)
class Account:
    """Shares are 0 to 1."""

    missed: float = 0.0  # of the prose that extractors take: what was not kept
    unconfirmed: float = 0.0  # of the prose that was kept: what no extractor takes
    cut: float = 0.0  # of the prose that extractors take: what rules left out
    doubtful: int = 0  # blocks that were left out by a rule that may be wrong
    lost_text: float = (
        0.0  # of the characters that were to be kept: what is not in the stored html
    )
    lost: tuple[str, ...] = ()  # such as "2 of 5 images"


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a tree holds."""

    text: str
    counts: tuple[tuple[str, int], ...]


def inventory(tree: HtmlElement) -> Inventory:
    """Return the word characters of a tree, and how many blocks of each kind."""
    counts = [(tag, sum(1 for _ in tree.iter(tag))) for tag in COUNTED]
    return Inventory(squeeze(text_in(tree)), tuple(counts))


def losses(
    before: Inventory, after: Inventory, lost_images: int
) -> tuple[float, tuple[str, ...]]:
    """Return the share of the text that was lost between two states of a tree, and what else
    was."""
    share = 1 - len(after.text) / len(before.text) if before.text else 0.0
    remaining = dict(after.counts)
    lost = []
    for tag, had in before.counts:
        missing = had - remaining[tag]
        if tag == "img":
            missing += lost_images
            had += lost_images
        if missing > 0:
            lost.append(f"{missing} of {had} {COUNTED[tag]}")
    return max(0.0, share), tuple(lost)


def agreement(
    page: Block, article: Block, cut: list[Block], fields: list[Block]
) -> tuple[float, float, float]:
    """How much of the prose that extractors take is elsewhere, how much rules left out, and of
    what was kept, how much none of them takes.

    Of what was cut, the fields of the catalogue count for nothing.
    """
    gone = _leaves_of(cut)
    told = _leaves_of(fields)
    inside = range(article.start, article.end)
    elsewhere = left_out = kept = confirmed = 0
    for leaf in page.all_leaves:
        size = leaf.length - leaf.linked
        if size < PROSE or leaf.tag in HEADINGS or leaf.tag == "pre":
            continue
        if leaf.start in gone:
            left_out += size * (leaf.taken and leaf.start not in told)
        elif leaf.start in inside:
            kept += size
            confirmed += size * leaf.taken
        elif leaf.taken and leaf.mass > size / 2:
            elsewhere += size
    missed = elsewhere / (elsewhere + confirmed) if elsewhere else 0.0
    cut_share = left_out / (left_out + confirmed) if left_out else 0.0
    unconfirmed = 1 - confirmed / kept if kept > ENOUGH else 0.0
    return missed, cut_share, unconfirmed


def _leaves_of(blocks: list[Block]) -> set[int]:
    return {number for block in blocks for number in range(block.start, block.end)}
