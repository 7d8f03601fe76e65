"""What makes an article less sure."""

from typing import NamedTuple


class Flaw(NamedTuple):
    """Something that makes an article less sure: what it costs, and the words for it."""

    cost: float
    reason: str
