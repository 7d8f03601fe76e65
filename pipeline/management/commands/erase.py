"""`manage.py erase VERB`: all of a source, or what fits a URL pattern, for good; and the list of
what was erased."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pipeline.access.audit import COMMAND
from pipeline.backup.erased import keep_list_where_backups_are
from pipeline.backup.errors import BackupError
from pipeline.models import Erasure
from pipeline.privacy import listed, requests
from pipeline.privacy.requests import NotErased
from pipeline.privacy.work import work_once


class Command(BaseCommand):
    help = (
        "Erases articles for good, with all that names them, by source or by URL pattern; shows "
        "and applies the list of what was erased."
    )
    requires_system_checks = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, text in (
            ("preview", "how many articles of a source would be erased"),
            ("run", "erase them now; cannot be undone"),
        ):
            verb_parser = verbs.add_parser(verb, help=text)
            verb_parser.add_argument("host", help="of the source, as blog.example")
            verb_parser.add_argument(
                "--pattern",
                default="",
                help="of URLs: a prefix such as /notes/, a glob or a /regular expression/",
            )
            if verb == "run":
                verb_parser.add_argument(
                    "--yes", action="store_true", help="without it, only preview"
                )
        verbs.add_parser("list", help="what was asked for, and how far it is")
        verbs.add_parser("export", help="the list of erased URLs, a digest a line")
        apply_parser = verbs.add_parser(
            "apply", help="erase again what is on the list, as after a restore"
        )
        apply_parser.add_argument(
            "file", nargs="?", help="adds the lines of an export; - for standard input"
        )
        lift_parser = verbs.add_parser("lift", help="let a crawl bring a URL back")
        lift_parser.add_argument("name", help="a URL, or its digest")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        try:
            match verb:
                case "preview":
                    self.preview(options["host"], options["pattern"])
                case "run":
                    self.erase(options["host"], options["pattern"], options["yes"])
                case "list":
                    for erasure in requests.erasures():
                        self.stdout.write(line(erasure))
                case "export":
                    for each in listed.latest(listed.lines()):
                        self.stdout.write(str(each))
                case "apply":
                    self.apply(options["file"])
                case _:
                    self.stdout.write(f"lifted {listed.lift(options['name'])}")
                    self.keep_list()
        except NotErased as error:
            raise CommandError(str(error)) from None

    def preview(self, host: str, pattern: str) -> None:
        """Print how many articles would go."""
        number = requests.preview(host, pattern)
        self.stdout.write(f"{number:,} articles would be erased.")

    def erase(self, host: str, pattern: str, sure: bool) -> None:
        """Erase, where the person is sure; else only print how many articles would go."""
        if not sure:
            self.preview(host, pattern)
            self.stdout.write("Nothing was changed. Add --yes to erase them for good.")
            return
        self.follow(requests.start(host, pattern, by=COMMAND))

    def apply(self, file: str | None) -> None:
        """Add the lines of a file to the list, and erase what is on it."""
        if file == "-":
            listed.add(listed.read(sys.stdin))
        elif file:
            try:
                with Path(file).open() as given:
                    listed.add(listed.read(given))
            except OSError as error:
                raise CommandError(f"{file}: {error.strerror}") from None
        self.follow(listed.erase_listed(by=COMMAND))

    def follow(self, erasure: Erasure) -> None:
        """Work on the erasure, and on those before it, until it is done."""
        while not erasure.is_over and work_once():
            erasure.refresh_from_db()
        self.stdout.write(line(erasure))
        self.keep_list()

    def keep_list(self) -> None:
        """Write the list of what was erased beside the backups."""
        try:
            keep_list_where_backups_are()
        except (BackupError, OSError) as error:
            self.stderr.write(f"Not written beside the backups: {error}")


def line(erasure: Erasure) -> str:
    """Return an erasure in columns."""
    columns = [
        str(erasure.pk),
        erasure.state,
        f"{erasure.erased} of {erasure.found} articles",
        erasure.host or f"sha256:{erasure.scope[: requests.SHORT]}",
        erasure.pattern,
        f"{erasure.created_at:%Y-%m-%d %H:%M} UTC",
        erasure.created_by,
    ]
    return "\t".join(columns)
