"""What beat sends: deliver what is due, and look for runs that stand still."""

import time
from datetime import timedelta

import structlog
from celery import shared_task
from django.utils import timezone

from pipeline.access.models import Delivery, Webhook
from pipeline.access.watches.compose import compose_due
from pipeline.access.watches.matching import match_new_articles
from pipeline.access.webhooks.source_events import note_source_events
from pipeline.broker import queues
from pipeline.broker.outages import tolerate_outage
from pipeline.broker.queues import DELIVER, NOTICE
from pipeline.core.database import execute

log = structlog.get_logger(__name__)
# seconds after which no further delivery is begun: a worker has other things to do
BATCH_SECONDS = 5.0


RETENTION = timedelta(days=30)


STALL_AFTER = timedelta(minutes=10)  # without any movement a run is said to stall


# One row for each webhook and each time that a run came to stand still: `happened_at` is when it
# last moved.
STALLED = """
WITH moved AS (
    SELECT r.id, greatest(
        r.created_at, r.started_at, r.heartbeat_at,
        (SELECT max(published_at) FROM pipeline_batch WHERE run_id = r.id),
        (SELECT max(greatest(claimed_at, ended_at)) FROM pipeline_journey WHERE run_id = r.id),
        (SELECT max(resumed_at) FROM pipeline_stageintake)
    ) AS at
    FROM pipeline_run r WHERE r.state IN ('queued', 'discovering', 'running', 'cancelling')
)
INSERT INTO access_delivery (id, webhook_id, event, run, happened_at, facts, next_at, attempts,
    error)
SELECT gen_random_uuid(), w.id, %(event)s, r.id, m.at, access_run_facts(r), %(now)s, 0, ''
FROM moved m JOIN pipeline_run r ON r.id = m.id
JOIN access_webhook w ON w.active AND %(event)s = ANY (w.events)
WHERE m.at < %(before)s AND NOT EXISTS (
    SELECT FROM pipeline_journey WHERE run_id = r.id AND state = 'pending' AND queued_at > %(now)s
) AND NOT EXISTS (
    SELECT FROM pipeline_stageintake i WHERE i.paused_at IS NOT NULL AND (
        (i.stage = 'discover' AND r.state IN ('queued', 'discovering'))
        OR (i.stage = 'summarise' AND r.pending = 0)
        OR EXISTS (SELECT FROM pipeline_journey
            WHERE run_id = r.id AND state = 'pending' AND stage = i.stage)
    )
)
ON CONFLICT DO NOTHING RETURNING run
"""


# One row for each webhook and each time that there began to be dead letters: `happened_at` is the
# first sample that saw some after one that saw none.
DEAD_LETTERS = """
WITH newest AS (
    SELECT taken_at, waiting FROM monitor_queuesample WHERE queue = %(queue)s
    ORDER BY taken_at DESC LIMIT 1
), began AS (
    SELECT min(taken_at) AS at FROM monitor_queuesample
    WHERE queue = %(queue)s AND waiting > 0 AND taken_at > coalesce(
        (SELECT max(taken_at) FROM monitor_queuesample WHERE queue = %(queue)s AND waiting = 0),
        '-infinity')
)
INSERT INTO access_delivery (id, webhook_id, event, run, happened_at, facts, next_at, attempts,
    error)
SELECT gen_random_uuid(), w.id, %(event)s, 0, began.at,
    jsonb_build_object('number', newest.waiting, 'path', '/queues/', 'reason', %(reason)s::text),
    %(now)s, 0, ''
FROM newest, began, access_webhook w
WHERE newest.waiting > 0 AND began.at > %(now)s::timestamptz - interval '1 day'
    AND w.active AND %(event)s = ANY (w.events)
ON CONFLICT DO NOTHING RETURNING happened_at
"""
DEAD_LETTERS_REASON = "Messages that no worker could handle. Inspect them, fix the cause, and requeue or discard them."


@shared_task(name=DELIVER)
@tolerate_outage("deliver")
def deliver_due() -> None:
    """See what is new in watched views, and send what is due, the oldest first. Beat sends it
    every ten seconds; what is left comes with the next."""
    from pipeline.access.webhooks.delivery import claim, deliver

    began = time.monotonic()
    while time.monotonic() - began < BATCH_SECONDS and match_new_articles():
        pass
    compose_due(timezone.now())
    began = time.monotonic()
    while time.monotonic() - began < BATCH_SECONDS and (number := claim()):
        deliver(Delivery.objects.select_related("webhook__watch").get(pk=number))


@shared_task(name=NOTICE)
@tolerate_outage("notice")
def notice() -> None:
    """Look for runs that are stalled, dead letters, quiet sources and changed feeds, and remove
    deliveries that are past their days."""
    now = timezone.now()
    if _has_receiver(Webhook.Event.STALLED):
        values = {
            "event": Webhook.Event.STALLED,
            "now": now,
            "before": now - STALL_AFTER,
        }
        for (run,) in execute(STALLED, values):
            log.warning("run_stalled", run=run)
    if _has_receiver(Webhook.Event.DEAD_LETTERS):
        values = {
            "event": Webhook.Event.DEAD_LETTERS,
            "queue": queues.DEAD_LETTERS,
            "now": now,
            "reason": DEAD_LETTERS_REASON,
        }
        execute(DEAD_LETTERS, values)
    note_source_events(now)
    Delivery.objects.filter(happened_at__lt=now - RETENTION, next_at=None).delete()


def _has_receiver(event: str) -> bool:
    return Webhook.objects.filter(active=True, events__contains=[event]).exists()
