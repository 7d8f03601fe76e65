"""What the figures were measured on."""

import os
import platform
from contextlib import suppress
from pathlib import Path

import psutil


def facts() -> dict[str, object]:
    """Cores, memory and what runs on them; no name of the machine."""
    return {
        "cores": os.cpu_count() or 1,
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "processor": processor(),
        "python": platform.python_version(),
    }


def processor() -> str:
    """Return the processor's name, as far as the system tells it."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
