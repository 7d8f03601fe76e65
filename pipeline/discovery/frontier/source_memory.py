"""What a run keeps of a source for the next one, as JSON: validators, digest, and all that the
source said.

Most of it is only passed on, from a site's answer to the database, or not even needed. So it is
held compressed.
"""

import dataclasses
import hashlib
import json
import typing
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from pipeline.core.records import SourceMetadata, Validators
from pipeline.discovery.readers.parsed import ExtractedLink, ParsedSource, SourceLink

_MAX_SUMMARY_LENGTH = 1_000
_PIECE_BYTES = 65_536
_BATCH = 100  # links that become JSON at once
_OWN_FIELDS = [
    field.name
    for field in dataclasses.fields(ExtractedLink)
    if field.name != "metadata"
]
_METADATA_TYPES = typing.get_type_hints(SourceMetadata)


@dataclass(frozen=True, slots=True)
class CachedSource:
    """What the last run kept of one source address."""

    validators: Validators
    digest: str  # of the body, SHA-256 in hex
    packed: bytes  # the parsed source as JSON, compressed

    @classmethod
    def of(
        cls, validators: Validators, digest: str, parsed: ParsedSource
    ) -> "CachedSource":
        """Return what to keep of a source. Full contents are left out: an unchanged article is
        already stored."""
        packer = zlib.compressobj(level=1)
        packed = [packer.compress(part.encode()) for part in _parts(parsed)]
        return cls(validators, digest, b"".join([*packed, packer.flush()]))

    @property
    def reading(self) -> ParsedSource:
        """All that the source said."""
        return _parsed(json.loads(zlib.decompress(self.packed)))

    def to_json(self) -> str:
        """Return an object of the validators, the digest and the reading."""
        return b"".join(self.pieces()).decode()

    def pieces(self) -> Iterator[bytes]:
        """Yield the same, a piece at a time and in ASCII: what a large sitemap says is some
        megabytes."""
        head = json.dumps(
            {"validators": dataclasses.asdict(self.validators), "digest": self.digest}
        )
        yield f'{head[:-1]}, "reading": '.encode()
        unpacker = zlib.decompressobj()
        rest = self.packed
        while rest:
            yield unpacker.decompress(rest, _PIECE_BYTES)
            rest = unpacker.unconsumed_tail
        yield unpacker.flush() + b"}"

    @classmethod
    def from_json(cls, text: str) -> "CachedSource":
        """Return the reverse of `to_json`. Raises KeyError, TypeError or ValueError for what
        `to_json` did not make."""
        data = json.loads(text)
        _parsed(data["reading"])
        packed = zlib.compress(json.dumps(data["reading"]).encode(), level=1)
        return cls(Validators(**data["validators"]), data["digest"], packed)


def digest(body: bytes) -> str:
    """Return the mark by which the same bytes are known again."""
    return hashlib.sha256(body).hexdigest()


def _parts(parsed: ParsedSource) -> Iterator[str]:
    """Yield the source as JSON, in pieces: all of a large sitemap at once would be many times the
    sitemap."""
    yield json.dumps(_plain(replace(parsed, links=())))[:-1]
    links = _plain_links(parsed.links)
    before = ', "links": ['
    while batch := list(islice(links, _BATCH)):
        yield before + json.dumps(batch)[1:-1]
        before = ", "
    yield "]}" if parsed.links else "}"


def _plain_links(links: Iterable[ExtractedLink]) -> Iterator[dict[str, Any]]:
    metadata = None
    plain: dict[str, Any] = {}
    for link in links:
        if link.metadata is not metadata:  # which many lines of a sitemap share
            metadata = link.metadata
            plain = _plain(metadata)
        own = {name: getattr(link, name) for name in _OWN_FIELDS if getattr(link, name)}
        yield own | {"metadata": plain} if plain else own


def _plain(record: Any) -> Any:
    """Dataclasses as dicts without their empty fields, tuples as lists, datetimes as ISO 8601."""
    if isinstance(record, str | bool | int):
        return record
    if isinstance(record, tuple):
        return [_plain(value) for value in record]
    if isinstance(record, datetime):
        return record.isoformat()
    if isinstance(record, SourceMetadata) and (
        record.html or len(record.summary) > _MAX_SUMMARY_LENGTH
    ):
        record = replace(record, html="", summary=record.summary[:_MAX_SUMMARY_LENGTH])
    kind: Any = type(record)
    filled = {
        name: getattr(record, name) for name in _fields(kind) if getattr(record, name)
    }
    plain = {name: _plain(value) for name, value in filled.items()}
    return {name: value for name, value in plain.items() if value not in ([], {})}


@cache
def _fields(kind: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(kind)]


def _parsed(data: Mapping[str, Any]) -> ParsedSource:
    values = dict(data)
    values["links"] = tuple(_link(link) for link in data.get("links", ()))
    values["sources"] = tuple(
        SourceLink(**source) for source in data.get("sources", ())
    )
    values["authors"] = tuple(data.get("authors", ()))
    return ParsedSource(**values)


def _link(data: Mapping[str, Any]) -> ExtractedLink:
    return ExtractedLink(**{**data, "metadata": _metadata(data.get("metadata", {}))})


def _metadata(data: Mapping[str, Any]) -> SourceMetadata:
    values: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, list):
            values[name] = tuple(value)
        elif _METADATA_TYPES[name] == datetime | None:
            values[name] = datetime.fromisoformat(value)
        else:
            values[name] = value
    return SourceMetadata(**values)
