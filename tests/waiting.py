"""Waiting for what another process does."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE_SECONDS = 180.0  # a busy machine takes many times as long as an idle one
# for what other processes do: a product that starts took 103 s on a machine at a third of the pace
LONG_WAIT_SECONDS = 300.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.005, 0.1


def wait_until(
    condition: Callable[[], Any], seconds: float = LONG_WAIT_SECONDS, what: str = ""
) -> Any:
    """Wait for something that another process does, and return it; fail after `seconds`, five
    minutes at least."""
    seconds = max(seconds, LONG_WAIT_SECONDS)
    end = time.monotonic() + seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        if value := condition():
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain {what}".strip())
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
