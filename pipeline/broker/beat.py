"""Beat with the schedule in the database, and patience: the stock one ends with the first database
error that it meets at its start, and with some that it meets later. It also follows a clock that
was set, crontabs by the clock on the wall, and declares the queues.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry
from django_celery_beat.tzcrontab import TzAwareCrontab

from pipeline.broker import alive
from pipeline.broker.outages import DATABASE_AWAY, report_outage
from pipeline.broker.queues import declare
from pipeline.core.crontab import Crontab, next_after
from pipeline.core.database import wait_for_database

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


class Entry(ModelEntry):
    """A row of the schedule."""

    schedule: Any

    def __init__(self, model: Any, app: Any = None) -> None:
        super().__init__(model, app)
        if isinstance(self.schedule, TzAwareCrontab):
            _, fields, _ = self.schedule.__reduce__()
            self.schedule = WallClockCrontab(*fields)


class PatientScheduler(DatabaseScheduler):
    """django-celery-beat's scheduler, which waits for the database instead of ending without it."""

    Entry = Entry
    _declared_at = float("-inf")  # of time.monotonic

    def setup_schedule(self) -> None:
        """Read the schedule, when it can be read."""
        wait_for_database(float("inf"))
        super().setup_schedule()

    def tick(self, *args: object, **kwargs: object) -> float:
        """Send what is due; return the seconds until the next time."""
        try:
            self.declare_queues()
            self.follow_clock()
            alive.touch("beat")
            return float(super().tick(*args, **kwargs))
        except DATABASE_AWAY as error:
            report_outage("beat", error)
            return RETRY_SECONDS

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
