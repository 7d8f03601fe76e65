"""The links of articles: kept when an article is stored, read for who links to what."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max

from catalog.models import Article, CitedCount, Link, Source
from catalog.search.timeouts import with_statement_timeout

MAX_LINKS = 200  # of an article
# What the old links were to, and the article itself, are noted for the index of words: what others
# call an article is part of it.
REPLACE = """
WITH given AS (
    SELECT * FROM unnest(%(places)s::int[], %(targets)s::text[], %(hosts)s::text[], %(texts)s::text[])
    AS each(place, target, host, text)
), noted AS (
    INSERT INTO catalog_wordchange (article_id, config, words, sign)
    SELECT DISTINCT article.id, '', '{}'::text[], 0 FROM catalog_article AS article
    WHERE article.id = %(article)s OR article.key IN (
        SELECT target FROM catalog_link WHERE article_id = %(article)s
    )
), gone AS (
    DELETE FROM catalog_link WHERE article_id = %(article)s
        AND place >= cardinality(%(places)s::int[])
)
INSERT INTO catalog_link (article_id, place, target, host, text)
SELECT %(article)s, place, target, host, text FROM given
ON CONFLICT (article_id, place) DO UPDATE
SET target = excluded.target, host = excluded.host, text = excluded.text
"""
MAX_BACKLINKS = 50
MAX_CITED = 30
MAX_TO_ADD = 30
MAX_LOOKED_AT = 200  # hosts, for blogs to add
FEW_SOURCES = 3  # that cite a host: so few do not make it common ground
# Links that are counted, the newest: to count ten million would take a minute.
MAX_COUNTED = 200_000
CITED_MS = 2_000
# To count so many takes 15 ms. Of more, those are shown that were counted last.
MAX_COUNTED_AT_ONCE = 5_000
COUNTED_EVERY = timedelta(minutes=10)
BACKLINKS = """
SELECT DISTINCT ON (writer.id) writer.id, link.text FROM catalog_link AS link
JOIN catalog_article AS writer ON writer.id = link.article_id
WHERE link.target = %(key)s AND writer.deleted_at IS NULL AND writer.id <> %(id)s
ORDER BY writer.id DESC, link.place LIMIT %(most)s
"""
# Links to other sites than the article's own. A host counts once for each source that cites it.
CITED = """
WITH newest AS MATERIALIZED (
    SELECT article_id, target, host FROM catalog_link ORDER BY id DESC LIMIT %(counted)s
), outside AS (
    SELECT newest.article_id, newest.target, newest.host, article.source_id
    FROM newest JOIN catalog_article AS article ON article.id = newest.article_id
        AND article.deleted_at IS NULL
    JOIN catalog_source AS source ON source.id = article.source_id
    WHERE newest.host <> split_part(source.host, '/', 1)
)
SELECT {column}, count(DISTINCT source_id) AS sources, count(DISTINCT article_id) AS articles,
    EXISTS (
        SELECT FROM catalog_source AS known WHERE known.host = {column}
            OR known.host LIKE replace(replace({column}, '_', '\\_'), '%%', '') || '/%%'
    ) AS gathered
