"""The database: made under a directory, filled by COPY from two processes, its indexes made
afterwards, and kept."""

import io
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psycopg2
from django.core.management import call_command
from django.db import connection

from catalog.models import Article
from catalog.search import indexing
from tools.big import articles, events, journeys, links, plan
from tools.big.plan import RunPlan, Sizes
from tools.big.rows import Table

CHUNK = 10_000  # rows of one COPY
INDEXED = 2_000  # articles whose keywords are chosen at once
Said = Callable[[str], None]
Chunk = tuple[str, int, int, int]  # kind, run (of journeys), start, stop

INDEXES = """
SELECT 'DROP INDEX ' || indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index i
WHERE indrelid = ANY(%(tables)s::regclass[])
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
  AND NOT EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
"""
CONSTRAINTS = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
    format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE conrelid = ANY(%(tables)s::regclass[]) AND contype = 'u' AND conparentid = 0
"""
LARGE = [
    "catalog_article",
    "catalog_link",
    "pipeline_journey",
    "pipeline_snapshot",
    "pipeline_batch",
    "monitor_logevent",
]


def make(sizes: Sizes, home: Path, say: Said) -> None:
    """Migrates and fills the database that Django is connected to, and notes so in `home`."""
    began = time.monotonic()
    now = datetime.now(UTC)
    call_command("migrate", verbosity=0)
    fill(sizes, now, say)
    took = round(time.monotonic() - began)
    (home / "made.json").write_text(
        json.dumps({"sizes": asdict(sizes), "now": now.isoformat(), "seconds": took})
    )
    say(f"made in {took} s")


def fill(sizes: Sizes, now: datetime, say: Said) -> None:
    """Fill the empty tables from two processes. Outside a transaction."""
    make_partitions(now)
    with without_indexes(say):
        connect = {**connection.get_connection_params()}
        for name in ("cursor_factory", "context"):
            connect.pop(name, None)
        _side_by_side(connect, sizes, now, list(chunks(sizes, now)), say)
    with connection.cursor() as cursor:
        set_sequences(cursor)
    say("words")
    count_words(say)
    with connection.cursor() as cursor:
        say("vacuum and analyze")
        cursor.execute(
            "VACUUM (ANALYZE)"
        )  # so that visibility is as on a database that was up for long
        cursor.execute(
            "CHECKPOINT"
        )  # what was filled in at once is not to be written while pages are timed


def count_words(say: Said) -> None:
    """Count what the search follows changes with: the rows were copied past its trigger."""
    indexing.recount()
    say("keywords")
    last = Article.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    connection.close()
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        list(pool.map(_choose_keywords, range(1, last + 1, INDEXED)))


def _choose_keywords(start: int) -> None:
    indexing.choose_keywords(list(range(start, start + INDEXED)))


def _side_by_side(
    connect: dict[str, Any], sizes: Sizes, now: datetime, parts: list[Chunk], say: Said
) -> None:
    connection.close()
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        futures = [
            pool.submit(_write_alone, connect, sizes, now, part) for part in parts
        ]
        for number, future in enumerate(futures):
            future.result()
            if number % 100 == 99:
                say(f"{number + 1} of {len(parts)} parts; at {parts[number][0]}")


def chunks(sizes: Sizes, now: datetime) -> Iterator[Chunk]:
    """All that is to be written, in parts that can be written side by side."""
    yield from (
        (kind, 0, 0, 0) for kind in ("sources", "bodies", "runs", "batches", "samples")
    )
    for kind, number in (
        ("articles", sizes.articles),
        ("links", sizes.articles),
        ("events", sizes.events),
        ("snapshots", sizes.snapshots),
    ):
        yield from (
            (kind, 0, start, min(start + CHUNK, number))
            for start in range(0, number, CHUNK)
        )
    for run, each in enumerate(plan.runs(sizes, now)):
        yield from (
            ("journeys", run, at, min(at + CHUNK, each.size))
            for at in range(0, each.size, CHUNK)
        )


_plans: dict[tuple[Sizes, datetime], list[RunPlan]] = {}


def _write_alone(
    connect: dict[str, Any], sizes: Sizes, now: datetime, chunk: Chunk
) -> None:
    with psycopg2.connect(**connect) as own, own.cursor() as cursor:
        write(cursor, sizes, now, chunk)
    own.close()


def write(cursor: Any, sizes: Sizes, now: datetime, chunk: Chunk) -> None:
    """Make a chunk's rows and copies them, in the cursor's transaction.

    Foreign keys and triggers are off for it.

    The log's trigger is not: it counts lines, which are read.
    """
    plans = _plans.setdefault((sizes, now), plan.runs(sizes, now))
    if chunk[0] != "events":
        cursor.execute("SET LOCAL session_replication_role = replica")
    for table, lines in rows_of(chunk, sizes, now, plans):
        copy(cursor, table, lines)
    cursor.execute("SET LOCAL session_replication_role = origin")


def rows_of(
    chunk: Chunk, sizes: Sizes, now: datetime, plans: list[RunPlan]
) -> Iterator[tuple[Table, list[str]]]:
    """Yield the rows of a chunk."""
    kind, run, start, stop = chunk
    makers: dict[str, Callable[[], Iterator[tuple[Table, list[str]]]]] = {
        "sources": lambda: articles.sources(sizes, now),
        "bodies": lambda: articles.bodies(sizes, now),
        "snapshots": lambda: articles.snapshots(sizes, now, start, stop),
        "articles": lambda: articles.articles(sizes, now, plans, start, stop),
        "links": lambda: links.links(sizes, now, start, stop),
        "runs": lambda: journeys.runs(sizes, now, plans),
        "batches": lambda: journeys.batches(sizes, now, plans),
        "journeys": lambda: journeys.journeys(sizes, now, plans[run], start, stop),
        "events": lambda: events.events(sizes, now, plans, start, stop),
        "samples": lambda: events.samples(now, now - timedelta(days=sizes.sample_days)),
    }
    return makers[kind]()


def copy(cursor: Any, table: Table, lines: list[str]) -> None:
    """COPY."""
    columns = ", ".join(f'"{column}"' for column in table.columns)
    cursor.copy_expert(
        f"COPY {table.name} ({columns}) FROM STDIN", io.StringIO("".join(lines))
    )


@contextmanager
def without_indexes(say: Said) -> Iterator[None]:
    """Take the indexes of the large tables away and makes them again: many times faster than
    keeping them."""
    with connection.cursor() as cursor:
        pairs = []
        for query in (INDEXES, CONSTRAINTS):
            cursor.execute(query, {"tables": LARGE})
            pairs += [
                (drop, create.replace(" ON ONLY ", " ON "))
                for drop, create in cursor.fetchall()
            ]  # of partitions
        for drop, _ in pairs:
            cursor.execute(drop)
    yield
    for _, create in pairs:
        began = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute(create)
        say(f"{time.monotonic() - began:.0f} s: {create[:110]}")


def make_partitions(now: datetime) -> None:
    """Where the log is in parts by day, the parts of the days that get rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relkind FROM pg_class WHERE oid = 'monitor_logevent'::regclass"
        )
        if cursor.fetchone()[0] == "p":
            from pipeline.monitor.logs import partitions

            partitions.make(
                cursor,
                (now - timedelta(days=plan.DAYS)).date(),
                (now + timedelta(days=3)).date(),
            )


SEQUENCES = """
SELECT format('SELECT setval(pg_get_serial_sequence(%%L, %%L), (SELECT greatest(1, max(%%I)) FROM %%s))',
    c.oid::regclass, a.attname, a.attname, c.oid::regclass)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
  AND pg_get_serial_sequence(c.oid::regclass::text, a.attname) IS NOT NULL
"""


def set_sequences(cursor: Any) -> None:
    """Let the next row get a number above those that were copied."""
    cursor.execute(SEQUENCES, {})
    for (statement,) in cursor.fetchall():
        cursor.execute(statement)


def empty(home: Path) -> None:
    """Make an empty database in the place of the one that was there."""
    (home / "made.json").unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


def moment_of(made: dict[str, Any]) -> datetime:
    """When the rows were made; their times count back from it."""
    return datetime.fromisoformat(made["now"])


def catch_up(made: datetime) -> None:
    """Add samples from then until now: the chart of the last hour is not to be empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(taken_at) FROM monitor_queuesample")
        last = cursor.fetchone()[0] or made
        for table, lines in events.samples(
            datetime.now(UTC), last + timedelta(seconds=1)
        ):
            copy(cursor, table, lines)
