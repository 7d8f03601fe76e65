"""The newest of the articles that fit, found without reading all that fit.

A word that is everywhere fits hundreds of thousands. The index of words knows the day of each article, so a search
that is expected to find too much is kept to the days that hold enough.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from time import monotonic

from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from catalog.models import Article
from catalog.patience import in_time
from catalog.searching import Terms

PATIENCE = 250  # milliseconds for the first look
FURTHER_PATIENCE = 80  # for the next one
MANY = 2_000  # articles are too many to be read all
AMPLE = 2  # times as many as are wanted are looked for: how they spread over the days is a guess
FURTHER = 12  # times as many days are the next step
MOST = 0.2  # of all articles; more are no step any more
BOUNDS = """
SELECT histogram_bounds::text::timestamptz[] FROM pg_stats
WHERE schemaname = current_schema() AND tablename = 'catalog_article' AND attname = 'published'
"""
NEWEST_FIRST = (F("published").desc(nulls_last=True), F("id").desc())


def newest(
    rows: QuerySet[Article], number: int, column: str = "heading", fits: int | None = None, steps: int = 2
) -> tuple[list[int], bool]:
    """The ids of up to `number` articles, the newest first, and whether these are all that fit.

    `column` is the one whose marks are asked: that of a search in `rows`, which then is one walk through one index;
    "" where the rows are of some days anyway.
    `fits` is how many are expected to fit, where the caller knows better than PostgreSQL. Where looking takes too
    long, fewer come back.
    """
    fits = expected(rows) if fits is None else fits
    found: list[int] = []
    for since in islice(_steps(fits, number), steps if column else 0):
        marked = {column: Terms(" | ".join(_marks(since))), "published__isnull": False}
        more = _look(_in_order(rows.filter(**marked)), number, found)
        if more is None or len(more) == number:
            return more or found, False
        found = more
    if fits <= MANY:  # few enough to sort
        every = _look(rows.order_by(*NEWEST_FIRST).values_list("pk", flat=True), number + 1, found)
    else:  # in two parts, because only so the first is a walk along the index of dates
        every = _look(_in_order(rows.filter(published__isnull=False)), number + 1, found)
        if every and (room := number + 1 - len(every)):
            every += _look(_in_order(rows.filter(published=None)), room, every) or []
    return (found, False) if every is None else (every[:number], len(every) <= number)


def _look(ids: QuerySet[Article, int], number: int, found: list[int]) -> list[int] | None:
    """None where it takes too long, for which there is less time where there is something to show already."""
    return in_time(FURTHER_PATIENCE if found else PATIENCE, lambda: list(ids[:number]))


def _in_order(rows: QuerySet[Article]) -> QuerySet[Article, int]:
    return rows.order_by("-published", "-id").values_list("pk", flat=True)


def expected(rows: QuerySet[Article]) -> int:
    """How many rows PostgreSQL expects, which costs it a millisecond."""
    return int(json.loads(rows.order_by().explain(format="json"))[0]["Plan"]["Plan Rows"])


def _steps(fits: int, number: int) -> Iterator[datetime]:
    """The days since which there should be `number` of all that fit; it is a guess, so earlier ones follow."""
    if fits <= max(MANY, AMPLE * number):
        return
    parts = bounds(int(monotonic() / 60))
    share = AMPLE * number / fits
    while len(parts) > 1 and share < MOST:
        yield _quantile(parts, 1 - share)
        share *= FURTHER


@lru_cache(maxsize=1)
def bounds(_minute: int) -> list[datetime]:
    """Moments that part the articles into equal shares by their day, as last counted. Asked once a minute."""
    with connection.cursor() as cursor:
        cursor.execute(BOUNDS)
        row = cursor.fetchone()
    return (row and row[0]) or []


def _quantile(parts: list[datetime], share: float) -> datetime:
    """The moment before which this share of the articles was published."""
    place = share * (len(parts) - 1)
    low = min(int(place), len(parts) - 2)
    return parts[low] + (place - low) * (parts[low + 1] - parts[low])


def _marks(since: datetime) -> Iterator[str]:
    """The marks of the days from then to tomorrow, of the months where these are many.

    A clock may be ahead by a day; a date that is further off is a mistake.
    """
    day, until = since.date(), timezone.now().date() + timedelta(days=1)
    step, form = (timedelta(days=1), "%Y-%m-%d") if until - day < timedelta(days=60) else (timedelta(days=28), "%Y-%m")
    marks = {f"'@{day + number * step:{form}}'" for number in range((until - day) // step + 1)}
    yield from sorted(marks | {f"'@{until:{form}}'"})
