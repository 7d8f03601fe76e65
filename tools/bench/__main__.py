"""`make bench`: see the package."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.local.stack import CHECKOUT, own_directory
from tools.bench import (
    catalogue,
    document,
    floors,
    library,
    limit,
    machine,
    peer,
    product,
    profiles,
    publisher,
    report,
    statements,
    writes,
)
from tools.bench.library import Library
from tools.bench.product import Blog, Servers

PARTS = (
    "limit",
    "peer",
    "whole",
    "stub",
    "statements",
    "writes",
    "floors",
    "publisher",
    "catalogue",
    "memory",
)
LOGGED = 300  # URLs of the run whose statements are counted
WATCHED = 1000  # URLs of the run whose writes are counted
Result = dict[str, Any]


def main() -> int:
    """Measure, print the tables and the JSON line, and write docs/performance.* where asked."""
    arguments = parse()
    with own_directory(CHECKOUT / ".local" / "bench") as home:
        found = Bench(Path(os.path.realpath(home)), arguments).run()
        (home / "result.json").write_text(json.dumps(found, indent=1))
    print(document.tables(found))
    if arguments.write:
        document.write(found)
    print(json.dumps(found))
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument(
        "--sizes",
        default="100,1000,10000",
        help="URLs a run; 10000:1 is measured once, not --repeat",
    )
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument(
        "--corpus",
        type=Path,
        help="real pages in place of generated ones: DIR/sites, DIR/expected",
    )
    parser.add_argument(
        "--publisher",
        default="1000,50000",
        help="URLs of the runs whose publisher is weighed",
    )
    parser.add_argument(
        "--catalogue",
        default="50000:10000",
        help="articles that are there, and URLs of the run that is measured beside them",
    )
    parser.add_argument(
        "--quick", action="store_true", help="one small run of each part but the peer"
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="write docs/performance.json and docs/performance.md",
    )
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.sizes = "100"
        arguments.repeat = 1
        arguments.parts = "limit,whole,stub,statements"
    if unknown := set(arguments.parts.split(",")) - set(PARTS):
        parser.error(
            f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}"
        )
    return arguments


class Bench:
    """One benchmark: its pages, its servers, its plan."""

    def __init__(self, home: Path, arguments: argparse.Namespace) -> None:
        self.home = home
        self.arguments = arguments
        self.parts = arguments.parts.split(",")
        self.plan = self._plan()
        self.cores = os.cpu_count() or 1

    def run(self) -> dict[str, Any]:
        """All figures."""
        everything = self._pages()
        found: dict[str, Any] = {
            "measured": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": machine.facts(),
        }
        found["pages"] = {
            "kind": "corpus" if self.arguments.corpus else "generated",
            "mean_bytes": round(everything.mean_size),
            "hosts": len(everything.hosts),
            "limit": limit.CALL,
        }
        if "memory" in self.parts:
            found["profiles"] = self._profiles()
        if self.parts == ["memory"]:
            return {**found, "sizes": {}}
        with ExitStack() as stack:
            if "peer" in self.parts:
                python = peer.installed(self.home)
            else:
                python = None
            servers = stack.enter_context(Servers(self.home / "stack"))
            found["machine"] |= servers.versions()
            results = [
                result
                for size, times in self.plan
                for result in self._size(servers, python, size, times)
            ]
            found["idle_ms_a_second"] = next(
                (r["idle"] for r in reversed(results) if "idle" in r), None
            )
            found["sizes"] = report.figures(results)
            if "statements" in self.parts:
                found["statements"] = self._statements(servers)
            if "writes" in self.parts:
                found["writes"] = self._writes(servers)
            if "floors" in self.parts:
                pages = self._pages(floors.ARTICLES)
                found["floors"] = floors.measure(servers, pages)
            if "publisher" in self.parts:
                sizes = [int(size) for size in self.arguments.publisher.split(",")]
                found["publisher"] = publisher.measure(servers, self.home, sizes)
            if "catalogue" in self.parts:
                found["catalogue"] = self._catalogue(servers)
        return found

    def _plan(self) -> list[tuple[int, int]]:
        """(URLs, how often) of each size; a corpus may hold fewer pages than asked for."""
        if self.arguments.corpus:
            most = len(library.collected(self.home, self.arguments.corpus).entries)
        else:
            most = 10**9
        asked = [part.partition(":") for part in self.arguments.sizes.split(",")]
        plan = {
            min(int(size), most): int(times or self.arguments.repeat)
            for size, _, times in asked
        }
        return sorted(plan.items())

    def _pages(self, count: int | None = None) -> Library:
        """Return the pages of the largest run, or the first of them."""
        if self.arguments.corpus:
            return library.collected(self.home, self.arguments.corpus, count)
        return library.generated(self.home, max(size for size, _ in self.plan), count)

    def _size(
        self, servers: Servers, python: Path | None, size: int, times: int
    ) -> Iterator[Result]:
        """Every part, one after the other, again and again: what changes on the machine meets all
        of them."""
        pages = self._pages(size)
        for turn in range(times):
            with Blog(pages, self.home) as blog:
                for part, result in self._round(servers, python, pages, blog):
                    for row in result.get("lost", ()):
                        say(f"not stored: {row}")
                    say(
                        f"{size} URLs, round {turn + 1}: {part} {report.rate(result):.1f} URLs/s, "
                        f"{report.cpu_a_url(result):.2f} ms of CPU a URL"
                    )
                    yield {"part": part, "size": size, "round": turn, **result}

    def _round(
        self, servers: Servers, python: Path | None, pages: Library, blog: Blog
    ) -> Iterator[tuple[str, Result]]:
        if "limit" in self.parts:
            yield "limit", limit.measure(pages, "trafilatura", self.cores)
            yield "own", limit.measure(pages, "product", self.cores)
        if python and len(pages.entries) <= peer.MOST:
            yield "peer_one", peer.measure(python, servers, blog, 1)
            yield "peer_cores", peer.measure(python, servers, blog, self.cores)
        if "whole" in self.parts:
            with product.running(servers, blog) as whole:
                idle = whole.idle()
                yield "whole", {**whole.measure(blog), "idle": idle}
                yield "again", whole.measure(blog)
        if "stub" in self.parts:
            with product.running(servers, blog, stubbed=True) as stub:
                yield "stub", stub.measure(blog)

    def _profiles(self) -> dict[str, Any]:
        """Return the memory of every profile."""
        found = {}
        with Blog(self._pages(profiles.CRAWLED), self.home) as blog:
            for profile in profiles.PROFILES:
                found[profile] = profiles.measure(self.home, blog, profile)
                sums = [
                    profiles.total(found[profile][part]) for part in ("rest", "run")
                ]
                say(f"memory, {profile}: {sums[0]} MB at rest, {sums[1]} under a run")
        return found

    def _statements(self, servers: Servers) -> dict[str, Any]:
        """Return what a run without extraction asks of PostgreSQL."""
        with (
            Blog(self._pages(LOGGED), self.home) as blog,
            product.running(servers, blog, stubbed=True) as stub,
        ):
            with statements.logged(servers) as log:
                start = log.stat().st_size
                result = stub.measure(blog)
            with log.open(errors="replace") as text:
                text.seek(start)
                return statements.read(text.read()).figures(result["urls"])

    def _writes(self, servers: Servers) -> dict[str, Any]:
        """Return what PostgreSQL spends and writes in a whole run."""
        with (
            Blog(self._pages(WATCHED), self.home) as blog,
            product.running(servers, blog) as whole,
            writes.watched(servers) as seen,
        ):
            result = whole.measure(blog)
        return seen.figures(result["urls"])

    def _catalogue(self, servers: Servers) -> dict[str, Any]:
        """Return what a URL costs beside many articles."""
        articles, _, urls = self.arguments.catalogue.partition(":")
        pages = library.generated(self.home, int(urls))
        with Blog(pages, self.home) as blog:
            return catalogue.measure(servers, self.home, blog, int(articles))


def say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
