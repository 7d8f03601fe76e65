"""The waves of a run: added, claimed and sent, a few at a time."""

from celery.exceptions import OperationalError as BrokerError
from django.conf import settings
from django.utils import timezone

from pipeline.core.database import execute
from pipeline.journeys import canvas
from pipeline.journeys.bulk import in_parts
from pipeline.models import Journey, Run, Wave


def send_waves(run_id: int) -> None:
    """Publishes the run's next waves, as many as may be on their way at once."""
    while wave := claim_wave(run_id):
        try:
            canvas.publish(
                wave, list(wave.journeys.filter(state="pending").values_list("pk", flat=True))
            )
        except BrokerError:
            unclaim(wave)
            raise
        Wave.objects.filter(pk=wave.pk).update(published=timezone.now())


# A run is ahead of its workers by as much as keeps them busy, and no more: what it holds in the queues is what a run
# that is launched now waits behind. What is held back for a slow host stands in nobody's way, but is bounded, too.
# The claim keeps two workers from publishing one wave. It ends with the claimant's database connection, or runs out,
# so that a publisher's death strands nothing. IS TRUE: by the index of states, all of the run that waits would be read.
CLAIM_WAVE = """
UPDATE pipeline_wave SET claimed = now(), claimant = pg_backend_pid() WHERE id = (
    SELECT w.id FROM pipeline_wave w JOIN pipeline_run r ON r.id = w.run_id
    WHERE w.run_id = %(run)s AND w.published IS NULL AND r.state IN ('discovering', 'running')
      AND (w.claimed IS NULL OR w.claimed < now() - interval '1 minute'
           OR NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.pid = w.claimant))
      AND (SELECT coalesce(sum(sent.out), 0) < %(most)s AND coalesce(sum(sent.ready), 0) < %(ready)s / least(4, (
               SELECT greatest(1, count(*)) FROM pipeline_run WHERE state IN ('discovering', 'running')))
           FROM pipeline_wave f CROSS JOIN LATERAL (
               SELECT count(*) AS out, count(*) FILTER (WHERE j.queued <= clock_timestamp()) AS ready
               FROM pipeline_journey j WHERE j.wave_id = f.id AND (j.state = 'pending') IS TRUE) AS sent
           WHERE f.run_id = w.run_id AND f.claimed IS NOT NULL AND f.finished IS NULL AND f.id <> w.id)
    ORDER BY w.number LIMIT 1 FOR UPDATE OF w SKIP LOCKED)
RETURNING id
"""


def add_waves(run: Run, journeys: list[int]) -> None:
    """Further waves for these journeys of a run."""
    for number, part in enumerate(in_parts(journeys, settings.WAVE_SIZE), start=run.waves.count()):
        wave = Wave.objects.create(run=run, number=number, size=len(part))
        Journey.objects.filter(pk__in=part).update(wave=wave)


def claim_wave(run_id: int) -> Wave | None:
    """The run's next wave, claimed for publishing; None where enough is on its way, or the run is paused or over."""
    limits = {"ready": settings.JOURNEYS_READY, "most": settings.JOURNEYS_SENT}
    rows = execute(CLAIM_WAVE, {"run": run_id, **limits})
    if rows:
        return Wave.objects.get(pk=rows[0][0])
    return None


def unclaim(wave: Wave) -> None:
    """Lets others publish the wave: it could not be done here."""
    Wave.objects.filter(pk=wave.pk, published=None).update(claimed=None)
