"""From judged URLs to the answer: filters, newest first, skip and limit; and why each of the others was left."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from pipeline.discovery.dates import path_date
from pipeline.discovery.judging import THRESHOLD
from pipeline.discovery.scope import Wish, matches, outside_dates
from pipeline.records import Candidate

Refused = tuple[Candidate, str]


def choose(
    judged: Iterable[Candidate], against: Mapping[str, str], wish: Wish, now: datetime
) -> tuple[tuple[Candidate, ...], tuple[Refused, ...]]:
    """(taken, refused with the slug of the reason). `against` has the slug for the key of what is no article.

    Dated ones are ordered by their date; then those of which only the last change is known; then the others, as they
    were found. A date days after `now` is a mistake and orders nothing.
    """
    taken: list[Candidate] = []
    refused: list[Refused] = []
    for candidate in judged:
        if reason := _refusal(candidate, against, wish):
            refused.append((candidate, reason))
        else:
            taken.append(candidate)
    latest = now.toordinal() + 2
    # Two sorts, because one by pairs would hold a tuple and two numbers for each.
    taken.sort(key=lambda candidate: -_ordinal(candidate.said.lastmod, latest))
    taken.sort(key=lambda candidate: -_ordinal(when(candidate), latest))
    end = None if wish.limit is None else wish.skip + wish.limit
    refused += [(candidate, "skipped") for candidate in taken[: wish.skip]]
    refused += [(candidate, "over-limit") for candidate in (taken[end:] if end is not None else [])]
    return tuple(taken[wish.skip : end]), tuple(refused)


def when(candidate: Candidate) -> datetime | date | None:
    """The best date for order and window: as published, else in the path, else as updated."""
    return candidate.said.published or path_date(candidate.url) or candidate.said.updated


def _refusal(candidate: Candidate, against: Mapping[str, str], wish: Wish) -> str:
    if candidate.score < THRESHOLD:
        return against[candidate.key]
    if (wish.include and not matches(candidate.url, wish.include)) or matches(candidate.url, wish.exclude):
        return "excluded"
    return "outside-dates" if outside_dates(when(candidate), wish) else ""


def _ordinal(when: datetime | date | None, latest: float) -> float:
    """Days since the year 0 and their fractions; 0 for no date, and for one after `latest`."""
    if when is None:
        return 0.0
    hours = when.hour / 24 + when.minute / 1440 + when.second / 86_400 if isinstance(when, datetime) else 0.0
    days = when.toordinal() + hours
    return days if days <= latest else 0.0
