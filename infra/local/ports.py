"""Free loopback ports, and waiting until a server answers on one."""

import fcntl
import os
import random
import socket
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

from infra.local.process import LocalError, Process

LOOPBACK = "127.0.0.1"
# Below the range from which systems take ports for outgoing connections, so that a server that is
# stopped finds its port free when it is started again.
RANGE = range(20_000, 32_000)
_reserved: list[TextIOWrapper] = []


def free_port() -> int:
    """Return a loopback TCP port that nobody listens on, and that no other process of this user
    gets from here while this one runs. Raises LocalError if a hundred tries find none."""
    for port in random.sample(RANGE, 100):
        if is_free(port) and _reserve(port):
            return port
    raise LocalError(
        f"no free port on {LOOPBACK} between {RANGE.start} and {RANGE.stop}"
    )


def _reserve(port: int) -> bool:
    """Keep `port` for this process until its end, by a locked file; whether it is ours."""
    folder = Path(tempfile.gettempdir()) / f"gleaner-ports-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = (folder / str(port)).open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    _reserved.append(file)
    return True


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def first_free(start: int, skip: int | None = None) -> int:
    """Return the first free loopback port from `start` on, but not `skip`. Raises LocalError if a
    thousand are taken."""
    for port in range(start, start + 1000):
        if port != skip and is_free(port):
            return port
    raise LocalError(f"no free port on {LOOPBACK} from {start} on")


def answers(host: str, port: int) -> bool:
    """Whether a connection to `host` and `port` is accepted within two seconds."""
    with suppress(OSError), socket.create_connection((host, port), timeout=2):
        return True
    return False


def wait_until(ready: Callable[[], bool], process: Process, timeout: float) -> None:
    """Return when `ready` holds; raise LocalError if `process` ends or `timeout` seconds pass
    before."""
    deadline = time.monotonic() + timeout
    while not ready():
        if not process.alive:
            raise LocalError(process.reason())
        if time.monotonic() > deadline:
            raise LocalError(
                f"{process.name} is not ready after {timeout:.0f} s (log: {process.log})"
            )
        time.sleep(0.05)
