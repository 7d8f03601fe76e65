"""What every stage shares: entering, leaving, retrying, failing as a value."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from celery.exceptions import Ignore, Reject, Retry, SoftTimeLimitExceeded
from django.db import OperationalError
from django.utils import timezone

from pipeline import tasks
from pipeline.broker import outages
from pipeline.core import database
from pipeline.core.failures import Rejected, Unavailable
from pipeline.core.time_limit import TimeLimitReached
from pipeline.journeys import retry, transitions
from pipeline.journeys import stage as stages
from pipeline.journeys.stage import Advance, Ended, Outcome
from pipeline.journeys.transitions import StageContext
from pipeline.models import Batch, Journey, JourneyDraft, Run
from tests.pages import a_snapshot, an_article

pytestmark = pytest.mark.django_db


class Task:
    """Stands in for Celery's task where only `retry` is asked for."""

    def __init__(self) -> None:
        self.countdowns: list[int] = []
        self.request = SimpleNamespace(id="a-task", group=None, chord=None)

    def retry(self, countdown: int) -> Retry:
        self.countdowns.append(countdown)
        return Retry()


@pytest.fixture
def journey() -> Journey:
    run = Run.objects.create(state=Run.State.RUNNING)
    return Journey.objects.create(
        run=run,
        url="https://blog.test/a",
        key="https://blog.test/a",
        queued_at=timezone.now(),
    )


def run(
    journey: Journey, outcome: Outcome | Exception | Callable[[StageContext], Outcome]
) -> dict[str, Any]:
    def handler(context: StageContext) -> Outcome:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome(context) if callable(outcome) else outcome

    ticket = stages.run_stage(
        Task(), stages.StageSpec("fetch", handler), {"journey": journey.pk}
    )  # type: ignore[arg-type]
    journey.refresh_from_db()
    return ticket


def test_it_works(journey: Journey) -> None:
    assert run(journey, Advance(size=7)) == {"journey": journey.pk}

    assert (journey.state, journey.stage, journey.bytes, journey.in_progress) == (
        "pending",
        "extract",
        7,
        False,
    )
    assert journey.timings["fetch"] >= 0


