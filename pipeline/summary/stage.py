"""What came of a run, in numbers that add up: every one is counted from the journeys, none is
incremented.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from pipeline.core.database import execute
from pipeline.models import Batch, Journey, Run
from pipeline.summary.addresses import reason_without_articles, without_articles
from pipeline.summary.attempts import work_of
from pipeline.summary.comparison import keep_if_large
from pipeline.summary.source_quality import note_quality

STATES = [str(state) for state in Journey.State]

# A journey that its batch counted but that never ended: its worker was killed by the time limit or
# by the system.
FAIL_LOST = """
UPDATE pipeline_journey
SET state = 'failed', reason = 'worker-killed', in_progress = false,
    ended_at = now(),
    detail = 'its worker was killed in the stage ' || stage || ', by its time limit or by the system'
WHERE batch_id = %s AND state = 'pending'
"""

COUNTS = "SELECT state, stage, reason, count(*) FROM pipeline_journey WHERE run_id = %s GROUP BY 1, 2, 3 ORDER BY 4 DESC"

DURATIONS = """
SELECT stage.key, count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY stage.value::float),
    percentile_cont(0.95) WITHIN GROUP (ORDER BY stage.value::float),
    sum(stage.value::float)
FROM pipeline_journey j, jsonb_each_text(j.timings) stage
WHERE j.run_id = %s GROUP BY 1
"""

HOSTS = """
SELECT split_part(key, '/', 3), count(*),
    count(*) FILTER (WHERE state <> 'pending'),
    count(*) FILTER (WHERE state = 'failed')
FROM pipeline_journey WHERE run_id = %s
GROUP BY 1 ORDER BY 2 DESC LIMIT %s
"""
HOSTS_SHOWN = 30  # those with the most URLs

TOTALS = """
SELECT coalesce(sum(bytes), 0),
    count(*) FILTER (WHERE state = 'stored' AND detail = 'new'),
    count(*) FILTER (WHERE state = 'stored' AND detail = 'updated')
FROM pipeline_journey WHERE run_id = %s
"""


def frozen_summary(run: Run) -> dict[str, Any]:
    """Return the summary of a run none of whose journeys can move any more, else {}: then they have
    to be counted."""
    if run.ended and (run.urls_removed_at or not run.pending):
        return run.summary or {}
    return {}


def finish_batch(batch_id: int) -> None:
    """Finish a batch whose chord is through: whatever of it has not ended never will."""
    execute(FAIL_LOST, [batch_id])
    Batch.objects.filter(pk=batch_id, finished_at=None).update(
        finished_at=timezone.now()
    )


@transaction.atomic
def close_run(run_id: int) -> None:
    """After the last batch: counts the journeys and ends the run, once.

    Before it, or again: does nothing.
    """
    run = Run.objects.select_for_update().filter(pk=run_id).first()
    if run is None or run.state not in (Run.State.RUNNING, Run.State.CANCELLING):
        return
    if (
        run.batches.filter(finished_at=None).exists()
        or run.journeys.filter(state="pending").exists()
    ):
        return
    if run.state == Run.State.RUNNING and run.additions.filter(done_at=None).exists():
        return
    run.finished_at = timezone.now()
    save_counts(run)
    run.state, run.reason = final_state(run)
    run.save()
    transaction.on_commit(lambda: keep_if_large(run), robust=True)
    transaction.on_commit(lambda: note_quality(run), robust=True)


@transaction.atomic
def end_incomplete(run_id: int) -> None:
    """End a run that cannot move any more, naming the URLs that it cannot account for."""
    run = Run.objects.select_for_update().filter(pk=run_id).first()
    if run is None or run.ended:
        return
    missing = list(
        run.journeys.filter(state="pending").values_list("url", flat=True)[:20]
    )
    run.finished_at = timezone.now()
    save_counts(run)
    run.state = Run.State.INCOMPLETE
    run.reason = f"{run.pending} URLs are unaccounted for: {', '.join(missing)}"
    run.save()


@transaction.atomic
def fail_run(run_id: int, reason: str) -> None:
    """End a run that cannot go on.

    What is still pending is counted as such: it is not lost, it is not done.
    """
    run = Run.objects.select_for_update().filter(pk=run_id).first()
    if run is None or run.ended:
        return
    run.state = Run.State.FAILED
    run.reason = reason
    run.finished_at = timezone.now()
    save_counts(run)
    run.save()


def save_counts(run: Run) -> None:
    """Count the journeys of a run that ends into its summary and its columns.

    Nothing is added to it any more.
    """
    run.additions.filter(done_at=None).update(
        done_at=timezone.now(), outcome="the run ended before it was looked at"
    )
    run.summary = summarise(run)
    for state, number in run.summary["states"].items():
        setattr(run, state, number)
    run.found = run.summary["found"]


def summarise(run: Run) -> dict[str, Any]:
    """Return counts by state, stage and reason, hosts, seconds by stage, bytes and articles, and
    what came of each start URL.
    """
    rows = execute(COUNTS, [run.pk])
    states = dict.fromkeys(STATES, 0)
    reasons = []
    for state, stage, reason, number in rows:
        states[state] += number
        if reason:
            reasons.append(
                {"state": state, "stage": stage, "reason": reason, "count": number}
            )
    size, new, updated = execute(TOTALS, [run.pk])[0]
    work = work_of(run)
    return {
        "found": sum(states.values()),
        "states": states,
        "reasons": reasons,
        "counts": [
            list(row) for row in rows
        ],  # what the run's page is made of, see progress.py
        "hosts": [list(row) for row in execute(HOSTS, [run.pk, HOSTS_SHOWN])],
        "stages": _durations(run),
        "bytes": size,
        "articles": {"new": new, "updated": updated, "unchanged": states["unchanged"]},
        "seconds": round(work.took.total_seconds(), 1),
        "attempts": work.attempts,
        "addresses": run.address_reports,
    }


def _durations(run: Run) -> dict[str, dict[str, float]]:
    stages = {}
    for stage, number, median, p95, total in execute(DURATIONS, [run.pk]):
        stages[stage] = {
            "count": number,
            "median": round(median, 3),
            "p95": round(p95, 3),
            "total": round(total, 3),
        }
    return stages


def final_state(run: Run) -> tuple[str, str]:
    """Return (state, reason) of a run whose journeys have all ended."""
    if run.state == Run.State.CANCELLING:
        return Run.State.CANCELLED, run.reason
    if not run.found:
        return Run.State.FAILED, _why_nothing(run)
    without = without_articles(run.address_reports)
    if run.parameters.get("dry_run"):
        reason = _preview_complete(run)
    else:
        counts = ((state, getattr(run, state)) for state in STATES)
        reason = ", ".join(f"{number} {state}" for state, number in counts if number)
    if without:
        reason += f"; {without}"
    return Run.State.FINISHED, reason


def _why_nothing(run: Run) -> str:
    why = reason_without_articles(run.address_reports)
    if not why:
        why = "; ".join(str(note) for note in run.notes)
    return why or "no article was found at these addresses"


def _preview_complete(run: Run) -> str:
    reasons = (run.summary or {})["reasons"]
    found = sum(row["count"] for row in reasons if row["reason"] == "dry-run")
    noun = "articles"
    if found == 1:
        noun = "article"
    return f"Preview complete: {found} {noun} found"
