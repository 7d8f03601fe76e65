"""How a run begins: launched, launched again, or made of stored pages."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pipeline.broker import publisher
from pipeline.core.batched import batched
from pipeline.core.database import execute
from pipeline.journeys import batches
from pipeline.models import Job, Journey, Run
from pipeline.runs.control import InvalidState, dispatch, transition

EXTRACTION_NAMES = {False: "Extract again", True: "What extracting again would change"}
PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.2}  # a person waits
JOURNEYS_PER_STATEMENT = 500


class KeyReused(Exception):
    """The key named another run's options before; `run` is that one."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"the key was used for {run}, with other options")
        self.run = run


def launch_run(
    parameters: dict[str, Any],
    *,
    by: str = "",
    name: str = "",
    key: str | None = None,
    job: Job | None = None,
    notes: Sequence[str] = (),
) -> Run:
    """Create a run and send it to `discover`; see launch_or_find."""
    run, _ = launch_or_find(parameters, by=by, name=name, key=key, job=job, notes=notes)
    return run


def launch_or_find(
    parameters: dict[str, Any],
    *,
    by: str = "",
    name: str = "",
    key: str | None = None,
    key_scope: str = "",
    job: Job | None = None,
    notes: Sequence[str] = (),
) -> tuple[Run, bool]:
    """Create a run and send it to `discover`; also return whether this call created it.

    The same `key` again returns the run that it created the first time. Of the keys that begin
    with `key_scope` one is taken at most: raises KeyReused for another one. `notes`: what a person
    is to know of the launch.

    Where the broker is away the run is not half-made: its row goes, and the broker's error is
    raised.
    """
    given = {
        "parameters": parameters,
        "launched_by": by,
        "name": name,
        "sent_at": timezone.now(),
        "job": job,
        "notes": list(notes),
    }
    with transaction.atomic():
        if key_scope:
            _refuse_another(key or "", key_scope)
        run, created = Run.objects.get_or_create(
            idempotency_key=key or uuid4().hex, defaults=given
        )
    if not created:
        return run, False
    try:
        publisher.send_discover(run.pk, retry=True, retry_policy=PUBLISH_RETRY_POLICY)
    except Exception:
        run.delete()
        raise
    return run, True


def launch_parts(
    parameters: dict[str, Any],
    *,
    by: str,
    name: str,
    key: str,
    notes: Sequence[str] = (),
) -> list[Run]:
    """Launch as many runs as the addresses take; their names say which part each is.

    The first one gets the `notes`.
    """
    parts = list(batched(parameters["addresses"], settings.MAX_ADDRESSES))
    if len(parts) == 1:
        return [launch_run(parameters, by=by, name=name, key=key, notes=notes)]
    return [
        launch_run(
            {**parameters, "addresses": list(part)},
            by=by,
            name=f"{name[:180] or 'Crawl'} ({number} of {len(parts)})",
            key=hashlib.sha256(f"{key} {number}".encode()).hexdigest(),
            notes=notes if number == 1 else (),
        )
        for number, part in enumerate(parts, 1)
    ]


def _refuse_another(key: str, key_scope: str) -> None:
    """Raise KeyReused where another key of this scope has a run; others wait for this one."""
    execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key_scope])
    of_scope = Run.objects.filter(idempotency_key__startswith=key_scope)
    other = of_scope.exclude(idempotency_key=key).first()
    if other:
        raise KeyReused(other)


def launch_again(run_id: int, by: str = "") -> Run:
    """Start a new run with the same options."""
    run = Run.objects.get(pk=run_id)
    if not run.addresses:
        raise InvalidState(f"{run} had no address to look at")
    return launch_run(run.parameters, by=by, name=run.name)


def launch_extraction(
    articles: Iterable[int],
    by: str = "",
    name: str = "",
    preview: bool = False,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> Run:
    """Start a run that extracts these articles again from their stored pages, without fetching.

    With `preview` it changes nothing: each journey says what would change. `more` are further
    parameters of the run.
    """
    stored = Journey.objects.filter(
        article_id__in=list(articles), snapshot__isnull=False
    )
    newest = stored.order_by("key", "-id").distinct("key").select_related("snapshot")
    latest = list(newest)
    if not latest:
        raise InvalidState("no stored page is left of these articles")
    parameters = {"addresses": [], "again": len(latest), "preview": preview, **more}
    now = timezone.now()
    with transaction.atomic():
        run = Run.objects.create(
            parameters=parameters,
            launched_by=by,
            name=name or EXTRACTION_NAMES[preview],
            started_at=now,
        )
        journeys = [_to_extract(run, journey, now) for journey in latest]
        Journey.objects.bulk_create(journeys, batch_size=JOURNEYS_PER_STATEMENT)
        batches.add_batches(run, [journey.pk for journey in journeys])
        transition(run, Run.State.RUNNING, f"started by {by or 'somebody'}", by)
    dispatch(run.pk)
    return run


def _to_extract(run: Run, journey: Journey, now: datetime) -> Journey:
    return Journey(
        run=run,
        url=journey.url,
        key=journey.key,
        score=journey.score,
        reasons=["extracted again"],
        found_in=journey.found_in,
        source_metadata=journey.source_metadata,
        snapshot=journey.snapshot,
        stage="extract",
        queued_at=now,
    )
