"""Waiting for what another process does."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE_SECONDS = 180.0  # a busy machine takes many times as long as an idle one
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.005, 0.1


def wait_until(
    condition: Callable[[], Any], seconds: float = PATIENCE_SECONDS, what: str = ""
) -> Any:
    """Wait for something that another process does, and return it; fail after `seconds`, three
    minutes at least."""
    seconds = max(seconds, PATIENCE_SECONDS)
    end = time.monotonic() + seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        if value := condition():
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain {what}".strip())
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
