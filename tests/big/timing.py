"""Asks for each page many times with Django's own client, counts its statements, and writes the table.

Time in which this process or the database's had work and no core is taken off, by the kernel's own count: on a machine
that does something else too it says how busy the machine is, not how slow the page. What the clock said is beside it.
"""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

from tests.big.pages import FRAGMENT, Page

P95, MOST, QUERIES = 100, 400, 15  # milliseconds, milliseconds, statements of one page
CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET LOCAL", "SET CONSTRAINTS")
HEAD = """| part | page | asked | p50 ms | p95 | most | first time p95 | most | clock p95 | most | statements |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One page asked for once; milliseconds."""

    address: str
    status: int
    clock: float
    waited: float  # for a core
    statements: tuple[tuple[float, str], ...]

    @property
    def milliseconds(self) -> float:
        return max(self.clock - self.waited, 0.1)


@dataclass(frozen=True, slots=True)
class Line:
    """What came of a page. "First" is with an address that nobody asked for before, else it is asked again."""

    part: str
    name: str
    asked: int
    p50: float
    p95: float
    most: float
    first_p95: float
    first_most: float
    clock_p95: float
    clock_most: float
    statements: int
    slowest: str
    slowest_statement: str
    statuses: list[int]

    def __str__(self) -> str:
        figures = f"{self.p50} {self.p95} {self.most} first {self.first_p95} {self.first_most} ({self.statements})"
        missed = "" if self.good else f" !! {self.statuses} {self.slowest}\n    {self.slowest_statement}"
        return f"{self.part}: {self.name}: {figures} clock {self.clock_p95}{missed}"

    @property
    def good(self) -> bool:
        """Asked again, 95 of 100 are quick enough; and none is slow, of the first ones neither."""
        return self.well and self.p95 < P95 and max(self.most, self.first_most) < MOST

    @property
    def well(self) -> bool:
        """Answered as it should, whatever the time."""
        return self.statuses == [200] and self.statements <= QUERIES


class Counter:
    """The statements that Django sends, with their seconds; without those that only begin or end a transaction."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, str]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if not str(sql).startswith(CONTROL):
                self.seen.append((time.perf_counter() - began, str(sql)))


@contextmanager
def counted() -> Iterator[Counter]:
    """The statements of a block."""
    counter = Counter()
    with connection.execute_wrapper(counter):
        yield counter


def waiting() -> float:
    """Milliseconds for which this thread and the database's process have waited for a core so far."""
    connection.ensure_connection()
    return sum(_waited(Path("/proc", who, "schedstat")) for who in ("thread-self", str(_backend())))


def _backend() -> int:
    return int(connection.connection.info.backend_pid)


def _waited(path: Path) -> float:
    return int(path.read_text().split()[1]) / 1e6 if path.exists() else 0.0


def ask(client: Client, page: Page, address: str) -> Answer:
    """One request; of a stream, until its first piece."""
    headers = FRAGMENT if page.fragment else {}
    before = waiting()
    with counted() as counter:
        began = time.perf_counter()
        answer = client.get(address, headers=headers, SERVER_NAME="localhost")
        if answer.streaming:
            next(iter(answer.streaming_content), b"")
        took = time.perf_counter() - began
    waited = waiting() - before
    if answer.streaming:
        answer._iterator.close()  # the test client's; closing the answer itself would close the connection too
    return Answer(address, answer.status_code, took * 1000, waited, tuple(counter.seen))


def measure(client: Client, page: Page, times: int) -> Line:
    """Asks once that does not count (templates are read then), `times` times, each time with another address where the
    page has any, and then all of them again."""
    ask(client, page, page.address())
    addresses = [page.address() for _ in range(times)]
    first = [ask(client, page, address) for address in addresses]
    again = [ask(client, page, address) for address in addresses]
    late, early = [a.milliseconds for a in again], [a.milliseconds for a in first]
    both = [*first, *again]
    clock = [answer.clock for answer in both]
    slowest = max(both, key=lambda answer: answer.milliseconds)
    seconds, sql = max(slowest.statements, default=(0.0, ""))
    return Line(
        part=page.part, name=page.name, asked=times,
        p50=share(late, 0.5), p95=share(late, 0.95), most=share(late, 1),
        first_p95=share(early, 0.95), first_most=share(early, 1),
        clock_p95=share(clock, 0.95), clock_most=share(clock, 1),
        statements=max(len(answer.statements) for answer in both),
        slowest=slowest.address, slowest_statement=f"{seconds * 1000:.0f} ms: {sql[:600]}",
        statuses=sorted({answer.status for answer in both}),
    )  # fmt: skip


def share(values: Iterable[float], part: float) -> float:
    """The value that this part of them does not exceed."""
    ordered = sorted(values)
    return round(ordered[max(ceil(part * len(ordered)) - 1, 0)], 1)


def table(lines: list[Line], told: str) -> str:
    """Markdown; what misses the goal is bold."""
    rows = []
    for line in lines:
        name = line.name if line.good else f"**{line.name}**"
        figures = (line.p50, line.p95, line.most, line.first_p95, line.first_most, line.clock_p95, line.clock_most)
        shown = " | ".join(f"{each:.0f}" if each >= 10 else f"{each:.1f}" for each in figures)
        rows.append(f"| {line.part} | {name} | {line.asked} | {shown} | {line.statements} |\n")
    missed = sum(not line.good for line in lines)
    goal = (
        f"{len(lines)} pages, {missed} of them (bold) outside p95 < {P95} ms, {MOST} ms at most (the first time too), "
        f"{QUERIES} statements. "
        "Times are without the wait for a core that others had; the clock's are beside them."
    )
    return f"{told}\n\n{goal}\n\n{HEAD}{''.join(rows)}"


def record(lines: list[Line], **more: Any) -> dict[str, Any]:
    """The same for programs."""
    return {**more, "load": os.getloadavg()[0], "pages": [asdict(line) | {"good": line.good} for line in lines]}
