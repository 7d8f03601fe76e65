"""Log lines to PostgreSQL, in batches, on a connection of their own.

Never the task's connection: inside its transaction the log of a failure would be rolled back with
the failure. Never in the task's way: what waits is bounded, the least important is dropped first
and counted, and stdout has every line.
"""

import atexit
import io
import json
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg2
import structlog
from django.conf import settings

from pipeline.monitor.logs import partitions

COLUMNS = (
    "at",
    "level",
    "event",
    "process",
    "stage",
    "run",
    "journey",
    "task",
    "url",
    "signature",
    "data",
)
COPY = f"COPY monitor_logevent ({', '.join(COLUMNS)}) FROM STDIN"
CAPACITY = 20_000  # events waiting; about 20 MB
ROOM = {
    logging.DEBUG: 0.5,
    logging.INFO: 0.9,
}  # of the capacity, for what is of this level or less; all for the rest
BATCH = 500
PAUSE = 1.0  # seconds between two batches
IDLE_SECONDS = (
    30.0  # without a line, after which the connection, 3 MB of the server, is closed
)
LOOK_AHEAD_EVERY = (
    3600.0  # seconds between two looks whether the coming days have their partitions
)
FORK_WAIT_SECONDS = 5.0  # longer than a database that is away takes
DROPPED = "log_lines_dropped"  # the event that tells how many lines the table never got


class LogWriter:
    """Takes events from any thread and copies them into the table from a thread of its own,
    started on first use."""

    def __init__(
        self, capacity: int = CAPACITY, connect: Callable[[], Any] | None = None
    ) -> None:
        self.capacity = capacity
        self.connect = connect or connection_of_settings
        self.reset()

    def reset(self) -> None:
        """As new: what waits is forgotten, and so is the connection."""
        self.events: deque[dict[str, Any]] = deque()
        self.lost = Lost()
        self.thread: threading.Thread | None = None
        self.starting = threading.Lock()
        self.writing = threading.Lock()
        self.resting = False  # while the process forks
        self.connection: Any = None
        self.looked_ahead = 0.0  # of time.monotonic
        self.written_at = 0.0  # of time.monotonic

    def put(self, event: dict[str, Any]) -> None:
        """Hands an event over; never waits, never raises."""
        if self.thread is None:
            self._start()
        room = next(
            (share for level, share in ROOM.items() if event["level"] <= level), 1.0
        )
        if len(self.events) < self.capacity * room:
            self.events.append(event)
        else:
            self.lost.add(event)

    def _start(self) -> None:
        with self.starting:
            if self.thread is None:
                self.thread = threading.Thread(
                    target=self._run, name="log-writer", daemon=True
                )
                self.thread.start()

    def _run(self) -> None:
        while True:
            time.sleep(PAUSE)
            try:
                self.flush()
                self.close_if_idle(time.monotonic())
            except Exception:  # noqa: BLE001 - without this thread no line would ever be kept again
                self.connection = None

    def flush(self) -> None:
        """Write what waits. Where the database is away, the batch is kept for the next try."""
        with self.writing:
            while batch := self._batch():
                try:
                    self._copy(batch)
                except psycopg2.DataError:
                    self._copy_one_by_one(batch)
                except (psycopg2.Error, OSError):
                    self.connection = None
                    self.events.extendleft(reversed(batch))
                    return
                if number := self.lost.number:
                    structlog.get_logger(__name__).warning(
                        DROPPED, **self.lost.take(number)
                    )

    def close_if_idle(self, now: float) -> None:
        """Close the connection where nothing was written for a while. `now` is of
        time.monotonic."""
        with self.writing:
            if self.connection is not None and now > self.written_at + IDLE_SECONDS:
                self.connection.close()
                self.connection = None

    def close(self) -> None:
        """Flush for the last time in this process; stdout gets what the table does not."""
        if self.events:
            self.flush()
        for event in self.events:
            self.lost.add(event)
        if number := self.lost.number:
            structlog.get_logger(__name__).warning(DROPPED, **self.lost.take(number))

    def _batch(self) -> list[dict[str, Any]]:
        batch: list[dict[str, Any]] = []
        while self.events and len(batch) < BATCH:
            batch.append(self.events.popleft())
        return batch

    def _copy(self, batch: list[dict[str, Any]]) -> None:
        if self.connection is None or self.connection.closed:
            self.connection = self.connect()
            self.looked_ahead = 0.0
        with self.connection.cursor() as cursor:
            self._look_ahead(cursor)
            cursor.copy_expert(COPY, io.StringIO("".join(map(line, batch))))
        self.written_at = time.monotonic()

    def _copy_one_by_one(self, batch: list[dict[str, Any]]) -> None:
        """One of them cannot be written, and must not hold the others up for ever."""
        for number, event in enumerate(batch):
            try:
                self._copy([event])
            except psycopg2.DataError:
                self.lost.add(event)
            except (psycopg2.Error, OSError):
                self.connection = None
                self.events.extendleft(reversed(batch[number:]))
                return

    def _look_ahead(self, cursor: Any) -> None:
        if (
            self.looked_ahead
            and time.monotonic() - self.looked_ahead < LOOK_AHEAD_EVERY
        ):
            return
        self.looked_ahead = time.monotonic()
        try:
            partitions.make_ahead(cursor, datetime.now(UTC).date())
        except (
            psycopg2.Error
        ):  # somebody holds the table; what has no day goes to the default partition
            if self.connection.closed:
                raise


