"""Articles that are about the same: they share the words that say most about them, link to each
other, are linked to from the same pages, link to the same pages, or have the same tags; or the one
calls the other by its name. (Imports are among the words.)

No model, and no more than a bounded number of articles is compared with one.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from catalog.models import Article
from catalog.names import names_in, spaced
from catalog.search.timeouts import with_statement_timeout

SHOWN = 10
RELATED_MS = 80
MAX_COMPARED = 600  # articles that share a word
ASKED = 60  # of an article's words: the ones that say most
MAX_LISTED = (
    1_200  # articles that the asked words have together, the rarest words first
)
MAX_LINKED = 100  # links to an article, and from each page that links to it
MAX_SHARING = 20  # articles that link to a page; what more of them do says nothing
MAX_NAMED = (
    200  # articles, the most related ones, whose names are looked for in the text
)
# Rarity that the words of a name have together, as a share of what a word has that one article has:
# "my previous article" is no name. Of a million articles two words that 1,000 have are enough.
TELLING = 0.45


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much. The likeness of the words is between 0 and 1. `tools/search` measures
    what each is good for."""

    words: float = 1.0
    link: float = 0.2  # it links to the article, or the article to it
    named: float = 0.25  # the article's text has its title, or what others call it
    cited_together: float = (
        0.05  # times links, over the square root of the links of that page
    )
    tags: float = 0.1  # times the likeness of the tags
    shared: float = 0.05  # over the logarithm of the articles that link to that page


WEIGHTS = Weights()


class Scored(NamedTuple):
    """An article, how related it is, and what it is called: `anchors` has one name a line."""

    id: int
    score: float
    title: str
    anchors: str

    def plus(self, more: float) -> "Scored":
        """Return the same with a higher score."""
        return self._replace(score=self.score + more)


