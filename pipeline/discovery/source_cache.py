"""What each source says, kept between runs, so that one that has not changed need not be read
again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from pipeline.core.batched import batched
from pipeline.core.quoted_urls import keys_in
from pipeline.core.url import host_at
from pipeline.discovery.discover import CachedSource, Discovery
from pipeline.fetching.snapshots import full_look_before
from pipeline.models import ErasedURL, Run, SourceCacheEntry

# By COPY, as a statement's values are in memory six times over while it is sent: 35 MB for a
# sitemap of 50,000 lines.
CREATE_READ_NOW = "CREATE TEMPORARY TABLE read_now (LIKE pipeline_sourcecacheentry)"
COPY = "COPY read_now (address, host, read_at, memory) FROM STDIN"
SAVE = """
INSERT INTO pipeline_sourcecacheentry (address, host, memory, read_at)
SELECT address, host, memory, read_at FROM read_now
ORDER BY address ON CONFLICT (address)
DO UPDATE SET memory = excluded.memory,
    read_at = excluded.read_at
"""
DROP_READ_NOW = "DROP TABLE read_now"
KEYS_AT_ONCE = 1_000
ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def load_cache(run: Run) -> dict[str, CachedSource]:
    """Return what earlier runs read of this run's hosts; nothing older than REFETCH_DAYS."""
    hosts = {host_at(address) for address in run.addresses}
    rows = SourceCacheEntry.objects.filter(
        host__in=hosts, read_at__gt=full_look_before()
    )
    texts = rows.values_list("address", Cast("memory", TextField()))
    cached = {}
    for address, text in texts.iterator(chunk_size=1):
        # One of another version is as if it were not there.
        with suppress(KeyError, TypeError, ValueError):
            cached[address] = CachedSource.from_json(text)
    return cached


@transaction.atomic
def save_cache(discovery: Discovery) -> None:
    """Keep what each feed, sitemap and list says, for the next run's conditional requests."""
    read = {
        request.url: request.memory
        for request in discovery.asked
        if request.memory and request.outcome != "unchanged"
    }
    if ErasedURL.objects.exists():
        read = {url: said for url, said in read.items() if not names_erased(said)}
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(CREATE_READ_NOW)
        cursor.copy_expert(COPY, _Pieces(_lines(read, timezone.now())))
        cursor.execute(SAVE)
        cursor.execute(DROP_READ_NOW)


def names_erased(source: CachedSource) -> bool:
    """Whether a source names a URL that was erased: what it says of that is not kept."""
    keys = sorted(keys_in(json.loads(source.to_json())))
    return any(ErasedURL.objects.among(part) for part in batched(keys, KEYS_AT_ONCE))


def _lines(read: Mapping[str, CachedSource], now: datetime) -> Iterator[bytes]:
    """Yield COPY's text format in pieces: a line for each source, tabs between its fields."""
    for address, source in read.items():
        fields = (address, host_at(address), now.isoformat(), "")
        yield "\t".join(field.translate(ESCAPED) for field in fields).encode()
        for piece in source.pieces():
            yield piece.replace(b"\\", rb"\\")
        yield b"\n"


class _Pieces:
    """Pieces of a text as a file to read them from."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces = filter(None, pieces)

    def read(self, size: int) -> bytes:
        """Return the next piece, whatever its size; nothing at the end."""
        return next(self.pieces, b"")
