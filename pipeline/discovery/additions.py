"""Addresses that somebody added to a run that is on: looked at by the stage discover, taken in further batches.

An addition is a row. Until it is done its run does not end, and it is done in the transaction that writes its journeys,
or says why there are none. The message only says "discover this run": whoever gets it looks at whatever additions are
not done. So one that is lost, late or doubled changes nothing, and the reconciler may send it at any time.
"""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

import structlog
from celery.exceptions import OperationalError as BrokerError
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from pipeline.core.database import execute
from pipeline.core.reasons import DRY_RUN
from pipeline.core.records import Candidate
from pipeline.discovery import stage as discovery_stage
from pipeline.discovery.discover import Discovery
from pipeline.discovery.enqueue import (
    STILL,
    asked_of,
    remember_source,
    sources_unchanged,
    spread,
    unchanged,
)
from pipeline.journeys.batches import add_batches
from pipeline.journeys.bulk import Row, in_parts, journey_of, write
from pipeline.models import Addition, Journey, Run

log = structlog.get_logger(__name__)
MOST_TRIES = 6  # of one addition; each but the last was cut short by the death of its worker
OVER = (
    OperationalError,
    InterfaceError,
    BrokerError,
)  # a server is away: the message goes back and comes again
LEFT_OUT = ("excluded", "over-limit")  # the reasons that a change of the run gives, too

# Two messages do not look at one addition. A claim ends with its claimant's database connection, or where nothing was
# heard of the run's discoveries for two minutes, so that a worker's death strands nothing.
CLAIM = """
UPDATE pipeline_addition SET claimed_at = now(), claimant = pg_backend_pid(), tries = tries + 1 WHERE id = (
    SELECT a.id FROM pipeline_addition a JOIN pipeline_run r ON r.id = a.run_id
    WHERE a.run_id = %(run)s AND a.done_at IS NULL AND r.state = 'running'
      AND (a.claimed_at IS NULL OR greatest(a.claimed_at, r.heartbeat_at) < now() - interval '2 minutes'
           OR NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = a.claimant))
    ORDER BY a.id LIMIT 1 FOR UPDATE OF a SKIP LOCKED)
RETURNING id
"""


RELEASE = (
    "UPDATE pipeline_addition SET claimed_at = NULL, tries = tries - 1 WHERE id = %(addition)s"
)


def look(run_id: int) -> None:
    """Looks at every addition of the run that nobody else is looking at."""
    while rows := execute(CLAIM, {"run": run_id}):
        addition = Addition.objects.select_related("run").get(pk=rows[0][0])
        if addition.tries > MOST_TRIES:
            give_up(
                addition, f"looking at it was begun {MOST_TRIES} times and never came to an end"
            )
            continue
        try:
            discovery = discovery_stage.explore(run_with_addresses(addition))
            settle(addition, discovery)
            discovery_stage.remember(discovery)
        except OVER:
            raise
        except discovery_stage.Stopped:
            execute(RELEASE, {"addition": addition.pk})
            return
        except (
            Exception
        ) as error:  # a bug that one address meets must not end what the others lead to
            log.exception("addition_crashed", run=run_id, addition=addition.pk)
            give_up(addition, f"looking at it crashed: {type(error).__name__}: {error}"[:500])


def run_with_addresses(addition: Addition) -> Run:
    """The run as if it had these addresses only. What it skips, it has skipped."""
    run = addition.run
    run.parameters = {**run.parameters, "addresses": addition.addresses, "skip": 0}
    return run


def settle(addition: Addition, discovery: Discovery) -> None:
    """Writes what was found for an addition, once, in batches of its own; nothing where the run is over by now."""

    def found(run: Run) -> str:
        for host, hints in discovery.sites.items():
            remember_source(run.pk, host, hints)
        newcomers = Newcomers(run, discovery)
        took, left = newcomers.write()
        run.notes = [*run.notes, *discovery.notes]
        run.source_requests = [*run.source_requests, *(asked_of(each) for each in discovery.asked)]
        return (
            f"{took} URLs to take, {left} left out, {len(newcomers.known)} were in the run already"
        )

    _end(addition, found)


def give_up(addition: Addition, why: str) -> None:
    """The addition comes to nothing, and the run goes on without it."""
    _end(addition, lambda run: why)


