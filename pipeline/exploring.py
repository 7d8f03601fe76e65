"""The discover stage: a run's wish -> what discovery found, remembering between runs what each source said."""

from collections.abc import Mapping

from django.utils import timezone

from pipeline.addresses import host_of, split
from pipeline.discovery import Discovery, SourceMemory, discover
from pipeline.errors import Rejected, Unavailable
from pipeline.models import Host, Run
from pipeline.models import SourceMemory as SourceRow
from pipeline.records import Fetched, Validators
from pipeline.snapshots import fetcher, full_look_before
from pipeline.wishes import wish_of

DEAD = {"unknown-host", "dns-failure", "connection-refused", "unreachable", "robots-unreachable", "internal-address"}


def explore(run: Run) -> Discovery:
    """Looks for the articles that the run asks for. Sources that have not changed are answered from memory."""
    Host.objects.reopen(host_of(split(address)) for address in run.addresses)
    known = recall(run)
    discovery = discover(wish_of(run.parameters), Scout().ask, timezone.now(), known=known)
    remember(discovery, known)
    return discovery


class Scout:
    """Asks for sources; a host that is not there is asked only once, instead of for each of its usual places."""

    def __init__(self) -> None:
        self.dead: dict[str, Rejected] = {}

    def ask(self, url: str, validators: Validators) -> Fetched:
        """One source, or why it cannot be had."""
        host = host_of(split(url))
        if host in self.dead:
            return self.dead[host]
        result = fetcher().fetch(url, validators=validators, purpose="source")
        if isinstance(result, Rejected | Unavailable) and result.reason in DEAD:
            result = self.dead[host] = Rejected(result.reason, result.detail)
        return result


def recall(run: Run) -> dict[str, SourceMemory]:
    """What earlier runs kept of the sources of this run's hosts; older than REFETCH_DAYS is not trusted any more."""
    hosts = {host_of(split(address)) for address in run.addresses}
    rows = SourceRow.objects.filter(host__in=hosts, read__gt=full_look_before())
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
