"""From a discovery to rows: the run's journeys, in batches, a part at a time; and which batch goes out next.

A large run's first batches go out while its other URLs are written down. Until all of them are, the run is discovering:
if whoever writes dies, it is discovered once more, and only what is not there yet is added.
"""

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from catalog.models import Source
from pipeline.core import serialize
from pipeline.core.database import execute
from pipeline.core.reasons import DRY_RUN
from pipeline.core.records import Candidate, SiteHints
from pipeline.core.url import host_at
from pipeline.discovery.discover import Discovery, SourceRequest
from pipeline.fetching.snapshots import full_look_before
from pipeline.journeys.bulk import Row, in_parts, journey_of, write
from pipeline.models import Batch, Run

STILL = "neither its page's sources nor what they say of it have changed"
FIRST_BATCHES, PART = (
    2,
    500,
)  # batches, then journeys, that are written before the next batches may go out


# The newest journey of each key that led to an article which is still there, where the page was fetched lately.
LAST = """
SELECT DISTINCT ON (j.key) j.key, j.source_metadata, j.article_id FROM pipeline_journey j
JOIN catalog_article a ON a.id = j.article_id AND a.deleted_at IS NULL
WHERE j.key = ANY(%s) AND j.state IN ('stored', 'unchanged')
  AND EXISTS (SELECT 1 FROM pipeline_snapshot s WHERE s.key = j.key AND s.fetched_at > %s)
ORDER BY j.key, j.id DESC
"""


def begin(run_id: int) -> Run | None:
    """The run, if there is discovering to do; None where it is over, cancelled, or was discovered before."""
    now = timezone.now()
    waiting = Run.objects.filter(pk=run_id, state__in=[Run.State.QUEUED, Run.State.DISCOVERING])
    moved = waiting.update(
        state=Run.State.DISCOVERING,
        reason="",
        started_at=now,
        heartbeat_at=now,
        discovery_attempts=F("discovery_attempts") + 1,
    )
    if moved:
        return Run.objects.get(pk=run_id)
    return None


def plan(run: Run, discovery: Discovery) -> Iterator[None]:
    """Writes every URL that discovery judged: the accepted as pending, in batches, the others skipped with the reason.

    Yields whenever more batches may go out. Ends early where the run is not to be discovered any more.
    """
    over: Row = {"stage": "discover", "ended_at": timezone.now()}
    for host, hints in discovery.sites.items():
        remember_source(run.pk, host, hints)
    settled: dict[str, int] = {}
    fresh = news(run, discovery, settled)
    taken = 0
    said = f"{len(discovery.candidates)} articles found, the first on their way while the others are written down"
    for part in in_growing_parts(iter([]) if run.parameters.get("dry_run") else fresh):
        with transaction.atomic():
            if not still_planning(run, said):
                return
            write_batches(run, part)
        taken += len(part)
        yield
    others: Iterable[Row] = chain(
        # What is left of them: all, of a run that only looks.
        (journey_of(c, state="skipped", reason=DRY_RUN, **over) for c in fresh),
        (journey_of(c, state="unchanged", detail=STILL, article_id=settled[c.key], **over)
         for c in discovery.candidates if c.key in settled),
        (journey_of(c, state="skipped", reason=reason[:60], **over) for c, reason in discovery.refused),
    )  # fmt: skip
    with transaction.atomic():
        if still_planning(run, f"{taken} URLs to take"):
            write(run, others)
            run.state = Run.State.RUNNING
            run.notes = discovery.notes
            run.source_requests = [*map(asked_of, discovery.asked)]
            run.save(update_fields=["state", "notes", "source_requests"])


def news(run: Run, discovery: Discovery, settled: dict[str, int]) -> Iterator[Candidate]:
    """The candidates that are to be asked for, spread over their hosts. Those that need not be are put into `settled`
    on the way, a part at a time: a run's first URLs do not wait for what is known of its last ones."""
    if run.discovery_attempts > 1:
        there = set(run.journeys.values_list("key", flat=True))
    else:
        there = set()
    still = sources_unchanged(discovery)
    for part in in_parts(spread(discovery.candidates), PART):
        if not run.parameters.get("refetch"):
            settled.update(unchanged(part, still))
        yield from (c for c in part if c.key not in settled and c.key not in there)


