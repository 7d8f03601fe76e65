"""The table of journeys, in parts: what is past its days goes by DROP, not row by row.

A part holds the journeys of a range of runs, the last one those of all runs to come. When that has
grown large it is closed, at a run that is not there yet, and a new one is opened. By the run and
not by the time: all journeys of a run then lie together, and stay where they are whenever they are
sent through again.
"""

import re
from dataclasses import dataclass
from typing import Any

from pipeline.core.database import execute

TABLE = "pipeline_journey"
ROWS_A_PART = 5_000_000
RUNS_AHEAD = 1_000  # from the newest run to the end of a part: none may begin beyond it meanwhile
LOCK_WAIT = "2s"  # for the others to let go of the table; who comes later tries again
ONE_AT_A_TIME = 7_410_002  # key of an advisory lock

PARTS = f"""
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid), greatest(c.reltuples, 0)::bigint
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = '{TABLE}'::regclass
"""  # noqa: S608
BOUNDS = re.compile(r"FROM \('?(\w+)'?\) TO \('?(\w+)'?\)")

# Autovacuum looks after the parts alone. What the planner knows of the table as a whole is brought
# up to date when it did so. (ANALYZE of the whole does the parts, too, a moment later.)
OUTDATED = f"""
WITH whole AS (
    SELECT last_analyze FROM pg_stat_user_tables WHERE relid = '{TABLE}'::regclass
), part AS (
    SELECT max(last_autoanalyze) AS last_autoanalyze, max(last_analyze) AS last_analyze
    FROM pg_stat_user_tables
    WHERE relid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = '{TABLE}'::regclass)
)
SELECT CASE
    WHEN whole.last_analyze IS NULL
        THEN coalesce(part.last_autoanalyze, part.last_analyze) IS NOT NULL
    ELSE coalesce(part.last_autoanalyze > whole.last_analyze, false)
END
FROM whole, part
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Part:
    """One part, with its first run and the first run after it; None where it has no such end.

    `rows` is PostgreSQL's estimate.
    """

    name: str
    first: int | None
    end: int | None
    rows: int

    @property
    def bounds(self) -> str:
        """The part's ends as PostgreSQL writes them."""
        return (
            f"FROM ({_edge(self.first, 'MINVALUE')}) TO ({_edge(self.end, 'MAXVALUE')})"
        )


def _edge(run: int | None, otherwise: str) -> str:
    if run is None:
        return otherwise
    return str(run)


def parts(cursor: Any) -> list[Part]:
    """Return the parts, the oldest first."""
    cursor.execute(PARTS)
    found = []
    for name, bound, rows in cursor.fetchall():
        match = BOUNDS.search(bound)
        if match is None:
            raise ValueError(f"{name} has bounds of an unknown kind: {bound}")
        first, end = [int(run) if run.isdigit() else None for run in match.groups()]
        found.append(Part(name, first, end, rows))
    return sorted(found, key=lambda part: part.first or 0)


def close_last(cursor: Any, rows: int = ROWS_A_PART) -> bool:
    """Close the last part where it has grown to `rows`, and open the next; return whether it was.

    For a connection that commits each statement: the scan that proves the part's new end then
    holds nobody up. Harmless to repeat after any step. Raises OperationalError where somebody does
    not let go of the table.
    """
    last = parts(cursor)[-1]
    if last.rows < rows:
        return False
    cursor.execute("SELECT coalesce(max(id), 0) FROM pipeline_run")
    end = cursor.fetchone()[0] + RUNS_AHEAD
    inside = f"run_id < {end}"
    if last.first is not None:
        inside += f" AND run_id >= {last.first}"
    _locked(
        cursor,
        f"""
        ALTER TABLE {last.name} DROP CONSTRAINT IF EXISTS bounds;
        ALTER TABLE {last.name} ADD CONSTRAINT bounds CHECK ({inside}) NOT VALID;
        """,
    )
    cursor.execute(f"ALTER TABLE {last.name} VALIDATE CONSTRAINT bounds")
    closed = Part(last.name, last.first, end, last.rows)
    _locked(
        cursor,
        f"""
        ALTER TABLE {TABLE} DETACH PARTITION {last.name};
        ALTER TABLE {TABLE} ATTACH PARTITION {last.name} FOR VALUES {closed.bounds};
        CREATE TABLE {TABLE}_{end} PARTITION OF {TABLE} FOR VALUES FROM ({end}) TO (MAXVALUE);
        ALTER TABLE {last.name} DROP CONSTRAINT bounds;
        """,
    )
    return True


def drop(cursor: Any, part: Part) -> None:
    """Drop a part with all its journeys.

    Only one whose runs have all begun and ended: there is no place for their journeys any more.
    Raises OperationalError where somebody does not let go of the table.
    """
    _locked(cursor, f"DROP TABLE IF EXISTS {part.name};")


def _locked(cursor: Any, statements: str) -> None:
    """Do all or nothing, and wait for the table only briefly: everybody else who comes to it waits
    behind."""
    cursor.execute(f"""
    DO $$ BEGIN
        SET LOCAL lock_timeout = '{LOCK_WAIT}';
        PERFORM pg_advisory_xact_lock({ONE_AT_A_TIME});
        {statements}
    END $$
    """)


def refresh_statistics() -> bool:
    """Bring what the planner knows of all parts together up to date, where a part has changed;
    return whether it was."""
    [(is_outdated,)] = execute(OUTDATED, {})
    if is_outdated:
        execute(f"ANALYZE {TABLE}", {})
    return bool(is_outdated)
