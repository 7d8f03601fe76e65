"""The feeds that runs read, kept so that a later run sees what became of them."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from pipeline.core.url import host_at
from pipeline.discovery.discover import Discovery
from pipeline.discovery.feed_changes import FeedState, compare_feeds
from pipeline.models import KnownFeed, Run

MAX_FEEDS = 200  # of a run


@transaction.atomic
def note_feeds(run: Run, discovery: Discovery) -> None:
    """Keep what became of the feeds of a run's sites. Doing so twice tells nothing twice."""
    starts = sorted(run.addresses)
    rows = KnownFeed.objects.select_for_update().filter(starts=starts)
    known = {
        row.address: FeedState(row.state, row.moved_to, row.entries) for row in rows
    }
    now = timezone.now()
    for number, change in enumerate(compare_feeds(known, discovery.asked)[:MAX_FEEDS]):
        values = {
            "host": _site_of(change.address, discovery.sites),
            "starts": starts,
            "run": run.pk,
            "read_at": now,
            **change.now._asdict(),
        }
        if change.is_news:
            # each at a moment of its own, by which its notification is known
            values["changed_at"] = now + timedelta(microseconds=number)
        KnownFeed.objects.update_or_create(address=change.address, defaults=values)


def _site_of(address: str, sites: Collection[str]) -> str:
    """Return the source that a feed belongs to: its own host, unless another host serves it for
    the only site of the run."""
    host = host_at(address).removeprefix("www.")
    names = {site.partition("/")[0] for site in sites}
    is_elsewhere = host.partition(":")[0] not in {n.partition(":")[0] for n in names}
    if is_elsewhere and len(names) == 1:
        return names.pop()
    return host
