"""What may not cost much, on a machine of any pace."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ADDITIONS = 1_000_000
USUAL = 0.04  # seconds of CPU that the additions take on the machine whose seconds are meant
LEAST_SECONDS = 0.001  # less is noise
PROPORTIONAL = 4  # times what is linear; more is looked at again


@contextmanager
def work_of_less_than(seconds: float) -> Iterator[None]:
    """What is done within it takes this much CPU at most, of a machine of the usual pace; a slower
    one may take more.

    It keeps out what grows out of all proportion. How fast the product is, `make bench` measures.
    """
    began = time.process_time()
    yield
    took = time.process_time() - began
    if took >= seconds:
        allowed = seconds * max(1.0, additions() / USUAL)
        assert took < allowed, (
            f"{took:.2f} s of CPU, where {allowed:.2f} s were allowed"
        )


def additions() -> float:
    """Seconds of CPU that the additions take here and now."""
    began, total = time.process_time(), 0
    for number in range(ADDITIONS):
        total += number
    return time.process_time() - began


def growth(work: Callable[[int], object], size: int, times: int) -> float:
    """How many times the CPU of `work(size)` the work of a `times` larger size takes.

    About `times` for what is linear, its square for what is quadratic. The large one is done again
    where it seems to be out of proportion: something else may have held it up.
    """
    small = max(min(_cpu_seconds(work, size) for _ in range(3)), LEAST_SECONDS)
    large = float("inf")
    for _ in range(3):
        large = min(large, _cpu_seconds(work, size * times))
        if large < PROPORTIONAL * times * small:
            break
    return large / small


def _cpu_seconds(work: Callable[[int], object], size: int) -> float:
    began = time.process_time()
    work(size)
    return time.process_time() - began


def calls(work: Callable[[], object]) -> int:
    """How many functions are called by the work, in Python or C: the same number on any machine."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        if event in ("call", "c_call"):
            count += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
