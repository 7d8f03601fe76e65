"""Records as JSON and back: what travels in a row or an export.

Only fields with something to say are written.
"""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from backports import zstd

from pipeline.core.records import CodeBlock, Draft, LeftOut, SourceMetadata

T = TypeVar("T", SourceMetadata, Draft, CodeBlock, LeftOut)
DATES = {"published", "updated", "lastmod"}
LONG = ("text", "html")
SEPARATOR = "\0"  # is in no text of a record: see `plain`


def dump(record: SourceMetadata | Draft | CodeBlock | LeftOut) -> dict[str, Any]:
    """Return the record as JSON-ready values; empty fields are left out."""
    return {
        f.name: plain(value)
        for f in fields(record)
        if (value := getattr(record, f.name)) not in ("", (), None, {}, 0)
    }


def pack(record: SourceMetadata | Draft) -> bytes:
    """Return the record compressed, for a column that PostgreSQL need not look into.

    Its long texts stand behind the JSON as they are: to escape them, and to read that again, takes
    longer than all else.
    """
    values = dump(record)
    texts = [values.pop(name, "") for name in LONG]
    packed = SEPARATOR.join([json.dumps(values), *texts])
    return zstd.compress(packed.encode(), level=1)


def unpack(kind: type[T], data: bytes) -> T:
    """Return the inverse of `pack`."""
    values, *texts = zstd.decompress(bytes(data)).decode().split(SEPARATOR)
    return load(kind, json.loads(values) | dict(zip(LONG, texts, strict=False)))


def plain(value: Any) -> Any:
    """Return a value as JSON that PostgreSQL takes."""
    if isinstance(value, str):  # PostgreSQL refuses NUL, and UTF-8 lone surrogates
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, CodeBlock | LeftOut):
        return dump(value)
    return value


def load(kind: type[T], values: dict[str, Any]) -> T:
    """Return the inverse of `dump`.

    Fields that `kind` does not know are ignored: an older row must still load.
    """
    known = {f.name for f in fields(kind)}
    return kind(
        **{name: _rich(name, value) for name, value in values.items() if name in known}
    )


def _rich(name: str, value: Any) -> Any:
    if name in DATES and isinstance(value, str):
        return datetime.fromisoformat(value)
    if name == "code":
        return tuple(CodeBlock(**{"text": "", **block}) for block in value)
    if name == "left_out":
        return tuple(load(LeftOut, block) for block in value)
    if isinstance(value, list):
        return tuple(value)
    return value
