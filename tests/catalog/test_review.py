"""The review list: articles of low quality, one after the other, until each was looked at."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Article
from catalog.review import next_to_review, set_reviewed, to_review
from catalog.views import review
from pipeline.access.roles import Role
from pipeline.web.home import attention
from tests.pages import WHEN, admin_user, an_article
from tests.people import program, session

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db
REASONS = ["the page breaks off: its markup does not end", "no author"]


def low(number: int, quality: float, **values: object) -> Article:
    return an_article(number, quality=quality, quality_reasons=REASONS, **values)


def test_the_lowest_quality_comes_first_and_what_is_good_is_not_listed() -> None:
    first, second, third = low(1, 0.5), low(2, 0.2), low(3, 0.5)
    an_article(4, quality=0.7)
    an_article(5, quality=1.0)
    low(6, 0.1, deleted_at=WHEN)
    assert list(to_review()) == [second, first, third]


def test_what_was_looked_at_is_off_the_list_until_it_is_put_back() -> None:
    article = low(1, 0.5)
    assert set_reviewed(article.pk, WHEN)
    assert list(to_review()) == []
    assert set_reviewed(article.pk, None)
    assert list(to_review()) == [article]
    assert not set_reviewed(an_article(2, quality=0.9).pk, WHEN)


def test_next_goes_on_and_begins_again_at_the_end() -> None:
    first, second = low(1, 0.2), low(2, 0.4)
    other = low(3, 0.3, host="tea.example")
    assert next_to_review(first) == other
    assert next_to_review(first, "blog.example") == second
    assert next_to_review(second) == first
    set_reviewed(first.pk, WHEN)
    set_reviewed(other.pk, WHEN)
    assert next_to_review(first) == second
    assert next_to_review(second) is None


def test_the_list_shows_reasons_and_is_filtered_by_source_and_reason(
    admin_client: Client,
) -> None:
    low(1, 0.2)
    low(2, 0.3, host="tea.example")
    page = admin_client.get("/articles/review/").text
    assert page.count("data-row") == 2
    assert "the page breaks off" in page
    assert (
        admin_client.get("/articles/review/?source=tea.example").text.count("data-row")
        == 1
    )
    assert (
        admin_client.get("/articles/review/?reason=breaks+off").text.count("data-row")
        == 2
    )
    assert (
        "Nothing to review matches."
        in admin_client.get("/articles/review/?reason=paywall").text
    )


def test_an_empty_list_says_so(admin_client: Client) -> None:
    assert "Nothing to review." in admin_client.get("/articles/review/").text


def test_pages_follow_one_another(admin_client: Client) -> None:
    for number in range(60):
        low(number, number / 100)
    page = admin_client.get("/articles/review/")
    shown = page.context["page"]
    assert not shown.newer
    following = admin_client.get(f"/articles/review/?before={shown.older}").context[
        "page"
    ]
    qualities = [article.quality for article in [*shown.rows, *following.rows]]
    assert qualities == sorted(qualities)
    assert len(set(qualities)) == len(qualities)


def test_looks_right_leads_to_the_next_one(admin_client: Client) -> None:
    first, second = low(1, 0.2), low(2, 0.3)
    page = admin_client.get(f"/articles/{first.pk}/").text
    assert "To review:" in page
    assert f'action="/articles/{first.pk}/review"' in page
    answer = admin_client.post(f"/articles/{first.pk}/review")
    assert answer["Location"] == f"/articles/{second.pk}/?review="
    first.refresh_from_db()
    assert first.reviewed_at is not None
    assert "Found to be right" in admin_client.get(f"/articles/{first.pk}/").text
    answer = admin_client.post(
        f"/articles/{second.pk}/review", {"source": "blog.example"}
    )
    assert answer["Location"] == "/articles/review/?source=blog.example"
    admin_client.post(f"/articles/{first.pk}/review", {"undo": "on"})
    assert list(to_review()) == [first]


def test_next_to_review_is_a_link(admin_client: Client) -> None:
    first, second = low(1, 0.2), low(2, 0.3)
    answer = admin_client.get(f"/articles/{first.pk}/review/next?source=blog.example")
    assert answer["Location"] == f"/articles/{second.pk}/?review=blog.example"


def test_a_good_article_has_no_review(admin_client: Client) -> None:
    assert (
        "To review:"
        not in admin_client.get(an_article(1, quality=0.9).get_absolute_url()).text
    )


def test_a_viewer_reads_the_list_and_decides_nothing() -> None:
    article = low(1, 0.2)
    viewer = session(Role.VIEWER)
    assert "Looks right<" not in viewer.get("/articles/review/").text
    assert viewer.post(f"/articles/{article.pk}/review").status_code == 403


def test_the_api_lists_and_decides() -> None:
    article = low(1, 0.2)
    low(2, 0.3, host="tea.example")
    api = program(Role.OPERATOR)
    items = api.get("/api/articles/review?source=blog.example").json()["items"]
    assert [
        (each["id"], each["quality"], each["quality_reasons"]) for each in items
    ] == [(article.pk, 0.2, REASONS)]
    assert api.post(f"/api/articles/{article.pk}/review").status_code == 204
    assert api.get("/api/articles/review?source=blog.example").json()["items"] == []
    assert api.post(f"/api/articles/{article.pk}/review?undo=true").status_code == 204
    assert (
        api.post(f"/api/articles/{an_article(3, quality=1).pk}/review").status_code
        == 404
    )


def test_the_first_page_says_how_many_there_are() -> None:
    assert not [issue for issue in attention(WHEN) if "review" in issue.what]
    low(1, 0.2)
    assert [issue.what for issue in attention(WHEN) if "review" in issue.what] == [
        "1 article to review"
    ]


def test_the_list_is_read_from_its_own_index() -> None:
    low(1, 0.2)
    with connection.cursor() as cursor:
        # Whatever PostgreSQL knows of the rows of other tests, only this index has the order.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        # Of few rows it would do as well; with many it reads all that need no review.
        cursor.execute("DROP INDEX article_by_quality")
        with CaptureQueriesContext(connection) as seen:
            list(to_review()[:10])
        cursor.execute(f"EXPLAIN {seen.captured_queries[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "article_to_review" in plan


def test_a_reason_that_takes_too_long_to_find_is_said_so(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    low(1, 0.2)
    monkeypatch.setattr(review, "with_statement_timeout", lambda *_: None)
    page = admin_client.get("/articles/review/?reason=author").text
    assert "took too long" in page
    assert "Nothing to review" not in page
    assert "data-row" in admin_client.get("/articles/review/").text
