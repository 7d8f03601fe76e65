"""The links of articles: kept when an article is stored, read for who links to what."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

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


def link_arrays(links: list[OutLink]) -> dict[str, list[object]]:
    """Return the links as arrays of a statement: places, targets, hosts and texts."""
    return {
        "places": list(range(len(links))),
        "targets": [link.target for link in links],
        "hosts": [link.host for link in links],
        "texts": [link.text for link in links],
    }
