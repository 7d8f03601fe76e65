"""Which articles each filter leaves."""

from datetime import UTC, datetime

import pytest
from django.http import QueryDict

from catalog.filters import ArticleFilter
from catalog.models import Article
from tests.pages import WHEN, an_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles() -> None:
    an_article(
        1,
        title="Queues in Python",
        tags=["python", "a&b"],
        authors=["Ada Lovelace"],
        word_count=50,
    )
    an_article(
        2,
        title="Files und Ströme",
        language="de",
        text="queues and brokers",
        word_count=500,
        has_code=True,
        code_languages=["python"],
        imports=["re", "numpy"],
        labels=["to read"],
    )
    an_article(
        3,
        title="Undated",
        published=None,
        published_precision="",
        authors=["Bo", "Ada Lovelace"],
    )
    an_article(
        4,
        host="other.example",
        title="Old",
        published=datetime(2020, 2, 29, 23, 59, tzinfo=UTC),
        tags=["python"],
        runs=[7, 8],
    )
    Article.objects.filter(title="Queues in Python").update(runs=[8])
    Article.objects.filter(title="Undated").update(
        original=Article.objects.get(title="Queues in Python")
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
        ("has_code=yes", {2}),
        ("has_code=no", {1, 3, 4}),
        ("imports=numpy", {2}),
        ("imports=num", set()),
        ("label=to+read", {2}),
        ("run=7", {4}),
        ("run=8", {1, 4}),
        ("copies=copy", {3}),
        ("copies=copied", {1}),
        ("copies=unique", {2, 4}),
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
def test_each_filter_leaves_what_it_should(
    articles: None, query: str, left: set[int]
) -> None:
    found = ArticleFilter(QueryDict(query), Article.objects.all()).qs
    assert {int(article.url.split("/")[3]) for article in found} == left


@pytest.mark.parametrize(
    "query",
    [
        "source=unknown.example",
        "since=yesterday",
        "words_from=-1",
        "words_to=99999999999999999999",
        "since=0000-00-00",
        "run=0",
        "run=x",
        "run=1e300",
        "has_code=maybe",
        "copies=many",
        "q=" + "x" * 501,
    ],
)
def test_a_value_that_makes_no_sense_is_said(query: str) -> None:
    assert not ArticleFilter(QueryDict(query), Article.objects.all()).is_valid()


def test_an_article_whose_copies_were_deleted_has_none() -> None:
    first, second = an_article(1), an_article(2)
    an_article(3, original=first)
    an_article(4, original=second, deleted_at=WHEN)
    found = {
        how: set(
            ArticleFilter({"copies": how}, Article.objects.live()).qs.values_list(
                "title", flat=True
            )
        )
        for how in ("copied", "copy", "unique")
    }
    assert found == {
        "copied": {"Article 1"},
        "copy": {"Article 3"},
        "unique": {"Article 2"},
    }
