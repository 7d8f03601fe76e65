"""The log's writer: nothing waits for it, nothing is lost in silence, whatever becomes of the database."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest
import structlog
from django.db import ConnectionHandler, connections
from django.db.migrations.executor import MigrationExecutor

from infra.local.stack import Stack
from myworld import logs
from pipeline.monitor.logs import writer as log_writer
from pipeline.monitor.logs.writer import LogWriter
from tests.waiting import wait_until

LAST = ("monitor", "0001_initial")
MOMENT = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)


class Server:
    """A PostgreSQL that these tests may stop, with the log's tables."""

    def __init__(self, stack: Stack, django: Any) -> None:
        assert stack.postgres is not None
        self.server, self.django = stack.postgres, django
        self.connections: list[Any] = []

    def connect(self) -> Any:
        given = self.server.environment
        connection = psycopg2.connect(
            host=given["POSTGRES_HOST"], port=given["POSTGRES_PORT"], user=given["POSTGRES_USER"],
            password=given["POSTGRES_PASSWORD"], dbname=given["POSTGRES_DB"], connect_timeout=3,
        )  # fmt: skip
        connection.autocommit = True
        self.connections.append(connection)
        return connection

    def ask(self, sql: str) -> list[Any]:
        with self.connect().cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall()) if cursor.description else []

    def migrate(self, to: tuple[str, str]) -> None:
        self.django.close()
        MigrationExecutor(self.django).migrate([to])

    def events(self) -> list[str]:
        return [
            event
            for (event,) in self.ask(
                "SELECT event FROM monitor_logevent ORDER BY at, id"
            )
        ]


