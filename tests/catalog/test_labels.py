"""Labels that people give, and actions for what was ticked or for all that fits."""

from typing import Any

import pytest
from django.test import Client

from catalog import facets, labels, selection
from catalog.models import Article
from catalog.search import newest
from catalog.views import bulk
from tests.pages import WHEN, an_article

pytestmark = pytest.mark.django_db


def given() -> dict[str, list[str]]:
    return {article.title: article.labels for article in Article.objects.order_by("pk")}


def test_a_label_is_given_and_taken(admin_client: Client) -> None:
    first, second = an_article(1, tags=["web"]), an_article(2)
    page = admin_client.post(
        "/articles/label",
        {"id": [first.pk, second.pk], "label": " to   read "},
        follow=True,
    )
    assert "Label “to read” added to 2 articles." in page.text
    assert given() == {"Article 1": ["to read"], "Article 2": ["to read"]}
    admin_client.post(
        "/articles/label", {"id": [first.pk], "label": "to read", "remove": "on"}
    )
    assert given() == {"Article 1": [], "Article 2": ["to read"]}
    assert Article.objects.get(pk=first.pk).tags == ["web"]


def test_giving_it_twice_gives_it_once() -> None:
    article = an_article(1)
    assert (labels.add([article.pk], "x"), labels.add([article.pk], "x")) == (1, 0)
    assert (labels.remove([article.pk], "x"), labels.remove([article.pk], "x")) == (
        1,
        0,
    )


def test_there_is_a_most() -> None:
    article = an_article(1, labels=[str(number) for number in range(labels.MAX_LABELS)])
    assert labels.add([article.pk], "one more") == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("#python", "python"),
        ("a\tb\n c", "a b c"),
        ("\0\u202e", ""),
        ("x" * 200, "x" * 60),
        ("  ", ""),
        ("a&b", "a&b"),
    ],
)
def test_a_label_is_short_and_visible(typed: str, kept: str) -> None:
    assert labels.clean(typed) == kept


def test_nothing_typed_or_chosen_is_said(admin_client: Client) -> None:
    article = an_article(1)
    assert (
        "Enter a label"
        in admin_client.post("/articles/label", {"id": article.pk}, follow=True).text
    )
    assert (
        "No articles selected"
        in admin_client.post("/articles/label", {"label": "x"}, follow=True).text
    )


def test_labels_are_shown_and_lead_to_what_has_them(admin_client: Client) -> None:
    article = an_article(1, labels=["to read", "a&b"])
    for path in ("/articles/", "/articles/?view=table", f"/articles/{article.pk}/"):
        assert "label=a%26b" in admin_client.get(path).text, path


def test_the_reader_gives_labels_and_stays(admin_client: Client) -> None:
    article = an_article(1)
    sent = {"id": article.pk, "article": article.pk}
    assert (
        admin_client.post("/articles/label", {**sent, "label": "x"})["Location"]
        == f"/articles/{article.pk}/"
    )
    assert given() == {"Article 1": ["x"]}
    assert admin_client.post("/articles/delete", sent)["Location"] == "/articles/"
    assert (
        admin_client.post("/articles/label", {"article": "9" * 40})["Location"]
        == "/articles/"
    )


@pytest.fixture
def ten() -> list[Article]:
    return [
        an_article(number, language="de" if number < 7 else "en")
        for number in range(10)
    ]


def everything(query: str, upto: int, **more: Any) -> dict[str, Any]:
    return {"everything": "on", "query": query, "upto": upto, **more}


def test_all_that_fit_are_counted_before_anything_is_done(
    admin_client: Client, ten: list[Article]
) -> None:
    page = admin_client.get("/articles/all?language=de&sort=words&before=x").text
    assert "7 matching articles" in page
    assert "Delete 7 articles" in page
    assert 'name="query" value="language=de&amp;sort=words"' in page
    assert "1 matching article" in admin_client.get("/articles/all?q=title:9").text
    assert "0 matching articles" in admin_client.get("/articles/all?q=nowhere").text
    assert "Delete" not in admin_client.get("/articles/all?q=nowhere").text
    assert "Enter a valid date" in admin_client.get("/articles/all?since=x").text


def test_all_that_fit_are_labelled_and_deleted(
    admin_client: Client, ten: list[Article]
) -> None:
    admin_client.post(
        "/articles/label", everything("language=de", ten[-1].pk, label="x")
    )
    assert Article.objects.filter(labels=["x"]).count() == 7
    answer = admin_client.post("/articles/delete", everything("label=x", ten[-1].pk))
    assert answer["Location"] == "/articles/?label=x"
    assert Article.objects.live().count() == 3


def test_what_came_after_the_question_is_left_alone(
    admin_client: Client, ten: list[Article]
) -> None:
    later = an_article(99, language="de")
    admin_client.post("/articles/delete", everything("language=de", ten[-1].pk))
    assert [article.pk for article in Article.objects.live().filter(language="de")] == [
        later.pk
    ]


@pytest.mark.parametrize(
    "query", ["since=yesterday", "run=x", "source=nowhere.example"]
)
def test_a_filter_that_makes_no_sense_is_not_a_filter_for_all(
    admin_client: Client, ten: list[Article], query: str
) -> None:
    admin_client.post("/articles/delete", everything(query, ten[-1].pk))
    assert Article.objects.live().count() == 10


@pytest.mark.parametrize("upto", ["", "x", "-1", "9" * 30])
def test_without_an_end_nothing_is_chosen(
    admin_client: Client, ten: list[Article], upto: str
) -> None:
    admin_client.post(
        "/articles/delete", {"everything": "on", "query": "", "upto": upto}
    )
    assert Article.objects.live().count() == 10


def test_at_most_so_many_are_taken_at_once_the_newest(
    admin_client: Client, ten: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "MAX_SELECTED", 4)
    monkeypatch.setattr(bulk, "MAX_SELECTED", 4)
    page = admin_client.get("/articles/all").text
    assert "the newest 4;" in page
    assert "Delete 4 articles" in page
    admin_client.post("/articles/delete", everything("", ten[-1].pk))
    assert sorted(
        article.title for article in Article.objects.exclude(deleted_at=None)
    ) == [f"Article {number}" for number in range(4)]


def test_deleted_articles_are_never_chosen() -> None:
    gone = an_article(1, deleted_at=WHEN)
    assert labels.add([gone.pk], "x") == 0


def test_where_all_cannot_be_counted_in_time_those_that_were_found_are(
    admin_client: Client, ten: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MAX_COUNTED", 7)
    assert ">7 matching articles" in admin_client.get("/articles/all?language=de").text
    monkeypatch.setattr(bulk, "MAX_COUNTED", 6)
    assert (
        ">At least 6 matching articles"
        in admin_client.get("/articles/all?language=de").text
    )
    monkeypatch.setattr(bulk, "with_statement_timeout", lambda *_: None)
    monkeypatch.setattr(bulk, "SAMPLE_BUDGET", newest.TimeBudget(2000, 2000, 2000))
    assert ">7 matching articles" in admin_client.get("/articles/all?language=de").text
    monkeypatch.setattr(facets, "MAX_COUNTED", 4)
    page = admin_client.get("/articles/all?language=de").text
    assert "At least 4 matching articles" in page
    assert "The newest 5,000" not in page
    assert "Delete up to 5,000 articles" in page
    monkeypatch.setattr(bulk, "newest_of", lambda *_: ([], False))
    page = admin_client.get("/articles/all?language=de").text
    assert "matching article" not in page
    assert "Counting them took too long" in page
