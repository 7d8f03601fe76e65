"""A source whose articles came out worse than before is flagged, with both figures and the reason."""

from typing import Any

import pytest

from catalog.models import Article, Source
from pipeline.models import Run
from pipeline.runs import sources
from pipeline.summary.source_health import LastCrawl, judge_health
from pipeline.summary.source_quality import (
    MAX_RUNS,
    QualityDrop,
    QualityOfRun,
    judge_quality,
    note_quality,
    read_runs,
)
from pipeline.summary.stage import close_run
from tests.pages import WHEN, a_run, an_article, journeys

REASON = "… of … images could not be kept"


def runs(*figures: tuple[int, float]) -> list[QualityOfRun]:
    """Newest first: (articles, mean quality)."""
    return [
        QualityOfRun(100 - n, count, quality, REASON)
        for n, (count, quality) in enumerate(figures)
    ]


def test_a_drop_has_both_figures_and_the_reason() -> None:
    drop = judge_quality(runs((4, 0.7), (10, 0.95), (10, 1.0)))
    assert drop == QualityDrop(0.7, 0.97, 4, REASON)
    assert (
        str(drop)
        == "Mean quality fell from 0.97 to 0.70 in the newest 4 articles: … of … images could not be kept."
    )


@pytest.mark.parametrize(
    "figures",
    [
        [],
        [(4, 0.7)],  # no past
        [(4, 0.7), (4, 1.0)],  # too short a past
        [(4, 0.92), (10, 1.0)],  # a small drop
        [
            (2, 0.1),
            (10, 1.0),
        ],  # too few now: the past is a part of now, and nothing is left
        [(4, 1.0), (10, 0.7)],  # better
    ],
)
def test_what_is_no_drop_is_none(figures: list[tuple[int, float]]) -> None:
    assert judge_quality(runs(*figures)) is None


def test_few_new_articles_are_judged_together() -> None:
    drop = judge_quality(runs((1, 0.6), (1, 0.5), (1, 0.7), (20, 1.0)))
    assert drop is not None
    assert (drop.now, drop.articles) == (0.6, 3)


def test_a_drop_is_a_warning_where_nothing_worse_is_true() -> None:
    drop = QualityDrop(0.7, 0.97, 4, REASON)
    crawl = LastCrawl("finished", found=10, failed=0)
    assert judge_health(crawl, [WHEN], WHEN, drop).label == "Quality dropped"
    assert "0.97 to 0.70" in judge_health(crawl, [WHEN], WHEN, drop).reason
    assert (
        judge_health(LastCrawl("failed", "away"), [WHEN], WHEN, drop).label
        == "Crawl failed"
    )


def stored(
    run: Run, first: int, qualities: list[float], **values: Any
) -> list[Article]:
    """Articles that a run stored."""
    made = []
    for number, quality in enumerate(qualities, first):
        article = an_article(
            number,
            quality=quality,
            quality_reasons=["3 of 5 images could not be kept"] if quality < 1 else [],
            **values,
        )
        journey = journeys(run, 1, "stored", "store")[0]
        type(journey).objects.filter(pk=journey.pk).update(article=article)
        made.append(article)
    return made


@pytest.mark.django_db
def test_the_figures_of_a_run_are_kept_with_each_source_when_it_ends(
    django_capture_on_commit_callbacks: Any,
) -> None:
    run = a_run("running")
    source = stored(run, 1, [1.0, 0.5])[0].source
    other = stored(run, 3, [0.4], host="tea.example")[0].source
    unchanged = journeys(run, 1, "unchanged", "store")[0]
    type(unchanged).objects.filter(pk=unchanged.pk).update(
        article=an_article(9, quality=0.1)
    )
    run.batches.update(finished_at=WHEN)
    with django_capture_on_commit_callbacks(execute=True):
        close_run(run.pk)
    source.refresh_from_db()
    other.refresh_from_db()
    assert read_runs(source.quality_runs) == [QualityOfRun(run.pk, 2, 0.75, REASON)]
    assert read_runs(other.quality_runs) == [QualityOfRun(run.pk, 1, 0.4, REASON)]


@pytest.mark.django_db
def test_a_run_is_noted_once_and_the_oldest_are_dropped() -> None:
    source = an_article().source
    Source.objects.filter(pk=source.pk).update(
        quality_runs=[[-n, 5, 1.0, ""] for n in range(1, MAX_RUNS + 5)]
    )
    run = a_run("running")
    stored(run, 2, [0.5, 0.7])
    for _ in range(2):
        note_quality(run)
    source.refresh_from_db()
    assert source.quality_runs[:2] == [[run.pk, 2, 0.6, REASON], [-1, 5, 1.0, ""]]
    assert len(source.quality_runs) == MAX_RUNS


@pytest.mark.django_db
def test_a_run_that_stored_nothing_notes_nothing() -> None:
    source = an_article().source
    note_quality(a_run("running"))
    source.refresh_from_db()
    assert source.quality_runs == []


@pytest.mark.django_db
def test_the_health_of_a_source_knows_of_the_drop() -> None:
    source = an_article().source
    source.quality_runs = [[9, 4, 0.6, REASON], [8, 10, 1.0, ""]]
    run = a_run("finished", found=1, stored=1)
    health = sources.health_of(source, run, [WHEN], WHEN)
    assert (health.level, health.label) == ("warning", "Quality dropped")
