"""What the queues page says of each stage: RabbitMQ's numbers from the samples, ages and pace from the run's rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from pipeline.database import execute
from pipeline.queues import DEAD_LETTERS, HEADER_STAGES, STAGES

STALE = timedelta(seconds=15)
PACE = 60  # seconds over which the pace is taken
QUEUES = [*STAGES, DEAD_LETTERS]

LATEST = """
SELECT q, s.taken, s.waiting, s.in_hand, s.consumers FROM unnest(%s) q, LATERAL (
    SELECT * FROM monitor_queuesample WHERE queue = q ORDER BY taken DESC LIMIT 1) s
"""

# The most that waited in each half minute of the last half hour.
HISTORY = """
SELECT queue, array_agg(most ORDER BY bin) FROM (
    SELECT queue, date_bin('30 seconds', taken, 'epoch') bin, max(waiting) most
    FROM monitor_queuesample WHERE queue = ANY(%s) AND taken > %s GROUP BY 1, 2) bins GROUP BY 1
"""

# A journey waits for its stage since `queued`, yet not before its wave was published; one in the future is a retry.
OLDEST = """
SELECT j.stage, extract(epoch FROM %(now)s - min(greatest(j.queued, w.published))
        FILTER (WHERE NOT j.working AND j.queued <= %(now)s)), count(*) FILTER (WHERE j.queued > %(now)s)
FROM pipeline_run r JOIN pipeline_wave w ON w.run_id = r.id AND w.published IS NOT NULL AND w.finished IS NULL
JOIN pipeline_journey j ON j.wave_id = w.id AND j.state = 'pending'
WHERE r.state IN ('running', 'cancelling') GROUP BY 1
UNION ALL SELECT 'discover', extract(epoch FROM %(now)s - min(created)), 0 FROM pipeline_run WHERE state = 'queued'
"""

# A row keeps only its last move, so the moment at which each stage let go comes from the log.
LEFT = """
SELECT stage, count(*) FROM monitor_logevent
WHERE at > %s AND event IN ('stage_finished', 'journey_ended') GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One queue. Ages and times are in seconds; None where they cannot be told."""

    queue: str
    taken: datetime
    waiting: int
    in_hand: int
    consumers: int
    arrived: int | None
    left: int | None
    oldest: float | None
    delayed: int
    history: tuple[int, ...]

    @property
    def drains(self) -> float | None:
        """How long until nothing waits, at the pace of the last minute."""
        gain = (self.left or 0) - (self.arrived or 0)
        return self.waiting * PACE / gain if self.waiting and gain > 0 else None

    @property
    def state(self) -> str:
        """One word."""
        if not self.consumers:
            return "no consumer"
        if not self.waiting:
            return "flowing" if self.in_hand else "idle"
        if self.queue in HEADER_STAGES and self.left == 0 and min(self.history[-2:], default=0) > 0:
            return "stalled"
        return "growing" if len(self.history) > 2 and self.waiting > self.history[-3] * 1.1 + 5 else "flowing"

    @property
    def line(self) -> str:
        """The history as the points of a polyline, 120 wide and 24 high."""
        top = max(self.history, default=0) or 1
        step = 120 / max(len(self.history) - 1, 1)
        return " ".join(f"{n * step:.1f},{23 - 22 * value / top:.1f}" for n, value in enumerate(self.history))


def rows(now: datetime | None = None) -> list[Row]:
    """What is known of each queue that was ever sampled, in the order of the journey, the dead letters last."""
    now = now or timezone.now()
    history = {queue: tuple(values) for queue, values in execute(HISTORY, [QUEUES, now - timedelta(minutes=30)])}
    ages = {stage: (age, delayed) for stage, age, delayed in execute(OLDEST, {"now": now})}
    left: dict[str, int] = dict(execute(LEFT, [now - timedelta(seconds=PACE)]))
    found = []
    for queue, taken, waiting, in_hand, consumers in execute(LATEST, [QUEUES]):
        age, delayed = ages.get(queue, (None, 0))
        found.append(
            Row(
                queue,
                taken,
                waiting,
                in_hand,
                consumers,
                arrived=left.get(_before(queue), 0) if queue in HEADER_STAGES[1:] else None,
                left=left.get(queue, 0) if queue in HEADER_STAGES else None,
                oldest=float(age) if age is not None else None,
                delayed=delayed,
                history=history.get(queue, ()),
            )
        )
    return found


def _before(stage: str) -> str:
    return STAGES[STAGES.index(stage) - 1]
