"""What came of all pages, for people and for programs."""

import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from tools.big.timing import MOST, P95, QUERIES, Line, share

HEAD = """| part | page | asked | p50 | p95 | most | first p95 | most | clock p95 | most | CPU p95 | statements | and control |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
"""
PARTS = """| part | pages | p50 ms, of all | p95, of all | worst p95 | most | clock p95, of all | CPU p50, of all | p95, of all | statements | missed |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
"""


def table(lines: list[Line], told: str) -> str:
    """Markdown; what misses the goal is bold."""
    rows = []
    for line in lines:
        if line.good:
            name = line.name
        else:
            name = f"**{line.name}**"
        figures = (
            line.p50,
            line.p95,
            line.most,
            line.first_p95,
            line.first_most,
            line.clock_p95,
            line.clock_most,
            line.cpu_p95,
        )
        shown = " | ".join(
            f"{each:.0f}" if each >= 10 else f"{each:.1f}" for each in figures
        )
        counted = f"{line.statements} | {line.with_control}"
        rows.append(f"| {line.part} | {name} | {line.asked} | {shown} | {counted} |\n")
    missed = sum(not line.good for line in lines)
    goal = (
        f"{len(lines)} pages, {missed} of them (bold) outside p95 < {P95} ms, {MOST} ms at most, "
        f"{QUERIES} statements. "
        "Times are milliseconds without the wait for a core that others had; the clock's are beside them, and the "
        "CPU of the process and of the server, which tells most on a busy machine."
    )
    return (
        f"{told}\n\n{goal}\n\n{PARTS}{''.join(_by_part(lines))}\n{HEAD}{''.join(rows)}"
    )


def _by_part(lines: list[Line]) -> Iterator[str]:
    """Yield a row for each part of the product, and one for all."""
    parts = {
        part: [line for line in lines if line.part == part]
        for part in dict.fromkeys(line.part for line in lines)
    }
    for part, of in {**parts, "all": lines}.items():
        each = [milliseconds for line in of for milliseconds in line.milliseconds]
        clock = [milliseconds for line in of for milliseconds in line.clocks]
        cpu = [milliseconds for line in of for milliseconds in line.cpus]
        figures = (
            share(each, 0.5),
            share(each, 0.95),
            max(line.p95 for line in of),
            max(each),
            share(clock, 0.95),
            share(cpu, 0.5),
            share(cpu, 0.95),
        )
        shown = " | ".join(f"{figure:.0f}" for figure in figures)
        missed = sum(not line.good for line in of)
        statements = max(line.statements for line in of)
        yield f"| {part} | {len(of)} | {shown} | {statements} | {missed} |\n"


def record(lines: list[Line], **more: Any) -> dict[str, Any]:
    """Return the same for programs."""
    return {
        **more,
        "load": os.getloadavg()[0],
        "pages": [asdict(line) | {"good": line.good} for line in lines],
    }
