"""Passages that somebody highlights: found again, one's own, exported."""

import pytest
from django.test import Client

from catalog.models import Passage
from catalog.reader import Quote, read
from pipeline.access.roles import Role
from tests.pages import WHEN, an_article
from tests.people import program, session

pytestmark = pytest.mark.django_db
TWICE = "<p>keep it, and <b>keep</b> it</p><ul><li>one</li><li>two</li></ul>"
Made = tuple[Client, int]


def marked(markup: str, *quotes: Quote) -> str:
    return read(markup, quotes=quotes).html


def test_of_two_places_the_nearer_one_is_marked() -> None:
    html = marked(TWICE, Quote(7, "keep it", 14))
    assert (
        '<p>keep it, and <b><mark class="passage" id="passage-7">keep</mark></b>'
        in html
    )
    assert '<mark class="passage" id="passage-7">keep it</mark>, and' in marked(
        TWICE, Quote(7, "keep it", 1)
    )


def test_a_passage_crosses_blocks_whatever_the_spaces() -> None:
    html = marked(TWICE, Quote(7, "it  one\n\ntwo", 0))
    assert html.count("<mark") == 3
    assert html.count('id="passage-7"') == 1
    assert "<ul><li><mark" in html


def test_what_is_not_there_is_told() -> None:
    reading = read(TWICE, quotes=[Quote(1, "gone", 0), Quote(2, "one", 0)])
    assert reading.found == {2}


def test_two_that_overlap_keep_every_word_once() -> None:
    plain = read(TWICE).html
    html = marked(TWICE, Quote(1, "keep it, and", 0), Quote(2, "and keep", 0))
    bare = html.replace('<mark class="passage">', "").replace("</mark>", "")
    for pk in (1, 2):
        bare = bare.replace(f'<mark class="passage" id="passage-{pk}">', "")
    assert bare == plain


@pytest.mark.parametrize(
    "markup", ["", "<p></p>", "<table><tr><td>x</td></tr></table>"]
)
def test_any_markup_survives(markup: str) -> None:
    assert "x" in marked(f"{markup}<p>x</p>", Quote(1, "x", 0))


def test_an_author_cannot_dress_as_a_reader() -> None:
    html = marked('<p><mark class="passage" id="passage-1">mine</mark></p>')
    assert "passage" not in html


def test_headings_are_named_once_and_few_are_no_contents() -> None:
    assert read("<h2>One</h2><h2>Two</h2>").headings == []
    reading = read('<p id="heading-1">x</p><h3>One</h3><h2> Two </h2><h2>Three</h2>')
    found = [(each.name, each.text, each.level) for each in reading.headings]
    assert found == [
        ("heading-1", "One", 2),
        ("heading-2", "Two", 1),
        ("heading-3", "Three", 1),
    ]
    assert reading.html.count('id="heading-1"') == 1


@pytest.fixture
def made() -> Made:
    """A reader, and the passage that they highlighted."""
    reader = session(Role.VIEWER)
    article = an_article(1, html=TWICE, title="A *title*")
    form = {"quote": " keep it ", "note": "Why?", "start": "3"}
    answer = reader.post(f"/articles/{article.pk}/highlights", form)
    passage = Passage.objects.get()
    assert answer["Location"] == f"/articles/{article.pk}/#passage-{passage.pk}"
    return reader, passage.pk


def test_a_highlight_is_ones_own(made: Made) -> None:
    reader, pk = made
    path = Passage.objects.get().article.get_absolute_url()
    other = session(Role.ADMIN)
    assert f'id="passage-{pk}"' in reader.get(path).text
    assert f'id="passage-{pk}"' not in other.get(path).text
    assert "keep it" not in other.get("/articles/highlights/").text
    assert "keep it" not in b"".join(other.get("/articles/highlights.md")).decode()
    for verb in ("note", "delete"):
        assert other.post(f"/articles/highlights/{pk}/{verb}").status_code == 404
    assert Passage.objects.get().note == "Why?"


def test_a_note_is_changed_and_a_highlight_deleted(made: Made) -> None:
    reader, pk = made
    reader.post(f"/articles/highlights/{pk}/note", {"note": "Because."})
    assert Passage.objects.get().note == "Because."
    assert reader.post(f"/articles/highlights/{pk}/burn").status_code == 404
    reader.post(f"/articles/highlights/{pk}/delete")
    assert not Passage.objects.exists()


def test_highlights_are_exported_as_markdown(made: Made) -> None:
    reader, _ = made
    text = b"".join(reader.get("/articles/highlights.md")).decode()
    assert text == (
        "## A \\*title\\*\n\nblog.example, 2026-03-13, <https://blog.example/1/>\n\n"
        "> keep it\n\nWhy?\n\n"
    )
    assert not b"".join(reader.get("/articles/highlights.md?article=999"))


def test_what_cannot_be_kept_is_said(made: Made) -> None:
    reader, _ = made
    path = Passage.objects.get().article.get_absolute_url() + "highlights"
    page = reader.post(path, {"quote": "  ", "start": "x"}, follow=True).text
    assert "Select some text of the article, or paste it." in page
    reader.post(path, {"quote": "y" * 9000, "start": "9" * 30})
    assert len(Passage.objects.order_by("pk").last().quote) == 5000  # type: ignore[union-attr]


def test_a_highlight_that_lost_its_place_says_so(made: Made) -> None:
    reader, _ = made
    article = Passage.objects.get().article
    article.html = "<p>other words</p>"
    article.save()
    assert "No longer in the text" in reader.get(article.get_absolute_url()).text
    article.deleted_at = WHEN
    article.save()
    assert "No highlights" in reader.get("/articles/highlights/").text


def test_a_program_highlights_for_its_user(made: Made) -> None:
    article = Passage.objects.get().article
    viewer = program(Role.VIEWER)
    path = f"/api/articles/{article.pk}/highlights"
    answer = viewer.post(path, {"quote": "one"}, "application/json")
    assert answer.status_code == 201
    first, second = viewer.get("/api/highlights").json()["items"]
    assert (first["quote"], first["article"]) == ("one", article.pk)
    assert (second["quote"], second["note"]) == ("keep it", "Why?")
    mine = f"/api/highlights/{first['id']}"
    admin = program(Role.ADMIN)
    assert admin.get("/api/highlights").json()["items"] == []
    assert admin.delete(mine).status_code == 404
    assert viewer.delete(mine).status_code == 204
    assert viewer.post(path, {"quote": " "}, "application/json").status_code == 422
