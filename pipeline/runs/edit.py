"""Another limit, other patterns or further addresses for a run that is on: what fits no longer is left out, what fits
again is taken, what the addresses lead to comes in further batches."""

import re
from collections.abc import Iterable
from typing import Any

import structlog
from celery.exceptions import OperationalError as BrokerError
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from pipeline.broker import publisher
from pipeline.discovery.decide import LEFT_OUT
from pipeline.discovery.urls.scope import matches
from pipeline.journeys import batches
from pipeline.models import Addition, Journey, Run, RunEvent
from pipeline.runs.control import InvalidState
from pipeline.runs.launch import BROKER_PATIENCE
from pipeline.summary import stage as summary_stage

log = structlog.get_logger(__name__)
CHANGED = "the run was changed before this URL was through"
CHANGEABLE = ("limit", "include", "exclude")


def change(run_id: int, by: str = "", **options: Any) -> str:
    """Changes some of limit (None: no limit), include and exclude, as in a run's parameters, and keeps who did it.

    Returns what it did, for a person.

    What is stored stays. What discovery left out for its patterns comes in only where the run has no dates, since
    nobody looked at its date. Raises InvalidState where the run's state or a pattern does not allow it.
    """
    check(options)
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.state not in (Run.State.QUEUED, Run.State.RUNNING, Run.State.PAUSED):
            raise InvalidState(
                f"{run} is {run.state}; what it takes can be changed before discovery and after it"
            )
        changes = [
            f"{name}: {display(run.parameters.get(name))} -> {display(value)}"
            for name, value in options.items()
        ]
        run.parameters = {**run.parameters, **options}
        run.save(update_fields=["parameters"])
        if run.state != Run.State.QUEUED:
            did = reapply_filters(run)
        else:
            did = "discovery will see it"
        why = f"{'; '.join(changes)}: {did}"
        now = timezone.now()
        state = run.state
        RunEvent.objects.create(
            run=run, at=now, before=state, after=state, by=by, why=f"changed: {why}"
        )
    batches.dispatch_batches(run_id)
    summary_stage.close_run(run_id)
    return why


def add(run_id: int, addresses: Iterable[str], by: str = "") -> str:
    """Adds addresses to a run that is on, and keeps who did it. Returns what becomes of them, for a person.

    Its limit, dates and patterns hold for them, too. Raises InvalidState where the run is over or about to be, where it
    has these addresses already, or too many. It need not reach the broker: the reconciler sends what did not go out.
    """
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        new = validate_addition(run, addresses)
        why = f"changed: addresses added: {', '.join(new)}"
        run.parameters = {**run.parameters, "addresses": [*run.addresses, *new]}
        if run.state != Run.State.QUEUED:  # else its discovery will look at all of them
            Addition.objects.create(run=run, addresses=new, by=by)
        if run.state == Run.State.RUNNING:
            run.reason = f"looking at {pluralise(new)} added to it"
        run.save(update_fields=["parameters", "reason"])
        RunEvent.objects.create(
            run=run, at=timezone.now(), before=run.state, after=run.state, by=by, why=why
        )
    if run.state in (
        Run.State.RUNNING,
        Run.State.PAUSED,
    ):  # else the discovery that is on looks at them in its end
        send(run_id)
    return f"{pluralise(new)} added: what is there is looked for now"


def validate_addition(run: Run, addresses: Iterable[str]) -> list[str]:
    """Those that the run does not have yet. Raises InvalidState."""
    if run.ended or run.state == Run.State.CANCELLING:
        raise InvalidState(
            f"{run} is {run.state}, so nothing can be added to it any more; launch another run for them"
        )
    if not run.addresses:
        raise InvalidState(f"{run} takes stored pages, not addresses")
    new = [address for address in dict.fromkeys(addresses) if address not in run.addresses]
    if not new:
        raise InvalidState(f"{run} has these addresses already")
    if len(run.addresses) + len(new) > settings.MAX_ADDRESSES:
        raise InvalidState(
            f"a run takes at most {settings.MAX_ADDRESSES} addresses; {run} has {len(run.addresses)}"
        )
    return new


def pluralise(addresses: list[str]) -> str:
    """How many they are, for a person."""
    return f"{len(addresses)} address{'es' if len(addresses) != 1 else ''}"


def send(run_id: int) -> None:
    """Has the run's additions looked at; where the broker is away, later."""
    try:
        publisher.send_discover(run_id, retry=True, retry_policy=BROKER_PATIENCE)
        Addition.objects.filter(run=run_id, done_at=None).update(sent_at=timezone.now())
    except BrokerError as error:
        log.warning("addition_not_sent", run=run_id, error=str(error))


def display(value: Any) -> str:
    """A value of the options, for a person."""
    return (
        ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    ) or "none"


def check(options: dict[str, Any]) -> None:
    """Raises InvalidState where the options make no sense."""
    if unknown := set(options) - set(CHANGEABLE):
        raise InvalidState(f"{', '.join(sorted(unknown))} cannot be changed any more")
    limit = options.get("limit")
    if limit is not None and (not isinstance(limit, int) or limit < 0):
        raise InvalidState(f"the limit must be a number of articles, not {limit}")
    try:
        matches(
            "https://example.org/",
            [*(options.get("include") or ()), *(options.get("exclude") or ())],
        )
    except re.error as error:
        raise InvalidState(f"a pattern is no regular expression: {error}") from error


def reapply_filters(run: Run) -> str:
    """Each URL that is not through yet is taken or left out, in the order of the batches, as the run now wishes.

    Returns how many, for a person.
    """
    movable = adjustable(run)
    rows = list(
        movable.order_by("batch__number", "id").values_list(
            "pk", "url", "state", "batch__claimed_at", "batch_id"
        )
    )
    options = run.parameters
    limit = run.parameters.get("limit")
    taken = (
        run.journeys.exclude(pk__in=movable.values("pk"))
        .exclude(state="skipped", stage="discover")
        .count()
    )
    fate: dict[str, list[int]] = {"": [], "excluded": [], "over-limit": []}
    for pk, url, *_ in rows:
        fits = not (options.get("include") and not matches(url, options["include"]))
        fits = fits and not matches(url, options.get("exclude") or ())
        room = limit is None or taken + len(fate[""]) < limit
        fate["" if fits and room else "over-limit" if fits else "excluded"].append(pk)
    now = timezone.now()
    left = 0
    for reason in LEFT_OUT:
        left += run.journeys.filter(pk__in=fate[reason]).skip(reason, CHANGED, now)
    wanted = set(fate[""])
    back = [row for row in rows if row[0] in wanted and row[2] == "skipped"]
    requeue(
        run,
        [row[0] for row in back],
        [row[0] for row in back if row[4] is None or row[3] is not None],
    )
    return f"{left} left out, {len(back)} taken in"


def adjustable(run: Run) -> QuerySet[Journey]:
    """Those that wait, but for what is being stored now, and those that were left out for limit or patterns."""
    waiting = run.journeys.filter(state="pending").exclude(stage="store", in_progress=True)
    reasons: tuple[str, ...] = LEFT_OUT
    if run.parameters.get("since") or run.parameters.get("until"):
        reasons = ("over-limit",)
    return waiting | run.journeys.filter(state="skipped", reason__in=reasons)


def requeue(run: Run, journeys: list[int], without_batch: list[int]) -> None:
    """These wait again; those whose batch is out already, or that never had one, in new batches."""
    run.journeys.filter(pk__in=journeys).reset(timezone.now())
    batches.add_batches(run, without_batch)
