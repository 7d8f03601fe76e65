"""`manage.py discover URL...`: what a run would take and where it was found. Stores nothing, needs
no servers.
"""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pipeline.core.records import Candidate, Fetched, Validators
from pipeline.core.url import read_addresses
from pipeline.discovery.discover import Bounds, Discovery, discover
from pipeline.discovery.options import options_from_parameters
from pipeline.discovery.urls.match import InvalidPattern, matches
from pipeline.fetching import Fetcher, MemoryHosts, Policy
from pipeline.fetching.factory import policy_from_settings
from pipeline.runs.options import add_crawl_arguments, options_from_cli

TURN_SECONDS = (
    120.0  # to wait for a host's next turn; there is no queue to come back from
)
START_PATIENCE_SECONDS = (
    30.0  # for a start address that is not to be had; somebody is waiting
)
# Somebody is waiting: a server that drips is given up after two requests.
REQUEST_SECONDS = 20.0
FAILING_SECONDS = 30.0
PROGRESS_SECONDS = (
    5.0  # between two lines of progress where they are not read as they come
)


class Command(BaseCommand):
    help = (
        "Show which articles a run would take from these blogs, and where each was found. "
        "Stores nothing. The exit status is 1 where nothing was found."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_crawl_arguments(parser)
        parser.add_argument(
            "--json", action="store_true", help="print a JSON line for each URL"
        )
        parser.add_argument(
            "--refused",
            action="store_true",
            help="print what was seen and left out, too",
        )
        defaults = Bounds()
        parser.add_argument(
            "--max-requests",
            type=int,
            default=defaults.requests,
            metavar="N",
            help=f"requests for one start URL, at most (default {defaults.requests})",
        )
        parser.add_argument(
            "--max-seconds",
            type=float,
            default=defaults.seconds,
            metavar="S",
            help=f"seconds for one start URL, at most (default {defaults.seconds:.0f})",
        )
        parser.add_argument(
            "--max-total-seconds",
            type=float,
            default=defaults.total_seconds,
            metavar="S",
            help=f"seconds for all start URLs, at most (default {defaults.total_seconds:.0f})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        addresses, bad = read_addresses("\n".join(options["urls"]))
        if bad or not addresses:
            raise CommandError(
                "; ".join(each.error for each in bad) or "no address given"
            )
        crawl = options_from_parameters(options_from_cli(options, addresses))
        try:
            matches(addresses[0], (*crawl.include, *crawl.exclude))
        except InvalidPattern as error:
            raise CommandError(str(error)) from None
        bounds = Bounds(
            requests=options["max_requests"],
            seconds=options["max_seconds"],
            total_seconds=options["max_total_seconds"],
            start_patience_seconds=START_PATIENCE_SECONDS,
            failing_seconds=FAILING_SECONDS,
        )
        progress = Progress(sys.stderr)
        found = discover(
            crawl,
            fetch_with(Fetcher(policy(), MemoryHosts())),
            timezone.now(),
            bounds=bounds,
            on_progress=progress,
        )
        progress.end()
        self.print_found(found, as_json=options["json"], refused=options["refused"])
        if options["language"]:
            self.stderr.write(
                "Languages are known once a page is fetched: these are all of them."
            )
        self.print_reports(found)
        if not found.candidates:
            sys.exit(1)

    def print_found(self, found: Discovery, *, as_json: bool, refused: bool) -> None:
        """Print a line for each URL, on the standard output."""
        written: Callable[[Candidate, str], str] = json_line if as_json else text_line
        for candidate in found.candidates:
            self.stdout.write(written(candidate, ""))
        if refused:
            for candidate, reason in found.refused:
                self.stdout.write(written(candidate, reason))

    def print_reports(self, found: Discovery) -> None:
        """Print what came of each address, on the standard error: the URLs may go elsewhere."""
        failed = tuple(f"{r.address}: " for r in found.addresses if not r.articles)
        for note in found.notes:
            if not note.startswith(failed):  # the report says it better
                self.stderr.write(f"note: {note}")
        for report in found.addresses:
            self.stderr.write(report.text)
        taken = len(found.candidates)
        recognised = sum(report.articles for report in found.addresses)
        if recognised and not taken:
            self.stderr.write("Your options leave all of them out.")
        noun = "articles"
        if taken == 1:
            noun = "article"
        self.stderr.write(f"{taken} {noun}, {len(found.asked)} requests")


class Progress:
    """Says on a stream what is requested: in one line that changes for a person, else in a line
    now and then.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.is_terminal = stream.isatty()
        self.requests = 0
        self.said_at = time.monotonic()

    def __call__(self, url: str, seen: int) -> None:
        """One more request was answered, and so many URLs have been seen."""
        self.requests += 1
        text = f"{self.requests} requests, {seen} URLs seen, last {url}"
        if self.is_terminal:
            self.stream.write(f"\r\x1b[K{text[:100]}")
        elif time.monotonic() - self.said_at >= PROGRESS_SECONDS:
            self.said_at = time.monotonic()
            self.stream.write(f"{text}\n")
        self.stream.flush()

    def end(self) -> None:
        """Leave the line for what comes next."""
        if self.is_terminal:
            self.stream.write("\r\x1b[K")


def policy() -> Policy:
    """How to fetch, as the settings say, but waiting for each turn."""
    return replace(
        policy_from_settings(),
        max_seconds=REQUEST_SECONDS,
        max_wait_seconds=TURN_SECONDS,
        max_threads_per_host=0,
    )


def fetch_with(fetcher: Fetcher) -> Any:
    """Return the fetcher in the form that discovery takes."""

    def fetch(url: str, validators: Validators) -> Fetched:
        return fetcher.fetch(url, validators=validators, purpose="source")

    return fetch


def json_line(candidate: Candidate, refused: str) -> str:
    """Return a candidate as JSON; `refused` is the slug of the reason it was left out for."""
    published = candidate.source_metadata.published
    values: dict[str, Any] = {
        "url": candidate.url,
        "found_in": list(candidate.found_in),
        "score": candidate.score,
        "reasons": list(candidate.reasons),
        "title": candidate.source_metadata.title,
        "published": published.isoformat() if published else None,
    }
    if refused:
        values["refused"] = refused
    return json.dumps(values, ensure_ascii=False)


def text_line(candidate: Candidate, refused: str) -> str:
    """Return a candidate in columns, its URL whole, whatever the width of the screen."""
    published = candidate.source_metadata.published
    day = ""
    if published:
        day = published.date().isoformat()
    about = refused or candidate.source_metadata.title
    return f"{candidate.score:.2f}  {day:10}  {candidate.url}  {about}"
