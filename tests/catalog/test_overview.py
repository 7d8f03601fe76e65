"""The catalogue in a few numbers."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog import overview as kept
from catalog.models import Article, KeptOverview
from catalog.overview import WEEKS_SHOWN, keep_overview, monday, newest, overview
from tests.pages import an_article

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)  # a Wednesday


def test_an_empty_catalogue_has_no_chart() -> None:
    found = overview(NOW)
    assert (found.articles, found.sources, found.added_lately, found.weeks) == (
        0,
        0,
        0,
        [],
    )


def test_articles_are_counted_by_the_week_they_were_published_in() -> None:
    for number, published in enumerate(
        [
            datetime(2026, 3, 16, tzinfo=UTC),  # this Monday
            datetime(2026, 3, 15, 23, tzinfo=UTC),  # the Sunday before it
            datetime(2026, 3, 9, tzinfo=UTC),
            datetime(2001, 1, 1, tzinfo=UTC),  # too long ago for the chart
            datetime(2031, 1, 1, tzinfo=UTC),  # not yet
            None,
        ]
    ):
        an_article(number, published=published)
    an_article(
        9, published=datetime(2026, 3, 16, tzinfo=UTC), deleted_at=NOW, host="b.example"
    )
    found = overview(NOW)
    assert (found.articles, found.sources) == (6, 2)
    assert len(found.weeks) == WEEKS_SHOWN
    assert [week.articles for week in found.weeks][-2:] == [2, 1]
    assert sum(week.articles for week in found.weeks) == 3
    assert found.weeks[-1].begins_on == date(2026, 3, 16)


def test_the_chart_ends_with_the_newest_article() -> None:
    an_article(1, published=datetime(2019, 5, 15, tzinfo=UTC))
    weeks = overview(NOW).weeks
    assert (weeks[-1].begins_on, weeks[-1].articles) == (date(2019, 5, 13), 1)


@pytest.mark.parametrize("fresh", [0, 1, 4, 7])
def test_what_was_added_lately_is_counted_along_the_ids(fresh: int) -> None:
    rows = [an_article(number) for number in range(7)]
    for row in rows[: 7 - fresh]:
        moment = NOW - timedelta(days=30)
        Article.objects.filter(pk=row.pk).update(first_seen_at=moment)
    for row in rows[7 - fresh :]:
        moment = NOW - timedelta(days=1)
        Article.objects.filter(pk=row.pk).update(first_seen_at=moment)
    assert overview(NOW).added_lately == fresh


def test_a_large_catalogue_is_counted_beforehand_and_not_for_a_reader(
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    an_article(1, published=NOW)
    keep_overview(NOW)
    assert not KeptOverview.objects.exists()  # few enough to count them for each reader
    monkeypatch.setattr(kept, "LARGE", 0)
    keep_overview(NOW)
    counted = overview(NOW)
    assert (counted.articles, counted.sources, counted.weeks[-1].articles) == (1, 1, 1)
    an_article(2, published=NOW)
    keep_overview(NOW + timedelta(seconds=59))
    with django_assert_num_queries(2):
        assert overview(NOW) == counted
    keep_overview(NOW + timedelta(seconds=61))
    assert overview(NOW).articles == 2
    assert overview(NOW) == kept._count(NOW)


def test_the_newest_are_those_that_were_added_last() -> None:
    old, deleted, new = (an_article(number) for number in (3, 2, 1))
    Article.objects.filter(pk=deleted.pk).update(deleted_at=NOW)
    assert newest(5) == [new, old]


def test_a_week_begins_on_monday() -> None:
    assert monday(NOW) == date(2026, 3, 16)
    assert monday(datetime(2026, 3, 15, tzinfo=UTC)) == date(2026, 3, 9)
