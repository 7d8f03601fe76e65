"""The canvas.

A run is discovered once, then goes out in batches; a batch is a chord of one chain a URL.

    discover -> chord( fetch -> extract -> store, for each URL ) -> summarise

The chord itself is built from the names of these tasks, in journeys/canvas.py: nothing imports this
module.
"""

from pipeline.discovery import additions
from pipeline.discovery import stage as discovery_stage
from pipeline.extraction import stage as extraction_stage
from pipeline.fetching import stage as fetching_stage
from pipeline.journeys import batches
from pipeline.journeys.outcome import Outcome
from pipeline.journeys.stage import run_task, stage
from pipeline.journeys.transitions import StageContext
from pipeline.storage import stage as storage_stage
from pipeline.summary import stage as summary_stage


@run_task("discover")
def discover(run_id: int) -> None:
    """Find the run's articles, write their journeys, and send the first batches."""
    discovery_stage.discover_run(run_id)
    additions.process_additions(run_id)
    batches.dispatch_batches(run_id)
    summary_stage.close_run(run_id)


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
    """Finish a batch: send the next one, or, after the last, sum up the run."""
    summary_stage.finish_batch(batch_id)
    batches.dispatch_batches(run_id)
    summary_stage.close_run(run_id)
