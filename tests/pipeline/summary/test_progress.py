"""How far a run has come, by stage."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pipeline.models import Run
from pipeline.monitor.models import WorkerHeartbeat
from pipeline.summary.progress import (
    STILL_MOVING,
    count_batches,
    progress,
    running_progress,
    seconds_left,
)
from tests.pages import a_run, journeys

pytestmark = pytest.mark.django_db


def test_a_journey_is_past_the_stages_before_its_own_and_past_all_once_it_ended() -> (
    None
):
    run = a_run()
    journeys(run, 3, stage="fetch")
    journeys(run, 2, stage="extract", in_progress=True)
    journeys(run, 1, state="failed", stage="fetch")

    assert progress(run).past == {"discover": 6, "fetch": 3, "extract": 1, "store": 1}


def beat(stage: str) -> None:
    """A worker of the stage that lives."""
    now = timezone.now()
    WorkerHeartbeat.objects.create(
        name=stage,
        pid=1,
        stage=stage,
        pool="threads",
        slots=1,
        started_at=now,
        beat_at=now,
    )


def busy_run(state: str) -> Run:
    """A run of which some URLs are in flight, and some ended just now."""
    run = a_run(state)
    journeys(run, 2, in_progress=True)
    journeys(run, 1, stage="extract", in_progress=True)
    journeys(run, 4)
    just_now = timezone.now() - timedelta(seconds=1)
    journeys(run, 5, "stored", "store", ended_at=just_now)
    return run


@pytest.mark.parametrize(
    ("state", "said"),
    [("paused", "Pausing: 3 in flight"), ("cancelling", "Cancelling: 3 in flight")],
)
def test_a_run_that_is_being_stopped_says_what_is_in_flight_and_estimates_nothing(
    admin_client: Client, state: str, said: str
) -> None:
    run = busy_run(state)

    told = admin_client.get(f"/api/runs/{run.pk}").json()
    page = admin_client.get(f"/runs/{run.pk}/").text

    assert run.in_flight == 3
    assert (told["in_flight"], told["stopping"]) == (3, said)
    assert told["seconds_left"] is None
    assert said in page
    assert not re.search(r"About .+ left", page)


def test_a_stopped_run_with_nothing_in_flight_is_quiet(admin_client: Client) -> None:
    run = a_run("paused")
    journeys(run, 4)

    told = admin_client.get(f"/api/runs/{run.pk}").json()

    assert (told["in_flight"], told["stopping"]) == (0, "")
    assert "in flight" not in admin_client.get(f"/runs/{run.pk}/").text


def test_a_running_run_is_not_stopping_and_has_its_estimate(
    admin_client: Client,
) -> None:
    run = busy_run("running")
    for stage in ("fetch", "extract"):
        beat(stage)

    told = admin_client.get(f"/api/runs/{run.pk}").json()
    page = admin_client.get(f"/runs/{run.pk}/").text

    assert (told["in_flight"], told["stopping"]) == (3, "")
    assert told["seconds_left"] > 0
    assert "in flight" not in page
    assert re.search(r"About .+ left", page)


def test_an_estimate_comes_from_the_last_minute_and_vanishes_when_nothing_ends() -> (
    None
):
    run = busy_run("running")
    now = timezone.now()
    run.started_at = now - timedelta(hours=1)
    ended = run.journeys.filter(ended_at__isnull=False)
    ended.update(ended_at=now - STILL_MOVING / 2)

    assert seconds_left(run, 10, now)
    assert seconds_left(run, 10, now + STILL_MOVING) is None
    ended.update(ended_at=now - timedelta(minutes=30))
    assert seconds_left(run, 10, now) is None


def test_many_runs_are_counted_in_as_many_statements_as_one(
    django_assert_num_queries: Any,
) -> None:
    runs = [a_run() for _ in range(5)]
    for number, run in enumerate(runs, start=1):
        journeys(run, number)
        journeys(run, 1, "failed", reason="http-404")
    for run in runs[1:]:
        run.batches.update(finished_at=timezone.now())
    over = a_run("finished")

    with django_assert_num_queries(1):
        counted = running_progress([*runs, over])

    assert list(counted) == [run.pk for run in runs]
    for number, run in enumerate(runs, start=1):
        assert counted[run.pk].states["pending"] == number
        assert counted[run.pk].states["failed"] == 1
        assert counted[run.pk] == progress(run)
    assert [count_batches(run)[1] for run in runs] == [0, 1, 1, 1, 1]
