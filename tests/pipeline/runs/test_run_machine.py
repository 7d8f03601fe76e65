"""Whatever is done to a run in whatever order, the database, the table of transitions and the counts agree."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pipeline import tasks
from pipeline.core.records import Candidate
from pipeline.discovery import additions, decide
from pipeline.discovery import stage as discovery_stage
from pipeline.discovery.discover import Discovery
from pipeline.journeys import batches
from pipeline.models import Batch, Journey, Run, RunEvent
from pipeline.runs import control, edit, redo
from pipeline.summary import stage as summary_stage

pytestmark = pytest.mark.django_db
STEERING = {
    "cancel": control.cancel,
    "pause": control.pause,
    "resume": control.resume,
    "retry_failed": redo.retry_failed,
}
ENDS = ["stored", "unchanged", "duplicate", "skipped", "failed"]


class Died(Exception):
    """Stands in for the death of a worker."""


def dies_after(parts: int) -> Callable[[int], None]:
    """Sends batches so many times; the worker dies when it comes to the next time."""
    dispatch = batches.dispatch_batches
    left = iter(range(parts))

    def dispatch_or_die(run: int) -> None:
        if next(left, None) is None:
            raise Died
        dispatch(run)

    return dispatch_or_die


class SteeredRun(RuleBasedStateMachine):
    """A run that people steer while its journeys end, its batches come to their ends, and workers die."""

    @initialize(journeys=st.integers(0, 7))
    def launch(self, journeys: int) -> None:
        self.savepoint = transaction.savepoint()
        self.run = Run.objects.create(
            parameters={"addresses": ["https://blog.test/"]}, started_at=timezone.now()
        )
        self.path = ["queued"]
        self.size = journeys

    def state(self) -> str:
        self.run.refresh_from_db()
        return self.run.state

    @precondition(lambda self: self.state() in ("queued", "discovering"))
    @rule(parts=st.integers(0, 4))
    def discover(self, parts: int) -> None:
        """All of it, or its worker dies after so many parts."""
        run = discovery_stage.begin(self.run.pk)
        assert run
        found = [
            Candidate(f"https://blog.test/{n}", str(n), 1.0, (), ())
            for n in range(self.size)
        ]
        with pytest.MonkeyPatch.context() as patch, suppress(Died):
            patch.setattr(
                "pipeline.journeys.batches.dispatch_batches", dies_after(parts)
            )
            discovery_stage.enqueue(run, Discovery(tuple(found), (), (), (), {}))
        if self.state() != "discovering":
            batches.dispatch_batches(self.run.pk)
            summary_stage.close_run(self.run.pk)

    @rule(name=st.sampled_from(sorted(STEERING)))
    def steer(self, name: str) -> None:
        before = self.state()
        try:
            STEERING[name](self.run.pk, "ada")
        except control.InvalidState:
            assert self.state() == before
        else:
            assert name != "pause" or before in ("running", "paused")

    @rule(which=st.integers(0, 6), state=st.sampled_from(ENDS))
    def journey_ends(self, which: int, state: str) -> None:
        sent = Journey.objects.filter(
            run=self.run, state="pending", batch__published_at__isnull=False
        ).order_by("id")
        if chosen := sent[which : which + 1]:
            Journey.objects.filter(pk=chosen[0].pk).update(
                state=state, ended_at=timezone.now()
            )

    @rule(number=st.integers(0, 9))
    def address_is_added(self, number: int) -> None:
        before = self.state()
        try:
            edit.add(self.run.pk, ["https://more.test/" + "x" * number], "ada")
        except control.InvalidState:
            self.run.refresh_from_db()
            assert (
                before in (*Run.ENDED, "cancelling")
                or "https://more.test/" + "x" * number in self.run.addresses
            )
        assert self.state() == before

    @rule()
    def additions_are_looked_at(self) -> None:
        """By the message of an addition, by one that the reconciler sent, or by one that comes late."""
        additions.process_additions(self.run.pk)
        batches.dispatch_batches(self.run.pk)
        summary_stage.close_run(self.run.pk)

    @rule()
    def worker_dies_while_looking(self) -> None:
        self.run.additions.filter(done_at=None).update(
            claimant=0, claimed_at=timezone.now()
        )

    @rule()
    def batch_ends(self) -> None:
        """The body of a chord, perhaps delivered twice."""
        if (
            batch := Batch.objects.filter(run=self.run, published_at__isnull=False)
            .order_by("?")
            .first()
        ):
            tasks.summarise.run(self.run.pk, batch.pk)

    @rule()
    def worker_dies_while_publishing(self) -> None:
        if batches.claim_batch(self.run.pk):
            Batch.objects.filter(run=self.run, published_at=None).exclude(
                claimed_at=None
            ).update(claimant=0)

    @rule()
    def bug(self) -> None:
        before = self.state()
        summary_stage.fail_run(self.run.pk, "a bug")
        assert self.state() in ("failed", before)

    @invariant()
    def every_step_was_allowed_and_is_on_record(self) -> None:
        self.run.refresh_from_db()
        events = list(
            RunEvent.objects.filter(run=self.run)
            .order_by("id")
            .values_list("before", "after")
        )
        events = [
            (before, after) for before, after in events if before != after
        ]  # the others are changes of the options
        assert all(
            after in Run.TRANSITIONS[Run.State(before)] for before, after in events
        )
        assert [before for before, _ in events[1:]] == [
            after for _, after in events[:-1]
        ]
        assert (events[-1][1] if events else "queued") == self.run.state

    @invariant()
    def the_summary_of_what_is_over_counts_its_journeys(self) -> None:
        self.run.refresh_from_db()
        if not self.run.ended or self.run.summary is None:
            return
        rows = Journey.objects.filter(run=self.run)
        assert (
            self.run.found == rows.count() == sum(self.run.summary["states"].values())
        )
        assert self.run.finished_at
        if self.run.state in ("finished", "cancelled"):
            assert not rows.filter(state="pending").exists()

    def teardown(self) -> None:
        """However it was left, it can be brought to an end."""
        if self.state() == "paused":
            control.resume(self.run.pk)
        if self.state() == "discovering":
            self.discover(100)
        for _ in range(20):
            Journey.objects.filter(
                run=self.run, state="pending", batch__published_at__isnull=False
            ).update(state="stored")
            for batch in Batch.objects.filter(
                run=self.run, published_at__isnull=False, finished_at=None
            ):
                tasks.summarise.run(self.run.pk, batch.pk)
            additions.process_additions(self.run.pk)
            batches.dispatch_batches(self.run.pk)
            summary_stage.close_run(self.run.pk)
        assert self.state() in ("queued", "finished", "cancelled", "failed")
        transaction.savepoint_rollback(self.savepoint)


@pytest.fixture(autouse=True)
def nothing_is_sent(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.BATCH_SIZE = 2
    monkeypatch.setattr(decide, "FIRST_BATCHES", 1)
    monkeypatch.setattr(decide, "CANDIDATES_PER_PART", 2)
    monkeypatch.setattr("pipeline.journeys.canvas.publish", lambda *_: None)
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover", lambda *_, **__: None
    )
    monkeypatch.setattr("pipeline.discovery.stage.find_articles", leads)


def leads(run: Run) -> Discovery:
    """An added address leads to some URLs of its own, and to one that the run may have already."""
    names = [
        f"{address}/{n}" for address in run.addresses for n in range(len(address) % 3)
    ]
    both = [(name, name) for name in names] + [("https://blog.test/1", "1")]
    return Discovery(
        tuple(Candidate(url, key, 1.0, (), ()) for url, key in both), (), (), (), {}
    )


def test_a_run_can_be_steered_in_any_order() -> None:
    quick = settings(
        max_examples=25,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(SteeredRun, settings=quick)
