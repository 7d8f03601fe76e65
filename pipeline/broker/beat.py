"""Beat with the schedule in the database, and patience: the stock one ends with the first database
error that it meets at its start, and with some that it meets later. It also follows a clock that
was set, crontabs by the clock on the wall, and declares the queues.

What falls due while the database or the broker is away stays due, and is sent once both are back.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from celery.beat import SchedulingError
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry
from django_celery_beat.tzcrontab import TzAwareCrontab

from pipeline.broker import alive
from pipeline.broker.outages import DATABASE_AWAY, report_outage
from pipeline.broker.queues import START_JOB, declare
from pipeline.core.crontab import Crontab, next_after
from pipeline.core.database import execute, wait_for_database

log = structlog.get_logger(__name__)
RETRY_SECONDS = 5.0  # until the next look where the database is away
DECLARE_EVERY_SECONDS = 30.0


def crontab_of(schedule: TzAwareCrontab) -> Crontab:
    """Celery's crontab as plain sets."""
    return Crontab(
        minutes=frozenset(schedule.minute),
        hours=frozenset(schedule.hour),
        days_of_month=frozenset(schedule.day_of_month),
        months=frozenset(schedule.month_of_year),
        days_of_week=frozenset(schedule.day_of_week),
        zone=schedule.tz,
    )


class WallClockCrontab(TzAwareCrontab):
    """Celery's crontab, which skips no hour when clocks are set back."""

    def remaining_estimate(self, last_run_at: datetime, *_: Any) -> timedelta:
        """Return the time until it is due, below zero where it was."""
        return next_after(crontab_of(self), last_run_at) - datetime.now(UTC)


class DueEntry(ModelEntry):
    """A row of the schedule."""

    schedule: Any

    def __init__(self, model: Any, app: Any = None) -> None:
        super().__init__(model, app)
        if isinstance(self.schedule, TzAwareCrontab):
            _, fields, _ = self.schedule.__reduce__()
            self.schedule = WallClockCrontab(*fields)


def with_moment(entry: DueEntry) -> DueEntry:
    """Return the entry as it is sent: a job is told since when it has waited.

    A moment that is sent twice, as after a crash of beat, starts one run.
    """
    if entry.task != START_JOB:
        return entry
    told = DueEntry(entry.model, entry.app)
    told.kwargs = {**entry.kwargs, "since": entry.last_run_at.isoformat()}
    return told


class PatientScheduler(DatabaseScheduler):
    """django-celery-beat's scheduler, which waits for the database instead of ending without it."""

    Entry = DueEntry
    _declared_at = float("-inf")  # of time.monotonic
    _unsent: DueEntry | None = None  # what the broker did not take just now

    def setup_schedule(self) -> None:
        """Read the schedule, when it can be read."""
        wait_for_database(float("inf"))
        super().setup_schedule()

    def tick(self, *args: object, **kwargs: object) -> float:
        """Send what is due; return the seconds until the next time."""
        try:
            self.declare_queues()
            alive.touch("beat")
            execute("SELECT 1")  # without the database no task can do its work
            self.follow_clock()
            seconds = float(super().tick(*args, **kwargs))
        except DATABASE_AWAY as error:
            report_outage("beat", error)
            # It may have been about to read a change, and would not notice that one again.
            self._initial_read = True
            self._heap = None
            return RETRY_SECONDS
        if self._unsent is None:
            return seconds
        self.keep_due(self._unsent)
        self._unsent = None
        return RETRY_SECONDS

    def enabled_models_qs(self) -> QuerySet[PeriodicTask]:
        """Return every schedule that is switched on.

        The stock one leaves out those of other hours, and with them what was missed in those.
        """
        return self.Model.objects.enabled()

    def reserve(self, entry: DueEntry) -> DueEntry:
        """Note that the entry is sent now, also for when the schedule is put in order anew."""
        following: DueEntry = super().reserve(entry)
        self._schedule[entry.name] = following
        return following

    def apply_entry(self, entry: DueEntry, producer: Any = None) -> None:
        """Send a task that is due; tick() keeps it due where the broker does not take it."""
        try:
            self.apply_async(with_moment(entry), producer=producer, advance=False)
        except SchedulingError as error:
            log.warning("task_not_sent", task=entry.name, error=str(error).strip())
            self._unsent = entry

    def keep_due(self, entry: DueEntry) -> None:
        """Take back that the entry was sent."""
        entry.model.last_run_at = entry.last_run_at
        entry.model.total_run_count = entry.total_run_count
        self._schedule[entry.name] = entry
        self._heap = None  # it has the entry at its next time

    def declare_queues(self) -> None:
        """Brings back an exchange or a queue that somebody deleted, within
        DECLARE_EVERY_SECONDS."""
        if time.monotonic() < self._declared_at + DECLARE_EVERY_SECONDS:
            return
        self._declared_at = time.monotonic()
        try:
            with self.app.connection_for_write() as broker:
                declare(broker, settings.QUEUE_TYPE)
        except Exception as error:  # noqa: BLE001 - whatever the broker says, the schedule goes on
            log.warning("queues_not_declared", error=str(error).strip())

    def follow_clock(self) -> None:
        """Take a task that ran in the future, by a clock that was ahead, as one that ran just now:
        else it would not run until then."""
        now = timezone.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at > now]
        for entry in ahead:
            log.warning(
                "clock_was_ahead", task=entry.name, last_run_at=str(entry.last_run_at)
            )
            entry.last_run_at = now
            entry.model.last_run_at = now
            self._dirty.add(entry.name)
        if ahead:
            self._heap = None  # its times are by the old clock
