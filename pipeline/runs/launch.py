"""How a run begins: launched, launched again, or made of stored pages."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from pipeline.broker import publisher
from pipeline.journeys import batches
from pipeline.models import Job, Journey, Run
from pipeline.runs.control import InvalidState, dispatch, transition

AGAIN = {False: "Extract again", True: "What extracting again would change"}


BROKER_PATIENCE = {"max_retries": 1, "interval_start": 0.2}


def launch_run(
    parameters: dict[str, Any],
    *,
    by: str = "",
    name: str = "",
    key: str | None = None,
    job: Job | None = None,
) -> Run:
    """Makes a run and sends it to `discover`. The same `key` again answers with the run that it made the first time.

    Where the broker is away the run is not half-made: its row goes, and the broker's error is raised.
    """
    given = {
        "parameters": parameters,
        "launched_by": by,
        "name": name,
        "sent_at": timezone.now(),
        "job": job,
    }
    run, made = Run.objects.get_or_create(idempotency_key=key or uuid4().hex, defaults=given)
    if not made:
        return run
    try:
        publisher.send_discover(run.pk, retry=True, retry_policy=BROKER_PATIENCE)
    except Exception:
        run.delete()
        raise
    return run


def launch_again(run_id: int, by: str = "") -> Run:
    """A new run with the same options."""
    run = Run.objects.get(pk=run_id)
    if not run.addresses:
        raise InvalidState(f"{run} had no address to look at")
    return launch_run(run.parameters, by=by, name=run.name)


def launch_extraction(
    articles: Iterable[int], by: str = "", name: str = "", preview: bool = False
) -> Run:
    """A run that extracts these articles anew from their stored pages, without fetching.

    With `preview` it changes nothing: each journey says what would change.
    """
    journeys = Journey.objects.filter(
        article_id__in=list(articles), snapshot__isnull=False
    ).order_by("key", "-id")
    latest = list(journeys.distinct("key").select_related("snapshot"))
    if not latest:
        raise InvalidState("no stored page is left of these articles")
    parameters = {"addresses": [], "again": len(latest), "preview": preview}
    now = timezone.now()
    with transaction.atomic():
        run = Run.objects.create(
            parameters=parameters, launched_by=by, name=name or AGAIN[preview], started_at=now
        )
        fresh = [
            Journey(run=run, url=j.url, key=j.key, score=j.score, reasons=["extracted again"], source_metadata=j.source_metadata,
                    stage="extract", snapshot=j.snapshot, found_in=j.found_in, queued_at=now)
            for j in latest
        ]  # fmt: skip
        Journey.objects.bulk_create(fresh, batch_size=500)
        batches.add_batches(run, [j.pk for j in fresh])
        transition(run, Run.State.RUNNING, f"started by {by or 'somebody'}", by)
    dispatch(run.pk)
    return run
