"""Runs."""

from datetime import datetime
from typing import Any

from ninja import Schema

from pipeline.api.schemas.base import Strict
from pipeline.models import Run


class Counts(Schema):
    """found = stored + unchanged + duplicate + skipped + failed + pending, always."""

    found: int
    stored: int
    unchanged: int
    duplicate: int
    skipped: int
    failed: int
    pending: int


class RunLine(Schema):
    """A run in a list, counted as on its page; `counts` is null in the answer to a launch."""

    id: int
    name: str
    state: str
    reason: str
    job: int | None
    launched_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    addresses: list[str]
    counts: Counts | None

    @staticmethod
    def resolve_job(run: Run) -> int | None:
        return run.job_id

    @staticmethod
    def resolve_counts(run: Run) -> Run | dict[str, int] | None:
        if run.ended:
            return run
        counted = getattr(run, "counted", None)
        if counted is None:
            return None
        return {"found": counted.found, **counted.states}


class Stage(Schema):
    """reached = waiting + in_progress + ended + passed. `later` of those that wait do so for their
    next try or their host's turn; `median` is the seconds that a URL typically takes."""

    stage: str
    reached: int
    waiting: int
    later: int
    in_progress: int
    ended: dict[str, int]
    passed: int
    median: float | None


class Reason(Schema):
    """Why URLs did not become articles."""

    state: str
    stage: str
    reason: str
    count: int


class Event(Schema):
    """A step of a run."""

    at: datetime
    before: str
    after: str
    by: str
    why: str


class AddressReport(Schema):
    """What came of one start URL. `articles` were recognized, of the `urls` that were seen, by what
    `decided` says; filters of the run are not counted.

    `state` is "found", or the reason that there is none; `rules` says what came of each rule of the
    site; `text` says it all in one line.
    """

    address: str
    articles: int
    urls: int
    requests: int
    state: str
    decided: str
    problem: str
    advice: str
    limits: list[str]
    rules: list[str] = []
    moved_to: str
    text: str


class Trouble(Schema):
    """What is wrong with the workers of a stage that the run needs now, and the cure."""

    stage: str
    text: str
    cure: str


class RunDetail(Schema):
    """A run, counted now. `in_flight` URLs are with a worker; while a run pauses or is cancelled,
    `stopping` says how many, and there are no `seconds_left`. Where `urls_removed_at` is set, the
    records of its URLs have expired and are gone; its numbers are as they were.
    """

    id: int
    name: str
    state: str
    reason: str
    job: int | None
    launched_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    urls_removed_at: datetime | None
    parameters: dict[str, Any]
    counts: Counts
    stages: list[Stage]
    reasons: list[Reason]
    batches: int
    batches_done: int
    percent: int
    seconds: float
    attempts: int
    seconds_left: float | None
    in_flight: int
    stopping: str
    troubles: list[Trouble]
    notes: list[Any]
    source_requests: list[Any]
    address_reports: list[AddressReport]
    summary: dict[str, Any] | None
    events: list[Event]


class Change(Schema):
    """The URLs of one kind: how many, and the first of them."""

    count: int
    urls: list[tuple[str, str]]


class Move(Schema):
    """How many URLs ended in one way before, and in another now; an empty state is: not met."""

    before: str
    before_reason: str
    after: str
    after_reason: str
    count: int


class Comparison(Schema):
    """A run beside an earlier one."""

    before: int
    after: int
    new: Change
    changed: Change
    gone: Change
    newly_failing: Change
    moves: list[Move]


class MoreAddresses(Strict):
    """Addresses for a run that is on."""

    addresses: list[str] | str


class RunChange(Strict):
    """What is to be otherwise; a limit of null is none."""

    limit: int | None = None
    include: list[str] = []
    exclude: list[str] = []
