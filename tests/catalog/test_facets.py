"""What the catalogue can be narrowed to, with counts that are exact, or that say what they are counts of."""

from datetime import UTC, datetime
from time import sleep
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client

from catalog import count_limits, facets
from catalog.models import Article
from catalog.search import newest, planner_stats
from tests.pages import WHEN, an_article

pytestmark = pytest.mark.django_db
LIMITS = facets.TOTAL_MS, facets.COUNT_MS, facets.FIND_ONE_MS, facets.ALL_BUDGET


@pytest.fixture(autouse=True)
def ample(monkeypatch: pytest.MonkeyPatch) -> None:
    """On whatever machine, with limits as of a large catalogue."""
    monkeypatch.setattr(count_limits, "SMALL_CATALOGUE_FACTOR", 1)
    limits(monkeypatch, 2000, 1000, 2000, newest.TimeBudget(2000, 2000, 2000))


def limits(monkeypatch: pytest.MonkeyPatch, *values: Any) -> None:
    for name, value in zip(
        ("TOTAL_MS", "COUNT_MS", "FIND_ONE_MS", "ALL_BUDGET"), values, strict=True
    ):
        monkeypatch.setattr(facets, name, value)


@pytest.fixture
def articles() -> None:
    an_article(1, tags=["python", "a&b"], runs=[1, 2], authors=["Ada"])
    an_article(
        2,
        language="de",
        code_languages=["python"],
        has_code=True,
        imports=["re"],
        runs=[2],
    )
    an_article(3, published=None, labels=["to read"], text="brokers")
    an_article(
        4,
        host="other.example",
        published=datetime(2020, 2, 29, tzinfo=UTC),
        tags=["python"],
    )
    Article.objects.filter(title="Article 3").update(
        original=Article.objects.get(title="Article 1")
    )


def counted(query: str) -> dict[str, list[tuple[str, int]] | None]:
    found = facets.facets(QueryDict(query), Article.objects.live())
    return {
        each.name: each.values and [(value.name, value.count) for value in each.values]
        for each in found
    }


def test_each_field_is_counted(articles: None) -> None:
    assert counted("") == {
        "source": [("blog.example", 3), ("other.example", 1)],
        "author": [("Ada", 1)],
        "language": [("en", 3), ("de", 1)],
        "month": [("2026-03", 2), ("2020-02", 1)],
        "tag": [("python", 2), ("a&b", 1)],
        "label": [("to read", 1)],
        "run": [("2", 2), ("1", 1)],
        "has_code": [("no", 3), ("yes", 1)],
        "code": [("python", 1)],
        "imports": [("re", 1)],
        "copies": [("unique", 2), ("copied", 1), ("copy", 1)],
        "license": [],
        "rights": [],
        "gone": [],
    }


def test_a_field_is_counted_without_its_own_filter_and_with_all_others(
    articles: None,
) -> None:
    found = counted("language=de&source=blog.example&before=x")
    assert found["language"] == [("de", 1), ("en", 2)]  # the chosen one first
    assert found["source"] == [("blog.example", 1)]
    assert found["tag"] == []
    assert counted("q=brokers&language=de")["language"] == [("en", 1)]
    assert counted("q=brokers&language=de")["tag"] == []


def test_a_chosen_value_is_shown_however_rare(articles: None) -> None:
    for number in range(20):
        an_article(10 + number, tags=[f"many {n}" for n in range(15)])
    chosen = facets.facets(QueryDict("tag=a%26b"), Article.objects.live())
    tags = next(facet for facet in chosen if facet.name == "tag").values or []
    assert (tags[0].name, tags[0].count, tags[0].selected, tags[0].query) == (
        "a&b",
        1,
        True,
        "",
    )
    assert [tag.selected for tag in tags[1:]] == [False] * 9


def test_what_is_deleted_is_not_counted(articles: None) -> None:
    an_article(9, deleted_at=WHEN, tags=["gone"])
    assert ("gone", 1) not in (counted("")["tag"] or [])


def test_of_many_only_the_newest_are_counted_and_it_is_said(
    articles: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "MAX_COUNTED", 2)
    found = {
        each.name: each
        for each in facets.facets(
            QueryDict("source=blog.example"), Article.objects.live()
        )
    }
    assert (found["language"].of, found["language"].counted) == ("newest", 2)
    assert [(value.name, value.count) for value in found["language"].values or []] == [
        ("de", 1),
        ("en", 1),
    ]


