"""A stage whose workers say nothing is named on the page of a run that needs it, with the cure."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pipeline.models import Run
from pipeline.monitor.models import QueueSample, WorkerHeartbeat
from pipeline.monitor.workers.status import workers
from pipeline.monitor.workers.trouble import Trouble, time_left, troubles
from pipeline.summary.progress import progress
from tests.pages import a_run, admin_user, journeys

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db
NOW = timezone.now()


def worker(stage: str, seconds: float, pid: int = 1, name: str = "here") -> None:
    beat_at = NOW - timedelta(seconds=seconds)
    WorkerHeartbeat.objects.create(
        name=f"{stage}@{name}",
        pid=pid,
        stage=stage,
        pool="thread",
        slots=1,
        started_at=beat_at,
        beat_at=beat_at,
    )


def of(run: Run) -> list[Trouble]:
    return troubles(run, progress(run), NOW)


def a_run_at_store() -> Run:
    run = a_run()
    journeys(run, 2, stage="store", queued_at=NOW - timedelta(minutes=1))
    return run


def test_live_workers_are_no_trouble() -> None:
    worker("store", 2)
    worker("fetch", 60)  # nothing of the run is there
    assert of(a_run_at_store()) == []


def test_a_worker_that_is_silent_is_named_after_twelve_seconds() -> None:
    worker("store", 13)
    [said] = of(a_run_at_store())
    assert said.text == "No store worker has been heard from for 13 seconds."
    assert "goes to another worker after a minute" in said.cure


def sampled(seconds: float) -> None:
    QueueSample.objects.create(
        queue="fetch",
        taken_at=NOW - timedelta(seconds=seconds),
        waiting=0,
        in_progress=0,
        consumers=1,
    )


def test_a_broker_that_says_nothing_is_named_after_twelve_seconds() -> None:
    worker("store", 2)
    run = a_run_at_store()
    sampled(14)
    [said] = of(run)
    assert said.text == "RabbitMQ or the sampler has not answered for 14 seconds."
    assert "goes on by itself when it is back" in said.cure
    sampled(5)
    assert of(run) == []


def test_nothing_is_estimated_while_something_holds_the_run_up() -> None:
    run = a_run_at_store()
    just_now = NOW - timedelta(seconds=1)
    journeys(run, 5, "stored", "store", ended_at=just_now)
    worker("store", 2)
    counted = progress(run)
    assert time_left(run, counted, of(run), NOW)
    sampled(30)
    assert time_left(run, counted, of(run), NOW) is None


def test_one_of_several_is_told_with_their_number_and_a_gone_one_is_not() -> None:
    worker("store", 2, name="here")
    worker("store", 20, name="here-2")
    worker("store", 600, name="here-3")
    [said] = of(a_run_at_store())
    assert said.text == "1 of 2 store workers: not heard from for 20 seconds."


def test_a_killed_worker_is_forgotten_as_soon_as_another_took_its_place() -> None:
    run = a_run_at_store()
    worker("store", 2, name="here-2")
    worker("store", 30, pid=1)
    assert [said.text for said in of(run)] == [
        "1 of 2 store workers: not heard from for 30 seconds."
    ]
    worker("store", 1, pid=2)
    assert of(run) == []
    states = {each.beat.pid: each.state for each in workers(NOW) if each.replaced}
    assert states == {1: "replaced"}


def test_a_stage_without_workers_says_how_to_start_one() -> None:
    [said] = of(a_run_at_store())
    assert said.text == "No store worker is running."
    assert said.cure == "Start one: manage.py work store."


def test_discovery_and_the_end_need_workers_too() -> None:
    assert [each.stage for each in of(a_run("discovering"))] == ["discover"]
    run = a_run()
    journeys(run, 1, "stored", "store")
    assert [each.stage for each in of(run)] == ["summarise"]


@pytest.mark.parametrize("state", ["paused", "cancelling", "finished"])
def test_what_waits_for_a_person_is_no_trouble(state: str) -> None:
    run = a_run(state)
    journeys(run, 1)
    assert of(run) == []


def test_page_and_api_say_it(admin_client: Client) -> None:
    run = a_run_at_store()
    for path in (f"/runs/{run.pk}/", f"/runs/{run.pk}/live"):
        page = admin_client.get(path).text
        assert "No store worker is running." in page
        assert "manage.py work store" in page
    [said] = admin_client.get(f"/api/runs/{run.pk}").json()["troubles"]
    assert said["stage"] == "store"
