"""A model's rows as lines of COPY.

The columns are read from the model: what is not given gets the field's default.
"""

import json
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import Model

NULL = "\\N"


class Table:
    """The lines of one table. Where the rows are not `numbered` the database numbers them."""

    def __init__(
        self, model: type[Model], moment: datetime, numbered: bool = True
    ) -> None:
        fields = [
            field
            for field in model._meta.concrete_fields
            if not field.generated and field.column
        ]
        if not numbered:
            fields = [
                field
                for field in fields
                if not isinstance(field, models.AutoField | models.BigAutoField)
            ]
        self.name = model._meta.db_table
        self.columns = [str(field.column) for field in fields]
        self._places = {field.attname: place for place, field in enumerate(fields)}
        self._defaults = [encoded(_default(field, moment)) for field in fields]

    def __contains__(self, column: str) -> bool:
        return column in self._places

    def line(self, **values: Any) -> str:
        """Return a row; a name that the model does not know is an error."""
        line = self._defaults.copy()
        for name, value in values.items():
            if type(value) is Raw:
                line[self._places[name]] = value
            else:
                line[self._places[name]] = encoded(value)
        return "\t".join(line) + "\n"


class Raw(str):
    """A value that is in COPY's form already."""

    __slots__ = ()


def encoded(value: Any) -> str:
    """Return a value in COPY's text form. A list is an array of text, a dict is JSON."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        if value:
            return "t"
        return "f"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Json | dict):
        return _escaped(
            json.dumps(
                value.value if isinstance(value, Json) else value, ensure_ascii=False
            )
        )
    if isinstance(value, list):
        return _escaped(
            "{" + ",".join('"' + _quoted(str(each)) + '"' for each in value) + "}"
        )
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, str):
        return _escaped(value)
    return str(value)


class Json:
    """A list that is meant as JSON."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _escaped(text: str) -> str:
    return (
        text.replace("\\", "\\\\")
        .replace("\n", "\\n")
        .replace("\t", "\\t")
        .replace("\r", "\\r")
    )


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _default(field: Any, moment: datetime) -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return moment
    value = field.get_default()
    if isinstance(field, models.JSONField) and value is not None:
        return Json(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value
