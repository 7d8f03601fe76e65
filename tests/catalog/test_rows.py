"""What the list shows of each article: near duplicates in one row, doubts, and its image."""

import pytest
from django.test import Client

from catalog.reader import image_name
from tests.pages import an_article

pytestmark = pytest.mark.django_db
PICTURE = "https://img.example/a.png"


def rows(client: Client, query: str = "") -> list[tuple[str, list[str]]]:
    """Each row's title, and those of what is folded into it."""
    found = client.get("/articles/" + query).context["rows"]
    return [(row.article.title, [each.title for each in row.similar]) for row in found]


def test_near_duplicates_are_folded_into_the_first_of_them(
    admin_client: Client,
) -> None:
    original = an_article(3)
    an_article(1, original=original, host="copy.example")
    an_article(2)
    an_article(4, original=original)
    assert rows(admin_client) == [
        ("Article 1", ["Article 3", "Article 4"]),
        ("Article 2", []),
    ]
    assert "and 2 similar" in admin_client.get("/articles/").text


def test_one_that_is_on_no_page_of_the_filter_is_named_all_the_same(
    admin_client: Client,
) -> None:
    original = an_article(1, language="de")
    an_article(2, original=original)
    assert rows(admin_client, "?language=en") == [("Article 2", ["Article 1"])]


def test_who_asks_for_near_duplicates_sees_each(admin_client: Client) -> None:
    original = an_article(3)
    an_article(1, original=original)
    an_article(2, original=original)
    assert rows(admin_client, "?copies=copy") == [("Article 1", []), ("Article 2", [])]


def test_quality_is_shown_only_where_it_is_doubtful(admin_client: Client) -> None:
    an_article(1, quality=0.9)
    assert "Quality" not in admin_client.get("/articles/").text
    an_article(2, quality=0.4, quality_reasons=["no author", "no date"])
    page = admin_client.get("/articles/").text
    assert 'title="no author; no date">Quality 0.40<' in page
    assert page.count("Quality 0.") == 1


def test_an_image_comes_through_this_server_and_none_leaves_no_gap(
    admin_client: Client,
) -> None:
    an_article(1, image="javascript:alert(1)")
    assert "<img src" not in admin_client.get("/articles/").text.partition("<main")[2]
    article = an_article(2, image=PICTURE)
    page = admin_client.get("/articles/").text
    address = f"/articles/{article.pk}/images/{image_name(PICTURE)}"
    assert f'<img src="{address}" alt="" width="128" height="80" loading="lazy"' in page
    assert "img.example" not in page
    admin_client.cookies["images"] = "off"
    assert address not in admin_client.get("/articles/").text
