"""Messages that no worker could handle: what they are, and back to the queues that they came from.

Each look at a message counts as a delivery, and a queue drops one after its limit. So a look moves it: a copy goes to
the end of the dead letters, which nobody was given yet, and only then does the one that was looked at go.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import structlog
from django.conf import settings
from kombu import Connection
from kombu.exceptions import OperationalError

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
PATIENCE = 10  # seconds for the broker to take a message
LARGEST = 2**63 - 1  # id of a row
# Why and when a message died is told by RabbitMQ in headers of its own, which it need not take from a client. What
# moves within the dead letters has the same in ours.
REASON = "gleaner-death-reason"
DIED = "gleaner-died"
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
    ),
}
IN_WORDS = {
    "delivery_limit": f"given out {DELIVERY_LIMIT} times and never finished",
    "rejected": "not understood by its worker",
    "expired": "waited longer than it may",
    "maxlen": "its queue was full",
    "": "not said",
}
OF_JOURNEYS = {task_name(stage) for stage in HEADER_STAGES}
OF_RUNS = {task_name(stage) for stage in STAGES} - OF_JOURNEYS


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter. What it names may be gone: then there is an id and no row."""

    stage: str  # whose queue it died in
    reason: str
    since: datetime | None
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
        """Of the journey, or of the run, that it is about; "gone" where that was deleted, "" where there is none."""
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


def look(most: int = MOST_SEEN) -> list[Letter]:
    """What some of the dead letters are, first those that nobody looked at for longest. Raises as `put_back` does."""
    found: list[Letter] = []

    def see(channel: Any, message: Any) -> None:
        found.append(read(message))
        _to_the_end(channel, message)

    _each(most, see)
    journeys = Journey.objects.select_related("run").in_bulk(
        {each.journey_id for each in found if each.journey_id}
    )
    runs = Run.objects.in_bulk({each.run_id for each in found if each.run_id})
    return [
        replace(each, journey=journeys.get(each.journey_id or 0), run=runs.get(each.run_id or 0))
        for each in found
    ]


def put_back(most: int = 1000) -> int:
    """Moves up to `most` messages that are there now; returns how many. Raises OperationalError of kombu.

    A message that names no stage stays.
    """
    moved: list[str] = []

    def back(channel: Any, message: Any) -> None:
        stage = message.delivery_info["routing_key"]
        headers = _headers(message)
        if stage not in STAGES:
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
        log.info("dead_letter_put_back", stage=stage, reason=why, task_id=headers.get("id"))

    _each(most, back)
    return len(moved)


def read(message: Any) -> Letter:
    """What a message says of itself, which may be anything."""
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
    since = _died(headers)
    if since:
        told = since.replace(tzinfo=UTC)
    else:
        told = None
    return Letter(
        stage, _reason(headers), told, "" if unread else task, task_id, journey_id, run_id
    )


def _about(body: Any) -> Any:
    """The first argument of the task."""
    try:
        return json.loads(body)[0][0]
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


def _id(value: Any) -> int | None:
    if type(value) is int and 0 < value <= LARGEST:
        return value
    return None


def _headers(message: Any) -> dict[str, Any]:
    return message.properties.get("application_headers") or {}


def _reason(headers: dict[str, Any]) -> str:
    return str(headers.get(REASON) or headers.get("x-first-death-reason") or "")[:60]


def _died(headers: dict[str, Any]) -> datetime | None:
    """When it died first, in UTC but without saying so, as times in headers are."""
    deaths = headers.get("x-death")
    if isinstance(deaths, list):
        times = [death.get("time") for death in deaths if isinstance(death, dict)]
    else:
        times = []
    return min(
        (time for time in (headers.get(DIED), *times) if isinstance(time, datetime)), default=None
    )


def _each(most: int, work: Callable[[Any, Any], None]) -> None:
    """Calls `work` with each message that is there now, at most so many."""
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
    """Moves one message to where no delivery of it is counted yet."""
    headers = _headers(message)
    own = {REASON: _reason(headers), DIED: _died(headers)}
    kept = {name: value for name, value in headers.items() if name not in DEATH}
    _move(
        channel,
        message,
        DEAD_EXCHANGE.name,
        kept | {name: value for name, value in own.items() if value},
    )


def _move(channel: Any, message: Any, exchange: str, headers: dict[str, Any]) -> None:
    """A message is confirmed in its new place before it leaves this one: at worst it is there twice, harmlessly."""
    message.properties["application_headers"] = headers
    key = message.delivery_info["routing_key"]
    channel.basic_publish(
        message, exchange=exchange, routing_key=key, mandatory=True, confirm_timeout=PATIENCE
    )
    channel.basic_ack(message.delivery_tag)