FROM outside GROUP BY {column} ORDER BY sources DESC, articles DESC, {column} LIMIT %(most)s
"""
COUNTS = {
    CitedCount.Kind.HOST: CITED.format(column="outside.host"),
    CitedCount.Kind.PAGE: CITED.format(column="outside.target"),
}
KEPT = """
SELECT name, sources, articles, name IN (
    SELECT split_part(host, '/', 1) FROM catalog_source
) AS gathered
FROM catalog_citedcount WHERE kind = %(kind)s ORDER BY place LIMIT %(most)s
"""


class OutLink(NamedTuple):
    """A link to another page: the normal form of its address, the host of that, its text."""

    target: str
    host: str
    text: str


def replace_links(article: int, links: Iterable[OutLink]) -> None:
    """Keep these as the links of an article, in place of those that it had."""
    kept = list(links)[:MAX_LINKS]
    with connection.cursor() as cursor:
        cursor.execute(REPLACE, {"article": article, **link_arrays(kept)})


def link_arrays(links: list[OutLink]) -> dict[str, Any]:
    """Return the links as arrays of a statement: places, targets, hosts and texts."""
    return {
        "places": list(range(len(links))),
        "targets": [link.target for link in links],
        "hosts": [link.host for link in links],
        "texts": [link.text for link in links],
    }


class Backlink(NamedTuple):
    """An article that links to another, and with which words."""

    article: Article
    text: str


class Cited(NamedTuple):
    """A page or host that articles of other sites link to: by how many sources and articles.

    `gathered` tells of a host whether it is a source of the catalogue.
    """

    name: str
    sources: int
    articles: int
    gathered: bool


def backlinks(article: Article) -> list[Backlink]:
    """Return the articles that link to this one, the latest in the catalogue first."""
    given: dict[str, Any] = {
        "key": article.key,
        "id": article.pk,
        "most": MAX_BACKLINKS,
    }
    with connection.cursor() as cursor:
        cursor.execute(BACKLINKS, given)
        texts = dict(cursor.fetchall())
    writers = Article.objects.live().for_lists().in_bulk(list(texts))
    return [Backlink(writers[pk], texts[pk]) for pk in texts if pk in writers]


def cited_hosts(most: int = MAX_CITED) -> list[Cited] | None:
    """Return the hosts that most sources link to; None where counting takes too long."""
    return _cited(CitedCount.Kind.HOST, most)


def cited_pages(most: int = MAX_CITED) -> list[Cited] | None:
    """Return the pages that most sources link to; None where counting takes too long."""
    return _cited(CitedCount.Kind.PAGE, most)


def cited_at() -> datetime | None:
    """Return when these were counted; None where they are counted for each reader."""
    if not _has_many_links():
        return None
    return CitedCount.objects.aggregate(at=Max("counted_at"))["at"]


def keep_cited(now: datetime) -> None:
    """Count what most sources link to, where that is too much to do for each reader and was not
    done lately. Doing so twice at once changes nothing."""
    if not _has_many_links():
        return
    counted_at = cited_at()
    if counted_at and now - counted_at < COUNTED_EVERY:
        return
    for kind, sql in COUNTS.items():
        rows = _count_cited(sql, MAX_LOOKED_AT)
        CitedCount.objects.bulk_create(
            [_kept(kind, place, row, now) for place, row in enumerate(rows)],
            update_conflicts=True,
            unique_fields=["kind", "place"],
            update_fields=["name", "sources", "articles", "counted_at"],
        )
        CitedCount.objects.filter(kind=kind, place__gte=len(rows)).delete()


def _kept(kind: str, place: int, row: Cited, now: datetime) -> CitedCount:
    return CitedCount(
        kind=kind,
        place=place,
        name=row.name,
        sources=row.sources,
        articles=row.articles,
        counted_at=now,
    )


def _has_many_links() -> bool:
    return Link.objects.order_by("pk")[MAX_COUNTED_AT_ONCE:].exists()


def hosts_to_add(hosts: Iterable[Cited]) -> list[Cited]:
    """Return those of the hosts that several sources cite and that are no source yet.

    What most sources cite is left out: an encyclopedia, a place for code or a network, not a blog.
    """
    common_ground = max(FEW_SOURCES, Source.objects.count() / 2)
    found = [
        host
        for host in hosts
        if 1 < host.sources <= common_ground and not host.gathered
    ]
    return found[:MAX_TO_ADD]


def _cited(kind: CitedCount.Kind, most: int) -> list[Cited] | None:
    if _has_many_links():
        kept = _ask(KEPT, kind=kind, most=most)
        if kept:
            return kept
    return with_statement_timeout(CITED_MS, lambda: _count_cited(COUNTS[kind], most))


def _count_cited(sql: str, most: int) -> list[Cited]:
    return _ask(sql, counted=MAX_COUNTED, most=most)


def _ask(sql: str, **given: Any) -> list[Cited]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [Cited(*row) for row in cursor.fetchall()]
