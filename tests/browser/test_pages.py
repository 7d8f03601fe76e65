"""Every page in a real browser, light and dark, wide and narrow: nothing on the console, nothing
refused by the policy, nothing that axe finds serious, nothing wider than the screen.

Pictures of what is wrong are left in tests/screenshots, with SCREENSHOTS=1 those of all pages.
"""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from catalog.links import OutLink, replace_links
from catalog.models import Article, ArticleVersion, LinkCheck
from pipeline.models import KnownFeed, LearnedSource, Run, SourceRule
from pipeline.monitor.models import LogEvent
from pipeline.runs import jobs
from tests.browser import scene
from tests.browser.conftest import Visitor, own_context, signed_in
from tests.pages import a_run, an_article, journeys

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EVIL = (
    "<script>document.title='run'</script><img src=x onerror=alert(1)>\u202e"
    + "w" * 3000
)


def fill() -> dict[str, str]:
    """Something on every page; name -> path."""
    articles = scene.articles()
    evil = an_article(
        99,
        title=EVIL,
        authors=[EVIL],
        tags=[EVIL],
        html=EVIL,
        excerpt=EVIL,
        quality=0.2,
        quality_reasons=[EVIL],
        methods={"x": EVIL},
        left_out=[
            {
                "kind": "list",
                "words": EVIL,
                "word_count": 9,
                "rule": "related-posts",
                "reason": EVIL,
            }
        ],
    )
    evil.source.kept_blocks.create(rule="sidebar", words=EVIL[:120], created_by="ada")
    known_site(evil.source.host)
    asked = [
        {
            "url": "https://blog.example/feed",
            "kind": "feed",
            "outcome": "read",
            "entries": 40,
        }
    ]
    done = scene.ended_run(articles[:34], name="Weekly", source_requests=asked)
    failed = journeys(
        done,
        3,
        "failed",
        "fetch",
        reason="http-404",
        detail=EVIL,
        found_in=[EVIL],
        reasons=[EVIL],
    )
    scene.closed(done)
    going, strange = (
        scene.ended_run(articles[:9], name="Python blogs, autumn"),
        a_run(name=EVIL[:150]),
    )
    journeys(going, 30, in_progress=True)
    journeys(going, 11, "pending", "extract")
    journeys(strange, 3)
    for level, run in ((20, done), (30, going), (40, going)):
        LogEvent.objects.create(
            at=timezone.now(),
            level=level,
            event="stage_finished",
            stage="fetch",
            run=run.pk,
            journey=failed[0].pk,
            url="https://blog.example/1",
            data={"status": 503, "text": EVIL},
        )
    scene.hosts()
    scene.samples()
    scene.workers(failed[0].pk)
    job = jobs.save(
        "Weekly",
        {**done.parameters, "language": ["en"]},
        "30 6 * * 1,4",
        "Europe/Berlin",
    )
    jobs.save(EVIL[:200], {"addresses": [EVIL]})
    Run.objects.filter(pk=done.pk).update(job=job)
    Run.objects.create(job=job, state="failed", reason=EVIL, parameters={})
    look, second = a_run(), a_run()
    found = {
        "reason": "dry-run",
        "source_metadata": {"title": EVIL},
        "found_in": [EVIL],
        "reasons": [EVIL],
        "score": 0.9,
    }
    journeys(look, 3, "skipped", "discover", **found)
    Run.objects.filter(pk=look.pk).update(
        parameters={**look.parameters, "dry_run": True}, state="finished"
    )
    journeys(second, 3, "failed", "fetch", reason="http-404")
    scene.stored_page(articles[1])
    gone_original(articles[1])
    linked_sites(articles[1], evil)
    ArticleVersion.objects.create(article=evil, title=EVIL, text=EVIL, html=EVIL)
    return {
        "launch": f"/?again={done.pk}",
        "runs": "/runs/",
        "run-done": f"/runs/{done.pk}/",
        "run-going": f"/runs/{going.pk}/",
        "run-hostile": f"/runs/{strange.pk}/",
        "run-change": f"/runs/{going.pk}/change",
        "run-compare": f"/runs/{second.pk}/compare?before={done.pk}",
        "run-preview": f"/runs/{look.pk}/preview",
        "jobs": "/jobs/",
        "job": f"/jobs/{job.pk}/",
        "job-form": f"/jobs/{job.pk}/edit",
        "journeys": f"/runs/{done.pk}/journeys/",
        "journey": f"/journeys/{failed[0].pk}/",
        "articles": "/articles/?tag=python",
        "article": f"/articles/{articles[1].pk}/",
        "article-beside": f"/articles/{articles[1].pk}/?beside=1",
        "hostile": f"/articles/{evil.pk}/",
        "versions": f"/articles/{articles[1].pk}/versions",
        "versions-hostile": f"/articles/{evil.pk}/versions",
        "similar": f"/articles/{evil.pk}/similar",
        "article-journeys": f"/articles/{articles[0].pk}/journeys/",
        "article-extraction": f"/articles/{articles[1].pk}/extraction",
        "article-log": f"/articles/{articles[0].pk}/log",
        "facets": "/articles/facets?tag=python",
        "histogram": "/articles/histogram?tag=python",
        "facet": "/articles/facets/tag?language=en&find=p",
        "timeline": f"/runs/{done.pk}/timeline",
        "run-hosts": f"/runs/{done.pk}/hosts",
        "run-log": f"/runs/{done.pk}/log",
        "run-settings": f"/runs/{done.pk}/settings",
        "queues-stale": "/queues/?",
        "queues": "/queues/",
        "logs": "/logs/",
        "logs-search": "/logs/?q=status:503+-event:x&last=24h",
        "log-line": LogEvent.objects.filter(level=40)[0].get_absolute_url(),
        "log-trace": f"/logs/trace?journey={failed[0].pk}",
        "log-errors": "/logs/errors",
        "feeds": "/articles/feeds/",
        "cited": "/articles/links/",
        "related": f"/articles/{articles[1].pk}/related",
        "sources": "/sources/",
        "source": f"/sources/{evil.source_id}/",
        "review": "/articles/review/",
        "source-keep": f"/sources/{evil.source_id}/keep?rule=sidebar&words=Tea+and",
        "people": "/users/",
        "account-password": "/account/password",
        "trash": "/articles/trash/",
        "why": f"/why/?url={articles[0].url}",
        "why-failed": f"/why/?url={failed[0].url}",
        "why-never": "/why/?url=https://notes.example/2026/never-seen/",
    }


