"""Doing what was asked for: a small transaction at a time. Each locks the row of the erasure and
writes down how far it got, so that after a killed worker the next one goes on from there."""

from collections.abc import Iterable
from time import monotonic
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.models import Article
from pipeline.discovery.urls.match import matches
from pipeline.journeys.erased import delete_pages, forget_urls
from pipeline.models import ErasedURL, Erasure, Journey, Snapshot
from pipeline.models.erasure import ERASED
from pipeline.privacy.batch import erase_articles
from pipeline.privacy.traces import remove_traces

log = structlog.get_logger(__name__)
ARTICLES_AT_ONCE = 200  # that are looked at
ROWS_AT_ONCE = 2_000  # of runs and stored pages
Place = tuple[int, str, str]  # id, URL and key of a row
Step = Erasure.Step
NEXT = {
    Step.ARTICLES: Step.URLS,
    Step.URLS: Step.PAGES,
    Step.PAGES: Step.TRACES,
}


def erase_for(seconds: float) -> int:
    """Work on what is waiting for so long; return how many transactions that were."""
    end = monotonic() + seconds
    done = 0
    while work_once():
        done += 1
        if monotonic() > end:
            break
    return done


@transaction.atomic
def work_once() -> bool:
    """Do the next part of the oldest erasure that nobody else works on; False where there is
    none."""
    waiting = Erasure.objects.exclude(state=Erasure.State.DONE).order_by("pk")
    erasure = waiting.select_for_update(skip_locked=True).first()
    if erasure is None:
        return False
    erasure.state = Erasure.State.RUNNING
    erasure.worked_at = timezone.now()
    match erasure.step:
        case Step.ARTICLES:
            more = _articles(erasure)
        case Step.URLS:
            more = _urls(erasure)
        case Step.PAGES:
            more = _pages(erasure)
        case _:
            _finish(erasure)
            more = True
    if not more:
        erasure.step = NEXT[Step(erasure.step)]
        erasure.after = 0
    erasure.save()
    return True


def _articles(erasure: Erasure) -> bool:
    rows = of_source(Article.objects.all(), erasure)
    part = _next_part(erasure, rows, ARTICLES_AT_ONCE)
    wanted = chosen(erasure, part)
    erasure.erased += erase_articles([pk for pk, _, key in part if key in wanted])
    return bool(part)


def _urls(erasure: Erasure) -> bool:
    """URLs of runs that never became an article, with what discovery and fetch kept of them."""
    part = _next_part(erasure, Journey.objects.all(), ROWS_AT_ONCE)
    forget_urls(chosen(erasure, part))
    return bool(part)


def _pages(erasure: Erasure) -> bool:
    part = _next_part(erasure, Snapshot.objects.all(), ROWS_AT_ONCE)
    wanted = chosen(erasure, part)
    delete_pages(Q(pk__in=[pk for pk, _, key in part if key in wanted]))
    return bool(part)


def _next_part(erasure: Erasure, rows: QuerySet[Any], number: int) -> list[Place]:
    """Return the next rows of a step and note that they were looked at; none at its end."""
    places = rows.filter(pk__gt=erasure.after).order_by("pk")
    part = list(places.values_list("pk", "url", "key")[:number])
    if part:
        erasure.after = part[-1][0]
    return part


def _finish(erasure: Erasure) -> None:
    whole = not erasure.pattern and not erasure.from_list
    remove_traces(erasure.host, whole=whole)
    erasure.state = Erasure.State.DONE
    erasure.finished_at = timezone.now()
    erasure.host = ""
    erasure.pattern = ""
    log.info("erasure_finished", erasure=erasure.pk, number=erasure.erased)


def of_source(rows: QuerySet[Article], erasure: Erasure) -> QuerySet[Article]:
    """Return the articles of the erasure's source; all where it goes by the list."""
    if erasure.from_list:
        return rows
    return rows.filter(source__host=erasure.host)


def chosen(erasure: Erasure, rows: Iterable[Place]) -> set[str]:
    """Return the keys that are to be erased."""
    given = [(url, key) for _, url, key in rows if not key.startswith(ERASED)]
    if erasure.from_list:
        return ErasedURL.objects.among([key for _, key in given])
    return {key for url, key in given if fits(erasure.host, erasure.pattern, url, key)}


def fits(host: str, pattern: str, url: str, key: str) -> bool:
    """Whether a URL is of the host and fits the pattern, where there is one."""
    place = key.partition("://")[2]
    if place.rstrip("/") == host and not pattern:
        return False  # the front page, from which the next crawl starts
    if place.rstrip("/") != host and not place.startswith((f"{host}/", f"{host}?")):
        return False
    return not pattern or matches(url, (pattern,)) or matches(key, (pattern,))
