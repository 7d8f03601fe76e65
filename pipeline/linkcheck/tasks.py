"""The task that beat sends."""

from celery import shared_task
from django.utils import timezone

from pipeline.broker.outages import tolerate_outage
from pipeline.broker.queues import CHECK_LINKS


@shared_task(name=CHECK_LINKS)
@tolerate_outage("linkcheck")
def check_due_links() -> None:
    """Look whether the originals of some articles are still there."""
    from pipeline.linkcheck.check import check_links

    check_links(timezone.now())
