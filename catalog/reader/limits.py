"""How long the reader's extras may take."""

from time import monotonic


class TimeLimit:
    """A limit of time that several steps share."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    @property
    def is_over(self) -> bool:
        """Whether the time is used up."""
        return monotonic() > self._end