def test_a_journey_whose_row_is_behind_its_message_is_sent_on_its_way_again(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, sent = Batch.objects.create(run=journey.run, number=0, size=1), []
    Journey.objects.update(batch=batch)
    monkeypatch.setattr(
        "pipeline.journeys.canvas.publish",
        lambda batch, journeys: sent.append((batch, journeys)),
    )
    step = stages.StageSpec("extract", lambda context: Advance())

    with pytest.raises(
        Ignore
    ):  # not counted: its chord waits for the chain that was sent now
        stages.run_stage(Task(), step, {"journey": journey.pk})  # type: ignore[arg-type]

    journey.refresh_from_db()
    assert sent == [(batch, [journey.pk])]
    assert (journey.state, journey.stage, journey.in_progress) == (
        "pending",
        "fetch",
        False,
    )


def test_a_page_whose_draft_is_gone_goes_back_to_extraction_and_loses_no_try(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, sent = Batch.objects.create(run=journey.run, number=0, size=1), []
    snapshot = a_snapshot(an_article(1), b"<p>words</p>")
    Journey.objects.update(batch=batch, stage="store", snapshot=snapshot)
    monkeypatch.setattr(
        "pipeline.journeys.canvas.publish",
        lambda batch, journeys: sent.append((batch, journeys)),
    )
    step = stages.StageSpec("store", lambda context: Rejected("never", "asked"))

    with pytest.raises(Ignore):
        stages.run_stage(Task(), step, {"journey": journey.pk})  # type: ignore[arg-type]

    journey.refresh_from_db()
    assert sent == [(batch, [journey.pk])]
    assert (journey.state, journey.stage, journey.in_progress) == (
        "pending",
        "extract",
        False,
    )
    assert (journey.attempts, journey.crash_count) == ([], 0)


def test_a_draft_is_there_for_the_next_stage_and_gone_after_it(
    journey: Journey,
) -> None:
    journey.stage = "extract"
    journey.save()
    extracting = transitions.start_stage(journey.pk, "extract")
    assert extracting
    transitions.complete_stage(extracting, draft=b"words")

    storing = transitions.start_stage(journey.pk, "store")

    assert storing
    assert (bytes(storing.draft or b""), storing.has_lost_draft) == (b"words", False)
    transitions.finish(storing, "unchanged")
    assert not JourneyDraft.objects.exists()


def test_a_failure_is_a_value_that_ends_the_journey(journey: Journey) -> None:
    assert run(journey, Rejected("http-404", "not found"))["ended"] == "failed"

    assert (journey.state, journey.stage, journey.reason, journey.detail) == (
        "failed",
        "fetch",
        "http-404",
        "not found",
    )


def test_what_we_chose_not_to_take_is_skipped_not_failed(journey: Journey) -> None:
    run(journey, Rejected("robots", "line 3", skipped=True))

    assert (journey.state, journey.reason) == ("skipped", "robots")


def test_a_bug_ends_the_journey_as_crashed_with_its_traceback_in_the_log(
    journey: Journey, caplog: pytest.LogCaptureFixture
) -> None:
    run(journey, ZeroDivisionError("a bug"))

    assert (journey.state, journey.reason, journey.detail) == (
        "failed",
        "crashed",
        "ZeroDivisionError: a bug",
    )
    assert "Traceback" in caplog.text


def test_an_ended_journey_passes_through_untouched(journey: Journey) -> None:
    ticket = run(journey, Ended("stored", "new"))

    assert (
        run(journey, Rejected("never-runs"))
        == ticket
        == {"journey": journey.pk, "ended": "stored"}
    )
    assert journey.state == "stored"


def test_a_message_that_comes_twice_does_not_do_the_stage_twice(
    journey: Journey,
) -> None:
    run(journey, Advance())

    assert run(journey, Rejected("never-runs")) == {"journey": journey.pk}
    assert (journey.state, journey.stage) == ("pending", "extract")


def test_what_may_pass_goes_back_to_the_queue_with_the_attempt_on_record(
    journey: Journey,
) -> None:
    with pytest.raises(Retry):
        run(journey, Unavailable("timeout", "30 s"))

    journey.refresh_from_db()
    assert (journey.state, journey.in_progress, journey.crash_count) == (
        "pending",
        False,
        0,
    )
    assert journey.attempts[0][:3] == ["fetch", "timeout", "30 s"]


def test_enough_attempts_are_a_failure(journey: Journey, settings: Any) -> None:
    settings.MAX_ATTEMPTS = 2
    with pytest.raises(Retry):
        run(journey, Unavailable("timeout", "30 s"))

    assert run(journey, Unavailable("timeout", "30 s"))["ended"] == "failed"
    assert (journey.reason, journey.detail) == ("timeout", "30 s (tried 2 times)")


def test_waiting_for_a_busy_host_is_not_a_failed_attempt(
    journey: Journey, settings: Any
) -> None:
    settings.MAX_ATTEMPTS = 1

    with pytest.raises(Retry):
        run(journey, Unavailable("host-busy", retry_after=7.2))


def test_a_url_that_keeps_killing_its_worker_ends_with_that_reason(
    journey: Journey, settings: Any
) -> None:
    for _ in range(settings.MAX_CRASHES):
        assert transitions.start_stage(journey.pk, "fetch")

    assert run(journey, Advance())["ended"] == "failed"
    assert journey.reason == "killed-its-worker"


def test_a_url_whose_worker_was_killed_comes_back_at_a_moment_of_its_own(
    journey: Journey,
) -> None:
    assert transitions.start_stage(journey.pk, "fetch")

    with pytest.raises(Retry):
        run(journey, Advance())

    journey.refresh_from_db()
    assert (journey.stage, journey.in_progress, journey.crash_count) == (
        "fetch",
        False,
        1,
    )
    assert journey.attempts[0][:2] == ["fetch", "worker-lost"]

    run(journey, Advance())

    assert (journey.stage, journey.crash_count) == ("extract", 0)


def test_a_worker_that_was_killed_is_not_a_failed_attempt_of_the_url(
    journey: Journey, settings: Any
) -> None:
    settings.MAX_ATTEMPTS = 2
    transitions.start_stage(journey.pk, "fetch")
    with pytest.raises(Retry):
        run(journey, Advance())

    with pytest.raises(Retry):
        run(journey, Unavailable("timeout"))


def test_a_task_that_cannot_be_sent_back_stays_in_its_queue(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cut(Task):
        name = "pipeline.fetch"

        def retry(self, countdown: int) -> Retry:
            raise Reject("the broker is away", requeue=False)

    monkeypatch.setattr(retry.time, "sleep", lambda _: None)
    monkeypatch.setattr(outages.connection, "close", lambda: None)

    with pytest.raises(Reject) as rejected:
        stages.run_stage(
            Cut(),
            stages.StageSpec("fetch", lambda _: Unavailable("timeout")),
            {"journey": journey.pk},
        )  # type: ignore[arg-type]

    assert rejected.value.requeue


def test_the_journeys_of_a_cancelled_run_are_skipped(journey: Journey) -> None:
    Run.objects.update(state=Run.State.CANCELLING)

    run(journey, Advance())

    assert (journey.state, journey.reason) == ("skipped", "cancelled")


def test_a_database_that_is_away_is_no_outcome(journey: Journey) -> None:
    with pytest.raises(OperationalError):
        run(journey, OperationalError("server closed the connection"))

    journey.refresh_from_db()
    assert journey.state == "pending"


def test_a_message_comes_back_when_the_database_is_away(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(stages, "run_stage", away)
    monkeypatch.setattr(retry.time, "sleep", lambda _: None)
    monkeypatch.setattr(outages.connection, "close", lambda: None)

    with pytest.raises(Reject) as rejected:
        tasks.fetch.run({"journey": journey.pk})

    assert rejected.value.requeue


@pytest.mark.parametrize(
    ("asked", "tries", "least", "most"),
    [(None, 1, 1, 2), (None, 3, 4, 8), (0.2, 1, 1, 1), (900, 1, 300, 300)],
)
def test_a_countdown_is_whole_seconds_and_at_least_one(
    asked: float | None, tries: int, least: int, most: int
) -> None:
    wait = retry.countdown(asked, tries)

    assert isinstance(wait, int)
    assert least <= wait <= most


def test_time_that_ran_out_while_the_database_was_away_is_not_the_pages_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("server closed the connection")

    def time_is_up(_: float) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(database, "_run", away)
    monkeypatch.setattr(
        database,
        "connection",
        SimpleNamespace(in_atomic_block=False, close=lambda: None),
    )
    monkeypatch.setattr(database.time, "sleep", time_is_up)

    with pytest.raises(OperationalError):
        database.execute("SELECT 1")


def test_the_limit_of_a_stage_is_its_handlers_alone(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    @contextmanager
    def limit(soft: float, hard: float) -> Iterator[None]:
        order.append(f"limit {soft} {hard}")
        yield
        order.append("no limit")

    start, complete = transitions.start_stage, transitions.complete_stage
    monkeypatch.setattr(stages, "time_limit", limit)
    monkeypatch.setattr(
        transitions,
        "start_stage",
        lambda *given: (order.append("start"), start(*given))[1],
    )
    monkeypatch.setattr(
        transitions,
        "complete_stage",
        lambda *given, **more: (order.append("write"), complete(*given, **more))[1],
    )
    spec = stages.StageSpec("fetch", lambda _: (order.append("work"), Advance())[1])
    stages.run_stage(Task(), spec, {"journey": journey.pk})
    assert order == ["start", "limit 0 0", "work", "no limit", "write"]


def test_a_handler_that_takes_too_long_ends_its_journey_with_that(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_: StageContext) -> Advance:
        raise TimeLimitReached

    monkeypatch.setattr(stages.connection, "close", lambda: None)
    spec = stages.StageSpec("fetch", slow)
    stages.run_stage(Task(), spec, {"journey": journey.pk})
    journey.refresh_from_db()
    assert (journey.state, journey.reason) == ("failed", "time-limit")


def test_a_journey_whose_server_was_away_comes_back_as_if_nobody_had_had_it(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: StageContext) -> Advance:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(
        stages, "requeue_message", lambda *_: Reject("away", requeue=True)
    )
    spec = stages.StageSpec("fetch", away)
    with pytest.raises(Reject):
        stages._run_or_requeue(Task(), spec, {"journey": journey.pk})
    journey.refresh_from_db()
    assert (journey.in_progress, journey.crash_count, journey.attempts) == (
        False,
        0,
        [],
    )
