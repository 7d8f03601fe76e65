"""What a search knows of articles beside their rows: counts of words, anchors, keywords.

All three follow the changes that a trigger notes (`catalog_wordchange`), some hundred articles at a
time and within a minute. Until then an article is found all the same: only the counts, what others
call it and what it is related to are as before.

The table of counts is not logged. A crash of PostgreSQL empties it, and a backup leaves it out:
then all articles are noted once more, and the counts come back as those of new articles do.
"""

from typing import Any

from django.db import connection, transaction

BATCH = 1000  # changes of a transaction; the count of a common word is written once for all of them
LOCK = 7_204_611  # of this work, for one process at a time
MAX_KEYWORDS = 80  # of an article
MAX_ANCHORS = 2_000  # characters
SAME_ANCHOR = 3  # times that the same text counts
# How many articles each configuration has: of all words only these begin with "@".
TOTALS = """
totals AS MATERIALIZED (
    SELECT config, articles FROM catalog_wordcount WHERE word >= '@' AND word < 'A'
)
"""
# A long word, or a number, is never asked for.
IS_WORD = r"length(word) <= 40 AND word !~ '^(@|[-\d.,]+$)'"
# The keywords of the articles that are `due`. In how many articles a word is, `counted` says of those
# that it has; each of the others is looked up by itself: of a table that nobody has analysed
# PostgreSQL would join all of it. A word of one article, or of more than half of them, says nothing.
# That a word is rare counts for more than how often it is used: 1.5 was measured by tools/search.
# Numbers are floats: PostgreSQL takes far longer for the logarithm of a decimal.
KEYWORDS = f"""
, among AS MATERIALIZED (
    SELECT config, articles FROM counted WHERE word = '@' || config
    UNION ALL
    SELECT config, articles FROM totals WHERE NOT EXISTS (
        SELECT FROM counted
        WHERE counted.config = totals.config AND word = '@' || totals.config
    )
), terms AS MATERIALIZED (
    SELECT article.id, among.config, among.articles AS among, term.lexeme AS word,
        sqrt(greatest(cardinality(array_positions(term.weights, 'D')), 1))
            * CASE WHEN 'A' = ANY(term.weights) THEN 3 ELSE 1 END AS frequency
    FROM catalog_article AS article
    JOIN among ON among.config = catalog_config(article.language)::text
    CROSS JOIN LATERAL unnest(article.search) AS term
    WHERE article.id = ANY(ARRAY(SELECT article_id FROM due))
        AND article.deleted_at IS NULL AND term.weights && ARRAY['A', 'D']
), known AS MATERIALIZED (
    SELECT terms.*, coalesce(counted.articles, CASE WHEN {IS_WORD} THEN (
        SELECT articles FROM catalog_wordcount AS stored
        WHERE stored.config = terms.config AND stored.word = terms.word
    ) END) AS found_in
    FROM terms LEFT JOIN counted USING (config, word)
), weighed AS (
    SELECT id, word, frequency * power(
        ln(1 + (among - found_in + 0.5::float) / (found_in + 0.5::float)), 1.5::float
    ) AS weight
    FROM known
    WHERE found_in BETWEEN least(2, among) AND greatest(among / 2, 2)
), best AS (
    SELECT *, row_number() OVER (PARTITION BY id ORDER BY weight DESC, word) AS place
    FROM weighed
), kept AS (
    SELECT id, array_agg(word ORDER BY place) AS words,
        array_agg(weight ORDER BY place) AS weights,
        sqrt(sum(weight * weight)) AS length
    FROM best
    WHERE place <= %(most)s AND weight > 0
    GROUP BY id
), written AS (
    INSERT INTO catalog_keywords (article_id, words, weights, config, among)
    SELECT article.id, coalesce(words, '{{}}'),
        ARRAY(
            SELECT round(10000 * each / length)::smallint FROM unnest(weights) AS each
        ),
        among.config, among.articles
    FROM catalog_article AS article
    JOIN among ON among.config = catalog_config(article.language)::text
    LEFT JOIN kept USING (id)
    WHERE article.id = ANY(ARRAY(SELECT article_id FROM due))
        AND article.deleted_at IS NULL
    ON CONFLICT (article_id) DO UPDATE SET words = excluded.words,
        weights = excluded.weights, config = excluded.config, among = excluded.among
), dropped AS (
    DELETE FROM catalog_keywords AS kept USING catalog_article AS article
    WHERE kept.article_id = ANY(ARRAY(SELECT article_id FROM due))
        AND article.id = kept.article_id AND article.deleted_at IS NOT NULL
)
"""  # noqa: S608 - of constants
# What changed is counted, and its keywords are chosen by these counts: most words of a new article
# are looked up once. As this is done by one process at a time, there is no conflict to look out for,
# which would cost as much as the row does.
COUNT = f"""
WITH {TOTALS}, taken AS (
    DELETE FROM catalog_wordchange WHERE id IN (
        SELECT id FROM catalog_wordchange ORDER BY id LIMIT %(batch)s
    ) RETURNING article_id, config, words, sign
), due AS MATERIALIZED (
    SELECT article_id FROM taken
    GROUP BY article_id HAVING NOT bool_and(words IS NULL) OR NOT EXISTS (
        SELECT FROM catalog_keywords AS kept
        WHERE kept.article_id = taken.article_id
    )
), summed AS MATERIALIZED (
    SELECT word, config, sum(sign) AS number
    FROM taken, unnest(coalesce(words, (
        SELECT tsvector_to_array(search) FROM catalog_article
        WHERE id = article_id
    ))) AS word
    GROUP BY word, config
), counted AS MATERIALIZED (
    SELECT summed.*, stored.ctid AS place,
        coalesce(stored.articles, 0) + number AS articles
    FROM (
        SELECT * FROM summed
        WHERE word = '@' || config
            OR ({IS_WORD})
        ORDER BY word, config
    ) AS summed LEFT JOIN LATERAL (
        SELECT ctid, articles FROM catalog_wordcount AS stored
        WHERE stored.config = summed.config AND stored.word = summed.word LIMIT 1
    ) AS stored ON true
), changed AS (
    UPDATE catalog_wordcount AS stored SET articles = counted.articles
    FROM counted WHERE stored.ctid = place AND number <> 0
), added AS (
    INSERT INTO catalog_wordcount (config, word, articles)
    SELECT config, word, number FROM counted WHERE place IS NULL AND number <> 0
)
{KEYWORDS}
SELECT article_id, article_id IN (SELECT article_id FROM due)
FROM (SELECT DISTINCT article_id FROM taken) AS each ORDER BY article_id
"""  # noqa: S608 - of constants
CHOOSE = f"""
WITH {TOTALS}, due AS (
    SELECT unnest(%(ids)s::bigint[]) AS article_id
), counted AS (
    SELECT config, word, articles FROM catalog_wordcount WHERE false
)
{KEYWORDS}
SELECT
"""  # noqa: S608 - of constants
# Not where all articles are new: they are noted already.
ARE_COUNTS_LOST = """
SELECT NOT EXISTS (SELECT FROM catalog_wordcount) AND EXISTS (
    SELECT FROM catalog_article AS article
    WHERE deleted_at IS NULL AND NOT EXISTS (
        SELECT FROM catalog_wordchange
        WHERE article_id = article.id AND words IS NULL
    )
)
"""
# Whoever is changing an article comes first: what they note of it would be counted twice. What
# changed before the counts were lost needs its keywords chosen, as a new article does.
NOTE_ALL = """
LOCK TABLE catalog_article IN SHARE MODE;
DELETE FROM catalog_keywords WHERE article_id IN (
    SELECT article_id FROM catalog_wordchange WHERE words IS NOT NULL
);
DELETE FROM catalog_wordchange;
INSERT INTO catalog_wordchange (article_id, config, words, sign)
SELECT id, catalog_config(language)::text, NULL, 1
FROM catalog_article
WHERE deleted_at IS NULL
"""
# Of tables whose size it does not know PostgreSQL would read all for each word; and it takes the
# words to be few: it would sort them all before it counts, and compare each with each.
PLANNING = """
SET LOCAL enable_seqscan = off;
SET LOCAL enable_sort = off;
SET LOCAL enable_nestloop = off
"""
PLANNING_OF_LINKS = "SET LOCAL enable_sort = on; SET LOCAL enable_nestloop = on"
TARGETS = """
SELECT target.id FROM catalog_link AS link
JOIN catalog_article AS target ON target.key = link.target
WHERE link.article_id = ANY(%(ids)s)
"""
# The texts that most articles use come first: the column is cut.
ANCHORS = """
WITH called AS (
    SELECT target.id, link.text, count(DISTINCT writer.id) AS writers
    FROM catalog_article AS target
    JOIN catalog_link AS link
        ON link.target = target.key AND link.text <> ''
    JOIN catalog_article AS writer ON writer.id = link.article_id
        AND writer.deleted_at IS NULL AND writer.id <> target.id
    WHERE target.id = ANY(%(ids)s)
    GROUP BY target.id, link.text
), joined AS (
    SELECT id, left(string_agg(
        repeat(text || E'\\n', least(writers, %(same)s)::int),
        '' ORDER BY writers DESC, text
    ), %(longest)s) AS anchors
    FROM called
    GROUP BY id
)
UPDATE catalog_article AS article
SET anchors = coalesce(joined.anchors, '')
FROM unnest(%(ids)s::bigint[]) AS due(id)
LEFT JOIN joined USING (id)
WHERE article.id = due.id
    AND article.anchors <> coalesce(joined.anchors, '')
"""
# Chosen among less than two thirds of the articles that there are now: which words are rare was
# another question.
STALE = f"""
WITH {TOTALS}
SELECT kept.article_id FROM totals, LATERAL (
    SELECT article_id FROM catalog_keywords
    WHERE config = totals.config AND among < totals.articles * 2 / 3
    ORDER BY among LIMIT %(batch)s
) AS kept LIMIT %(batch)s
"""  # noqa: S608 - of constants


