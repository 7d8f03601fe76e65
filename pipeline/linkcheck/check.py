"""Look at originals that are due, and write down what came of it."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from math import ceil
from time import monotonic

import structlog
from django.conf import settings
from django.db import transaction

from catalog.models import Article, LinkCheck
from pipeline.core.database import execute
from pipeline.fetching.factory import fetcher
from pipeline.linkcheck import due
from pipeline.linkcheck.judge import MOVED, Answer, Known, judge, read_answer
from pipeline.models import StageIntake

log = structlog.get_logger(__name__)
STAGE = "linkcheck"  # by which the log finds these lines
BATCH_SECONDS = 20.0  # after which no further look is begun
MINUTES_PER_DAY = 1_440
DELETED_RESTS = timedelta(days=30)

# A crawl that had the page since is as good as a look.
SEEN_BY_CRAWLS = """
WITH seen AS (
    SELECT looked.article_id FROM catalog_linkcheck AS looked
    WHERE looked.missing_at IS NOT NULL AND EXISTS (
        SELECT FROM pipeline_journey AS journey WHERE journey.article_id = looked.article_id
            AND journey.state IN ('stored', 'unchanged')
            AND jsonb_exists(journey.timings, 'fetch')
            AND journey.ended_at > coalesce(looked.confirmed_at, looked.missing_at)
    )
), removed AS (
    UPDATE catalog_article SET gone_at = NULL
    WHERE id IN (SELECT article_id FROM seen) AND gone_at IS NOT NULL
)
UPDATE catalog_linkcheck SET answer = 'there', status = NULL, reason = '', address = '',
    missing_at = NULL, missing_status = NULL, confirmed_at = NULL, confirmed_status = NULL
WHERE article_id IN (SELECT article_id FROM seen) RETURNING article_id
"""


def check_links(now: datetime, clock: Callable[[], float] = monotonic) -> int:
    """Look at the originals whose turn it is; return how many servers were asked.

    `now` is the moment that is written down; `clock` counts seconds, for the end of the batch.
    """
    if settings.LINK_CHECK_PER_DAY <= 0:
        return 0
    end = clock() + BATCH_SECONDS
    due.enrol(now)
    for (article,) in execute(SEEN_BY_CRAWLS):
        log.info("original_is_back", stage=STAGE, article=article, by="a crawl")
    batch = ceil(settings.LINK_CHECK_PER_DAY / MINUTES_PER_DAY)
    asked = 0
    for pk in due.claim(now, batch):
        if clock() >= end or _is_paused():
            break  # the lease ends, and it is due again
        asked += check_article(pk, now)
    return asked


def _is_paused() -> bool:
    """Whether somebody paused the intake of fetch, whose requests these are like."""
    return StageIntake.objects.paused().filter(stage="fetch").exists()


def check_article(pk: int, now: datetime) -> bool:
    """Look at one original; return whether its server was asked."""
    article = Article.objects.only("url", "deleted_at").get(pk=pk)
    if article.deleted_at:
        LinkCheck.objects.filter(pk=pk).update(next_at=now + DELETED_RESTS)
        return False
    seen = fetcher().look(article.url, lambda: not due.is_paused(article.url))
    answer = read_answer(article.url, seen)
    if answer is None:
        return False
    note(article, answer, now)
    return True


@transaction.atomic
def note(article: Article, answer: Answer, now: datetime) -> None:
    """Write down an answer, and mark the article where it proves that the original is gone."""
    row = LinkCheck.objects.select_for_update().get(pk=article.pk)
    before = Known(
        row.missing_at, row.missing_status, row.confirmed_at, row.confirmed_status
    )
    after = judge(before, answer, now, due.interval())
    moved = answer.kind == MOVED and row.address != answer.address
    for name, value in asdict(after).items():
        setattr(row, name, value)
    row.checked_at = now
    row.answer = answer.kind
    row.status = answer.status
    row.reason = answer.reason
    row.address = answer.address
    row.save()
    if after.is_gone != before.is_gone:
        gone_at = after.missing_at if after.is_gone else None
        Article.objects.filter(pk=article.pk).update(gone_at=gone_at)
    _log(article, answer, before, after, moved)


def _log(
    article: Article, answer: Answer, before: Known, after: Known, moved: bool
) -> None:
    about = {
        "stage": STAGE,
        "article": article.pk,
        "url": article.url,
        "status": answer.status,
    }
    if after.is_gone and not before.is_gone:
        log.warning("original_is_gone", since=str(after.missing_at), **about)
    elif before.is_gone and not after.is_gone:
        log.info("original_is_back", **about)
    elif moved:
        log.info("original_moved", moved_to=answer.address, **about)
    else:
        log.debug("original_checked", answer=answer.kind, reason=answer.reason, **about)
