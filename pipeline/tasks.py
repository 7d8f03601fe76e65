"""The canvas. A run is discovered once, then goes out in batches; a batch is a chord of one chain a URL.

    discover -> chord( fetch -> extract -> store, for each URL ) -> summarise

The chord itself is built from the names of these tasks, in journeys/canvas.py: nothing imports this module.
"""

import structlog

from pipeline.discovery import additions, enqueue
from pipeline.discovery import stage as discovery_stage
from pipeline.extraction import stage as extraction_stage
from pipeline.fetching import stage as fetching_stage
from pipeline.journeys import batches
from pipeline.journeys.outcome import Outcome
from pipeline.journeys.stage import run_task, stage
from pipeline.journeys.transitions import StageContext
from pipeline.models import Run
from pipeline.storage import stage as storage_stage
from pipeline.summary import stage as summary_stage

log = structlog.get_logger(__name__)
MOST_DISCOVERIES = 6  # of one run; each but the last was cut short by the death of its worker


@run_task("discover")
def discover(run_id: int) -> None:
    """Finds the run's articles, writes their journeys, and sends the first batches."""
    run = enqueue.begin(run_id)
    if run and run.discovery_attempts > MOST_DISCOVERIES:
        summary_stage.fail_run(
            run_id, f"its discovery was begun {MOST_DISCOVERIES} times and never came to an end"
        )
    elif run:
        explore(run)
    additions.look(run_id)
    batches.dispatch_batches(run_id)
    summary_stage.close_run(run_id)


def explore(run: Run) -> None:
    """Finds the articles and writes down what was found. The first go out while the others are written."""
    try:
        discovery = discovery_stage.explore(run)
    except discovery_stage.Stopped:
        log.info("discovery_stopped")
        return
    for _ in enqueue.plan(run, discovery):
        batches.dispatch_batches(run.pk)
    discovery_stage.remember(discovery)


@stage("fetch", input_query=fetching_stage.INPUT_QUERY)
def fetch(context: StageContext) -> Outcome:
    """URL -> snapshot of the page."""
    return fetching_stage.fetch_page(context)


@stage("extract", input_query=extraction_stage.INPUT_QUERY)
def extract(context: StageContext) -> Outcome:
    """Snapshot -> draft of the article."""
    return extraction_stage.extract_draft(context)


@stage("store")
def store(context: StageContext) -> Outcome:
    """Draft -> article in the catalogue."""
    return storage_stage.store(context)


@run_task("summarise")
def summarise(run_id: int, batch_id: int) -> None:
    """A batch is through: send the next one, or, after the last, sum the run up."""
    summary_stage.finish_batch(batch_id)
    batches.dispatch_batches(run_id)
    summary_stage.close_run(run_id)
