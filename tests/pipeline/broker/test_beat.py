"""Beat outlives an outage of the database."""

from typing import Any

import pytest
from django.db import OperationalError
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

    assert scheduler.tick() == beat.RETRY_SECONDS
