"""What beat sends: tell where a backup is overdue."""

import structlog
from celery import shared_task
from django.utils import timezone, translation

from pipeline.backup.receivers import tell_receivers
from pipeline.backup.schedule import status
from pipeline.broker.outages import tolerate_outage
from pipeline.broker.queues import CHECK_BACKUP

log = structlog.get_logger(__name__)


@shared_task(name=CHECK_BACKUP)
@tolerate_outage("check_backup")
def check_backup() -> None:
    """Tell once that a backup is overdue: the process that makes them may be down, and cannot tell
    it by itself."""
    with translation.override("en"):  # as all that is kept
        found = status(timezone.now())
    if found.overdue_since is None or found.last is None:
        return
    reason = f"The last backup was made {found.last.started_at:%Y-%m-%d %H:%M} UTC. {found.reason}"
    if tell_receivers("overdue", reason, found.overdue_since):
        log.warning("backup_overdue", since=found.overdue_since.isoformat())