class Lost:
    """How many lines the table does not get, and of what time."""

    def __init__(self) -> None:
        self.number = 0
        self.since = ""
        self.until = ""
        self.lock = threading.Lock()

    def add(self, event: dict[str, Any]) -> None:
        """One more."""
        with self.lock:
            self.number += 1
            self.since = self.since or event["at"]
            self.until = event["at"]

    def take(self, number: int) -> dict[str, Any]:
        """Return how many were dropped and when, and count `number` of them as reported."""
        with self.lock:
            report = {"number": number, "since": self.since, "until": self.until}
            self.number -= number
            if not self.number:
                self.since = ""
            return report


def connection_of_settings() -> Any:
    """Return a connection of the writer's own: autocommit, not waiting for the disk, and not for
    ever for a network."""
    given = settings.DATABASES["default"]
    connection = psycopg2.connect(
        host=given["HOST"],
        port=given["PORT"],
        user=given["USER"],
        password=given["PASSWORD"],
        dbname=given["NAME"],
        connect_timeout=3,
        keepalives_idle=10,
        tcp_user_timeout=10_000,
        application_name="gleaner logs",
        # A pool has its own connections, and settings for them.
        options=""
        if settings.DATABASE_POOLED
        else "-c synchronous_commit=off -c statement_timeout=30000",
    )
    connection.autocommit = True
    return connection


def line(event: dict[str, Any]) -> str:
    """Return an event in COPY's text format."""
    return "\t".join(_field(event.get(name)) for name in COLUMNS) + "\n"


def _field(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, dict):
        text = json.dumps(value, default=str)
    else:
        text = str(value)
    text = text.replace("\0", "").encode("utf-8", "replace").decode()
    return (
        text.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
    )


def _rest(seconds: float = FORK_WAIT_SECONDS) -> None:
    """Let a batch that is being written come to its end, and begin no other.

    A process that is forked meanwhile would have the locks of the driver as the writer's thread
    holds them, for ever: it does not have that thread.
    """
    writer.resting = writer.writing.acquire(timeout=seconds)


def _go_on() -> None:
    if writer.resting:
        writer.resting = False
        writer.writing.release()


writer = LogWriter()
# threads and connections do not survive a fork
os.register_at_fork(before=_rest, after_in_parent=_go_on, after_in_child=writer.reset)
atexit.register(writer.close)
