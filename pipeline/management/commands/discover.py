"""`manage.py discover URL...`: what a run would take and where it was found. Stores nothing, needs no servers."""

import json
from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from pipeline.core.records import Candidate, Fetched, Validators
from pipeline.core.url import read_addresses
from pipeline.discovery.discover import Discovery, discover
from pipeline.discovery.options import options_from_parameters
from pipeline.fetching import Fetcher, MemoryHosts, Policy
from pipeline.fetching.factory import policy_from_settings
from pipeline.runs.options import add_crawl_arguments, options_from_cli

PATIENCE = 120.0  # seconds to wait for a host's next turn; there is no queue to come back from


class Command(BaseCommand):
    help = "Shows which articles a run would take from these blogs, and where each was found. Stores nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_crawl_arguments(parser)
        parser.add_argument("--json", action="store_true", help="print a JSON line for each URL")
        parser.add_argument(
            "--refused", action="store_true", help="print what was seen and left, too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        addresses, bad = read_addresses("\n".join(options["urls"]))
        if bad or not addresses:
            raise CommandError("; ".join(each.error for each in bad) or "no address given")
        console = Console(stderr=True)
        with console.status("looking for articles") as status:
            found = discover(
                options_from_parameters(options_from_cli(options, addresses)),
                fetch_with(Fetcher(policy(), MemoryHosts())),
                timezone.now(),
                on_progress=lambda url, seen: status.update(f"{seen} addresses seen, asking {url}"),
            )
        if options["json"]:
            self.print_lines(found, options["refused"])
        else:
            self.print_table(found, Console(), options["refused"])
        if options["language"]:
            console.print(
                "Languages are told once a page is fetched: these are the articles of all of them."
            )
        for note in found.notes:
            console.print(note, highlight=False)
        console.print(
            f"{len(found.candidates)} articles, {len(found.asked)} requests", highlight=False
        )

    def print_lines(self, found: Discovery, refused: bool) -> None:
        """A JSON line for each URL."""
        for candidate in found.candidates:
            self.stdout.write(json.dumps(line(candidate), ensure_ascii=False))
        for candidate, reason in found.refused if refused else ():
            self.stdout.write(json.dumps(line(candidate) | {"refused": reason}, ensure_ascii=False))

    def print_table(self, found: Discovery, console: Console, refused: bool) -> None:
        """A table for people."""
        table = Table("score", "published", "title", "url", "why", box=None)
        for candidate in found.candidates:
            table.add_row(*cells(candidate), candidate.reasons[0] if candidate.reasons else "")
        for candidate, reason in found.refused if refused else ():
            table.add_row(*cells(candidate), reason, style="dim")
        console.print(table)


def policy() -> Policy:
    """How to fetch, as the settings say, but waiting for each turn."""
    return replace(policy_from_settings(), patience=PATIENCE, max_threads_per_host=0)


def fetch_with(fetcher: Fetcher) -> Any:
    """The fetcher in the form that discovery takes."""

    def fetch(url: str, validators: Validators) -> Fetched:
        return fetcher.fetch(url, validators=validators, purpose="source")

    return fetch


def line(candidate: Candidate) -> dict[str, Any]:
    """A candidate as JSON values."""
    published = candidate.said.published
    return {
        "url": candidate.url,
        "found_in": list(candidate.found_in),
        "score": candidate.score,
        "reasons": list(candidate.reasons),
        "title": candidate.said.title,
        "published": published.isoformat() if published else None,
    }


def cells(candidate: Candidate) -> tuple[str, str, str, str]:
    """The first four cells of a candidate's row."""
    published = candidate.said.published
    return (
        f"{candidate.score:.2f}",
        published.date().isoformat() if published else "",
        candidate.said.title,
        candidate.url,
    )
