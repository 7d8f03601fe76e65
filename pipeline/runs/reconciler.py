"""Looks after runs that should move and do not, so that every run ends.

Beat sends `reconcile` every half minute.

Messages can be lost in ways that nobody can prevent (a broker's disk, a purged queue), and so can a
chord's body. The rows know what should be: whatever they say is due and nobody has in progress is
sent again. Everything sent again carries the same ids, so doing it twice, or at the same time, is
harmless.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db.models import F, Max, Q

from pipeline.broker import publisher
from pipeline.broker.outages import SERVER_AWAY
from pipeline.journeys import batches, canvas
from pipeline.models import Batch, Journey, Run, StageIntake
from pipeline.runs.control import CANCELLED
from pipeline.summary import stage as summary_stage

log = structlog.get_logger(__name__)

RECONCILE_INTERVAL = timedelta(seconds=30)
SILENCE_TIMEOUT = timedelta(minutes=2)  # of a discovery; then it is sent again
WAIT_TIMEOUT = timedelta(seconds=60)  # of a journey whose queue is empty
LONG_WAIT_TIMEOUT = timedelta(
    hours=1
)  # of a journey whose queue is not: its message may be gone
PROGRESS_TIMEOUT = timedelta(
    minutes=2
)  # of a journey in progress; every stage is bounded below
ABANDON_AFTER = timedelta(hours=3)  # without any movement a run ends as it is
MAX_RESENDS = 5  # of a journey; then it fails with that as its reason

CLOCK = "SELECT now(), pg_postmaster_start_time()"


@dataclass(frozen=True, slots=True)
class Observation:
    """What a run is judged by: the database's clock, since when it runs, the number of ready
    messages by queue, and the stages whose intake somebody paused at least once.
    """

    now: datetime
    up_since: datetime
    waiting: dict[str, int]
    intakes: list[StageIntake] = field(default_factory=list)

    def held_within(self, period: timedelta) -> set[str]:
        """Return the stages that were paused at some moment of the last `period`."""
        begin = self.now - period
        return {
            each.stage
            for each in self.intakes
            if each.paused_at or (each.resumed_at and each.resumed_at > begin)
        }


def reconcile_run(run: Run, seen: Observation) -> None:
    """Send again what the run misses, or end it.

    A bug met in one run does not keep the others from their turn.
    """
    try:
        move(run, seen)
    except (*SERVER_AWAY, OSError):
        raise
    except Exception:
        log.exception("reconciling_failed")


def move(run: Run, seen: Observation) -> None:
    """Send again what the run misses, or end it."""
    if run.state in (Run.State.QUEUED, Run.State.DISCOVERING):
        resend_discover(run, seen)
        return
    if run.state == Run.State.PAUSED:
        give_back_held(run, seen)
        return
    resend_additions(run, seen)
    if run.state not in (Run.State.RUNNING, Run.State.CANCELLING):
        return
    if run.state == Run.State.CANCELLING:
        release(run, seen)
    for batch in run.batches.filter(published_at__isnull=False, finished_at=None):
        resend_stalled(batch, seen)
        finish_from_rows(batch, seen.now)
    batches.dispatch_batches(run.pk)
    summary_stage.close_run(run.pk)
    if not seen.held_within(ABANDON_AFTER):
        abandon(run, seen.now)


def resend_discover(run: Run, seen: Observation) -> None:
    """Send the run's discover task again, which went missing: it waits although the queue is empty,
    or has not been heard of."""
    last = latest(run.sent_at, run.heartbeat_at, run.created_at)
    if last < seen.now - SILENCE_TIMEOUT and not seen.waiting["discover"]:
        log.warning("discover_sent_again")
        Run.objects.filter(pk=run.pk).update(sent_at=seen.now)
        publisher.send_discover(run.pk)


def resend_additions(run: Run, seen: Observation) -> None:
    """Addresses were added, and their message went missing, or whoever claimed it has not been
    heard of.
    """
    waiting = run.additions.filter(done_at=None)
    if not waiting or run.state == Run.State.CANCELLING:
        return
    moments = [run.heartbeat_at]
    for addition in waiting:
        moments += [addition.created_at, addition.sent_at, addition.claimed_at]
    if latest(*moments) < seen.now - SILENCE_TIMEOUT and not seen.waiting["discover"]:
        log.warning("additions_sent_again")
        waiting.update(sent_at=seen.now)
        publisher.send_discover(run.pk)


def latest(*moments: datetime | None) -> datetime:
    """Return the last of those that are known."""
    return max(moment for moment in moments if moment)


def give_back_held(run: Run, seen: Observation) -> None:
    """Give back what a worker had in progress when the run was paused, and never will: it was
    killed."""
    held = run.journeys.filter(stuck(seen), state="pending")
    held.update(in_progress=False, reason="paused")


def resend_stalled(batch: Batch, seen: Observation) -> None:
    """Send journeys again that nobody works on although they are due, from the stage that they have
    reached.
    """
    stalled = batch.journeys.filter(idle(seen) | stuck(seen), state="pending")
    detail = f"it was sent again {MAX_RESENDS} times and never came through"
    stalled.filter(resend_count__gte=MAX_RESENDS).fail("lost", detail, seen.now)
    ids = list(
        stalled.filter(resend_count__lt=MAX_RESENDS).values_list("pk", flat=True)
    )
    if not ids:
        return
    log.warning("journeys_sent_again", batch=batch.pk, count=len(ids))
    Journey.objects.filter(pk__in=ids).update(
        resend_count=F("resend_count") + 1, queued_at=seen.now, claimed_at=seen.now
    )
    canvas.publish(batch, ids)


def idle(seen: Observation) -> Q:
    """Journeys that wait, although no message waits that could be theirs; or for so long that
    theirs may be gone. What waits at a paused stage waits for a person.
    """
    empty = {stage for stage, ready in seen.waiting.items() if not ready}
    empty -= seen.held_within(WAIT_TIMEOUT)
    without_message = waiting_since(seen.now - WAIT_TIMEOUT) & Q(stage__in=empty)
    held = seen.held_within(LONG_WAIT_TIMEOUT)
    for_long = waiting_since(seen.now - LONG_WAIT_TIMEOUT) & ~Q(stage__in=held)
    return Q(in_progress=False) & (without_message | for_long)


def waiting_since(moment: datetime) -> Q:
    """Journeys that have waited since before this moment, and not only for their batch's turn."""
    return Q(queued_at__lt=moment, batch__published_at__lt=moment)


