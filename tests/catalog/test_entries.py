"""The pieces of a list's entries that are not made by templates."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation
from lxml import html

from catalog.models import Article, Mark, Source
from catalog.templatetags import entries

TITLE = 'A "title" with <b>tags</b> & more'


def an_article(**values: object) -> Article:
    source = Source(host="a.example", name="<i>A</i> blog")
    given = {"pk": 7, "source": source, "title": TITLE, "url": "https://a.example/7"}
    return Article(**{**given, "word_count": 2300, "quality": 1.0, **values})


def test_the_marks_say_what_a_press_does() -> None:
    article = an_article()
    article.mark = Mark(starred_at=timezone.now())
    shown = html.fromstring(entries.marks(article))
    buttons = shown.findall("button")
    assert [each.get("value") for each in buttons] == [
        "7 unstar",
        "7 archive",
        "7 read",
    ]
    assert [each.get("aria-pressed") for each in buttons] == ["true", "false", "false"]
    assert [each.get("aria-label") for each in buttons] == [
        f"{verb}: {TITLE}" for verb in ("Star", "Archive", "Read")
    ]
    assert {each.get("formaction") for each in buttons} == {"/articles/mark"}
    assert "data-unread" in shown.attrib
    assert "data-archived" not in shown.attrib


def test_what_was_read_and_archived_can_be_undone() -> None:
    article = an_article()
    article.mark = Mark(read_at=timezone.now(), archived_at=timezone.now())
    with translation.override("de"):
        shown = html.fromstring(entries.marks(article))
    _, archive, read = shown.findall("button")
    assert (archive.get("value"), read.get("value")) == ("7 unarchive", "7 unread")
    assert read.get("title") == "Als ungelesen markieren (m)"
    assert "data-archived" in shown.attrib
    assert "data-unread" not in shown.attrib


def test_the_line_about_an_article_names_what_is_known_of_it() -> None:
    published = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    article = an_article(
        authors=["Ann <script>"],
        published=published,
        published_offset=60,
        language="en",
        quality=0.5,
        quality_reasons=["one", "two", "three", "four"],
    )
    shown = html.fromstring(entries.about(article))
    said = [each.text_content() for each in shown.find_class("dot-before")]
    assert said == ["Ann <script>", "2026-03-05", "10 min", "en", "original"]
    assert shown.find_class("doubtful")[0].text == "Quality 0.50"
    assert "four" not in shown.find_class("doubtful")[0].get("title")
    assert shown.xpath(".//bdi")[0].text == "<i>A</i> blog"
    assert shown.find_class("dot-before")[2].get("title") == "2,300 words"


def test_what_is_not_known_has_no_place_in_the_line() -> None:
    shown = html.fromstring(entries.about(an_article(url="javascript:alert(1)")))
    said = [each.text_content() for each in shown.find_class("dot-before")]
    assert said == ["undated", "10 min", "original"]
    assert shown.find_class("doubtful") == []
    assert "javascript" not in html.tostring(shown, encoding="unicode")


def test_tags_and_labels_lead_to_their_articles() -> None:
    article = an_article(tags=["c++/cli", *"abcdefgh"], labels=["to read"])
    shown = html.fromstring(entries.tags(article))
    links = [(each.text_content(), each.get("href")) for each in shown.findall("a")]
    assert links[0] == ("to read", "/articles/?label=to%20read")
    assert links[1] == ("#c++/cli", "/articles/?tag=c%2B%2B%2Fcli")
    assert len(links) == 1 + entries.TAGS_SHOWN


@pytest.mark.parametrize("values", [{}, {"tags": [], "labels": []}])
def test_an_article_without_tags_has_no_line_for_them(values: dict) -> None:
    assert entries.tags(an_article(**values)) == ""
