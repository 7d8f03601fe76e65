"""From a discovery to rows: the run's journeys, in waves, in one transaction; and which wave goes out next."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.models import Source
from pipeline import wire
from pipeline.database import execute
from pipeline.discovery import Asked, Discovery
from pipeline.models import Journey, Run, Wave
from pipeline.records import Candidate, SiteHints

# The claim keeps two workers from publishing one wave; it runs out, so that a publisher's death strands nothing.
CLAIM_WAVE = """
UPDATE pipeline_wave SET claimed = now() WHERE id = (
    SELECT w.id FROM pipeline_wave w JOIN pipeline_run r ON r.id = w.run_id
    WHERE w.run_id = %(run)s AND w.published IS NULL AND r.state = 'running'
      AND (w.claimed IS NULL OR w.claimed < now() - interval '1 minute')
      AND (SELECT count(*) FROM pipeline_wave f
           WHERE f.run_id = w.run_id AND f.claimed IS NOT NULL AND f.finished IS NULL AND f.id <> w.id) < %(in_flight)s
    ORDER BY w.number LIMIT 1 FOR UPDATE OF w SKIP LOCKED)
RETURNING id
"""


def begin(run_id: int) -> Run | None:
    """The run, if there is discovering to do; None where it is over, cancelled, or was discovered before."""
    moved = Run.objects.filter(pk=run_id, state__in=[Run.State.QUEUED, Run.State.DISCOVERING]).update(
        state=Run.State.DISCOVERING, started=timezone.now()
    )
    return Run.objects.get(pk=run_id) if moved else None


@transaction.atomic
def plan(run: Run, discovery: Discovery) -> None:
    """Writes every URL that discovery judged: the accepted as pending, in waves, the others skipped with the reason."""
    locked = Run.objects.select_for_update().get(pk=run.pk)
    if locked.state != Run.State.DISCOVERING:
        return
    now = timezone.now()
    for host, hints in discovery.sites.items():
        remember_source(host, hints)
    journeys: list[Journey] = []
    for number, part in enumerate(in_parts(discovery.candidates, settings.WAVE_SIZE)):
        wave = Wave.objects.create(run=run, number=number, size=len(part))
        journeys += [journey_of(run, candidate, wave=wave, queued=now) for candidate in part]
    for candidate, reason in discovery.refused:
        journeys.append(journey_of(run, candidate, stage="discover", state="skipped", reason=reason[:60], ended=now))
    Journey.objects.bulk_create(journeys, batch_size=500, ignore_conflicts=True)
    locked.state = Run.State.RUNNING
    locked.notes, locked.asked = list(discovery.notes), [asked_of(each) for each in discovery.asked]
    locked.save(update_fields=["state", "notes", "asked"])


def journey_of(run: Run, candidate: Candidate, **fields: Any) -> Journey:
    """The row of a candidate."""
    return Journey(
        run=run,
        url=candidate.url,
        key=candidate.key,
        score=candidate.score,
        reasons=list(candidate.reasons),
        found_in=list(candidate.found_in),
        said=wire.dump(candidate.said),
        **fields,
    )


def asked_of(request: Asked) -> dict[str, Any]:
    """A request of discovery as the run remembers it."""
    fields = ("url", "kind", "outcome", "entries", "detail")
    return {name: value for name in fields if (value := getattr(request, name))}


def in_parts(items: tuple[Candidate, ...], size: int) -> Iterator[tuple[Candidate, ...]]:
    """The items in runs of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))


def remember_source(host: str, hints: SiteHints) -> None:
    """Keeps on the blog's row what its pages and feeds taught. An empty hint does not overwrite an earlier one."""
    known = {"name": hints.name, "language": hints.language, "authors": list(hints.authors)}
    learnt = {field: value for field, value in known.items() if value}
    Source.objects.update_or_create(host=host, defaults={**learnt, "last_crawled": timezone.now()})


def claim_wave(run_id: int) -> Wave | None:
    """The run's next wave, claimed for publishing; None where enough are on their way, or the run is paused or over."""
    rows = execute(CLAIM_WAVE, {"run": run_id, "in_flight": settings.WAVES_IN_FLIGHT})
    return Wave.objects.get(pk=rows[0][0]) if rows else None
