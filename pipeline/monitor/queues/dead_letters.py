"""Messages that no worker could handle: what they are, back to the queues that they came from, or
away.

Each look at a message counts as a delivery, and a queue drops one after its limit. So a look moves
it: a copy goes to the end of the dead letters, which nobody was given yet, and only then does the
one that was looked at go.
"""

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import structlog
from django.conf import settings
from kombu import Connection
from kombu.exceptions import OperationalError

from pipeline.broker.delivery import BURIED_AT as DIED
from pipeline.broker.delivery import DELIVERIES, ERROR, REASON, TRACE
from pipeline.broker.queues import (
    DEAD_EXCHANGE,
    DEAD_LETTERS,
    DELIVERY_LIMIT,
    EXCHANGE,
    HEADER_STAGES,
    STAGES,
    task_name,
)
from pipeline.models import Journey, Run

log = structlog.get_logger(__name__)
MOST_SEEN = 20
MAX_MOVED = 1000
CONFIRM_TIMEOUT_SECONDS = 10
MAX_PAYLOAD_LENGTH = 20_000  # characters that are shown
MAX_ID = 2**63 - 1  # id of a row
# Why and when a message died is told by RabbitMQ in headers of its own, which it need not take from
# a client. What moves within the dead letters has the same in ours.
LAST_DIED = "gleaner-last-died"
DEATH = {
    *(
        "x-death",
        "x-first-death-exchange",
        "x-first-death-queue",
        "x-first-death-reason",
        "x-last-death-reason",
    ),
    *(
        "x-last-death-queue",
        "x-last-death-exchange",
        "x-delivery-count",
        "x-acquired-count",
        REASON,
        DIED,
        LAST_DIED,
        DELIVERIES,
        ERROR,
        TRACE,
    ),
}
IN_WORDS = {
    "delivery_limit": f"Delivered {DELIVERY_LIMIT} times, never finished",
    "rejected": "Undecodable",
    "expired": "Expired",
    "maxlen": "Queue full",
    "": "Unknown",
}
OF_JOURNEYS = {task_name(stage) for stage in HEADER_STAGES}
OF_RUNS = {task_name(stage) for stage in STAGES} - OF_JOURNEYS


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A dead letter. What it names may be gone: then there is an id and no row."""

    id: str  # the same for the same message, wherever it moves
    stage: str  # whose queue it died in
    reason: str
    since: datetime | None  # when it died first
    last: datetime | None  # and last
    deliveries: int | None  # how often a worker was given it; None where nobody counted
    error: str  # the last exception, "" where there was none
    trace: str
    payload: str  # the start of its body
    task: str  # "" where the message cannot be read
    task_id: str
    journey_id: int | None = None
    run_id: int | None = None
    journey: Journey | None = None
    run: Run | None = None

    @property
    def why(self) -> str:
        """The reason in words."""
        return IN_WORDS.get(self.reason, self.reason)

    @property
    def state(self) -> str:
        """Of the journey, or of the run, that it is about; "gone" where that was deleted, ""
        where there is none."""
        if about := self.journey or self.run:
            return str(about.state)
        if self.journey_id or self.run_id:
            return "gone"
        return ""

    @property
    def over(self) -> bool:
        """Whether nothing would come of putting it back."""
        if self.journey:
            return self.journey.state != Journey.State.PENDING
        if self.run:
            return self.run.ended
        return self.state == "gone"


def peek(most: int = MOST_SEEN) -> list[DeadLetter]:
    """Return what some of the dead letters are, first those that nobody looked at for longest.
    Raises as `requeue` does."""
    found: list[DeadLetter] = []

    def see(channel: Any, message: Any) -> None:
        found.append(read(message))
        _to_the_end(channel, message)

    _each(most, see)
    journeys = Journey.objects.select_related("run").in_bulk(
        {each.journey_id for each in found if each.journey_id}
    )
    runs = Run.objects.in_bulk({each.run_id for each in found if each.run_id})
    return [
        replace(
            each,
            journey=journeys.get(each.journey_id or 0),
            run=runs.get(each.run_id or 0),
        )
        for each in found
    ]


def requeue(letters: Collection[str] | None = None, most: int = MAX_MOVED) -> int:
    """Move these messages (ids of letters; None: all) back to their queues, of up to `most` that
    are there now.

    Returns how many. A message that names no stage stays. Raises OperationalError of kombu.
    """
    moved: list[str] = []

    def back(channel: Any, message: Any) -> None:
        stage = message.delivery_info["routing_key"]
        headers = _headers(message)
        if stage not in STAGES or not _is_wanted(message, letters):
            _to_the_end(channel, message)
            return
        _move(
            channel,
            message,
            EXCHANGE.name,
            {name: value for name, value in headers.items() if name not in DEATH},
        )
        moved.append(stage)
        why = _reason(headers) or "not said"
        log.info(
            "dead_letter_requeued", stage=stage, reason=why, task_id=headers.get("id")
        )

    _each(most, back)
    return len(moved)


def discard(letters: Collection[str] | None = None, most: int = MAX_MOVED) -> int:
    """Take these messages away for good; otherwise as `requeue`. Each leaves a line in the log."""
    gone: list[str] = []

    def away(channel: Any, message: Any) -> None:
        if not _is_wanted(message, letters):
            _to_the_end(channel, message)
            return
        channel.basic_ack(message.delivery_tag)
        letter = read(message)
        gone.append(letter.id)
        log.info(
            "dead_letter_discarded",
            stage=letter.stage,
            reason=letter.reason,
            task_id=letter.task_id,
            payload=letter.payload[:500],
        )

    _each(most, away)
    return len(gone)


def _is_wanted(message: Any, letters: Collection[str] | None) -> bool:
    return letters is None or letter_id(message) in letters


def letter_id(message: Any) -> str:
    """Return a name for the message that its way through the dead letters does not change."""
    headers = _headers(message)
    own = sorted(
        (name, str(value)) for name, value in headers.items() if name not in DEATH
    )
    told = json.dumps([message.delivery_info["routing_key"], own, str(_died(headers))])
    return hashlib.sha256(told.encode("utf-8", "replace") + _body(message)).hexdigest()[
        :20
    ]


def _body(message: Any) -> bytes:
    body = message.body
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    return bytes(body)


def read(message: Any) -> DeadLetter:
    """Return what a message says of itself, which may be anything."""
    headers = _headers(message)
    task = str(headers.get("task") or "")[:100]
    about = _about(message.body)
    if task in OF_JOURNEYS and isinstance(about, dict):
        journey_id = _id(about.get("journey"))
    else:
        journey_id = None
    if task in OF_RUNS:
        run_id = _id(about)
    else:
        run_id = None
    unread = task in OF_JOURNEYS | OF_RUNS and not (journey_id or run_id)
    stage = message.delivery_info["routing_key"]
    task_id = str(headers.get("id") or "")[:64]
    return DeadLetter(
        id=letter_id(message),
        stage=stage,
        reason=_reason(headers),
        since=_in_utc(_died(headers)),
        last=_in_utc(_last_died(headers)),
        deliveries=_deliveries(headers),
        error=str(headers.get(ERROR) or ""),
        trace=str(headers.get(TRACE) or ""),
        payload=_body(message)[:MAX_PAYLOAD_LENGTH].decode("utf-8", "backslashreplace"),
        task="" if unread else task,
        task_id=task_id,
        journey_id=journey_id,
        run_id=run_id,
    )


def _in_utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC)


def _deliveries(headers: dict[str, Any]) -> int | None:
    """How often a worker was given the message."""
    for name, more in ((DELIVERIES, 0), ("x-delivery-count", 1)):
        counted = headers.get(name)
        if isinstance(counted, int):
            return counted + more
    if _reason(headers) == "delivery_limit":
        return DELIVERY_LIMIT + 1
    return None


def _about(body: Any) -> Any:
    """Return the first argument of the task."""
    try:
        return json.loads(body)[0][0]
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


def _id(value: Any) -> int | None:
    if type(value) is int and 0 < value <= MAX_ID:
        return value
    return None


def _headers(message: Any) -> dict[str, Any]:
    return message.properties.get("application_headers") or {}


def _reason(headers: dict[str, Any]) -> str:
    return str(headers.get(REASON) or headers.get("x-first-death-reason") or "")[:300]


def _died(headers: dict[str, Any]) -> datetime | None:
    """When it died first, in UTC but without saying so, as times in headers are."""
    return min(_deaths(headers), default=None)


def _last_died(headers: dict[str, Any]) -> datetime | None:
    return max(_deaths(headers), default=None)


def _deaths(headers: dict[str, Any]) -> list[datetime]:
    deaths = headers.get("x-death")
    if isinstance(deaths, list):
        times = [death.get("time") for death in deaths if isinstance(death, dict)]
    else:
        times = []
    told = [headers.get(DIED), headers.get(LAST_DIED), *times]
    return [time for time in told if isinstance(time, datetime)]


def _each(most: int, work: Callable[[Any, Any], None]) -> None:
    """Call `work` with each message that is there now, at most so many."""
    options = {"confirm_publish": True}
    with Connection(
        settings.CELERY_BROKER_URL, connect_timeout=2, transport_options=options
    ) as broker:
        try:
            channel = broker.channel()
            waiting = channel.queue_declare(DEAD_LETTERS, passive=True).message_count
            for _ in range(min(waiting, most)):
                if message := channel.basic_get(DEAD_LETTERS):
                    work(channel, message)
        except (
            *broker.connection_errors,
            *broker.recoverable_connection_errors,
            *broker.channel_errors,
        ) as error:
            broker.collect()  # closing it would wait for an answer; a broker in alarm gives none
            raise OperationalError(str(error)) from error


def _to_the_end(channel: Any, message: Any) -> None:
    """Move one message to where no delivery of it is counted yet."""
    headers = _headers(message)
    own = {
        REASON: _reason(headers),
        DIED: _died(headers),
        LAST_DIED: _last_died(headers),
        DELIVERIES: _deliveries(headers),
        ERROR: headers.get(ERROR),
        TRACE: headers.get(TRACE),
    }
    kept = {name: value for name, value in headers.items() if name not in DEATH}
    _move(
        channel,
        message,
        DEAD_EXCHANGE.name,
        kept | {name: value for name, value in own.items() if value},
    )


def _move(channel: Any, message: Any, exchange: str, headers: dict[str, Any]) -> None:
    """Move a message: it is confirmed in its new place before it leaves this one, so that at worst
    it is there twice, harmlessly."""
    message.properties["application_headers"] = headers
    key = message.delivery_info["routing_key"]
    channel.basic_publish(
        message,
        exchange=exchange,
        routing_key=key,
        mandatory=True,
        confirm_timeout=CONFIRM_TIMEOUT_SECONDS,
    )
    channel.basic_ack(message.delivery_tag)
