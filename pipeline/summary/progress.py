"""How far a run has come, counted from its journeys in one statement, so that all numbers of a page
add up.

Of a run that is over, its summary says so: it was counted in the same way when the last journey had
ended.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate

from django.db.models import Count, Max
from django.utils import timezone

from pipeline.broker.queues import STAGES
from pipeline.core.database import execute
from pipeline.core.reasons import DRY_RUN
from pipeline.models import Journey, Run
from pipeline.summary.stage import frozen_summary

ORDER = [
    *Journey.State.values[1:],
    "pending",
]  # as in: found = stored + unchanged + ... + pending
RATE_WINDOW = timedelta(seconds=60)
STOPPING = {Run.State.PAUSED: "Pausing", Run.State.CANCELLING: "Cancelling"}
STILL_MOVING = timedelta(
    seconds=15
)  # since the last URL ended; later there is no estimate

# Of those that ended all is in an index; in one statement, so that none is counted twice that ends
# meanwhile.
COUNTS = """
SELECT run_id, state, stage, false, reason, count(*), 0, 0
FROM pipeline_journey
WHERE run_id = ANY(%(runs)s) AND state <> 'pending' GROUP BY 1, 2, 3, 5
UNION ALL
SELECT run_id, state, stage, in_progress, reason, count(*),
    count(*) FILTER (WHERE queued_at > %(now)s),
    count(*) FILTER (WHERE queued_at > %(now)s
        AND attempts->-1->>1 = 'host-busy')
FROM pipeline_journey WHERE run_id = ANY(%(runs)s)
    AND state = 'pending' GROUP BY 1, 2, 3, 4, 5
"""
BATCHES = """
SELECT count(*), count(finished_at)
FROM pipeline_batch WHERE run_id = %(run)s
"""
# Of the latest batches only: they are few, and tell how it goes now.
MEDIANS = """
SELECT stage.key,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY stage.value::float)
FROM pipeline_journey j, jsonb_each_text(j.timings) stage
WHERE j.batch_id IN (
    SELECT id FROM pipeline_batch
    WHERE run_id = %s AND published_at IS NOT NULL
        ORDER BY number DESC LIMIT 5) GROUP BY 1
"""

# (state, stage, in progress, reason, number, of them those whose time has not come, of these paced
# ones)
Group = tuple[str, str, bool, str, int, int, int]


@dataclass(frozen=True, slots=True)
class Reason:
    """Journeys in one state at one stage, for one reason; while they are pending for none."""

    state: str
    stage: str
    reason: str
    count: int


@dataclass(slots=True)
class Card:
    """One stage: reached = waiting + in progress + what ended here + passed on."""

    stage: str
    reached: int = 0
    waiting: int = 0
    later: int = 0  # of those that wait: for their next try, or for their host's turn
    paced: int = 0  # of these: for their host's turn
    in_progress: int = 0
    ended: Counter[str] = field(default_factory=Counter)

    @property
    def passed(self) -> int:
        return self.reached - self.waiting - self.in_progress - self.ended.total()

    @property
    def done(self) -> int:
        return self.passed + self.ended.total()

    @property
    def retries(self) -> int:
        """Those that wait for another try, because one failed."""
        return self.later - self.paced

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        """(state, count) of what ended here, in the order of the states."""
        return [(state, self.ended[state]) for state in ORDER if self.ended[state]]


@dataclass(frozen=True, slots=True)
class Progress:
    """The whole run: found = stored + unchanged + duplicate + skipped + failed + pending."""

    states: dict[str, int]
    cards: list[Card]
    cells: list[Reason]  # all URLs, each in one cell; the largest first

    @property
    def reasons(self) -> list[Reason]:
        """Of those that ended for a reason."""
        return [cell for cell in self.cells if cell.reason]

    @property
    def found(self) -> int:
        return sum(self.states.values())

    @property
    def ended(self) -> int:
        return self.found - self.states["pending"]

    @property
    def in_flight(self) -> int:
        """How many a worker has in progress."""
        return sum(card.in_progress for card in self.cards)

    @property
    def past(self) -> dict[str, int]:
        """By stage, how many journeys are beyond it; those that ended are beyond all."""
        behind = accumulate(card.waiting + card.in_progress for card in self.cards)
        return {
            card.stage: self.found - number
            for card, number in zip(self.cards, behind, strict=True)
        }

    @property
    def percent(self) -> int:
        if self.found:
            return self.ended * 100 // self.found
        return 0


def progress(run: Run) -> Progress:
    """Count the run's journeys, or take the count that was kept."""
    return _progress_by_run([run])[run.pk]


