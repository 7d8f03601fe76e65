"""How good an extraction is, 0 to 1, with the reasons for people."""

from collections.abc import Sequence
from typing import NamedTuple


class Flaw(NamedTuple):
    """Something that makes an article less sure: what it costs, and the words for it."""

    cost: float
    reason: str


def score(
    *,
    title: str,
    authors: Sequence[str],
    published: object,
    words: int,
    faithful: float,
    links: float,
    agrees: float | None,
) -> tuple[float, tuple[str, ...]]:
    """The quality of a draft and its flaws, worst first.

    `faithful`: share of the text found in the page's own markup. `links`: share of the text inside links.
    `agrees`: overlap with the feed's full text, None where there is none.
    """
    flaws = [
        Flaw(0.3, "no title") if not title else None,
        Flaw(0.1, "no author") if not authors else None,
        Flaw(0.1, "no date") if not published else None,
        Flaw(0.2, f"short: {words} words") if words < 100 else None,
        Flaw(0.2, "the page's own markup could not be followed") if faithful < 0.9 else None,
        Flaw(0.3, f"{links:.0%} of the text is links") if links > 0.4 else None,
        Flaw(0.4, f"only {agrees:.0%} of the feed's text is on the page")
        if agrees is not None and agrees < 0.8
        else None,
    ]
    found = sorted((f for f in flaws if f), reverse=True)
    return round(max(0.0, 1.0 - sum(f.cost for f in found)), 2), tuple(f.reason for f in found)
