"""End what this process started if it dies without stopping it, even by SIGKILL.

A small second process reads from a pipe which process groups are running. When the pipe closes, its
owner is dead: it terminates the leader of every group that is left, and kills what has not ended
after some seconds. Linux could do without (PR_SET_PDEATHSIG), but that fires when the *thread* that
started the child ends, and macOS has nothing.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import BinaryIO

GRACE_SECONDS = 10.0


class ProcessReaper:
    """The owner's end of the pipe; the watcher is started with the first group to watch."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pipe: BinaryIO | None = None

    def watch(self, group: int, stop_signal: int) -> None:
        """End the process group with this process, by `stop_signal`."""
        self._send(f"+ {group} {int(stop_signal)}\n")

    def forget(self, group: int) -> None:
        """Leave the process group alone from now on: its id may be used by someone else."""
        self._send(f"- {group} 0\n")

    def _send(self, line: str) -> None:
        with self._lock:
            if self._pipe is None:
                self._pipe = _start()
            with suppress(BrokenPipeError):
                self._pipe.write(line.encode())


def _start() -> BinaryIO:
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-S", "-E", __file__],
        stdin=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,
    )
    assert process.stdin is not None
    process.returncode = (
        0  # it outlives this process by design: no warning about that at exit
    )
    return process.stdin  # type: ignore[return-value]


def watch(lines: Iterable[bytes], grace_seconds: float = GRACE_SECONDS) -> None:
    """Follow `lines` until they end, then end the groups that are left, the newest first."""
    groups: dict[int, int] = {}
    for line in lines:
        sign, name, number = line.split()
        if sign == b"+":
            groups[int(name)] = int(number)
        else:
            groups.pop(int(name), None)
    for group in reversed(groups):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(group, groups[group])
    deadline = time.monotonic() + grace_seconds
    while any(_signal(group, 0) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.1)
    for group in groups:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


reaper = ProcessReaper()

if __name__ == "__main__":
    watch(sys.stdin.buffer)
