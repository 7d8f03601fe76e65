"""The catalogue's pages."""

import pytest
from django.test import Client

from catalog.models import Article
from tests.pages import WHEN, an_article
from tools.big.timing import counted

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>\u202e" + "x" * 5000


def test_an_empty_catalogue_says_what_to_do(admin_client: Client) -> None:
    page = admin_client.get("/articles/").text
    assert "The catalogue is empty" in page
    assert "Start a crawl" in page
    assert "No articles match" in admin_client.get("/articles/?q=nothing").text


def test_articles_are_listed_newest_first_with_facets(admin_client: Client) -> None:
    an_article(2)
    an_article(1)
    an_article(3, host="other.example", published=None)
    an_article(4, deleted_at=WHEN)
    answer = admin_client.get("/articles/")
    assert [article.title for article in answer.context["page"].rows] == [
        "Article 1",
        "Article 2",
        "Article 3",
    ]
    assert "other.example" in answer.text


def test_what_is_long_is_cut_and_stays_escaped(admin_client: Client) -> None:
    an_article(1, title="<b>" + "t" * 300, tags=["a&b" * 20])
    for view in ("", "table"):
        page = admin_client.get("/articles/", {"view": view}).text
        assert f"<bdi>&lt;b&gt;{'t' * 100}" in page
        assert "t…</bdi>" in page
        assert "<b>t" not in page
    assert "#<bdi>" + "a&amp;b" * 13 + "…</bdi>" in admin_client.get("/articles/").text


def test_the_filter_is_in_the_address_and_can_be_taken_off(
    admin_client: Client,
) -> None:
    an_article(1, tags=["a&b"])
    an_article(2)
    answer = admin_client.get("/articles/?tag=a%26b&language=en")
    assert len(answer.context["page"].rows) == 1
    assert (
        'href="?language=en" aria-label="Remove the filter Tag: a&amp;b"' in answer.text
    )
    assert "articles.csv?tag=a%26b&amp;language=en" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        *(
            "?since=yesterday",
            "?words_from=x",
            "?source=unknown",
            "?before=x",
            "?after=9",
            "?q=%22",
            "?tag=%27",
        ),
        *(
            "?language=" + "x" * 4000,
            "?q=" + "word+" * 800,
            "?page=-1",
            "?q=a&before=99999999",
            "?author[]=x",
            "?tag=%27",
        ),
    ],
)
def test_no_query_breaks_the_page(admin_client: Client, query: str) -> None:
    an_article()
    assert admin_client.get("/articles/" + query).status_code == 200


def test_a_query_with_nul_is_refused(admin_client: Client) -> None:
    assert admin_client.get("/articles/?q=%00").status_code == 400


def test_a_filter_that_makes_no_sense_is_said(admin_client: Client) -> None:
    assert (
        "Published from: Enter a valid date."
        in admin_client.get("/articles/?since=yesterday").text
    )


def test_an_article_is_read_with_where_it_comes_from(admin_client: Client) -> None:
    article = an_article(
        2,
        html='<p>Hello</p><pre><code class="language-python">import this</code></pre>',
        quality_reasons=["has a date"],
        methods={"title": "og:title"},
        tags=["zen"],
        published_precision="day",
    )
    an_article(1)
    an_article(3)
    page = admin_client.get(f"/articles/{article.pk}/").text
    for said in (
        "<p>Hello</p>",
        "tok-kn",
        "og:title",
        "has a date",
        "?tag=zen",
        "to the day",
        "Article 1",
        "Article 3",
    ):
        assert said in page


def test_a_deleted_article_is_not_there(admin_client: Client) -> None:
    assert (
        admin_client.get(f"/articles/{an_article(deleted_at=WHEN).pk}/").status_code
        == 404
    )
    assert admin_client.get("/articles/999999999999/").status_code == 404


def test_a_hostile_article_neither_runs_nor_breaks_a_page(admin_client: Client) -> None:
    article = an_article(
        1,
        title=EVIL,
        url="javascript:alert(1)",
        authors=[EVIL],
        tags=[EVIL, "a/b?c#d&e=f%"],
        html=EVIL,
        excerpt=EVIL,
        image="javascript:alert(1)",
        quality_reasons=[EVIL],
        methods={EVIL: EVIL},
        code_languages=[EVIL],
    )
    for path in (
        "/articles/",
        f"/articles/{article.pk}/",
        f"/articles/{article.pk}/journeys/",
    ):
        page = admin_client.get(path).text
        assert "<script>alert" not in page
        assert 'href="javascript:' not in page
        assert page.rstrip().endswith("</html>")


