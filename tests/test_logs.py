"""What reaches the log, and what never does."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import structlog
from celery.signals import worker_process_shutdown

from myworld import logs
from tests.pace import work_of_less_than


def through(**event: Any) -> dict[str, Any]:
    return dict(logs.redact(None, "", event))


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "SECRET_KEY",
        "authorization",
        "set-cookie",
        "api_key",
        "apikey",
        "token",
        "sesame",
        "db_passwd",
    ],
)
def test_a_field_that_is_named_like_a_secret_is_not_told(name: str) -> None:
    assert through(**{name: "hush"}) == {name: "[redacted]"}
    assert through(headers={name: "hush", "n": 1}) == {
        "headers": {name: "[redacted]", "n": 1}
    }
    assert through(a=[{"b": {name: ["hush"]}}]) == {"a": [{"b": {name: "[redacted]"}}]}
    assert through(headers=[(name, "hush"), ("n", "1")]) == {
        "headers": [[name, "[redacted]"], ["n", "1"]]
    }


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("amqp://user:hush@host:5672/v", "amqp://[redacted]@host:5672/v"),
        ("amqp://user:hu@sh@host:5672/v", "amqp://[redacted]@host:5672/v"),
        (
            "lost postgres://u:hush@db/x (refused)",
            "lost postgres://[redacted]@db/x (refused)",
        ),
        ("https://host/@author/post?to=a@b", "https://host/@author/post?to=a@b"),
        ("/signin/?sesame=hush&next=/", "/signin/?sesame=[redacted]&next=/"),
        (
            "https://a.test/feed?access_token=hush&page=2",
            "https://a.test/feed?access_token=[redacted]&page=2",
        ),
        ("password=hush user=me", "password=[redacted] user=me"),
        ('{"api_key": "hush", "n": 1}', '{"api_key": "[redacted]", "n": 1}'),
        ("Authorization: Bearer hush.hush-hush", "Authorization: [redacted]"),
        (
            "sent 'Authorization': 'Basic aHVzaDpodXNo'",
            "sent 'Authorization': '[redacted]'",
        ),
        ("refused bearer hush.hush-hush", "refused bearer [redacted]"),
        ("a bearer of good news", "a bearer of good news"),
        ("PassPhrase=hush", "PassPhrase=[redacted]"),
        ("private_key=hush", "private_key=[redacted]"),
        ("credentials=hush", "credentials=[redacted]"),
        ("\u017fecret=hush", "\u017fecret=[redacted]"),  # an old form of "s"
        ("TO\u212aEN=hush", "TO\u212aEN=[redacted]"),  # the sign of Kelvin
        ("\u017fecret as it was", "\u017fecret as it was"),
    ],
)
def test_texts_are_told_without_their_secrets(written: str, told: str) -> None:
    assert through(url=written, event=written, nested={"x": [written]}) == {
        "url": told,
        "event": told,
        "nested": {"x": [told]},
    }


def test_a_long_value_keeps_its_beginning_and_its_end() -> None:
    told = through(exception="first line" + "x" * 100_000 + "ValueError: the reason")[
        "exception"
    ]

    assert len(told) < 10_000
    assert told.startswith("first line")
    assert told.endswith("ValueError: the reason")
    assert len(through(a={"b": ["x" * 100_000]})["a"]["b"][0]) < 10_000


@pytest.mark.parametrize("length", [1_000, 100_000])
@pytest.mark.parametrize(
    "piece", ["a", "token", "?token", "://a", "authorization ", '"password', "bearer "]
)
def test_no_text_takes_long_to_look_through(piece: str, length: int) -> None:
    with work_of_less_than(2):
        assert len(through(text=piece * length)["text"]) < 10_000


def test_health_probes_are_not_told() -> None:
    with pytest.raises(structlog.DropEvent):
        logs.drop_probes(
            None, "", {"event": "request_finished", "request": "GET /readyz"}
        )

    assert logs.drop_probes(
        None, "", {"event": "request_finished", "request": "GET /runs/1/"}
    )
    assert logs.drop_probes(
        None, "", {"event": "request_failed", "request": "GET /readyz"}
    )


def test_a_child_of_a_worker_hands_its_last_lines_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import myworld.celery  # noqa: F401 - connects
    from pipeline.monitor.logs.writer import writer

    closed: list[bool] = []
    monkeypatch.setattr(writer, "close", lambda: closed.append(True))
    worker_process_shutdown.send(sender=None, pid=1, exitcode=0)
    assert closed == [True]


def test_an_event_becomes_a_row_with_the_rest_as_data() -> None:
    row = logs.row(
        {
            "event": "stage_finished",
            "level": "info",
            "run": 1,
            "url": "https://a.test/",
            "seconds": 0.1,
        },
        20,
    )

    assert (row["event"], row["run"], row["url"], row["data"]) == (
        "stage_finished",
        1,
        "https://a.test/",
        {"seconds": 0.1},
    )


def test_a_line_of_another_library_is_bound_and_redacted_like_our_own() -> None:
    try:
        raise ValueError("amqp://me:hush@host/")
    except ValueError:
        record = logging.LogRecord(
            "kombu", 40, "f", 1, "lost %s", ("amqp://me:hush@host/",), sys.exc_info()
        )
    with structlog.contextvars.bound_contextvars(run=7, stage="fetch"):
        event = logs.foreign(record)
    row = logs.row(event, 40)
    assert (row["event"], row["run"], row["stage"]) == (
        "lost amqp://[redacted]@host/",
        7,
        "fetch",
    )
    assert row["signature"].endswith("ValueError")
    assert "hush" not in json.dumps(row)


def test_a_line_of_another_library_that_is_no_text_is_redacted_on_both_ways(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pipeline.monitor.logs.writer import writer

    rows: list[dict[str, Any]] = []
    monkeypatch.setattr(writer, "put", rows.append)
    record = logging.LogRecord("l", 40, "f", 1, {"password": "hush"}, (), None)
    logs.DatabaseHandler().emit(record)
    formatter = logs.LineFormatter(
        structlog.processors.JSONRenderer(default=str), foreign_pre_chain=logs.SHARED
    )
    assert "hush" not in formatter.format(record) + json.dumps(rows)
    assert len(rows) == 1


PROGRAM = """
import logging, time, structlog
began = time.monotonic()
log = structlog.get_logger("ours")
for number in range(300):
    log.info("ours", number=number, password="hush")
    logging.getLogger("theirs").warning("theirs %s", number)
