"""From the results of single measurements to figures: medians and spread, ratios within a round, by
size."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from statistics import median
from typing import Any

Result = dict[str, Any]  # what a measurement gave, with "part", "size" and "round"
Figures = dict[str, Any]
Spread = list[float]  # median, least, most

PARTS = {
    "limit": "trafilatura alone, a process a core",
    "own": "the product's extraction alone, a process a core",
    "peer_one": "Scrapy and trafilatura, one process",
    "peer_cores": "Scrapy and trafilatura, a process a core",
    "whole": "Gleaner, whole",
    "stub": "Gleaner without extraction (two sentences a page)",
    "again": "Gleaner, second run of the unchanged blogs",
}
STAGES = ("discover", "fetch", "extract", "store", "summarise")
SERVERS = ("postgres", "rabbitmq")
REST = ("web", "beat", "sampler")
APART = ("blog", "bench")  # what only the measuring costs


def figures(results: list[Result]) -> dict[str, Figures]:
    """Return the figures of each size, by the size as text: JSON knows no other keys."""
    by_size: defaultdict[int, list[Result]] = defaultdict(list)
    for result in results:
        by_size[result["size"]].append(result)
    return {str(size): of_size(some) for size, some in sorted(by_size.items())}


def of_size(results: list[Result]) -> Figures:
    """Return the figures of all rounds of one size."""
    found: Figures = {
        "urls": results[0]["urls"],
        "rounds": 1 + max(result["round"] for result in results),
    }
    for part in PARTS:
        if own := [result for result in results if result["part"] == part]:
            found[part] = of_part(own)
    found["ratios"] = {
        f"{part} / {other}": ratio
        for part, other in (
            ("whole", "limit"),
            ("whole", "peer_one"),
            ("whole", "peer_cores"),
        )
        if (ratio := compared(results, part, other, rate))
    }
    for name, part, other, what in CPU_RATIOS:
        if share := compared(results, part, other, cpu_a_url, what):
            found["ratios"][name] = share
    return found


def of_part(results: list[Result]) -> Figures:
    """Return what one part took, all rounds together."""
    found: Figures = {
        "urls_a_second": spread(map(rate, results)),
        "cpu_ms": spread(map(cpu_a_url, results)),
    }
    if "memory" in results[0]:
        found |= of_runs(results)
    elif isinstance(results[0]["cpu"], dict):
        found["cpu_ms_by_process"] = by_process(results)
    return found


def of_runs(results: list[Result]) -> Figures:
    """Return what only a run of the product has to tell."""
    found: Figures = {"cpu_ms_by_process": by_process(results)}
    for name in ("seconds", "first", "tail", "broker_disk", "wal"):
        if values := [result[name] for result in results if result[name] is not None]:
            found[name] = spread(values)
    found["memory"] = {
        name: [
            median(column)
            for column in zip(
                *(result["memory"][name] for result in results), strict=True
            )
        ]
        for name in results[0]["memory"]
        if name not in APART
    }
    stored = results[0]["stored"]
    tables: defaultdict[str, list[int]] = defaultdict(list)
    for result in results:
        for name, size in folded(result["tables"]).items():
            tables[name].append(size)
    if stored:
        found["bytes_an_article"] = {
            name: round(median(sizes) / stored)
            for name, sizes in sorted(tables.items(), key=lambda item: -median(item[1]))
            if median(sizes) / stored >= 50
        }
    return found


def folded(tables: dict[str, int]) -> dict[str, int]:
    """Return the tables that grow with the articles, days of the log taken together."""
    found: defaultdict[str, int] = defaultdict(int)
    for name, size in tables.items():
        if name.startswith(("pipeline_", "catalog_", "monitor_logevent")):
            found[
                "monitor_logevent" if name.startswith("monitor_logevent") else name
            ] += size
    return dict(found)


def by_process(results: list[Result]) -> dict[str, Spread]:
    """Milliseconds of CPU a URL by process."""
    return {
        name: spread(1000 * r["cpu"][name] / r["urls"] for r in results)
        for name in results[0]["cpu"]
    }


def rate(result: Result) -> float:
    """URLs a second."""
    return float(result["urls"] / result["seconds"])


def cpu_a_url(result: Result) -> float:
    """Milliseconds of CPU a URL, without what only the measuring costs."""
    cpu = result["cpu"]
    if isinstance(cpu, dict):
        used = sum(seconds for name, seconds in cpu.items() if name not in APART)
    else:
        used = cpu
    return float(1000 * used / result["urls"])


def cpu_of(process: str) -> Callable[[Result], float]:
    """Return what tells a process's milliseconds of CPU a URL."""
    return lambda result: 1000 * result["cpu"][process] / result["urls"]


