"""Beside an article: the page that it was made from, and its log."""

from datetime import timedelta

import pytest
from django.test import Client

from pipeline.monitor.models import LogEvent
from tests.pages import WHEN, a_run, a_snapshot, admin_user, an_article, journeys

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db


def test_the_stored_page_may_be_framed_by_us_and_do_nothing(
    admin_client: Client,
) -> None:
    article = an_article(1)
    a_snapshot(article, b"<script>parent.alert(1)</script><p>the page")
    page = admin_client.get(article.get_absolute_url() + "?beside=1")
    assert (
        f'<iframe class="stored" src="/articles/{article.pk}/original" name="stored-page" sandbox '
        in page.text
    )
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    stored = admin_client.get(f"/articles/{article.pk}/original")
    assert stored.content.endswith(b"the page")
    assert stored["X-Frame-Options"] == "SAMEORIGIN"
    policy = stored["Content-Security-Policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "frame-ancestors 'self'"} <= set(policy)
    assert not any(part.startswith("script-src") or "allow-" in part for part in policy)


def test_other_pages_frame_nothing(admin_client: Client) -> None:
    assert "frame-src" not in admin_client.get("/articles/")["Content-Security-Policy"]
    assert "<iframe" not in admin_client.get(an_article(1).get_absolute_url()).text


def test_without_a_stored_page_it_says_why(admin_client: Client) -> None:
    answer = admin_client.get(f"/articles/{an_article(1).pk}/original")
    assert (answer.status_code, answer["X-Frame-Options"]) == (404, "SAMEORIGIN")
    assert "No stored page" in answer.text


def test_the_log_of_an_article_is_that_of_its_journeys(admin_client: Client) -> None:
    article = an_article(1)
    run = a_run()
    stored, other = journeys(run, 2, "stored", "store")
    later, *_ = journeys(a_run(), 1, "failed", reason="http-404")
    type(stored).objects.filter(pk=stored.pk).update(article=article)
    type(stored).objects.filter(pk=later.pk).update(key=article.key)
    for journey, event in (
        (stored, "journey_ended"),
        (other, "of_another_url"),
        (later, "gone_since"),
    ):
        LogEvent.objects.create(
            at=WHEN, level=20, event=event, journey=journey.pk, run=journey.run_id
        )
    page = admin_client.get(f"/articles/{article.pk}/log").text
    assert "journey_ended" in page
    assert "gone_since" in page
    assert "of_another_url" not in page
    first = WHEN - timedelta(
        seconds=1
    )  # and written last, since each process writes by itself
    LogEvent.objects.create(at=first, level=20, event="fetched", journey=stored.pk)
    page = admin_client.get(f"/articles/{article.pk}/log").text
    assert page.index("journey_ended") < page.index("fetched")
    part = admin_client.get(
        f"/articles/{article.pk}/log", headers={"HX-Request": "true"}
    ).text
    assert "<html" not in part
    assert (
        "No log entries" in admin_client.get(f"/articles/{an_article(2).pk}/log").text
    )
