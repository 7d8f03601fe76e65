"""The lines that the log's table never got, as the writers told of them once they could."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.core.database import execute
from pipeline.monitor.logs.writer import DROPPED

TOLD = """
SELECT process, sum((data->>'number')::numeric)::bigint,
    min(data->>'since'), max(data->>'until')
FROM monitor_logevent
WHERE event = %s AND at >= %s AND at <= %s
    AND jsonb_typeof(data->'number') = 'number'
    GROUP BY 1 ORDER BY 1
"""
ALL = """
SELECT coalesce(sum((data->>'number')::numeric)::bigint, 0)
FROM monitor_logevent
WHERE event = %s AND jsonb_typeof(data->'number') = 'number'
"""
LATE = timedelta(hours=1)  # they are told of once the database is back


@dataclass(frozen=True, slots=True)
class DroppedLines:
    """So many lines of one process; the moments are ISO 8601."""

    process: str
    number: int
    since: datetime | None
    until: datetime | None


def drops(since: datetime | None, until: datetime | None) -> list[DroppedLines]:
    """Return what is missing from a time of the log."""
    if since is None or until is None:
        return []
    rows = execute(TOLD, [DROPPED, since, until + LATE])
    return [
        DroppedLines(process, number, _moment(first), _moment(last))
        for process, number, first, last in rows
    ]


def all_dropped() -> int:
    """As far as the log is kept."""
    return int(execute(ALL, [DROPPED])[0][0])


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text or "")
    except ValueError:
        return None
