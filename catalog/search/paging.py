"""Pages of the article list, in the order that is asked for, each within a tenth of a second.

There are several ways to find a page: walk along the index of the order, find all that match and
sort them, or look at the newest days first. Which one is quick depends on how many articles match,
which PostgreSQL can only estimate. So the most promising way is tried first, under a time limit,
and another one after it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import cast

from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.models import Article, ArticleQuerySet
from catalog.paging import (
    PAGE_SIZE,
    Order,
    Page,
    Position,
    beyond,
    page_from,
    page_of,
    parse_position,
    position_text,
)
from catalog.search.filter_keys import on_days
from catalog.search.newest import (
    Days,
    TimeBudget,
    days_are_known,
    newest_days,
    searched_on_days,
)
from catalog.search.orders import BY_RANK, NEWEST, ORDERS
from catalog.search.planner_stats import expected_rows
from catalog.search.query import Search, parse_search
from catalog.search.ranking import ranked
from catalog.search.timeouts import with_statement_timeout

FALLBACK_MS = 10  # for a way that is hardly ever needed
INDEX_WALK_MS = 30  # for a walk along an index that is not known to be quick
FINAL_MS = 75  # for the way that is expected to be quick enough
SECOND_MS = 50  # for a way after another one
SORT_LIST_BELOW = 1_000  # matches of a list are sorted without trying a walk
SORT_SEARCH_BELOW = 10_000  # matches of a search, likewise
MAX_SORTED = 30_000  # matches; more are never sorted
# Matches by the index of filter keys are sorted before a walk is tried.
SORT_KEYED_BELOW = 4_000
MAX_KEYED_SORTED = 8_000  # matches by that index; more are never sorted
# Matches are read at once; of more, the newest days are read first.
SINGLE_LOOK_BELOW = 60
MORE_THAN_EXPECTED = 600  # matches, where reading all at once took too long
MAX_BY_AUTHOR = 10_000  # articles that are listed for each look at some days
BY_DAYS = TimeBudget(days_ms=40, max_looks=4)
NO_DAYS: Days = (None, None)
RowsOnDays = Callable[[datetime, datetime | None], QuerySet[Article]]


@dataclass(frozen=True, slots=True)
class ArticlePage(Page[Article]):
    """A page of articles.

    `ranked` is the number of articles that were ranked, where that is not all that match. Where
    finding the page took too long it has no rows and is `timed_out`.
    """

    ranked: int | None = None
    search: Search | None = field(default=None, compare=False)
    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to find a page: which rows are asked for, within how long, and whether they are
    sorted."""

    limit_ms: float
    rows: QuerySet[Article]
    sort: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What a page is cut from.

    `keyed` are the same articles as `rows`, found by the index of filter keys; None where that does
    not help. `days` are the first and the last moment that they may be published at.
    """

    rows: QuerySet[Article]
    query: Mapping[str, str]
    order: Order
    search: Search | None
    keyed: ArticleQuerySet | None
    days: Days

    @property
    def indexed_rows(self) -> QuerySet[Article]:
        """The rows as an index finds them, where one does."""
        if self.keyed is None:
            return self.rows
        return self.keyed

    def expected(self) -> int:
        """Estimate how many articles match."""
        number = expected_rows(self.rows)[0]
        if self.search:
            return number * self.search.correlation
        return number

    def attempt(self, each: Attempt) -> ArticlePage | None:
        """Return the page, or None where finding it takes too long."""
        ask = partial(
            page_of,
            _for_list(each.rows),
            self.query,
            PAGE_SIZE,
            self.order,
            sort=each.sort,
        )
        page = with_statement_timeout(each.limit_ms, ask)
        if page is None:
            return None
        return self.page(page)

    def page(self, page: Page[Article]) -> ArticlePage:
        """Return the page with what was searched."""
        return ArticlePage(page.rows, page.older, page.newer, search=self.search)


def article_page(
    rows: QuerySet[Article],
    query: Mapping[str, str],
    search: Search | None = None,
    keyed: ArticleQuerySet | None = None,
    days: Days = NO_DAYS,
) -> ArticlePage:
    """Return the page that the query names, in the order that it names.

    A caller that has parsed the search already passes it on. `keyed` and `days` are as of
    `Listing`.
    """
    order = ORDERS.get(query.get("sort", ""))
    if search is None and query.get("q"):
        search = parse_search(query["q"])
    if order is None and search and search.words:
        return ranked_page(rows, query, search)
    listing = Listing(rows, query, order or NEWEST, search, keyed, days)
    return _listed_page(listing)


def _listed_page(listing: Listing) -> ArticlePage:
    expected = listing.expected()
    rows_on_days = None
    if listing.order is NEWEST and _continues_by_date(listing.query):
        rows_on_days = rows_on_days_of(listing, expected)
    if rows_on_days:
        page = _page_of_newest(listing, rows_on_days, expected)
        if page is not None:
            return page
        attempts = [_final_attempt_by_date(listing, expected)]
    else:
        attempts = list(_attempts(listing, expected))
    for each in attempts:
        page = listing.attempt(each)
        if page is not None:
            return page
    return ArticlePage([], search=listing.search, timed_out=True)


def _attempts(listing: Listing, expected: int) -> Iterator[Attempt]:
    """Yield the ways to find a page, the most promising first."""
    if listing.keyed is not None:
        yield from _keyed_attempts(listing.rows, listing.keyed, expected)
        return
    if listing.query.get("copies") == "copied":
        # No index holds these: to sort them is to read all other articles too.
        yield Attempt(FINAL_MS, listing.rows, sort=False)
        return
    sort_below = SORT_LIST_BELOW
    if listing.search:
        sort_below = SORT_SEARCH_BELOW
    if expected > MAX_SORTED:
        yield Attempt(FINAL_MS, listing.rows, sort=False)
    elif expected > sort_below:
        yield Attempt(INDEX_WALK_MS, listing.rows, sort=False)
        yield Attempt(SECOND_MS, listing.rows, sort=True)
    else:
        yield Attempt(FINAL_MS, listing.rows, sort=True)


def _keyed_attempts(
    rows: QuerySet[Article], keyed: ArticleQuerySet, expected: int
) -> Iterator[Attempt]:
    if expected <= SORT_KEYED_BELOW:
        yield Attempt(FINAL_MS, keyed, sort=True)
        yield Attempt(FALLBACK_MS, rows, sort=False)
    elif expected <= MAX_KEYED_SORTED:
        yield Attempt(INDEX_WALK_MS, rows, sort=False)
        yield Attempt(SECOND_MS, keyed, sort=True)
    else:
        yield Attempt(FINAL_MS, rows, sort=False)


def _final_attempt_by_date(listing: Listing, expected: int) -> Attempt:
    sort = listing.keyed is not None or expected <= MAX_SORTED
    return Attempt(SECOND_MS, listing.indexed_rows, sort)


def _page_of_newest(
    listing: Listing, rows_on_days: RowsOnDays, expected: int
) -> ArticlePage | None:
    """Return a page, newest first, that an index of days or of words can find; None where it
    cannot in time.

    A walk along the dates would take long where fewer articles match than expected.
    """
    if expected <= SINGLE_LOOK_BELOW:
        page = listing.attempt(Attempt(FALLBACK_MS, listing.indexed_rows, sort=True))
        if page is not None:
            return page
        expected = MORE_THAN_EXPECTED
    return _page_by_days(listing, rows_on_days, expected)


def _page_by_days(
    listing: Listing, rows_on_days: RowsOnDays, expected: int
) -> ArticlePage | None:
    """Return a full page of the newest, or the last one of certain days; None where another way
    must find it."""
    position = parse_position(listing.query.get("before"), NEWEST)
    since, until = listing.days
    condition = Q()
    if position:
        condition = beyond(NEWEST.column, position, descending=True)
        until = min(filter(None, [until, position[0]]))
    future: list[Article] = []
    tomorrow = end_of_known_days()
    if until is None or until > tomorrow:
        future = _later_than(listing.rows.filter(condition), tomorrow)
        condition = condition & Q(published__lt=tomorrow)
        until = tomorrow
    missing = PAGE_SIZE + 1 - len(future)
    if missing <= 0:
        return _page_after(listing, future, position)

    def read(first: datetime, last: datetime | None) -> ArticleQuerySet:
        return _for_list(rows_on_days(first, last).filter(condition))

    found = newest_days(read, missing, expected, (since, until), BY_DAYS)
    if found is None:
        return None
    return _page_after(listing, future + found, position)


def _later_than(rows: QuerySet[Article], moment: datetime) -> list[Article]:
    """Return articles whose date is too late to be true. They are shown all the same."""
    later = rows.filter(published__gte=moment)
    return list(later.order_by("-published", "-id")[: PAGE_SIZE + 1])


def _page_after(
    listing: Listing, found: list[Article], position: Position | None
) -> ArticlePage:
    return listing.page(
        page_from(found, NEWEST, PAGE_SIZE, has_newer=position is not None)
    )


def _for_list(rows: QuerySet[Article]) -> ArticleQuerySet:
    return cast(ArticleQuerySet, rows).for_lists()


def rows_on_days_of(listing: Listing, expected: int) -> RowsOnDays | None:
    """Return how to ask for the same rows of some days, where an index knows the days of what
    matches; `expected` is how many do."""
    if not days_are_known():
        return None
    if listing.keyed is not None:
        return partial(on_days, listing.keyed)
    search = listing.search
    if search is None:
        return None
    if search.words or not search.typed.author or _is_rare_name(search, expected):
        return partial(searched_on_days, listing.rows, search)
    return None


def _is_rare_name(search: Search, expected: int) -> bool:
    """Tell whether few have the name of an author.

    For each look at some days the index lists everyone who has the name. What is typed may be the
    beginning of many names, and one of two words may be common.
    """
    words = " ".join(search.typed.author).split()
    return len(words) == 1 and expected <= MAX_BY_AUTHOR


def _continues_by_date(query: Mapping[str, str]) -> bool:
    """Tell whether the page is the first one, or older than something that has a date."""
    if query.get("after"):
        return False
    before = parse_position(query.get("before"), NEWEST)
    return before is None or before[0] is not None


def end_of_known_days() -> datetime:
    """Return the end of the last day that is looked at where none is named: a clock may be ahead
    by a day."""
    day_after_tomorrow = timezone.now().astimezone(UTC) + timedelta(days=2)
    return datetime.combine(day_after_tomorrow, time.min, UTC)


def ranked_page(
    rows: QuerySet[Article], query: Mapping[str, str], search: Search
) -> ArticlePage:
    """Return a page of a search, by relevance. All ranks are made anew: the position is found
    among them."""
    ranks, complete = ranked(rows, search)
    ranks.sort()  # lowest first, as bisect needs it
    start, end = _ranked_range(ranks, query)
    shown = ranks[start:end]
    # By their ids alone: to check once more that they match would be to read all their words.
    searched = _for_list(search.searched(rows))
    found = searched.order_by().in_bulk([pk for _, pk in shown])
    articles = [found[pk] for _, pk in reversed(shown) if pk in found]
    older = ""
    newer = ""
    if shown and start > 0:
        older = position_text(shown[0], BY_RANK)
    if shown and end < len(ranks):
        newer = position_text(shown[-1], BY_RANK)
    number_ranked = None
    if ranks and not complete:
        number_ranked = len(ranks)
    timed_out = not complete and not ranks
    return ArticlePage(articles, older, newer, number_ranked, search, timed_out)


def _ranked_range(
    ranks: list[tuple[float, int]], query: Mapping[str, str]
) -> tuple[int, int]:
    """Return where the page begins and ends in the ranks, which are sorted."""
    after = parse_position(query.get("after"), BY_RANK)
    if after:
        start = bisect_right(ranks, after)
        return start, min(start + PAGE_SIZE, len(ranks))
    before = parse_position(query.get("before"), BY_RANK)
    end = len(ranks)
    if before:
        end = bisect_left(ranks, before)
    return max(0, end - PAGE_SIZE), end
