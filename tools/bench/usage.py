"""CPU and memory of process trees, as the kernel counted them."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

MEGABYTE = 1_000_000


def tree(pid: int) -> Iterator[psutil.Process]:
    """Yield the process and everything that it started and that lives."""
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        yield root
        yield from root.children(recursive=True)


def cpu(pid: int) -> float:
    """Seconds of CPU of the tree so far, user and system, of children that ended too."""
    total = 0.0
    for process in tree(pid):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += (
                times.user + times.system + times.children_user + times.children_system
            )
    return total


def cpu_by_name(pids: Mapping[str, int]) -> dict[str, float]:
    """Seconds of CPU by name."""
    return {name: cpu(pid) for name, pid in pids.items()}


@dataclass(frozen=True, slots=True)
class Memory:
    """Of one tree, in MB: `peak` is the largest process at its peak, `together` what all of them
    hold now, pages that they share counted once."""

    processes: int
    peak: float
    together: float


def memory(pid: int) -> Memory:
    """Return the memory of a tree."""
    peaks = []
    shares = []
    for process in tree(pid):
        with suppress(psutil.Error, OSError):
            peaks.append(peak(process))
            shares.append(held(process))
    return Memory(len(peaks), round(max(peaks, default=0.0), 1), round(sum(shares), 1))


def held(process: psutil.Process) -> float:
    """Return what a process holds, in MB: of pages that it shares, its share."""
    with suppress(OSError, StopIteration, ValueError):
        # a tenth of the cost of what psutil reads for the same number
        lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
        pss = next(line for line in lines if line.startswith("Pss:"))
        return int(pss.split()[1]) * 1024 / MEGABYTE
    return float(process.memory_info().rss) / MEGABYTE


def peak(process: psutil.Process) -> float:
    """Return the most that a process ever held, in MB; what it holds now where the system does not
    tell."""
    with suppress(OSError, StopIteration, ValueError):
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        return (
            int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
            * 1024
            / MEGABYTE
        )
    return float(process.memory_info().rss) / MEGABYTE


def forget_peaks(pid: int) -> None:
    """Begin the peaks of a tree anew, where the system can (Linux)."""
    for process in tree(pid):
        with suppress(OSError):
            Path(f"/proc/{process.pid}/clear_refs").write_text("5")


def folder(path: Path) -> int:
    """Bytes of all files below a folder, which others may be changing."""
    total = 0
    for file in path.rglob("*"):
        with suppress(OSError):
            total += file.stat().st_size if file.is_file() else 0
    return total
