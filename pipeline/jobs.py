"""Jobs: a wish kept under a name, run by hand or by its schedule, never twice at once.

A schedule is `every 6 hours`, or five fields of crontab, in a time zone. Beat sends it as a task that starts the job. A
job whose runs fail again and again rests between two of them, each time longer, and says so.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from celery import shared_task
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from pipeline import runs
from pipeline.models import Job, Run
from pipeline.queues import START_JOB
from pipeline.runs import NotPossible

log = structlog.get_logger(__name__)

EVERY = re.compile(r"every\s+(\d+)\s+(minute|hour|day)s?")
CRONTAB_FIELDS = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
PATIENCE = 2  # failed runs in a row that change nothing
LONGEST_REST = timedelta(days=7)


def save(name: str, parameters: dict[str, Any], schedule: str = "", time_zone: str = "UTC") -> Job:
    """Makes a job, or changes the one of this name. Raises ValidationError where the schedule is none."""
    with transaction.atomic():
        job = Job.objects.update_or_create(name=name, defaults={"parameters": parameters})[0]
        old, job.schedule = job.schedule, _periodic_task(job, schedule, time_zone) if schedule else None
        job.save(update_fields=["schedule"])
        if old and not job.schedule:
            old.delete()
    return job


def remove(job: Job) -> None:
    """Removes the job and its schedule; its runs stay."""
    with transaction.atomic():
        if job.schedule:
            job.schedule.delete()
        job.delete()


def start(job: Job, by: str = "") -> Run:
    """Launches a run of the job. Raises NotPossible where one is on already, and the broker's error."""
    try:
        return runs.launch(job.parameters, by=by, name=job.name, job=job)
    except IntegrityError as error:  # job_runs_once_at_a_time
        raise NotPossible(f"a run of {job} is on already") from error


@shared_task(name=START_JOB)
def start_scheduled(job_id: int) -> None:
    """What a schedule sends."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        return
    if rest := rests_until(job):
        log.warning("job_rests", job=job.name, until=rest.isoformat(timespec="minutes"))
        return
    try:
        start(job, by="schedule")
    except NotPossible as error:
        log.warning("job_not_started", job=job.name, reason=str(error))


def rests_until(job: Job, now: datetime | None = None) -> datetime | None:
    """Until when the schedule leaves the job alone, because its last runs failed; None where it does not.

    After PATIENCE failures in a row an hour, then twice as long with each, up to a week. Starting it by hand is
    always possible, and one run that does not fail ends the rest.
    """
    ended = list(job.runs.filter(state__in=Run.ENDED).order_by("-id").values_list("state", "finished")[:20])
    failures = next((n for n, (state, _) in enumerate(ended) if state != Run.State.FAILED), len(ended))
    if failures <= PATIENCE or ended[0][1] is None:
        return None
    until = ended[0][1] + min(timedelta(hours=2 ** (failures - PATIENCE - 1)), LONGEST_REST)
    return until if until > (now or timezone.now()) else None


def _periodic_task(job: Job, schedule: str, time_zone: str) -> PeriodicTask:
    """Beat's row for the schedule: the job's own one, changed or made."""
    when: dict[str, Any] = {"interval": None, "crontab": None}
    if match := EVERY.fullmatch(schedule.strip()):
        number, unit = int(match[1]), f"{match[2]}s"
        if not number:
            raise ValidationError("every 0 is no schedule")
        when["interval"] = IntervalSchedule.objects.get_or_create(every=number, period=unit)[0]
    else:
        when["crontab"] = _crontab(schedule, time_zone)
    values = {"task": START_JOB, "args": json.dumps([job.pk]), "enabled": True, "start_time": datetime.now(UTC)}
    return PeriodicTask.objects.update_or_create(name=f"job {job.pk}", defaults={**values, **when})[0]


def _crontab(schedule: str, time_zone: str) -> CrontabSchedule:
    fields = schedule.split()
    if len(fields) != len(CRONTAB_FIELDS):
        raise ValidationError(f"{schedule!r} is neither `every N minutes|hours|days` nor five fields of crontab")
    try:
        zone = ZoneInfo(time_zone)
    except (KeyError, ValueError) as error:
        raise ValidationError(f"there is no time zone {time_zone}") from error
    crontab = CrontabSchedule(**dict(zip(CRONTAB_FIELDS, fields, strict=True)), timezone=zone)
    try:
        crontab.full_clean(exclude=["timezone"])
        _ = crontab.schedule
    except (ValueError, TypeError) as error:
        raise ValidationError(f"{schedule!r} is no crontab: {error}") from error
    same = CrontabSchedule.objects.filter(timezone=zone, **dict(zip(CRONTAB_FIELDS, fields, strict=True))).first()
    if same is None:
        crontab.save()
    return same or crontab
