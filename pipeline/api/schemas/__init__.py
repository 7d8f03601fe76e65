"""What is answered."""

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import ConfigDict

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
    """A run in a list. It is counted when it ends; the run by itself is counted at any time."""

    id: int
    name: str
    state: str
    reason: str
    job: int | None
    launched_by: str
    created: datetime
    started: datetime | None
    finished: datetime | None
    addresses: list[str]
    counts: Counts | None

    @staticmethod
    def resolve_job(run: Run) -> int | None:
        return run.job_id

    @staticmethod
    def resolve_counts(run: Run) -> Run | None:
        if run.ended:
            return run
        return None


class Stage(Schema):
    """reached = waiting + in_hand + ended + passed. `later` of those that wait do so for their next try or their host's
    turn; `median` is the seconds that a URL typically takes."""

    stage: str
    reached: int
    waiting: int
    later: int
    in_hand: int
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


class RunDetail(Schema):
    """A run, counted now."""

    id: int
    name: str
    state: str
    reason: str
    job: int | None
    launched_by: str
    created: datetime
    started: datetime | None
    finished: datetime | None
    parameters: dict[str, Any]
    counts: Counts
    stages: list[Stage]
    reasons: list[Reason]
    waves: int
    waves_done: int
    percent: int
    seconds: float
    seconds_left: float | None
    notes: list[Any]
    asked: list[Any]
    summary: dict[str, Any] | None
    events: list[Event]


class JourneyLine(Schema):
    """One URL of a run."""

    id: int
    run: int
    url: str
    state: str
    stage: str
    working: bool
    reason: str
    detail: str
    score: float
    reasons: list[str]
    queued: datetime | None
    ended: datetime | None
    article: int | None

    @staticmethod
    def resolve_run(journey: Any) -> int:
        return int(journey.run_id)

    @staticmethod
    def resolve_article(journey: Any) -> int | None:
        found: int | None = journey.article_id
        return found


class JourneyDetail(JourneyLine):
    """The whole path of one URL in one run."""

    found_in: list[str]
    said: dict[str, Any]
    attempts: list[Any]
    timings: dict[str, float]
    bytes: int
    snapshot: int | None

    @staticmethod
    def resolve_snapshot(journey: Any) -> int | None:
        found: int | None = journey.snapshot_id
        return found


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


class ArticleLine(Schema):
    """An article in a list."""

    id: int
    url: str
    title: str
    authors: list[str]
    published: datetime | None
    language: str
    tags: list[str]
    labels: list[str]
    source: str
    word_count: int
    excerpt: str
    first_seen: datetime
    original: int | None

    @staticmethod
    def resolve_source(article: Any) -> str:
        return str(article.source.host)

    @staticmethod
    def resolve_original(article: Any) -> int | None:
        found: int | None = article.original_id
        return found


class Near(ArticleLine):
    """An article nearly the same; `bits` of its fingerprint's 64 differ."""

    bits: int


class Version(Schema):
    """What an article was before it changed."""

    replaced: datetime
    title: str
    authors: list[str]
    published: datetime | None
    word_count: int
    text: str
    html: str


class Choice(Schema):
    """A value of a facet and how many articles have it."""

    name: str
    label: str
    count: int
    chosen: bool


class Facet(Schema):
    """`values` is null where counting took too long; `of` says what was counted, where that is not all."""

    name: str
    label: str
    values: list[Choice] | None
    of: str = ""


class Chosen(Schema):
    """Which articles."""

    ids: list[int]


class ExtractAgain(Chosen):
    """With `preview` nothing is changed: each journey of the run says what would be."""

    preview: bool = False


class Done(Schema):
    """How many were changed."""

    changed: int


class Strict(Schema):
    """Refuses what it does not know: a mistyped option would otherwise be ignored silently."""

    model_config = ConfigDict(extra="forbid")


class MoreAddresses(Strict):
    """Addresses for a run that is on."""

    addresses: list[str] | str


class RunChange(Strict):
    """What is to be otherwise; a limit of null is none."""

    limit: int | None = None
    include: list[str] = []
    exclude: list[str] = []


class LabelInput(Strict):
    """A label, and which articles: `ids`, or all that fit `filter`, such as {"tag": "python", "language": "en"}."""

    label: str
    ids: list[int] | None = None
    filter: dict[str, str | int | bool] | None = None


class Labelled(Schema):
    """The label as it is kept, and how many were changed; `more` where others still fit."""

    label: str
    changed: int
    more: bool


class LabelCount(Schema):
    """A label, and how many articles have it."""

    label: str
    count: int


class Labels(Schema):
    """`of` is empty where the counts are exact, else "about"."""

    items: list[LabelCount]
    of: str


class ViewInput(Strict):
    """What the list of articles shows, under a name."""

    name: str
    query: str = ""
    shared: bool = False


class ViewChange(Strict):
    """What is to be otherwise."""

    name: str | None = None
    shared: bool | None = None


class View(Schema):
    """A saved view of the catalogue."""

    id: int
    name: str
    query: str
    shared: bool
    owner: str
    mine: bool
    articles: str


class Source(Schema):
    """A blog."""

    id: int
    host: str
    name: str
    language: str
    authors: list[str]
    last_crawled: datetime | None
    created: datetime


class Queue(Schema):
    """A stage's queue, as RabbitMQ said at `taken`. Times are seconds, `into` and `out` messages a second.

    Of what workers took in the last 15 minutes half had waited at most `wait_p50`, 95 of 100 at most `wait_p95`.
    """

    queue: str
    state: str
    taken: datetime
    waiting: int
    in_hand: int
    consumers: int
    into: float | None
    out: float | None
    oldest: float | None
    wait_p50: float | None
    wait_p95: float | None
    delayed: int
    drains: float | None


class DeadLetter(Schema):
    """A message that no worker could handle. `task` is empty where it cannot be read; `state` is of the journey, or of
    the run, that it is about, and "gone" where that was deleted. Where it is `over`, putting it back does nothing."""

    stage: str
    reason: str
    why: str
    since: datetime | None
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


class Step(Schema):
    """A part of the last journey's path: what became of it, in a word and in sentences."""

    name: str
    state: str
    lines: list[str]


class Why(Schema):
    """What is known of an address: the article it became, the runs that met it and the path in the last of them, the
    blog it belongs to; of one that was never met, what speaks for and against it."""

    url: str
    key: str
    article: int | None
    deleted: bool
    source: str | None
    journeys: list[JourneyLine]
    steps: list[Step]
    prospects: list[dict[str, Any]]


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


class Entry(Schema):
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
