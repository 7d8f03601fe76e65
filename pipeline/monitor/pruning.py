"""What is past its days goes: stored pages (never the newest of an address), records of the URLs of
runs, drafts that nobody waits for, accounts of chords, log lines, samples, and entries of the audit
log where that is wished for."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalog import trash
from pipeline.access import audit
from pipeline.journeys.erased import delete_in_batches
from pipeline.models import Body, Chord, ChordPart, Journey, JourneyDraft, Snapshot
from pipeline.monitor.logs import retention
from pipeline.monitor.queues import rollup
from pipeline.monitor.run_retention import prune_runs
from pipeline.monitor.source_retention import prune_sources

log = structlog.get_logger(__name__)
CHORD_DAYS = 7


def prune(who: str = "") -> dict[str, int]:
    """Remove what is past its days; return how many rows of each kind went. Harmless to run twice
    at once."""
    now = timezone.now()
    chords = Chord.objects.filter(created_at__lt=now - timedelta(days=CHORD_DAYS))
    waiting = Journey.objects.filter(
        pk=OuterRef("pk"), state=Journey.State.PENDING, stage="store"
    )
    parts = ChordPart.objects.filter(group_id__in=chords.values("group_id"))
    return {
        **prune_sources(now),
        "articles_erased": trash.erase_expired(now),
        "snapshots": _prune_pages(now),
        "bodies": _prune_bodies(),
        **prune_runs(now),
        "drafts": JourneyDraft.objects.filter(~Exists(waiting)).delete()[0],
        "chord_parts": parts.delete()[0],
        "chords": chords.delete()[0],
        "log_lines": retention.prune(now),
        "samples": rollup.prune(now),
        "audit_entries": audit.prune(now, who),
    }


def _prune_pages(now: datetime) -> int:
    newer = Snapshot.objects.filter(
        key=OuterRef("key"), fetched_at__gt=OuterRef("fetched_at")
    )
    old = Snapshot.objects.filter(
        Exists(newer), fetched_at__lt=now - timedelta(days=settings.SNAPSHOT_DAYS)
    )
    return delete_in_batches(old)


def _prune_bodies() -> int:
    """Remove bodies that no page has, without reading them."""
    unused = Body.objects.filter(~Exists(Snapshot.objects.filter(body=OuterRef("pk"))))
    return unused._raw_delete(unused.db)
