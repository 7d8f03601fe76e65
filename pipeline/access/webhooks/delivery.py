"""Webhooks: what is due is sent until it arrives.

The rows come from the database itself, in the transaction that ends the run (migrations/0002), so
that no kill loses one. A worker that dies while it sends leaves a row that comes due again:
receivers may see an event twice, with one id.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import standardwebhooks
import structlog
from django.utils import timezone
from django.utils.translation import gettext_noop

from pipeline.access.models import Delivery, Webhook
from pipeline.access.watches import content
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
# How long a watch waits for a receiver that is away; then the delivery can be sent again by hand.
WATCH_PATIENCE = timedelta(days=14)
SAMPLE_EVERY = timedelta(seconds=30)  # at most, of a watch
SAMPLE_TOO_SOON = gettext_noop("a sample was sent a moment ago; wait half a minute")
NOTHING_LEFT = "Nothing was sent: its articles were deleted."

CLAIM = """
UPDATE access_delivery SET attempts = attempts + 1, tried_at = %(now)s, next_at = %(again)s
WHERE number = (
    SELECT d.number FROM access_delivery d JOIN access_webhook w ON w.id = d.webhook_id
    WHERE d.next_at <= %(now)s AND w.active AND NOT EXISTS (
        SELECT FROM access_watch a JOIN auth_user u ON u.id = a.owner_id
        WHERE a.id = w.watch_id AND NOT u.is_active
    ) ORDER BY d.next_at, d.number
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
    if _waits_for_the_end_of_quiet(delivery) or _has_nothing_left(delivery):
        return
    if delivery.webhook.is_mail:
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
    else:
        delivery.next_at = _next_try(delivery, now)
    delivery.save(update_fields=["status", "error", "delivered_at", "next_at"])
    if delivery.event == Webhook.Event.NEW_ARTICLES:
        _move_the_others(delivery, now)
    log.info(
        "webhook_sent",
        delivery=str(delivery.id),
        about=delivery.run,
        status=status,
        error=delivery.error,
    )


def _waits_for_the_end_of_quiet(delivery: Delivery) -> bool:
    """Put off what came due in the quiet hours of a watch; this is no try."""
    watch = delivery.webhook.watch
    if watch is None or delivery.event == Delivery.TEST:
        return False
    now = timezone.now()
    until = watch.after_quiet(now)
    if until <= now:
        return False
    delivery.next_at = until
    delivery.attempts -= 1
    delivery.save(update_fields=["next_at", "attempts"])
    return True


def _has_nothing_left(delivery: Delivery) -> bool:
    """End a delivery whose articles were deleted meanwhile."""
    if delivery.event != Webhook.Event.NEW_ARTICLES or content.articles_of(delivery):
        return False
    delivery.next_at = None
    delivery.error = NOTHING_LEFT
    delivery.save(update_fields=["next_at", "error"])
    return True


def _next_try(delivery: Delivery, now: datetime) -> datetime | None:
    """Return when a delivery that failed is tried again; None where it is given up."""
    if delivery.attempts <= len(RETRY_AFTER):
        moment = now + RETRY_AFTER[delivery.attempts - 1]
    elif (
        delivery.event == Webhook.Event.NEW_ARTICLES
        and now - delivery.happened_at < WATCH_PATIENCE
    ):
        moment = now + RETRY_AFTER[-1]
    else:
        return None
    watch = delivery.webhook.watch
    if watch:
        return watch.after_quiet(moment)
    return moment


def _move_the_others(delivery: Delivery, now: datetime) -> None:
    """Let what else is due for the receiver of a watch wait while it is away, the oldest being
    tried, and go on once that arrived."""
    others = Delivery.objects.filter(
        webhook=delivery.webhook_id, event=delivery.event, next_at__isnull=False
    ).exclude(pk=delivery.pk)
    if delivery.delivered_at:
        others.filter(next_at__gt=now, tried_at=None).update(next_at=now)
    elif delivery.next_at:
        others.filter(next_at__lt=delivery.next_at).update(next_at=delivery.next_at)


def _post(delivery: Delivery) -> int | Rejected | Unavailable:
    body = json.dumps(payload(delivery), ensure_ascii=False).encode()
    return post(
        delivery.webhook.url,
        body,
        headers(delivery, body),
        replace(
            policy_from_settings(), max_seconds=TIMEOUT_SECONDS, connect_seconds=3.0
        ),
    )


def payload(delivery: Delivery) -> dict[str, Any]:
    """Return what is posted."""
    if delivery.webhook.watch:
        return content.body_of(delivery, content.articles_of(delivery))
    return delivery.body


def error_message(answer: int | Rejected | Unavailable) -> str:
    """Return what went wrong, for a person; nothing where it went well."""
    if isinstance(answer, int):
        if 200 <= answer < 300:
            return ""
        if 300 <= answer < 400:
            return f"the receiver answered {answer} (redirects are not followed)"
        return f"the receiver answered {answer}"
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
    if webhook.watch:
        facts = {
            "view": webhook.watch.view.name,
            "articles": content.sample_ids(webhook.watch),
        }
    else:
        facts = _facts_of_a_test()
    delivery = Delivery.objects.create(
        webhook=webhook, event=Delivery.TEST, facts=facts, attempts=len(RETRY_AFTER) + 1
    )
    deliver(delivery)
    return delivery


def may_send_sample(webhook: Webhook) -> bool:
    """Whether the last sample is long enough ago: a person sends them to an address of their
    choice."""
    after = timezone.now() - SAMPLE_EVERY
    samples = webhook.deliveries.filter(event=Delivery.TEST, happened_at__gt=after)
    return not samples.exists()


def _facts_of_a_test() -> dict[str, Any]:
    run = Run.objects.order_by("-pk").first()
    return {
        "id": run.pk if run else 0,
        "name": "a test",
        "state": "finished",
        "reason": "this is a test",
    }


def again(delivery: Delivery) -> None:
    """Make a delivery due now, with all its tries before it."""
    Delivery.objects.filter(pk=delivery.pk).update(
        next_at=timezone.now(), attempts=0, delivered_at=None
    )
