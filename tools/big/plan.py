"""How large each run is, when it was, and what came of it: exact sums, so that rows and sums
agree."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from math import gcd
from random import Random

DAYS = 14  # of log events; older runs have none left
PACE = 0.1  # seconds a URL
BATCH = 40  # URLs; the setting of that name
BLOCK = 250  # articles of one source that were gathered one after the other
SITES = 150  # different wishes; a run of the same site meets the same URLs again
Outcome = tuple[str, str, str]  # state, stage, reason

# What becomes of a URL, and of how many in ten thousand. The ones of `discover` never were in a
# batch.
ENDED: dict[Outcome, int] = {
    ("stored", "store", ""): 5600,
    ("unchanged", "fetch", ""): 900,
    ("unchanged", "store", ""): 800,
    ("duplicate", "store", ""): 350,
    ("failed", "fetch", "http-404"): 420,
    ("failed", "fetch", "timeout"): 120,
    ("failed", "fetch", "http-503"): 60,
    ("failed", "extract", "crashed"): 5,
    ("failed", "fetch", "dns-failure"): 20,
    ("skipped", "fetch", "robots"): 90,
    ("skipped", "fetch", "not-html"): 60,
    ("skipped", "extract", "not-an-article"): 300,
    ("skipped", "extract", "list-page"): 120,
    ("skipped", "extract", "too-short"): 90,
    ("skipped", "extract", "soft-404"): 15,
}
DISCOVERED: dict[Outcome, int] = {
    ("unchanged", "discover", ""): 250,
    ("skipped", "discover", "not-an-article"): 500,
    ("skipped", "discover", "excluded"): 200,
    ("skipped", "discover", "over the limit"): 100,
}
MOVING: dict[Outcome, int] = {
    ("pending", "fetch", ""): 60,
    ("pending", "extract", ""): 25,
    ("pending", "store", ""): 15,
}
CANCELLED: Outcome = ("skipped", "fetch", "cancelled")
ACTIVE = ["running", "running", "paused", "cancelling", "discovering", "queued"]
LOST = ["ended incomplete", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class Sizes:
    """What is wanted."""

    articles: int = 1_000_000
    journeys: int = 5_000_000
    events: int = 5_000_000
    seed: int = 7

    @property
    def sources(self) -> int:
        return min(3_000, max(3, self.articles // 100))

    @property
    def runs(self) -> int:
        return min(500, max(20, self.journeys // 1000))

    @property
    def snapshots(self) -> int:
        return self.articles

    @property
    def sample_days(self) -> float:
        return min(7.0, self.events / 700_000)


@dataclass(slots=True)
class RunPlan:
    """One run. Journeys and batches of all runs are numbered in the order of the runs."""

    id: int
    size: int
    state: str
    created_at: datetime
    finished_at: datetime | None
    first_article: int
    first_journey: int = 0
    first_batch: int = 0
    counts: list[tuple[Outcome, int]] = field(
        default_factory=list
    )  # of `ended`, `open_`, `waiting`, `discovered`
    ended: int = 0
    _sums: list[int] = field(default_factory=list)

    @property
    def active(self) -> bool:
        return self.finished_at is None

    @property
    def in_batches(self) -> int:
        return self.size - sum(
            n for (_, stage, _), n in self.counts if stage == "discover"
        )

    @property
    def batches(self) -> int:
        return -(-self.in_batches // BATCH)

    @property
    def open_(self) -> int:
        """Journeys that are on their way: their batches are published and not finished."""
        return sum(
            n
            for (state, stage, reason), n in self.counts
            if state == "pending" and reason == "open"
        )

    def settle(self, counts: list[tuple[Outcome, int]]) -> None:
        """Fix what became of how many.

        The order of `counts` is the order in which journeys get their outcome.
        """
        self.counts = [each for each in counts if each[1]]
        self._sums = list(accumulate(n for _, n in self.counts))
        self.ended = sum(
            n
            for (state, stage, _), n in self.counts
            if state != "pending" and stage != "discover"
        )

    def outcome(self, number: int) -> Outcome:
        """Return what became of the run's journey of this number; the ended ones are mixed."""
        if number < self.ended:
            if gcd(7919, self.ended) == 1:
                step = 7919
            else:
                step = 1
            number = number * step % self.ended
        return self.counts[bisect_right(self._sums, number)][0]

    def total(self, state: str) -> int:
        return sum(n for (each, _, _), n in self.counts if each == state)


