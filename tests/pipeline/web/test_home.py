"""The first page: what is there, what is running, what needs attention."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from catalog.models import Source
from pipeline.broker.queues import DEAD_LETTERS
from pipeline.models import Run
from pipeline.monitor.models import QueueSample
from tests.pages import a_run, an_article, journeys

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    cache.clear()


def issues(client: Client) -> list[tuple[str, str]]:
    context = client.get("/").context
    return [(issue.level, issue.what) for issue in context["issues"]]


def test_an_empty_installation_offers_blogs_to_try(admin_client: Client) -> None:
    page = admin_client.get("/").text
    assert "Try one:" in page
    assert 'href="?addresses=https%3A%2F%2Fblog.python.org%2F"' in page
    assert "No articles yet." in page
    filled = admin_client.get("/?addresses=https%3A%2F%2Fblog.python.org%2F").text
    assert ">\nhttps://blog.python.org/</textarea>" in filled
    an_article()
    assert "Try one:" not in admin_client.get("/").text


def test_what_was_just_added_is_one_click_away(admin_client: Client) -> None:
    articles = [an_article(number) for number in range(12)]
    page = admin_client.get("/")
    assert page.context["articles"] == articles[:1:-1]
    assert f'href="{articles[-1].get_absolute_url()}"' in page.text
    assert '<a href="/articles/">12</a>' in page.text


def test_the_moving_part_says_nothing_until_something_changes(
    admin_client: Client,
) -> None:
    an_article(1)
    tag = admin_client.get("/", headers=PART)["ETag"]
    again: dict[str, Any] = PART | {"If-None-Match": tag}
    assert admin_client.get("/", headers=again).status_code == 304
    an_article(2)
    changed = admin_client.get("/", headers=again)
    assert changed.status_code == 200
    assert "<html" not in changed.text


def test_failed_runs_of_the_last_days_need_attention(admin_client: Client) -> None:
    a_run("failed", name="Broken", reason="no articles")
    old = a_run("failed", name="Long ago")
    past = timezone.now() - timedelta(days=8)
    Run.objects.filter(pk=old.pk).update(created_at=past)
    a_run("finished")
    assert issues(admin_client) == [("error", "Broken failed")]
    assert "no articles" in admin_client.get("/").text


def test_a_source_in_trouble_needs_attention_with_its_reason(
    admin_client: Client,
) -> None:
    run = a_run("failed", reason="robots.txt disallows it")
    past = timezone.now() - timedelta(days=8)
    Run.objects.filter(pk=run.pk).update(created_at=past)
    an_article(quality=1)
    Source.objects.update(recent_runs=[run.pk], last_crawled_at=past)
    assert issues(admin_client) == [("error", "blog.example: Crawl failed")]
    assert "robots.txt disallows it" in admin_client.get("/").text


@pytest.mark.parametrize(
    ("waiting", "said"), [(0, []), (1, ["1 dead letter"]), (3, ["3 dead letters"])]
)
def test_dead_letters_need_attention(
    admin_client: Client, waiting: int, said: list[str]
) -> None:
    now = timezone.now()
    for minutes, number in ((5, 9), (0, waiting)):
        QueueSample.objects.create(
            taken_at=now - timedelta(minutes=minutes),
            queue=DEAD_LETTERS,
            waiting=number,
            in_progress=0,
            consumers=0,
            published=0,
            acked=0,
        )
    assert [what for _, what in issues(admin_client)] == said


def test_options_are_folded_until_one_is_chosen(admin_client: Client) -> None:
    run = a_run("finished")
    journeys(run, 1)
    assert admin_client.get("/").context["options_open"] is False
    parameters = {**run.parameters, "limit": 5}
    Run.objects.filter(pk=run.pk).update(parameters=parameters)
    assert admin_client.get(f"/?again={run.pk}").context["options_open"] is True
    wrong = {"addresses": "https://a.example/", "limit": "-1"}
    assert admin_client.post("/", wrong).context["options_open"] is True


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/articles/feeds/", 'href="/articles/"'),
        ("/articles/links/", 'href="/articles/"'),
        ("/users/", 'href="/account/"'),
    ],
)
def test_a_page_below_another_is_shown_as_part_of_it(
    admin_client: Client, path: str, current: str
) -> None:
    page = admin_client.get(path).text
    [link] = re.findall(r'<a [^>]*aria-current="page"[^>]*>', page)
    assert current in link
