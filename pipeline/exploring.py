"""The discover stage: a run's wish -> what discovery found, remembering between runs what each source said."""

import time
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from pipeline.addresses import host_of, split
from pipeline.discovery import Discovery, SourceMemory, discover
from pipeline.errors import Unavailable
from pipeline.models import Run
from pipeline.models import SourceMemory as SourceRow
from pipeline.records import Fetched, Validators
from pipeline.snapshots import fetcher
from pipeline.wishes import wish_of

PAUSES = (1.0, 3.0)  # seconds before each further try
LONGEST_WAIT = 60.0  # seconds; a host that wants more is left out of this run, with a note


def explore(run: Run) -> Discovery:
    """Looks for the articles that the run asks for. Sources that have not changed are answered from memory."""
    known = recall(run)
    discovery = discover(wish_of(run.parameters), ask, timezone.now(), known=known)
    remember(discovery, known)
    return discovery


def ask(url: str, validators: Validators) -> Fetched:
    """One request for a source, made again where it may pass: discovery cannot go back to its queue half done."""
    for wait in (*PAUSES, None):
        result = fetcher().fetch(url, validators=validators, purpose="source")
        if wait is None or not isinstance(result, Unavailable):
            return result
        time.sleep(min(result.retry_after or wait, LONGEST_WAIT))
    raise AssertionError("unreachable")


def recall(run: Run) -> dict[str, SourceMemory]:
    """What earlier runs kept of the sources of this run's hosts; older than REFETCH_DAYS is not trusted any more."""
    hosts = {host_of(split(address)) for address in run.addresses}
    fresh = timezone.now() - timedelta(days=settings.REFETCH_DAYS)
    rows = SourceRow.objects.filter(host__in=hosts, read__gt=fresh)
    return {row.address: SourceMemory.from_json(row.memory) for row in rows}


def remember(discovery: Discovery, known: Mapping[str, SourceMemory]) -> None:
    """Keeps what each feed, sitemap and list said, for the next run's conditional requests."""
    news = {address: memory for address, memory in discovery.memories.items() if known.get(address) != memory}
    rows = [
        SourceRow(address=address, host=host_of(split(address)), memory=memory.to_json(), read=timezone.now())
        for address, memory in news.items()
    ]
    SourceRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["address"], update_fields=["memory", "read"]
    )
