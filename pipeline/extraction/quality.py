"""How good an extraction is, 0 to 1, with the reasons for people."""

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.core.records import Draft
from pipeline.extraction.content.main_content import Body

SHORT = 100  # words
FAITHFUL = 0.9  # share of the extractor's words found again on the page
MOSTLY_LINKS = 0.4  # share of the text
AGREES = 0.8  # F1 of the words of page and feed


class Flaw(NamedTuple):
    """Something that makes an article less sure: what it costs, and the words for it."""

    cost: float
    reason: str


def score(draft: Draft, body: Body, is_cut_off: bool = False) -> tuple[float, tuple[str, ...]]:
    """The quality of a draft (0 to 1) and its flaws, the worst first.

    `is_cut_off`: whether the page shows only the beginning, to those who do not pay.
    """
    flaws = list(_flaws(draft, body))
    if is_cut_off:
        flaws.append(Flaw(0.4, "paywall: only the beginning is on the page"))
    found = sorted(flaws, reverse=True)
    return round(max(0.0, 1.0 - sum(flaw.cost for flaw in found)), 2), tuple(
        flaw.reason for flaw in found
    )


def _flaws(draft: Draft, body: Body) -> Iterator[Flaw]:
    if not draft.title:
        yield Flaw(0.3, "no title")
    if not draft.authors:
        yield Flaw(0.1, "no author")
    if not draft.published:
        yield Flaw(0.1, "no date")
    if draft.word_count < SHORT:
        yield Flaw(0.2, f"short: {draft.word_count} words")
    if body.links > MOSTLY_LINKS:
        yield Flaw(0.3, f"{body.links:.0%} of the text is links")
    if body.agrees is not None and body.agrees < AGREES:
        yield Flaw(0.3, f"page and feed agree only by {body.agrees:.0%}")