# The name, the part, what it is compared with, and the process of the part where not all count.
CPU_RATIOS: tuple[tuple[str, str, str, Callable[[Result], float] | None], ...] = (
    ("whole / limit, CPU", "whole", "limit", None),
    ("own / limit, CPU", "own", "limit", None),
    ("extract stage / own, CPU", "whole", "own", cpu_of("extract")),
    ("PostgreSQL / limit, CPU", "whole", "limit", cpu_of("postgres")),
    ("again / whole, CPU", "again", "whole", None),
)


def compared(
    results: list[Result],
    part: str,
    other: str,
    of_other: Callable[[Result], float],
    of_part: Callable[[Result], float] | None = None,
) -> Spread | None:
    """One part by another, each round for itself: what slows the machine down slows down both."""
    rounds: defaultdict[int, dict[str, Result]] = defaultdict(dict)
    for result in results:
        rounds[result["round"]][result["part"]] = result
    measure = of_part or of_other
    found = [
        measure(parts[part]) / of_other(parts[other])
        for parts in rounds.values()
        if part in parts and other in parts
    ]
    if found:
        return spread(found)
    return None


def spread(values: Iterable[float]) -> Spread:
    """Median, least and most, to four figures."""
    known = list(values)
    return [float(f"{value:.4g}") for value in (median(known), min(known), max(known))]


# Of a ratio of one size: what it is called, its name above, and the goal.
RATIO_GOALS = (
    ("Gleaner by the limit", "whole / limit", "≥", 0.8),
    ("Gleaner by the peer, one process", "whole / peer_one", "≥", 1.7),
    ("Gleaner by the peer, a process a core", "whole / peer_cores", "≥", 1.05),
    ("CPU by that of the limit", "whole / limit, CPU", "≤", 1.45),
    ("CPU of the extraction by that of the limit", "own / limit, CPU", "≤", 0.45),
    (
        "CPU of the extract stage by that of the extraction",
        "extract stage / own, CPU",
        "≤",
        1.3,
    ),
    ("CPU of PostgreSQL by that of the limit", "PostgreSQL / limit, CPU", "≤", 0.25),
    ("CPU of the second run by the first", "again / whole, CPU", "≤", 0.02),
)
# Of a figure of one size: what it is called, its part, its name there, and the goal.
FIGURE_GOALS = (
    ("ms of CPU a URL without extraction", "stub", "cpu_ms", "≤", 9),
    ("seconds to the first article", "whole", "first", "≤", 1),
    ("seconds from the last article to the summary", "whole", "tail", "≤", 0.1),
)
FEWEST_URLS = 1000  # below it the start of a run says more than its pace


def goals(found: dict[str, Any]) -> list[tuple[str, float, str, bool]]:
    """Return (what, measured, goal, reached) of whatever was measured."""
    rows = []

    def goal(what: str, value: float | None, sign: str, bound: float) -> None:
        if value is None:
            return
        if sign == "≥":
            held = value >= bound
        else:
            held = value <= bound
        rows.append((what, value, f"{sign} {bound:g}", held))

    sizes = found.get("sizes", {})
    for size, of in sizes.items():
        if int(size) < FEWEST_URLS:
            continue
        for what, name, sign, bound in RATIO_GOALS:
            if ratio := of["ratios"].get(name):
                goal(f"{what}, {size} URLs", ratio[0], sign, bound)
        for what, part, name, sign, bound in FIGURE_GOALS:
            goal(f"{what}, {size} URLs", median_of(of, part, name), sign, bound)
        if broker := of.get("whole", {}).get("memory", {}).get("rabbitmq"):
            goal(f"MB of the broker at its peak, {size} URLs", broker[1], "≤", 200)
    small = median_of(sizes.get("1000", {}), "stub", "cpu_ms")
    large = median_of(sizes.get("10000", {}), "stub", "cpu_ms")
    if small and large:
        what = "CPU a URL without extraction, 10000 by 1000 URLs"
        goal(what, round(large / small, 3), "≤", 1.1)
    if part := found.get("catalogue"):
        what = f"CPU a URL beside {part['articles']} articles, by that beside none"
        goal(what, part["ratio"], "≤", 1.1)
    goal("SQL statements a URL", found.get("statements", {}).get("a_url"), "≤", 8)
    growth = found.get("publisher", {}).get("growth")
    goal("MB that the publisher grows with the run", growth, "≤", 20)
    return rows


def median_of(of: Figures, part: str, name: str) -> float | None:
    """Return the median of a figure, where it was measured."""
    values = of.get(part, {}).get(name)
    if values:
        return float(values[0])
    return None
