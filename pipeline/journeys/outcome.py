"""What a stage makes of a journey: a value, never an exception."""

from dataclasses import dataclass

from pipeline.core.failures import Rejected, Unavailable
from pipeline.journeys.transitions import PendingWrite


@dataclass(frozen=True, slots=True)
class Advance:
    """The stage is done; what it leaves for the next one is on the journey's row."""

    size: int | None = None
    draft: bytes | None = None
    write: PendingWrite | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The journey is over with an article: stored, unchanged or duplicate."""

    state: str
    detail: str = ""
    article: int | None = None
    written: bool = False  # the journey's row says so already
    counted: tuple[int, int] | None = None  # see transitions.Stored


Outcome = Advance | Ended | Rejected | Unavailable