@pytest.fixture(scope="module")
def own(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[Server]:
    given = {
        name: value for name, value in os.environ.items() if name != "POSTGRES_HOST"
    }
    with (
        Stack(
            tmp_path_factory.mktemp("own"), lasting=False, only=("postgres",), env=given
        ) as stack,
        django_db_blocker.unblock(),
    ):
        assert stack.postgres is not None
        address = stack.postgres.environment
        settings = {
            **connections["default"].settings_dict,
            "NAME": address["POSTGRES_DB"],
        }
        settings |= {
            name: address[f"POSTGRES_{name}"]
            for name in ("HOST", "PORT", "USER", "PASSWORD")
        }
        django = ConnectionHandler({"default": settings})["default"]
        server = Server(stack, django)
        server.migrate(LAST)
        yield server
        for connection in server.connections:
            connection.close()
        django.close()


@pytest.fixture
def server(own: Server) -> Iterator[Server]:
    own.ask("TRUNCATE monitor_logevent, monitor_logcount, monitor_errorgroup")
    yield own
    own.server.start()  # whatever a test did to it


class Steady(LogWriter):
    """Writes only when it is told to."""

    def _start(self) -> None:
        pass


def an_event(
    name: str = "e", level: int = logging.INFO, **values: Any
) -> dict[str, Any]:
    return logs.row({"event": name, "timestamp": MOMENT.isoformat(), **values}, level)


def test_it_works(server: Server) -> None:
    writer = LogWriter(connect=server.connect)
    writer.put(
        an_event(
            "hello", run=7, journey=8, url="https://a.test/", seconds=0.5, task_id="t"
        )
    )
    wait_until(lambda: server.events() == ["hello"])
    [row] = server.ask(
        "SELECT at, level, run, journey, task, url, data, signature FROM monitor_logevent"
    )
    assert row == (MOMENT, 20, 7, 8, "t", "https://a.test/", {"seconds": 0.5}, "")


def test_while_the_database_is_stopped_nobody_waits_and_nothing_is_lost(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = Steady(connect=server.connect)
    writer.put(an_event("before"))
    writer.flush()
    server.server.stop("immediate")
    began = time.monotonic()
    for number in range(1000):
        writer.put(an_event(f"during-{number}"))
    assert time.monotonic() - began < 30, (
        "handing an event over takes no look at the database"
    )
    writer.flush()
    writer.flush()
    server.server.start()
    writer.flush()
    assert server.events() == [
        "before",
        *(f"during-{number}" for number in range(1000)),
    ]


def test_what_does_not_fit_is_dropped_the_least_important_first_and_told_of(
    server: Server,
) -> None:
    writer = Steady(capacity=10, connect=server.connect)
    for level in (logging.DEBUG, logging.INFO, logging.WARNING):
        for number in range(10):
            stamp = (MOMENT + timedelta(seconds=number)).isoformat()
            writer.put(an_event(logging.getLevelName(level), level, timestamp=stamp))
    assert [event["event"] for event in writer.events] == ["DEBUG"] * 5 + [
        "INFO"
    ] * 4 + ["WARNING"]
    with structlog.testing.capture_logs() as said:
        writer.flush()
    assert len(server.events()) == 10
    assert said == [
        {
            "event": "log_lines_dropped",
            "log_level": "warning",
            "number": 20,
            "since": (MOMENT + timedelta(seconds=5)).isoformat(),
            "until": (MOMENT + timedelta(seconds=9)).isoformat(),
        }
    ]
    assert writer.lost.number == 0


def test_a_process_that_ends_without_its_database_says_how_many_lines_only_stdout_has(
    server: Server,
) -> None:
    def refuse() -> Any:
        raise psycopg2.OperationalError("refused")

    writer = Steady(connect=refuse)
    writer.put(an_event())
    with structlog.testing.capture_logs() as said:
        writer.close()
    assert [(each["event"], each["number"]) for each in said] == [
        ("log_lines_dropped", 1)
    ]


HOSTILE = [
    {"text": "a\0b\\u0000c\\\\u0000\"'"},
    {"text": "\ud800 lone \udfff"},
    {"text": "tab\tnew\nline\r\\N \\. back\\slash"},
    {"number": float("nan"), "other": float("-inf"), "huge": 10**400, "large": 2**70},
    {"deep": [[[[[[[[["end"]]]]]]]]]},
    {"keys": {1: "a", None: "b", ("t",): "c", "n\0": "d"}},
    {"thing": object(), "bytes": b"\xff\0", "set": {1}},
    {"long": "x" * 1_000_000, "many": list(range(100_000))},
    {"run": "no number", "journey": -1},
    {"run": 10**30, "journey": True},
    {"timestamp": "yesterday"},
    {"url": ["no", "text"], "stage": 5, "task_id": {"a": 1}},
    {"event": None},
    {"event": "e" * 10_000},
    {"na\0me": "x"},
]


@pytest.mark.parametrize("values", HOSTILE, ids=lambda values: next(iter(values)))
def test_no_value_keeps_its_line_or_its_neighbours_out(
    server: Server, values: dict[str, Any]
) -> None:
    writer = Steady(connect=server.connect)
    event: Any = logs.redact(
        None, "", {"event": "hostile", "timestamp": MOMENT.isoformat(), **values}
    )
    for each in (an_event("first"), logs.row(event, logging.INFO), an_event("last")):
        writer.put(each)
    writer.flush()
    assert len(server.events()) == 3
    assert writer.lost.number == 0


def test_a_line_that_cannot_be_written_is_dropped_alone(server: Server) -> None:
    writer = Steady(connect=server.connect)
    for each in (
        an_event("first"),
        {**an_event("bad"), "at": "never"},
        an_event("last"),
    ):
        writer.put(each)
    writer.flush()
    assert set(server.events()) >= {"first", "last"}
    assert "bad" not in server.events()


def test_a_table_that_is_not_there_yet_is_waited_for(server: Server) -> None:
    writer = Steady(connect=server.connect)
    server.ask("ALTER TABLE monitor_logevent RENAME TO elsewhere")
    try:
        writer.put(an_event("early"))
        writer.flush()
        assert len(writer.events) == 1
    finally:
        server.ask("ALTER TABLE elsewhere RENAME TO monitor_logevent")
    writer.flush()
    assert server.events() == ["early"]


def test_a_fault_of_the_writer_never_reaches_who_logs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Broken:
        def __str__(self) -> str:
            raise ValueError("no")

    monkeypatch.setattr("pipeline.monitor.logs.writer.writer.put", lambda event: 1 / 0)
    monkeypatch.setattr(logging, "raiseExceptions", False)
    handler = logs.DatabaseHandler()
    handler.handle(logging.LogRecord("x", 20, "f", 1, {"event": Broken()}, (), None))
    handler.handle(logging.LogRecord("x", 20, "f", 1, "%d", ("no number",), None))


def test_no_process_is_forked_while_the_driver_is_at_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would have the driver's locks as the writer's thread held them."""
    writer = Steady()
    driver, connecting = threading.Lock(), threading.Event()

    def connect() -> Any:
        with driver:
            connecting.set()
            time.sleep(0.3)
        raise OSError("away")

    monkeypatch.setattr(log_writer, "writer", writer)
    monkeypatch.setattr(writer, "connect", connect)
    writer.put(an_event("waits"))
    thread = threading.Thread(target=writer.flush)
    thread.start()
    assert connecting.wait(60)
    child = os.fork()
    if not child:
        os._exit(int(driver.locked()))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    thread.join(60)
    assert not writer.writing.locked()
