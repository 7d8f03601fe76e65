"""`manage.py export`: the catalogue, or a part of it, on standard output."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from catalog.exports import FORMATS
from catalog.filters import ArticleFilter
from catalog.models import Article
from catalog.search.export_order import ordered_parts
from catalog.search.orders import ORDERS

# Not what is read or starred: the command line is no reader.
NAMES = [name for name in ArticleFilter.base_filters if name != "state"]


class Command(BaseCommand):
    help = "Writes the catalogue, or the part of it that the filters leave, to standard output."
    requires_system_checks = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=FORMATS, default="jsonl")
        for name in NAMES:
            parser.add_argument(
                f"--{name.replace('_', '-')}",
                metavar=name.upper(),
                help="as in the catalogue's page",
            )
        parser.add_argument("--sort", choices=ORDERS, default="newest")

    def handle(self, *args: Any, **options: Any) -> None:
        query = QueryDict(mutable=True)
        query.update({name: options[name] for name in NAMES if options[name]})
        chosen = ArticleFilter(query, Article.objects.live())
        if not chosen.is_valid():
            raise CommandError(
                "; ".join(
                    f"{name}: {' '.join(errors)}"
                    for name, errors in chosen.errors.items()
                )
            )
        rows = ordered_parts(chosen.qs, options["sort"])
        form = FORMATS[options["format"]]
        if form.binary and self.stdout.isatty():
            raise CommandError(
                f"{form.label} is no text for a terminal: send it to a file, as in > articles.{form.extension}"
            )
        try:
            for piece in form.write(rows):
                if isinstance(piece, bytes):
                    out: Any = self.stdout
                    out.buffer.write(piece)
                else:
                    self.stdout.write(piece, ending="")
            self.stdout.flush()
        except BrokenPipeError:  # `export | head` is no error
            sys.stderr.close()
