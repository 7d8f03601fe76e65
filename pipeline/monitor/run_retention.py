"""How long the records of a run's URLs are kept; the run itself stays, with its totals.

Where a partition of their table is closed (journeys/partitions.py), its runs wait for each other
and go together, by DROP. Where that takes too long, and in the partition that is still written to,
they go row by row.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from pipeline.journeys import partitions
from pipeline.journeys.partitions import Partition
from pipeline.models import Journey, Run

log = structlog.get_logger(__name__)
MIN_DAYS = 30  # whatever is set: discovery asks what came of a URL lately
WAIT_DAYS = 31  # that the runs of a partition wait for its last one
ROWS_AT_ONCE = 5_000


def prune_runs(now: datetime) -> dict[str, int]:
    """Remove the records of URLs that have expired, and close the last partition where it is large;
    return how many rows went. Harmless to run twice at once."""
    removed = 0
    with connection.cursor() as cursor:
        try:
            partitions.close_last(cursor)
            if settings.RUN_URL_DAYS:
                for partition in partitions.all_partitions(cursor):
                    removed += _prune(cursor, partition, now)
        except OperationalError as error:
            # somebody read for too long; tomorrow is another night
            log.warning("run_urls_kept", error=str(error).strip())
    return {"run_urls": removed}


def _prune(cursor: Any, partition: Partition, now: datetime) -> int:
    """Return how many rows of the partition went."""
    cutoff = now - timedelta(days=max(settings.RUN_URL_DAYS, MIN_DAYS))
    if partition.end is not None:
        if _is_expired(partition, cutoff):
            return _drop(cursor, partition, cutoff, now)
        cutoff -= timedelta(days=WAIT_DAYS)
    return _remove_rows(_runs_of(partition).filter(_ended_before(cutoff)), now)


def _runs_of(partition: Partition) -> QuerySet[Run]:
    """Return the runs of a partition by number, with their `end`."""
    runs = Run.objects.alias(end=Coalesce("finished_at", "created_at")).order_by("pk")
    if partition.first is not None:
        runs = runs.filter(pk__gte=partition.first)
    if partition.end is not None:
        runs = runs.filter(pk__lt=partition.end)
    return runs


def _ended_before(cutoff: datetime) -> Q:
    return Q(state__in=Run.ENDED, end__lt=cutoff)


def _is_expired(partition: Partition, cutoff: datetime) -> bool:
    """Whether all runs that the partition has room for have begun, ended and expired."""
    has_later_runs = Run.objects.filter(pk__gte=partition.end).exists()
    return (
        has_later_runs
        and not _runs_of(partition).exclude(_ended_before(cutoff)).exists()
    )


def _drop(cursor: Any, partition: Partition, cutoff: datetime, now: datetime) -> int:
    runs = _runs_of(partition)
    with transaction.atomic():
        # Whoever wants to send URLs of these runs through again waits, and is refused then.
        kept = list(runs.select_for_update().values_list("found", "urls_removed_at"))
        if not _is_expired(partition, cutoff):
            return 0
        runs.filter(urls_removed_at=None).update(urls_removed_at=now)
        partitions.drop(cursor, partition)
    return sum(found for found, removed_at in kept if removed_at is None)


def _remove_rows(runs: QuerySet[Run], now: datetime) -> int:
    """Remove the rows of these runs, of which some may be left from a worker that was killed."""
    with_rows = runs.filter(Exists(Journey.objects.filter(run=OuterRef("pk"))))
    removed = 0
    for pk in list(with_rows.values_list("pk", flat=True)):
        with transaction.atomic():
            run = Run.objects.select_for_update().get(pk=pk)
            if not run.ended:
                continue
            run.urls_removed_at = run.urls_removed_at or now
            run.save(update_fields=["urls_removed_at"])
        rows = run.journeys.order_by()
        while ids := list(rows.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
            removed += rows.filter(pk__in=ids)._raw_delete(rows.db)
    return removed