# The rarest words are asked, at least one of them: the others would find the limit's worth of
# anything.
RELATED = """
WITH own AS MATERIALIZED (
    SELECT article.id, article.key, article.tags,
        kept.words, kept.weights, kept.config
    FROM catalog_article AS article
    LEFT JOIN catalog_keywords AS kept ON kept.article_id = article.id
    WHERE article.id = %(id)s
), asked AS MATERIALIZED (
    SELECT word FROM (
        SELECT count.word,
            row_number() OVER rarest AS place,
            sum(count.articles) OVER rarest AS listed
        FROM own
        CROSS JOIN unnest(words) WITH ORDINALITY AS each(word, place)
        JOIN catalog_wordcount AS count
            ON count.config = own.config AND count.word = each.word
        WHERE each.place <= %(asked)s
        WINDOW rarest AS (ORDER BY count.articles, count.word)
    ) AS counted WHERE place = 1 OR listed <= %(listed)s
), alike AS (
    SELECT article_id AS id, words, weights FROM catalog_keywords
    WHERE words && (SELECT array_agg(word) FROM asked) LIMIT %(compared)s
), by_words AS (
    SELECT alike.id,
        sum(theirs.weight::float * ours.weight) / 1e8 * %(words)s AS score
    FROM alike, unnest(alike.words, alike.weights) AS theirs(word, weight)
    JOIN (
        SELECT each.* FROM own, unnest(words, weights) AS each(word, weight)
    ) AS ours USING (word)
    GROUP BY alike.id
), linked AS (
    SELECT DISTINCT target.id FROM catalog_link AS link
    JOIN catalog_article AS target ON target.key = link.target
    WHERE link.article_id = %(id)s
), citing AS MATERIALIZED (
    SELECT DISTINCT link.article_id AS id FROM own
    JOIN catalog_link AS link ON link.target = own.key
    LIMIT %(linked)s
), cited AS (
    SELECT target.id,
        sum(1 / sqrt(page.number)) * %(cited_together)s AS score
    FROM citing, LATERAL (
        SELECT target, count(*) OVER () AS number FROM catalog_link
        WHERE article_id = citing.id GROUP BY target LIMIT %(linked)s
    ) AS page
    JOIN catalog_article AS target ON target.key = page.target
    GROUP BY target.id
), shared AS (
    SELECT other.id, sum(1 / ln(1 + other.number)) * %(shared)s AS score
    FROM (
        SELECT DISTINCT target FROM catalog_link WHERE article_id = %(id)s
    ) AS page, LATERAL (
        SELECT article_id AS id, count(*) OVER () AS number FROM (
            SELECT DISTINCT article_id FROM (
                SELECT article_id FROM catalog_link
                WHERE target = page.target
                LIMIT 2 * %(sharing)s
            ) AS linking LIMIT %(sharing)s + 1
        ) AS writers
    ) AS other
    WHERE other.number <= %(sharing)s GROUP BY other.id
), together AS (
    SELECT id, sum(score) AS score FROM (
        SELECT id, score FROM by_words
        UNION ALL
        SELECT id, %(link)s
        FROM (SELECT id FROM citing UNION SELECT id FROM linked) AS each
        UNION ALL
        SELECT id, score FROM cited
        UNION ALL
        SELECT id, score FROM shared
    ) AS each WHERE id <> %(id)s GROUP BY id
)
SELECT together.id,
    together.score + %(tags)s * catalog_overlap(other.tags, own.tags) AS score,
    other.title, other.anchors
FROM together JOIN catalog_article AS other USING (id), own
WHERE other.deleted_at IS NULL
    AND other.original_id IS DISTINCT FROM own.id
ORDER BY score DESC, id DESC LIMIT %(most)s
"""
# The worth of a name is that of its words, each once; numbers are not counted, and worth nothing.
WORTH = """
SELECT name FROM (
    SELECT name,
        ln(1 + (total.articles - count.articles + 0.5) / (count.articles + 0.5))
            / ln(1 + total.articles) AS worth
    FROM unnest(%(names)s::text[]) AS name
    JOIN catalog_article AS own ON own.id = %(id)s
    JOIN catalog_wordcount AS total
        ON total.config = catalog_config(own.language)::text
        AND total.word = '@' || total.config
    CROSS JOIN LATERAL unnest(
        tsvector_to_array(to_tsvector(total.config::regconfig, name))
    ) AS each(term)
    JOIN catalog_wordcount AS count
        ON count.config = total.config AND count.word = each.term
) AS each GROUP BY name HAVING sum(worth) >= %(telling)s
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
    most = shown
    if weights.named:
        most = max(shown, MAX_NAMED)
    found = _scored(article, most, weights)
    if weights.named:
        named = _named(article, found)
        found = [
            other.plus(weights.named) if other.id in named else other for other in found
        ]
    found.sort(key=lambda other: (-other.score, -other.id))
    return [other.id for other in found[:shown]]


def _scored(article: int, most: int, weights: Weights) -> list[Scored]:
    given = {
        "id": article,
        "most": most,
        "asked": ASKED,
        "listed": MAX_LISTED,
        "compared": MAX_COMPARED,
        "linked": MAX_LINKED,
        "words": weights.words,
        "link": weights.link,
        "cited_together": weights.cited_together,
        "tags": weights.tags,
        "shared": weights.shared,
        "sharing": MAX_SHARING,
    }
    with connection.cursor() as cursor:
        cursor.execute(RELATED, given)
        return [Scored(*row) for row in cursor.fetchall()]


def _named(article: int, others: list[Scored]) -> set[int]:
    """Return the ids of those that the text of the article calls by a name that says something."""
    text = spaced(Article.objects.only("text").get(pk=article).text)
    found = {other.id: names_in(text, other.title, other.anchors) for other in others}
    telling = _telling(article, {name for names in found.values() for name in names})
    return {pk for pk, names in found.items() if telling.intersection(names)}


def _telling(article: int, names: set[str]) -> set[str]:
    """Return those names whose words are rare enough in the language of the article."""
    if not names:
        return set()
    given: dict[str, Any] = {
        "id": article,
        "names": sorted(names),
        "telling": TELLING,
    }
    with connection.cursor() as cursor:
        cursor.execute(WORTH, given)
        return {row[0] for row in cursor.fetchall()}
