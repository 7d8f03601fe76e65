"""Which articles each filter leaves, and in which pages."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import QueryDict

from catalog.facets import facets
from catalog.filters import ArticleFilter
from catalog.models import Article
from catalog.paging import SIZE, dated_page, page_of
from tests.pages import an_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles() -> None:
    an_article(1, title="Queues in Python", tags=["python", "a&b"], authors=["Ada Lovelace"], word_count=50)
    an_article(
        2, title="Files und Ströme", language="de", text="queues and brokers", word_count=500, code_languages=["python"]
    )
    an_article(3, title="Undated", published=None, published_precision="", authors=["Bo", "Ada Lovelace"])
    an_article(
        4, host="other.example", title="Old", published=datetime(2020, 2, 29, 23, 59, tzinfo=UTC), tags=["python"]
    )


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", {1, 2, 3, 4}),
        ("source=other.example", {4}),
        ("source=blog.example&tag=python", {1}),
        ("author=Ada+Lovelace", {1, 3}),
        ("author=Ada", set()),
        ("tag=a%26b", {1}),
        ("language=de", {2}),
        ("since=2020-03-01", {1, 2}),
        ("until=2020-02-29", {4}),
        ("since=2020-02-29&until=2020-02-29", {4}),
        ("month=2020-02", {4}),
        ("month=2020-03", set()),
        ("code=python", {2}),
        ("until=9999-12-31", {1, 2, 4}),
        ("month=9999-12", set()),
        ("since=0001-01-01", {1, 2, 4}),
        ("words_from=100", {2, 3, 4}),
        ("words_to=99", {1}),
        ("words_from=50&words_to=50", {1}),
        ("q=queues", {1, 2}),
        ("q=queues+-brokers", {1}),
        ("q=%22queues+and+brokers%22", {2}),
        ("q=undated+or+old", {3, 4}),
        ("q=title:queues", {1}),
        ("q=title:%22queues+python%22", {1}),
        ("q=title:brokers", set()),
        ("q=author:lovelace", {1, 3}),
        ("q=author:%22ada+l%22+queues", {1}),
        ("q=title:queues+-python", set()),
        ("q=title:%27%29%3A%2A", set()),
        ("q=author:%25", set()),
        ("q=%27%3B+drop+table--+%26%7C%21%28", set()),
    ],
)
def test_each_filter_leaves_what_it_should(articles: None, query: str, left: set[int]) -> None:
    found = ArticleFilter(QueryDict(query), Article.objects.all()).qs
    assert {int(article.url.split("/")[3]) for article in found} == left


@pytest.mark.parametrize(
    "query",
    ["source=unknown.example", "since=yesterday", "words_from=-1", "words_to=99999999999999999999", "since=0000-00-00"],
)
def test_a_value_that_makes_no_sense_is_said(query: str) -> None:
    assert not ArticleFilter(QueryDict(query), Article.objects.all()).is_valid()


def all_pages() -> list[int]:
    """The ids of all pages, from the first to the last."""
    page = dated_page(Article.objects.all(), {})
    walked = [article.pk for article in page.rows]
    while page.older:
        page = dated_page(Article.objects.all(), {"before": page.older})
        walked += [article.pk for article in page.rows]
    return walked


def test_pages_show_every_article_once_those_without_a_date_last() -> None:
    for number in range(2 * SIZE + 7):
        same_moment = datetime(2025, 1, 1 + number // 10, tzinfo=UTC)
        an_article(number, published=None if number % 9 == 0 else same_moment)
    walked = all_pages()
    assert len(walked) == len(set(walked)) == 2 * SIZE + 7
    dated = [Article.objects.get(pk=pk).published for pk in walked]
    with_date = [date for date in dated if date]
    assert with_date == sorted(with_date, reverse=True)
    assert dated[len(with_date) :] == [None] * (len(dated) - len(with_date))


def test_going_back_shows_the_same_pages() -> None:
    for number in range(2 * SIZE):
        an_article(number, published=None if number % 7 == 0 else datetime(2025, 1, 1, tzinfo=UTC))
    first = dated_page(Article.objects.all(), {})
    second = dated_page(Article.objects.all(), {"before": first.older})
    back = dated_page(Article.objects.all(), {"after": second.newer})
    assert [a.pk for a in back.rows] == [a.pk for a in first.rows]


@pytest.mark.parametrize(
    "key", ["", "nonsense", "2025-01-01_", "_5", "2025-99-99T00:00:00+00:00_5", "undated_" + "9" * 30]
)
def test_a_mistyped_page_is_the_first_one(key: str) -> None:
    an_article()
    assert len(dated_page(Article.objects.all(), {"before": key}).rows) == 1


def counted(query: str) -> dict[str, dict[str, Any]]:
    found = facets(QueryDict(query), Article.objects.all())
    shown = [facet for facet in found if facet.name in ("source", "language")]
    return {facet.name: {value.name: (value.count, value.chosen) for value in facet.values or []} for facet in shown}


def test_facets_count_without_their_own_filter(articles: None) -> None:
    assert counted("") == {
        "source": {"blog.example": (3, False), "other.example": (1, False)},
        "language": {"en": (3, False), "de": (1, False)},
    }
    assert counted("language=de") == {
        "source": {"blog.example": (1, False)},
        "language": {"en": (3, False), "de": (1, True)},
    }
    assert counted("q=queues&language=en")["language"] == {"en": (1, True), "de": (1, False)}


def test_facets_of_lists_and_months(articles: None) -> None:
    found = {facet.name: facet.values for facet in facets(QueryDict(""), Article.objects.all())}
    assert [(value.name, value.count) for value in found["tag"] or []] == [("python", 2), ("a&b", 1)]
    assert [(value.name, value.count) for value in found["month"] or []] == [("2026-03", 2), ("2020-02", 1)]
    assert [(value.name, value.count) for value in found["code"] or []] == [("python", 1)]


@pytest.mark.parametrize(("sort", "first"), [("newest", 1), ("oldest", 4), ("gathered", 4), ("nonsense", 1)])
def test_the_order_can_be_chosen(articles: None, sort: str, first: int) -> None:
    page = page_of(Article.objects.all(), {"sort": sort})
    assert page.rows[0].url.endswith(f"/{first}/")
