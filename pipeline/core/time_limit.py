"""A limit on the time of one piece of work, and of nothing before and after it."""

import faulthandler
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

TICK_SECONDS = 1.0


class TimeLimitReached(BaseException):
    """The work took too long.

    Not an Exception: nothing on the way takes it for an error of its own.
    """


@contextmanager
def time_limit(soft_seconds: float, hard_seconds: float) -> Iterator[None]:
    """Raise TimeLimitReached after `soft_seconds`; after `hard_seconds` end the process.

    The first counts ticks, so that time in which the whole process was stopped does not count. The
    second is for code in C that lets no signal through. In another thread than the main one, and
    for 0 seconds, there is no limit.
    """
    if not soft_seconds or threading.current_thread() is not threading.main_thread():
        yield
        return
    tick = min(TICK_SECONDS, soft_seconds)
    left = soft_seconds

    def count(number: int, frame: FrameType | None) -> None:
        nonlocal left
        left -= tick
        if left <= 0:
            raise TimeLimitReached

    before = signal.signal(signal.SIGALRM, count)
    signal.setitimer(signal.ITIMER_REAL, tick, tick)
    faulthandler.dump_traceback_later(hard_seconds, exit=True)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
        signal.signal(signal.SIGALRM, before)
