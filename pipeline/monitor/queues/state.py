"""What the queues page shows of each stage: numbers and rates from the samples of RabbitMQ, ages
from the rows of the runs."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from pipeline.broker.queues import DEAD_LETTERS, HEADER_STAGES, STAGES
from pipeline.core.database import execute
from pipeline.models import StageIntake
from pipeline.monitor.queues.latency import Waits, waits

STALE = timedelta(seconds=15)
PACE = 60  # seconds over which the pace is taken
QUEUES = [*STAGES, DEAD_LETTERS]

LATEST = """
SELECT q, s.taken_at, s.waiting, s.in_progress, s.consumers
FROM unnest(%s) q, LATERAL (
    SELECT * FROM monitor_queuesample WHERE queue = q
    ORDER BY taken_at DESC LIMIT 1) s
"""

# The most that waited in each half minute of the last half hour; the first of them is number 0.
HISTORY = """
SELECT queue, json_object_agg(bin, most ORDER BY bin) FROM (
    SELECT queue,
        floor(extract(epoch FROM taken_at - %(since)s) / 30)::int bin,
        max(waiting) most
    FROM monitor_queuesample WHERE queue = ANY(%(queues)s)
        AND taken_at > %(since)s GROUP BY 1,
        2) bins GROUP BY 1
"""

# A journey waits for its stage since `queued`, yet not before its batch was published; one in the
# future is a retry.
OLDEST = """
SELECT j.stage, extract(epoch
    FROM %(now)s - min(greatest(j.queued_at, w.published_at))
        FILTER (WHERE NOT j.in_progress AND j.queued_at <= %(now)s)), count(*)
            FILTER (WHERE j.queued_at > %(now)s)
FROM pipeline_run r JOIN pipeline_batch w
    ON w.run_id = r.id AND w.published_at IS NOT NULL
    AND w.finished_at IS NULL
JOIN pipeline_journey j ON j.batch_id = w.id AND j.state = 'pending'
WHERE r.state IN ('discovering', 'running', 'cancelling') GROUP BY 1
UNION ALL SELECT 'discover', extract(epoch
    FROM %(now)s - min(created_at)), 0 FROM pipeline_run
    WHERE state = 'queued'
"""

# How much came, how much was dealt with, in which time, and whether something always waited. The
# broker counts since it began: a count that is smaller than the one before it began anew.
FLOW = """
SELECT queue, sum(CASE WHEN published < p
    THEN published ELSE published - p END),
    sum(CASE WHEN acked < a THEN acked ELSE acked - a END),
    extract(epoch FROM max(taken_at) - min(taken_at)), min(waiting) > 0
FROM (
    SELECT queue, taken_at, waiting, published, acked,
        lag(published) OVER in_time p,
        lag(acked) OVER in_time a
    FROM monitor_queuesample WHERE queue = ANY(%s)
        AND taken_at BETWEEN %s AND %s
    WINDOW in_time AS (PARTITION BY queue ORDER BY taken_at)
) samples GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Flow:
    """A queue's last minute or so: messages a second, None where the broker does not count."""

    into: float | None = None
    out: float | None = None
    seconds: float = 0.0
    always_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One queue. Ages and times are in seconds; None where they cannot be told."""

    queue: str
    taken_at: datetime
    waiting: int
    in_progress: int
    consumers: int
    oldest: float | None
    delayed: int
    # Half minute of the last sixty -> the most that waited; without those of no sample.
    history: dict[int, int]
    flow: Flow
    waits: Waits | None = None  # of the last quarter of an hour
    # When the age of the oldest was taken.
    asked: datetime = field(default_factory=timezone.now)
    # Who paused the intake of the stage and when; None while its workers take messages.
    pause: StageIntake | None = None

    @property
    def since(self) -> datetime | None:
        """Since when the oldest waits."""
        if self.oldest is None:
            return None
        return self.asked - timedelta(seconds=self.oldest)

    @property
    def drains(self) -> float | None:
        """How long until nothing waits, at the pace of the last minute."""
        gain = (self.flow.out or 0.0) - (self.flow.into or 0.0)
        if self.waiting and gain > 0:
            return self.waiting / gain
        return None

    @property
    def state(self) -> str:
        """One word."""
        if self.pause:
            return "paused"
        if not self.consumers and self.queue != DEAD_LETTERS:
            return "no consumer"
        if not self.waiting:
            if self.in_progress:
                return "flowing"
            return "idle"
        if self._stands_still:
            return "stalled"
        before = list(self.history.values())[-3:]
        if len(before) > 2 and self.waiting > before[0] * 1.1 + 5:
            return "growing"
        return "flowing"

    @property
    def _stands_still(self) -> bool:
        """A page is fetched, extracted or stored within a minute; what discover has in hand may
        take longer."""
        watched = (
            self.flow.seconds >= PACE * 0.8
            and self.flow.always_waiting
            and self.flow.out == 0
        )
        return watched and (self.queue in HEADER_STAGES or not self.in_progress)

    @property
    def peak(self) -> int:
        """The most that waited in the last half hour: the top of the line."""
        return max(self.history.values(), default=0)

    @property
    def line(self) -> str:
        """The history as a path, 120 wide and 24 high. Where no sample was taken there is no
        line."""
        top = self.peak or 1
        drawn = ""
        before = -9
        for number, value in self.history.items():
            place = f"{2 * number},{23 - 22 * value / top:.1f}"
            drawn += f"L{place}" if number - before < 3 else f"M{place}h.1"
            before = number
        return drawn


def rows(now: datetime | None = None) -> list[Row]:
    """Return what is known of each queue that was ever sampled, in the order of the journey, the
    dead letters last."""
    now = now or timezone.now()
    samples = execute(LATEST, [QUEUES])
    latest = max((taken_at for _queue, taken_at, *_ in samples), default=now)
    given = {"queues": QUEUES, "since": now - timedelta(minutes=30)}
    history = {
        queue: {int(bin): most for bin, most in values.items()}
        for queue, values in execute(HISTORY, given)
    }
    ages = {
        stage: (age, delayed) for stage, age, delayed in execute(OLDEST, {"now": now})
    }
    minute = [QUEUES, latest - timedelta(seconds=PACE + 5), latest]
    flows = {queue: _flow(*values) for queue, *values in execute(FLOW, minute)}
    waited = waits(now)
    pauses = {each.stage: each for each in StageIntake.objects.paused()}
    found = []
    for queue, taken_at, waiting, in_progress, consumers in samples:
        age, delayed = ages.get(queue, (None, 0))
        found.append(
            Row(
                queue,
                taken_at,
                waiting,
                in_progress,
                consumers,
                oldest=float(age) if age is not None else None,
                delayed=delayed,
                history=history.get(queue, {}),
                flow=flows.get(queue, Flow()),
                waits=waited.get(queue),
                asked=now,
                pause=pauses.get(queue),
            )
        )
    return found


def _flow(
    published: Decimal | None,
    acked: Decimal | None,
    seconds: Decimal,
    always_waiting: bool,
) -> Flow:
    into, out = (
        float(count) / float(seconds) if count is not None and seconds else None
        for count in (published, acked)
    )
    return Flow(into, out, float(seconds), always_waiting)
