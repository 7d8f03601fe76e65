"""How values are shown."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.templatetags import gleaner
from catalog.templatetags.gleaner import ago, day, lately, letter
from pipeline.core.records import OF_NO_RULE
from tests.pages import an_article


def said(element: str) -> str:
    return re.sub("<[^>]+>", "", element).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "just now"),
        (65, "1 minute ago"),
        (3 * 3600 + 5, "3 hours ago"),
        (86_400 * 9, "1 week ago"),
    ],
)
def test_a_moment_is_told_by_how_long_ago_it_was(seconds: int, words: str) -> None:
    moment = timezone.now() - timedelta(seconds=seconds)
    assert said(ago(moment)) == words
    assert f'datetime="{moment.isoformat()}"' in ago(moment)


def test_what_is_not_lately_is_told_by_its_day() -> None:
    old = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
    assert said(lately(old)) == said(day(old)) == "2026-03-14"
    assert said(lately(timezone.now() - timedelta(days=3))) == "3 days ago"
    tomorrow = timezone.now() + timedelta(days=1)
    assert lately(tomorrow) == day(tomorrow), "a clock that goes wrong is not hidden"


def test_a_blog_has_a_letter_of_its_colour() -> None:
    assert said(letter("www.Python.example")) == "P"
    assert letter("a.example") == letter("www.a.example")
    assert "<b>" not in letter("<b>")
    assert said(letter("")) == ""


def test_names_of_no_rule_are_those_of_the_record() -> None:
    assert gleaner.OF_NO_RULE == OF_NO_RULE


@pytest.mark.django_db
def test_what_a_full_list_has_no_room_for_is_counted(admin_client: Client) -> None:
    more = {"kind": "block", "words": "", "word_count": 80, "rule": "not-listed"}
    more |= {"reason": "9 more blocks were left out; a list holds 60.", "blocks": 9}
    listed = {"kind": "list", "words": "Home", "word_count": 1, "rule": "navigation"}
    article = an_article(1, left_out=[listed, more])
    page = admin_client.get(article.get_absolute_url()).text
    assert "10 blocks of the page are not in the article" in page
    assert "9 more blocks were left out" in page


@pytest.mark.django_db
def test_what_was_left_out_is_shown_beside_the_article(admin_client: Client) -> None:
    block = {
        "kind": "list",
        "words": "<b>Home</b>",
        "word_count": 2,
        "rule": "share-buttons",
        "reason": "Links.",
    }
    article = an_article(1, left_out=[block] * 7)
    page = admin_client.get(article.get_absolute_url()).text
    assert "7 blocks of the page are not in the article" in page
    assert "Share buttons" in page
    assert "&lt;b&gt;Home&lt;/b&gt;" in page
    assert (
        "not in the article"
        not in admin_client.get(an_article(2).get_absolute_url()).text
    )
