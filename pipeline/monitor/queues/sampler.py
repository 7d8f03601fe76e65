"""Ask RabbitMQ how long its queues are and write the answer down.

A process of its own: a task would wait behind the backlog that it reports.

Ready and unacknowledged messages come from the totals of the management API, which are exact at
once. Older servers leave them out; then they come from its statistics, which are up to 8 seconds
old. Consumers come from a passive declare on an open channel. How many messages were published and
acknowledged comes from the statistics: the rate is the difference of two samples.
"""

import base64
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.utils import timezone
from kombu import Connection

from pipeline.broker.queues import DEAD_LETTERS, STAGES
from pipeline.monitor.models import QueueSample
from pipeline.monitor.queues import latency
from pipeline.monitor.queues.rollup import prune, roll_up
from pipeline.monitor.workers.status import forget

log = structlog.get_logger(__name__)
QUEUES = (*STAGES, DEAD_LETTERS)
EVERY = 5.0  # seconds between samples
ROLL_UP_SECONDS = 60
PRUNE_SECONDS = 3600
ANSWER_TIMEOUT_SECONDS = 2.0  # seconds for one answer
TOTALS = "disable_stats=true&enable_queue_totals=true"
STATISTICS = "columns=name,messages_ready,messages_unacknowledged,consumers,message_stats.publish,message_stats.ack"


@dataclass(frozen=True, slots=True)
class Reading:
    """One queue at one moment."""

    queue: str
    waiting: int
    in_progress: int
    consumers: int
    # Since the broker started; None where it does not count.
    published: int | None = None
    acked: int | None = None


class Consumers:
    """How many consumers each queue has, over one channel that is kept."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None

    def of(self, queue: str) -> int | None:
        """None where the queue is missing or the broker does not answer."""
        try:
            if self._connection is None:
                self._connection = Connection(
                    self._url, connect_timeout=ANSWER_TIMEOUT_SECONDS
                )
            return int(
                self._connection.default_channel.queue_declare(
                    queue, passive=True
                ).consumer_count
            )
        except Exception as error:  # noqa: BLE001 - amqp, socket and ssl errors share no base; the next sample tries again
            log.debug("passive_declare_failed", queue=queue, error=str(error))
            self.close()
            return None

    def close(self) -> None:
        """Forgets the connection; the next question makes a new one."""
        connection = self._connection
        self._connection = None
        if connection is not None:
            connection.release()


def ask(query: str) -> list[dict[str, Any]]:
    """Return the management API's list of this vhost's queues, of the first node that answers.
    Raises OSError, ValueError."""
    *others, last = settings.RABBITMQ_MANAGEMENT_URL.split(",")
    for node in others:
        with suppress(OSError):
            return ask_node(node, query)
    return ask_node(last, query)


def ask_node(node: str, query: str) -> list[dict[str, Any]]:
    """Return the same list of one node, by its address."""
    vhost = quote(settings.RABBITMQ_DEFAULT_VHOST, safe="")
    request = urllib.request.Request(  # noqa: S310 - the configured broker
        f"{node.strip().rstrip('/')}/api/queues/{vhost}?{query}"
    )
    pair = f"{settings.RABBITMQ_DEFAULT_USER}:{settings.RABBITMQ_DEFAULT_PASS}"
    request.add_header(
        "Authorization", "Basic " + base64.b64encode(pair.encode()).decode()
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=ANSWER_TIMEOUT_SECONDS) as answer:
        listed = json.load(answer)
    if isinstance(listed, list):
        return [row for row in listed if isinstance(row, dict)]
    return []


def read(
    asking: Callable[[str], list[dict[str, Any]]],
    consumers: Callable[[str], int | None],
) -> list[Reading]:
    """One reading of each queue that exists. Raises what `asking` raises of the totals."""
    rows = _ours(asking(TOTALS))
    statistics = {row["name"]: row for row in _statistics(asking)}
    if any("messages_ready" not in row for row in rows):
        rows = list(statistics.values())
    counted = any("message_stats" in row for row in statistics.values())
    return [
        _reading(row, statistics.get(row["name"], {}), counted, consumers(row["name"]))
        for row in rows
    ]


def _statistics(asking: Callable[[str], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """They can be switched off in the broker; then there is no pace, and the rest is still true."""
    try:
        return _ours(asking(STATISTICS))
    except (OSError, ValueError) as error:
        log.debug("no_statistics", error=str(error))
        return []


def _reading(
    row: dict[str, Any],
    statistics: dict[str, Any],
    counted: bool,
    consumers: int | None,
) -> Reading:
    # A queue that had no traffic since the broker began has no counts, while others have: that is
    # nought.
    counts = statistics.get("message_stats") or {}
    return Reading(
        row["name"],
        row.get("messages_ready", 0),
        row.get("messages_unacknowledged", 0),
        consumers if consumers is not None else statistics.get("consumers", 0),
        counts.get("publish", 0) if counted else None,
        counts.get("ack", 0) if counted else None,
    )


def _ours(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row.get("name") in QUEUES]


def write(readings: list[Reading], now: datetime) -> None:
    """Write one sample of each queue, all of the same moment."""
    QueueSample.objects.bulk_create(
        QueueSample(taken_at=now, **asdict(reading)) for reading in readings
    )


def run_forever(every: float = EVERY, stop: Callable[[], bool] = lambda: False) -> None:
    """Sample until `stop` says so. A server that is away is reported once, and tried again with
    every sample."""
    consumers = Consumers(settings.CELERY_BROKER_URL)
    troubled = ""
    pruned = 0.0
    rolled = 0.0
    while not stop():
        began = time.monotonic()
        close_old_connections()
        trouble = _sample(consumers)
        if began - rolled > ROLL_UP_SECONDS:
            is_due = began - pruned > PRUNE_SECONDS
            trouble = trouble or _tidy(every_sample=is_due)
            rolled = began
            if is_due:
                pruned = began
        if trouble != troubled:
            _report(trouble)
            troubled = trouble
        time.sleep(max(0.1, every - (time.monotonic() - began)))


def _report(trouble: str) -> None:
    if trouble:
        log.warning("sampling_failed", error=trouble)
    else:
        log.info("sampling")


def _sample(consumers: Consumers) -> str:
    """Take one sample; return what went wrong, or nothing."""
    try:
        write(read(ask, consumers.of), timezone.now())
        latency.sample()
    except (OSError, ValueError) as error:
        return f"RabbitMQ's management API does not answer: {error}"
    except (DatabaseError, InterfaceError) as error:
        return f"the database does not answer: {str(error).strip()}"
    return ""


def _tidy(*, every_sample: bool) -> str:
    """Roll samples up, forgets workers that are long gone; return what went wrong, or nothing."""
    try:
        if every_sample:
            prune(timezone.now())
        else:
            roll_up(timezone.now())
        forget()
    except (DatabaseError, InterfaceError) as error:
        return f"the database does not answer: {str(error).strip()}"
    return ""
