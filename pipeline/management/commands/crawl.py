"""`manage.py crawl URL...`: launches a run, follows it with a progress bar per stage, and prints
its summary."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.broker.outages import BrokerError
from pipeline.core.batched import batched
from pipeline.core.reasons import label_of
from pipeline.core.stages import HEADER_STAGES
from pipeline.management.following import follow
from pipeline.models import Journey, Run
from pipeline.runs.inputs import left_out_notes
from pipeline.runs.launch import launch_run
from pipeline.runs.options import (
    add_crawl_arguments,
    add_input_arguments,
    options_from_cli,
    read_arguments,
)

MAX_TOLD = 10  # bad arguments that are named


class Command(BaseCommand):
    help = "Crawls blogs: every article of these addresses goes into the catalogue."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_crawl_arguments(parser)
        add_input_arguments(parser)
        parser.add_argument(
            "--json", action="store_true", help="print the summary as one JSON line"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        parts, notes = _parts(options)
        console = Console(stderr=options["json"])
        ends = []
        for part in parts:
            ends.append(self.crawl(part, options, console, notes))
            notes = []  # they belong to the first run
        if not all(ends):
            raise SystemExit(1)

    def crawl(
        self,
        addresses: Sequence[str],
        options: dict[str, Any],
        console: Console,
        notes: Sequence[str],
    ) -> bool:
        """Crawl the addresses in one run; return whether it has an article to show for it."""
        try:
            parameters = options_from_cli(options, addresses)
            run = launch_run(parameters, by="command line", notes=notes)
        except BrokerError as error:
            raise CommandError(
                f"RabbitMQ does not answer, so no run was made: {error}"
            ) from error
        follow(run, console)
        run.refresh_from_db()
        self.report(run, console, options["json"])
        ended_well = run.state in (Run.State.FINISHED, Run.State.INCOMPLETE)
        return ended_well and bool(run.stored + run.unchanged + run.duplicate)

    def report(self, run: Run, console: Console, as_json: bool) -> None:
        """Print the summary: one JSON line for programs, a table for people."""
        if as_json:
            self.stdout.write(
                json.dumps(
                    {
                        "run": run.pk,
                        "state": run.state,
                        "reason": run.reason,
                        "notes": run.notes,
                        **(run.summary or {}),
                    }
                )
            )
        else:
            console.print(summary_table(run))


def _parts(options: dict[str, Any]) -> tuple[list[list[str]], list[str]]:
    """Return the addresses of each run, and what a person is to know of those left out.

    Raises CommandError with what is wrong, and with the way.
    """
    good, bad = read_arguments(options["urls"])
    if bad and not (good and options["only_valid"]):
        lines = [each.error for each in bad[:MAX_TOLD]]
        if len(bad) > MAX_TOLD:
            lines.append(f"and {len(bad) - MAX_TOLD:,} more")
        if good:
            lines.append(f"--only-valid crawls the other {len(good):,}")
        raise CommandError("; ".join(lines))
    if not good:
        raise CommandError("no address given")
    most = settings.MAX_ADDRESSES
    parts = list(batched(good, most))
    if len(parts) > 1 and not options["split"]:
        raise CommandError(
            f"{len(good):,} addresses, and a run takes up to {most}:"
            f" --split starts {len(parts)} runs, one after the other"
        )
    return parts, left_out_notes([each.error for each in bad], len(bad))


def summary_table(run: Run) -> Table:
    """Return the run's summary for a terminal."""
    summary = run.summary or {}
    table = Table(
        title=f"Run {run.pk}: {run.state}",
        caption=Text(run.reason),
        show_header=False,
    )
    table.add_row("found", str(summary.get("found", 0)))
    for state in Journey.State.values:
        table.add_row(state, str(getattr(run, state)))
        for row in summary.get("reasons", []):
            if row["state"] == state:
                name = f"  {label_of(row['reason'])} ({row['stage']})"
                table.add_row(name, str(row["count"]))
    table.add_section()
    stages = summary.get("stages", {})
    for stage in (stage for stage in HEADER_STAGES if stage in stages):
        took = stages[stage]
        table.add_row(
            f"{stage}, seconds",
            f"median {took['median']}, 95 % within {took['p95']}, of {took['count']}",
        )
    table.add_row("bytes", f"{summary.get('bytes', 0):,}")
    table.add_row("seconds", str(summary.get("seconds", "")))
    for report in run.address_reports:
        table.add_row("URL", Text(report["text"]))
    for note in run.notes:
        table.add_row("note", Text(str(note)))
    return table
