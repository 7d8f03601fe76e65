"""What waited in each queue over a stretch of time, for the chart."""

from datetime import datetime, timedelta
from typing import Any

from pipeline.database import execute
from pipeline.queues import STAGES

# name -> (length, distance of two points)
RANGES = {
    "15m": (timedelta(minutes=15), timedelta(seconds=5)),
    "1h": (timedelta(hours=1), timedelta(seconds=20)),
    "24h": (timedelta(days=1), timedelta(minutes=5)),
    "7d": (timedelta(days=7), timedelta(minutes=30)),
}

BINNED = """
SELECT extract(epoch FROM date_bin(%(step)s, taken, 'epoch'))::bigint, queue, max(waiting)
FROM monitor_queuesample WHERE taken > %(since)s AND queue = ANY(%(queues)s) GROUP BY 1, 2 ORDER BY 1
"""
RUNS = "SELECT extract(epoch FROM started)::bigint, id FROM pipeline_run WHERE started > %s ORDER BY 1 LIMIT 200"


def series(name: str, now: datetime) -> dict[str, Any]:
    """Times (seconds since 1970), for each stage the most that waited at each, and when runs began."""
    length, step = RANGES[name]
    rows = execute(BINNED, {"step": step, "since": now - length, "queues": list(STAGES)})
    times = sorted({moment for moment, *_ in rows})
    at = {time: number for number, time in enumerate(times)}
    waiting: dict[str, list[int | None]] = {stage: [None] * len(times) for stage in STAGES}
    for moment, queue, most in rows:
        waiting[queue][at[moment]] = most
    return {"times": times, "waiting": waiting, "runs": [list(row) for row in execute(RUNS, [now - length])]}
