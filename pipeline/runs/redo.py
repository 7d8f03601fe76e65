"""URLs of a run that has ended, sent through again: retried, fetched anew, or saved whatever a rule
said.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from pipeline.broker.queues import HEADER_STAGES
from pipeline.core.reasons import DRY_RUN
from pipeline.models import Journey, Run
from pipeline.models.journey import JourneyQuerySet
from pipeline.runs.control import InvalidState, dispatch, lock, reopen

State = Journey.State


@dataclass(frozen=True, slots=True)
class Action:
    """What may be done with chosen URLs: which of them it is for, and the rules it overrides."""

    label: str
    done: str  # what happened to them, for the run's history
    fits: Callable[[JourneyQuerySet], JourneyQuerySet]
    override: str = Journey.Override.NONE
    from_fetch: bool = False


def _failed(rows: JourneyQuerySet) -> JourneyQuerySet:
    return rows.filter(state__in=[State.FAILED, State.PENDING], stage__in=HEADER_STAGES)


def _fetched(rows: JourneyQuerySet) -> JourneyQuerySet:
    return rows.filter(stage__in=HEADER_STAGES)


def _left_out(rows: JourneyQuerySet) -> JourneyQuerySet:
    left_out = rows.filter(state__in=[State.SKIPPED, State.FAILED])
    return left_out.exclude(reason__in=[DRY_RUN, "deleted"])


ACTIONS = {
    "retry": Action("Retry", "sent again", _failed),
    "fetch": Action(
        "Fetch again",
        "fetched again",
        _fetched,
        override=Journey.Override.FETCH,
        from_fetch=True,
    ),
    "save": Action(
        "Save anyway",
        "to be saved in spite of the rules",
        _left_out,
        override=Journey.Override.RULES,
    ),
}


def redo(run_id: int, action: Action, chosen: JourneyQuerySet, by: str = "") -> int:
    """Send those of the chosen URLs through again that the action is for; returns how many.

    Raises InvalidState where the run has not ended or is a preview, or where there are none.
    """
    with transaction.atomic():
        run = lock(run_id)
        _check(run)
        ids = list(
            action.fits(chosen).filter(run=run).order_by().values_list("pk", flat=True)
        )
        if not ids:
            raise InvalidState(f"{action.label} is not possible for any selected URL")
        rows = run.journeys.filter(pk__in=ids)
        _set_back(rows, action)
        why = f"{len(ids):,} URLs {action.done} by {by or 'somebody'}"
        reopen(run, ids, why, by)
    dispatch(run_id)
    return len(ids)


def retry_failed(run_id: int, by: str = "") -> int:
    """Send the run's failed URLs, and those it could not account for, through again; returns how
    many.

    Each goes on from the furthest stage whose input is there.
    """
    return redo(run_id, ACTIONS["retry"], Journey.objects.filter(run=run_id), by)


def _check(run: Run) -> None:
    if not run.ended:
        raise InvalidState(f"{run} is {run.state}; wait for its end, or cancel it")
    if run.urls_removed_at:
        raise InvalidState(
            f"{run} has no record of its URLs any more; start a crawl instead"
        )
    if run.parameters.get("dry_run"):
        raise InvalidState(f"{run} is a preview; start a crawl instead")


def _set_back(rows: JourneyQuerySet, action: Action) -> None:
    """Each goes on from the furthest stage whose input is there."""
    if action.from_fetch:
        rows.update(stage="fetch", snapshot=None)
    else:
        rows.filter(snapshot=None).update(stage="fetch")
        rows.exclude(snapshot=None).update(stage="extract")
    rows.update(override=action.override)
    rows.reset(timezone.now())