@transaction.atomic
def _end(addition: Addition, outcome: Callable[[Run], str]) -> None:
    """With the run locked: it neither ends meanwhile nor gets the same journeys from somebody else."""
    run = Run.objects.select_for_update().get(pk=addition.run_id)
    mine = Addition.objects.get(pk=addition.pk)
    if mine.done_at or run.state not in (Run.State.RUNNING, Run.State.PAUSED):
        return
    mine.outcome = outcome(run)
    mine.done_at = timezone.now()
    mine.save(update_fields=["outcome", "done_at"])
    said = f"Added later: {', '.join(mine.addresses)[:300]}: {mine.outcome}"
    run.notes = [*run.notes, said]
    if run.state == Run.State.RUNNING:
        run.reason = said
    else:
        run.reason = run.reason
    run.save(update_fields=["notes", "source_requests", "reason"])
    log.info("addition_done", run=run.pk, addition=mine.pk, outcome=mine.outcome)


class Newcomers:
    """What a discovery adds to a run that has journeys already. One that is in the run stays as it is, unless it was
    left out before it was fetched, and is an article by what the added addresses say of it."""

    def __init__(self, run: Run, discovery: Discovery) -> None:
        self.run = run
        self.discovery = discovery
        self.now = timezone.now()
        seen = [*discovery.candidates, *(candidate for candidate, _ in discovery.refused)]
        self.known = self._known([candidate.key for candidate in seen])
        same = sources_unchanged(discovery)
        if run.parameters.get("refetch"):
            self.still = {}
        else:
            self.still = unchanged(discovery.candidates, same)

    def write(self) -> tuple[int, int]:
        """Writes them; returns how many the run takes, and how many new ones it leaves out."""
        over: dict[str, Any] = {"stage": "discover", "ended_at": self.now}
        new = [
            candidate for candidate in self.discovery.candidates if candidate.key not in self.known
        ]
        still = [candidate for candidate in new if candidate.key in self.still]
        take, leave, why = self._chosen()
        refused = [(c, reason) for c, reason in self.discovery.refused if c.key not in self.known]
        rows: Iterable[Row] = chain(
            (
                journey_of(c, state="unchanged", detail=STILL, article_id=self.still[c.key], **over)
                for c in still
            ),
            (journey_of(c, state="skipped", reason=why, **over) for c in leave),
            (journey_of(c, state="skipped", reason=reason[:60], **over) for c, reason in refused),
            (journey_of(c, queued_at=self.now) for c in take if c.key not in self.known),
        )
        write(self.run, rows)
        self._wait_again([self.known[c.key][0] for c in take if c.key in self.known])
        keys = self._known([candidate.key for candidate in take])
        add_batches(self.run, [keys[candidate.key][0] for candidate in spread(take)])
        return len(take), len(leave) + len(refused)

    def _chosen(self) -> tuple[list[Candidate], list[Candidate], str]:
        """What to take within the run's limit, and of the new ones what to leave, with the reason."""
        wanted = [
            c for c in self.discovery.candidates if c.key not in self.still and self._may_come(c)
        ]
        limit = self.run.parameters.get("limit")
        look = self.run.parameters.get("dry_run")
        if look:
            room = 0
        else:
            if limit is None:
                room = len(wanted)
            else:
                room = max(0, limit - taken(self.run).count())
        left = [candidate for candidate in wanted[room:] if candidate.key not in self.known]
        return wanted[:room], left, DRY_RUN if look else "over-limit"

    def _may_come(self, candidate: Candidate) -> bool:
        return candidate.key not in self.known or self.known[candidate.key][1]

    def _known(self, keys: list[str]) -> dict[str, tuple[int, bool]]:
        """Key -> id, and whether it was left out before it was fetched; of those that the run has."""
        found: dict[str, tuple[int, bool]] = {}
        for part in in_parts(keys, 5000):
            rows = self.run.journeys.filter(key__in=part).values_list(
                "key", "pk", "state", "stage", "reason"
            )
            for key, pk, state, stage, reason in rows:
                found[key] = pk, state == "skipped" and (stage == "discover" or reason in LEFT_OUT)
        return found

    def _wait_again(self, journeys: list[int]) -> None:
        rows = self.run.journeys.filter(pk__in=journeys)
        rows.filter(stage="discover").update(stage="fetch")
        rows.update(
            state="pending",
            reason="",
            detail="",
            ended_at=None,
            in_progress=False,
            crash_count=0,
            resend_count=0,
            queued_at=self.now,
        )


def taken(run: Run) -> QuerySet[Journey]:
    """What counts for the run's limit: all but what was left out."""
    return run.journeys.exclude(Q(stage="discover") | Q(reason__in=LEFT_OUT), state="skipped")
