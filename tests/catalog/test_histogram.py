"""When the articles of a list were published, in bars that lead to those of their time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from catalog import histogram
from catalog.models import Article
from tests.pages import an_article

pytestmark = pytest.mark.django_db


def bars(query: str = "") -> list[tuple[str, int]]:
    found = histogram.histogram(QueryDict(query), Article.objects.live())
    return [(bar.label, bar.number) for bar in found.bars] if found else []


def at(number: int, *moment: int, **values: Any) -> None:
    an_article(number, published=datetime(*moment, tzinfo=UTC), **values)


def test_days_months_or_years_as_the_time_is_long() -> None:
    at(1, 2026, 3, 14)
    at(2, 2026, 3, 14)
    at(3, 2026, 3, 16)
    assert bars() == [("2026-03-14", 2), ("2026-03-15", 0), ("2026-03-16", 1)]
    at(4, 2026, 1, 1)
    assert bars() == [("January 2026", 1), ("February 2026", 0), ("March 2026", 3)]
    at(5, 2016, 1, 1)
    assert bars()[0] == ("2016", 1)
    assert bars()[-1] == ("2026", 4)
    assert len(bars()) == 11


def test_dates_that_cannot_be_true_do_not_stretch_it() -> None:
    at(1, 2026, 3, 14)
    at(2, 2025, 3, 14)
    at(3, 3026, 3, 14)
    at(4, 1, 1, 2)
    an_article(5, published=None)
    assert len(bars()) == 60
    assert bars()[-1] == ("2026", 1)


def test_other_filters_count_and_days_do_not() -> None:
    at(1, 2026, 3, 14, language="de")
    at(2, 2026, 3, 16, language="de")
    at(3, 2026, 1, 1)
    assert bars("language=de&since=2026-03-16") == bars("language=de")
    assert len(bars("language=de")) == 3
    assert bars("language=fr") == []
    at(4, 2026, 3, 14, language="fr")
    assert bars("language=fr") == [], "one bar tells nothing"


def test_a_bar_leads_to_its_time_and_what_is_chosen_is_marked() -> None:
    at(1, 2026, 3, 14)
    at(2, 2026, 1, 1)
    query = QueryDict("tag=&language=en&month=2026-03&before=9")
    found = histogram.histogram(query, Article.objects.live())
    assert found is not None
    march = found.bars[-1]
    assert march.query == "tag=&language=en&since=2026-03-01&until=2026-03-31"
    assert [bar.selected for bar in found.bars] == [False, False, True]
    assert (march.height, march.y, march.x) == (48, 0, 20)


def test_of_a_large_catalogue_the_statistics_are_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = timezone.now()
    moments = [now - timedelta(days=30 * number) for number in range(100, -1, -1)]
    monkeypatch.setattr(histogram, "catalogue_size", lambda: 1_000_000)
    monkeypatch.setattr(histogram.dates, "bounds", lambda: moments)
    found = histogram.histogram(QueryDict(""), Article.objects.live())
    assert found is not None
    assert found.of == "about"
    assert 999_000 < sum(bar.number for bar in found.bars) < 1_001_000


def test_it_is_a_part_of_the_list_and_a_page(admin_client: Client) -> None:
    assert "No dates to show." in admin_client.get("/articles/histogram").text
    at(1, 2026, 3, 14)
    at(2, 2026, 3, 16)
    page = admin_client.get("/articles/histogram").text
    assert 'aria-label="2026-03-14: 1 article"' in page
    part = admin_client.get("/articles/histogram", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "<title" not in part, "htmx would take it for the page's"
