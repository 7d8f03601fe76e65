"""The first page's moving part: what the catalogue holds, what is running, what needs attention."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import overview
from catalog.models import Article, Source
from catalog.numbers import intcomma
from catalog.overview import Week
from catalog.review import MOST_COUNTED, count_to_review
from catalog.told import counted
from pipeline.backup.schedule import status
from pipeline.broker.queues import DEAD_LETTERS
from pipeline.http.conditional import polled, tag_of
from pipeline.models import Run
from pipeline.monitor.models import QueueSample
from pipeline.runs import sources
from pipeline.summary.progress import running_progress
from pipeline.web.runs import list_state

RECENT = 6  # runs
ARTICLES_SHOWN = 10
FAILED_SHOWN = 3
SOURCES_SHOWN = 5
LATELY = timedelta(days=7)
SOURCES_LOOKED_AT = 50  # those that were crawled last
SOURCES_KEPT_SECONDS = 60
EXAMPLES = [
    ("Python Insider", "https://blog.python.org/"),
    ("Django weblog", "https://www.djangoproject.com/weblog/"),
    ("Armin Ronacher", "https://lucumr.pocoo.org/"),
    ("Simon Willison", "https://simonwillison.net/"),
]


@dataclass(frozen=True, slots=True)
class Issue:
    """What needs attention: `what` in a few words, `why` in a sentence, `link` where to act."""

    level: str
    what: str
    why: str
    link: str


def home_context(request: HttpRequest) -> dict[str, Any]:
    """Return what the first page shows beside its form."""
    now = timezone.now()
    runs = list(Run.objects.all()[:RECENT])
    counted = running_progress(runs)
    articles = overview.newest(ARTICLES_SHOWN)
    issues = attention(now)
    totals = overview.overview(now)
    state = (list_state(runs, counted), _articles_state(articles), issues, totals)
    return {
        "runs": runs,
        "running_progress": counted,
        "articles": articles,
        "issues": issues,
        "totals": totals,
        "weeks": week_bars(totals.weeks),
        "most_a_week": max((week.articles for week in totals.weeks), default=0),
        "examples": [] if runs or articles else EXAMPLES,
        "state": state,
        "etag": tag_of(request, state),
    }


def home_live(request: HttpRequest) -> HttpResponse:
    """Show the moving part alone."""
    context = home_context(request)
    return polled(request, "web/_home_live.html", context["state"], lambda: context)


def _articles_state(articles: list[Article]) -> list[tuple[object, ...]]:
    return [(article.pk, article.title, article.published) for article in articles]


def attention(now: datetime) -> list[Issue]:
    """Return what needs attention: dead letters, failed runs of the last days, sources in
    trouble, articles to review; empty where all is well."""
    known = Source.objects.aggregate(last=Max("pk"), number=Count("pk"))
    key = f"home-sources-{known['number']}-{known['last']}"
    look = lambda: list(_sources(now))  # noqa: E731
    troubled = cache.get_or_set(key, look, SOURCES_KEPT_SECONDS) or []
    return [
        *_backups(now),
        *_dead_letters(),
        *_failed_runs(now),
        *troubled,
        *_to_review(),
    ]


def _backups(now: datetime) -> Iterator[Issue]:
    found = status(now)
    if found.trouble:
        yield Issue("error", found.trouble, found.reason, reverse("backups"))


def _to_review() -> Iterator[Issue]:
    number = count_to_review()
    if number:
        what = counted(
            "%(number)s article to review", "%(number)s articles to review", number
        )
        if number >= MOST_COUNTED:
            what = _("%(number)s or more articles to review") % {
                "number": intcomma(MOST_COUNTED)
            }
        yield Issue("warning", what, _("Their quality is low."), reverse("review"))


def _dead_letters() -> Iterator[Issue]:
    sample = (
        QueueSample.objects.filter(queue=DEAD_LETTERS).order_by("-taken_at").first()
    )
    if sample and sample.waiting:
        what = counted(
            "%(number)s dead letter", "%(number)s dead letters", sample.waiting
        )
        why = _(
            "Messages that no worker could handle. Fix the cause, then requeue them."
        )
        yield Issue("error", what, why, reverse("queues"))


def _failed_runs(now: datetime) -> Iterator[Issue]:
    states = [Run.State.FAILED, Run.State.INCOMPLETE]
    failed = Run.objects.filter(state__in=states, created_at__gt=now - LATELY)
    for run in failed.defer("source_requests", "notes")[:FAILED_SHOWN]:
        if run.state == Run.State.FAILED:
            what = _("%(run)s failed") % {"run": run}
        else:
            what = _("%(run)s ended incomplete") % {"run": run}
        yield Issue("error", what, run.reason, run.get_absolute_url())


def _sources(now: datetime) -> Iterator[Issue]:
    crawled = Source.objects.exclude(last_crawled_at=None)
    rows = list(crawled.order_by("-last_crawled_at")[:SOURCES_LOOKED_AT])
    crawls = sources.crawls_of(rows, now)
    found = 0
    for source in rows:
        health = crawls[source.pk].health
        if health.level not in ("warning", "error") or found >= SOURCES_SHOWN:
            continue
        found += 1
        link = reverse("source", args=[source.pk])
        yield Issue(health.level, f"{source}: {health.label}", health.reason, link)


WEEK_WIDTH = 10
WEEK_GAP = 2
CHART_HEIGHT = 64


def week_bars(weeks: Sequence[Week]) -> list[dict[str, Any]]:
    """Return the bars of the chart of articles a week: x, y and height in its units, with their
    week."""
    most = max((week.articles for week in weeks), default=0)
    bars = []
    for number, week in enumerate(weeks):
        height = 0
        if week.articles:
            height = max(3, round(week.articles / most * CHART_HEIGHT))
        bars.append(
            {
                "week": week,
                "x": number * (WEEK_WIDTH + WEEK_GAP),
                "y": CHART_HEIGHT - height,
                "height": height,
            }
        )
    return bars