def stuck(seen: Observation) -> Q:
    """Journeys in progress for longer than any stage takes, with the database there for all that
    time.
    """
    moment = seen.now - PROGRESS_TIMEOUT
    if seen.up_since < moment:
        return Q(in_progress=True, claimed_at__lt=moment)
    return Q(pk__in=[])


def release(run: Run, seen: Observation) -> None:
    """Skip what was being stored when the run was cancelled, and never came to its end."""
    held = run.journeys.filter(stuck(seen))
    held.skip("cancelled", CANCELLED, seen.now)


def finish_from_rows(batch: Batch, now: datetime) -> None:
    """Do what the chord's body does, from the rows: all journeys are over and the chord did not
    notice.
    """
    if batch.journeys.filter(state="pending").exists():
        return
    last = batch.journeys.aggregate(at=Max("ended_at"))["at"] or batch.published_at
    if last and last < now - RECONCILE_INTERVAL:
        log.warning("batch_finished_from_rows", batch=batch.pk)
        summary_stage.finish_batch(batch.pk)


def abandon(run: Run, now: datetime) -> None:
    """End a run in which nothing has moved for long as incomplete, naming what is missing."""
    run.refresh_from_db()
    if run.ended or run.additions.filter(done_at=None).exists():
        return
    moved: Iterable[datetime | None] = run.journeys.aggregate(
        Max("queued_at"), Max("claimed_at"), Max("ended_at")
    ).values()
    if latest(*moved, run.started_at or run.created_at) < now - ABANDON_AFTER:
        summary_stage.end_incomplete(run.pk)
