"""Another limit, other patterns or further addresses for a run that is on: what fits no longer is
left out, what fits again is taken, what the addresses lead to comes in further batches.
"""

import re
from collections.abc import Iterable
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from pipeline.broker import publisher
from pipeline.broker.outages import BrokerError
from pipeline.discovery.decide import LEFT_OUT, OVER_LIMIT
from pipeline.discovery.urls.scope import matches
from pipeline.journeys import batches
from pipeline.models import Addition, Journey, Run, RunEvent
from pipeline.runs.control import InvalidState
from pipeline.runs.launch import PUBLISH_RETRY_POLICY
from pipeline.summary import stage as summary_stage

log = structlog.get_logger(__name__)
CHANGED = "the run was changed before this URL was through"
CHANGEABLE = ("limit", "include", "exclude")


def change(run_id: int, by: str = "", **options: Any) -> str:
    """Change some of limit (None: no limit), include and exclude, as in a run's parameters, and
    keep who did it.

    Returns what it did, for a person.

    What is stored stays. What discovery left out for its patterns comes in only where the run has
    no dates, since nobody looked at its date. Raises InvalidState where the run's state or a
    pattern does not allow it.
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
        if run.state == Run.State.QUEUED:
            did = "discovery will see it"
        else:
            did = reapply_filters(run)
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
    """Add addresses to a run that is on, and keep who did it.

    Returns what becomes of them, for a person.

    Its limit, dates and patterns hold for them, too. Raises InvalidState where the run is over or
    about to be, where it has these addresses already, or too many. It need not reach the broker:
    the reconciler sends what did not go out.
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
            run=run,
            at=timezone.now(),
            before=run.state,
            after=run.state,
            by=by,
            why=why,
        )
    if run.state in (Run.State.RUNNING, Run.State.PAUSED):
        send(run_id)  # else the discovery that is on looks at them in its end
    return f"{pluralise(new)} added: what is there is looked for now"


def validate_addition(run: Run, addresses: Iterable[str]) -> list[str]:
    """Return those that the run does not have yet. Raises InvalidState."""
    if run.ended or run.state == Run.State.CANCELLING:
        raise InvalidState(
            f"{run} is {run.state}, so nothing can be added to it any more; launch another run for them"
        )
    if not run.addresses:
        raise InvalidState(f"{run} takes stored pages, not addresses")
    new = [
        address for address in dict.fromkeys(addresses) if address not in run.addresses
    ]
    if not new:
        raise InvalidState(f"{run} has these addresses already")
    if len(run.addresses) + len(new) > settings.MAX_ADDRESSES:
        raise InvalidState(
            f"a run takes at most {settings.MAX_ADDRESSES} addresses; {run} has {len(run.addresses)}"
        )
    return new


def pluralise(addresses: list[str]) -> str:
    """Return how many they are, for a person."""
    if len(addresses) == 1:
        return "1 address"
    return f"{len(addresses)} addresses"


def send(run_id: int) -> None:
    """Have the run's additions looked at; where the broker is away, later."""
    try:
        publisher.send_discover(run_id, retry=True, retry_policy=PUBLISH_RETRY_POLICY)
        Addition.objects.filter(run=run_id, done_at=None).update(sent_at=timezone.now())
    except BrokerError as error:
        log.warning("addition_not_sent", run=run_id, error=str(error))


def display(value: Any) -> str:
    """Return a value of the options for a person."""
    if value is None or value in ("", []):
        return "none"
    if isinstance(value, list):
        return ", ".join(value)
    return str(value)


def check(options: dict[str, Any]) -> None:
    """Raise InvalidState where the options make no sense."""
    unknown = set(options) - set(CHANGEABLE)
    if unknown:
        raise InvalidState(f"{', '.join(sorted(unknown))} cannot be changed any more")
    limit = options.get("limit")
    if limit is not None and (not isinstance(limit, int) or limit < 0):
        raise InvalidState(f"the limit must be a number of articles, not {limit}")
    patterns = [*(options.get("include") or ()), *(options.get("exclude") or ())]
    try:
        matches("https://example.org/", patterns)
    except re.error as error:
        raise InvalidState(str(error)) from error


def reapply_filters(run: Run) -> str:
    """Take or leave out each URL that is not through yet, in the order of the batches, as the run
    now asks.

    Returns how many, for a person.
    """
    columns = ("pk", "url", "state", "batch__claimed_at", "batch_id")
    movable = adjustable(run)
    rows = list(movable.order_by("batch__number", "id").values_list(*columns))
    others = run.journeys.exclude(pk__in=movable.values("pk"))
    accepted = others.exclude(state="skipped", stage="discover").count()
    left: dict[str, list[int]] = {reason: [] for reason in LEFT_OUT}
    back = []
    without_batch = []
    for pk, url, state, claimed_at, batch in rows:
        reason = reason_against(url, run.parameters, accepted)
        if reason:
            left[reason].append(pk)
            continue
        accepted += 1
        if state == "skipped":
            back.append(pk)
            if batch is None or claimed_at is not None:
                without_batch.append(pk)
    now = timezone.now()
    skipped = 0
    for reason, journeys in left.items():
        skipped += run.journeys.filter(pk__in=journeys).skip(reason, CHANGED, now)
    run.journeys.filter(pk__in=back).reset(now)
    batches.add_batches(run, without_batch)
    return f"{skipped} left out, {len(back)} taken in"


def reason_against(url: str, options: dict[str, Any], accepted: int) -> str:
    """Return why a URL is left out, with so many accepted before it; "" where it is not."""
    include = options.get("include")
    if include and not matches(url, include):
        return "excluded"
    if matches(url, options.get("exclude") or ()):
        return "excluded"
    limit = options.get("limit")
    if limit is not None and accepted >= limit:
        return OVER_LIMIT
    return ""


def adjustable(run: Run) -> QuerySet[Journey]:
    """Return those that wait, but for what is being stored now, and those that limit or patterns
    left out.
    """
    waiting = run.journeys.filter(state="pending").exclude(
        stage="store", in_progress=True
    )
    reasons: tuple[str, ...] = LEFT_OUT
    if run.parameters.get("since") or run.parameters.get("until"):
        reasons = (OVER_LIMIT,)
    return waiting | run.journeys.filter(state="skipped", reason__in=reasons)
