"""Writes many journeys at once."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.utils import timezone

from pipeline.core.batched import batched
from pipeline.core.database import execute
from pipeline.models import ErasedURL, Journey, Run
from pipeline.models.erasure import stand_in

ROWS_PER_STATEMENT = 500

Row = dict[str, Any]  # of a journey, by the names of its columns


def write(run: Run, rows: Iterable[Row]) -> None:
    """Write the journeys that are not there yet, some hundreds a statement.

    A run of a hundred thousand must not be in memory twice. Django's own way, an object a row,
    takes four times as long.
    """
    common = {**_defaults(), "run_id": run.pk}
    for part in batched(rows, ROWS_PER_STATEMENT):
        values = [{**common, **row} for row in without_erased(part)]
        execute(_insert(), [json.dumps(values, default=str)])


def without_erased(rows: Iterable[Row]) -> list[Row]:
    """Return the rows; of a URL that was erased one that says so, and quotes nothing."""
    given = list(rows)
    erased = ErasedURL.objects.among([row["key"] for row in given])
    if not erased:
        return given
    now = timezone.now()
    return [erased_row(row, now) if row["key"] in erased else row for row in given]


def erased_row(row: Row, now: datetime) -> Row:
    """Return the row of a URL that was erased; its batch goes on without it."""
    name = stand_in(row["key"])
    ended = {"state": "skipped", "reason": "erased", "stage": "discover"}
    return {
        "url": name,
        "key": name,
        "batch_id": row.get("batch_id"),
        "ended_at": now,
        **ended,
    }


@cache
def _insert() -> str:
    columns = {str(field.column): field.db_type(connection) for field in _fields()}
    names = ", ".join(columns)
    types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    return f"""
        INSERT INTO pipeline_journey ({names})
        SELECT {names} FROM json_to_recordset(%s) AS given({types})
        ON CONFLICT DO NOTHING"""  # noqa: S608 - the model's own names


@cache
def _defaults() -> Row:
    return {str(field.column): field.get_default() for field in _fields()}


def _fields() -> list[Any]:
    return [
        field for field in Journey._meta.local_concrete_fields if not field.primary_key
    ]
