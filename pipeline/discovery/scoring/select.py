"""From scored URLs to the answer: filters, newest first, skip and limit; and why each of the
others was left.
"""

from array import array
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pipeline.core.records import Candidate, SourceMetadata
from pipeline.discovery.readers.dates import path_date
from pipeline.discovery.scoring.compact import (
    CompactRecords,
    LazySequence,
    Rest,
    cut_address,
)
from pipeline.discovery.scoring.score import THRESHOLD
from pipeline.discovery.urls.scope import CrawlOptions, matches, outside_dates

Judged = tuple[Candidate, str]  # with the slug of what speaks against it most


def judged_by_key() -> CompactRecords[Judged]:
    """Return a mapping for what is judged, empty yet."""

    def to_compact(judged: Judged) -> Rest:
        candidate, against = judged
        address = cut_address(candidate.url, candidate.key)
        plain = (
            address,
            candidate.score,
            candidate.reasons,
            candidate.found_in,
            against,
        )
        return plain, candidate.source_metadata

    def from_compact(key: str, plain: tuple[Any, ...], said: SourceMetadata) -> Judged:
        address, score, reasons, found_in, against = plain
        return Candidate(address.of(key), key, score, reasons, found_in, said), against

    return CompactRecords(to_compact, from_compact)


def select(
    judged: Mapping[str, Judged], options: CrawlOptions, now: datetime
) -> tuple[Sequence[Candidate], Sequence[tuple[Candidate, str]]]:
    """(taken, refused with the slug of the reason).

    Dated ones are ordered by their date; then those of which only the last change is known; then
    the others, as they were found. A date days after `now` is a mistake and orders nothing.
    """
    latest = now.toordinal() + 2
    fit: list[str] = []
    refused: list[str] = []
    reasons: list[str] = []
    dated = array("d")  # of those that fit: the later the smaller
    changed = array("d")
    for key, (candidate, against) in judged.items():
        reason = _refusal(candidate, against, options)
        if reason:
            refused.append(key)
            reasons.append(reason)
        else:
            fit.append(key)
            dated.append(-_ordinal(when(candidate), latest))
            changed.append(-_ordinal(candidate.source_metadata.lastmod, latest))
    # Two sorts, because one by pairs would hold a tuple for each.
    by_change = sorted(range(len(fit)), key=changed.__getitem__)
    taken = [fit[at] for at in sorted(by_change, key=dated.__getitem__)]
    if options.limit is None:
        end = len(taken)
    else:
        end = options.skip + options.limit
    for reason, left in ("skipped", taken[: options.skip]), ("over-limit", taken[end:]):
        refused += left
        reasons += [reason] * len(left)
    return (
        LazySequence(taken[options.skip : end], lambda key: judged[key][0]),
        LazySequence(
            range(len(refused)), lambda at: (judged[refused[at]][0], reasons[at])
        ),
    )


def when(candidate: Candidate) -> datetime | date | None:
    """Return the best date for order and window: as published, else in the path, else as
    updated."""
    return (
        candidate.source_metadata.published
        or path_date(candidate.url)
        or candidate.source_metadata.updated
    )


def _refusal(candidate: Candidate, against: str, options: CrawlOptions) -> str:
    if candidate.score < THRESHOLD:
        return against
    if options.include and not matches(candidate.url, options.include):
        return "excluded"
    if matches(candidate.url, options.exclude):
        return "excluded"
    has_window = options.since or options.until
    if has_window and outside_dates(when(candidate), options):
        return "outside-dates"
    return ""


def _ordinal(when: datetime | date | None, latest: float) -> float:
    """Days since the year 0 and their fractions; 0 for no date, and for one after `latest`."""
    if when is None:
        return 0.0
    hours = 0.0
    if isinstance(when, datetime):
        hours = when.hour / 24 + when.minute / 1440 + when.second / 86_400
    days = when.toordinal() + hours
    if days <= latest:
        return days
    return 0.0
