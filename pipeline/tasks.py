"""The canvas.

A run is discovered once, then goes out in batches; a batch is a chord of one chain a URL.

    discover -> chord( fetch -> extract -> store, for each URL ) -> summarise

The chord itself is built from the names of these tasks, in journeys/canvas.py: nothing imports this
module. Every worker knows all tasks; what a stage needs is loaded by the workers that serve it, a
third of the memory of a process.
"""

from pipeline.journeys import batches
from pipeline.journeys.outcome import Outcome
from pipeline.journeys.stage import run_task, stage
from pipeline.journeys.transitions import StageContext
from pipeline.summary import stage as summary_stage


@run_task("discover")
def discover(run_id: int) -> None:
    """Find the run's articles, write their journeys, and send the first batches."""
    from pipeline.discovery import additions
    from pipeline.discovery import stage as discovery_stage

    discovery_stage.discover_run(run_id)
    additions.process_additions(run_id)
    batches.dispatch_batches(run_id)
    summary_stage.close_run(run_id)


def fetch_input() -> str:
    """Return what fetch asks of its journey."""
    from pipeline.fetching.stage import INPUT_QUERY

    return INPUT_QUERY


@stage("fetch", input_query=fetch_input)
def fetch(context: StageContext) -> Outcome:
    """URL -> snapshot of the page."""
    from pipeline.fetching import stage as fetching_stage

    return fetching_stage.fetch_page(context)


def extract_input() -> str:
    """Return what extract asks of its journey."""
    from pipeline.extraction.stage import INPUT_QUERY

    return INPUT_QUERY


@stage("extract", input_query=extract_input)
def extract(context: StageContext) -> Outcome:
    """Snapshot -> draft of the article."""
    from pipeline.extraction import stage as extraction_stage

    return extraction_stage.extract_draft(context)


@stage("store")
def store(context: StageContext) -> Outcome:
    """Draft -> article in the catalogue."""
    from pipeline.storage import stage as storage_stage

    return storage_stage.store(context)


@run_task("summarise")
def summarise(run_id: int, batch_id: int) -> None:
    """Finish a batch: send the next one, or, after the last, sum up the run."""
    summary_stage.finish_batch(batch_id)
    batches.dispatch_batches(run_id)
    summary_stage.close_run(run_id)