def count_batches(run: Run) -> tuple[int, int]:
    """Return how many batches the run has, and how many of them are done."""
    [(batches, done)] = execute(BATCHES, {"run": run.pk})
    return batches, done


def running_progress(runs: Iterable[Run]) -> dict[int, Progress]:
    """By id, the progress of those that have not ended: the numbers of their own pages."""
    return _progress_by_run([run for run in runs if not run.ended])


def _progress_by_run(runs: Sequence[Run]) -> dict[int, Progress]:
    """By id, the progress of all runs, in as many statements as that of one."""
    if not runs:
        return {}
    counts = _counts_by_run(runs)
    return {run.pk: _put_together(counts[run.pk]) for run in runs}


def _counts_by_run(runs: Sequence[Run]) -> dict[int, list[Group]]:
    counts: dict[int, list[Group]] = {run.pk: [] for run in runs}
    moving = []
    for run in runs:
        kept = frozen_summary(run).get("counts")
        if kept is None:
            moving.append(run.pk)
            continue
        for state, stage, reason, number in kept:
            counts[run.pk].append((state, stage, False, reason, number, 0, 0))
    if moving:
        for run_id, *count in execute(COUNTS, {"runs": moving, "now": timezone.now()}):
            counts[run_id].append(tuple(count))
    return counts


def _put_together(counts: Iterable[Group]) -> Progress:
    states = dict.fromkeys(ORDER, 0)
    cards = {stage: Card(stage) for stage in STAGES}
    cells: Counter[tuple[str, str, str]] = Counter()
    for state, stage, in_progress, reason, number, later, paced in counts:
        states[state] += number
        _count(cards, state, stage, in_progress, number, later, paced)
        if state == "pending":
            reason = ""
        cells[state, stage, reason] += number
    # Equal ones by name: PostgreSQL counts groups in any order, and a list must not jump.
    ordered = sorted(cells.items(), key=lambda cell: (-cell[1], cell[0]))
    listed = [Reason(*where, number) for where, number in ordered]
    shown = [cards[stage] for stage in STAGES[:-1]]
    return Progress(states, shown, listed)


def previewed(counted: Progress) -> int:
    """How many articles a preview found."""
    return sum(each.count for each in counted.reasons if each.reason == DRY_RUN)


def preview_count(run: Run) -> int:
    """Return the same number of a run that has ended, from its summary."""
    reasons = (run.summary or {}).get("reasons", [])
    return sum(row["count"] for row in reasons if row["reason"] == DRY_RUN)


def _count(
    cards: dict[str, Card],
    state: str,
    stage: str,
    in_progress: bool,
    number: int,
    later: int,
    paced: int,
) -> None:
    for passed in STAGES[: STAGES.index(stage) + 1]:
        cards[passed].reached += number
    if state != "pending":
        cards[stage].ended[state] += number
    elif in_progress:
        cards[stage].in_progress += number
    else:
        cards[stage].waiting += number
        cards[stage].later += later
        cards[stage].paced += paced


def stopping(run: Run, counted: Progress) -> str:
    """Say how much is still in flight of a run that is paused or being cancelled; "" where nothing
    is.
    """
    verb = STOPPING.get(Run.State(run.state))
    if verb and counted.in_flight:
        return f"{verb}: {counted.in_flight:,} in flight"
    return ""


def medians(run: Run) -> dict[str, float]:
    """Seconds that a URL typically takes, by stage."""
    if run.summary:
        return {stage: took["median"] for stage, took in run.summary["stages"].items()}
    return dict(execute(MEDIANS, [run.pk]))


def seconds_left(run: Run, pending: int, now: datetime | None = None) -> float | None:
    """Return an estimate from the pace of the last minute; None unless the run is running and a URL
    ended just now."""
    now = now or timezone.now()
    if run.state != Run.State.RUNNING or not pending or not run.started_at:
        return None
    window = min(RATE_WINDOW, max(now - run.started_at, timedelta(seconds=1)))
    rows = Journey.objects.filter(run=run, ended_at__gt=now - window).exclude(
        stage="discover"
    )
    found = rows.aggregate(number=Count("id"), last=Max("ended_at"))
    if found["last"] is None or now - found["last"] > STILL_MOVING:
        return None
    return float(pending * window.total_seconds() / found["number"])