def still_planning(run: Run, reason: str) -> bool:
    """Locks the run where it is still discovering, and says that this goes on."""
    waiting = Run.objects.filter(pk=run.pk, state=Run.State.DISCOVERING)
    return bool(waiting.update(heartbeat_at=timezone.now(), reason=reason))


def in_growing_parts(candidates: Iterator[Candidate]) -> Iterator[list[Candidate]]:
    """A few batches, so that they can go out at once, then larger parts."""
    if first := list(islice(candidates, FIRST_BATCHES * settings.BATCH_SIZE)):
        yield first
    yield from in_parts(candidates, max(1, PART // settings.BATCH_SIZE) * settings.BATCH_SIZE)


def write_batches(run: Run, candidates: Sequence[Candidate]) -> None:
    """The journeys to take, in the run's next batches."""
    now = timezone.now()
    batches = [
        (Batch.objects.create(run=run, number=number, size=len(part)), part)
        for number, part in enumerate(
            in_parts(candidates, settings.BATCH_SIZE), start=run.batches.count()
        )
    ]
    write(
        run,
        (journey_of(c, batch_id=batch.pk, queued_at=now) for batch, part in batches for c in part),
    )


def asked_of(request: SourceRequest) -> dict[str, Any]:
    """A request of discovery as the run remembers it."""
    fields = ("url", "kind", "outcome", "entries", "detail")
    return {name: value for name in fields if (value := getattr(request, name))}


def sources_unchanged(discovery: Discovery) -> set[str]:
    """The addresses of the sources that have not changed since they were last read."""
    return {request.url for request in discovery.asked if request.outcome == "unchanged"}


def unchanged(candidates: Iterable[Candidate], still: set[str]) -> dict[str, int]:
    """Normal form -> article, of the candidates that need not even be asked for. `still`: see sources_unchanged.

    Those are in the catalogue, were seen in full lately, and every source that names them is unchanged, or says the
    same of them as when they were last taken.
    """
    settled = {}
    for part in in_parts(candidates, 1000):
        said = {c.key: (c.found_in, c.source_metadata) for c in part}
        for key, before, article in execute(LAST, [list(said), full_look_before()]):
            found_in, now = said[key]
            if still.issuperset(found_in) or says_the_same(serialize.dump(now), json.loads(before)):
                settled[key] = article
    return settled


def says_the_same(now: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether a source dates its last change, and to the same moment as before."""
    dated = ("updated", "lastmod")
    return any(name in now for name in dated) and all(
        now.get(name) == before.get(name) for name in (*dated, "title")
    )


def spread(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """The same candidates, those of each host in their order but spread evenly over the whole.

    So every batch has URLs of all hosts, none of them waits for another, and the slowest sets the pace from the start.
    """
    hosts: dict[
        str, array[int]
    ] = {}  # by number, since candidates may be made only while somebody looks at them
    for number, candidate in enumerate(candidates):
        hosts.setdefault(host_at(candidate.url), array("L")).append(number)
    return (
        candidates[number] for _, number in merge(*map(places, hosts.values()), key=itemgetter(0))
    )


def places(numbers: Sequence[int]) -> Iterator[tuple[float, int]]:
    """Each with its place when they are spread evenly from 0 to 1."""
    return (((at + 0.5) / len(numbers), number) for at, number in enumerate(numbers))


def remember_source(run_id: int, host: str, hints: SiteHints) -> None:
    """Save what a blog's pages and feeds say of it. An empty hint does not overwrite an earlier one."""
    source, _ = Source.objects.get_or_create(host=host)
    source.name = hints.name or source.name
    source.language = hints.language or source.language
    source.authors = list(hints.authors) or source.authors
    source.last_crawled_at = timezone.now()
    source.add_run(run_id)
    source.save()
