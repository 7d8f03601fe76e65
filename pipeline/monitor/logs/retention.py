"""How long the log is kept: days go as a whole, with what was counted of them."""

from datetime import UTC, datetime, time, timedelta

import structlog
from django.conf import settings
from django.db import OperationalError, connection

from pipeline.monitor.logs import partitions
from pipeline.monitor.models import ErrorGroup, LogCount

log = structlog.get_logger(__name__)


def prune(now: datetime) -> int:
    """Drop the days before LOG_RETENTION_DAYS, and make those to come. Returns how many lines
    went."""
    cutoff = now - timedelta(days=settings.LOG_RETENTION_DAYS)
    gone = 0
    with connection.cursor() as cursor:
        try:
            partitions.make_ahead(cursor, now.astimezone(UTC).date())
            gone = partitions.drop_before(cursor, cutoff)
        except (
            OperationalError
        ) as error:  # somebody read for too long; tomorrow is another night
            log.warning("log_days_kept", error=str(error).strip())
        # As long as there are lines there is what was counted of them: who looks for lines goes
        # by that.
        first = min([cutoff.astimezone(UTC).date(), *partitions.days(cursor)])
    counted = LogCount.objects.filter(since__lt=datetime.combine(first, time.min, UTC))
    counted._raw_delete(LogCount.objects.db)
    ErrorGroup.objects.filter(day__lt=first).delete()
    return gone
