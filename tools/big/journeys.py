"""Runs, their batches, what happened to them, and their journeys."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from pipeline.models import Batch, Journey, Run, RunEvent
from pipeline.summary.stage import HOSTS_SHOWN
from tools.big.articles import address, host
from tools.big.plan import BATCH, PACE, RunPlan, Sizes, source_of
from tools.big.rows import Json, Raw, Table, encoded

STATES = [str(state) for state in Journey.State]
FINDS = ("stored", "unchanged", "duplicate")


def runs(
    sizes: Sizes, now: datetime, plans: list[RunPlan]
) -> Iterator[tuple[Table, list[str]]]:
    """Yield the runs, and the steps that they went through."""
    table = Table(Run, now)
    event = Table(RunEvent, now)
    lines = []
    steps: list[str] = []
    for plan in plans:
        lines.append(table.line(**_run(plan, sizes)))
        states = ["queued", "discovering", "running", plan.state]
        states = states[: states.index(plan.state) + 1]
        for before, after in pairwise(states):
            if after == plan.state and plan.finished_at:
                at = plan.finished_at
            else:
                at = plan.created_at
            steps.append(
                event.line(
                    id=len(steps) + 1, run_id=plan.id, at=at, before=before, after=after
                )
            )
    yield table, lines
    yield event, steps


def _run(plan: RunPlan, sizes: Sizes) -> dict[str, Any]:
    begun = plan.state != "queued"
    values = {
        "id": plan.id,
        "name": f"Run of {host(source_of(plan.first_article, sizes))}"
        if plan.id % 3
        else "",
        "parameters": {
            "addresses": [f"https://{host(source_of(plan.first_article, sizes))}/"],
            "limit": None,
        },
        "state": plan.state,
        "created_at": plan.created_at,
        "sent_at": plan.created_at,
        "heartbeat_at": plan.created_at,
        "started_at": plan.created_at if begun else None,
        "finished_at": plan.finished_at,
        "launched_by": "big",
        "reason": "" if plan.active else f"{plan.total('stored')} stored",
    }
    if plan.active:
        return values
    states = {state: plan.total(state) for state in STATES}
    return (
        values | states | {"found": plan.size, "summary": _summary(plan, states, sizes)}
    )


def _hosts(plan: RunPlan, sizes: Sizes) -> list[list[Any]]:
    """Return the hosts with the most URLs: their name, how many, how many of them ended, how many
    failed."""
    found: dict[str, list[int]] = {}
    for number in range(plan.size):
        state = plan.outcome(number)[0]
        counted = found.setdefault(
            host(source_of((plan.first_article + number) % sizes.articles, sizes)),
            [0, 0, 0],
        )
        counted[0] += 1
        counted[1] += state != "pending"
        counted[2] += state == "failed"
    return sorted(
        ([name, *counted] for name, counted in found.items()), key=lambda each: -each[1]
    )[:HOSTS_SHOWN]


def _summary(plan: RunPlan, states: dict[str, int], sizes: Sizes) -> dict[str, Any]:
    reasons = [
        {"state": s, "stage": g, "reason": r, "count": n}
        for (s, g, r), n in plan.counts
        if r and s != "pending"
    ]
    stages = {
        stage: {
            "count": plan.in_batches,
            "median": 0.1,
            "p95": 0.9,
            "total": plan.in_batches * 0.2,
        }
        for stage in ("fetch", "extract", "store")
    }
    counted = Counter[tuple[str, str, str]]()
    for (state, stage, reason), n in plan.counts:
        counted[state, stage, reason] += n
    return {
        "found": plan.size,
        "states": states,
        "reasons": sorted(reasons, key=lambda each: -each["count"]),
        "hosts": _hosts(plan, sizes),
        "counts": [[*outcome, n] for outcome, n in counted.most_common()],
        "stages": stages,
        "bytes": plan.size * 30_000,
        "seconds": plan.size * PACE + 20,
        "articles": {
            "new": states["stored"],
            "updated": 0,
            "unchanged": states["unchanged"],
        },
    }


def batches(
    sizes: Sizes, now: datetime, plans: list[RunPlan]
) -> Iterator[tuple[Table, list[str]]]:
    """Yield the batches: those whose URLs all ended are finished, those under way published."""
    table = Table(Batch, now)
    for plan in plans:
        lines = []
        for number in range(plan.batches):
            begins = number * BATCH
            at = plan.created_at + timedelta(seconds=number * BATCH * PACE)
            published = begins < plan.ended + plan.open_
            over = plan.finished_at is not None or begins + BATCH <= plan.ended
            lines.append(
                table.line(
                    id=plan.first_batch + number,
                    run_id=plan.id,
                    number=number,
                    size=min(BATCH, plan.in_batches - begins),
                    published_at=at if published else None,
                    claimed_at=at if published else None,
                    finished_at=at if over else None,
                )
            )
        yield table, lines


def journeys(
    sizes: Sizes, now: datetime, plan: RunPlan, start: int, stop: int
) -> Iterator[tuple[Table, list[str]]]:
    """Yield the journeys `start` to `stop` of a run."""
    table = Table(Journey, now)
    yield (
        table,
        [
            table.line(**_journey(plan, number, sizes, now))
            for number in range(start, stop)
        ],
    )


REASONS = Raw(
    encoded(Json(["named by a feed", "its address has the form of an article's"]))
)
SAID = Raw(
    encoded(
        {"title": "A title as the feed has it", "lastmod": "2026-01-01T00:00:00+00:00"}
    )
)
TIMINGS = Raw(encoded({"fetch": 0.213, "extract": 0.121, "store": 0.014}))
TRIED = Raw(encoded(Json([["fetch", "timeout", "2026-01-01T00:00:00+00:00"]])))


def _journey(plan: RunPlan, number: int, sizes: Sizes, now: datetime) -> dict[str, Any]:
    state, stage, reason = plan.outcome(number)
    article = (plan.first_article + number) % sizes.articles
    url = address(article, sizes)
    at = plan.created_at + timedelta(seconds=number * PACE)
    if state not in FINDS and state != "pending":
        url = url.replace("/posts/", "/lost/")
    open_ = reason == "open"
    fetched = stage in ("extract", "store")
    values = {
        "id": plan.first_journey + number,
        "run_id": plan.id,
        "url": Raw(url),
        "key": Raw(url[:-1]),
        "score": 0.8,
        "reasons": REASONS,
        "source_metadata": SAID,
        "state": state,
        "stage": stage,
        "reason": "" if open_ else reason,
        "found_in": Json([f"https://{host(source_of(article, sizes))}/feed.xml"]),
        "in_progress": open_ and number % 3 == 0,
        "queued_at": min(at, now) if stage != "discover" else None,
        "snapshot_id": article + 1 if fetched else None,
        "batch_id": plan.first_batch + number // BATCH
        if number < plan.in_batches
        else None,
    }
    if state == "pending":
        return values
    return values | {
        "ended_at": min(at, now)
        if plan.finished_at
        else now - timedelta(seconds=(plan.ended - number) * PACE % 4000),
        "article_id": article + 1 if state in FINDS else None,
        "timings": TIMINGS if stage != "discover" else Raw("{}"),
        "attempts": TRIED if reason == "timeout" else Raw("[]"),
        "bytes": 30_000 if fetched else 0,
        "detail": {"stored": "new", "unchanged": "the same text as before"}.get(
            state, f"as {reason} says"
        ),
    }
