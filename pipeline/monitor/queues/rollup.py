"""Samples of the queues as they age: every one for a day, one a minute for eight days, then
nothing."""

from datetime import datetime, timedelta

from pipeline.core.database import execute
from pipeline.monitor.models import QueueMinute, QueueSample, QueueWait
from pipeline.monitor.queues import latency

KEPT = timedelta(days=1)  # every sample
MINUTES_KEPT = timedelta(days=8)

# Each minute that is over and not yet written. The last count of a minute stands for it: counts
# only grow.
ROLL_UP = """
INSERT INTO monitor_queueminute (taken_at, queue, waiting, waiting_most,
    in_progress, consumers,
    published, acked)
SELECT date_trunc('minute', taken_at), queue, avg(waiting),
    max(waiting), avg(in_progress),
    avg(consumers),
    (array_agg(published ORDER BY taken_at DESC))[1],
    (array_agg(acked ORDER BY taken_at DESC))[1]
FROM monitor_queuesample
WHERE taken_at < date_trunc('minute', %(now)s::timestamptz)
    AND taken_at >= coalesce(
    (SELECT max(taken_at) + interval '1 minute' FROM monitor_queueminute
        WHERE taken_at > %(since)s), %(since)s)
GROUP BY 1, 2 ON CONFLICT DO NOTHING
"""


def roll_up(now: datetime) -> None:
    """Write the minutes that are over. Harmless to repeat, and to miss for up to a day."""
    execute(ROLL_UP, {"now": now, "since": now - KEPT})


def prune(now: datetime) -> int:
    """Remove samples, minutes and waits that are past their days; return how many."""
    roll_up(now)
    old = QueueSample.objects.filter(taken_at__lt=now - KEPT)
    older = QueueMinute.objects.filter(taken_at__lt=now - MINUTES_KEPT)
    waited = QueueWait.objects.filter(taken_at__lt=now - latency.KEPT)
    return sum(
        rows._raw_delete(rows.db) for rows in (old, older, waited)
    )  # without reading them: nothing points to them
