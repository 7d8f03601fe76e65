"""What waited in each queue and what went through it over a stretch of time, for the chart."""

from datetime import datetime, timedelta
from typing import Any

from pipeline.broker.queues import STAGES
from pipeline.core.database import execute

# name -> (length, distance of two points, the table that has it: samples of a day, minutes of a
# week)
RANGES = {
    "15m": (timedelta(minutes=15), timedelta(seconds=10), "sample"),
    "1h": (timedelta(hours=1), timedelta(seconds=30), "sample"),
    "24h": (timedelta(days=1), timedelta(minutes=5), "minute"),
    "7d": (timedelta(days=7), timedelta(minutes=30), "minute"),
}
# The minute that is not over yet is only in the samples, as are all of them where the roll-up did
# not run.
SOURCES = {
    "sample": """
        SELECT taken_at, queue, waiting most, published, acked
        FROM monitor_queuesample WHERE taken_at > %(since)s""",
    "minute": """
        SELECT taken_at, queue, waiting_most most, published, acked
        FROM monitor_queueminute
            WHERE taken_at > %(since)s
        UNION ALL SELECT taken_at, queue, waiting, published, acked
        FROM monitor_queuesample
            WHERE taken_at >= coalesce(
            (SELECT max(taken_at) + interval '1 minute' FROM monitor_queueminute
                WHERE taken_at > %(since)s), %(since)s)""",
}

# A count that is smaller than the one before it began anew, with the broker.
BINNED = """
SELECT extract(epoch FROM bin)::bigint, queue, most,
    (CASE WHEN published < lag(published) OVER w
        THEN published ELSE published - lag(published) OVER w END)
        / extract(epoch FROM last - lag(last) OVER w),
    (CASE WHEN acked < lag(acked) OVER w
        THEN acked ELSE acked - lag(acked) OVER w END)
        / extract(epoch FROM last - lag(last) OVER w)
FROM (
    SELECT date_bin(%(step)s, taken_at, 'epoch') bin, queue, max(most) most,
        max(taken_at) last,
        max(published) published, max(acked) acked
    FROM ({source}) given WHERE queue = ANY(%(queues)s) GROUP BY 1, 2
) bins WINDOW w AS (PARTITION BY queue ORDER BY bin) ORDER BY 1
"""
RUNS = "SELECT extract(epoch FROM started_at)::bigint, id FROM pipeline_run WHERE started_at > %s ORDER BY 1 LIMIT 200"
DEPLOYS = "SELECT extract(epoch FROM at)::bigint, version FROM monitor_deploy WHERE at > %s ORDER BY 1 LIMIT 50"
Line = list[float | None]


def series(name: str, now: datetime) -> dict[str, Any]:
    """Return times (seconds since 1970) between `from` and `until`, usually `step` seconds apart,
    when runs began and versions of the code, and for each stage at each time: the most that waited,
    and the messages a second that came and that were dealt with since the time before (null where
    that is not known)."""
    length, step, table = RANGES[name]
    statement = BINNED.replace("{source}", SOURCES[table])
    rows = execute(
        statement, {"step": step, "since": now - length, "queues": list(STAGES)}
    )
    times = sorted({moment for moment, *_ in rows})
    at = {time: number for number, time in enumerate(times)}
    lines: dict[str, dict[str, Line]] = {
        kind: {stage: [None] * len(times) for stage in STAGES}
        for kind in ("waiting", "in", "out")
    }
    for moment, queue, *values in rows:
        for line, value in zip(lines.values(), values, strict=True):
            if value is None:
                line[queue][at[moment]] = None
            else:
                line[queue][at[moment]] = round(float(value), 3)
    marks = {"runs": RUNS, "deploys": DEPLOYS}
    return {
        "from": int((now - length).timestamp()),
        "until": int(now.timestamp()),
        "step": int(step.total_seconds()),
        "times": times,
        **lines,
        **{
            name: [list(row) for row in execute(sql, [now - length])]
            for name, sql in marks.items()
        },
    }
