"""The memory of the whole product as `gleaner up` runs it, by process: at rest, under a run, and
after it.

Every process that it started is counted, PostgreSQL and RabbitMQ included, and so is what watches
them. Pages that processes share are counted once, divided among them (PSS).
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from infra.local.ports import free_port
from infra.local.stack import CHECKOUT
from tests.waiting import wait_until
from tools.bench import usage
from tools.bench.product import Blog
from tools.bench.tables import table

# Names of profiles, and what `gleaner up` is told for each
PROFILES: dict[str, tuple[str, ...]] = {"normal": (), "small": ("--small",)}
CRAWLED = 1000  # URLs of the run
TOGETHER = "together"  # the process whose children name themselves
START_SECONDS = 300
REST_SECONDS = 30  # until what a start or a run left in hand is done
LOOK_EVERY_SECONDS = 1.0
MOMENTS = {"rest": "at rest, MB", "run": "under a run, MB"}
Usage = dict[str, list[float]]  # name of a process -> how many there are, and their MB


def measure(home: Path, blog: Blog, profile: str) -> dict[str, Any]:
    """Return the memory of one profile: by process at rest, at the most of a run and after it."""
    shutil.rmtree(home / profile, ignore_errors=True)  # with what a run left unfinished
    with product(home / profile, *PROFILES[profile]) as root:
        time.sleep(REST_SECONDS)
        rest = by_process(root, home / profile)
        run = crawl(home / profile, blog)
        most = rest
        while run.poll() is None:
            time.sleep(LOOK_EVERY_SECONDS)
            now = by_process(root, home / profile)
            most = max(most, now, key=total)
        if run.returncode:
            raise RuntimeError(f"the crawl ended with status {run.returncode}")
        time.sleep(REST_SECONDS)
        after = by_process(root, home / profile)
    urls = len(blog.library.entries)
    return {"urls": urls, "rest": rest, "run": most, "after": after}


@contextmanager
def product(home: Path, *options: str) -> Iterator[psutil.Process]:
    """Run `gleaner up` for the length of the block, and yield its process when all is ready."""
    home.mkdir(parents=True, exist_ok=True)
    log = home / "up.log"
    command = [sys.executable, "-m", "infra.cli", "up", f"--port={free_port()}"]
    with log.open("w") as output:
        started = subprocess.Popen(
            [*command, *options],
            cwd=CHECKOUT,
            env=environment(home),
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(
            lambda: started.poll() is not None or "\nReady" in log.read_text(),
            START_SECONDS,
            "for the product",
        )
        if started.poll() is not None:
            raise RuntimeError(log.read_text().strip().splitlines()[-1])
        yield psutil.Process(started.pid)
    finally:
        started.terminate()
        started.wait()


def environment(home: Path) -> dict[str, str]:
    """Return what the product and the crawl find: a home of their own, no servers of others."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("POSTGRES_", "BROKER_", "RABBITMQ_", "GLEANER_"))
    }
    return own | {
        "GLEANER_HOME": str(home),
        "FETCH_ALLOWED_NETWORKS": "127.0.0.0/8",
        "FETCH_HOST_DELAY": "0",
    }


def crawl(home: Path, blog: Blog) -> subprocess.Popen[bytes]:
    """Start a crawl of the blogs, which ends with its run and is not counted."""
    return subprocess.Popen(
        [sys.executable, "-m", "infra.cli", "crawl", *blog.urls],
        cwd=CHECKOUT,
        env=environment(home),
        stdout=subprocess.DEVNULL,
    )


def by_process(root: psutil.Process, home: Path) -> Usage:
    """Return how many processes of each name there are now, and what they hold, in MB."""
    names = {root.pid: "gleaner up"}
    for file in [*home.glob("*.pid"), *home.glob("*/*.pid")]:
        with suppress(OSError, ValueError):
            names[int(file.read_text().split()[0])] = file.stem
    found: Usage = {}
    for process in usage.tree(root.pid):
        with suppress(psutil.Error, OSError):
            name = name_of(process, names)
            held = usage.held(process)
            before, bytes_before = found.get(name, (0, 0.0))
            found[name] = [before + 1, round(bytes_before + held, 1)]
    return dict(sorted(found.items(), key=lambda each: -each[1][1]))


def name_of(process: psutil.Process, names: dict[int, str]) -> str:
    """Return the name of the nearest process that has one: of itself, or of who started it."""
    for each in (process, *process.parents()):
        if each.pid in names and names[each.pid] == TOGETHER and each != process:
            return process.name()
        if each.pid in names:
            return names[each.pid]
    return process.name()


def total(found: Usage) -> float:
    """Return the MB of all processes together."""
    return round(sum(held for _, held in found.values()), 1)


def urls(found: dict[str, Any]) -> int:
    """Return how many URLs the run had whose memory was measured."""
    measured = found.get("profiles") or {}
    return next((int(of["urls"]) for of in measured.values()), CRAWLED)


def shown(found: dict[str, Any]) -> str:
    """Return the table of all profiles; nothing where they were not measured."""
    measured = found.get("profiles")
    if not measured:
        return ""
    columns = [of[moment] for of in measured.values() for moment in MOMENTS]
    heads = [f"{name}, {MOMENTS[moment]}" for name in measured for moment in MOMENTS]
    processes = dict.fromkeys(name for column in columns for name in column)
    rows = [
        [f"`{name}`", *(_cell(column.get(name)) for column in columns)]
        for name in processes
    ]
    rows.append(["all", *(f"{total(column):.0f}" for column in columns)])
    return table(["process", *heads], rows)


def _cell(used: list[float] | None) -> str:
    if used is None:
        return ""
    number, held = used
    return f"{held:.0f} ({number:.0f})"