def test_every_page_forbids_what_it_does_not_use(admin_client: Client) -> None:
    policy = admin_client.get(f"/articles/{an_article().pk}/")[
        "Content-Security-Policy"
    ]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "/articles/?q=words&language=en",
        "/articles/?q=title:article+words&sort=words",
        "/articles/facets?q=words&language=en&source=1.example&tag=x",
        "/articles/all?q=words",
        "/articles/views/",
    ],
)
def test_a_page_asks_the_database_seldom(admin_client: Client, path: str) -> None:
    for number in range(30):
        an_article(number, host=f"{number}.example")
    with counted() as asked:
        assert admin_client.get(path).status_code == 200
    assert len(asked.seen) <= 15, asked.seen


def test_facets_lead_back_to_the_list(admin_client: Client) -> None:
    an_article(1, tags=["a&b"])
    an_article(2)
    page = admin_client.get("/articles/facets?language=en").text
    assert 'href="/articles/?language=en&amp;tag=a%26b"' in page
    part = admin_client.get("/articles/facets", headers={"HX-Request": "true"}).text
    assert "<html" not in part


def test_the_table_is_sorted_by_its_heads(admin_client: Client) -> None:
    for number in range(3):
        an_article(number, word_count=100 * number)
    page = admin_client.get("/articles/?view=table&language=en").text
    assert (
        'aria-sort="descending"><a href="?view=table&amp;language=en&amp;sort=oldest">Published'
        in page
    )
    assert (
        '<th scope="col" class="number"><a href="?view=table&amp;language=en&amp;sort=words">Words'
        in page
    )
    page = admin_client.get("/articles/?view=table&sort=words").text
    assert (
        'aria-sort="descending" class="number"><a href="?view=table&amp;sort=shortest">Words'
        in page
    )
    page = admin_client.get("/articles/?view=table&sort=shortest").text
    assert (
        'aria-sort="ascending" class="number"><a href="?view=table&amp;sort=words">Words'
        in page
    )
    assert "aria-sort" not in admin_client.get("/articles/?view=table&q=words").text, (
        "the best come first"
    )


def test_near_duplicates_are_named(admin_client: Client) -> None:
    article = an_article(1, simhash=-0b1111)
    an_article(2, simhash=-0b1011)
    an_article(3, simhash=2**62)
    an_article(4, simhash=0)
    page = admin_client.get(f"/articles/{article.pk}/similar").text
    assert "Article 2" in page
    assert "98 % similar" in page
    assert "Article 3" not in page
    assert (
        "No similar articles"
        in admin_client.get(f"/articles/{an_article(5).pk}/similar").text
    )


def test_deleting_leaves_a_tombstone(admin_client: Client) -> None:
    first, second, third = an_article(1), an_article(2), an_article(3)
    assert admin_client.get("/articles/delete").status_code == 405
    page = admin_client.post(
        "/articles/delete", {"id": [first.pk, second.pk, "x"]}, follow=True
    ).text
    assert "2 articles deleted" in page
    assert list(Article.objects.live()) == [third]
    assert Article.objects.count() == 3
    assert (
        "No articles selected"
        in admin_client.post("/articles/delete", follow=True).text
    )
    again = admin_client.post("/articles/delete", {"id": first.pk}, follow=True)
    assert "they are no longer in the catalogue" in again.text


@pytest.mark.parametrize(
    "path",
    [
        "",
        "facets",
        "all",
        "views/",
        "PK/",
        "PK/versions",
        "PK/similar",
        "PK/log",
        "PK/journeys/",
    ],
)
def test_the_menu_says_that_this_is_the_catalogue(
    admin_client: Client, path: str
) -> None:
    page = admin_client.get(
        "/articles/" + path.replace("PK", str(an_article(1).pk))
    ).text
    assert 'href="/articles/" aria-current="page">' in page
