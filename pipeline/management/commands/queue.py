"""`manage.py queue VERB`: what waits at each stage, and pausing or resuming a stage's intake."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from pipeline.access.audit import COMMAND
from pipeline.broker.queues import STAGES
from pipeline.monitor.queues.intake import ALSO_WAITS, pause_intake, resume_intake
from pipeline.monitor.queues.state import Row, rows


class Command(BaseCommand):
    help = "Shows the queues, and pauses or resumes the intake of a stage."
    requires_system_checks = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser(
            "show", help="a line for each queue: state, waiting, consumers"
        )
        for verb, text in (
            ("pause", "its workers finish what they have, and take no more messages"),
            ("resume", "its workers take messages again"),
        ):
            verb_parser = verbs.add_parser(verb, help=text)
            verb_parser.add_argument("stage", choices=STAGES)

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        match verb:
            case "show":
                for row in rows():
                    self.stdout.write(line(row))
            case "pause":
                self.pause(options["stage"])
            case _:
                self.resume(options["stage"])

    def pause(self, stage: str) -> None:
        """Pause the intake of the stage, and say what that means."""
        if not pause_intake(stage, COMMAND):
            self.stdout.write(f"{stage.capitalize()} was paused already.")
            return
        also = ALSO_WAITS.get(stage, "")
        text = f"{stage.capitalize()} paused. {also}"
        self.stdout.write(text.strip())

    def resume(self, stage: str) -> None:
        """Resume the intake of the stage."""
        if resume_intake(stage, COMMAND):
            self.stdout.write(f"{stage.capitalize()} resumed.")
        else:
            self.stdout.write(f"{stage.capitalize()} was not paused.")


def line(row: Row) -> str:
    """Return a queue in columns, and who paused it."""
    columns = [
        row.queue,
        row.state,
        f"{row.waiting} waiting",
        f"{row.consumers} consumers",
    ]
    if row.pause and row.pause.paused_at:
        since = f"{row.pause.paused_at:%Y-%m-%d %H:%M} UTC"
        columns.append(f"paused by {row.pause.paused_by} since {since}")
    return "\t".join(columns)
