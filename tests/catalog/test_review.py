"""The review list: articles of low quality, one after the other, until each was looked at."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import review
from catalog.models import Article
from catalog.review import next_to_review, review_page, set_reviewed, to_review
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


def test_a_reason_is_looked_for_in_steps_and_the_search_goes_on_where_it_stopped(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        low(number, number / 100)
    rare = an_article(10, quality=0.5, quality_reasons=["a paywall"])
    one_step = replace(review.BUDGET, steps=1, first_step=4)
    monkeypatch.setattr(review, "BUDGET", one_step)
    page = admin_client.get("/articles/review/?reason=paywall")
    assert "None found so far." in page.text
    assert "Press Higher quality to search further." in page.text
    assert "Nothing to review" not in page.text
    api = program(Role.VIEWER)
    path = "/api/articles/review?reason=paywall"
    found = []
    for _ in range(3):
        part = api.get(path).json()
        found += [each["id"] for each in part["items"]]
        path = part["next"]
    assert (found, path) == ([rare.pk], None)


def test_pages_of_a_reason_follow_one_another() -> None:
    for number in range(7):
        low(number, 0.1 * (number % 3))
    query: dict[str, str] = {}
    found = []
    for _ in range(4):
        page = review_page(query, reason="no author", size=2)
        found += page.rows
        query = {"before": page.older}
    assert page.older == ""
    assert found == list(to_review())


def test_a_reason_reads_no_more_than_a_step_of_its_index() -> None:
    low(1, 0.2)
    start = (0.1, 1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute("DROP INDEX article_by_quality")
        with CaptureQueriesContext(connection) as seen:
            review._look_for(to_review(), "author", start, 0, 10)
        conditions = []
        for query in seen.captured_queries:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            conditions += re.findall(r"article_to_review.*\n *Index Cond: (.*)", plan)
    assert len(conditions) == 2
    assert all("quality >= " in each for each in conditions)
    assert "quality <= " in conditions[1]
