"""What a run keeps of a source for the next one, as JSON: validators, digest, and all that the source said.

Most of it is only passed on, from a site's answer to the database, or not even needed. So it is held compressed.
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

from pipeline.core.records import Said, Validators
from pipeline.discovery.readers.parsed import Lead, Mention, Reading

_LONGEST_SUMMARY = 1_000
_PIECE = 65_536
_SOME = 100  # mentions
_OWN = [field.name for field in dataclasses.fields(Mention) if field.name != "said"]


@dataclass(frozen=True, slots=True)
class SourceMemory:
    """What the last run kept of one source address."""

    validators: Validators
    digest: str  # of the body, SHA-256 in hex
    said: bytes  # the reading as JSON, compressed

    @classmethod
    def of(cls, validators: Validators, digest: str, reading: Reading) -> "SourceMemory":
        """What to keep of a reading. Full contents are left out: an unchanged article is already stored."""
        packer = zlib.compressobj(level=1)
        packed = [packer.compress(part.encode()) for part in _parts(reading)]
        return cls(validators, digest, b"".join([*packed, packer.flush()]))

    @property
    def reading(self) -> Reading:
        """All that the source said."""
        return _reading(json.loads(zlib.decompress(self.said)))

    def to_json(self) -> str:
        """An object of the validators, the digest and the reading."""
        return b"".join(self.pieces()).decode()

    def pieces(self) -> Iterator[bytes]:
        """The same, a piece at a time and in ASCII: what a large sitemap says is some megabytes."""
        head = json.dumps(
            {"validators": dataclasses.asdict(self.validators), "digest": self.digest}
        )
        yield f'{head[:-1]}, "reading": '.encode()
        unpacker = zlib.decompressobj()
        rest = self.said
        while rest:
            yield unpacker.decompress(rest, _PIECE)
            rest = unpacker.unconsumed_tail
        yield unpacker.flush() + b"}"

    @classmethod
    def from_json(cls, text: str) -> "SourceMemory":
        """The reverse of `to_json`. Raises KeyError, TypeError or ValueError for what `to_json` did not make."""
        data = json.loads(text)
        _reading(data["reading"])
        packed = zlib.compress(json.dumps(data["reading"]).encode(), level=1)
        return cls(Validators(**data["validators"]), data["digest"], packed)


def digest(body: bytes) -> str:
    """The mark by which the same bytes are known again."""
    return hashlib.sha256(body).hexdigest()


def _parts(reading: Reading) -> Iterator[str]:
    """The reading as JSON, in pieces: all of a large sitemap at once would be many times the sitemap."""
    yield json.dumps(_plain(replace(reading, mentions=())))[:-1]
    mentions = _told(reading.mentions)
    before = ', "mentions": ['
    while some := list(islice(mentions, _SOME)):
        yield before + json.dumps(some)[1:-1]
        before = ", "
    yield "]}" if reading.mentions else "}"


def _told(mentions: Iterable[Mention]) -> Iterator[dict[str, Any]]:
    said = None
    told = {}
    for mention in mentions:
        if mention.said is not said:  # which many lines of a sitemap share
            said = mention.said
            told = _plain(mention.said)
        own = {name: value for name in _OWN if (value := getattr(mention, name))}
        yield own | {"said": told} if told else own


def _plain(record: Any) -> Any:
    """Dataclasses as dicts without their empty fields, tuples as lists, datetimes as ISO 8601."""
    if isinstance(record, str | bool):
        return record
    if isinstance(record, tuple):
        return [_plain(value) for value in record]
    if isinstance(record, datetime):
        return record.isoformat()
    if isinstance(record, Said) and (record.html or len(record.summary) > _LONGEST_SUMMARY):
        record = replace(record, html="", summary=record.summary[:_LONGEST_SUMMARY])
    kind: Any = type(record)
    values = ((name, getattr(record, name)) for name in _fields(kind))
    return {
        name: plain for name, value in values if value and (plain := _plain(value)) not in ([], {})
    }


@cache
def _fields(kind: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(kind)]


def _reading(data: Mapping[str, Any]) -> Reading:
    values = dict(data)
    values["mentions"] = tuple(_mention(m) for m in data.get("mentions", ()))
    values["leads"] = tuple(Lead(**lead) for lead in data.get("leads", ()))
    values["authors"] = tuple(data.get("authors", ()))
    return Reading(**values)


def _mention(data: Mapping[str, Any]) -> Mention:
    return Mention(**{**data, "said": _said(data.get("said", {}))})


def _said(data: Mapping[str, Any]) -> Said:
    hints = typing.get_type_hints(Said)
    values: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, list):
            values[name] = tuple(value)
        elif hints[name] == datetime | None:
            values[name] = datetime.fromisoformat(value)
        else:
            values[name] = value
    return Said(**values)
