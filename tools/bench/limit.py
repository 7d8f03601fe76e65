"""`python -m tools.bench.limit FILE COUNT NUMBER OF WHAT`: an extractor alone over every OF-th
page, in one process.

WHAT is `trafilatura`, as anybody would call it, or `product`: what the product makes of a page,
with no queue and no database about it. It says "ready" once everything is imported and warm, begins
at a line on stdin, and prints what it took as JSON.
"""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.local.stack import CHECKOUT
from tools.bench.library import Library

CALL = "trafilatura.bare_extraction(body, url=url, with_metadata=True)"
WARM_UP = 8  # pages


def extractor(what: str) -> Callable[[bytes, str], Any]:
    """Return a function of a page's bytes and address."""
    if what == "product":
        from pipeline.extraction.extract import extract

        return extract
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return lambda body, url: trafilatura.bare_extraction(
        body, url=url, with_metadata=True
    )


def work(library: Library, number: int, of: int, what: str) -> dict[str, float]:
    """Extract every `of`-th page from `number` on."""
    extract = extractor(what)
    entries = library.entries[number::of]
    for entry in entries[:WARM_UP]:
        extract(library.body(entry), f"https://blog.example{entry.path}")
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.time()
    used = time.process_time()
    for entry in entries:
        extract(library.body(entry), f"https://blog.example{entry.path}")
    return {
        "began": began,
        "ended": time.time(),
        "cpu": time.process_time() - used,
        "urls": len(entries),
    }


def measure(library: Library, what: str, processes: int) -> dict[str, Any]:
    """Return the same pages by so many processes side by side."""
    command = [
        sys.executable,
        "-m",
        "tools.bench.limit",
        str(library.file),
        str(len(library.entries)),
    ]
    workers = [
        subprocess.Popen(
            [*command, str(number), str(processes), what],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    for worker in workers:
        assert worker.stdout
        worker.stdout.readline()
    told = [json.loads(worker.communicate()[0]) for worker in begun(workers)]
    return together(told)


def begun(workers: list[subprocess.Popen[str]]) -> list[subprocess.Popen[str]]:
    """Return the same workers, all of them told to begin."""
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return workers


def together(told: list[dict[str, float]]) -> dict[str, Any]:
    """Return what several processes took that worked side by side: from the first beginning to the
    last end."""
    seconds = max(each["ended"] for each in told) - min(each["began"] for each in told)
    urls = int(sum(each["urls"] for each in told))
    return {
        "urls": urls,
        "seconds": round(seconds, 3),
        "cpu": round(sum(each["cpu"] for each in told), 3),
    }


if __name__ == "__main__":
    pages = Library(Path(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps(work(pages, int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])))
