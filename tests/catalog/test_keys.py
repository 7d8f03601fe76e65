"""The index of keys finds what the filters themselves find, whatever the values are."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import override_settings

from catalog import count_limits, facets
from catalog.filters import ArticleFilter
from catalog.models import Article
from catalog.search import dates, export_order, filter_keys, newest, paging
from catalog.search.orders import ORDERS
from tests.pages import WHEN, an_article

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LONG = "ä" * 90 + "ß" * 40
ODD = 'a "b" {c}, \\d'
VALUES = {
    "source": "blog.example", "language": "de", "author": "Ada", "tag": ODD, "code": "python", "imports": "re",
    "label": LONG, "run": "2", "has_code": "yes", "copies": "unique", "month": "2026-03", "since": "2026-03-02",
    "words_from": "50",
}  # fmt: skip


@pytest.fixture
def articles() -> None:
    """One that has all of the values, and for each value one that lacks it."""
    whole = {
        "language": "de", "authors": ["Ada", "Bo"], "tags": [ODD, "web"], "code_languages": ["python"],
        "imports": ["re"], "labels": [LONG], "runs": [1, 2], "has_code": True, "published": WHEN,
    }  # fmt: skip
    lacking = {
        "language": "en", "authors": [], "tags": ["a"], "code_languages": [], "imports": ["res"],
        "labels": [LONG[:-1] + "x"], "runs": [22], "has_code": False, "published": None,
    }  # fmt: skip
    an_article(1, **whole)
    for number, (name, value) in enumerate(lacking.items()):
        an_article(10 + number, **whole | {name: value})
    an_article(
        30, **whole | {"published": datetime(2026, 4, 1, 1, tzinfo=UTC)}
    )  # March elsewhere
    before = an_article(
        31, **whole | {"published": datetime(2026, 2, 28, 23, tzinfo=UTC)}
    )
    an_article(32, host="other.example", **whole)
    an_article(33, original=before, **whole)
    an_article(34, deleted_at=WHEN, **whole)
    an_article(35, word_count=10, **whole)


def both(query: str) -> tuple[set[int], set[int] | None]:
    filters = ArticleFilter(QueryDict(query), Article.objects.live())
    keyed = filters.by_keys()
    return set(filters.qs.values_list("pk", flat=True)), keyed and set(
        keyed.values_list("pk", flat=True)
    )


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_the_index_finds_what_the_filters_find(articles: None, zone: str) -> None:
    asked = 0
    with override_settings(TIME_ZONE=zone):
        for names in [
            *combinations(VALUES, 1),
            *combinations(VALUES, 2),
            tuple(VALUES),
        ]:
            wanted, found = both(urlencode({name: VALUES[name] for name in names}))
            assert wanted
            assert found in (wanted, None), names
            asked += found is not None
    assert asked > 70


def test_copies_are_found_by_a_key(articles: None) -> None:
    wanted, found = both("copies=copy")
    assert len(wanted) == 1
    assert found == wanted


@pytest.mark.parametrize("query", ["", "source=blog.example", "language=de", "q=words&tag=web", "month=2026-03",
                                   "copies=copied&tag=web", "words_from=3"])  # fmt: skip
def test_where_another_way_is_as_good_or_better_there_are_no_keys(
    articles: None, query: str
) -> None:
    assert both(query)[1] is None


def test_the_keys_are_asked_of_the_index(articles: None) -> None:
    found = filter_keys.on_days(
        filter_keys.with_keys(
            Article.objects.live(), [filter_keys.filter_key("tag", "web")]
        ),
        WHEN,
        WHEN,
    )
    assert found.count() == 11
    with connection.cursor() as cursor:
        # A small table is read by whatever index: but a condition of an index is one only of the index of keys.
        cursor.execute(
            "SET LOCAL enable_seqscan = off; DROP INDEX article_by_date, article_language_by_date"
        )
        cursor.execute(
            "DROP INDEX article_source_by_date, article_by_words, article_by_quality"
        )
    assert "Bitmap Index Scan on article_keys" in found.explain()


@pytest.mark.parametrize(
    "query",
    ["language=de&label=x", "tag=web", "tag=web&month=2026-03", "run=2&tag=none"],
)
@pytest.mark.parametrize("walked", [0, 10**9])
def test_facets_are_the_same_by_keys_and_by_a_walk(
    articles: None, monkeypatch: pytest.MonkeyPatch, query: str, walked: int
) -> None:
    ample = newest.TimeBudget(2000, 2000, 2000)
    for name in ("TOTAL_MS", "COUNT_MS", "FIND_ONE_MS"):
        monkeypatch.setattr(facets, name, 2000)
    monkeypatch.setattr(facets, "ALL_BUDGET", ample)
    monkeypatch.setattr(count_limits, "SMALL_CATALOGUE_FACTOR", 1)
    counted = []
    for limit in (walked, None):
        monkeypatch.setattr(facets, "MAX_WALKED", limit or 0)
        if limit is None:
            monkeypatch.setattr(ArticleFilter, "by_keys", lambda *_: None)
        found = facets.facets(QueryDict(query), Article.objects.live())
        counted.append({each.name: each.values for each in found})
    assert counted[0] == counted[1]


@pytest.mark.parametrize("sort", ["", *ORDERS])
@pytest.mark.parametrize("few", [0, 10**9])  # a walk first, or a sort
@pytest.mark.parametrize("lost", [False, True])  # the first way takes too long
def test_a_page_is_the_same_whichever_way_it_is_found(
    articles: None, monkeypatch: pytest.MonkeyPatch, sort: str, few: int, lost: bool
) -> None:
    query = QueryDict(urlencode({"tag": "web", "language": "de", "sort": sort}))
    filters = ArticleFilter(query, Article.objects.live())
    monkeypatch.setattr(paging, "PAGE_SIZE", 3)
    monkeypatch.setattr(paging, "days_are_known", lambda: False)
    wanted = paging.article_page(filters.qs.for_lists(), query)
    asked: list[
        tuple[float, bool]
    ] = []  # how long it may take, and whether it is a sort of what the index finds

    def timed(milliseconds: float, ask: Any) -> Any:
        asked.append((milliseconds, ask.keywords["sort"]))
        assert ("catalog_keys" in str(ask.args[0].query)) == ask.keywords["sort"]
        return None if lost and len(asked) == 1 else real(2000, ask)

    real = paging.with_statement_timeout
    monkeypatch.setattr(paging, "with_statement_timeout", timed)
    monkeypatch.setattr(paging, "SORT_KEYED_BELOW", few)
    found = paging.article_page(filters.qs.for_lists(), query, keyed=filters.by_keys())
    assert (found.rows, found.older, found.newer) == (
        wanted.rows,
        wanted.older,
        wanted.newer,
    )
    assert len(found.rows) == 3
    ways = (
        [(paging.FINAL_MS, True), (paging.FALLBACK_MS, False)]
        if few
        else [(paging.INDEX_WALK_MS, False), (paging.SECOND_MS, True)]
    )
    assert asked == ways[: 1 + lost]


@pytest.mark.parametrize(("most", "sorts"), [(8_000, [False, True]), (7_000, [False])])
def test_of_very_many_that_match_none_are_sorted(
    monkeypatch: pytest.MonkeyPatch, most: int, sorts: list[bool]
) -> None:
    """To read them all would take far longer than a page may."""
    monkeypatch.setattr(paging, "MAX_KEYED_SORTED", most)
    listed = Article.objects.live()
    ways = paging._keyed_attempts(listed, listed, 7_500)
    assert [each.sort for each in ways] == sorts


FAR_OFF = datetime(2999, 5, 1, tzinfo=UTC)
SPREAD = [
    datetime(2025, 11, 1, tzinfo=UTC) + timedelta(days=16 * number)
    for number in range(11)
]


@pytest.mark.parametrize(
    "fits", [10, 40, 1_000]
)  # are expected: the first look goes too far, or not far enough
@pytest.mark.parametrize("query", ["tag=web", "tag=web&since=2026-01-01", "tag=web&month=2026-03", "run=2&tag=none",
                                   "tag=web&until=2026-03-14", "tag=web&until=9999-01-01&since=0001-01-01",
                                   "tag=web&since=2026-03-14&until=2026-02-01", "tag=web&month=1990-01",
                                   "q=words&sort=newest", "q=title:article&sort=newest&until=2026-04-01"])  # fmt: skip
def test_the_newest_are_found_day_by_day(
    articles: None, monkeypatch: pytest.MonkeyPatch, query: str, fits: int
) -> None:
    """Page after page, also those with a date that is far off or none, or with the same one."""
    whens = [
        FAR_OFF,
        FAR_OFF,
        FAR_OFF + timedelta(1),
        None,
        None,
        WHEN,
        WHEN,
        *SPREAD,
        *SPREAD,
        SPREAD[0] - 99 * DAY,
    ]
    for number, published in enumerate(whens, start=100):
        an_article(number, tags=["web"], published=published)
    given, pages, asked = QueryDict(query), [], []
    filters = ArticleFilter(given, Article.objects.live())

    def page(before: str, known: bool) -> paging.ArticlePage:
        monkeypatch.setattr(paging, "days_are_known", lambda: known)
        query, rows = {**given.dict(), "before": before}, filters.qs.for_lists()
        return paging.article_page(
            rows,
            query,
            filters.search,
            filters.by_keys() if known else None,
            filters.days,
        )

    def by_days(*given: Any) -> Any:
        asked.append(found := real(*given))
        return found

    real = paging.newest_days
    monkeypatch.setattr(paging, "newest_days", by_days)
    monkeypatch.setattr(
        paging, "BY_DAYS", newest.TimeBudget(days_ms=5_000, max_looks=4)
    )
    monkeypatch.setattr(paging, "FALLBACK_MS", 5_000)
    monkeypatch.setattr(paging, "FINAL_MS", 5_000)
    monkeypatch.setattr(paging, "SECOND_MS", 5_000)
    monkeypatch.setattr(dates, "histogram", lambda _: SPREAD)
    monkeypatch.setattr(paging, "expected_rows", lambda *_: [fits])
    monkeypatch.setattr(paging, "SINGLE_LOOK_BELOW", -1)
    monkeypatch.setattr(paging, "PAGE_SIZE", 3)
    for known in (False, True):
        pages.append([page("", known)])
        while pages[-1][-1].older and len(pages[-1]) < 50:
            pages[-1].append(page(pages[-1][-1].older, known))
    assert pages[1] == pages[0]
    assert (
        len(pages[0]) > 1
        or "month=1990" in query
        or "tag=none" in query
        or "until=2026-02" in query
    )
    assert len(pages[0]) < 3 or any(asked)


FIRST_DAYS = [
    None,
    WHEN,
    datetime(2026, 2, 1, tzinfo=UTC),
]  # of an export; no others are looked for before the rest


@pytest.mark.parametrize(
    "query",
    ["tag=web&language=de", "tag=web&since=2026-02-01", "q=words&until=2026-03-14"],
)
@pytest.mark.parametrize(
    ("sort", "begins"),
    [*(("", begins) for begins in FIRST_DAYS), *((sort, WHEN) for sort in ORDERS)],
)
def test_an_export_has_the_order_of_the_list(
    articles: None,
    monkeypatch: pytest.MonkeyPatch,
    sort: str,
    query: str,
    begins: datetime | None,
) -> None:
    for number, published in enumerate(
        [WHEN, WHEN, WHEN, None, None, FAR_OFF, FAR_OFF], start=100
    ):
        an_article(number, tags=["web"], language="de", published=published)
    given = QueryDict(
        f"{query}&sort={sort or 'newest'}"
    )  # a search has no order of its own
    filters = ArticleFilter(given, Article.objects.live())
    wanted, page = [], paging.article_page(filters.qs.for_lists(), given)
    wanted += page.rows
    while page.older:
        page = paging.article_page(
            filters.qs.for_lists(), {**given.dict(), "before": page.older}
        )
        wanted += page.rows

    monkeypatch.setattr(export_order, "start_of_newest", lambda *_: begins)
    monkeypatch.setattr(export_order, "SPLIT_ABOVE", -1)
    monkeypatch.setattr(paging, "days_are_known", lambda: True)
    for few in (-1, 10**9):
        monkeypatch.setattr(export_order, "SORT_KEYED_BELOW", few)
        keyed = filters.by_keys()
        parts = export_order.ordered_parts(
            filters.qs, sort, keyed, filters.search, filters.days
        )
        assert [article for part in parts for article in part] == wanted
        assert len(parts) == expected_parts(sort, bool(begins))
        assert keyed is None or ("catalog_keys" in str(parts[-1].query)) == (few > 0)
    assert len(wanted) > 5


def expected_parts(sort: str, begins: bool) -> int:
    """How many parts an export in this order has."""
    if begins and sort in ("", "newest"):
        return 4
    if sort in ("", "newest", "oldest"):
        return 2
    return 1
