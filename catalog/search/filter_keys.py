"""What an article is filtered by, as keys: one index has them all, and the day and the month of
each article.

Several filters are one look into it, which reads little more than the rarest of them. Were each in
an index of its own, PostgreSQL would read all that each one matches before it knows what matches
them all, or the whole of each article. The newest matches are found by adding days. The database
makes the keys (`catalog_keys` in the migrations).
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import KEYS, Article

Rows = TypeVar("Rows", bound="QuerySet[Article]")
MAX_VALUE_LENGTH = 100  # characters; of a longer value the key has the digest
MAX_DAY_MARKS = 10  # days of a month; for more of them the month's own mark is used


def filter_key(field: str, value: object) -> str:
    """Return the key of a value, as `catalog_key` of the database makes it."""
    text = str(value)
    if len(text) > MAX_VALUE_LENGTH:
        # Not for safety: a short name for a long value.
        digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        return f"{field}#{digest}"
    return f"{field}:{text}"


def with_keys(rows: Rows, keys: Iterable[str]) -> Rows:
    """Return those that have all of these keys. Only articles that are not deleted: the index has
    no others."""
    return _filtered(rows, "keys__contains", keys)


def on_days(rows: Rows, since: datetime, until: datetime | None = None) -> Rows:
    """Return those that were published on these days."""
    return _filtered(rows, "keys__overlap", day_marks(since, until))


def _filtered(rows: Rows, lookup: str, keys: Iterable[str]) -> Rows:
    condition: dict[str, Any] = {lookup: list(keys)}
    return rows.alias(keys=KEYS).filter(**condition)


def day_marks(since: datetime, until: datetime | None = None) -> Iterator[str]:
    """Yield the marks of these days (UTC), the last one whole; until tomorrow where it is None.

    Where these are many of a month, its own mark stands for all: one instead of thirty. A clock may
    be ahead by a day; a date that is further off is a mistake.
    """
    last = timezone.now().date() + timedelta(days=1)
    if until:
        last = _utc_day(until)
    day = min(_utc_day(since), last)
    while day <= last:
        next_month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        end = min(next_month, last + timedelta(days=1))
        yield from _marks_within_month(day, (end - day).days)
        day = next_month


def _marks_within_month(first: date, days: int) -> Iterator[str]:
    if days > MAX_DAY_MARKS:
        yield f"@{first:%Y-%m}"
        return
    for number in range(days):
        yield f"@{first + timedelta(days=number):%Y-%m-%d}"


def _utc_day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
