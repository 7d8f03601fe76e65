"""How long messages waited before a worker took them: seen by the sampler on the rows, while
these still tell it.

A journey's row says since when it waits and when it was taken only for the stage that it is in, so
the sampler looks at what is in hand and at what has just ended. The times are the database's, so no
two clocks are compared.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.core.database import execute

WINDOW = timedelta(minutes=15)  # that the page speaks of
KEPT = timedelta(hours=1)
MAX_WAITS = 30  # of each kind that are written down with one sample

# Nothing waits before its batch is published, or before its retry is due. What was sent again says
# nothing of the first wait: then both moments are the same. Seeing the same wait twice adds
# nothing.
SAMPLE = """
INSERT INTO monitor_queuewait (taken_at, stage, about, seconds)
SELECT taken_at, stage, about,
    extract(epoch FROM taken_at - since) FROM (
    (SELECT j.claimed_at, j.stage, j.id,
        greatest(j.queued_at, w.published_at)
    FROM pipeline_run r JOIN pipeline_batch w
        ON w.run_id = r.id AND w.published_at IS NOT NULL
        AND w.finished_at IS NULL
    JOIN pipeline_journey j ON j.batch_id = w.id
        AND j.state = 'pending' AND j.in_progress
    WHERE r.state IN ('discovering', 'running', 'paused', 'cancelling')
        ORDER BY j.claimed_at DESC LIMIT %(most)s)
    UNION ALL
    (SELECT j.claimed_at, j.stage, j.id,
        greatest(j.queued_at, w.published_at)
    FROM pipeline_journey j JOIN pipeline_batch w ON w.id = j.batch_id
    WHERE j.ended_at > now() - interval '10 seconds'
    ORDER BY j.ended_at DESC LIMIT %(most)s)
    UNION ALL
    (SELECT started_at, 'discover', id, coalesce(sent_at, created_at)
        FROM pipeline_run
    WHERE started_at > now() - interval '10 seconds'
        AND discovery_attempts = 1 LIMIT %(most)s)
    UNION ALL
    (SELECT w.finished_at, 'summarise', w.id,
        (SELECT max(ended_at) FROM pipeline_journey WHERE batch_id = w.id)
    FROM pipeline_run r JOIN pipeline_batch w ON w.run_id = r.id
        AND w.finished_at > now() - interval '10 seconds'
    WHERE r.finished_at IS NULL
        OR r.finished_at > now() - interval '10 seconds' LIMIT %(most)s)
) AS seen (taken_at, stage, about, since)
WHERE taken_at > since AND taken_at > now() - interval '1 minute'
ON CONFLICT DO NOTHING
"""

READ = """
SELECT stage, count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
    percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds)
FROM monitor_queuewait WHERE taken_at > %s AND taken_at <= %s GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Waits:
    """Of so many messages that workers took, half waited at most `median` seconds, 95 of 100 at
    most `p95`."""

    count: int
    median: float
    p95: float


def sample() -> None:
    """Write down the waits that can be seen now. Harmless to repeat."""
    execute(SAMPLE, {"most": MAX_WAITS})


def waits(now: datetime) -> dict[str, Waits]:
    """Return what is known of each stage's last quarter of an hour; nothing of a stage that took
    nothing."""
    return {
        stage: Waits(*numbers) for stage, *numbers in execute(READ, [now - WINDOW, now])
    }
