"""Fields in the search box: filters that are typed, and completed while typing."""

from datetime import date

import pytest
from django.http import QueryDict
from django.test import Client

from catalog.search_fields import FILTERS, HELP, SEARCHED, applied, parse, recent_dates
from tests.pages import an_article


@pytest.mark.parametrize(
    ("text", "words", "filters"),
    [
        ("a source:blog.example b", "a b", {"source": "blog.example"}),
        ('tag:"two words" x', "x", {"tag": "two words"}),
        ("LANG:de is:UNREAD", "", {"language": "de", "state": "unread"}),
        ("date:2026", "", {"since": "2026-01-01", "until": "2026-12-31"}),
        ("date:2026-03", "", {"month": "2026-03"}),
        ("date:2026-03-14", "", {"since": "2026-03-14", "until": "2026-03-14"}),
        ("date:2026-03-01..", "", {"since": "2026-03-01"}),
        ("date:..2026-03-01", "", {"until": "2026-03-01"}),
        ("a source: b", "a b", {}),
        ("title:a author:b -c", "title:a author:b -c", {}),
        ('"x source:y" z', '"x source:y" z', {}),
        ("https://a.example/ std::vector", "https://a.example/ std::vector", {}),
        ("x:y", "x:y", {}),
    ],
)
def test_what_is_typed_is_split(text: str, words: str, filters: dict[str, str]) -> None:
    typed = parse(text)
    assert (typed.words, typed.filters) == (words, filters)


def test_a_field_that_there_is_not_is_told() -> None:
    assert parse("foo:a bar:b foo:c title:x a:").unknown == ("foo", "bar")
    assert parse('"foo:a" https://x.example/').unknown == ()


def test_every_field_is_explained() -> None:
    assert set(HELP) == {*FILTERS, *SEARCHED} - {"language"}


def test_typed_filters_take_the_place_of_those_of_the_address() -> None:
    query = QueryDict("q=x+tag:a&tag=b&sort=words&before=9")
    new = applied(query)
    assert new is not None
    assert new.dict() == {"q": "x", "tag": "a", "sort": "words"}
    assert applied(QueryDict("q=x&tag=b")) is None


def test_dates_that_are_often_meant() -> None:
    assert recent_dates(date(2026, 1, 9)) == ["2026-01", "2025-12", "2026", "2025"]


@pytest.mark.django_db
def test_the_list_goes_to_the_address_of_the_filters(admin_client: Client) -> None:
    an_article(1, tags=["x"])
    answer = admin_client.get("/articles/?q=words+tag:x&view=table")
    assert answer["Location"] == "/articles/?q=words&view=table&tag=x"
    page = admin_client.get("/articles/?q=foo:bar").text
    assert "Unknown field: <bdi>foo:</bdi>" in page
    assert (
        "Source: Select a valid choice"
        in admin_client.get("/articles/?q=source:nowhere.example", follow=True).text
    )


def completed(client: Client, text: str) -> list[str]:
    items = client.get("/articles/complete.json", {"q": text}).json()["items"]
    return [item["text"] for item in items]


@pytest.mark.django_db
def test_fields_and_values_are_completed(admin_client: Client) -> None:
    an_article(1, host="blog.example", tags=["two words", 'quo"te'], language="en")
    an_article(2, host="other.example", authors=["Ada Byron"])
    assert completed(admin_client, "words so") == ["source:"]
    assert completed(admin_client, "x source:OTH") == ["source:other.example"]
    assert completed(admin_client, "tag:") == ['tag:"two words"']
    assert completed(admin_client, "author:by") == ['author:"Ada Byron"']
    assert completed(admin_client, "lang:e") == ["lang:en"]
    assert completed(admin_client, "is:st") == ["is:starred"]
    assert len(completed(admin_client, "date:")) == 4
    assert completed(admin_client, "foo:x") == completed(admin_client, "") == []
    answer = admin_client.get("/articles/complete.json", {"q": "foo:x"}).json()
    assert answer["unknown"] == ["foo"]