def shares(number: int, weights: dict[Outcome, int]) -> list[tuple[Outcome, int]]:
    """Return `number` divided by weight, exactly."""
    total = sum(weights.values())
    given = 0
    parts = []
    for outcome, end in zip(weights, accumulate(weights.values()), strict=True):
        parts.append((outcome, number * end // total - given))
        given = number * end // total
    return parts


def runs(sizes: Sizes, now: datetime) -> list[RunPlan]:
    """All runs, oldest first.

    One has a fifth of all journeys and is over; one with an eightieth is under way.
    """
    random = Random(sizes.seed)
    made = [RunPlan(0, size, "", now, None, 0) for size in _sizes(sizes, random)]
    large, moving, *rest = made
    random.shuffle(rest)
    active = [moving, *rest[: len(ACTIVE) - 1]]
    for run, state in zip(active, ACTIVE, strict=True):
        run.state = state
        run.created_at = now - timedelta(seconds=30 + run.size * PACE * 0.7)
    over = [large, *rest[len(ACTIVE) - 1 :]]
    for number, run in enumerate(over):
        took = timedelta(seconds=20 + run.size * PACE)
        if number % 3:
            ago = random.uniform(0.1, DAYS)
        else:
            ago = random.uniform(DAYS, 700)
        run.created_at = now - timedelta(days=3 if run is large else ago) - took
        run.finished_at = run.created_at + took
        if number % 25 == 24:
            run.state = LOST[number % 3]
        else:
            run.state = "finished"
    return _numbered(
        sorted([*active, *over], key=lambda run: run.created_at), sizes, random
    )


def _sizes(sizes: Sizes, random: Random) -> list[int]:
    large = sizes.journeys // 5
    moving = sizes.journeys * 12 // 1000
    weights = [
        1 / (rank + 4) ** 1.2 * random.uniform(0.5, 1.5)
        for rank in range(sizes.runs - 2)
    ]
    left = sizes.journeys - large - moving
    rest = [
        min(int(left * weight / sum(weights)), sizes.articles) for weight in weights
    ]
    return [min(large, sizes.articles), min(moving, sizes.articles), *rest]


def _numbered(runs: list[RunPlan], sizes: Sizes, random: Random) -> list[RunPlan]:
    journey = 1
    batch = 1
    sites = [random.randrange(sizes.articles) // BLOCK * BLOCK for _ in range(SITES)]
    for number, run in enumerate(runs, start=1):
        run.id = number
        run.first_journey = journey
        run.first_batch = batch
        run.first_article = sites[int(SITES * random.random() ** 2)]
        if run.state in ("queued", "discovering"):
            run.size = 0
        _settle(run)
        journey = journey + run.size
        batch = batch + run.batches
    return runs


def _settle(run: RunPlan) -> None:
    discovered = run.size * 9 // 100
    rest = run.size - discovered
    if run.active:
        done = rest * 7 // 10 // BATCH * BATCH
        moving = min(rest // 10 // BATCH, 3) * BATCH
        open_ = [((s, g, "open"), n) for (s, g, _), n in shares(moving, MOVING)]
        waiting: Outcome = ("pending", "fetch", "")
        parts = [*shares(done, ENDED), *open_, (waiting, rest - done - moving)]
    elif run.state == "finished":
        parts = shares(rest, ENDED)
    else:
        kind: Outcome = (
            CANCELLED if run.state == "cancelled" else ("pending", "fetch", "")
        )
        parts = [*shares(rest * 3 // 4, ENDED), (kind, rest - rest * 3 // 4)]
    run.settle([*parts, *shares(discovered, DISCOVERED)])


def source_of(article: int, sizes: Sizes) -> int:
    """Return the source (from 0) of an article (from 0): large blogs have many blocks."""
    return _source_of_block(article // BLOCK, sizes)


@cache
def _source_of_block(block: int, sizes: Sizes) -> int:
    return int(sizes.sources * Random(block * 31 + sizes.seed).random() ** 2.5)


def moment(text: str | None) -> datetime:
    """Return the present, or a fixed one, so that the same seed gives the same rows."""
    if text:
        return datetime.fromisoformat(text)
    return datetime.now(UTC)
