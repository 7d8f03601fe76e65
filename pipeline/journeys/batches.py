"""The batches of a run: added, claimed and sent, a few at a time."""

from django.conf import settings
from django.utils import timezone

from pipeline.broker.outages import BrokerError
from pipeline.core.batched import batched
from pipeline.core.database import execute
from pipeline.journeys import canvas
from pipeline.models import Batch, Journey, Run

# A run is ahead of its workers by as much as keeps them busy, and no more: what it holds in the
# queues is what a run that is launched now waits behind. What is held back for a slow host stands
# in nobody's way, but is bounded, too. The claim keeps two workers from publishing one batch. It
# ends with the claimant's database connection, or runs out, so that a publisher's death strands
# nothing. IS TRUE: by the index of states, all of the run that waits would be read.
CLAIM_BATCH = """
UPDATE pipeline_batch SET claimed_at = now(), claimant = pg_backend_pid() WHERE id = (
    SELECT w.id FROM pipeline_batch w JOIN pipeline_run r ON r.id = w.run_id
    WHERE w.run_id = %(run)s AND w.published_at IS NULL AND r.state IN ('discovering', 'running')
      AND (w.claimed_at IS NULL OR w.claimed_at < now() - interval '1 minute'
           OR NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.pid = w.claimant))
      AND (SELECT coalesce(sum(sent.out), 0) < %(most)s
          AND coalesce(sum(sent.ready), 0) < %(ready)s / least(4, (
               SELECT greatest(1, count(*)) FROM pipeline_run WHERE state IN ('discovering', 'running')))
           FROM pipeline_batch f CROSS JOIN LATERAL (
               SELECT count(*) AS out, count(*) FILTER (WHERE j.queued_at <= clock_timestamp()) AS ready
               FROM pipeline_journey j WHERE j.batch_id = f.id AND (j.state = 'pending') IS TRUE) AS sent
           WHERE f.run_id = w.run_id AND f.claimed_at IS NOT NULL AND f.finished_at IS NULL AND f.id <> w.id)
    ORDER BY w.number LIMIT 1 FOR UPDATE OF w SKIP LOCKED)
RETURNING id
"""


def dispatch_batches(run_id: int) -> None:
    """Publish the run's next batches, as many as may be on their way at once."""
    while batch := claim_batch(run_id):
        pending = batch.journeys.filter(state="pending")
        try:
            canvas.publish(batch, list(pending.values_list("pk", flat=True)))
        except BrokerError:
            release_claim(batch)
            raise
        Batch.objects.filter(pk=batch.pk).update(published_at=timezone.now())


def add_batches(run: Run, journeys: list[int]) -> None:
    """Add batches for these journeys to a run."""
    first = run.batches.count()
    for number, part in enumerate(batched(journeys, settings.BATCH_SIZE), start=first):
        batch = Batch.objects.create(run=run, number=number, size=len(part))
        Journey.objects.filter(pk__in=part).update(batch=batch)


def claim_batch(run_id: int) -> Batch | None:
    """Claim the run's next batch for publishing; None where enough is on its way, or the run is
    paused or over.
    """
    limits = {"ready": settings.MAX_READY_URLS, "most": settings.MAX_IN_FLIGHT_URLS}
    rows = execute(CLAIM_BATCH, {"run": run_id, **limits})
    if rows:
        return Batch.objects.get(pk=rows[0][0])
    return None


def release_claim(batch: Batch) -> None:
    """Let others publish the batch: it could not be done here."""
    Batch.objects.filter(pk=batch.pk, published_at=None).update(claimed_at=None)
