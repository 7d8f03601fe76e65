"""Log lines to PostgreSQL, in batches, on a connection of their own.

Never the task's connection: inside its transaction the log of a failure would be rolled back with the failure. Never
in the task's way: the queue is bounded, what does not fit is dropped and counted, and stdout has every line anyway.
"""

import atexit
import io
import json
import os
import queue
import threading
import time
from typing import Any

import psycopg2
from django.conf import settings

COLUMNS = ("at", "level", "event", "process", "stage", "run", "journey", "task", "url", "data")
CAPACITY = 20_000  # events waiting; about 20 MB
BATCH = 500
PAUSE = 1.0  # seconds between two batches
LONGEST = 8_000  # characters of one value


class LogWriter:
    """Takes events from any thread and copies them into the table from a thread of its own, started on first use."""

    def __init__(self) -> None:
        self.events: queue.Queue[dict[str, Any]] = queue.Queue(CAPACITY)
        self.dropped = 0
        self.thread: threading.Thread | None = None
        self.pid = 0
        self.lock = threading.Lock()
        self.connection: Any = None

    def put(self, event: dict[str, Any]) -> None:
        """Hands an event over; never waits, never raises."""
        if self.pid != os.getpid():  # threads and connections do not survive a fork
            self._start()
        try:
            self.events.put_nowait(event)
        except queue.Full:
            self.dropped += 1

    def _start(self) -> None:
        with self.lock:
            if self.pid == os.getpid():
                return
            self.pid, self.events, self.connection = os.getpid(), queue.Queue(CAPACITY), None
            self.thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
            self.thread.start()
            atexit.register(self.flush)

    def _run(self) -> None:
        while True:
            time.sleep(PAUSE)
            self.flush()

    def flush(self) -> None:
        """Writes what waits. Where the database is away, the batch is kept for the next try."""
        while batch := self._batch():
            try:
                self._copy(batch)
            except (psycopg2.Error, OSError):
                self.connection = None
                for event in batch:
                    self.put(event)
                return

    def _batch(self) -> list[dict[str, Any]]:
        batch: list[dict[str, Any]] = []
        while len(batch) < BATCH and not self.events.empty():
            batch.append(self.events.get_nowait())
        return batch

    def _copy(self, batch: list[dict[str, Any]]) -> None:
        if self.connection is None or self.connection.closed:
            self.connection = connect()
        lines = "".join("\t".join(_field(event.get(name)) for name in COLUMNS) + "\n" for event in batch)
        with self.connection.cursor() as cursor:
            cursor.copy_expert(f"COPY monitor_logevent ({', '.join(COLUMNS)}) FROM STDIN", io.StringIO(lines))


def connect() -> Any:
    """A connection of the writer's own: autocommit, and not waiting for the disk."""
    given = settings.DATABASES["default"]
    connection = psycopg2.connect(
        host=given["HOST"],
        port=given["PORT"],
        user=given["USER"],
        password=given["PASSWORD"],
        dbname=given["NAME"],
        connect_timeout=3,
        application_name="gleaner logs",
        options="-c synchronous_commit=off",
    )
    connection.autocommit = True
    return connection


def _field(value: Any) -> str:
    """A value in COPY's text format."""
    if value is None:
        return r"\N"
    text = json.dumps(value, default=str) if isinstance(value, dict) else str(value)
    text = text.replace("\0", "").replace("\\u0000", "")
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


writer = LogWriter()
