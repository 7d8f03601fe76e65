"""What an article is filtered by, as keys: one index has them all, and the day and the month of each article.

Several filters are one look into it, which reads little more than the rarest of them: where each has an index of its
own, PostgreSQL reads all that each one fits before it knows what fits them all, or the whole of each article. And the
newest of what fits are found by adding days. The keys are made by the database (migrations/0010_keys.py).
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import KEYS, Article

Rows = TypeVar("Rows", bound="QuerySet[Article]")
LONG = 100  # characters of a value; of a longer one the key has the digest
LONG_MARK = 10  # days of a month; more are asked for by the month's mark


def key(field: str, value: object) -> str:
    """As `catalog_key` makes it."""
    text = str(value)
    if len(text) > LONG:
        # Not for safety: a short name for a long one.
        digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        return f"{field}#{digest}"
    return f"{field}:{text}"


def with_keys(rows: Rows, keys: Iterable[str]) -> Rows:
    """Those that have all of these. Of live ones: the index knows no others."""
    return _where(rows, "keys__contains", keys)


def of_days(rows: Rows, since: datetime, until: datetime | None = None) -> Rows:
    """Those that were published on these days."""
    return _where(rows, "keys__overlap", marks(since, until))


def _where(rows: Rows, lookup: str, keys: Iterable[str]) -> Rows:
    condition: dict[str, Any] = {
        lookup: list(keys)
    }  # of a name that the type checker knows no field of
    return rows.alias(keys=KEYS).filter(**condition)


def marks(since: datetime, until: datetime | None = None) -> Iterator[str]:
    """The marks of these days (UTC), the last one whole; until tomorrow where it is not said. Of a month's, where these
    are many, the month's own, which is one instead of thirty.

    A clock may be ahead by a day; a date that is further off is a mistake.
    """
    if until:
        last = _day(until)
    else:
        last = timezone.now().date() + timedelta(days=1)
    day = min(_day(since), last)
    while day <= last:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        days = (min(following, last + timedelta(days=1)) - day).days
        if days > LONG_MARK:
            yield f"@{day:%Y-%m}"
        else:
            yield from (f"@{day + timedelta(days=number):%Y-%m-%d}" for number in range(days))
        day = following


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
