"""The launch form as JSON: its fields are read from the form, and the form is what decides."""

from typing import Any
from uuid import NAMESPACE_OID, uuid5

from django import forms
from ninja import Schema
from pydantic import create_model

from pipeline.api.app import InvalidInput
from pipeline.api.schemas import Strict
from pipeline.runs.forms import LaunchForm

TYPES: tuple[tuple[type[forms.Field], Any], ...] = (
    (forms.BooleanField, bool),
    (forms.IntegerField, int),
    (forms.DateField, str),
)
# The key comes as the header Idempotency-Key; a file is read by a route of its own.
NOT_SENT = {"key", "file", "split", "left_out", "left_out_count"}


def _type(field: forms.Field) -> Any:
    if isinstance(field.widget, forms.Textarea):
        return list[str] | str
    return next((given for kind, given in TYPES if isinstance(field, kind)), str)


FIELDS: dict[str, Any] = {
    name: (_type(field), ...) if field.required else (_type(field) | None, None)
    for name, field in LaunchForm.base_fields.items()
    if name not in NOT_SENT
}
CrawlOptions: type[Schema] = create_model(
    "CrawlOptions", __base__=Strict, __doc__="What a run is asked for.", **FIELDS
)


def form_of(body: Schema, key: str = "", **more: Any) -> LaunchForm:
    """Return the valid launch form of this body. The same `key` and body name the same run. Raises
    InvalidInput."""
    values = {
        name: value
        for name, value in {**body.model_dump(), **more}.items()
        if value is not None
    }
    data = {
        name: "\n".join(value) if isinstance(value, list) else value
        for name, value in values.items()
    }
    form = LaunchForm(
        {name: value for name, value in data.items() if value is not False} | _key(key)
    )
    if not form.is_valid():
        raise InvalidInput.of(form)
    return form


def _key(text: str) -> dict[str, str]:
    if text:
        return {"key": str(uuid5(NAMESPACE_OID, f"gleaner:launch:{text}"))}
    return {}
