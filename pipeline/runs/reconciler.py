"""Looks after runs that should move and do not, so that every run ends. Beat sends `reconcile` every half minute.

Messages can be lost in ways that nobody can prevent (a broker's disk, a purged queue), and so can a chord's body. The
rows know what should be: whatever they say is due and nobody has in hand is sent again. Everything sent again carries
the same ids, so doing it twice, or at the same time, is harmless.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from celery.exceptions import OperationalError as BrokerError
from django.db import InterfaceError, OperationalError
from django.db.models import F, Max, Q

from pipeline.broker import publisher
from pipeline.journeys import batches, canvas
from pipeline.models import Batch, Journey, Run
from pipeline.summary import stage as summary_stage

log = structlog.get_logger(__name__)

EVERY = 30  # seconds between two looks
UNSENT = timedelta(
    minutes=2
)  # a run that still waits for discover, or whose discovery has gone silent, is sent again
WAITING = timedelta(seconds=60)  # a journey may wait this long although its queue is empty
WAITING_LONG = timedelta(
    hours=1
)  # a journey is sent again although its queue is not empty: its message may be gone
IN_HAND = timedelta(
    minutes=2
)  # a worker may hold a journey this long; every stage is bounded below
MOST_RESENT = 5  # times; then the journey is given up, with that as its reason
GIVE_UP = timedelta(hours=3)  # a run in which nothing at all has moved for this long ends as it is

CANCELLED = "the run was cancelled before this URL was through"
CLOCK = "SELECT now(), pg_postmaster_start_time()"


@dataclass(frozen=True, slots=True)
class Look:
    """What one look goes by: the database's clock, since when it runs, and the number of ready messages by queue."""

    now: datetime
    up_since: datetime
    waiting: dict[str, int]


def look_after(run: Run, look: Look) -> None:
    """Sends again what the run misses, or ends it. A bug met in one run does not keep the others from being seen to."""
    try:
        move(run, look)
    except (OperationalError, InterfaceError, BrokerError, OSError):
        raise
    except Exception:
        log.exception("reconciling_failed")


def move(run: Run, look: Look) -> None:
    """Sends again what the run misses, or ends it."""
    if run.state in (Run.State.QUEUED, Run.State.DISCOVERING):
        discover_again(run, look)
        return
    if run.state == Run.State.PAUSED:
        give_back_held(run, look)
        return
    look_at_additions(run, look)
    if run.state in (Run.State.RUNNING, Run.State.CANCELLING):
        if run.state == Run.State.CANCELLING:
            let_go(run, look)
        for batch in run.batches.filter(published_at__isnull=False, finished_at=None):
            send_stalled(batch, look)
            finish_from_rows(batch, look.now)
        batches.dispatch_batches(run.pk)
        summary_stage.close_run(run.pk)
        give_up(run, look.now)


def discover_again(run: Run, look: Look) -> None:
    """The run's discover task went missing: it waits although the queue is empty, or has not been heard of."""
    silent = (
        max(moment for moment in (run.sent_at, run.heartbeat_at, run.created_at) if moment)
        < look.now - UNSENT
    )
    if silent and not look.waiting["discover"]:
        log.warning("discover_sent_again")
        Run.objects.filter(pk=run.pk).update(sent_at=look.now)
        publisher.send_discover(run.pk)


def look_at_additions(run: Run, look: Look) -> None:
    """Addresses were added, and their message went missing, or whoever took it has not been heard of."""
    waiting = run.additions.filter(done_at=None)
    if not waiting or run.state == Run.State.CANCELLING:
        return
    moments = [
        moment for each in waiting for moment in (each.created_at, each.sent_at, each.claimed_at)
    ]
    last = max(moment for moment in (*moments, run.heartbeat_at) if moment)
    if last < look.now - UNSENT and not look.waiting["discover"]:
        log.warning("additions_sent_again")
        waiting.update(sent_at=look.now)
        publisher.send_discover(run.pk)


def give_back_held(run: Run, look: Look) -> None:
    """What a worker had in progress when the run was paused, and will never give back: it was killed."""
    held = run.journeys.filter(stuck(look), state="pending")
    held.update(in_progress=False, reason="paused")


def send_stalled(batch: Batch, look: Look) -> None:
    """Journeys that nobody works on although they are due go out again, from the stage that they have reached."""
    stalled = batch.journeys.filter(idle(look) | stuck(look), state="pending")
    given_up = stalled.filter(resend_count__gte=MOST_RESENT)
    detail = f"it was sent again {MOST_RESENT} times and never came through"
    given_up.fail("lost", detail, look.now)
    if ids := list(stalled.filter(resend_count__lt=MOST_RESENT).values_list("pk", flat=True)):
        log.warning("journeys_sent_again", batch=batch.pk, count=len(ids))
        Journey.objects.filter(pk__in=ids).update(
            resend_count=F("resend_count") + 1, queued_at=look.now, claimed_at=look.now
        )
        canvas.publish(batch, ids)


def idle(look: Look) -> Q:
    """Journeys that wait, although no message waits that could be theirs; or for so long that theirs may be gone."""
    empty = [stage for stage, ready in look.waiting.items() if not ready]
    return Q(in_progress=False) & (
        since(look.now - WAITING) & Q(stage__in=empty) | since(look.now - WAITING_LONG)
    )


def since(moment: datetime) -> Q:
    """Journeys that have waited since before this moment, and not only for their batch's turn."""
    return Q(queued_at__lt=moment, batch__published_at__lt=moment)


def stuck(look: Look) -> Q:
    """Journeys that a worker has held for longer than any stage takes, with the database there for all that time."""
    moment = look.now - IN_HAND
    if look.up_since < moment:
        return Q(in_progress=True, claimed_at__lt=moment)
    return Q(pk__in=[])


def let_go(run: Run, look: Look) -> None:
    """What was being stored when the run was cancelled, and never came to its end."""
    held = run.journeys.filter(stuck(look), state="pending")
    held.skip("cancelled", CANCELLED, look.now)


def finish_from_rows(batch: Batch, now: datetime) -> None:
    """All journeys of the batch are over and its chord did not notice: what its body does is done from the rows."""
    if batch.journeys.filter(state="pending").exists():
        return
    last = batch.journeys.aggregate(at=Max("ended_at"))["at"] or batch.published_at
    if last and last < now - timedelta(seconds=EVERY):
        log.warning("batch_finished_from_rows", batch=batch.pk)
        summary_stage.finish_batch(batch.pk)


def give_up(run: Run, now: datetime) -> None:
    """Nothing has moved for long: the run ends as incomplete, naming what is missing."""
    run.refresh_from_db()
    moved = run.journeys.aggregate(
        queued_at=Max("queued_at"), claimed_at=Max("claimed_at"), ended_at=Max("ended_at")
    )
    last = max(
        (moment for moment in (*moved.values(), run.started_at) if moment), default=run.created_at
    )
    if not run.ended and last < now - GIVE_UP and not run.additions.filter(done_at=None).exists():
        summary_stage.end_incomplete(run.pk)
