"""When each stage of a run worked, from its log; and how its hosts answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.core.cache import cache
from django.utils import timezone

from pipeline.broker.queues import STAGES
from pipeline.core.database import execute
from pipeline.models import Host, Run
from pipeline.summary.stage import HOSTS, HOSTS_SHOWN, frozen_summary

BINS = 100  # at most
# Of a lane and between its bars, in the units of its drawing
WIDTH = 600
HEIGHT = 26
GAP = 0.8

EVENTS = "event IN ('stage_finished', 'journey_ended', 'try_later')"
LINES = f"""
SELECT stage, width_bucket(at, %(bounds)s::timestamptz[]) AS bin,
    count(*) FROM monitor_logevent
WHERE run = %(run)s AND at BETWEEN %(began)s AND %(until)s
    AND {EVENTS} GROUP BY 1, 2
"""  # noqa: S608
# A long run has too many lines to read; the log's own counts of a minute say as much in bars that
# are wider.
MINUTES = f"""
SELECT stage, width_bucket(greatest(since, %(began)s::timestamptz),
    %(bounds)s::timestamptz[]) AS bin, sum(n)::bigint
FROM monitor_logcount
WHERE run = %(run)s AND width = 1
    AND since > %(began)s::timestamptz - interval '1 minute'
    AND since <= %(until)s::timestamptz AND {EVENTS}
GROUP BY 1, 2
"""  # noqa: S608
BATCHES = """
SELECT 'summarise',
    width_bucket(finished_at, %(bounds)s::timestamptz[]),
    count(*)
    FROM pipeline_batch
WHERE run_id = %(run)s
    AND finished_at BETWEEN %(began)s AND %(until)s GROUP BY 2
"""
LONG = timedelta(minutes=25)
LARGE = 10_000  # URLs: so many take long to count, and the page asks again and again
HOSTS_KEPT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """The work of one stage in a part of the run's time: a hundredth, or a minute."""

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
    began_at: datetime  # of the part of the run's time that holds its first step
    ended_at: datetime  # of the one that holds its last

    @property
    def label(self) -> str:
        return f"{self.stage}: {self.total} steps"

    @property
    def began(self) -> float:
        """Where its first step stands."""
        return self.bars[0].x

    @property
    def length(self) -> float:
        """From its first step to its last."""
        return round(self.bars[-1].x + self.bars[-1].width - self.began, 1)

    @property
    def path(self) -> str:
        """All bars as one path: drawn one by one they took a template longer than the rest of the
        page.
        """
        return "".join(
            f"M{bar.x} {bar.y}h{bar.width}v{bar.height}h-{bar.width}z"
            for bar in self.bars
        )


@dataclass(frozen=True, slots=True)
class HostStats:
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
        return bool(
            self.row
            and self.row.parked_until
            and self.row.parked_until > timezone.now()
        )


def lanes(run: Run) -> list[Lane]:
    """Return a lane for each stage that left a trace. The tallest bar of a lane is as high as the
    lane."""
    if not run.started_at:
        return []
    until = run.finished_at or timezone.now()
    took = until - run.started_at
    if took > LONG:
        bins = min(BINS, int(took / timedelta(minutes=1)))
    else:
        bins = BINS
    bounds: list[datetime] = [
        run.started_at + took / bins * number for number in range(bins)
    ]
    ends = [*bounds[1:], until]
    values = {"run": run.pk, "bounds": bounds, "began": run.started_at, "until": until}
    counts: dict[str, dict[int, int]] = {}
    for stage, number, count in execute(
        f"{MINUTES if took > LONG else LINES} UNION ALL {BATCHES}", values
    ):
        counts.setdefault(stage, {})[number] = count
    return [
        Lane(
            stage,
            sum(counts[stage].values()),
            list(_bars(counts[stage], WIDTH / bins)),
            bounds[min(counts[stage]) - 1],
            ends[max(counts[stage]) - 1],
        )
        for stage in STAGES
        if stage in counts
    ]


def _bars(counts: dict[int, int], width: float) -> Iterator[Bar]:
    top = max(counts.values())
    for number, count in sorted(counts.items()):
        height = max(1.5, HEIGHT * count / top)
        yield Bar(
            round((number - 1) * width, 1),
            round(27 - height, 1),
            round(width - GAP, 1),
            round(height, 1),
        )


def hosts(run: Run) -> list[HostStats]:
    """Return the hosts with the most URLs of the run."""
    counted = frozen_summary(run).get("hosts")
    if counted is None:
        ask = partial(execute, HOSTS, [run.pk, HOSTS_SHOWN])
        key = f"hosts-{run.pk}-{run.state}".replace(" ", "_")
        if _is_large(run):
            counted = cache.get_or_set(key, ask, HOSTS_KEPT_SECONDS) or []
        else:
            counted = ask()
    rows = Host.objects.in_bulk([name for name, *_ in counted])
    waiting = sum(found - ended for _, found, ended, _ in counted) or 1
    return [
        HostStats(
            name,
            found,
            ended,
            failed,
            rows.get(name),
            round(100 * (found - ended) / waiting),
        )
        for name, found, ended, failed in counted
    ]


def _is_large(run: Run) -> bool:
    """Tell whether the run takes long to count; until it ends, its own row does not say."""
    if run.found:
        return run.found > LARGE
    return run.journeys.order_by()[LARGE : LARGE + 1].exists()
