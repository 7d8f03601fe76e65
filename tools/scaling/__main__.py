"""`make scaling`: articles a second by the number of containers, and by what lies between them;
into docs/scaling.md.

Extract: a parser that sleeps two seconds a page, one page at a time a container. Fetch: a mirror
that lets every page wait for three, four pages at a time a container. Both should grow with the
containers, as nothing but time is used up; status 1 where four do less than 85 % of four times what
one does. Full speed: nothing sleeps, and what pgbouncer and a cluster of three brokers cost is
seen. Memory: what the containers of each profile hold under a run of 1,000 URLs; into
docs/small.md.

Needs Docker, some ten minutes, and a machine that does nothing else: the load is part of the
report.
"""

import argparse
import os
import re
import sys
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tests.infra.containers import CHECKOUT, Containers
from tools.scaling import memory
from tools.scaling.watching import Connections, Result

HOSTS = 32
LEAST = 0.85  # of linear
PARSER, MIRROR = (
    "2.0",
    "3.0",
)  # seconds: long beside what a busy machine takes to wake someone up
POOLED = "infra/compose.pooled.yml"
CLUSTER = "infra/compose.cluster.yml"
SLEEPING = "tools/scaling/compose.scaling.yml"
COMMON = {"FETCH_HOST_DELAY": "0", "FETCH_CONCURRENCY": "4"}
PARTS = ("stages", "full", "memory")
PAGE = CHECKOUT / "docs/scaling.md"
SMALL_PAGE = CHECKOUT / "docs/small.md"

RATE = """
SELECT count(*) AS articles, min(ended_at) AS began, extract(epoch FROM max(ended_at) - min(ended_at)) AS seconds FROM (
    SELECT ended_at, row_number() OVER (ORDER BY ended_at) AS place, count(*) OVER () AS n
    FROM pipeline_journey WHERE run_id = {run} AND state = 'stored') stored
WHERE place > 0.1 * n AND place <= 0.9 * n
"""
TOTAL = """
SELECT count(*) FILTER (WHERE state = 'stored') AS stored, count(*) AS found FROM pipeline_journey WHERE run_id = {run}
"""


def measure(containers: Containers, label: str, each: int) -> Result:
    """Crawl so many articles of each host, which no run has seen; the first and the last tenth do
    not count."""
    addresses = [
        f"http://m{n}.example:8080/{label}-{time.time_ns()}-{each}/"
        for n in range(1, HOSTS + 1)
    ]
    with Connections(containers) as connections:
        run = containers.launch(addresses)
    total = containers.rows(TOTAL.format(run=run))[0]
    rate = containers.rows(RATE.format(run=run))[0]
    assert total == {"stored": each * HOSTS, "found": each * HOSTS}, (
        f"{total} of {each * HOSTS}"
    )
    result = Result(
        (rate["articles"] - 1) / rate["seconds"], connections.most, os.getloadavg()[0]
    )
    print(
        f"{label:12} {total['stored']:5} articles  {result.rate:6.2f}/s  {result.connections} connections",
        flush=True,
    )
    return result


def stages(repeat: int) -> tuple[list[str], bool]:
    """Extract and fetch with 1, 2 and 4 containers: the lines of the table, and whether all was
    near enough."""
    lines = []
    shares = []
    extract = Containers(SLEEPING, **COMMON, PARSER_SECONDS=PARSER)
    fetch = Containers(SLEEPING, **COMMON, MIRROR_SECONDS=MIRROR)
    for stage, containers, each, beside in (
        (
            "extract",
            extract,
            1,
            {"fetch": 2},
        ),  # of each of 32 hosts: a minute with one slot
        ("fetch", fetch, 2, {"extract": 2}),
    ):
        base = 0.0
        for n in (1, 2, 4):
            containers.up(**{stage: n}, **beside)
            result = median(
                measure(containers, f"{stage}-{n}", each * n) for _ in range(repeat)
            )
            base = base or result.rate
            shares.append(result.rate / (n * base))
            lines.append(
                f"| `{stage}` | {n} | {result.rate:.2f} | {shares[-1]:.0%} | {result.load:.1f} |"
            )
    return lines, min(shares) >= LEAST


def median(results: Iterable[Result]) -> Result:
    """Return the one in the middle, by articles a second."""
    ordered = sorted(results)
    return ordered[len(ordered) // 2]


def full_speed(repeat: int) -> list[str]:
    """Return the same run with nothing that sleeps: as it is, through pgbouncer, over three
    brokers."""
    lines = []
    for label, overrides in (
        ("as it is", ()),
        ("pgbouncer", (POOLED,)),
        ("three brokers", (CLUSTER,)),
    ):
        containers = Containers(*overrides, SLEEPING, **COMMON)
        containers.down()  # a broker's queues stay on the nodes that they were made on
        containers.compose("build", "--quiet")
        containers.up(extract=2, fetch=4)
        result = median(
            measure(containers, label.replace(" ", "-"), 20) for _ in range(repeat)
        )
        lines.append(
            f"| {label} | {result.rate:.1f} | {result.connections} | {result.load:.1f} |"
        )
    return lines


def write(name: str, head: list[str], lines: list[str], page: Path = PAGE) -> None:
    """Put a table between its marks in a document."""
    table = "\n".join(
        [*head, *lines, "", f"Measured on {date.today()}, {os.cpu_count()} cores."]
    )
    begin = f"<!-- {name}: made by `make scaling` -->"
    end = f"<!-- end of {name} -->"
    text = page.read_text()
    assert begin in text, f"{page.name} has no place for {name}"
    page.write_text(
        re.sub(
            rf"(?s){re.escape(begin)}.*?{re.escape(end)}",
            lambda _: f"{begin}\n{table}\n{end}",
            text,
        )
    )
    print(table)


def main() -> int:
    """Run what the arguments name, else everything; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.scaling")
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], default=list(PARTS))
    parser.add_argument(
        "--repeat", type=int, default=1, help="how often; the median counts"
    )
    options = parser.parse_args()
    containers = Containers(SLEEPING, **COMMON)
    fine = True
    containers.down()
    containers.compose("build", "--quiet")
    try:
        if "stages" in options.part:
            lines, fine = stages(options.repeat)
            write(
                "stages",
                [
                    "| stage | containers | articles/s | of linear | load |",
                    "|---|---|---|---|---|",
                ],
                lines,
            )
        if "full" in options.part:
            lines = full_speed(options.repeat)
            write(
                "full speed",
                [
                    "| | articles/s | connections to PostgreSQL | load |",
                    "|---|---|---|---|",
                ],
                lines,
            )
        if "memory" in options.part:
            lines = memory.measure()
            head = [
                "| profile, in containers | at rest, MiB | at most, MiB |",
                "|---|--:|--:|",
            ]
            write("memory", head, lines, SMALL_PAGE)
    finally:
        Containers(POOLED, CLUSTER, SLEEPING, **COMMON).down()
    print("within 15 % of linear" if fine else "NOT within 15 % of linear")
    return not fine


if __name__ == "__main__":
    sys.exit(main())
