"""How good the articles of a source came out, run by run, and whether that became worse.

The figures of a run are taken once, when it ends, and kept with the source: to show them costs
nothing that grows with the catalogue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from pipeline.models import Run

MAX_RUNS = 20  # that are kept of a source
MAX_SOURCES = 500  # of a run, those with the most articles
FEW_NOW = 3  # articles; fewer prove nothing
FEW_BEFORE = 5
DROP = 0.1  # of the mean quality

# Of each source the articles that a run stored, and the reason that most of those name which are
# not sound; numbers in reasons are not told apart. Once a run: it replaces its own figures.
NOTE = """
WITH made AS MATERIALIZED (
    SELECT article.source_id, article.quality, article.quality_reasons
    FROM pipeline_journey journey JOIN catalog_article article
        ON article.id = journey.article_id
    WHERE journey.run_id = %(run)s AND journey.state = 'stored'
), means AS (
    SELECT source_id, count(*) AS articles,
        round(avg(quality)::numeric, 3) AS quality
    FROM made GROUP BY 1 ORDER BY 2 DESC LIMIT %(sources)s
), reasons AS (
    SELECT source_id, mode() WITHIN GROUP (
        ORDER BY regexp_replace(reason, '[0-9][0-9.,]*', '…', 'g')) AS reason
    FROM made, unnest(quality_reasons) AS reason GROUP BY 1
)
UPDATE catalog_source SET quality_runs = (
    SELECT jsonb_agg(entry) FROM (
        SELECT jsonb_build_array(%(run)s, means.articles, means.quality,
            coalesce(left(reasons.reason, 200), ''))
            AS entry, 0 AS place
        UNION ALL
        SELECT entry, place
        FROM jsonb_array_elements(quality_runs) WITH ORDINALITY AS old(entry, place)
        WHERE (entry->>0)::bigint <> %(run)s
        ORDER BY place LIMIT %(runs)s
    ) AS newest
)
FROM means LEFT JOIN reasons USING (source_id)
WHERE catalog_source.id = means.source_id
"""


@dataclass(frozen=True, slots=True)
class QualityOfRun:
    """What a run stored of a source: how many articles, their mean quality (0 to 1), and the most
    frequent reason for less."""

    run: int
    articles: int
    quality: float
    reason: str


@dataclass(frozen=True, slots=True)
class QualityDrop:
    """The mean quality now and before, how many articles it is now, and the main reason."""

    now: float
    before: float
    articles: int
    reason: str

    def __str__(self) -> str:
        text = f"Mean quality fell from {self.before:.2f} to {self.now:.2f} in the newest {self.articles:,} articles"
        if self.reason:
            return f"{text}: {self.reason}."
        return f"{text}."


def note_quality(run: Run) -> None:
    """Keep the quality of what a run stored with its sources. Doing so twice changes nothing."""
    values = {"run": run.pk, "sources": MAX_SOURCES, "runs": MAX_RUNS}
    with connection.cursor() as cursor:
        cursor.execute(NOTE, values)


def read_runs(kept: Sequence[Sequence[Any]]) -> list[QualityOfRun]:
    """Return what is kept with a source, newest first."""
    return [QualityOfRun(*entry) for entry in kept]


def judge_quality(runs: Sequence[QualityOfRun]) -> QualityDrop | None:
    """Return the drop from a source's past to its newest articles, where there is one.

    `runs` are newest first; as many of them are "now" as are needed for a few articles.
    """
    newest: list[QualityOfRun] = []
    for run in runs:
        if _articles(newest) >= FEW_NOW:
            break
        newest.append(run)
    past = runs[len(newest) :]
    if _articles(newest) < FEW_NOW or _articles(past) < FEW_BEFORE:
        return None
    now, before = mean_quality(newest), mean_quality(past)
    if before - now < DROP:
        return None
    worst = min(newest, key=lambda run: run.quality)
    return QualityDrop(round(now, 2), round(before, 2), _articles(newest), worst.reason)


def mean_quality(runs: Sequence[QualityOfRun]) -> float:
    """Return the mean quality of all articles of some runs; 0 for none."""
    total = _articles(runs)
    if not total:
        return 0.0
    return sum(run.quality * run.articles for run in runs) / total


def _articles(runs: Sequence[QualityOfRun]) -> int:
    return sum(run.articles for run in runs)
