"""Which of the articles that were stored since the last time are in which watched view.

A trigger notes each article that is inserted (`access_newarticle`), in the transaction that stores
it. A batch of these is read, matched and removed in one transaction: whenever a worker dies, an
article is either still noted or among the matches. An article that changes is not inserted again,
so it is not new.
"""

from collections.abc import Sequence

import structlog
from django.db import DataError, ProgrammingError, transaction
from django.http import QueryDict

from catalog.filters import ArticleFilter
from catalog.models import Article
from pipeline.access.models import NewArticle, Watch, WatchMatch

log = structlog.get_logger(__name__)
BATCH = 500  # articles


def match_new_articles(batch: int = BATCH) -> int:
    """Match the oldest articles that nobody looked at yet; return how many there were.

    Others at the same work take the ones after these.
    """
    with transaction.atomic():
        taken = NewArticle.objects.select_for_update(skip_locked=True)
        rows = list(taken.order_by("number")[:batch])
        if rows:
            for watch in Watch.objects.select_related("view", "owner"):
                _match(watch, rows)
            numbers = [row.number for row in rows]
            NewArticle.objects.filter(number__in=numbers).delete()
    return len(rows)


def filter_of(watch: Watch, ids: Sequence[int] | None = None) -> ArticleFilter:
    """Return the filter of the view, for whoever watches it; of these articles where some are
    named. Words that no article has stand for themselves, not for similar ones."""
    rows = Article.objects.live()
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    filters = ArticleFilter(
        QueryDict(watch.view.query), rows.for_reader(watch.owner_id)
    )
    filters.exact_words = True
    return filters


def matching_ids(watch: Watch, ids: Sequence[int]) -> list[int]:
    """Return those of the articles that the view shows, in the order in which they were stored.

    Nothing where the view's filter says nothing any more: left out, it would let everything in.
    """
    filters = filter_of(watch, ids)
    if not filters.form.is_valid():
        return []
    return list(filters.qs.order_by("pk").values_list("pk", flat=True))


def _match(watch: Watch, rows: Sequence[NewArticle]) -> None:
    if not watch.may_see:
        return
    ids = [row.article_id for row in rows if row.number > watch.after]
    if not ids:
        return
    try:
        with transaction.atomic():
            found = matching_ids(watch, ids)
    except (DataError, ProgrammingError) as error:
        # Of this view alone: the others are told all the same.
        log.error("watch_failed", watch=watch.pk, error=str(error).strip())
        return
    WatchMatch.objects.bulk_create(
        [WatchMatch(watch=watch, article_id=pk) for pk in found], ignore_conflicts=True
    )
