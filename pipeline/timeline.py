"""When each stage of a run worked, from its log; and how its hosts answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from pipeline.database import execute
from pipeline.models import Host, Run
from pipeline.queues import STAGES

BINS = 100
WIDTH, HEIGHT = 600, 26  # of a lane, in the units of its drawing
SHOWN = 30  # hosts

WORK = """
SELECT stage, width_bucket(at, %(bounds)s::timestamptz[]) AS bin, count(*) FROM monitor_logevent
WHERE run = %(run)s AND at BETWEEN %(began)s AND %(until)s AND event IN ('stage_finished', 'journey_ended', 'try_later')
GROUP BY 1, 2
UNION ALL SELECT 'summarise', width_bucket(finished, %(bounds)s::timestamptz[]), count(*) FROM pipeline_wave
WHERE run_id = %(run)s AND finished BETWEEN %(began)s AND %(until)s GROUP BY 2
"""

HOSTS = """
SELECT split_part(key, '/', 3), count(*), count(*) FILTER (WHERE state <> 'pending'),
    count(*) FILTER (WHERE state = 'failed')
FROM pipeline_journey WHERE run_id = %s GROUP BY 1 ORDER BY 2 DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """The work of one stage in one hundredth of the run's time."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One stage over the run's time."""

    stage: str
    total: int
    bars: list[Bar]

    @property
    def label(self) -> str:
        return f"{self.stage}: {self.total} steps"


@dataclass(frozen=True, slots=True)
class HostLine:
    """What a run has of one host, beside the host's row."""

    name: str
    found: int
    ended: int
    failed: int
    row: Host | None
    share: int  # percent of the run's waiting URLs

    @property
    def waits(self) -> bool:
        return bool(self.row and self.row.next_at > timezone.now())

    @property
    def resting(self) -> bool:
        return bool(self.row and self.row.parked_until and self.row.parked_until > timezone.now())


def lanes(run: Run) -> list[Lane]:
    """A lane for each stage that left a trace. The tallest bar of a lane is as high as the lane."""
    if not run.started:
        return []
    until = run.finished or timezone.now()
    step = (until - run.started) / BINS
    bounds: list[datetime] = [run.started + step * number for number in range(BINS)]
    values = {"run": run.pk, "bounds": bounds, "began": run.started, "until": until}
    counts: dict[str, dict[int, int]] = {}
    for stage, number, count in execute(WORK, values):
        counts.setdefault(stage, {})[number] = count
    return [Lane(stage, sum(counts[stage].values()), list(_bars(counts[stage]))) for stage in STAGES if stage in counts]


def _bars(counts: dict[int, int]) -> Iterator[Bar]:
    top, width = max(counts.values()), WIDTH / BINS
    for number, count in sorted(counts.items()):
        height = max(1.5, HEIGHT * count / top)
        yield Bar(round((number - 1) * width, 1), round(27 - height, 1), round(width - 0.8, 1), round(height, 1))


def hosts(run: Run) -> list[HostLine]:
    """The hosts with the most URLs of the run."""
    counted = execute(HOSTS, [run.pk, SHOWN])
    rows = Host.objects.in_bulk([name for name, *_ in counted])
    waiting = sum(found - ended for _, found, ended, _ in counted) or 1
    return [
        HostLine(name, found, ended, failed, rows.get(name), round(100 * (found - ended) / waiting))
        for name, found, ended, failed in counted
    ]
