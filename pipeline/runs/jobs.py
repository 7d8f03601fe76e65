"""Jobs: saved crawl options, run by hand or on a schedule, never twice at once.

Beat sends its schedule (pipeline/runs/schedules.py) as a task that starts the job. A job whose runs
fail again and again rests between two of them, each time longer, and says so.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from pipeline.broker.queues import START_JOB
from pipeline.models import Job, Run
from pipeline.runs import launch
from pipeline.runs.control import InvalidState
from pipeline.runs.schedules import Schedule, parse, schedule_of, shared_row

log = structlog.get_logger(__name__)

FAILURES_BEFORE_REST = 2  # failed runs in a row that change nothing
LONGEST_REST = timedelta(days=7)


def save(
    name: str,
    parameters: dict[str, Any],
    schedule: str = "",
    time_zone: str = "UTC",
    job: Job | None = None,
) -> Job:
    """Make a job, or change `job`, or else the one of this name. A job that was paused stays so.

    Raises ValidationError where the schedule is none.
    """
    if schedule:
        when = parse(schedule, time_zone)
    else:
        when = None
    with transaction.atomic():
        job = (
            job
            or Job.objects.select_related("schedule").filter(name=name).first()
            or Job()
        )
        job.name = name
        job.parameters = parameters
        job.save()
        old = job.schedule
        if when:
            job.schedule = _periodic_task(job, when)
        else:
            job.schedule = None
        job.save(update_fields=["schedule"])
        if old and not job.schedule:
            old.delete()
    return job


def switch(job: Job, on: bool) -> None:
    """Pause or resume the job's schedule; what it missed in between is not made up for.

    Raises InvalidState.
    """
    if job.schedule is None:
        raise InvalidState(f"{job} has no schedule")
    job.schedule.enabled = on
    job.schedule.save()


def remove(job: Job) -> None:
    """Remove the job and its schedule; its runs stay."""
    with transaction.atomic():
        if job.schedule:
            job.schedule.delete()
        job.delete()


def start(job: Job, by: str = "", key: str | None = None) -> Run:
    """Launch a run of the job; the same `key` again returns the run that it launched.

    Raises InvalidState where one is on already, and the broker's error.
    """
    try:
        run, created = launch.launch_or_find(
            job.parameters, by=by, name=job.name, key=key, job=job
        )
    except IntegrityError as error:  # job_runs_once_at_a_time
        raise InvalidState(f"a run of {job} is on already") from error
    if not created:
        log.info("job_started_before", job=job.name, run=run.pk)
    return run


def last_runs(of_jobs: list[Job], number: int) -> dict[int, list[Run]]:
    """Return the newest runs of each of these jobs by its id, in one query."""
    numbered = Run.objects.filter(job__in=of_jobs).annotate(
        nth=Window(RowNumber(), partition_by="job", order_by=F("id").desc())
    )
    newest = numbered.filter(nth__lte=number).order_by("-id")
    found: dict[int, list[Run]] = {job.pk: [] for job in of_jobs}
    for run in newest.defer(
        "parameters", "source_requests", "notes", "address_reports"
    ):
        found[run.job_id or 0].append(run)
    return found


def rests_until(
    job: Job, now: datetime | None = None, last: Iterable[Run] | None = None
) -> datetime | None:
    """Until when the schedule leaves the job alone, because its last runs failed; None where it
    does not.

    After FAILURES_BEFORE_REST failures in a row an hour, then twice as long with each, up to a
    week. Starting it by hand is always possible, and one run that does not fail ends the rest.
    `last`: its newest runs, where they are known.
    """
    if last is None:
        last = (
            job.runs.filter(state__in=Run.ENDED)
            .order_by("-id")
            .only("state", "finished_at")[:20]
        )
    ended = [(run.state, run.finished_at) for run in last if run.ended]
    failures = next(
        (n for n, (state, _) in enumerate(ended) if state != Run.State.FAILED),
        len(ended),
    )
    if failures <= FAILURES_BEFORE_REST or ended[0][1] is None:
        return None
    until = ended[0][1] + min(
        timedelta(hours=2 ** (failures - FAILURES_BEFORE_REST - 1)), LONGEST_REST
    )
    if until > (now or timezone.now()):
        return until
    return None


def _periodic_task(job: Job, schedule: Schedule) -> PeriodicTask:
    """Beat's row for the schedule: the job's own one, changed or made.

    Its time counts from now, and not from `start_time`: beat would take that for a first time that
    it missed.
    """
    values = {"task": START_JOB, "args": json.dumps([job.pk])}
    task = job.schedule or PeriodicTask(name=f"job {job.pk}", **values)
    when = shared_row(schedule)
    if task.pk is None or schedule_of(task) != when:
        if isinstance(when, IntervalSchedule):
            task.interval = when
        else:
            task.interval = None
        if isinstance(when, CrontabSchedule):
            task.crontab = when
        else:
            task.crontab = None
        task.start_time = None
        task.last_run_at = timezone.now()
        task.save()
    return task
