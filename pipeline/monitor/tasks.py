"""The nightly task."""

import structlog
from celery import shared_task

from pipeline.access import audit
from pipeline.broker.queues import PRUNE
from pipeline.monitor.pruning import prune

log = structlog.get_logger(__name__)


@shared_task(name=PRUNE)
def prune_nightly() -> None:
    """Beat sends it."""
    log.info("pruned", **prune(audit.SCHEDULE))
