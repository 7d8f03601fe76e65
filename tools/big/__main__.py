"""`make pages`: fills a database of its own if it has not that size yet, then times every page;
exit status 1 where one is too slow."""

import argparse
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from infra.local.stack import CHECKOUT
from tools.big import server
from tools.big.plan import Sizes


def main() -> int:
    """Print the table and write it, and the same as JSON, into the directory."""
    parser = argparse.ArgumentParser(prog="python -m tools.big", description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--journeys", type=int, default=5_000_000)
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--times", type=int, default=20, help="addresses a page, each asked twice"
    )
    parser.add_argument(
        "--only",
        default="",
        help="parts or names of pages that hold one of these words, by comma",
    )
    parser.add_argument(
        "--cold",
        action="store_true",
        help="begin each page with a server that has nothing in memory; as root",
    )
    parser.add_argument("--home", type=Path, default=CHECKOUT / ".local" / "big")
    parser.add_argument("--again", action="store_true", help="make the database anew")
    parser.add_argument("--make-only", action="store_true")
    given = parser.parse_args()
    given.home.mkdir(parents=True, exist_ok=True)

    with server.running(given.home) as postgres:
        server.point_django_at(postgres)
        import django

        django.setup()
        sizes = Sizes(given.articles, given.journeys, given.events, given.seed)
        made = prepare(sizes, given.home, given.again)
        if given.make_only:
            return 0
        forget = None
        if given.cold:
            forget = partial(server.forget, postgres)
        return timed(sizes, made, given, forget)


def say(line: str) -> None:
    """Progress, on stderr."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def prepare(sizes: Sizes, home: Path, again: bool) -> dict:
    """Return the database as it is wanted: the one that is there, brought up to date, or a new
    one."""
    from django.core.management import call_command

    from tools.big import load

    there = server.kept(home)
    if there is None or again or Sizes(**there["sizes"]) != sizes:
        load.empty(home)
        load.make(sizes, home, say)
    else:
        call_command("migrate", verbosity=0)
    return server.kept(home)


def timed(
    sizes: Sizes,
    made: dict,
    given: argparse.Namespace,
    forget: Callable[[], None] | None,
) -> int:
    """Time the pages, each after `forget`."""
    from django.db import connection

    from tools.big import kept, load, report, timing
    from tools.big.pages import World, pages

    world = World.of(sizes, load.moment_of(made))
    load.catch_up(world.now)
    kept.keep_all()
    client = kept.signed_in()
    wanted = [word for word in given.only.split(",") if word]
    lines = []
    paces = [timing.pace()]
    # What only this measuring holds is not to be looked through while a page is timed, nor what a
    # web process loads before its first page.
    importlib.import_module("myworld.wsgi")
    for page in pages(world):
        if wanted and not any(word in f"{page.part}: {page.name}" for word in wanted):
            continue
        if forget:
            connection.close()
            forget()
        line = timing.measure(client, page, given.times)
        lines.append(line)
        paces.append(timing.pace())
        say(f"[{paces[-1]:.0f}] {line}")
    world_told = (
        f"{sizes.articles:,} articles, {sizes.journeys:,} journeys, {sizes.events:,} log events; {os.cpu_count()} "
        f"cores, load {os.getloadavg()[0]:.1f}, 500,000 additions in {min(paces):.0f} ms of CPU at best and "
        f"{timing.share(paces, 0.5):.0f} in the middle; each of {given.times} addresses a page asked twice."
    )
    if forget:
        world_told += " Before each page the server was started with nothing in memory."
    (given.home / "pages.md").write_text(report.table(lines, world_told))
    (given.home / "pages.json").write_text(
        json.dumps(
            report.record(
                lines, sizes=made["sizes"], paces=[round(each, 1) for each in paces]
            )
        )
    )
    print(report.table(lines, world_told))
    if all(line.good for line in lines):
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
