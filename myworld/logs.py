"""Logging, set up once for the web and the workers: every line is a JSON object on stdout, and a
row in PostgreSQL.

Lines of other libraries take the same way. Secrets are taken out before anything is rendered.
"""

import json
import logging
import logging.config
import os
import re
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog

from myworld import redaction
from pipeline.monitor.logs.fingerprints import signature
from pipeline.monitor.logs.routine import level_of

Event = MutableMapping[str, Any]
PROBE = re.compile(r" /(healthz|readyz|metrics)\b")
TYPED = {
    "level",
    "event",
    "process",
    "stage",
    "run",
    "journey",
    "task_id",
    "url",
    "timestamp",
}
MAX_ID = 2**63


def redact(_logger: Any, _method: str, event: Event) -> Event:
    """Take secrets out and cut what is long, before anything is rendered. See redaction.py."""
    for name, value in list(event.items()):
        if not name.startswith("_"):  # structlog's own
            event[name] = redaction.field(name, value)
    return event


def drop_probes(_logger: Any, _method: str, event: Event) -> Event:
    """Health is asked for every few seconds; only what goes wrong is worth a line."""
    if event.get("event") in ("request_started", "request_finished") and PROBE.search(
        str(event.get("request"))
    ):
        raise structlog.DropEvent
    return event


def name_process(_logger: Any, _method: str, event: Event) -> Event:
    """Say which process speaks."""
    event.setdefault("process", os.environ.get("GLEANER_PROCESS", "manage"))
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    name_process,
    structlog.processors.format_exc_info,
    redact,
]


class DatabaseHandler(logging.Handler):
    """Hands each line to the batching writer of the monitor.

    Whatever goes wrong, the caller is not told of it.
    """

    def emit(self, record: logging.LogRecord) -> None:
        from pipeline.monitor.logs.writer import (
            writer,
        )  # settings import this module before Django is ready

        try:
            event: Any = record.msg if is_own(record) else foreign(record)
            writer.put(row(event, record.levelno))
        except Exception:  # noqa: BLE001 - stdout has the line
            self.handleError(record)


def is_own(record: logging.LogRecord) -> bool:
    """Whether the line is of structlog, and so has been through all processors."""
    return hasattr(record, "_logger")


def foreign(record: logging.LogRecord) -> Event:
    """Return a line of another library as an event, bound like our own."""
    moment = datetime.fromtimestamp(record.created, UTC).isoformat()
    event: Event = {
        "event": record.getMessage(),
        "logger": record.name,
        "timestamp": moment,
    }
    if record.exc_info:
        event["exception"] = logging.Formatter().formatException(record.exc_info)
    for processor in (structlog.contextvars.merge_contextvars, name_process, redact):
        event = processor(None, "", event)
    return event


def row(event: Event, level: int) -> dict[str, Any]:
    """Return an event as the columns of the log table."""
    return {
        "at": moment_of(event),
        "level": level_of(event, level),
        "event": str(event.get("event", ""))[:200],
        "process": str(event.get("process", ""))[:40],
        "stage": str(event.get("stage") or "")[:20],
        "run": number(event.get("run")),
        "journey": number(event.get("journey")),
        "task": str(event.get("task_id") or "")[:64],
        "url": str(event.get("url") or "")[:2000],
        "signature": signature(event) if level >= logging.ERROR else "",
        "data": {
            k.replace("\0", ""): v
            for k, v in event.items()
            if k not in TYPED and not k.startswith("_")
        },
    }


class LineFormatter(structlog.stdlib.ProcessorFormatter):
    """Renders a line as JSON. Our own have been through all processors, and are not copied for the
    last two."""

    def format(self, record: logging.LogRecord) -> str:
        if is_own(record):
            return json.dumps(record.msg, default=str)
        return super().format(record)


def leave_out_origins() -> None:
    """Do not look up for each line where in the code it was written and by which thread: nothing
    shows it. These are the switches that Python's documentation names for that.

    The process stays: gunicorn's own lines have its number.
    """
    logging._srcfile = None
    logging.logThreads = False
    logging.logMultiprocessing = False


def moment_of(event: Event) -> str:
    """When it was said; now, where the event's own word for it is no moment."""
    try:
        return datetime.fromisoformat(event["timestamp"]).isoformat()
    except (KeyError, TypeError, ValueError):
        return datetime.now(UTC).isoformat()


def number(value: Any) -> int | None:
    """Return the number of a row, None for anything else."""
    text = str(value)
    if text.isascii() and text.isdecimal() and int(text) < MAX_ID:
        return int(text)
    return None


def set_up(level: str, to_database: bool, process: str) -> None:
    """Configure structlog and the standard library's logging. Called once, by the settings.

    `process` is the name of a process of the product; without one, only warnings are shown, on
    stderr.
    """
    if not process:
        level = "WARNING"
        to_database = False
    else:
        leave_out_origins()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            drop_probes,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handlers: dict[str, Any] = {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": sys.stdout if process else sys.stderr,
            "formatter": "json",
        },
    }
    if to_database:
        handlers["database"] = {"()": DatabaseHandler}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": LineFormatter,
                    "foreign_pre_chain": SHARED,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(default=str),
                    ],
                }
            },
            "handlers": handlers,
            "root": {"handlers": list(handlers), "level": level},
            "loggers": {
                **{name: {"level": "WARNING"} for name in QUIET},
                # Of an answer such as 404 `request_finished` says more.
                "django.request": {"level": "ERROR"},
            },
        }
    )


# One line for each task sent, begun and done would be six a URL; the stages say the same in three.
QUIET = (
    "django_structlog.celery.receivers",
    "celery.app.trace",
    "celery.worker.strategy",
    "celery.redirected",
    "amqp",
    "kombu",
    "urllib3",
    "trafilatura",
    "htmldate",
    "readability",
    "charset_normalizer",
    "celery.pool",
)
