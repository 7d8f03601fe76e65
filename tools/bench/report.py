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
    if share := compared(results, "again", "whole", cpu_a_url):
        found["ratios"]["again / whole, CPU"] = share
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


def compared(
    results: list[Result], part: str, other: str, what: Callable[[Result], float]
) -> Spread | None:
    """One part by another, each round for itself: what slows the machine down slows down both."""
    rounds: defaultdict[int, dict[str, float]] = defaultdict(dict)
    for result in results:
        rounds[result["round"]][result["part"]] = what(result)
    found = [
        values[part] / values[other]
        for values in rounds.values()
        if part in values and other in values
    ]
    if found:
        return spread(found)
    return None


def spread(values: Iterable[float]) -> Spread:
    """Median, least and most, to four figures."""
    known = list(values)
    return [float(f"{value:.4g}") for value in (median(known), min(known), max(known))]


def goals(found: dict[str, Any]) -> list[tuple[str, float, str, bool]]:
    """Return (what, measured, goal, reached) of whatever was measured."""
    sizes = found.get("sizes", {})
    rows = []

    def goal(what: str, value: float | None, sign: str, bound: float) -> None:
        if value is not None:
            rows.append(
                (
                    what,
                    value,
                    f"{sign} {bound:g}",
                    value >= bound if sign == "≥" else value <= bound,
                )
            )

    for size, of in sizes.items():
        ratio = {name: values[0] for name, values in of["ratios"].items()}
        if int(size) >= 1000:
            goal(
                f"Gleaner by the limit, {size} URLs",
                ratio.get("whole / limit"),
                "≥",
                0.7,
            )
            goal(
                f"Gleaner by the peer, one process, {size} URLs",
                ratio.get("whole / peer_one"),
                "≥",
                1.8,
            )
            goal(
                f"Gleaner by the peer, a process a core, {size} URLs",
                ratio.get("whole / peer_cores"),
                "≥",
                0.95,
            )
            goal(
                f"CPU of the second run by the first, {size} URLs",
                ratio.get("again / whole, CPU"),
                "≤",
                0.1,
            )
            goal(
                f"ms of CPU a URL without extraction, {size} URLs",
                median_of(of, "stub", "cpu_ms"),
                "≤",
                9,
            )
        goal(
            f"seconds to the first article, {size} URLs",
            median_of(of, "whole", "first"),
            "≤",
            1.5,
        )
        goal(
            f"seconds from the last article to the summary, {size} URLs",
            median_of(of, "whole", "tail"),
            "≤",
            0.3,
        )
        broker = of.get("whole", {}).get("memory", {}).get("rabbitmq")
        goal(
            f"MB of the broker at its peak, {size} URLs", broker and broker[1], "≤", 200
        )
    small, large = (
        median_of(sizes.get(size, {}), "stub", "cpu_ms") for size in ("1000", "10000")
    )
    goal(
        "CPU a URL without extraction, 10000 by 1000 URLs",
        large and small and round(large / small, 3),
        "≤",
        1.1,
    )
    goal("SQL statements a URL", found.get("statements", {}).get("a_url"), "≤", 8)
    goal(
        "MB that the publisher grows with the run",
        found.get("publisher", {}).get("growth"),
        "≤",
        20,
    )
    return rows


def median_of(of: Figures, part: str, name: str) -> float | None:
    """Return the median of a figure, where it was measured."""
    values = of.get(part, {}).get(name)
    if values:
        return float(values[0])
    return None
