"""Blocks that people want kept: no rule leaves them out of a source's articles any more.

A change is tried out by a run that previews it, or made, and then a run extracts the articles that
it concerns again from their stored pages.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from catalog.models import Article, KeptBlock, Source
from catalog.selection import MAX_SELECTED
from pipeline.core.records import KEPT_BLOCKS, OF_NO_RULE
from pipeline.extraction.content.rules import RULES
from pipeline.models import Run
from pipeline.runs.control import InvalidState
from pipeline.runs.launch import launch_extraction

RULE_NAMES = frozenset(rule.name for rule in RULES)
RECENT_ARTICLES = 100  # of a source whose records are counted

# Bounded by the number of articles and of each article's records.
LEFT_OUT_LATELY = """
SELECT block->>'rule', count(*), count(DISTINCT article.id),
    min(block->>'reason')
FROM (
    SELECT id, left_out FROM catalog_article
    WHERE source_id = %s AND deleted_at IS NULL
    ORDER BY published DESC, id DESC LIMIT %s
) AS article, jsonb_array_elements(article.left_out) AS block
WHERE block->>'rule' <> ALL(%s)
GROUP BY 1 ORDER BY 3 DESC, 1
"""

# To read the records of all articles of a large source would take seconds.
LACKING = """
SELECT count(*) FILTER (WHERE left_out @> %s::jsonb), count(*)
FROM (
    SELECT left_out FROM catalog_article
    WHERE source_id = %s AND deleted_at IS NULL
    ORDER BY published DESC, id DESC LIMIT %s
) AS article
"""


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many of the newest articles of a source lack such a block, and how many were looked
    at."""

    articles: int
    looked_at: int

    @property
    def may_be_more(self) -> bool:
        """Whether the source may have older ones."""
        return self.looked_at >= RECENT_ARTICLES


@dataclass(frozen=True, slots=True)
class LeftOutByRule:
    """How many blocks a rule left out of the newest articles of a source."""

    rule: str
    blocks: int
    articles: int
    reason: str


def left_out_lately(source: Source) -> list[LeftOutByRule]:
    """Return what rules left out of a source's newest articles, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(
            LEFT_OUT_LATELY, [source.pk, RECENT_ARTICLES, sorted(OF_NO_RULE)]
        )
        return [LeftOutByRule(*row) for row in cursor.fetchall()]


def check(rule: str, words: str) -> None:
    """Check that a block can be meant. Raises InvalidState."""
    if rule not in RULE_NAMES:
        raise InvalidState(f"there is no rule {rule[:40]!r}")
    if len(words) > KeptBlock.MAX_WORDS_LENGTH:
        raise InvalidState(
            f"a block is named by its first {KeptBlock.MAX_WORDS_LENGTH} characters"
        )


def _block(rule: str, words: str) -> list[dict[str, str]]:
    if words:
        return [{"rule": rule, "words": words}]
    return [{"rule": rule}]


def count_without(source: Source, rule: str, words: str = "") -> Lacking:
    """Count the newest articles of the source that such a block was left out of."""
    block = json.dumps(_block(rule, words))
    with connection.cursor() as cursor:
        cursor.execute(LACKING, [block, source.pk, RECENT_ARTICLES])
        return Lacking(*cursor.fetchone())


def articles_without(source: Source, rule: str, words: str = "") -> list[int]:
    """Return the newest articles of the source that such a block was left out of."""
    block = _block(rule, words)
    live = Article.objects.live().filter(source=source, left_out__contains=block)
    return list(live.order_by("-pk").values_list("pk", flat=True)[:MAX_SELECTED])


def articles_with(source: Source) -> list[int]:
    """Return the newest articles of the source that hold a block since it is kept."""
    live = Article.objects.live().filter(source=source, methods__has_key=KEPT_BLOCKS)
    return list(live.order_by("-pk").values_list("pk", flat=True)[:MAX_SELECTED])


def keep(source: Source, rule: str, words: str, by: str) -> KeptBlock:
    """Keep such blocks from now on. Doing so twice changes nothing. Raises InvalidState."""
    check(rule, words)
    with transaction.atomic():
        Source.objects.select_for_update().get(pk=source.pk)
        found = source.kept_blocks.filter(rule=rule, words=words).first()
        if found:
            return found
        if source.kept_blocks.count() >= KeptBlock.MAX_PER_SOURCE:
            raise InvalidState(f"a source has at most {KeptBlock.MAX_PER_SOURCE}")
        return KeptBlock.objects.create(
            source=source, rule=rule, words=words, created_by=by
        )


def keep_and_extract(
    source: Source, rule: str, words: str, by: str
) -> tuple[KeptBlock, Run | None]:
    """Keep such blocks, and extract the articles again that lack one; no run where none has a
    stored page."""
    kept = keep(source, rule, words, by)
    concerned = articles_without(source, rule, words)
    return kept, _extract(concerned, by, f"Keep {kept}")


def undo_and_extract(kept: KeptBlock, by: str) -> Run | None:
    """Leave such blocks out again, and extract the articles again that may hold one."""
    concerned = articles_with(kept.source)
    name = f"Leave out {kept}"
    kept.delete()
    return _extract(concerned, by, name)


def preview_keep(source: Source, rule: str, words: str, by: str) -> Run:
    """Start a run that says what keeping such blocks would change. Raises InvalidState."""
    check(rule, words)
    trial = [*_pairs(source), [rule, words]]
    change = {"verb": "keep", "source": source.pk, "rule": rule, "words": words}
    return launch_extraction(
        articles_without(source, rule, words),
        by=by,
        name=f"Preview: keep {words or rule}",
        preview=True,
        more={"keep": trial, "trial": change},
    )


def preview_undo(kept: KeptBlock, by: str) -> Run:
    """Start a run that says what leaving such blocks out again would change. Raises
    InvalidState."""
    trial = [pair for pair in _pairs(kept.source) if pair != [kept.rule, kept.words]]
    change = {"verb": "undo", "source": kept.source_id, "kept": kept.pk}
    return launch_extraction(
        articles_with(kept.source),
        by=by,
        name=f"Preview: leave out {kept.words or kept.rule}",
        preview=True,
        more={"keep": trial, "trial": change},
    )


def _pairs(source: Source) -> list[list[str]]:
    return [[kept.rule, kept.words] for kept in source.kept_blocks.all()]


def _extract(articles: Sequence[int], by: str, name: str) -> Run | None:
    try:
        return launch_extraction(articles, by=by, name=name)
    except InvalidState:
        return None
