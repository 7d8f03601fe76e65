"""From judged URLs to the answer: filters, newest first, skip and limit; and why each of the others was left."""

from collections.abc import Iterable
from datetime import date, datetime

from pipeline.discovery.evidence import Item
from pipeline.discovery.judging import THRESHOLD, Verdict
from pipeline.discovery.scope import Wish, matches, outside_dates
from pipeline.records import Candidate

Judged = tuple[Item, Verdict]
Refused = tuple[Candidate, str]


def choose(judged: Iterable[Judged], wish: Wish, now: datetime) -> tuple[tuple[Candidate, ...], tuple[Refused, ...]]:
    """(taken, refused with the slug of the reason). A date days after `now` is a mistake and orders nothing."""
    taken: list[Judged] = []
    refused: list[Refused] = []
    for item, verdict in judged:
        if reason := _refusal(item, verdict, wish):
            refused.append((candidate(item, verdict), reason))
        else:
            taken.append((item, verdict))
    taken.sort(key=lambda pair: _newest_first(pair[0], now.toordinal() + 2))
    end = None if wish.limit is None else wish.skip + wish.limit
    refused += [(candidate(*pair), "skipped") for pair in taken[: wish.skip]]
    refused += [(candidate(*pair), "over-limit") for pair in (taken[end:] if end is not None else [])]
    return tuple(candidate(*pair) for pair in taken[wish.skip : end]), tuple(refused)


def candidate(item: Item, verdict: Verdict) -> Candidate:
    """The record that travels on."""
    return Candidate(item.url, item.key, verdict.score, verdict.reasons, tuple(item.places), item.said)


def _refusal(item: Item, verdict: Verdict, wish: Wish) -> str:
    if verdict.score < THRESHOLD:
        return verdict.against
    if (wish.include and not matches(item.url, wish.include)) or matches(item.url, wish.exclude):
        return "excluded"
    return "outside-dates" if outside_dates(item.when, wish) else ""


def _newest_first(item: Item, latest: float) -> tuple[int, float, float]:
    """Dated ones by their date; then those of which only the last change is known; then in the order of finding."""
    day, changed = (
        ordinal if (ordinal := _ordinal(when)) <= latest else 0.0 for when in (item.when, item.said.lastmod)
    )
    return (0 if day else 1 if changed else 2, -day, -changed)


def _ordinal(when: datetime | date | None) -> float:
    if when is None:
        return 0.0
    hours = when.hour / 24 + when.minute / 1440 + when.second / 86_400 if isinstance(when, datetime) else 0.0
    return when.toordinal() + hours
