"""Sources that went quiet are marked and told once, until they post again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Article, Source
from pipeline.access.models import Webhook
from pipeline.access.webhooks import mail, tasks
from pipeline.runs import sources
from pipeline.runs.tasks import watch_sources
from tests.pages import WHEN, a_run, an_article

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def a_weekly_source(host: str = "blog.example") -> Source:
    """It posted each week until WHEN, and was crawled then."""
    for number in range(1, 9):
        an_article(number, host=host, published=WHEN - 7 * number * DAY, quality=1)
    source = Source.objects.get(host=host)
    return changed(source, created_at=WHEN, last_crawled_at=WHEN)


def changed(source: Source, **values: object) -> Source:
    Source.objects.filter(pk=source.pk).update(**values)
    source.refresh_from_db()
    return source


def test_a_source_is_marked_once_and_unmarked_when_it_posts() -> None:
    source = a_weekly_source()
    assert sources.note_quiet(WHEN) == 0
    changed(source, last_crawled_at=WHEN + 100 * DAY)
    assert sources.note_quiet(WHEN + 100 * DAY) == 1
    source.refresh_from_db()
    marked_at = source.quiet_at
    assert marked_at is not None
    assert sources.note_quiet(WHEN + 101 * DAY) == 0
    source.refresh_from_db()
    assert source.quiet_at == marked_at
    an_article(99, published=WHEN + 101 * DAY)
    sources.note_quiet(WHEN + 102 * DAY)
    source.refresh_from_db()
    assert source.quiet_at is None


def test_what_nobody_looked_for_is_not_missing() -> None:
    source = a_weekly_source()
    assert sources.note_quiet(WHEN + 1_000 * DAY) == 0
    run = a_run("finished", found=9, stored=9)
    source.add_run(run.pk)
    source.save()
    health = sources.crawls_of([source], WHEN + 1_000 * DAY)[source.pk].health
    assert health.label == "OK"


def test_a_blog_that_was_quiet_when_it_was_added_did_not_go_quiet() -> None:
    source = a_weekly_source()
    later = WHEN + 400 * DAY
    changed(source, created_at=later, last_crawled_at=later)
    assert sources.note_quiet(later) == 0
    assert sources.note_quiet(later + DAY) == 0


def test_a_source_that_was_never_crawled_is_left_alone() -> None:
    source = a_weekly_source()
    changed(source, last_crawled_at=None)
    assert sources.note_quiet(WHEN + 400 * DAY) == 0


def test_each_quiet_source_is_notified_once(admin_client: Client) -> None:
    now = timezone.now()
    hooks = [
        Webhook.objects.make(f"mailto:{name}@example.org", [event])
        for name, event in (("ana", "source.quiet"), ("bob", "run.ended"))
    ]
    found = [a_weekly_source(f"{name}.example") for name in ("one", "two")]
    for source in found:
        changed(source, last_crawled_at=now)
    Article.objects.filter(source=found[1]).update(published=now - 100 * DAY)
    changed(found[1], created_at=now - 200 * DAY)
    watch_sources.run()
    watch_sources.run()
    tasks.notice()
    tasks.notice()
    sent = hooks[0].deliveries.all()
    assert {each.facts["host"] for each in sent} == {"one.example", "two.example"}
    assert len(sent) == 2
    assert hooks[1].deliveries.count() == 0
    assert mail.subject(sent[0]).endswith("went quiet")
    assert "posted nothing for much longer than usual" in mail.text(sent[0])
    page = admin_client.get(hooks[0].get_absolute_url()).text
    assert "two.example" in page
    pk = found[0].pk
    assert admin_client.get(f"/api/sources/{pk}").json()["quiet_at"] is not None
