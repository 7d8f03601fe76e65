"""How long the reader's extras may take."""

from time import thread_time


class TimeLimit:
    """A limit of CPU time of this thread that several steps share: a busy machine does not use it
    up."""

    def __init__(self, seconds: float) -> None:
        self._end = thread_time() + seconds

    @property
    def is_over(self) -> bool:
        """Whether the time is used up."""
        return thread_time() > self._end
