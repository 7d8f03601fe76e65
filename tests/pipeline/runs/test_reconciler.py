"""What should move and does not is sent again, or ended with its reason."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from pipeline import tasks
from pipeline.broker import outages
from pipeline.broker.queues import STAGES
from pipeline.discovery import stage as discovery_stage
from pipeline.journeys import batches
from pipeline.models import Batch, Journey, Run
from pipeline.runs import control, reconciler
from pipeline.runs import tasks as run_tasks
from pipeline.runs.reconciler import Observation

pytestmark = pytest.mark.django_db
PAGE = "https://blog.test/{}"
LONG_AGO = timedelta(minutes=10)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The journeys that would go to the broker, one list for each publishing."""
    sent: list[list[int]] = []
    monkeypatch.setattr(
        "pipeline.journeys.canvas.publish", lambda _batch, ids: sent.append(sorted(ids))
    )
    return sent


@pytest.fixture
def run() -> Run:
    """A run whose only batch of three was published long ago and has not been heard of since."""
    then = timezone.now() - LONG_AGO
    run = Run.objects.create(state=Run.State.RUNNING, started_at=then)
    Journey.objects.bulk_create(
        Journey(run=run, url=PAGE.format(n), key=PAGE.format(n), queued_at=then)
        for n in range(3)
    )
    batches.add_batches(run, [journey.pk for journey in run.journeys.order_by("id")])
    run.batches.update(claimed_at=then, published_at=then)
    return run


def look(waiting: int = 0, up_for: timedelta = timedelta(hours=1)) -> Observation:
    now = timezone.now()
    return Observation(now, now - up_for, dict.fromkeys(STAGES, waiting))


def test_journeys_that_wait_for_nothing_are_sent_again_from_the_stage_that_they_reached(
    run: Run, published: list[list[int]]
) -> None:
    first = run.journeys.earliest("id")
    run.journeys.filter(pk=first.pk).update(stage="store")

    reconciler.reconcile_run(run, look())

    assert published == [[journey.pk for journey in run.journeys.order_by("id")]]
    assert [
        (journey.stage, journey.resend_count) for journey in run.journeys.order_by("id")
    ] == [
        ("store", 1),
        ("fetch", 1),
        ("fetch", 1),
    ]


@pytest.mark.parametrize(
    ("change", "waiting", "up_for"),
    [
        ({}, 7, LONG_AGO),  # messages are there: it may be its turn soon
        (
            {"queued_at": timedelta(minutes=5)},
            0,
            LONG_AGO,
        ),  # it is held back on purpose
        (
            {"in_progress": True, "claimed_at": timedelta()},
            0,
            LONG_AGO,
        ),  # a worker has it
        (
            {"in_progress": True, "claimed_at": -LONG_AGO},
            0,
            timedelta(seconds=30),
        ),  # the database was away meanwhile
        ({"state": "stored", "ended_at": timedelta()}, 0, LONG_AGO),
    ],
)
def test_what_may_still_move_by_itself_is_left_alone(
    change: dict[str, Any],
    waiting: int,
    up_for: timedelta,
    run: Run,
    published: list[list[int]],
) -> None:
    now = timezone.now()
    run.journeys.update(
        **{k: now + v if isinstance(v, timedelta) else v for k, v in change.items()}
    )

    reconciler.reconcile_run(run, look(waiting, up_for))

    assert published == []


def test_a_journey_that_a_worker_never_lets_go_is_sent_again(
    run: Run, published: list[list[int]]
) -> None:
    held = run.journeys.earliest("id")
    run.journeys.exclude(pk=held.pk).update(state="stored", ended_at=timezone.now())
    run.journeys.filter(pk=held.pk).update(
        in_progress=True, claimed_at=timezone.now() - LONG_AGO
    )

    reconciler.reconcile_run(run, look(waiting=7))

    assert published == [[held.pk]]


def test_a_journey_that_was_sent_again_and_again_is_given_up(
    run: Run, published: list[list[int]]
) -> None:
    run.journeys.update(resend_count=reconciler.MAX_RESENDS)

    reconciler.reconcile_run(run, look())

    assert published == []
    assert set(run.journeys.values_list("state", "reason")) == {("failed", "lost")}


