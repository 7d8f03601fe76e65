"""The log's table, a partition for each day (UTC): what is past its days goes by DROP, not row by
row.

Days are made ahead, by whoever writes. What no day covers lands in the default partition, so that
no line is ever refused, and moves over when its day is made. Works on any DB-API cursor: the log's
writer has a connection of its own.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

TABLE = "monitor_logevent"
DEFAULT = f"{TABLE}_default"
AHEAD = 3  # days
WAIT = "2s"  # for the others to let go of the table; who comes later tries again
ONE_AT_A_TIME = 7_410_001  # key of an advisory lock

DAYS = f"""
SELECT c.relname FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = '{TABLE}'::regclass
    AND c.relname <> '{DEFAULT}' ORDER BY 1
"""  # noqa: S608


def name_of(day: date) -> str:
    """Return the partition of a day."""
    return f"{TABLE}_{day:%Y%m%d}"


def days(cursor: Any) -> list[date]:
    """Return the days that have a partition, the oldest first."""
    cursor.execute(DAYS)
    return [
        datetime.strptime(name[-8:], "%Y%m%d").replace(tzinfo=UTC).date()
        for (name,) in cursor.fetchall()
    ]


def make_ahead(cursor: Any, today: date, ahead: int = AHEAD) -> int:
    """Make today and the days after it, where they are missing. Returns how many were made."""
    return make(cursor, today, today + timedelta(days=ahead))


def make(cursor: Any, first: date, last: date) -> int:
    """Make the missing days from `first` to `last`, each in a transaction of its own where the
    connection commits by itself. Returns how many were made. Harmless to run twice at once. Raises
    the database's error."""
    there = set(days(cursor))
    missing = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    missing = [day for day in missing if day not in there]
    for day in missing:
        cursor.execute(_statement(day))
    return len(missing)


def _statement(day: date) -> str:
    """One statement, so that it is done whole or not at all. What the default partition holds of
    the day moves over.

    ATTACH and not CREATE ... PARTITION OF: it lets others go on writing. The check before it
    spares a scan.
    """
    name = name_of(day)
    since = day.isoformat()
    until = (day + timedelta(days=1)).isoformat()
    bounds = f"at >= '{since}+00' AND at < '{until}+00'"
    return f"""
    DO $$ BEGIN
        SET LOCAL lock_timeout = '{WAIT}';
        PERFORM pg_advisory_xact_lock({ONE_AT_A_TIME});
        IF to_regclass('{name}') IS NULL THEN
            CREATE TABLE {name}
                (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
                    CONSTRAINT day CHECK ({bounds}));
            IF EXISTS (SELECT FROM {DEFAULT} WHERE {bounds}) THEN
                WITH moved AS (DELETE FROM {DEFAULT} WHERE {bounds} RETURNING *)
                INSERT INTO {name} SELECT * FROM moved;
            END IF;
            ALTER TABLE {TABLE} ATTACH PARTITION {name}
                FOR VALUES FROM ('{since}+00') TO ('{until}+00');
            ALTER TABLE {name} DROP CONSTRAINT day;
        END IF;
    END $$
    """  # noqa: S608


def drop_before(cursor: Any, cutoff: datetime) -> int:
    """Drop the days that ended before `cutoff`, and older lines of no day. Returns how many lines
    went."""
    gone = sum(
        _drop(cursor, day) for day in _ended(cursor, cutoff.astimezone(UTC).date())
    )
    cursor.execute(f"DELETE FROM {DEFAULT} WHERE at < %s", [cutoff])  # noqa: S608
    return gone + int(cursor.rowcount)


def _ended(cursor: Any, today: date) -> Iterator[date]:
    return (day for day in days(cursor) if day < today)


def _drop(cursor: Any, day: date) -> int:
    name = name_of(day)
    bounds = [f"{day}+00", f"{day + timedelta(days=1)}+00"]
    cursor.execute(f"SELECT count(*) FROM {TABLE} WHERE at >= %s AND at < %s", bounds)  # noqa: S608
    (number,) = cursor.fetchone()
    # The lock must not wait long: everybody else who comes to the table then waits behind it.
    cursor.execute(
        f"DO $$ BEGIN SET LOCAL lock_timeout = '{WAIT}'; DROP TABLE IF EXISTS {name}; END $$"
    )
    return int(number)
