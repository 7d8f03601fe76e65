"""Addresses that somebody added to a run that is on: looked at by the stage discover, taken in
further batches.

An addition is a row. Until it is done its run does not end, and it is done in the transaction that
writes its journeys, or says why there are none. The message only says "discover this run": whoever
gets it looks at whatever additions are not done. So one that is lost, late or doubled changes
nothing, and the reconciler may send it at any time.
"""

from collections.abc import Callable

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pipeline.broker.outages import SERVER_AWAY
from pipeline.core.batched import batched
from pipeline.core.database import execute
from pipeline.discovery import decide
from pipeline.discovery import stage as discovery_stage
from pipeline.discovery.decide import LEFT_OUT, Known
from pipeline.discovery.discover import Discovery
from pipeline.discovery.site_knowledge import save_learned
from pipeline.discovery.source_cache import save_cache
from pipeline.journeys.batches import add_batches
from pipeline.journeys.bulk import write
from pipeline.models import Addition, Run

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = (
    6  # at one addition; each but the last was cut short by the death of its worker
)
MAX_ERROR_LENGTH = 500
MAX_ADDRESSES_LENGTH = 300  # in a note
KEYS_PER_QUERY = 5000

# Two messages do not look at one addition. A claim ends with its claimant's database connection, or
# where nothing was heard of the run's discoveries for two minutes, so that a worker's death strands
# nothing.
CLAIM = """
UPDATE pipeline_addition
SET claimed_at = now(), claimant = pg_backend_pid(), tries = tries + 1
    WHERE id = (
    SELECT a.id FROM pipeline_addition a
    JOIN pipeline_run r ON r.id = a.run_id
    WHERE a.run_id = %(run)s AND a.done_at IS NULL AND r.state = 'running'
      AND (a.claimed_at IS NULL
          OR greatest(a.claimed_at, r.heartbeat_at) < now() - interval '2 minutes'
           OR NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = a.claimant))
    ORDER BY a.id LIMIT 1 FOR UPDATE OF a SKIP LOCKED)
RETURNING id
"""

RELEASE = "UPDATE pipeline_addition SET claimed_at = NULL, tries = tries - 1 WHERE id = %(addition)s"


def process_additions(run_id: int) -> None:
    """Look at every addition of the run that nobody else is looking at."""
    while rows := execute(CLAIM, {"run": run_id}):
        addition = Addition.objects.select_related("run").get(pk=rows[0][0])
        if addition.tries > MAX_ATTEMPTS:
            reason = (
                f"looking at it was begun {MAX_ATTEMPTS} times and never came to an end"
            )
            fail(addition, reason)
            continue
        try:
            discovery = discovery_stage.find_articles(with_addresses(addition))
            complete(addition, discovery)
            save_learned(discovery.learned)
            save_cache(discovery)
        except SERVER_AWAY:
            raise  # the message goes back and comes again
        except discovery_stage.Stopped:
            execute(RELEASE, {"addition": addition.pk})
            return
        except Exception as error:
            # A bug that one address meets must not end what the others lead to.
            log.exception("addition_crashed", run=run_id, addition=addition.pk)
            reason = f"looking at it crashed: {type(error).__name__}: {error}"
            fail(addition, reason[:MAX_ERROR_LENGTH])


def with_addresses(addition: Addition) -> Run:
    """Return the run as if it had these addresses only. What it skips, it has skipped."""
    run = addition.run
    run.parameters = {**run.parameters, "addresses": addition.addresses, "skip": 0}
    return run


def complete(addition: Addition, discovery: Discovery) -> None:
    """Write what was found for an addition, once, in batches of its own; nothing where the run is
    over by now.
    """

    def save(run: Run) -> str:
        for host, hints in discovery.sites.items():
            discovery_stage.update_source(run.pk, host, hints)
        known = known_journeys(run, discovery)
        fetched, skipped = save_additions(run, discovery, known)
        run.notes = [*run.notes, *discovery.notes]
        requests = [decide.summary_of(request) for request in discovery.asked]
        run.source_requests = [*run.source_requests, *requests]
        reports = [decide.report_as_json(each) for each in discovery.addresses]
        run.address_reports = [*run.address_reports, *reports]
        return f"{fetched} URLs to take, {skipped} left out, {len(known)} were in the run already"

    _end(addition, save)


