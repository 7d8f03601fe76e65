"""What quotes erased URLs beside their own rows: caches, log lines, runs, counts of words."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from catalog.models import Article, CitedCount, Source, WordCount
from catalog.search.indexing import index_all
from pipeline.core.batched import batched
from pipeline.core.quoted_urls import keys_in, without_urls
from pipeline.models import (
    Addition,
    ComparedRuns,
    ErasedURL,
    ImportRow,
    KnownFeed,
    LearnedSource,
    Run,
    RunEvent,
    SourceCacheEntry,
)
from pipeline.monitor.logs.erasure import ERASED
from pipeline.monitor.models import LogEvent
from pipeline.privacy.batch import forget_imports

ROWS_AT_ONCE = 500
QUOTING = {
    Run: (
        "name",
        "parameters",
        "reason",
        "notes",
        "source_requests",
        "address_reports",
        "summary",
        "discovery",
    ),
    RunEvent: ("why",),
    Addition: ("addresses", "outcome"),
}
# PostgreSQL keeps the most frequent values of each column for its planning.
STATISTICS = "ANALYZE catalog_article, catalog_keywords, pipeline_journey"


def remove_traces(host: str, *, whole: bool) -> None:
    """Remove what quotes erased URLs of a host, of all hosts where it is empty. `whole`: the source
    was erased with all that is known of it. Doing so twice changes nothing."""
    forget_caches(host)
    for model, fields in QUOTING.items():
        clean_rows(model, fields, host)
    clean_log(host)
    clean_imports(host)
    ComparedRuns.objects.all().delete()
    for part in batched(CitedCount.objects.filter(kind="page"), ROWS_AT_ONCE):
        names = ErasedURL.objects.among([each.name for each in part])
        CitedCount.objects.filter(name__in=names).delete()
    if host:
        forget_source(host, whole=whole)
    forget_words()


def forget_caches(host: str) -> None:
    """Forget what the feeds and lists of a host said, and what they taught: the next crawl reads
    them again."""
    bare = host.partition("/")[0]
    for model in (SourceCacheEntry, LearnedSource, KnownFeed):
        rows = model._default_manager.all()
        if host:
            rows = rows.filter(host__in=[host, bare, f"www.{bare}"])
        rows.delete()


def clean_rows(model: type[Model], fields: tuple[str, ...], host: str) -> None:
    """Take erased URLs out of these columns."""
    rows = _mentioning(model._default_manager.all(), fields, host)
    for part in batched(rows.iterator(chunk_size=ROWS_AT_ONCE), ROWS_AT_ONCE):
        is_erased = erased_among(
            [getattr(row, name) for row in part for name in fields]
        )
        for row in part:
            changed = {}
            for name in fields:
                before = getattr(row, name)
                after = without_urls(before, is_erased)
                if after != before:
                    changed[name] = after
            if changed:
                model._default_manager.filter(pk=row.pk).update(**changed)


def clean_log(host: str) -> None:
    """Empty the log lines that name an erased URL."""
    rows = _mentioning(LogEvent.objects.all(), ("url", "data"), host)
    values = rows.values_list("pk", "url", "data").iterator(chunk_size=ROWS_AT_ONCE)
    for part in batched(values, ROWS_AT_ONCE):
        is_erased = erased_among([[url, data] for _, url, data in part])
        ids = [
            pk for pk, url, data in part if any(map(is_erased, keys_in([url, data])))
        ]
        LogEvent.objects.filter(pk__in=ids).update(url="", data=ERASED)


def clean_imports(host: str) -> None:
    """Empty the lines of imported lists that name an erased URL."""
    rows = ImportRow.objects.exclude(key="").filter(key__contains=host)
    for part in batched(rows.values_list("key", flat=True).iterator(), ROWS_AT_ONCE):
        forget_imports(ErasedURL.objects.among(list(part)))


def _mentioning(
    rows: QuerySet[Any], fields: tuple[str, ...], host: str
) -> QuerySet[Any]:
    """Return the rows that mention the host in one of these columns."""
    table = rows.model._meta.db_table
    condition = Q()
    for name in fields:
        column = RawSQL(f'"{table}"."{name}"::text', [])  # noqa: S611 - own names
        rows = rows.alias(**{f"{name}_text": column})
        condition |= Q(**{f"{name}_text__contains": host or "://"})
    return rows.filter(condition)


def erased_among(value: Any) -> Callable[[str], bool]:
    """Return a function that knows which of the URLs in a value were erased."""
    known: set[str] = set()
    for part in batched(sorted(keys_in(value)), ROWS_AT_ONCE):
        known |= ErasedURL.objects.among(list(part))
    return known.__contains__


def forget_source(host: str, *, whole: bool) -> None:
    """Forget the authors of a source that none of its articles has any more; where all of it was
    erased, its name and addresses too."""
    for source in Source.objects.filter(host=host):
        left = set(_authors(source))
        source.authors = [name for name in source.authors if name in left]
        if whole:
            source.name = ""
            source.address = ""
            source.feeds = []
            source.quality_runs = []
        source.save()


def _authors(source: Source) -> Iterator[str]:
    rows = Article.objects.filter(source=source).exclude(authors=[])
    for names in rows.values_list("authors", flat=True).iterator():
        yield from names


def forget_words() -> None:
    """Count the words of what is left, and forget those that are in no article any more."""
    index_all()
    WordCount.objects.filter(articles__lte=0).delete()
    with connection.cursor() as cursor:
        cursor.execute(STATISTICS)
