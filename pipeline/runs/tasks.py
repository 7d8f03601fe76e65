"""The periodic tasks that look after runs, and the one that a job's schedule sends."""

from time import monotonic

import structlog
from celery import current_app, shared_task
from django.utils import timezone

from catalog.links import keep_cited
from catalog.overview import keep_overview
from catalog.search.indexing import BATCH, index_changes
from pipeline.broker.outages import tolerate_outage
from pipeline.broker.queues import (
    FEED,
    ICONS,
    INDEX,
    RECONCILE,
    START_JOB,
    WATCH_SOURCES,
    depths,
)
from pipeline.core.database import execute
from pipeline.journeys import batches
from pipeline.journeys.partitions import refresh_statistics
from pipeline.models import Job, Run, StageIntake
from pipeline.runs import jobs, sources
from pipeline.runs.control import InvalidState
from pipeline.runs.import_results import SETTLED_AT_ONCE, settle
from pipeline.runs.reconciler import CLOCK, Observation, reconcile_run

log = structlog.get_logger(__name__)
INDEXING_SECONDS = 5.0  # then others have their turn; the rest is done the next time


@shared_task(name=RECONCILE)
@tolerate_outage("reconcile")
def reconcile() -> None:
    """Look at every run that is not over, give what came of imports its labels and marks, and keep
    the statistics of the table of journeys up to date."""
    with current_app.connection_for_read() as broker:
        waiting = depths(broker)
    now, up_since = execute(CLOCK)[0]
    seen = Observation(now, up_since, waiting, list(StageIntake.objects.all()))
    for run in Run.objects.exclude(state__in=Run.ENDED):
        with structlog.contextvars.bound_contextvars(run=run.pk):
            reconcile_run(run, seen)
    while settle() == SETTLED_AT_ONCE:
        pass
    refresh_statistics()


@shared_task(name=FEED)
@tolerate_outage("feed")
def feed() -> None:
    """Send the next batches of runs whose last ones are not through yet, but wait for slow hosts
    only.
    """
    for run in Run.objects.filter(
        state=Run.State.RUNNING, batches__published_at=None
    ).distinct():
        batches.dispatch_batches(run.pk)


@shared_task(name=INDEX)
@tolerate_outage("index")
def index() -> None:
    """Count the words of what changed in the catalogue, gather what links call it, and count what
    they lead to and what the first page shows."""
    end = monotonic() + INDEXING_SECONDS
    # What came meanwhile waits for the next time: many together cost half as much.
    while index_changes() >= BATCH and monotonic() < end:
        pass
    keep_cited(timezone.now())
    keep_overview(timezone.now())


@shared_task(name=ICONS)
@tolerate_outage("icons")
def fetch_icons() -> None:
    """Fetch the icons of sources that were crawled just now."""
    from pipeline.fetching import icons

    icons.fetch_missing(timezone.now())


@shared_task(name=WATCH_SOURCES)
@tolerate_outage("sources")
def watch_sources() -> None:
    """Look for sources that went quiet, or post again."""
    sources.note_quiet(timezone.now())


@shared_task(name=START_JOB)
def start_scheduled(job_id: int, since: str = "") -> None:
    """Start a run of the job, as its schedule says.

    `since` is when the schedule sent the job the last time before. However often the same one
    comes, there is one run.
    """
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        return
    if rest := jobs.rests_until(job):
        log.warning("job_rests", job=job.name, until=rest.isoformat(timespec="minutes"))
        return
    if since:
        key = f"schedule {job_id} {since}"
    else:
        key = None
    try:
        jobs.start(job, by="schedule", key=key)
    except InvalidState as error:
        log.warning("job_not_started", job=job.name, reason=str(error))
