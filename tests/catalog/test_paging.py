"""Pages by key: in every order each article once, forwards and backwards, whatever comes in between."""

from datetime import UTC, datetime
from typing import Any

import pytest

from catalog.models import Article
from catalog.search import paging
from catalog.search.orders import ORDERS
from catalog.search.paging import PAGE_SIZE, ArticlePage, article_page
from catalog.search.query import parse_search
from catalog.search.timeouts import with_statement_timeout
from tests.pages import an_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles() -> None:
    for number in range(2 * PAGE_SIZE + 7):
        an_article(
            number,
            published=None
            if number % 9 == 0
            else datetime(2025, 1, 1 + number // 10, tzinfo=UTC),
            word_count=number // 5,
            quality=round(0.1 + number % 7 / 10, 3),
            text="broker " * (number % 4 + 1),
        )


def rows() -> Any:
    return Article.objects.live().for_lists()


def walked(query: dict[str, str]) -> list[ArticlePage]:
    """All pages, from the first to the last."""
    pages = [article_page(rows(), query)]
    while pages[-1].older and len(pages) < 10:
        pages.append(article_page(rows(), {**query, "before": pages[-1].older}))
    return pages


WANTED = [
    *({"sort": name} for name in ORDERS),
    {"q": "broker"},
    {"q": "broker", "sort": "words"},
]


@pytest.mark.parametrize("query", WANTED, ids=str)
def test_every_order_shows_each_article_once(
    articles: None, query: dict[str, str]
) -> None:
    shown = [article.pk for page in walked(query) for article in page.rows]
    assert len(shown) == len(set(shown)) == 2 * PAGE_SIZE + 7


@pytest.mark.parametrize("query", WANTED, ids=str)
def test_going_back_shows_the_same_pages(articles: None, query: dict[str, str]) -> None:
    first, second, third = walked(query)
    back = article_page(rows(), {**query, "after": third.newer})
    assert [a.pk for a in back.rows] == [a.pk for a in second.rows]
    front = article_page(rows(), {**query, "after": back.newer})
    assert ([a.pk for a in front.rows], front.newer) == ([a.pk for a in first.rows], "")


@pytest.mark.parametrize("name", ORDERS)
def test_the_order_holds_over_all_pages(articles: None, name: str) -> None:
    order = ORDERS[name]
    values = [
        getattr(article, order.column)
        for page in walked({"sort": name})
        for article in page.rows
    ]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=order.descending)
    assert values[len(known) :] == [None] * (len(values) - len(known))


def test_what_comes_in_between_moves_nothing(articles: None) -> None:
    first = article_page(rows(), {"q": "broker"})
    an_article(900, title="Broker", text="broker")
    second = article_page(rows(), {"q": "broker", "before": first.older})
    assert not {article.pk for article in first.rows} & {
        article.pk for article in second.rows
    }


@pytest.mark.parametrize(
    "key",
    [
        "",
        "nonsense",
        "2025-01-01_",
        "_5",
        "2025-99-99T00:00:00+00:00_5",
        "undated_" + "9" * 30,
        "nan_1",
        "-1_-1",
    ],
)
@pytest.mark.parametrize(
    "query",
    [{"sort": "newest"}, {"sort": "words"}, {"sort": "quality"}, {"q": "words"}],
    ids=str,
)
def test_a_mistyped_page_is_a_page(key: str, query: dict[str, str]) -> None:
    an_article()
    assert article_page(rows(), {**query, "before": key}).rows is not None
    assert article_page(rows(), {**query, "after": key}).rows is not None


@pytest.mark.parametrize(
    "key", ["", "nonsense", "2025-01-01_", "_5", "2025-99-99T00:00:00+00:00_5"]
)
def test_a_key_that_is_none_is_the_first_page(key: str) -> None:
    an_article()
    assert len(article_page(rows(), {"before": key}).rows) == 1


@pytest.mark.parametrize(
    "query", [wanted for wanted in WANTED if "sort" in wanted], ids=str
)
def test_where_a_walk_takes_too_long_what_fits_is_found_and_sorted(
    articles: None, monkeypatch: pytest.MonkeyPatch, query: dict[str, str]
) -> None:
    shown = [(page.rows, page.older, page.newer) for page in walked(query)]
    asked: list[
        tuple[float, bool]
    ] = []  # how long it may take, and whether it is a sort

    def no_walk(milliseconds: float, ask: Any) -> Any:
        asked.append((milliseconds, ask.keywords["sort"]))
        return (
            None
            if milliseconds == paging.INDEX_WALK_MS
            else with_statement_timeout(milliseconds, ask)
        )

    monkeypatch.setattr(paging, "with_statement_timeout", no_walk)
    monkeypatch.setattr(paging, "SORT_SEARCH_BELOW", -1)
    monkeypatch.setattr(paging, "SORT_LIST_BELOW", -1)
    assert [(page.rows, page.older, page.newer) for page in walked(query)] == shown
    assert asked == [(paging.INDEX_WALK_MS, False), (paging.SECOND_MS, True)] * len(
        shown
    )
    monkeypatch.setattr(paging, "MAX_SORTED", -1)
    assert article_page(rows(), query).rows == shown[0][0]
    assert asked[2 * len(shown) :] == [(paging.FINAL_MS, False)]


def test_what_has_copies_is_walked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """No index has these: to sort them would be to read all others, too."""
    asked = []
    monkeypatch.setattr(
        paging,
        "with_statement_timeout",
        lambda _, ask: asked.append(ask.keywords["sort"]),
    )
    page = article_page(rows(), {"copies": "copied"})
    assert (page.rows, page.timed_out, asked) == ([], True, [False])


@pytest.mark.parametrize(
    ("typed", "expected", "by_days"),
    [
        ("author:ada", 3_000, True),
        ("author:ada", 30_000, False),
        ('author:"ada lovelace"', 3_000, False),
        ("author:ada author:lovelace", 3_000, False),
        ("author:ada queues", 30_000, True),
        ("title:queues", 30_000, True),
    ],
)
def test_a_name_is_looked_for_by_days_where_its_list_is_short(
    monkeypatch: pytest.MonkeyPatch, typed: str, expected: int, by_days: bool
) -> None:
    an_article(1, title="Queues", text="queues", authors=["Ada Lovelace"])
    monkeypatch.setattr(paging, "days_are_known", lambda: True)
    listing = paging.Listing(
        Article.objects.live(),
        {},
        paging.NEWEST,
        parse_search(typed),
        None,
        paging.NO_DAYS,
    )

    found = paging.rows_on_days_of(listing, expected)

    assert (found is not None) is by_days
