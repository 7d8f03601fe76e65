"""A paused run's journeys are given back without a try counted, and resuming sends exactly those again."""

from typing import Any

import pytest
from celery.exceptions import Ignore

from pipeline.core.failures import STOPPED, Unavailable
from pipeline.journeys import canvas, stage, transitions
from pipeline.journeys.outcome import Advance
from pipeline.journeys.transitions import StageContext
from pipeline.models import Batch, Journey, Run
from pipeline.runs import control
from pipeline.runs.reconciler import give_back_held
from tests.pages import a_run, journeys

pytestmark = pytest.mark.django_db


class FakeTask:
    name = "pipeline.fetch"

    class request:  # noqa: N801 - as Celery calls it
        id = "an-id"
        group = None
        chord = None


@pytest.fixture
def run() -> Run:
    run = a_run(state="running")
    batch = Batch.objects.create(run=run, number=0, size=3)
    made = journeys(run, 3, "pending", "fetch")
    Journey.objects.filter(pk__in=[each.pk for each in made]).update(batch=batch)
    return run


def carried(journey: Journey, work: Any) -> Any:
    step = stage.StageSpec("fetch", work)
    return stage.run_stage(FakeTask(), step, {"journey": journey.pk})  # type: ignore[arg-type]


def test_a_stage_of_a_paused_run_does_not_begin(run: Run) -> None:
    control.pause(run.pk)
    first = run.journeys.order_by("pk")[0]
    began: list[StageContext] = []
    with pytest.raises(Ignore):
        carried(first, began.append)
    first.refresh_from_db()
    assert began == []
    assert (first.state, first.reason, first.in_progress) == (
        "pending",
        "paused",
        False,
    )
    assert (first.attempts, first.crash_count) == ([], 0)


def test_a_fetch_that_was_stopped_on_its_way_is_given_back_too(run: Run) -> None:
    first = run.journeys.order_by("pk")[0]

    def paused_meanwhile(_: StageContext) -> Unavailable:
        control.pause(run.pk)
        return Unavailable(STOPPED)

    with pytest.raises(Ignore):
        carried(first, paused_meanwhile)
    first.refresh_from_db()
    assert (first.reason, first.in_progress, first.attempts) == ("paused", False, [])
    assert run.in_flight == 0


def test_resuming_sends_those_that_were_given_back_and_no_other(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[int, list[int]]] = []
    monkeypatch.setattr(
        canvas, "publish", lambda batch, ids: sent.append((batch.pk, ids))
    )
    run.batches.update(published_at="2026-01-01T00:00Z", claimed_at="2026-01-01T00:00Z")
    control.pause(run.pk)
    first = run.journeys.order_by("pk")[0]
    with pytest.raises(Ignore):
        carried(first, lambda _: Advance())
    control.resume(run.pk)
    assert sent == [(run.batches.get().pk, [first.pk])]
    first.refresh_from_db()
    assert first.reason == ""


def test_a_run_that_goes_on_already_is_not_given_back(run: Run) -> None:
    first = run.journeys.order_by("pk")[0]
    visit = transitions.start_stage(first.pk, "fetch")
    assert visit
    assert not transitions.give_back(visit)
    assert run.in_flight == 1


def test_what_a_killed_worker_held_of_a_paused_run_is_given_back(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db.models import Q

    monkeypatch.setattr("pipeline.runs.reconciler.stuck", lambda _: Q(in_progress=True))
    run.journeys.update(in_progress=True)
    control.pause(run.pk)
    give_back_held(run, None)  # type: ignore[arg-type]
    assert run.in_flight == 0
    assert set(run.journeys.values_list("reason", flat=True)) == {"paused"}
