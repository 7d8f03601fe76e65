"""What this process may use of its machine: all of it, or what its container is given."""

import os
from contextlib import suppress
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")  # a container sees its own limits here


def cores(cgroup: Path = CGROUP) -> int:
    """Return how many cores there are to use, at least one."""
    usable = _allowed_cores()
    with suppress(OSError, ValueError):
        quota, period = (cgroup / "cpu.max").read_text().split()
        usable = min(usable, int(quota) // int(period))
    return max(1, usable)


def _allowed_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_bytes(cgroup: Path = CGROUP) -> int:
    """Return how much memory there is to use."""
    usable = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):
        usable = min(usable, int((cgroup / "memory.max").read_text()))
    return usable
