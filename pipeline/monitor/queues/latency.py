"""How long messages waited before a worker took them: seen by the sampler on the rows, while these still tell it.

A journey's row says since when it waits and when it was taken only for the stage that it is in, so the sampler looks
at what is in hand and at what has just ended. The times are the database's, so no two clocks are compared.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.core.database import execute

WINDOW = timedelta(minutes=15)  # that the page speaks of
KEPT = timedelta(hours=1)
MOST = 30  # of each kind that are written down with one sample

# Nothing waits before its wave is published, or before its retry is due. What was sent again says nothing of the first
# wait: then both moments are the same. Seeing the same wait twice adds nothing.
SAMPLE = """
INSERT INTO monitor_wait (taken, stage, about, seconds)
SELECT taken, stage, about, extract(epoch FROM taken - since) FROM (
    (SELECT j.touched, j.stage, j.id, greatest(j.queued, w.published)
    FROM pipeline_run r JOIN pipeline_wave w ON w.run_id = r.id AND w.published IS NOT NULL AND w.finished IS NULL
    JOIN pipeline_journey j ON j.wave_id = w.id AND j.state = 'pending' AND j.working
    WHERE r.state IN ('discovering', 'running', 'paused', 'cancelling') ORDER BY j.touched DESC LIMIT %(most)s)
    UNION ALL
    (SELECT j.touched, j.stage, j.id, greatest(j.queued, w.published)
    FROM pipeline_journey j JOIN pipeline_wave w ON w.id = j.wave_id
    WHERE j.ended > now() - interval '10 seconds' ORDER BY j.ended DESC LIMIT %(most)s)
    UNION ALL
    (SELECT started, 'discover', id, coalesce(sent, created) FROM pipeline_run
    WHERE started > now() - interval '10 seconds' AND discoveries = 1 LIMIT %(most)s)
    UNION ALL
    (SELECT w.finished, 'summarise', w.id, (SELECT max(ended) FROM pipeline_journey WHERE wave_id = w.id)
    FROM pipeline_run r JOIN pipeline_wave w ON w.run_id = r.id AND w.finished > now() - interval '10 seconds'
    WHERE r.finished IS NULL OR r.finished > now() - interval '10 seconds' LIMIT %(most)s)
) AS seen (taken, stage, about, since)
WHERE taken > since AND taken > now() - interval '1 minute'
ON CONFLICT DO NOTHING
"""

READ = """
SELECT stage, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
    percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds)
FROM monitor_wait WHERE taken > %s AND taken <= %s GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Waits:
    """Of so many messages that workers took, half waited at most `median` seconds, 95 of 100 at most `p95`."""

    count: int
    median: float
    p95: float


def sample() -> None:
    """Writes down the waits that can be seen now. Harmless to repeat."""
    execute(SAMPLE, {"most": MOST})


def waits(now: datetime) -> dict[str, Waits]:
    """What is known of each stage's last quarter of an hour; nothing of a stage that took nothing."""
    return {stage: Waits(*numbers) for stage, *numbers in execute(READ, [now - WINDOW, now])}
