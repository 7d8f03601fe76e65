"""Queues, workers, the log, jobs and the audit log."""

from datetime import datetime
from typing import Any

from ninja import Schema


class Queue(Schema):
    """A stage's queue, as RabbitMQ said at `taken_at`. Times are seconds, `into` and `out`
    messages a second.

    Of what workers took in the last 15 minutes half had waited at most `wait_p50`, 95 of 100 at
    most `wait_p95`. `paused_at` and `paused_by` say since when and by whom the intake of the stage
    is paused; null and empty while its workers take messages.
    """

    queue: str
    state: str
    taken_at: datetime
    waiting: int
    in_progress: int
    consumers: int
    into: float | None
    out: float | None
    oldest: float | None
    wait_p50: float | None
    wait_p95: float | None
    delayed: int
    drains: float | None
    paused_at: datetime | None
    paused_by: str


class StageIntake(Schema):
    """Whether the intake of a stage is paused now, since when and by whom."""

    stage: str
    paused: bool
    paused_at: datetime | None
    paused_by: str


class DeadLetters(Schema):
    """Which dead letters: their ids, or null for all."""

    letters: list[str] | None = None


class DeadLetter(Schema):
    """A message that no worker could handle: when it died first and last, how often a worker was
    given it, the last exception with its trace, and the start of its body. `task` is empty where it
    cannot be read; `state` is of the journey, or of the run, that it is about, and "gone" where
    that was deleted. Where it is `over`, putting it back does nothing."""

    id: str
    stage: str
    reason: str
    why: str
    since: datetime | None
    last: datetime | None
    deliveries: int | None
    error: str
    trace: str
    payload: str
    task: str
    task_id: str
    journey: int | None
    run: int | None
    url: str
    state: str
    over: bool


class Task(Schema):
    """Something that a worker has in hand; `url` is empty where it is not one URL's."""

    stage: str
    journey: int | None
    run: int | None
    url: str
    seconds: float | None


class Worker(Schema):
    """A worker as it was at its last sign of life, `age` seconds ago, `up` seconds after it began.

    It had `busy` of its `slots` in use, `done` tasks taken since it began, and `memory` bytes.
    """

    name: str
    pid: int
    stage: str
    state: str
    version: str
    pool: str
    age: float
    up: float
    busy: int
    slots: int
    done: int
    memory: int
    tasks: list[Task]


class LogLine(Schema):
    """A structured log line."""

    id: int
    at: datetime
    level: int
    event: str
    process: str
    stage: str
    run: int | None
    journey: int | None
    task: str
    url: str
    data: dict[str, Any]


class AuditEntry(Schema):
    """Somebody changed something."""

    id: int
    at: datetime
    who: str
    way: str
    token: str
    verb: str
    kind: str
    object: str
    before: Any
    after: Any


class Job(Schema):
    """Saved crawl options."""

    id: int
    name: str
    parameters: dict[str, Any]
    schedule: str | None
    paused: bool
    next: list[datetime]
    rests_until: datetime | None
    last_run: int | None
