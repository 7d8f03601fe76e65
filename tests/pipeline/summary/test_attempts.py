"""A run that was taken up again is not as long as the time in between."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from pipeline.models import Run, RunEvent
from pipeline.summary.attempts import work_of
from tests.pages import WHEN, a_run, admin_user

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db


def at(minutes: float) -> datetime:
    return WHEN + timedelta(minutes=minutes)


def a_run_with(*steps: tuple[float, str, str], finished: float | None = None) -> Run:
    """A run that began at minute 0, with its events as the database would have written them."""
    run = a_run()
    moments = {"started_at": at(0), "finished_at": None}
    if finished is not None:
        moments["finished_at"] = at(finished)
    Run.objects.filter(pk=run.pk).update(**moments)
    RunEvent.objects.filter(run=run).delete()
    for minutes, before, after in steps:
        RunEvent.objects.create(run=run, at=at(minutes), before=before, after=after)
    run.refresh_from_db()
    return run


TWICE = [(1, "running", "finished"), (12, "finished", "running")]


def test_one_attempt_is_from_its_begin_to_its_end() -> None:
    work = work_of(a_run_with((2, "running", "paused"), finished=3))
    assert (work.attempts, work.took) == (1, timedelta(minutes=3))


def test_the_time_between_two_attempts_does_not_count() -> None:
    going_on = work_of(a_run_with(*TWICE), now=at(12.5))
    assert (going_on.attempts, going_on.took) == (2, timedelta(minutes=1.5))
    assert going_on.began == at(11)
    over = work_of(a_run_with(*TWICE, (14, "running", "finished"), finished=14))
    assert (over.attempts, over.took) == (2, timedelta(minutes=3))


def test_while_a_run_ends_its_last_event_is_not_there_yet() -> None:
    assert work_of(a_run_with(*TWICE, finished=13)).took == timedelta(minutes=2)


def test_page_and_api_say_the_same(admin_client: Client) -> None:
    run = a_run_with(*TWICE, finished=13)
    told = admin_client.get(f"/api/runs/{run.pk}").json()
    assert (told["seconds"], told["attempts"]) == (120.0, 2)
