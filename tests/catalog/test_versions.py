"""How one version of an article became the next."""

import pytest
from django.test import Client

from catalog.models import ArticleVersion
from catalog.versions import Piece, difference
from tests.pages import an_article


def test_it_works() -> None:
    assert difference("one two three", "one 2 three") == [
        Piece("same", "one "), Piece("gone", "two "), Piece("new", "2 "), Piece("same", "three"),
    ]  # fmt: skip


def test_long_stretches_that_stayed_are_cut() -> None:
    long = " ".join(f"w{n}" for n in range(100))

    kinds = [piece.kind for piece in difference(long + " end", long + " END")]

    assert kinds == ["same", "cut", "same", "gone", "new"]


def test_the_same_text_twice_differs_in_nothing() -> None:
    assert {piece.kind for piece in difference("a b", "a b")} == {"same"}


@pytest.mark.django_db
def test_the_page_shows_each_change_and_runs_nothing_of_it(
    admin_client: Client,
) -> None:
    article = an_article(text="now it is <script>alert(1)</script> so")
    ArticleVersion.objects.create(
        article=article,
        title=article.title,
        text="then it was so",
        html="",
        content_hash="x",
    )

    page = admin_client.get(f"/articles/{article.pk}/versions").content.decode()

    assert "<del>" in page
    assert "<script>alert" not in page


@pytest.mark.django_db
def test_an_article_without_versions_says_so(admin_client: Client) -> None:
    assert (
        b"has not changed"
        in admin_client.get(f"/articles/{an_article().pk}/versions").content
    )
