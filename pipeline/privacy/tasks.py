"""The task that erases."""

from celery import shared_task

from pipeline.broker.outages import tolerate_outage
from pipeline.broker.queues import ERASE

SECONDS = 8.0  # then others have their turn; the rest is done the next time


@shared_task(name=ERASE)
@tolerate_outage("erase")
def erase() -> None:
    """Beat sends it."""
    from pipeline.privacy.work import erase_for

    erase_for(SECONDS)
