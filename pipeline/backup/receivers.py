"""Telling the receivers of notifications that a backup failed or is overdue."""

from datetime import datetime

from pipeline.access.models import Webhook
from pipeline.access.webhooks.notify import notify


def tell_receivers(state: str, reason: str, at: datetime) -> int:
    """Write what is to be sent, once for each receiver and moment; return how many that were."""
    facts = {"name": "Backup", "state": state, "reason": reason, "path": "/backups/"}
    return notify(Webhook.Event.BACKUP, at, facts)
