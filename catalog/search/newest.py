"""The newest of the articles that fit, found without reading all that fit, and never for long.

A word that is everywhere fits hundreds of thousands. The index of words knows the day of each article, so a search
that is expected to find too much looks at some days after others, the newest first: at as many as hold enough, by what
the first ones held. Where time is over before, what was found is the newest all the same.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from time import monotonic

from django.db import connection
from django.db.models import F, OrderBy, QuerySet

from catalog.models import Article
from catalog.search.estimates import expected
from catalog.search.filter_keys import marks, of_days
from catalog.search.query import Search, Terms, first
from catalog.search.timeouts import in_time

MANY = 2_000  # articles are too many to be read all
SORTED = 15_000  # articles are too many to be found and sorted, where not even the newest days were looked at in time
LISTED = (
    60_000  # articles of some words are too many to be listed all, however few of them fit the rest
)
FIRST, LARGEST = (
    0.7,
    0.1,
)  # of what is expected to be needed, of all articles: how far back the first look goes
READ = 8_000  # articles with the words that the first look may meet
FEWER, SHRUNK = 5, 2  # times as many days are too many, and how often they may be
AMPLE = 1.3  # times as far as is expected to be needed goes each further one
LEAST = 5  # milliseconds that are worth a look
FARTHER = 10  # times as far as the look before goes the next one at most, where a list's page was not full
BY_KEYS = "keys"  # in place of a column: the rows are asked for by the index of keys
BOUNDS = """
SELECT histogram_bounds::text::timestamptz[] FROM pg_stats
WHERE schemaname = current_schema() AND tablename = 'catalog_article' AND attname = 'published'
"""
NEWEST_FIRST = (F("published").desc(nulls_last=True), F("id").desc())
Days = tuple[datetime | None, datetime | None]  # the first and the last moment that are asked for


@dataclass(frozen=True, slots=True)
class Patience:
    """Milliseconds: for a look at all that fit where these are few, for days after days, and where nothing came of
    both; and for all of this together."""

    few: float = 40
    days: float = 25
    last: float = 150  # 0: none at all
    looks: int = 3  # at days
    together: float = 1000


def newest(
    rows: QuerySet[Article],
    number: int,
    search: Search | None = None,
    column: str = "search",
    fits: int | None = None,
    patience: Patience = Patience(),
) -> tuple[list[int], bool]:
    """The ids of up to `number` articles, the newest first, and whether these are all that fit.

    `search` is one for words among the conditions of `rows`, which `column` is asked for. With `column` BY_KEYS the
    rows are those of `keys.with_keys`.
    `fits` is how many are expected to fit, where the caller knows better than PostgreSQL. Where looking takes too
    long, fewer come back.
    """
    end = monotonic() + patience.together / 1000
    if search and fits is None:
        words = [Article.objects.filter(search=search.words)]
    else:
        words = []
    met = fits or 0
    if fits is None:
        fits, met = (
            each * (search.together if search else 1) for each in (expected(rows, *words) * 2)[:2]
        )
    few = fits <= MANY and met <= LISTED
    if search:
        rows = search.by_index(rows, column, few)
    else:
        rows = rows
    if few:
        every = in_time(min(patience.few, _left(end)), lambda: _sorted(rows, number + 1))
    else:
        every = None
    if few and every is None and not patience.last:
        return [], False
    if every is None:
        need = number / max(fits, 1)
        at_once = patience.looks == 1 or column == BY_KEYS
        if at_once:
            first = AMPLE * need
        else:
            first = min(FIRST * need, LARGEST, READ / max(met, 1))
        found, through = _by_days(
            rows, number, column if search or column == BY_KEYS else "", first, patience, end
        )
        if not patience.last or (not through and (found or fits > SORTED)):
            return found, False
        if (left := min(patience.last, _left(end))) < LEAST:
            return found, False
        every = in_time(left, lambda: _sorted(rows, number + 1))
        if every is None:
            return found, False
    return every[:number], len(every) <= number


def _left(end: float) -> float:
    return (end - monotonic()) * 1000


def _sorted(rows: QuerySet[Article], number: int) -> list[int]:
    """All that fit are found by their indexes, then sorted: no index is in just this order."""
    return list(rows.order_by(*NEWEST_FIRST).values_list("pk", flat=True)[:number])


def _by_days(
    rows: QuerySet[Article],
    number: int,
    column: str,
    step: float,
    patience: Patience,
    latest: float,
) -> tuple[list[int], bool]:
    """Up to `number` of them, and whether all days were looked at. Those without a date are left out."""
    parts = _bounds()
    end = min(monotonic() + patience.days / 1000, latest)
    found: dict[int, None] = {}
    smaller = 0
    share = 0.0
    until = None
    if len(parts) < 2:
        return [], False
    for _ in range(patience.looks):
        began = monotonic()
        share = min(1.0, share + step)
        since = _quantile(parts, 1 - share)
        wanted = number - len(found)
        if (left := (end - began) * 1000) < LEAST:
            break
        days = _in_order(_of_days(rows, column, since, until), column)
        more = in_time(left, lambda days=days, wanted=wanted: list(days[:wanted]))  # type: ignore[misc]
        if more is None and (found or smaller == SHRUNK):
            break
        if more is None:  # too much at once
            share = 0.0
            step = step / FEWER
            smaller = smaller + 1
            end = min(monotonic() + patience.days / 1000, latest)
            continue
        found |= dict.fromkeys(more)
        if len(more) == wanted or share == 1:
            return list(found), share == 1 and len(more) < wanted
        took = monotonic() - began
        until = since
        needed = AMPLE * (number - len(found)) * share / max(len(found), 1)
        step = min(needed, step * (end - monotonic()) / took / AMPLE)
    return list(found), False


def of_newest_days(
    of_these: Callable[[datetime, datetime | None], QuerySet[Article]], number: int, fits: int, days: Days,
    patience: Patience,
) -> list[Article] | None:  # fmt: skip
    """The newest `number` of the rows that `of_these` days has, of which `fits` are expected within `days`: exactly
    these, in their order. None where the days that were looked at in time hold fewer, and others may hold some.

    An index knows the days, so that little more is read than what is shown. Each look begins anew: what the last one
    found is in memory.
    """
    since, until = days
    parts = _bounds()
    end = monotonic() + patience.days / 1000
    since = (
        since if since and since >= parts[0] else None
    )  # there are no thousands of months to be looked at
    begin, last = _span(parts, since, until)
    step = AMPLE * number / max(fits, 1) * max(last - begin, 0)
    for _ in range(patience.looks):
        whole = begin + step >= last
        left = (end - monotonic()) * 1000
        if left < LEAST or (
            whole and not since
        ):  # of all days all are sorted, by whoever knows no better
            break
        if whole and since:
            first_day = since
        else:
            first_day = _quantile(parts, 1 - min(begin + step, last))
        rows = (
            of_these(first_day, until)
            .filter(published__isnull=False)
            .order_by(*NEWEST_FIRST)[:number]
        )
        found = in_time(left, lambda rows=rows: list(rows))  # type: ignore[misc]
        if found is None or len(found) == number or whole:
            return found
        step *= min(AMPLE * number / max(len(found), 1), FARTHER)
    return None


def of_days_by(
    rows: QuerySet[Article], search: Search, since: datetime, until: datetime | None
) -> QuerySet[Article]:
    """Those of these days, asked for by the index of words, or of titles where there are no others."""
    if search.words:
        column = "search"
    else:
        column = "heading"
    return _of_days(search.by_index(rows, column), column, since, until)


def days_are_known() -> bool:
    """Whether PostgreSQL has counted when articles were published; of a new catalogue it has not."""
    return len(_bounds()) > 1


def about(number: int, fits: int, days: Days) -> datetime | None:
    """The moment since which about so many were published of the `fits` that are expected within `days`; None where
    nothing was published within them."""
    since, until = days
    parts = _bounds()
    need = min(number / max(fits, 1), 1)
    begin, last = _span(parts, since, until)
    if begin < last:
        return _quantile(parts, 1 - begin - need * (last - begin))
    return None


def _of_days(
    rows: QuerySet[Article], column: str, since: datetime, until: datetime | None
) -> QuerySet[Article]:
    """Those of these days, the last one whole; until tomorrow where it is not said."""
    if column == BY_KEYS:
        return of_days(rows, since, until)
    if column:
        return first(
            rows, **{column: Terms(" | ".join(f"'{mark}'" for mark in marks(since, until)))}
        )
    return rows.filter(published__gte=since, **({"published__lt": until} if until else {}))


def _in_order(rows: QuerySet[Article], column: str) -> QuerySet[Article, int]:
    """Of keys in an order that no index is in, which would be walked along, asking each article for its keys."""
    order: Sequence[str | OrderBy]
    if column == BY_KEYS:
        order = NEWEST_FIRST
    else:
        order = ("-published", "-id")
    return rows.filter(published__isnull=False).order_by(*order).values_list("pk", flat=True)


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


def _newer(parts: list[datetime], moment: datetime) -> float:
    """Which share of the articles was published after the moment: the reverse."""
    place = bisect_left(parts, moment)
    if place in (0, len(parts)):
        return float(place == 0)
    before = parts[place - 1]
    after = parts[place]
    return 1 - (place - 1 + (moment - before) / (after - before)) / (len(parts) - 1)


def _span(
    parts: list[datetime], since: datetime | None, until: datetime | None
) -> tuple[float, float]:
    """From which share of the articles to which, the newest first, these days reach."""
    return (_newer(parts, until) if until else 0.0), (_newer(parts, since) if since else 1.0)


def _bounds() -> list[datetime]:
    """As they are this minute."""
    return bounds(int(monotonic() / 60))
