"""The discover stage: a run's options -> what discovery found; caches what each source says between runs."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from pipeline.core.failures import STOPPED, Rejected, Unavailable
from pipeline.core.records import Fetched, Validators
from pipeline.core.url import host_at
from pipeline.discovery.discover import Bounds, CachedSource, Discovery, discover
from pipeline.discovery.options import options_from_parameters
from pipeline.fetching.factory import fetcher
from pipeline.fetching.snapshots import full_look_before
from pipeline.journeys.run_state import may_send
from pipeline.models import Host, Run, SourceCacheEntry

DEAD = {
    "unknown-host",
    "connection-refused",
    "unreachable",
    "robots-unreachable",
    "internal-address",
}

# By COPY, as a statement's values are in memory six times over while it is sent: 35 MB for a sitemap of 50,000 lines.
SAID = "CREATE TEMPORARY TABLE said (LIKE pipeline_sourcecacheentry)"
COPY = "COPY said (address, host, read_at, memory) FROM STDIN"
ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
REMEMBER = """
INSERT INTO pipeline_sourcecacheentry (address, host, memory, read_at) SELECT address, host, memory, read_at FROM said
ORDER BY address ON CONFLICT (address) DO UPDATE SET memory = excluded.memory, read_at = excluded.read_at
"""

SAY_ALIVE_EVERY = 5.0  # seconds


def explore(run: Run) -> Discovery:
    """Looks for the articles that the run asks for. Sources that have not changed are answered from memory."""
    Host.objects.reopen(host_at(address) for address in run.addresses)
    scout = Scout(run.pk)
    return discover(
        options_from_parameters(run.parameters),
        scout.ask,
        timezone.now(),
        known=recall(run),
        bounds=Bounds(
            requests=settings.DISCOVERY_MAX_REQUESTS, seconds=settings.DISCOVERY_MAX_SECONDS
        ),
    )


class Stopped(Exception):
    """The run was paused or canceled while its sources were read."""


class Scout:
    """Asks for sources; a host that is not there is asked only once, instead of for each of its usual places."""

    def __init__(self, run: int) -> None:
        self.run = run
        self.dead: dict[str, Rejected] = {}
        self.said_alive = 0.0

    def ask(self, url: str, validators: Validators) -> Fetched:
        """One source, or why it cannot be had. Raises Stopped once the run wants nothing more."""
        host = host_at(url)
        if host in self.dead:
            return self.dead[host]
        try:
            self.say_alive()
            result = fetcher().fetch(
                url,
                validators=validators,
                purpose="source",
                may_send=lambda: may_send(self.run),
            )
        finally:
            connection.close()  # of this thread, which nobody else would close
        if isinstance(result, Unavailable) and result.reason == STOPPED:
            raise Stopped
        if isinstance(result, Rejected | Unavailable) and result.reason in DEAD:
            result = self.dead[host] = Rejected(result.reason, result.detail)
        return result

    def say_alive(self) -> None:
        """Tells the reconciler that this discovery goes on."""
        if time.monotonic() - self.said_alive > SAY_ALIVE_EVERY:
            Run.objects.filter(pk=self.run).update(heartbeat_at=timezone.now())
            self.said_alive = time.monotonic()


def recall(run: Run) -> dict[str, CachedSource]:
    """What earlier runs kept of the sources of this run's hosts; older than REFETCH_DAYS is not trusted any more."""
    hosts = {host_at(address) for address in run.addresses}
    rows = SourceCacheEntry.objects.filter(host__in=hosts, read_at__gt=full_look_before())
    memories = {}
    for address, memory in rows.values_list("address", Cast("memory", TextField())).iterator(
        chunk_size=1
    ):
        with suppress(
            KeyError, TypeError, ValueError
        ):  # written by another version: as if it were not known
            memories[address] = CachedSource.from_json(memory)
    return memories


@transaction.atomic
def remember(discovery: Discovery) -> None:
    """Keeps what each feed, sitemap and list said, for the next run's conditional requests."""
    said = {
        asked.url: asked.memory
        for asked in discovery.asked
        if asked.memory and asked.outcome != "unchanged"
    }
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(SAID)
        cursor.copy_expert(COPY, Pieces(rows(said, timezone.now())))
        cursor.execute(REMEMBER)
        cursor.execute("DROP TABLE said")


def rows(said: Mapping[str, CachedSource], now: datetime) -> Iterator[bytes]:
    """COPY's text format in pieces: a line for each source, tabs between its fields."""
    for address, memory in said.items():
        fields = address, host_at(address), now.isoformat(), ""
        yield "\t".join(field.translate(ESCAPED) for field in fields).encode()
        yield from (piece.replace(b"\\", rb"\\") for piece in memory.pieces())
        yield b"\n"


class Pieces:
    """Pieces of a text as a file to read them from."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces = filter(None, pieces)

    def read(self, size: int) -> bytes:
        """The next piece, whatever its size; nothing at the end."""
        return next(self.pieces, b"")