def test_looking_twice_at_the_same_time_sends_once(
    run: Run, published: list[list[int]]
) -> None:
    seen = look()

    reconciler.reconcile_run(run, seen)
    reconciler.reconcile_run(run, seen)

    assert len(published) == 1


def test_a_batch_whose_end_nobody_noticed_is_ended_and_its_run_with_it(
    run: Run,
) -> None:
    run.journeys.update(state="stored", ended_at=timezone.now() - LONG_AGO)

    reconciler.reconcile_run(run, look())

    run.refresh_from_db()
    assert (run.state, run.stored, Batch.objects.get().finished_at is not None) == (
        "finished",
        3,
        True,
    )


def test_a_batch_that_was_claimed_by_a_dead_worker_goes_out(
    run: Run, published: list[list[int]]
) -> None:
    run.batches.update(claimed_at=timezone.now(), claimant=0, published_at=None)

    reconciler.reconcile_run(run, look())

    assert len(published) == 1


def test_a_batch_that_is_being_published_is_left_alone(
    run: Run, published: list[list[int]]
) -> None:
    run.batches.update(published_at=None, claimed_at=None)
    assert batches.claim_batch(run.pk)

    reconciler.reconcile_run(run, look())

    assert published == []


@pytest.mark.parametrize(
    ("since", "waiting", "again"),
    [(LONG_AGO, 0, True), (LONG_AGO, 1, False), (timedelta(seconds=5), 0, False)],
)
def test_a_discovery_that_went_missing_is_sent_again(
    since: timedelta, waiting: int, again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("pipeline.broker.publisher.send_discover", sent.append)
    run = Run.objects.create(state=Run.State.DISCOVERING)
    Run.objects.update(
        created_at=timezone.now() - LONG_AGO, heartbeat_at=timezone.now() - since
    )
    run.refresh_from_db()

    reconciler.reconcile_run(run, look(waiting))

    assert sent == ([run.pk] if again else [])


def test_a_discovery_that_kills_its_worker_every_time_fails_its_run() -> None:
    run = Run.objects.create(
        state=Run.State.DISCOVERING, discovery_attempts=discovery_stage.MAX_ATTEMPTS
    )

    tasks.discover.run(run.pk)

    run.refresh_from_db()
    assert (run.state, run.reason) == (
        "failed",
        "its discovery was begun 6 times and never came to an end",
    )


def test_a_run_in_which_nothing_has_moved_for_long_ends_incomplete_and_names_what_is_missing(
    run: Run, published: list[list[int]]
) -> None:
    long_ago = timezone.now() - reconciler.ABANDON_AFTER - LONG_AGO
    run.journeys.update(queued_at=long_ago)
    Run.objects.update(started_at=long_ago)
    run.refresh_from_db()

    reconciler.abandon(run, timezone.now())

    run.refresh_from_db()
    assert run.state == "ended incomplete"
    assert (run.pending, PAGE.format(2) in run.reason) == (3, True)


def test_a_paused_run_is_left_alone(run: Run, published: list[list[int]]) -> None:
    Run.objects.update(state=Run.State.PAUSED)
    run.refresh_from_db()

    reconciler.reconcile_run(run, look())

    assert published == []


def test_a_cancelled_run_does_not_wait_for_a_worker_that_is_gone(run: Run) -> None:
    run.journeys.update(
        stage="store", in_progress=True, claimed_at=timezone.now() - LONG_AGO
    )
    control.cancel(run.pk, "ada")
    run.refresh_from_db()
    assert run.state == "cancelling"

    reconciler.reconcile_run(run, look())

    run.refresh_from_db()
    assert (run.state, run.skipped) == ("cancelled", 3)


def test_one_run_with_a_bug_does_not_stop_the_look_at_the_others(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "move", lambda *_: 1 / 0)

    reconciler.reconcile_run(run, look())


def test_a_database_that_is_away_is_left_to_the_next_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_: object) -> Callable[..., Any]:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(run_tasks, "depths", away)
    monkeypatch.setattr(outages.connection, "close", lambda: None)

    run_tasks.reconcile.run()
