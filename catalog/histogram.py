"""When the articles of a list were published: a bar for each day, month or year.

Exact where few match. Of more, the newest are counted; of the whole catalogue the histogram is
shown that PostgreSQL keeps of the dates.
"""

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext

from catalog.count_limits import limit_factor, scaled
from catalog.facets import ALL_BUDGET, DAY_FILTERS, MAX_COUNTED, newest_of
from catalog.filters import ArticleFilter, others, without
from catalog.models import Article
from catalog.search import dates
from catalog.search.planner_stats import catalogue_size
from catalog.search.timeouts import with_statement_timeout

COUNT_MS = 25
MAX_BARS = 60
MAX_DAYS = 45  # a longer time is shown by months
HEIGHT = 48  # of the picture, in its own units; a bar is 10 wide
BAR_WIDTH = 10
COUNT = """
SELECT (published AT TIME ZONE %(zone)s)::date, count(*) FROM catalog_article
WHERE id = ANY(%(ids)s::bigint[]) AND published IS NOT NULL GROUP BY 1
"""
Days = Mapping[date, float]  # how many articles of a day, or about how many


@dataclass(frozen=True, slots=True)
class Bar:
    """Articles from `since` to `until`, both included; `query` shows only these."""

    since: date
    until: date
    label: str
    number: int
    query: str
    selected: bool
    x: int
    height: int

    @property
    def y(self) -> int:
        """Where the bar begins, from the top."""
        return HEIGHT - self.height


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars, the oldest first; `of` and `counted` are as of a facet. `rest` is the query without any
    days."""

    bars: list[Bar]
    of: str
    counted: int
    rest: str
    has_selection: bool

    @property
    def width(self) -> int:
        """The width of the picture, in its own units."""
        return BAR_WIDTH * len(self.bars)


def histogram(query: QueryDict, rows: QuerySet[Article]) -> Histogram | None:
    """Return when the articles were published that match all filters but those of days; None
    where that is not known, or is one time only."""
    filters = ArticleFilter(others(query, *DAY_FILTERS), rows)
    days, of, counted = _days(filters)
    bars = _bars(days, query)
    if len(bars) < 2:
        return None
    selected = any(query.get(name) for name in DAY_FILTERS)
    return Histogram(bars, of, counted, without(query, *DAY_FILTERS), selected)


def _days(filters: ArticleFilter) -> tuple[Days, str, int]:
    """Return how many articles each day has, what was counted, and how many that are."""
    is_filtered = any(filters.data.get(name) for name in filters.filters)
    if not is_filtered and catalogue_size() > MAX_COUNTED and dates.are_known():
        return _estimated(), "about", 0
    factor = limit_factor()
    ids, complete = newest_of(filters, "", scaled(ALL_BUDGET, factor))
    counted = with_statement_timeout(COUNT_MS * factor, lambda: _counted(ids))
    if complete:
        return counted or {}, "", len(ids)
    return counted or {}, "newest", len(ids)


def _counted(ids: list[int]) -> dict[date, float]:
    given = {"zone": settings.TIME_ZONE, "ids": f"{{{','.join(map(str, ids))}}}"}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, given)
        return dict(cursor.fetchall())


def _estimated() -> dict[date, float]:
    """Spread the articles over the days, by the histogram of the statistics."""
    bounds = dates.bounds()
    share = catalogue_size() / (len(bounds) - 1)
    days: dict[date, float] = {}
    for begin, end in itertools.pairwise(bounds):
        months = list(_months(begin.date(), end.date()))
        for month in months:
            days[month] = days.get(month, 0) + share / len(months)
    return days


def _months(first: date, last: date) -> Iterable[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = _next_month(month)


def _next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _bars(days: Days, query: QueryDict) -> list[Bar]:
    """Return the bars of the newest days, months or years, without holes."""
    last_true = timezone.now().date() + timedelta(days=366)
    known = {day: number for day, number in days.items() if day <= last_true}
    if not known:
        return []
    steps = _steps(min(known), max(known))
    numbers = [0.0] * len(steps)
    starts = [since for since, _, _ in steps]
    for day, number in known.items():
        place = _place(starts, day)
        if place >= 0:
            numbers[place] += number
    most = max(numbers) or 1
    chosen = _chosen(query)
    rest = without(query, *DAY_FILTERS)
    bars = []
    for place, (since, until, label) in enumerate(steps):
        range_query = urlencode({"since": since, "until": until})
        bars.append(
            Bar(
                since,
                until,
                label,
                round(numbers[place]),
                f"{rest}&{range_query}" if rest else range_query,
                chosen[0] <= since and until <= chosen[1],
                BAR_WIDTH * place,
                _height(numbers[place], most),
            )
        )
    return bars


def _height(number: float, most: float) -> int:
    """Return the height of a bar: one that stands for anything can be seen."""
    if not number:
        return 0
    return max(2, round(HEIGHT * number / most))


def _steps(first: date, last: date) -> list[tuple[date, date, str]]:
    """Return (since, until, label) of days, months or years: at most the newest MAX_BARS."""
    if (last - first).days <= MAX_DAYS:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        day_format = pgettext("strftime", "%Y-%m-%d")
        return [(day, day, day.strftime(day_format)) for day in days]
    months = list(_months(max(first, _years_before(last, 60)), last))
    if len(months) <= MAX_BARS:
        day = timedelta(days=1)
        return [(m, _next_month(m) - day, _month_name(m)) for m in months]
    years = range(max(first.year, last.year - MAX_BARS + 1), last.year + 1)
    return [(date(y, 1, 1), date(y, 12, 31), str(y)) for y in years]


def _month_name(month: date) -> str:
    return date_format(month, "YEAR_MONTH_FORMAT")


def _years_before(day: date, years: int) -> date:
    return date(max(day.year - years, 1), 1, 1)


def _place(starts: list[date], day: date) -> int:
    """Return the place of the last one that is not later than the day; -1 for none."""
    return bisect_right(starts, day) - 1


def _chosen(query: QueryDict) -> tuple[date, date]:
    """Return the days that the filter names; where it names none, none that can be."""
    month = _parsed(query.get("month", ""), "%Y-%m")
    if month:
        return month, _next_month(month) - timedelta(days=1)
    since = _parsed(query.get("since", ""), "%Y-%m-%d")
    until = _parsed(query.get("until", ""), "%Y-%m-%d")
    if since is None and until is None:
        return date.max, date.min
    return since or date.min, until or date.max


def _parsed(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        return None