def gone_original(article: Article) -> None:
    """An article whose original is gone."""
    now = timezone.now()
    Article.objects.filter(pk=article.pk).update(gone_at=now)
    LinkCheck.objects.create(
        article=article, source=article.source, next_at=now, checked_at=now,
        answer="missing", status=410, missing_at=now, missing_status=404,
        confirmed_at=now, confirmed_status=410,
    )  # fmt: skip


def linked_sites(*writers: Article) -> None:
    """Links of articles of several sources to sites that are no source."""
    hosts = ["far.example", f"{'very-long-name-' * 12}.example"]
    links = [OutLink(f"https://{host}/a", host, EVIL[:200]) for host in hosts]
    for writer in writers:
        replace_links(writer.pk, links)


def known_site(host: str) -> None:
    """What discovery learned of a site, and rules that override it."""
    for verdict, kind in (("pin", "source"), ("forbid", "pattern")):
        SourceRule.objects.create(
            host=host, verdict=verdict, kind=kind, value=EVIL, note=EVIL[:300]
        )
    learned = {
        "decided": "its feed",
        "articles": 40,
        "patterns": [["/Y/M/*", 38], [EVIL, 2]],
        "sources": [["https://blog.example/feed", "feed", 20], [EVIL, "list", 1]],
        "whole": False,
        "limits": [EVIL],
    }
    for number, state in enumerate(KnownFeed.State.values):
        KnownFeed.objects.create(
            address=f"https://{host}/{number}/{EVIL}", host=host, starts=[], run=1,
            state=state, moved_to=EVIL, read_at=timezone.now(),
            changed_at=timezone.now() if number else None,
        )  # fmt: skip
    LearnedSource.objects.create(
        address=EVIL, host=host, learned=learned, learned_at=timezone.now()
    )


EMPTY = {
    "launch": "/",
    "sources": "/sources/",
    "runs": "/runs/",
    "jobs": "/jobs/",
    "job-form": "/jobs/new",
    "articles": "/articles/",
    "queues": "/queues/",
    "logs": "/logs/",
    "why": "/why/",
}


def test_every_page_is_sound_when_full(visitor: Visitor) -> None:
    for name, path in fill().items():
        if name == "queues":
            scene.fresh_sample()
        visitor.goto(path)
        visitor.looks(name)
        for width in (600, 992, 1600):
            visitor.fits(name, width)
        visitor.prints(name)


def test_every_page_is_sound_when_empty(visitor: Visitor) -> None:
    for name, path in EMPTY.items():
        visitor.goto(path)
        visitor.looks(f"empty-{name}")


def test_the_pages_can_be_read_without_scripts(
    browser: Browser, live_server: Any
) -> None:
    paths = fill()
    with own_context(browser, java_script_enabled=False) as context:
        context.add_cookies([signed_in(live_server.url)])
        page = context.new_page()
        for name, path in paths.items():
            answer = page.goto(live_server.url + path)
            assert answer is not None
            assert answer.status == 200, name
            expect(page.get_by_role("heading", level=1), name).to_be_visible()
