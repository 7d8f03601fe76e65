"""docs/performance.md and the tables on the terminal, out of the figures.

No figure in them is written by hand.
"""

import json
from typing import Any

from infra.local.stack import CHECKOUT
from tools.bench import catalogue, floors, profiles, writes
from tools.bench.report import APART, PARTS, REST, SERVERS, STAGES, Figures, goals
from tools.bench.tables import span, table, wrapped

DATA = CHECKOUT / "docs" / "performance.json"
PAGE = CHECKOUT / "docs" / "performance.md"
MEASURED_APART = (
    "statements",
    "writes",
    "floors",
    "publisher",
    "profiles",
    "catalogue",
)  # what one run of the bench may leave for another to measure

TEXT = """\
<!-- Written by `make bench WRITE=1` out of performance.json; the words are in tools/bench/document.py. -->
# What it costs

{machine}

Everything below was measured side by side in one run, {repeat}, on {pages}, served from memory on loopback by a process
of its own whose cost is left out. Figures are medians; the span behind them is the least and the most. `make bench`
measures again on your machine.

## Pages a second

{rates}

The limit is `{limit}` over the same bytes, one process a core, with no network and no database. Scrapy asks for
the same pages, extracts by the same call in an item pipeline and inserts into the same PostgreSQL, a row a page; its
start is not counted. Gleaner is measured from the launch to the summary: found, fetched, kept, extracted, stored and
accounted for, with the servers and the workers that `make run` starts.

{ratios}

## Where the CPU goes

Milliseconds a URL, by the processes that spend them.

{cpu}

Extraction is what the CPU is for: the `extract` column of the run without extraction is what the stage costs around it.
At rest the whole product takes {idle} of CPU a second: schedules, samples, heartbeats.

## How it grows

{growth}

{publisher}

{catalogue}

## Statements

{statements}

## What PostgreSQL does for a URL

What its sessions spend, what it writes to its own log, and what is on the disk after a run: the rows of each table,
their long values, which it keeps apart, and the indexes.

{writes}

{floors}

## Memory

MB. The peak is that of a stage's largest process; together is what all its processes hold at the end of the run, with
pages that they share counted once.

{memory}

The whole product as `make run` starts it, every process counted: at rest, and at the most that it held during a run of
{profiled} URLs. Beside it in brackets: how many processes. The small profile is on [a page of its own](small.md).

{profiles}

## Disk

{disk}

## How to size a machine

{sizing}

## Goals

{goals}
"""

PUBLISHING = """

The discover worker finds the URLs, writes them and publishes batches meanwhile; summarise publishes the others, one by
one. What discovery learned of the blogs is held until it is written down: less than a KB a URL, of which its address,
its normal form and what its sources say of it are more than half."""


def write(found: dict[str, Any]) -> None:
    """Write both files.

    What this run did not measure of the parts that stand alone stays as it was; where it measured
    nothing else, all else does.
    """
    if DATA.exists():
        before = json.loads(DATA.read_text())
    else:
        before = {}
    alone = {
        name: of[name]
        for of in (before, found)
        for name in MEASURED_APART
        if name in of
    }
    found = {**(found if found["sizes"] else before), **alone}
    DATA.write_text(json.dumps(found, indent=1) + "\n")
    PAGE.write_text(render(found))


def render(found: dict[str, Any]) -> str:
    """Return the whole document."""
    largest = _largest(found)
    pages = found["pages"]
    text = TEXT.format(
        machine=_machine(found),
        repeat=_times(found),
        pages=f"{pages['kind']} pages of {pages['mean_bytes'] / 1000:.0f} KB on average in {pages['hosts']} blogs",
        limit=pages["limit"],
        rates=rates(found),
        ratios=ratios(found),
        cpu=cpu(largest),
        idle=f"{found['idle_ms_a_second']:.0f} ms"
        if found.get("idle_ms_a_second")
        else "some",
        growth=growth(found),
        publisher=publisher(found),
        catalogue=catalogue.shown(found),
        statements=statements(found),
        writes=writes.shown(found),
        floors=floors.shown(found),
        memory=memory(largest),
        profiled=f"{profiles.urls(found):,}",
        profiles=profiles.shown(found),
        disk=disk(largest),
        sizing=sizing(found),
        goals=goal_table(found),
    )
    return "\n\n".join(wrapped(block) for block in text.split("\n\n"))


