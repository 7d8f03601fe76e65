"""Looks after runs that should move and do not, so that every run ends. Beat sends `reconcile` every half minute.

Messages can be lost in ways that nobody can prevent (a broker's disk, a purged queue), and so can a chord's body. The
rows know what should be: whatever they say is due and nobody has in hand is sent again. Everything sent again carries
the same ids, so doing it twice, or at the same time, is harmless.
"""

from datetime import datetime, timedelta

import structlog
from celery import current_app, shared_task
from django.db.models import F, Max, Q
from django.utils import timezone

from pipeline import summary, tasks
from pipeline.models import Journey, Run, Wave
from pipeline.queues import RECONCILE, depths

log = structlog.get_logger(__name__)

EVERY = 30  # seconds between two looks
UNSENT = timedelta(minutes=2)  # a run that still waits for discover, or whose discovery has gone silent, is sent again
WAITING = timedelta(seconds=60)  # a journey may wait this long although its queue is empty
IN_HAND = timedelta(minutes=3)  # a worker may hold a journey this long; every stage is bounded well below
MOST_RESENT = 5  # times; then the journey is given up, with that as its reason
GIVE_UP = timedelta(hours=1)  # a run in which nothing at all has moved for this long ends as it is


@shared_task(name=RECONCILE)
def reconcile() -> None:
    """One look at every run that is not over."""
    now = timezone.now()
    with current_app.connection_for_read() as connection:
        waiting = depths(connection)
    for run in Run.objects.exclude(state__in=Run.ENDED):
        with structlog.contextvars.bound_contextvars(run=run.pk):
            look_after(run, now, waiting)


def look_after(run: Run, now: datetime, waiting: dict[str, int]) -> None:
    """Sends again what the run misses, or ends it. `waiting` is the number of ready messages by queue."""
    if run.state in (Run.State.QUEUED, Run.State.DISCOVERING):
        discover_again(run, now, waiting)
    elif run.state in (Run.State.RUNNING, Run.State.CANCELLING):
        for wave in run.waves.filter(published__isnull=False, finished=None):
            send_stalled(wave, now, waiting)
            finish_wave(wave, now)
        tasks.send_waves(run.pk)
        summary.close_run(run.pk)
        give_up(run, now)


def discover_again(run: Run, now: datetime, waiting: dict[str, int]) -> None:
    """The run's discover task went missing: it waits although the queue is empty, or has not been heard of."""
    silent = max(moment for moment in (run.sent, run.alive, run.created) if moment) < now - UNSENT
    if silent and not waiting["discover"]:
        log.warning("discover_sent_again")
        Run.objects.filter(pk=run.pk).update(sent=now)
        tasks.discover.apply_async([run.pk])


def send_stalled(wave: Wave, now: datetime, waiting: dict[str, int]) -> None:
    """Journeys that nobody works on although they are due go out again, from the stage that they have reached."""
    idle = Q(
        working=False, queued__lt=now - WAITING, stage__in=[stage for stage, ready in waiting.items() if not ready]
    )
    stuck = Q(working=True, touched__lt=now - IN_HAND)
    stalled = wave.journeys.filter(idle | stuck, state="pending")
    given_up = stalled.filter(resent__gte=MOST_RESENT)
    detail = f"it was sent again {MOST_RESENT} times and never came through"
    given_up.update(state="failed", reason="lost", detail=detail, ended=now, working=False)
    if ids := list(stalled.filter(resent__lt=MOST_RESENT).values_list("pk", flat=True)):
        log.warning("journeys_sent_again", wave=wave.pk, count=len(ids))
        Journey.objects.filter(pk__in=ids).update(resent=F("resent") + 1, queued=now, touched=now)
        tasks.publish(wave, ids)


def finish_wave(wave: Wave, now: datetime) -> None:
    """All journeys of the wave are over and its chord did not notice: what its body does is done from the rows."""
    if wave.journeys.filter(state="pending").exists():
        return
    last = wave.journeys.aggregate(at=Max("ended"))["at"] or wave.published
    if last and last < now - timedelta(seconds=EVERY):
        log.warning("wave_finished_from_rows", wave=wave.pk)
        summary.close_wave(wave.pk)


def give_up(run: Run, now: datetime) -> None:
    """Nothing has moved for long: the run ends as incomplete, naming what is missing."""
    run.refresh_from_db()
    moved = run.journeys.aggregate(queued=Max("queued"), touched=Max("touched"), ended=Max("ended"))
    last = max((moment for moment in (*moved.values(), run.started) if moment), default=run.created)
    if not run.ended and last < now - GIVE_UP:
        summary.end_incomplete(run.pk)
