"""`manage.py extract FILE|URL` or `--batch FILE`: what would be stored of a page. Stores nothing,
needs no servers."""

import json
import os
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError

from pipeline.core.failures import Rejected
from pipeline.core.records import Page, SourceMetadata
from pipeline.core.time_limit import TimeLimitReached, time_limit
from pipeline.extraction.extract import Examined, examine
from pipeline.extraction.fields import link_titles, rights
from pipeline.extraction.page.parsed import header_charset
from pipeline.extraction.text.markdown import to_markdown

NOTHING: dict[str, Any] = {
    "title": "",
    "author": "",
    "published": None,
    "updated": None,
    "text": "",
    "html": "",
    "markdown": "",
    "language": "",
    "tags": [],
    "quality": 0.0,
    "reasons": [],
    "left_out": [],
    "methods": {},
}
CHUNK = 8  # pages that a process takes at a time
PAGE_SECONDS = 60  # that a page may take
HARD_PAGE_SECONDS = 600  # for code that lets no signal through; it ends the process
TOO_LONG = f"too-long: it took more than {PAGE_SECONDS} s"


class Task(NamedTuple):
    """A page of a batch. `title` is what the other pages of its site call it, "" where they do
    not."""

    id: str
    path: str
    url: str
    title: str = ""


class Command(BaseCommand):
    help = "Shows what would be stored of a page, as a JSON line. Stores nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("page", nargs="?", help="a file, or an address to fetch")
        parser.add_argument(
            "--url", default="", help="the address that a file came from"
        )
        parser.add_argument(
            "--batch",
            metavar="FILE",
            help='a JSON line a page: {"id", "path", "url"}; uses all cores',
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["page"]) == bool(options["batch"]):
            raise CommandError("give a file, an address or --batch FILE")
        for line in (
            batch(options["batch"])
            if options["batch"]
            else [single(options["page"], options["url"])]
        ):
            self.stdout.write(json.dumps(line, ensure_ascii=False))


def batch(path: str) -> Iterator[dict[str, Any]]:
    """Yield a line a page, in the order of the file, as soon as each is there."""
    tasks = with_titles(read_tasks(path))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(work, tasks, chunksize=CHUNK)


def read_tasks(path: str) -> list[Task]:
    """Return the pages of a batch file."""
    try:
        rows = [
            json.loads(line)
            for line in Path(path).read_text(encoding="utf-8").splitlines()
            if line.strip()
        ]
        return [Task(str(row["id"]), row["path"], row.get("url") or "") for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path}: {error}") from error


def with_titles(tasks: list[Task]) -> list[Task]:
    """Return the same pages with what the pages of one site call each other, as a crawl would learn
    it."""
    hosts: defaultdict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        hosts[urlsplit(task.url).hostname or ""].append(task)
    named: dict[str, str] = {}
    for host, pages in hosts.items():
        if host and len(pages) > 1:
            named |= link_titles.titles(readable(pages))
    return [task._replace(title=named.get(task.url, "")) for task in tasks]


def readable(tasks: Iterable[Task]) -> Iterator[tuple[str, bytes]]:
    """(url, body) of each page whose file can be read."""
    for task in tasks:
        try:
            yield task.url, Path(task.path).read_bytes()
        except OSError:
            continue


def work(task: Task) -> dict[str, Any]:
    """One page of a batch; a file that cannot be read is a reason, too."""
    try:
        body = Path(task.path).read_bytes()
    except OSError as error:
        return {"id": task.id, "text": "", "reasons": [f"unreadable: {error.strerror}"]}
    try:
        with time_limit(PAGE_SECONDS, HARD_PAGE_SECONDS):
            found = examine(body, task.url, SourceMetadata(title=task.title))
        return {"id": task.id} | as_line(found)
    except TimeLimitReached:
        return {"id": task.id, "text": "", "reasons": [TOO_LONG]}
    except Exception as error:  # noqa: BLE001 - one page's bug must not cost the batch its other pages
        return {
            "id": task.id,
            "text": "",
            "reasons": [f"crashed: {type(error).__name__}: {error}"],
        }


def single(page: str, url: str) -> dict[str, Any]:
    """Return the line of one file or address."""
    if urlsplit(page).scheme not in ("http", "https"):
        return work(Task(page, page, url))
    fetched = fetch(page)
    if not isinstance(fetched, Page):
        return {
            "id": page,
            "text": "",
            "reasons": [
                f"{getattr(fetched, 'reason', 'not-modified')}: {getattr(fetched, 'detail', '')}"
            ],
        }
    charset = header_charset(fetched.headers)
    try:
        with time_limit(PAGE_SECONDS, HARD_PAGE_SECONDS):
            found = examine(
                fetched.body,
                fetched.final_url,
                charset=charset,
                context=rights.Context(fetched.headers),
            )
    except TimeLimitReached:
        return {"id": page, "text": "", "reasons": [TOO_LONG]}
    return {"id": page} | as_line(found)


def fetch(url: str) -> Any:
    """Return the page behind an address, fetched as the pipeline would."""
    from pipeline.fetching import (
        Fetcher,
        MemoryHosts,
    )  # the network's part of the product, for addresses only
    from pipeline.management.commands.discover import policy

    return Fetcher(policy(), MemoryHosts()).fetch(url)


def as_line(examined: Examined) -> dict[str, Any]:
    """Return what was found, as JSON values. A refused page has no text, but still the fields that
    it stated."""
    draft, refused = examined
    if draft is None:
        return NOTHING | {"reasons": why_refused(refused)}
    line: dict[str, Any] = {
        "title": draft.title,
        "author": ", ".join(draft.authors),
        "published": as_text(draft.published),
        "updated": as_text(draft.updated),
        "language": draft.language,
        "tags": list(draft.tags),
        "methods": dict(draft.methods),
    }
    if refused:
        return NOTHING | line | {"reasons": why_refused(refused)}
    return line | {
        "text": draft.text,
        "html": draft.html,
        "markdown": to_markdown(draft.html),
        "quality": draft.quality,
        "reasons": list(draft.quality_reasons),
        "left_out": [asdict(block) for block in draft.left_out],
    }


def why_refused(refused: Rejected | None) -> list[str]:
    """Return the reason of a refusal, as the one item of a list."""
    return [f"{refused.reason}: {refused.detail}"] if refused else []


def as_text(moment: datetime | None) -> str | None:
    """Return a moment in ISO format."""
    return moment.isoformat() if moment else None
