"""Logging, set up once for the web and the workers: every line is a JSON object on stdout, and a row in PostgreSQL.

Lines of other libraries take the same way. Secrets are taken out before anything is rendered.
"""

import logging
import logging.config
import os
import re
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog

Event = MutableMapping[str, Any]
SECRET = re.compile(r"passw|secret|token|authori[sz]ation|cookie|credential|api_?key|sesame", re.I)
USER_INFO = re.compile(r"(?<=://)[^/\s@]+@")
SIGN_IN = re.compile(r"([?&]sesame=)[^&\s\"']+")
PROBE = re.compile(r" /(healthz|readyz|metrics)\b")
LONGEST = 8_000  # characters of one value
TYPED = {"level", "event", "process", "stage", "run", "journey", "task_id", "url", "timestamp"}


def redact(_logger: Any, _method: str, event: Event) -> Event:
    """Takes secrets out: by the name of a field, as user information in an address, as a sign-in link."""
    for name, value in event.items():
        if SECRET.search(name):
            event[name] = "[redacted]"
        elif isinstance(value, str):
            event[name] = shortened(SIGN_IN.sub(r"\1[redacted]", USER_INFO.sub("[redacted]@", value)))
    return event


def shortened(value: str) -> str:
    """At most LONGEST characters: the beginning and, since a traceback names its error there, the end."""
    half = LONGEST // 2
    return value if len(value) <= LONGEST else f"{value[:half]} ... {value[-half:]}"


def drop_probes(_logger: Any, _method: str, event: Event) -> Event:
    """Health is asked for every few seconds; only what goes wrong is worth a line."""
    if event.get("event") in ("request_started", "request_finished") and PROBE.search(str(event.get("request"))):
        raise structlog.DropEvent
    return event


def name_process(_logger: Any, _method: str, event: Event) -> Event:
    """Says which process speaks."""
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
    """Hands each line to the batching writer of the monitor."""

    def emit(self, record: logging.LogRecord) -> None:
        from pipeline.monitor.writer import writer  # settings import this module before Django is ready

        event = record.msg if isinstance(record.msg, dict) else None
        if event is None:
            event = {"event": record.getMessage(), "logger": record.name}
            for processor in SHARED[:1] + SHARED[5:]:
                event = processor(None, "", event)
            if record.exc_info:
                event["exception"] = self.formatter_exception(record)
        writer.put(row(event, record.levelno))

    @staticmethod
    def formatter_exception(record: logging.LogRecord) -> str:
        """The traceback as text."""
        return logging.Formatter().formatException(record.exc_info) if record.exc_info else ""


def row(event: Event, level: int) -> dict[str, Any]:
    """An event as the columns of the log table."""
    return {
        "at": event.get("timestamp") or datetime.now(UTC).isoformat(),
        "level": level,
        "event": str(event.get("event", ""))[:200],
        "process": str(event.get("process", ""))[:40],
        "stage": str(event.get("stage") or "")[:20],
        "run": event.get("run"),
        "journey": event.get("journey"),
        "task": str(event.get("task_id") or "")[:64],
        "url": str(event.get("url") or "")[:2000],
        "data": {k: v for k, v in event.items() if k not in TYPED and not k.startswith("_")},
    }


def set_up(level: str, to_database: bool, process: str) -> None:
    """Configures structlog and the standard library's logging. Called once, by the settings.

    `process` is the name of a process of the product; without one, only warnings are shown, on stderr.
    """
    if not process:
        level, to_database = "WARNING", False
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
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": SHARED,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(default=str),
                    ],
                }
            },
            "handlers": handlers,
            "root": {"handlers": list(handlers), "level": level},
            "loggers": {name: {"level": "WARNING"} for name in QUIET},
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
    "django.request",
    "celery.pool",
)
