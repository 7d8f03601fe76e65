"""Which stages that a run needs are paused, or have workers that say nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from pipeline.core.database import execute
from pipeline.models import Run, StageIntake
from pipeline.monitor.workers.status import GONE, REPLACED, SILENT
from pipeline.summary.progress import Progress, seconds_left

# When each worker, and RabbitMQ, was heard from last; which stages are paused: at once, since pages
# ask it again and again.
SIGNS = f"""
SELECT 'worker', stage, beat_at
FROM monitor_workerheartbeat b WHERE NOT {REPLACED}
UNION ALL
SELECT 'paused', stage, paused_at
FROM pipeline_stageintake WHERE paused_at IS NOT NULL
UNION ALL
SELECT 'broker', '', max(taken_at) FROM monitor_queuesample
"""  # noqa: S608 - of constants
BROKER_SILENT = timedelta(seconds=12)  # several samples missed
STEERED = (Run.State.PAUSED, Run.State.CANCELLING)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with the workers of a stage, or ("") with the broker; and the cure."""

    stage: str
    text: str
    cure: str


@dataclass(frozen=True, slots=True)
class PausedStage:
    """A stage that somebody paused, and how many of the run's URLs wait there for that reason."""

    stage: str
    by: str
    since: datetime
    waiting: int


def paused_stages(run: Run, counted: Progress) -> list[PausedStage]:
    """Return the stages at which this run waits since their intake is paused."""
    if run.ended:
        return []
    waiting = {card.stage: card.waiting for card in counted.cards}
    needed = {*_needed(run, counted), *(stage for stage in waiting if waiting[stage])}
    return [
        PausedStage(
            each.stage, each.paused_by, each.paused_at, waiting.get(each.stage, 0)
        )
        for each in StageIntake.objects.paused().order_by("paused_at")
        if each.paused_at and each.stage in needed
    ]


def troubles(run: Run, counted: Progress, now: datetime | None = None) -> list[Trouble]:
    """Return what holds this run up; nothing of a run that has ended or is held by a person, nor
    of a stage that is."""
    if run.ended or run.state in STEERED:
        return []
    now = now or timezone.now()
    ages: dict[str, list[timedelta]] = {}
    paused: set[str] = set()
    found: list[Trouble | None] = []
    for kind, stage, at in execute(SIGNS):
        if kind == "worker":
            ages.setdefault(stage, []).append(now - at)
        elif kind == "paused":
            paused.add(stage)
        elif at:
            found.append(_broker_trouble(now - at))
    needed = [stage for stage in _needed(run, counted) if stage not in paused]
    found += [_trouble(stage, ages.get(stage, [])) for stage in needed]
    return [each for each in found if each]


def time_left(
    run: Run, counted: Progress, held_up: list[Trouble], now: datetime | None = None
) -> float | None:
    """Return an estimate in seconds; None where something holds the run up, or nothing ends."""
    if held_up:
        return None
    return seconds_left(run, counted.states["pending"], now)


def _broker_trouble(age: timedelta) -> Trouble | None:
    """Return what is wrong where RabbitMQ, which the sampler asks, last answered so long ago."""
    if age <= BROKER_SILENT:
        return None
    seconds = int(age.total_seconds())
    return Trouble(
        "",
        f"RabbitMQ or the sampler has not answered for {seconds:,} seconds.",
        "Without RabbitMQ nothing moves; the run goes on by itself when it is back.",
    )


def _needed(run: Run, counted: Progress) -> Iterator[str]:
    """Yield the stages at which something of the run is due."""
    if run.state in (Run.State.QUEUED, Run.State.DISCOVERING):
        yield "discover"
    for card in counted.cards:
        if card.in_progress or card.waiting > card.later:
            yield card.stage
    if run.state == Run.State.RUNNING and not counted.states["pending"]:
        yield "summarise"


def _trouble(stage: str, ages: list[timedelta]) -> Trouble | None:
    known = [age for age in ages if age < GONE]
    silent = [age for age in known if age > SILENT]
    if not ages:
        return Trouble(
            stage,
            f"No {stage} worker is running.",
            f"Start one: manage.py work {stage}.",
        )
    if not known or len(silent) == len(known):
        seconds = int(min(ages).total_seconds())
        return Trouble(
            stage,
            f"No {stage} worker has been heard from for {seconds} seconds.",
            "What it had in progress goes to another worker after a minute. Restart it"
            " if it does not come back.",
        )
    if silent:
        seconds = int(min(silent).total_seconds())
        return Trouble(
            stage,
            f"{len(silent)} of {len(known)} {stage} workers: not heard from for"
            f" {seconds} seconds.",
            "The others go on, and get what it had in progress after a minute.",
        )
    return None