def test_a_count_that_takes_too_long_is_given_up(
    articles: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = facets.FIELDS | {"tag": facets.Field("Tag", "(SELECT 'x' FROM pg_sleep(5))")}
    monkeypatch.setattr(facets, "FIELDS", slow)
    assert set(counted("language=de").values()) == {None}


def test_of_a_small_catalogue_counts_wait_for_a_slow_machine(
    articles: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits(monkeypatch, *LIMITS)
    seconds = 3 * facets.TOTAL_MS / 1000
    slow = facets.Field("Tag", f"(SELECT 'x' FROM pg_sleep({seconds}))")
    monkeypatch.setattr(facets, "FIELDS", facets.FIELDS | {"tag": slow})
    assert counted("")["tag"] is None
    monkeypatch.setattr(count_limits, "SMALL_CATALOGUE_FACTOR", 1_000)
    assert counted("")["tag"] == [("x", 4)]
    monkeypatch.setattr(count_limits, "catalogue_size", lambda: 10_001)
    assert counted("")["tag"] is None


def test_of_a_large_catalogue_the_statistics_are_shown(
    articles: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(200):
        an_article(
            100 + number,
            language="en" if number % 4 else "de",
            tags=["python"] if number % 2 else [],
            has_code=bool(number % 5),
            runs=[1],
        )
    first = Article.objects.order_by("pk")[10]
    Article.objects.filter(pk__gt=first.pk, pk__lte=first.pk + 20).update(
        original=first
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalog_article")
    monkeypatch.setattr(facets, "MAX_COUNTED", 100)
    found = {
        each.name: each
        for each in facets.facets(QueryDict("sort=words"), Article.objects.live())
    }
    assert {each.of for each in found.values()} == {"about"}
    shown = {
        name: {value.name: value.count for value in each.values or []}
        for name, each in found.items()
    }
    assert shown["language"] == {"en": 150, "de": 51}
    assert shown["source"]["blog.example"] == 200
    assert shown["tag"]["python"] == 100
    assert shown["has_code"] == {"yes": 160, "no": 43}
    assert shown["run"]["1"] == 200
    assert "{}" not in shown["label"]
    assert shown["copies"]["copy"] == 21
    assert shown["month"]["2026-03"] == 2


def test_what_is_expected_is_told_of_each_also_where_nothing_can_fit(
    articles: None,
) -> None:
    nothing, every = Article.objects.none(), Article.objects.filter(pk__gt=0)
    [alone] = planner_stats.expected_rows(every)
    assert alone > 0
    assert planner_stats.expected_rows(
        nothing, every, nothing, every.filter(language="en", pk=1)
    ) == [
        0,
        # The table may have been analysed in between.
        pytest.approx(alone, rel=0.1),
        0,
        1,
    ]
    assert planner_stats.expected_rows(nothing) == [0]


@pytest.mark.parametrize(
    ("number", "shown"), [(0, 0), (7.4, 7), (1234, 1200), (987_654, 990_000)]
)
def test_an_estimate_has_two_figures(number: float, shown: int) -> None:
    assert planner_stats.two_figures(number) == shown


def test_the_part_of_the_page_says_what_its_numbers_are(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        an_article(number, tags=["a&b"])
    page = admin_client.get("/articles/facets?language=en").text
    assert 'href="/articles/?language=en&amp;tag=a%26b"' in page
    monkeypatch.setattr(facets, "MAX_COUNTED", 2)
    part = admin_client.get(
        "/articles/facets?source=blog.example", headers={"HX-Request": "true"}
    ).text
    assert "<html" not in part
    assert "of the newest 2" in part


def test_what_is_expected_is_told_where_the_database_sees_that_a_part_has_no_rows(
    articles: None,
) -> None:
    every = Article.objects.filter(pk__gt=0)
    nothing = every.filter(language="en").filter(language="de")
    two, three = (
        planner_stats.expected_rows(every, nothing),
        planner_stats.expected_rows(nothing, every, every),
    )
    assert (two[0] > 0, two[1]) == (True, planner_stats.expected_rows(nothing)[0])
    assert three[1:] == [two[0], two[0]]


@pytest.mark.parametrize(
    "query",
    [
        "language=en",
        "tag=a&language=en&source=blog.example&month=2026-03",
        "q=words&run=1",
    ],
)
def test_all_parts_of_the_facets_share_one_time(
    articles: None, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    limits(monkeypatch, *LIMITS)
    waited: list[float] = []

    def slow(milliseconds: float, _ask: Any) -> None:
        waited.append(milliseconds)
        sleep(max(0, milliseconds) / 1000)

    monkeypatch.setattr(newest, "with_statement_timeout", slow)
    monkeypatch.setattr(facets, "with_statement_timeout", slow)
    assert set(counted(query).values()) == {None}
    assert len(waited) >= 2
    assert sum(waited) <= facets.TOTAL_MS + facets.COUNT_MS


def alone(name: str, find: str = "", query: str = "") -> list[tuple[str, int]]:
    rows = Article.objects.live()
    found = facets.facet_values(name, QueryDict(query), rows, find)
    return [(value.name, value.count) for value in found.values or []]


def test_one_field_is_listed_whole_or_by_a_part_of_its_values(articles: None) -> None:
    for number in range(20):
        an_article(10 + number, tags=[f"Many {number:02}"], host=f"{number}.example")
    assert len(alone("tag")) == 22
    assert alone("tag", "many 1") == [(f"Many {number}", 1) for number in range(10, 20)]
    assert alone("tag", "%") == []
    assert alone("source", "OTHER") == [("other.example", 1)]
    assert alone("tag", query="language=de") == []


def test_of_a_large_catalogue_the_frequent_values_are_searched(
    articles: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"tag": [("python", 900), ("django", 80)]}
    monkeypatch.setattr(facets, "facet_estimates", lambda *_, **__: known)
    assert alone("tag", "DJ") == [("django", 80)]


def test_a_field_of_few_values_has_no_page_of_its_own(admin_client: Client) -> None:
    assert admin_client.get("/articles/facets/copies").status_code == 404
    page = admin_client.get("/articles/facets/tag?find=%3Cb%3E&language=en").text
    assert 'href="/articles/?language=en&amp;tag=%3Cb%3E"' in page
