"""Notify the receivers of an event that is about the installation and not about a run."""

import json
from datetime import datetime
from typing import Any

from django.utils import timezone

from pipeline.core.database import execute

NOTE = """
INSERT INTO access_delivery (id, webhook_id, event, run, happened_at, facts, next_at, attempts,
    error)
SELECT gen_random_uuid(), hook.id, %(event)s, 0, %(at)s, %(facts)s::jsonb, %(now)s, 0, ''
FROM access_webhook AS hook WHERE hook.active AND %(event)s = ANY (hook.events)
ON CONFLICT DO NOTHING RETURNING number
"""


def notify(event: str, at: datetime, facts: dict[str, Any]) -> int:
    """Write what is to be sent, once for each receiver and moment; return how many that were."""
    values = {
        "event": event,
        "at": at,
        "facts": json.dumps(facts),
        "now": timezone.now(),
    }
    return len(execute(NOTE, values))