def tables(found: dict[str, Any]) -> str:
    """Return what the terminal shows."""
    largest = _largest(found)
    parts = (
        rates(found),
        ratios(found),
        cpu(largest),
        growth(found),
        publisher(found),
        wrapped(catalogue.shown(found)),
        statements(found),
        writes.shown(found),
        floors.shown(found),
        memory(largest),
        profiles.shown(found),
        disk(largest),
        goal_table(found),
    )
    return "\n\n".join(part for part in parts if part)


def rates(found: dict[str, Any]) -> str:
    """URLs a second and CPU a URL of every part, by size."""
    rows = [
        [name, size, span(of[part]["urls_a_second"]), span(of[part]["cpu_ms"])]
        for part, name in PARTS.items()
        for size, of in found["sizes"].items()
        if part in of
    ]
    return table(["what", "URLs", "URLs a second", "ms of CPU a URL"], rows)


def ratios(found: dict[str, Any]) -> str:
    """One part by another within the same round."""
    names = {
        "whole / limit": "Gleaner by the limit",
        "whole / peer_one": "Gleaner by Scrapy in one process",
        "whole / peer_cores": "Gleaner by Scrapy in a process a core",
        "whole / limit, CPU": "CPU of Gleaner by that of the limit",
        "own / limit, CPU": "CPU of the extraction by that of the limit",
        "extract stage / own, CPU": "CPU of the extract stage by that of the extraction alone",
        "PostgreSQL / limit, CPU": "CPU of PostgreSQL by that of the limit",
        "again / whole, CPU": "CPU of the second run by that of the first",
    }
    rows = [
        [names[name], size, span(values)]
        for name in names
        for size, of in found["sizes"].items()
        if (values := of["ratios"].get(name))
    ]
    return table(["ratio", "URLs", "within one round"], rows)


def cpu(of: Figures) -> str:
    """Where the CPU of a run goes, with extraction, without it, and when nothing has changed."""
    parts = [part for part in ("whole", "stub", "again") if part in of]
    spent = {
        part: {
            name: values[0] for name, values in of[part]["cpu_ms_by_process"].items()
        }
        for part in parts
    }
    columns = [*STAGES, *SERVERS]
    rows = [
        [
            PARTS[part],
            *(f"{spent[part][name]:.2f}" for name in columns),
            f"{sum(spent[part][name] for name in REST):.2f}",
            f"{of[part]['cpu_ms'][0]:.2f}",
        ]
        for part in parts
    ]
    return table(["", *columns, "web, beat, sampler", "all"], rows)


def growth(found: dict[str, Any]) -> str:
    """Return what a larger run changes."""
    rows = []
    for size, of in found["sizes"].items():
        whole = of.get("whole", {})
        stub = of.get("stub", {})
        rows.append(
            [
                size,
                span(whole.get("seconds")),
                span(whole.get("first")),
                span(whole.get("tail")),
                span(whole.get("cpu_ms")),
                span(stub.get("cpu_ms")),
                span(stub.get("urls_a_second")),
            ]
        )
    heads = [
        "URLs",
        "seconds",
        "to the first article",
        "from the last article to the summary",
        "ms of CPU a URL",
        "without extraction",
        "URLs a second without it",
    ]
    return table(heads, rows)


def publisher(found: dict[str, Any]) -> str:
    """Return the memory of those who publish runs."""
    if not (part := found.get("publisher")):
        return ""
    rows = [
        [size, *(f"{peaks[name]:.0f}" for name in ("planned", "discover", "summarise"))]
        for size, peaks in part["peak_mb"].items()
    ]
    heads = [
        "URLs",
        "discover, all URLs written, MB",
        "discover at its peak",
        "summarise at its peak",
    ]
    return table(heads, rows) + PUBLISHING


def statements(found: dict[str, Any]) -> str:
    """How often PostgreSQL is asked what."""
    if not (part := found.get("statements")):
        return ""
    who = ", ".join(f"{name} {number:g}" for name, number in part["by_process"].items())
    head = (
        f"{part['a_url']} statements a URL over all stages in a run of {part['urls']}, and {part['frames_a_url']} "
        f"that only frame transactions. By process: {who}."
    )
    rows = [
        [f"{n:.2f}", f"{used:.3f}", f"{ms:.2f}", by, f"`{_short(kind)}`"]
        for n, used, ms, by, kind in part["top"]
    ]
    return f"{head}\n\n{table(['a URL', 'ms of CPU', 'ms to the answer', 'by', 'statement'], rows)}"


