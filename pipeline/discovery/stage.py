"""The discover stage, downwards: find the articles of a run, write a row for each URL, send the
first batches.

What is written is decided in decide.py. A large run's first batches go out while its other URLs are
written. Until all of them are, the run is discovering: if whoever writes dies, it is discovered
once more, and only what is not there yet is added.
"""

import json
import time
from collections.abc import Iterable, Iterator

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from catalog.models import Source
from pipeline.core.batched import batched
from pipeline.core.database import execute
from pipeline.core.failures import STOPPED, Rejected, Unavailable
from pipeline.core.reasons import DRY_RUN
from pipeline.core.records import Candidate, Fetched, SiteHints, Validators
from pipeline.core.url import host_at
from pipeline.discovery import decide
from pipeline.discovery.decide import Row
from pipeline.discovery.discover import Bounds, Discovery, discover
from pipeline.discovery.known_feeds import note_feeds
from pipeline.discovery.live import LiveDiscovery
from pipeline.discovery.options import options_from_parameters
from pipeline.discovery.site_knowledge import load_rules, save_learned
from pipeline.discovery.source_cache import load_cache, save_cache
from pipeline.fetching.factory import fetcher
from pipeline.fetching.snapshots import full_look_before
from pipeline.journeys import batches
from pipeline.journeys.bulk import write
from pipeline.journeys.run_state import may_send
from pipeline.models import Batch, Host, Run
from pipeline.summary.stage import fail_run

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = (
    6  # at one run; each but the last was cut short by the death of its worker
)
KEYS_PER_QUERY = 1000

# Reasons of a failure that is the host's, and so that of all its sources.
HOST_FAILURES = {
    "unknown-host",
    "connection-refused",
    "unreachable",
    "robots-unreachable",
    "internal-address",
}

# The newest journey of each key that led to an article which is still there, where the page was
# fetched lately.
LAST_STORED = """
SELECT DISTINCT ON (j.key) j.key, j.source_metadata, j.article_id
FROM pipeline_journey j
JOIN catalog_article a ON a.id = j.article_id AND a.deleted_at IS NULL
WHERE j.key = ANY(%s) AND j.state IN ('stored', 'unchanged')
  AND EXISTS (SELECT 1 FROM pipeline_snapshot s
      WHERE s.key = j.key AND s.fetched_at > %s)
ORDER BY j.key, j.id DESC
"""


def discover_run(run_id: int) -> None:
    """Find the run's articles, write its journeys and send the first batches."""
    run = begin(run_id)
    if run is None:
        return
    if run.discovery_attempts > MAX_ATTEMPTS:
        fail_run(
            run_id,
            f"its discovery was begun {MAX_ATTEMPTS} times and never came to an end",
        )
        return
    try:
        discovery = find_articles(run)
    except Stopped:
        log.info("discovery_stopped")
        return
    enqueue(run, discovery)
    save_learned(discovery.learned)
    save_cache(discovery)
    note_feeds(run, discovery)


def begin(run_id: int) -> Run | None:
    """Return the run, if there is discovering to do; None where it is over, cancelled, or was
    discovered before.
    """
    now = timezone.now()
    waiting = Run.objects.filter(
        pk=run_id, state__in=[Run.State.QUEUED, Run.State.DISCOVERING]
    )
    begun = waiting.update(
        state=Run.State.DISCOVERING,
        reason="",
        started_at=now,
        heartbeat_at=now,
        discovery_attempts=F("discovery_attempts") + 1,
    )
    if begun:
        return Run.objects.get(pk=run_id)
    return None


def find_articles(run: Run) -> Discovery:
    """Look for the articles that the run asks for.

    Sources that have not changed are read from the cache.
    """
    Host.objects.reopen(host_at(address) for address in run.addresses)
    live = LiveDiscovery(run.pk)
    return discover(
        options_from_parameters(run.parameters),
        SourceFetcher(run.pk, live).fetch,
        timezone.now(),
        known=load_cache(run),
        rules=load_rules(),
        bounds=Bounds(
            requests=settings.DISCOVERY_MAX_REQUESTS,
            seconds=settings.DISCOVERY_MAX_SECONDS,
            total_seconds=settings.DISCOVERY_MAX_TOTAL_SECONDS,
        ),
        on_progress=live.on_progress,
    )


class Stopped(Exception):
    """The run was paused or canceled while its sources were read."""


class SourceFetcher:
    """Fetches sources; a host that is not there is asked only once, instead of for each of its
    usual places.
    """

    def __init__(self, run: int, live: LiveDiscovery) -> None:
        self.run = run
        self.live = live
        self.dead_hosts: dict[str, Rejected] = {}

    def fetch(self, url: str, validators: Validators) -> Fetched:
        """Return one source, or why it cannot be had. Called by several threads at once.

        Raises Stopped once the run wants nothing more.
        """
        host = host_at(url)
        if host in self.dead_hosts:
            return self.dead_hosts[host]
        begun = time.monotonic()
        try:
            self.live.begin(url)
            result = fetcher().fetch(
                url,
                validators=validators,
                purpose="source",
                may_send=lambda: may_send(self.run),
            )
            self.live.end(url, result, time.monotonic() - begun)
        finally:
            connection.close()  # of this thread, which nobody else would close
        if isinstance(result, Unavailable) and result.reason == STOPPED:
            raise Stopped
        if (
            isinstance(result, Rejected | Unavailable)
            and result.reason in HOST_FAILURES
        ):
            result = Rejected(result.reason, result.detail)
            self.dead_hosts[host] = result
        return result


