"""`manage.py opml export|import`: sources out, and lists of blogs and articles in."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from pipeline.exports.opml import opml
from pipeline.models import Import
from pipeline.runs import imports
from pipeline.runs.import_fetch import fetch_list
from pipeline.runs.import_results import results
from pipeline.runs.inputs import MAX_BYTES, BadFile, read_input


class Command(BaseCommand):
    help = (
        "Writes all sources as OPML, or brings a list of blogs and articles (OPML, bookmarks, "
        "exports of Pocket, Instapaper, Karakeep or wallabag, CSV or text)."
    )
    requires_system_checks = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        out = verbs.add_parser("export", help="write the sources to standard output")
        out.add_argument("--output", metavar="FILE", help="write them to a file")
        bring = verbs.add_parser("import", help="bring a list and start its runs")
        bring.add_argument("list", metavar="FILE|URL")
        bring.add_argument(
            "--preview", action="store_true", help="show each line and start nothing"
        )
        bring.add_argument(
            "--user", default="", help="whose read and star marks these are"
        )

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "export":
            self.export(options["output"])
        else:
            self.bring(options["list"], options["preview"], options["user"])

    def export(self, output: str | None) -> None:
        """Write all sources."""
        if output:
            with Path(output).open("w", encoding="utf-8") as file:
                file.writelines(opml())
            return
        for part in opml():
            self.stdout.write(part, ending="")

    def bring(self, place: str, preview: bool, user: str) -> None:
        """Keep a list, print its lines, and start it."""
        path = Path(place)
        try:
            if path.is_file():
                with path.open("rb") as file:
                    data = file.read(MAX_BYTES + 1)
            else:
                data = fetch_list(place)
            brought = read_input(data, path.name)
        except (BadFile, OSError) as error:
            raise CommandError(str(error)) from None
        whole = imports.keep(brought, place, _owner(user))
        runs = []
        if not preview:
            runs = imports.start(whole, by="command line")
        self.print_lines(whole)
        for run in runs:
            self.stdout.write(f"started run {run.pk}: {run}")

    def print_lines(self, whole: Import) -> None:
        """Print each line with its problem or what it is."""
        for result in results(list(whole.rows.select_related("parent"))):
            row = result.row
            labels = ", ".join(row.labels)
            parts = [str(row.line), row.address, labels, result.text]
            self.stdout.write("\t".join(parts).rstrip())


def _owner(name: str) -> User | None:
    if not name:
        return None
    found = User.objects.filter(is_active=True, username=name).first()
    if found is None:
        raise CommandError(f"There is no active user {name}.")
    return found