def memory(of: Figures) -> str:
    """Peaks of the processes."""
    if "whole" not in of:
        return ""
    rows = [
        [name, f"{processes:.0f}", f"{peak:.0f}", f"{together:.0f}"]
        for name, (processes, peak, together) in of["whole"]["memory"].items()
        if name not in APART
    ]
    rows.append(["all", "", "", f"{_memory(of):.0f}"])
    return table(["process", "processes", "peak", "together"], rows)


def disk(of: Figures) -> str:
    """Bytes that a run leaves, and that it needs meanwhile."""
    if "bytes_an_article" not in of.get("whole", {}):
        return ""
    whole = of["whole"]
    rows = [
        [f"`{name}`", f"{size:,}"] for name, size in whole["bytes_an_article"].items()
    ]
    rows.append(["all", f"{sum(whole['bytes_an_article'].values()):,}"])
    by_table = table(["table, with its indexes", "bytes an article"], rows)
    log = whole["wal"][0] / of["urls"] / 1000
    broker = f"RabbitMQ had at most {whole['broker_disk'][0] / 1e6:.1f} MB on disk"
    return f"{by_table}\n\n{broker}; PostgreSQL wrote {log:.0f} KB of its own log a URL, whose files it uses again."


def sizing(found: dict[str, Any]) -> str:
    """Rules of thumb, worked out from the figures."""
    of = _largest(found)
    if "whole" not in of:
        return ""
    cost = of["whole"]["cpu_ms"][0]
    size = sum(of["whole"]["bytes_an_article"].values())
    children = of["whole"]["memory"]["extract"]
    a_core = 1000 / cost
    lines = [
        f"- **CPU**: {cost:.0f} ms a page of this kind, so a core like this one does about {a_core:.0f} pages a second "
        f"and {a_core * 86_400 / 1e6:.1f} million a day. Pages of twice the size cost about twice as much.",
        f"- **Politeness is the limit long before**: at one request a second and host, a core is busy with "
        f"{a_core:.0f} hosts at once. Fewer hosts need no second core.",
        f"- **Memory**: {_memory(of) / 1000:.1f} GB for everything on one machine. Another extracting process, one for "
        f"each further core, adds about {children[2] / max(1, children[0]):.0f} MB.",
        f"- **Disk**: {size / 1000:.0f} KB an article of this kind, so {size / 1000:.0f} GB a million, half as much "
        f"again to be safe, and 2 GB for PostgreSQL's own log and RabbitMQ.",
        "- **More machines**: what to add, and where, is in [scaling.md](scaling.md).",
    ]
    return "\n".join(lines)


def goal_table(found: dict[str, Any]) -> str:
    """Return what it should hold, and whether it did."""
    rows = [
        [what, f"{value:.4g}", bound, "yes" if held else "**no**"]
        for what, value, bound, held in goals(found)
    ]
    return table(["what", "measured", "goal", "held"], rows)


def _largest(found: dict[str, Any]) -> Figures:
    sizes = found["sizes"]
    of: Figures
    if sizes:
        of = sizes[max(sizes, key=int)]
    else:
        of = {}
    return of


def _machine(found: dict[str, Any]) -> str:
    m = found["machine"]
    return (
        f"Measured on {found['measured']}: {m['cores']} cores ({m['processor']}), {m['memory_gb']} GB, Python "
        f"{m['python']}, PostgreSQL {m['postgresql']}, RabbitMQ {m['rabbitmq']}."
    )


def _times(found: dict[str, Any]) -> str:
    rounds = {size: of["rounds"] for size, of in found["sizes"].items()}
    often = {1: "once", 2: "twice"}
    times = [
        f"{size} URLs {often.get(number, f'{number} times')}"
        for size, number in rounds.items()
    ]
    return f"part after part ({', '.join(times)})"


def _memory(of: Figures) -> float:
    return float(sum(together for *_, together in of["whole"]["memory"].values()))


def _short(kind: str) -> str:
    return kind[:90].replace("|", "\\|").replace("`", "")
