"""Webhooks: what is due is sent until it arrives.

The rows come from the database itself, in the transaction that ends the run (migrations/0002), so
that no kill loses one. A worker that dies while it sends leaves a row that comes due again:
receivers may see an event twice, with one id.
"""

import json
from dataclasses import replace
from datetime import timedelta

import standardwebhooks
import structlog
from django.utils import timezone

from pipeline.access.models import Delivery, Webhook
from pipeline.access.webhooks import mail
from pipeline.core.database import execute
from pipeline.core.failures import Rejected, Unavailable
from pipeline.fetching.factory import policy_from_settings
from pipeline.fetching.post import post
from pipeline.models import Run

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 5.0  # seconds for one receiver
LEASE = timedelta(
    minutes=1
)  # after which a delivery that somebody took and did not finish is due again
RETRY_AFTER = tuple(
    timedelta(seconds=each) for each in (30, 120, 600, 3600, 6 * 3600)
)  # before the tries after the first

CLAIM = """
UPDATE access_delivery SET attempts = attempts + 1, tried_at = %(now)s, next_at = %(again)s
WHERE number = (
    SELECT d.number FROM access_delivery d JOIN access_webhook w ON w.id = d.webhook_id
    WHERE d.next_at <= %(now)s AND w.active ORDER BY d.next_at, d.number
        LIMIT 1 FOR UPDATE OF d SKIP LOCKED
) RETURNING number
"""


def claim() -> int | None:
    """Take the delivery that is due longest; nobody else takes it within the lease."""
    now = timezone.now()
    rows = execute(CLAIM, {"now": now, "again": now + LEASE})
    if rows:
        return int(rows[0][0])
    return None


def deliver(delivery: Delivery) -> None:
    """Send one delivery that was claimed, and note what came of it."""
    if mail.is_mail(delivery.webhook.url):
        answer: int | Rejected | Unavailable = mail.send(delivery)
    else:
        answer = _post(delivery)
    now = timezone.now()
    if isinstance(answer, int):
        status = answer
    else:
        status = None
    delivery.status = status
    delivery.error = error_message(answer)
    delivery.next_at = None
    if status and 200 <= status < 300:
        delivery.delivered_at = now
    elif delivery.attempts <= len(RETRY_AFTER):
        delivery.next_at = now + RETRY_AFTER[delivery.attempts - 1]
    delivery.save(update_fields=["status", "error", "delivered_at", "next_at"])
    log.info(
        "webhook_sent",
        delivery=str(delivery.id),
        about=delivery.run,
        status=status,
        error=delivery.error,
    )


def _post(delivery: Delivery) -> int | Rejected | Unavailable:
    body = json.dumps(delivery.body, ensure_ascii=False).encode()
    return post(
        delivery.webhook.url,
        body,
        headers(delivery, body),
        replace(
            policy_from_settings(), max_seconds=TIMEOUT_SECONDS, connect_seconds=3.0
        ),
    )


def error_message(answer: int | Rejected | Unavailable) -> str:
    """Return what went wrong, for a person; nothing where it went well."""
    if isinstance(answer, int):
        if 300 <= answer < 400:
            redirect = " (redirects are not followed)"
        else:
            redirect = ""
        if 200 <= answer < 300:
            return ""
        return f"the receiver answered {answer}{redirect}"
    if answer.detail:
        return f"{answer.reason}: {answer.detail}"
    return answer.reason


def headers(delivery: Delivery, body: bytes) -> dict[str, str]:
    """Return what goes with the body: type, and the id, time and signature of Standard Webhooks."""
    now = timezone.now()
    signer = standardwebhooks.Webhook(delivery.webhook.secret)
    return {
        "Content-Type": "application/json",
        "webhook-id": str(delivery.id),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signer.sign(str(delivery.id), now, body.decode()),
    }


def test(webhook: Webhook) -> Delivery:
    """Sends a test at once, and keeps what came of it; it is tried once."""
    run = Run.objects.order_by("-pk").first()
    facts = {
        "id": run.pk if run else 0,
        "name": "a test",
        "state": "finished",
        "reason": "this is a test",
    }
    delivery = Delivery.objects.create(
        webhook=webhook, event=Delivery.TEST, facts=facts, attempts=len(RETRY_AFTER) + 1
    )
    deliver(delivery)
    return delivery


def again(delivery: Delivery) -> None:
    """Make a delivery due now, with all its tries before it."""
    Delivery.objects.filter(pk=delivery.pk).update(
        next_at=timezone.now(), attempts=0, delivered_at=None
    )
