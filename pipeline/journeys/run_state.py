"""Whether a run still wants its requests: asked before each of them, answered from memory for half
a second.
"""

import threading
import time

from pipeline.models import Run

TRUSTED_SECONDS = 0.5
MAX_RUNS_REMEMBERED = 1024
GOING = (Run.State.QUEUED, Run.State.DISCOVERING, Run.State.RUNNING)

_states: dict[int, tuple[str, float]] = {}
_lock = threading.Lock()


def may_send(run_id: int) -> bool:
    """Whether requests of the run may be sent: it is neither paused nor canceled, nor over.

    For all threads.

    Raises the database's error.
    """
    return state_of(run_id) in GOING


def state_of(run_id: int) -> str:
    """Return the run's state as it was at most TRUSTED_SECONDS ago; "" where the run is gone."""
    state, looked_at = _states.get(run_id, ("", float("-inf")))
    if time.monotonic() - looked_at < TRUSTED_SECONDS:
        return state
    looked_at = time.monotonic()
    state = Run.objects.filter(pk=run_id).values_list("state", flat=True).first() or ""
    with _lock:
        if len(_states) >= MAX_RUNS_REMEMBERED:
            _states.clear()
        _states[run_id] = (state, looked_at)
    return state


def forget() -> None:
    """Trust no memory."""
    with _lock:
        _states.clear()