def fail(addition: Addition, reason: str) -> None:
    """End the addition without a result; the run goes on without it."""
    _end(addition, lambda run: reason)


@transaction.atomic
def _end(addition: Addition, save: Callable[[Run], str]) -> None:
    """With the run locked: it neither ends meanwhile nor gets the same journeys from somebody
    else."""
    run = Run.objects.select_for_update().get(pk=addition.run_id)
    locked = Addition.objects.get(pk=addition.pk)
    if locked.done_at or run.state not in (Run.State.RUNNING, Run.State.PAUSED):
        return
    locked.outcome = save(run)
    locked.done_at = timezone.now()
    locked.save(update_fields=["outcome", "done_at"])
    addresses = ", ".join(locked.addresses)[:MAX_ADDRESSES_LENGTH]
    note = f"Added later: {addresses}: {locked.outcome}"
    run.notes = [*run.notes, note]
    if run.state == Run.State.RUNNING:
        run.reason = note
    run.save(update_fields=["notes", "source_requests", "address_reports", "reason"])
    log.info("addition_done", run=run.pk, addition=locked.pk, outcome=locked.outcome)


def save_additions(
    run: Run, discovery: Discovery, known: dict[str, Known]
) -> tuple[int, int]:
    """Write what a discovery adds to the run; return how many URLs it takes, and how many it leaves
    out.
    """
    unchanged: dict[str, int] = {}
    if not run.parameters.get("refetch"):
        sources = decide.unchanged_sources(discovery)
        unchanged = discovery_stage.find_unchanged(discovery.candidates, sources)
    dry_run = bool(run.parameters.get("dry_run"))
    added = decide.decide_additions(discovery, known, unchanged, room_of(run), dry_run)
    now = timezone.now()
    write(run, decide.rows_not_fetched(added.unchanged, added.skipped, now))
    new = [candidate for candidate in added.fetch if candidate.key not in known]
    write(run, (decide.row_of(candidate, queued_at=now) for candidate in new))
    left_out = [
        known[candidate.key].id for candidate in added.fetch if candidate.key in known
    ]
    run.journeys.filter(pk__in=left_out).reset(now)
    ids = _known(run, [candidate.key for candidate in added.fetch])
    order = decide.interleave_by_host(added.fetch)
    add_batches(run, [ids[candidate.key].id for candidate in order])
    return len(added.fetch), len(added.skipped)


def room_of(run: Run) -> int | None:
    """Return how many more URLs the run takes; None where it has no limit.

    What was left out does not count.
    """
    limit = run.parameters.get("limit")
    if limit is None:
        return None
    left_out = Q(stage="discover") | Q(reason__in=LEFT_OUT)
    taken = run.journeys.exclude(left_out, state="skipped").count()
    return max(0, limit - taken)


def known_journeys(run: Run, discovery: Discovery) -> dict[str, Known]:
    """Return what the run has already of all that a discovery saw, by key."""
    keys = [candidate.key for candidate in discovery.candidates]
    keys += [candidate.key for candidate, _ in discovery.refused]
    return _known(run, keys)


def _known(run: Run, keys: list[str]) -> dict[str, Known]:
    known = {}
    columns = ("key", "pk", "state", "stage", "reason")
    for part in batched(keys, KEYS_PER_QUERY):
        rows = run.journeys.filter(key__in=part).values_list(*columns)
        for key, pk, state, stage, reason in rows:
            early = stage == "discover" or reason in LEFT_OUT
            known[key] = Known(pk, left_out=state == "skipped" and early)
    return known
