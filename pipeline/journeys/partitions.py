"""The partitions of the table of journeys: old journeys go by DROP, not row by row.

A partition holds the journeys of a range of runs; the last one takes all later runs. Once it has
grown large it is closed at the number of a later run, and a new one is created. The table is
partitioned by run, not by time, so that all journeys of a run lie together and stay where they are
when they are sent through again.
"""

import re
from dataclasses import dataclass
from typing import Any

from pipeline.core.database import execute

TABLE = "pipeline_journey"
MAX_ROWS = 5_000_000  # of the last partition, before it is closed
RUNS_AHEAD = 1_000  # between the newest run and the end of a closed partition
LOCK_WAIT = "2s"  # for the others to let go of the table; who comes later tries again
ONE_AT_A_TIME = 7_410_002  # key of an advisory lock

PARTITIONS = f"""
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid), greatest(c.reltuples, 0)::bigint
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = '{TABLE}'::regclass
"""  # noqa: S608
BOUNDS = re.compile(r"FROM \('?(\w+)'?\) TO \('?(\w+)'?\)")

# Autovacuum analyses partitions, never the table as a whole. (ANALYZE of the table analyses its
# partitions too, a moment later.)
OUTDATED = f"""
WITH whole AS (
    SELECT last_analyze FROM pg_stat_user_tables WHERE relid = '{TABLE}'::regclass
), parts AS (
    SELECT max(last_autoanalyze) AS last_autoanalyze, max(last_analyze) AS last_analyze
    FROM pg_stat_user_tables
    WHERE relid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = '{TABLE}'::regclass)
)
SELECT CASE
    WHEN whole.last_analyze IS NULL
        THEN coalesce(parts.last_autoanalyze, parts.last_analyze) IS NOT NULL
    ELSE coalesce(parts.last_autoanalyze > whole.last_analyze, false)
END
FROM whole, parts
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition, with its first run and the first run after it; None where it is unbounded.

    `rows` is PostgreSQL's estimate.
    """

    name: str
    first: int | None
    end: int | None
    rows: int


def all_partitions(cursor: Any) -> list[Partition]:
    """Return the partitions, the oldest first."""
    cursor.execute(PARTITIONS)
    found = []
    for name, bound, rows in cursor.fetchall():
        match = BOUNDS.search(bound)
        if match is None:
            raise ValueError(f"{name} has bounds of an unknown kind: {bound}")
        first, end = [int(run) if run.isdigit() else None for run in match.groups()]
        found.append(Partition(name, first, end, rows))
    return sorted(found, key=lambda partition: partition.first or 0)


def close_last(cursor: Any, max_rows: int = MAX_ROWS) -> bool:
    """Close the last partition where it has grown to `max_rows`, and create the next; return
    whether it was closed.

    For a connection that commits each statement: the scan that proves the new bounds then blocks
    nobody. Harmless to repeat after any step. Raises OperationalError where somebody does not let
    go of the table.
    """
    last = all_partitions(cursor)[-1]
    if last.rows < max_rows:
        return False
    cursor.execute("SELECT coalesce(max(id), 0) FROM pipeline_run")
    end = cursor.fetchone()[0] + RUNS_AHEAD
    first = "MINVALUE"
    inside = f"run_id < {end}"
    if last.first is not None:
        first = str(last.first)
        inside += f" AND run_id >= {first}"
    _locked(
        cursor,
        f"""
        ALTER TABLE {last.name} DROP CONSTRAINT IF EXISTS bounds;
        ALTER TABLE {last.name} ADD CONSTRAINT bounds CHECK ({inside}) NOT VALID;
        """,
    )
    cursor.execute(f"ALTER TABLE {last.name} VALIDATE CONSTRAINT bounds")
    _locked(
        cursor,
        f"""
        ALTER TABLE {TABLE} DETACH PARTITION {last.name};
        ALTER TABLE {TABLE} ATTACH PARTITION {last.name} FOR VALUES FROM ({first}) TO ({end});
        CREATE TABLE {TABLE}_{end} PARTITION OF {TABLE} FOR VALUES FROM ({end}) TO (MAXVALUE);
        ALTER TABLE {last.name} DROP CONSTRAINT bounds;
        """,
    )
    return True


def drop(cursor: Any, partition: Partition) -> None:
    """Drop a partition with all its journeys.

    Only one whose runs have all begun and ended: nothing takes journeys of these runs afterwards.
    Raises OperationalError where somebody does not let go of the table.
    """
    _locked(cursor, f"DROP TABLE IF EXISTS {partition.name};")


def _locked(cursor: Any, statements: str) -> None:
    """Run all statements or none, and wait for the table only briefly: everybody else who comes to
    it waits behind."""
    cursor.execute(f"""
    DO $$ BEGIN
        SET LOCAL lock_timeout = '{LOCK_WAIT}';
        PERFORM pg_advisory_xact_lock({ONE_AT_A_TIME});
        {statements}
    END $$
    """)


def refresh_statistics() -> bool:
    """Analyse the whole table where one of its partitions was analysed since; return whether it
    was."""
    [(is_outdated,)] = execute(OUTDATED)
    if is_outdated:
        execute(f"ANALYZE {TABLE}")
    return bool(is_outdated)
