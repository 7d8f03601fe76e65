"""Asks for each page many times with Django's own client, and counts its statements.

Time in which this process or the database's had work and no core is taken off, by the kernel's own
count: on a machine that does something else too it says how busy the machine is, not how slow the
page. What the clock said is beside it. The time limits of pages count in the same way (fair.py).
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.db import connection
from django.test import Client

from tools.big.fair import Stretch, waited, work_counted, worked
from tools.big.pages import FRAGMENT, Page

P95, MOST, QUERIES = 100, 400, 16  # milliseconds, milliseconds, statements of one page
STRETCH = Stretch()
CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET LOCAL", "SET CONSTRAINTS")


@dataclass(frozen=True, slots=True)
class Answer:
    """One page asked for once; milliseconds."""

    address: str
    status: int
    clock: float
    waited: float  # for a core
    cpu: float  # of this process and the server's
    statements: tuple[tuple[float, str], ...]
    control: int  # statements that only begin, end or set something for a transaction

    @property
    def milliseconds(self) -> float:
        return self.clock - self.waited


@dataclass(frozen=True, slots=True)
class Line:
    """What came of a page, asked with addresses that nobody asked for before ("first"), and with
    the same again."""

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
    cpu_p95: float
    statements: int
    with_control: int
    slowest: str
    slowest_statement: str
    statuses: list[int]
    answers: int
    milliseconds: tuple[float, ...]
    clocks: tuple[float, ...]
    cpus: tuple[float, ...]

    def __str__(self) -> str:
        figures = f"{self.p50} {self.p95} {self.most} first {self.first_p95} {self.first_most} ({self.statements})"
        if self.good:
            missed = ""
        else:
            missed = f" !! {self.statuses} {self.slowest}\n    {self.slowest_statement}"
        return f"{self.part}: {self.name}: {figures} clock {self.clock_p95} CPU {self.cpu_p95}{missed}"

    @property
    def good(self) -> bool:
        """95 of 100 are quick enough, the first ones among them, and none is slow."""
        return self.well and self.p95 < P95 and self.most < MOST

    @property
    def well(self) -> bool:
        """Answered as it should, whatever the time."""
        return self.statuses == [self.answers] and self.statements <= QUERIES


class Counter:
    """The statements that Django sends, with their seconds; those that only begin or end a
    transaction by number.

    `waited` are milliseconds for which the database's process waited for a core during a statement,
    as the kernel counted by its end: at most what it took, since what comes after the answer delays
    nobody.
    """

    def __init__(self) -> None:
        self.seen: list[tuple[float, str]] = []
        self.control = 0
        self.waited = 0.0
        connection.ensure_connection()
        self.backend = str(connection.connection.info.backend_pid)

    def __call__(
        self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        before = waited(self.backend)
        began = time.perf_counter()
        try:
            return execute(STRETCH.lengthened(str(sql)), params, many, context)
        finally:
            took = time.perf_counter() - began
            without_core = min(waited(self.backend) - before, took * 1000)
            STRETCH.note(took, without_core)
            self.waited += without_core
            if str(sql).startswith(CONTROL):
                self.control += 1
            else:
                self.seen.append((took, str(sql)))


@contextmanager
def counted() -> Iterator[Counter]:
    """Provide the statements of a block."""
    counter = Counter()
    with connection.execute_wrapper(counter), work_counted(counter.backend):
        yield counter


def pace() -> float:
    """Milliseconds of CPU that half a million additions take now: what else runs beside slows a
    core, too, and that is in all figures."""
    began = time.process_time()
    total = 0
    for number in range(500_000):
        total += number
    return (time.process_time() - began) * 1000


def ask(client: Client, page: Page, address: str) -> Answer:
    """One request; of a stream, until its first piece."""
    if page.fragment:
        headers = FRAGMENT
    else:
        headers = {}
    with counted() as counter:
        before = waited("thread-self")
        work_before = worked("thread-self") + worked(counter.backend)
        began = time.perf_counter()
        answer = client.get(address, headers=headers, SERVER_NAME="localhost")
        if answer.streaming:
            next(iter(answer.streaming_content), b"")  # type: ignore[attr-defined]
        took = time.perf_counter() - began
        without_core = waited("thread-self") - before + counter.waited
        work = worked("thread-self") + worked(counter.backend) - work_before
    if answer.streaming:
        # The test client's; closing the answer itself would close the connection too.
        answer._iterator.close()  # type: ignore[attr-defined]
    return Answer(
        address,
        answer.status_code,
        took * 1000,
        without_core,
        work,
        tuple(counter.seen),
        counter.control,
    )


def measure(client: Client, page: Page, times: int) -> Line:
    """Ask once that does not count (templates are read then), `times` times, each time with another
    address where the page has any, and then all of them again.

    All of these count.
    """
    ask(client, page, page.address())
    addresses = [page.address() for _ in range(times)]
    first = [ask(client, page, address) for address in addresses]
    again = [ask(client, page, address) for address in addresses]
    both = [*first, *again]
    all_ = [a.milliseconds for a in both]
    early = [a.milliseconds for a in first]
    clock = [answer.clock for answer in both]
    cpu = [answer.cpu for answer in both]
    slowest = max(both, key=lambda answer: answer.milliseconds)
    seconds, sql = max(slowest.statements, default=(0.0, ""))
    return Line(
        part=page.part,
        name=page.name,
        asked=times,
        p50=share(all_, 0.5),
        p95=share(all_, 0.95),
        most=share(all_, 1),
        first_p95=share(early, 0.95),
        first_most=share(early, 1),
        clock_p95=share(clock, 0.95),
        clock_most=share(clock, 1),
        cpu_p95=share(cpu, 0.95),
        statements=max(len(answer.statements) for answer in both),
        with_control=max(len(answer.statements) + answer.control for answer in both),
        slowest=slowest.address,
        slowest_statement=f"{seconds * 1000:.0f} ms: {sql[:600]}",
        statuses=sorted({answer.status for answer in both}),
        answers=page.answers,
        milliseconds=tuple(round(each, 1) for each in all_),
        clocks=tuple(round(each, 1) for each in clock),
        cpus=tuple(round(each, 1) for each in cpu),
    )


def share(values: Iterable[float], part: float) -> float:
    """Return the value that this part of them does not exceed."""
    ordered = sorted(values)
    return round(ordered[max(ceil(part * len(ordered)) - 1, 0)], 1)
