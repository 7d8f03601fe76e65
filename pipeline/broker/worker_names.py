"""Names of workers. RabbitMQ and the page of workers tell them apart by name, also where several of
a stage run on one machine."""

import fcntl
import os
from hashlib import sha256
from itertools import count
from pathlib import Path
from tempfile import gettempdir


def claim_number(stage: str, broker: str) -> int:
    """Return the lowest number that no other worker of this stage and broker has on this machine.

    It belongs to this process until it ends, whatever program it becomes: the lock of the file is
    kept by `exec`, and not by the processes of a pool. Where no file can be had, it is 1.
    """
    key = sha256(f"{broker} {stage}".encode()).hexdigest()[:16]
    folder = Path(gettempdir()) / f"gleaner-workers-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        return next(number for number in count(1) if _lock(folder / f"{key}-{number}"))
    except OSError:
        return 1


def _lock(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        os.close(descriptor)
        return False
    os.set_inheritable(descriptor, True)
    return True


def node_name(stage: str, number: int) -> str:
    """Return the name of a worker as Celery takes it: `fetch@HOST`, of the second `fetch@HOST-2`."""
    if number == 1:
        return f"{stage}@%h"
    return f"{stage}@%h-{number}"
