"""URLs of a run, and why a URL is not in the catalogue."""

from datetime import datetime
from typing import Any

from ninja import Schema


class JourneyLine(Schema):
    """One URL of a run."""

    id: int
    run: int
    url: str
    state: str
    stage: str
    in_progress: bool
    reason: str
    detail: str
    score: float
    reasons: list[str]
    queued_at: datetime | None
    ended_at: datetime | None
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
    source_metadata: dict[str, Any]
    attempts: list[Any]
    timings: dict[str, float]
    bytes: int
    snapshot: int | None

    @staticmethod
    def resolve_snapshot(journey: Any) -> int | None:
        found: int | None = journey.snapshot_id
        return found


class Step(Schema):
    """A part of the last journey's path: what became of it, in a word and in sentences."""

    name: str
    state: str
    lines: list[str]


class Why(Schema):
    """What is known of an address: the article it became, the runs that met it and the path in the
    last of them, the blog it belongs to; of one that was never met, what speaks for and against it.
    """

    url: str
    key: str
    article: int | None
    deleted: bool
    source: str | None
    journeys: list[JourneyLine]
    steps: list[Step]
    prospects: list[dict[str, Any]]
