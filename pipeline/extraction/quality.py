"""How good an extraction is, 0 to 1, with the reasons for people."""

from collections.abc import Iterable, Iterator

from pipeline.core.records import Draft
from pipeline.extraction.content.main_content import Body
from pipeline.extraction.flaws import Flaw

SHORT = 100  # words
MISSED = 0.02  # share of an extractor's prose that was not kept
CUT = 0.02  # share of an extractor's prose that rules left out
UNCONFIRMED = 0.05  # share of the prose that no extractor takes
LOST = 0.01  # share of the text
MOSTLY_LINKS = 0.4  # share of the text
AGREES = 0.8  # F1 of the words of page and feed


def score(
    draft: Draft, body: Body, signs: Iterable[Flaw] = (), is_cut_off: bool = False
) -> tuple[float, tuple[str, ...]]:
    """Return the quality of a draft (0 to 1) and its flaws, the worst first.

    `signs` are those that the page is not whole; `is_cut_off`: whether the page shows only the
    beginning, to those who do not pay.
    """
    flaws = [*_flaws(draft, body), *signs]
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
    yield from _damage(body)
    if body.agrees is not None and body.agrees < AGREES:
        yield Flaw(0.3, f"page and feed agree only by {body.agrees:.0%}")


def _damage(body: Body) -> Iterator[Flaw]:
    """Yield what is known of an article's content that it lost, or may have."""
    account = body.account
    for lost in account.lost:
        yield Flaw(0.15, f"{lost} could not be kept")
    if account.lost_text > LOST:
        yield Flaw(
            min(0.5, 0.1 + account.lost_text),
            f"{account.lost_text:.0%} of the text was lost",
        )
    if account.doubtful:
        reason = f"{account.doubtful} blocks were left out that may be part of the text"
        yield Flaw(min(0.2, 0.03 * account.doubtful), reason)
    if account.missed > MISSED:
        reason = f"{account.missed:.0%} of what an extractor takes stands elsewhere on the page"
        yield Flaw(min(0.4, 0.05 + account.missed / 2), reason)
    if account.cut > CUT:
        reason = f"rules left out {account.cut:.0%} of what an extractor takes"
        yield Flaw(min(0.3, 0.02 + account.cut / 2), reason)
    if account.unconfirmed > UNCONFIRMED:
        reason = f"no extractor takes {account.unconfirmed:.0%} of what was kept"
        yield Flaw(min(0.3, account.unconfirmed / 3), reason)
