"""Erasing some articles, and all that belongs to them or names them."""

from collections.abc import Collection

from django.db import connection
from django.db.models import Q

from catalog.models import Article, ArticleVersion, CitedCount, Link
from catalog.search.indexing import write_anchors
from catalog.trash import erasing
from pipeline.access.models import NewArticle, WatchMatch
from pipeline.core.quoted_urls import without_links
from pipeline.journeys.erased import delete_pages, forget_urls
from pipeline.models import ImportRow, Journey
from pipeline.monitor.logs.erasure import ERASED
from pipeline.monitor.models import LogEvent

MAX_LINKING = 1_000  # articles of a batch that link to what is erased, at a time


def erase_articles(ids: Collection[int]) -> int:
    """Erase these articles, whatever their state; return how many there were. To be called in a
    transaction."""
    rows = Article.objects.select_for_update().filter(pk__in=ids)
    keys = dict(rows.values_list("pk", "key"))
    if not keys:
        return 0
    journeys = Journey.objects.filter(Q(article__in=keys) | Q(key__in=keys.values()))
    urls = {*keys.values(), *journeys.values_list("key", flat=True)}
    addresses = {
        *urls,
        *journeys.values_list("url", flat=True),
        *rows.values_list("url", flat=True),
    }
    erasing.send(Article, ids=list(keys), keys=list(keys.values()))
    LogEvent.objects.filter(url__in=addresses).update(url="", data=ERASED)
    links = Link.objects.filter(article__in=keys)
    called = Article.objects.filter(key__in=links.values("target"))
    named = list(called.exclude(pk__in=keys).values_list("pk", flat=True))
    WatchMatch.objects.filter(article__in=keys).delete()
    NewArticle.objects.filter(article_id__in=keys).delete()
    unlink(urls, keys)
    forget_imports(urls)
    forget_urls(urls)
    Article.objects.filter(pk__in=keys).delete()
    with connection.cursor() as cursor:
        write_anchors(cursor, sorted(named))
    return len(keys)


def unlink(urls: Collection[str], own: Collection[int]) -> None:
    """Take links to these URLs out of the articles of others. Pages that hold such a link cannot
    be changed, and go."""
    CitedCount.objects.filter(name__in=urls).delete()
    links = Link.objects.filter(target__in=urls)
    while True:
        linking = links.exclude(article__in=own).values_list("article", flat=True)
        ids = list(linking.order_by("article").distinct()[:MAX_LINKING])
        if not ids:
            break
        for model, column in ((Article, "pk"), (ArticleVersion, "article")):
            _unlink_rows(model, {f"{column}__in": ids}, urls)
        journeys = Journey.objects.filter(article__in=ids)
        delete_pages(
            Q(journey__in=journeys.values("pk"))
            | Q(key__in=Article.objects.filter(pk__in=ids).values("key"))
        )
        journeys.update(source_metadata={})
        links.filter(article__in=ids).delete()
    links.delete()


def _unlink_rows(
    model: type[Article] | type[ArticleVersion],
    condition: dict[str, list[int]],
    urls: Collection[str],
) -> None:
    for row in model._default_manager.filter(**condition).only("html", "text"):
        html = without_links(row.html, urls.__contains__)
        text = without_links(row.text, urls.__contains__)
        if (html, text) != (row.html, row.text):
            model._default_manager.filter(pk=row.pk).update(html=html, text=text)


def forget_imports(urls: Collection[str]) -> None:
    """Empty the lines of imported lists that name these URLs; the lines stay in the counts."""
    ImportRow.objects.filter(key__in=urls).update(
        address="",
        key="",
        title="",
        feed="",
        labels=[],
        problem="erased",
        is_settled=True,
    )
