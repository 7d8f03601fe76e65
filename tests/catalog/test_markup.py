"""Html is kept as what it has beside the text, and nobody who reads it sees that."""

import pytest
from backports import zstd
from django.db import connection

from catalog.markup import pack, unpack
from catalog.models import Article, ArticleVersion
from tests.pages import an_article

SENTENCES = [f"Sentence {n} says that {n * 7} is not {n * 11}." for n in range(60)]
TEXT = "\n\n".join(SENTENCES)
HTML = "".join(f"<p>{each}</p>" for each in SENTENCES) + "<p>Ünïcödé &amp; more</p>"


def kept(article: Article) -> bytes:
    """What the row holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT html FROM catalog_article WHERE id = %s", [article.pk])
        return bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("html", "text"),
    [(HTML, TEXT), (HTML, ""), (HTML, "words"), ("<p>a</p>", ""), ("", TEXT), ("", "")],
)
def test_html_comes_back_as_it_was(html: str, text: str) -> None:
    assert unpack(pack(html, text), text.encode()) == html


def test_html_of_another_text_is_an_error_and_not_other_html() -> None:
    other = TEXT.replace("says", "told")

    with pytest.raises(zstd.ZstdError):
        unpack(pack(HTML, TEXT), other.encode())


@pytest.mark.django_db
def test_the_row_holds_the_words_of_an_article_once() -> None:
    article = an_article(1, text=TEXT, html=HTML)

    assert len(kept(article)) < len(HTML) / 7


@pytest.mark.django_db
def test_every_way_to_read_html_gives_the_html() -> None:
    article = an_article(1, text=TEXT, html=HTML)
    short = an_article(2, text="Hi", html="<p>Hi</p>")
    rows = Article.objects.order_by("pk")

    assert [each.html for each in rows] == [HTML, short.html]
    assert list(rows.values_list("html", flat=True)) == [HTML, short.html]
    assert rows.only("html")[0].html == HTML
    assert rows.defer("html", "text")[0].html == HTML
    assert list(rows.values("html").union(rows.values("html"))) != []
    joined = Article.objects.select_related("original").get(pk=article.pk)
    assert joined.html == HTML


@pytest.mark.django_db
def test_html_follows_a_text_that_changes() -> None:
    article = Article.objects.get(pk=an_article(1, text=TEXT, html=HTML).pk)
    article.text = "Another text, with words of its own."
    article.save()
    article.refresh_from_db()

    assert article.html == HTML


@pytest.mark.django_db
def test_html_can_be_changed_alone() -> None:
    article = an_article(1, text=TEXT, html=HTML)

    Article.objects.filter(pk=article.pk).update(html=HTML + HTML)

    article.refresh_from_db()
    assert article.html == HTML + HTML


@pytest.mark.django_db
def test_a_version_keeps_html_beside_its_own_text() -> None:
    article = an_article(1)
    version = ArticleVersion.objects.create(
        article=article, title="x", text=TEXT, html=HTML, content_hash="x"
    )

    assert ArticleVersion.objects.select_related("article").get().html == HTML
    assert ArticleVersion.objects.filter(pk=version.pk, html__isnull=False).exists()
