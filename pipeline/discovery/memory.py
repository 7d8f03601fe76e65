"""What a run keeps of a source for the next one, as JSON: validators, digest, and all that the source said."""

import dataclasses
import hashlib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.discovery.readings import Lead, Mention, Reading
from pipeline.records import Said, Validators

_LONGEST_SUMMARY = 1_000


@dataclass(frozen=True, slots=True)
class SourceMemory:
    """What the last run kept of one source address."""

    validators: Validators = field(default_factory=Validators)
    digest: str = ""  # of the body, SHA-256 in hex
    reading: Reading = field(default_factory=lambda: Reading("nothing", ""))

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON column. Full contents are left out: an unchanged article is already stored."""
        return {
            "validators": dataclasses.asdict(self.validators),
            "digest": self.digest,
            "reading": _plain(self.reading),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "SourceMemory":
        """The reverse of `to_json`. Raises KeyError or TypeError for what `to_json` did not make."""
        return cls(Validators(**data["validators"]), data["digest"], _reading(data["reading"]))


def digest(body: bytes) -> str:
    """The mark by which the same bytes are known again."""
    return hashlib.sha256(body).hexdigest()


def _plain(record: Any) -> Any:
    """Dataclasses as dicts without their empty fields, tuples as lists, datetimes as ISO 8601."""
    if dataclasses.is_dataclass(record) and not isinstance(record, type):
        values = {f.name: getattr(record, f.name) for f in dataclasses.fields(record)}
        if isinstance(record, Said):
            values |= {"html": "", "summary": record.summary[:_LONGEST_SUMMARY]}
        return {
            name: plain for name, value in values.items() if (plain := _plain(value)) not in ("", [], {}, None, False)
        }
    if isinstance(record, tuple):
        return [_plain(value) for value in record]
    return record.isoformat() if isinstance(record, datetime) else record


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
