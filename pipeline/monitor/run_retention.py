"""How long the records of a run's URLs are kept; the run itself stays, with its totals.

Where a part of their table is closed (journeys/partitions.py), its runs wait for each other and go
together, by DROP. Where that takes too long, and in the part that is still written to, they go row
by row.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from pipeline.journeys import partitions
from pipeline.journeys.partitions import Part
from pipeline.models import Journey, Run

log = structlog.get_logger(__name__)
MIN_DAYS = 30  # whatever is set: discovery asks what came of a URL lately
WAIT_DAYS = 31  # that the runs of a part wait for its last one
ROWS_AT_ONCE = 5_000


def prune_runs(now: datetime) -> dict[str, int]:
    """Remove the records of URLs that are past their days, and close the last part where it is
    large; return how many rows went. Harmless to run twice at once."""
    gone = 0
    with connection.cursor() as cursor:
        try:
            partitions.close_last(cursor)
            if settings.RUN_URL_DAYS:
                for part in partitions.parts(cursor):
                    gone += _prune(cursor, part, now)
        except OperationalError as error:
            # somebody read for too long; tomorrow is another night
            log.warning("run_urls_kept", error=str(error).strip())
    return {"run_urls": gone}


def cutoff(now: datetime) -> datetime:
    """Return when a run must have ended for the records of its URLs to go."""
    return now - timedelta(days=max(settings.RUN_URL_DAYS, MIN_DAYS))


def _prune(cursor: Any, part: Part, now: datetime) -> int:
    """Return how many rows of the part went."""
    runs = _runs_of(part)
    if part.end is None:
        return _remove_rows(_ended_before(runs, cutoff(now)), now)
    if _is_past(part, runs, now):
        return _drop(cursor, part, runs, now)
    return _remove_rows(
        _ended_before(runs, cutoff(now) - timedelta(days=WAIT_DAYS)), now
    )


def _runs_of(part: Part) -> QuerySet[Run]:
    return Run.objects.filter(
        Q(pk__gte=part.first or 0), Q(pk__lt=part.end) if part.end else Q()
    ).order_by("pk")


def _ended_before(runs: QuerySet[Run], moment: datetime) -> QuerySet[Run]:
    """Those whose rows are past their days, and those of which some were left when a worker was
    killed."""
    ended = runs.alias(end=Coalesce("finished_at", "created_at")).filter(
        state__in=Run.ENDED, end__lt=moment
    )
    left = Journey.objects.filter(run=OuterRef("pk"))
    return ended.filter(Exists(left))


def _is_past(part: Part, runs: QuerySet[Run], now: datetime) -> bool:
    """Whether all runs that the part has room for have begun, ended and are past their days."""
    younger = runs.alias(end=Coalesce("finished_at", "created_at")).exclude(
        state__in=Run.ENDED, end__lt=cutoff(now)
    )
    return Run.objects.filter(pk__gte=part.end).exists() and not younger.exists()


def _drop(cursor: Any, part: Part, runs: QuerySet[Run], now: datetime) -> int:
    with transaction.atomic():
        # Whoever wants to send URLs of these runs through again waits, and is refused then.
        held = list(runs.select_for_update())
        if not _is_past(part, runs, now):
            return 0
        runs.filter(urls_removed_at=None).update(urls_removed_at=now)
        partitions.drop(cursor, part)
    return sum(run.found for run in held if run.urls_removed_at is None)


def _remove_rows(runs: QuerySet[Run], now: datetime) -> int:
    gone = 0
    for pk in list(runs.values_list("pk", flat=True)):
        with transaction.atomic():
            run = Run.objects.select_for_update().get(pk=pk)
            if not run.ended:
                continue
            run.urls_removed_at = run.urls_removed_at or now
            run.save(update_fields=["urls_removed_at"])
        while ids := list(run.journeys.order_by().values_list("pk")[:ROWS_AT_ONCE]):
            rows = run.journeys.filter(pk__in=[pk for (pk,) in ids])
            gone += rows._raw_delete(rows.db)
    return gone