def enqueue(run: Run, discovery: Discovery) -> None:
    """Write every URL that discovery scored, and send the accepted ones in batches meanwhile.

    Ends early where the run is not to be discovered any more.
    """
    for host, hints in discovery.sites.items():
        update_source(run.pk, host, hints)
    unchanged: dict[str, int] = {}
    to_fetch = candidates_to_fetch(run, discovery, unchanged)
    accepted = 0
    if not run.parameters.get("dry_run"):
        progress = f"{len(discovery.candidates)} articles found, the first on their way while the others are written"
        for part in decide.ramp_up_batches(to_fetch, settings.BATCH_SIZE):
            if not write_batches(run, part, progress):
                return
            batches.dispatch_batches(run.pk)
            accepted += len(part)
    now = timezone.now()
    known = ((c, unchanged[c.key]) for c in discovery.candidates if c.key in unchanged)
    only_looked = ((candidate, DRY_RUN) for candidate in to_fetch)
    # In this order: what is known to be unchanged is known when all that is to be fetched was gone
    # through.
    rows = [
        decide.rows_not_fetched((), only_looked, now),
        decide.rows_not_fetched(known, discovery.refused, now),
    ]
    finish(run, discovery, rows, f"{accepted} URLs to take")


def candidates_to_fetch(
    run: Run, discovery: Discovery, unchanged: dict[str, int]
) -> Iterator[Candidate]:
    """Yield the candidates that are to be fetched, spread over their hosts.

    Fills `unchanged` with the others.

    What is known of them is looked up a part at a time: a run's first URLs do not wait for what is
    known of its last.
    """
    present: set[str] = set()
    if run.discovery_attempts > 1:
        present.update(run.journeys.values_list("key", flat=True))
    sources = decide.unchanged_sources(discovery)
    candidates = decide.interleave_by_host(discovery.candidates)
    for part in batched(candidates, decide.CANDIDATES_PER_PART):
        if not run.parameters.get("refetch"):
            unchanged.update(find_unchanged(part, sources))
        for candidate in part:
            if candidate.key not in unchanged and candidate.key not in present:
                yield candidate


def find_unchanged(
    candidates: Iterable[Candidate], sources: set[str]
) -> dict[str, int]:
    """Return key -> article of the candidates that are in the catalogue and need not be fetched
    again.

    They were fetched lately, and nothing says that they changed since. `sources`: those that have
    not changed.
    """
    unchanged = {}
    for part in batched(candidates, KEYS_PER_QUERY):
        by_key = {candidate.key: candidate for candidate in part}
        for key, before, article in execute(
            LAST_STORED, [list(by_key), full_look_before()]
        ):
            if decide.is_unchanged(by_key[key], json.loads(before), sources):
                unchanged[key] = article
    return unchanged


@transaction.atomic
def write_batches(run: Run, candidates: list[Candidate], progress: str) -> bool:
    """Write the journeys of these candidates in the run's next batches; False where the run is not
    discovering.
    """
    if not extend_lease(run, progress):
        return False
    now = timezone.now()
    first = run.batches.count()
    rows: list[Row] = []
    for number, part in enumerate(
        batched(candidates, settings.BATCH_SIZE), start=first
    ):
        batch = Batch.objects.create(run=run, number=number, size=len(part))
        rows += [
            decide.row_of(candidate, batch_id=batch.pk, queued_at=now)
            for candidate in part
        ]
    write(run, rows)
    return True


@transaction.atomic
def finish(
    run: Run, discovery: Discovery, rows: Iterable[Iterable[Row]], reason: str
) -> None:
    """Write the other rows and let the run go on, if it is still discovering."""
    if not extend_lease(run, reason):
        return
    for part in rows:
        write(run, part)
    run.state = Run.State.RUNNING
    run.notes = [*run.notes, *discovery.notes]  # behind those of the launch
    run.source_requests = [decide.summary_of(request) for request in discovery.asked]
    run.address_reports = [decide.report_as_json(each) for each in discovery.addresses]
    run.save(update_fields=["state", "notes", "source_requests", "address_reports"])


def extend_lease(run: Run, reason: str) -> bool:
    """Lock the run where it is still discovering, and say that this goes on."""
    discovering = Run.objects.filter(pk=run.pk, state=Run.State.DISCOVERING)
    return bool(discovering.update(heartbeat_at=timezone.now(), reason=reason))


def update_source(run_id: int, host: str, hints: SiteHints) -> None:
    """Save what a blog's pages and feeds say of it.

    An empty hint does not overwrite an earlier one.
    """
    source, _ = Source.objects.get_or_create(host=host)
    source.name = hints.name or source.name
    source.language = hints.language or source.language
    source.authors = list(hints.authors) or source.authors
    source.last_crawled_at = timezone.now()
    source.add_run(run_id)
    source.save()
