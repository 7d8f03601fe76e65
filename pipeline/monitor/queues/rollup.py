"""Samples of the queues as they age: every one for a day, one a minute for eight days, then nothing."""

from datetime import datetime, timedelta

from pipeline.core.database import execute
from pipeline.monitor.models import QueueMinute, QueueSample, Wait
from pipeline.monitor.queues import latency

KEPT = timedelta(days=1)  # every sample
MINUTES_KEPT = timedelta(days=8)

# Each minute that is over and not yet written. The last count of a minute stands for it: counts only grow.
ROLL_UP = """
INSERT INTO monitor_queueminute (taken, queue, waiting, waiting_most, in_hand, consumers, published, acked)
SELECT date_trunc('minute', taken), queue, avg(waiting), max(waiting), avg(in_hand), avg(consumers),
    (array_agg(published ORDER BY taken DESC))[1], (array_agg(acked ORDER BY taken DESC))[1]
FROM monitor_queuesample
WHERE taken < date_trunc('minute', %(now)s::timestamptz) AND taken >= coalesce(
    (SELECT max(taken) + interval '1 minute' FROM monitor_queueminute WHERE taken > %(since)s), %(since)s)
GROUP BY 1, 2 ON CONFLICT DO NOTHING
"""


def roll_up(now: datetime) -> None:
    """Writes the minutes that are over. Harmless to repeat, and to miss for up to a day."""
    execute(ROLL_UP, {"now": now, "since": now - KEPT})


def prune(now: datetime) -> int:
    """Removes samples, minutes and waits that are past their days; returns how many."""
    roll_up(now)
    old = QueueSample.objects.filter(taken__lt=now - KEPT)
    older = QueueMinute.objects.filter(taken__lt=now - MINUTES_KEPT)
    waited = Wait.objects.filter(taken__lt=now - latency.KEPT)
    return sum(
        rows._raw_delete(rows.db) for rows in (old, older, waited)
    )  # without reading them: nothing points to them
