"""The base of request bodies, and answers without a noun of their own."""

from ninja import Schema
from pydantic import ConfigDict


class Strict(Schema):
    """Refuses what it does not know: a mistyped option would otherwise be ignored silently."""

    model_config = ConfigDict(extra="forbid")


class ChangedCount(Schema):
    """How many were changed."""

    changed: int
