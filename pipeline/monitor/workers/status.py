"""What the queues page says of each worker."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from pipeline.broker.queues import STAGES
from pipeline.core.database import execute
from pipeline.models import Journey
from pipeline.monitor.models import WorkerHeartbeat

SILENT = timedelta(seconds=12)  # two beats missed
GONE = timedelta(minutes=3)
SHOWN = 3  # tasks of a worker, the oldest

# Of the row `b`: a name belongs to one process at a time (broker/worker_names.py).
REPLACED = """
EXISTS (SELECT 1 FROM monitor_workerheartbeat later WHERE later.name = b.name
    AND later.started_at > b.started_at AND later.beat_at > b.beat_at)
"""
# A killed worker is remembered for an hour, or for ten minutes where another took its place.
FORGET = f"""
DELETE FROM monitor_workerheartbeat b
WHERE beat_at < clock_timestamp() - interval '1 hour'
OR beat_at < clock_timestamp() - interval '10 minutes' AND {REPLACED}
"""  # noqa: S608 - of constants


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a worker has in hand. `url` is "" where it is not one URL's."""

    stage: str
    journey: int | None
    run: int | None
    url: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker as it was at its last sign of life, and how long ago that was."""

    beat: WorkerHeartbeat
    age: float  # seconds since the last sign
    up: float  # seconds since it began
    tasks: tuple[Task, ...]
    replaced: bool = False  # killed, and another took its place

    @property
    def state(self) -> str:
        """One word."""
        if self.replaced:
            return "replaced"
        if self.age > GONE.total_seconds():
            return "gone"
        if self.age > SILENT.total_seconds():
            return "silent"
        return "live"

    @property
    def more(self) -> int:
        """Tasks in hand that are not listed."""
        return max(0, self.beat.busy - len(self.tasks))


def workers(now: datetime | None = None) -> list[Worker]:
    """Every worker that gave a sign of life in the last hour, by stage in the order of the
    journey."""
    now = now or timezone.now()
    beats = sorted(
        WorkerHeartbeat.objects.all(),
        key=lambda beat: (_place(beat.stage), beat.name, beat.pid),
    )
    urls = _urls(beats)
    newest = {beat.name: beat for beat in sorted(beats, key=lambda each: each.beat_at)}
    return [
        Worker(
            beat,
            max(0.0, (now - beat.beat_at).total_seconds()),
            max(0.0, (beat.beat_at - beat.started_at).total_seconds()),
            tuple(_task(task, beat.beat_at, urls) for task in beat.in_progress[:SHOWN]),
            replaced=newest[beat.name].started_at > beat.started_at,
        )
        for beat in beats
    ]


def forget() -> None:
    """Take away the rows of workers that are long gone."""
    execute(FORGET)


def counts(found: list[Worker]) -> dict[tuple[str, str], int]:
    """How many workers there are by stage and state; a stage of ours without any has none that
    lives."""
    counted = {(stage, "live"): 0 for stage in STAGES}
    for worker in found:
        place = (worker.beat.stage, worker.state)
        counted[place] = counted.get(place, 0) + 1
    return counted


def _place(stage: str) -> int:
    if stage in STAGES:
        return STAGES.index(stage)
    return len(STAGES)


def _urls(beats: list[WorkerHeartbeat]) -> dict[int, str]:
    journeys = [
        task.get("journey") for beat in beats for task in beat.in_progress[:SHOWN]
    ]
    return dict(
        Journey.objects.filter(pk__in=[j for j in journeys if j]).values_list(
            "pk", "url"
        )
    )


def _task(task: dict[str, Any], at: datetime, urls: dict[int, str]) -> Task:
    since = parse_datetime(task.get("since") or "")
    if since:
        seconds = max(0.0, (at - since).total_seconds())
    else:
        seconds = None
    journey = task.get("journey")
    return Task(
        str(task.get("task")).rpartition(".")[2],
        journey,
        task.get("run"),
        urls.get(journey or 0, ""),
        seconds,
    )
