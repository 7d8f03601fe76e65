"""Starts again what died while the product runs."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from infra.local.process import LocalError, Process

QUICK_DEATH_SECONDS = 10.0  # a process that lived for less did not really start
MAX_QUICK_DEATHS = 3  # in a row; then starting it again does not help
FIRST_PAUSE_SECONDS = 1.0
MAX_PAUSE_SECONDS = 30.0
DISK_EVERY_SECONDS = 10.0
LOW_DISK_BYTES = 200_000_000  # RabbitMQ takes no messages below 50 MB
REASON = "GLEANER_RESTART_REASON"  # tells a process why it was started again


class Server(Protocol):
    """PostgreSQL or RabbitMQ, which know more of their start than a process does."""

    process: Process

    def start(self) -> None:
        """Start it and wait until it answers. Raises LocalError."""


@dataclass
class _Watched:
    process: Process
    start: Callable[[], None]
    started_at: float  # of time.monotonic, as is start_at
    quick_deaths: int = 0
    start_at: float | None = None  # when to start it again
    never_ran: bool = False  # its last start failed


class Supervisor:
    """Looks after processes and servers; `report` is told of each death and each start, also of
    those that a process tells in the file `restarts`.
    """

    def __init__(
        self,
        processes: Iterable[Process],
        servers: Iterable[Server],
        report: Callable[[str], None],
        free_bytes: Callable[[], int] | None = None,
        restarts: Path | None = None,
    ) -> None:
        now = time.monotonic()
        self._report = report
        self._free_bytes = free_bytes
        self._restarts = restarts
        self._reported_bytes = 0
        self._disk_looked_at = float("-inf")
        self._disk_is_low = False
        self._watched = [
            *(_Watched(server.process, server.start, now) for server in servers),
            *(_Watched(process, process.start, now) for process in processes),
        ]

    def look(self) -> None:
        """Start again what is due. Raises LocalError, with the reason, where that has not
        helped."""
        now = time.monotonic()
        self._report_restarts()
        if now > self._disk_looked_at + DISK_EVERY_SECONDS:
            self._disk_looked_at = now
            self._look_at_disk()
        for watched in self._watched:
            if not watched.process.alive:
                self._see_to(watched, time.monotonic())

    def _report_restarts(self) -> None:
        """Report what processes say of those that they started, and started again."""
        if self._restarts is None or not self._restarts.exists():
            return
        with self._restarts.open() as file:
            file.seek(self._reported_bytes)
            for line in file.readlines():
                self._report(line.rstrip())
            self._reported_bytes = file.tell()

    def _look_at_disk(self) -> None:
        """Say once when the disk gets full, and once when there is room again."""
        if self._free_bytes is None:
            return
        free = self._free_bytes()
        is_low = free < LOW_DISK_BYTES
        if is_low and not self._disk_is_low:
            self._report(
                f"only {free / 1e6:,.0f} MB are left on the disk: PostgreSQL and RabbitMQ"
                " stop when it is full"
            )
        if self._disk_is_low and not is_low:
            self._report("the disk has room again")
        self._disk_is_low = is_low

    def _see_to(self, watched: _Watched, now: float) -> None:
        if watched.start_at is None:
            self._note_death(watched, now)
        elif now >= watched.start_at:
            watched.start_at = None
            watched.started_at = now
            try:
                watched.start()
            except LocalError:
                if watched.process.alive:
                    raise  # it runs and does not answer
                watched.never_ran = True  # however long it tried
                return
            watched.never_ran = False
            self._report(f"{watched.process.name} was started again")

    def _note_death(self, watched: _Watched, now: float) -> None:
        reason = watched.process.reason()
        lived_seconds = now - watched.started_at
        if watched.never_ran or lived_seconds < QUICK_DEATH_SECONDS:
            watched.quick_deaths += 1
        else:
            watched.quick_deaths = 0
        if watched.quick_deaths >= MAX_QUICK_DEATHS:
            raise LocalError(f"{reason}; it died at once {watched.quick_deaths} times")
        pause = min(FIRST_PAUSE_SECONDS * 2**watched.quick_deaths, MAX_PAUSE_SECONDS)
        watched.start_at = now + pause
        watched.process.env[REASON] = reason
        self._report(f"{reason}; it is started again in {pause:.0f} s")
