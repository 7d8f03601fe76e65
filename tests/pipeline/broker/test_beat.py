"""Beat outlives an outage of the database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import OperationalError
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from pipeline.broker import beat, outages


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> beat.PatientScheduler:
    monkeypatch.setattr(DatabaseScheduler, "__init__", lambda *_, **__: None)
    return beat.PatientScheduler()


def test_the_schedule_is_read_when_the_database_is_there(
    scheduler: beat.PatientScheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(beat, "wait_for_database", lambda _: done.append("waited"))
    monkeypatch.setattr(
        DatabaseScheduler, "setup_schedule", lambda _: done.append("read")
    )

    scheduler.setup_schedule()

    assert done == ["waited", "read"]


def test_a_database_that_goes_away_ends_nothing(
    scheduler: beat.PatientScheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> float:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(DatabaseScheduler, "tick", away)
    monkeypatch.setattr(outages.connection, "close", lambda: None)
    monkeypatch.setattr(scheduler, "declare_queues", lambda: None)
    monkeypatch.setattr(scheduler, "follow_clock", lambda: None)
    monkeypatch.setattr(beat, "execute", lambda _: [])

    assert scheduler.tick() == beat.RETRY_SECONDS


def test_beat_skips_no_hour_when_clocks_are_set_back() -> None:
    hourly = CrontabSchedule(minute="0", timezone="Europe/Berlin")
    task = PeriodicTask(name="x", task="x", crontab=hourly)
    task.last_run_at = datetime(
        2026, 10, 25, 0, 0, tzinfo=UTC
    )  # 02:00, for the first time
    schedule = beat.PatientScheduler.Entry(task, current_app).schedule
    due_at = datetime.now(UTC) + schedule.remaining_estimate(task.last_run_at)
    again = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)  # 02:00, for the second time
    assert abs(due_at - again) < timedelta(minutes=20)
    assert schedule == task.schedule