logging.getLogger("theirs").warning({"password": "hush"})
log.error("took", seconds=time.monotonic() - began)
"""


@pytest.mark.parametrize(
    "address", ["127.0.0.1:1", "192.0.2.1:5432"], ids=["refused", "silent"]
)
def test_without_a_database_every_line_is_on_stdout_and_none_takes_time(
    address: str,
) -> None:
    """The servers behind these addresses refuse, or never answer at all."""
    host, _, port = address.partition(":")
    env = {
        "GLEANER_ENV": "/dev/null",
        "GLEANER_PROCESS": "fetch",
        "POSTGRES_HOST": host,
        "POSTGRES_PORT": port,
    }
    env |= {"DJANGO_SETTINGS_MODULE": "myworld.settings", "PATH": "/usr/bin:/bin"}
    program = f"import django; django.setup()\n{PROGRAM}"
    checkout = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=checkout,
        env=env,
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["number"] for line in lines if line["event"] == "ours"] == list(
        range(300)
    )
    assert [line["event"] for line in lines if line["event"].startswith("theirs")] == [
        f"theirs {n}" for n in range(300)
    ]
    assert next(line for line in lines if line["event"] == "took")["seconds"] < 30
    [lost] = [line for line in lines if line["event"] == "log_lines_dropped"]
    assert lost["number"] >= 602, "what only stdout has is counted"
    assert "hush" not in done.stdout


def test_a_line_of_a_server_may_have_its_process_and_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """gunicorn's own lines have the first; none may break where the rest is left out."""
    for name in ("_srcfile", "logThreads", "logProcesses", "logMultiprocessing"):
        monkeypatch.setattr(logging, name, True)
    logs.leave_out_origins()
    record = logging.getLogger("gunicorn.error").makeRecord(
        "gunicorn.error", logging.INFO, "file.py", 1, "Booting", (), None
    )
    line = logging.Formatter("[%(process)d] %(lineno)d %(message)s").format(record)
    assert line == f"[{os.getpid()}] 1 Booting"
