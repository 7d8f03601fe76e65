"""Articles that are about the same: they share the words that say most about them, link to each
other, are linked to from the same pages, link to the same pages elsewhere, or have the same tags.
(Imports are among the words.)

No model, and no more than a bounded number of articles is compared with one.
"""

from dataclasses import dataclass

from django.db import connection

from catalog.models import Article
from catalog.search.timeouts import with_statement_timeout

SHOWN = 10
RELATED_MS = 80
MAX_COMPARED = 600  # articles that share a word
ASKED = 24  # of an article's words: the ones that say most, which rare words do
MAX_LINKED = 100  # links to an article, and from each page that links to it
MAX_SHARING = 20  # articles that link to a page; what more of them do says nothing


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much. The likeness of the words is between 0 and 1. `tools/search` measures
    what each is good for."""

    words: float = 1.0
    backlink: float = 0.2  # it links to the article
    cited_together: float = (
        0.05  # times links, over the square root of the links of that page
    )
    tags: float = 0.1  # times the likeness of the tags
    shared: float = 0.05  # over the logarithm of the articles that link to that page


WEIGHTS = Weights()
# Of the asked words the rare ones come first: the others would find the limit's worth of anything.
RELATED = """
WITH own AS MATERIALIZED (
    SELECT article.id, article.key, article.tags, kept.words, kept.weights
    FROM catalog_article AS article LEFT JOIN catalog_keywords AS kept ON kept.article_id = article.id
    WHERE article.id = %(id)s
), asked AS MATERIALIZED (
    SELECT word, weight FROM own, unnest(words, weights) WITH ORDINALITY AS each(word, weight, place)
    WHERE place <= %(asked)s
), alike AS (
    SELECT article_id AS id, words, weights FROM catalog_keywords
    WHERE words && (SELECT array_agg(word) FROM asked) LIMIT %(compared)s
), by_words AS (
    SELECT alike.id, sum(theirs.weight::float * ours.weight) / 1e8 * %(words)s AS score
    FROM alike, unnest(alike.words, alike.weights) AS theirs(word, weight)
    JOIN (SELECT each.* FROM own, unnest(words, weights) AS each(word, weight)) AS ours USING (word)
    GROUP BY alike.id
), citing AS MATERIALIZED (
    SELECT DISTINCT link.article_id AS id FROM own JOIN catalog_link AS link ON link.target = own.key
    LIMIT %(linked)s
), cited AS (
    SELECT target.id, sum(1 / sqrt(page.number)) * %(cited_together)s AS score
    FROM citing, LATERAL (
        SELECT target, count(*) OVER () AS number FROM catalog_link
        WHERE article_id = citing.id GROUP BY target LIMIT %(linked)s
    ) AS page JOIN catalog_article AS target ON target.key = page.target
    GROUP BY target.id
), shared AS (
    SELECT other.id, sum(1 / ln(1 + other.number)) * %(shared)s AS score
    FROM (SELECT DISTINCT target FROM catalog_link WHERE article_id = %(id)s) AS page, LATERAL (
        SELECT article_id AS id, count(*) OVER () AS number FROM (
            SELECT DISTINCT article_id FROM (
                SELECT article_id FROM catalog_link WHERE target = page.target LIMIT 2 * %(sharing)s
            ) AS linking LIMIT %(sharing)s + 1
        ) AS writers
    ) AS other
    WHERE other.number <= %(sharing)s
        AND NOT EXISTS (SELECT FROM catalog_article WHERE key = page.target)
    GROUP BY other.id
), together AS (
    SELECT id, sum(score) AS score FROM (
        SELECT id, score FROM by_words UNION ALL SELECT id, %(backlink)s FROM citing
        UNION ALL SELECT id, score FROM cited UNION ALL SELECT id, score FROM shared
    ) AS each WHERE id <> %(id)s GROUP BY id
)
SELECT together.id, together.score
    + %(tags)s * catalog_overlap(other.tags, own.tags)
 AS score
FROM together JOIN catalog_article AS other USING (id), own
WHERE other.deleted_at IS NULL AND other.original_id IS DISTINCT FROM own.id
ORDER BY score DESC, id DESC LIMIT %(shown)s
"""


def related(article: int, shown: int = SHOWN) -> list[Article]:
    """Return the articles that are most related to this one, the nearest first; none where it
    takes too long."""
    ids = with_statement_timeout(RELATED_MS, lambda: related_ids(article, shown)) or []
    found = Article.objects.live().for_lists().in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def related_ids(
    article: int, shown: int = SHOWN, weights: Weights = WEIGHTS
) -> list[int]:
    """Return the ids of related articles, the nearest first."""
    given = {
        "id": article,
        "shown": shown,
        "asked": ASKED,
        "compared": MAX_COMPARED,
        "linked": MAX_LINKED,
        "words": weights.words,
        "backlink": weights.backlink,
        "cited_together": weights.cited_together,
        "tags": weights.tags,
        "shared": weights.shared,
        "sharing": MAX_SHARING,
    }
    with connection.cursor() as cursor:
        cursor.execute(RELATED, given)
        return [row[0] for row in cursor.fetchall()]