CONFIGURATIONS = """
SELECT DISTINCT catalog_config(language)::text FROM (
    SELECT DISTINCT language FROM catalog_article WHERE deleted_at IS NULL
) AS known
"""
RECOUNT = f"""
INSERT INTO catalog_wordcount (config, word, articles)
SELECT %(config)s, word, ndoc FROM ts_stat(format(%(rows)s, %(config)s))
WHERE word = '@' || %(config)s
    OR ({IS_WORD})
"""  # noqa: S608 - of constants
ROWS_OF = """SELECT search FROM catalog_article
WHERE deleted_at IS NULL AND catalog_config(language)::text = %L"""


def index_changes(batch: int = BATCH) -> int:
    """Follow the oldest changes, of up to `batch` articles; return how many were dealt with.

    Nothing where another process is at it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(ARE_COUNTS_LOST)
        if cursor.fetchone()[0]:
            cursor.execute(NOTE_ALL)
        cursor.execute(PLANNING)
        cursor.execute(COUNT, {"batch": batch, "most": MAX_KEYWORDS})
        taken = cursor.fetchall()
        cursor.execute(PLANNING_OF_LINKS)
        changed = [article for article, is_due in taken if is_due]
        if changed:
            named = _ids(cursor, TARGETS, ids=changed)
            write_anchors(cursor, sorted({*changed, *named}))
        if taken:
            return len(taken)
        stale = _ids(cursor, STALE, batch=batch)
        if stale:
            cursor.execute(CHOOSE, {"ids": stale, "most": MAX_KEYWORDS})
        return len(stale)


def recount() -> None:
    """Count all words anew, and forget the changes until now: for rows that were written past the
    trigger. Outside a transaction others may count at the same time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE catalog_wordchange, catalog_wordcount")
        cursor.execute(CONFIGURATIONS)
        for (config,) in cursor.fetchall():
            cursor.execute(RECOUNT, {"config": config, "rows": ROWS_OF})


def choose_keywords(ids: list[int]) -> None:
    """Choose the keywords of these articles."""
    with connection.cursor() as cursor:
        cursor.execute(CHOOSE, {"ids": ids, "most": MAX_KEYWORDS})


def write_anchors(cursor: Any, ids: list[int]) -> None:
    """Write what other articles call these where they link to them."""
    given = {"ids": ids, "same": SAME_ANCHOR, "longest": MAX_ANCHORS}
    cursor.execute(ANCHORS, given)


def _ids(cursor: Any, sql: str, **given: object) -> list[int]:
    cursor.execute(sql, given)
    return [row[0] for row in cursor.fetchall()]


def index_all(limit: int = 1_000_000) -> int:
    """Follow all changes, batch after batch, up to so many; return how many were dealt with."""
    done = 0
    while done < limit:
        number = index_changes()
        if not number:
            break
        done += number
    return done
