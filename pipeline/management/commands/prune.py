"""`manage.py prune`: removes what is past its days, and says how much that was."""

from typing import Any

from django.core.management.base import BaseCommand

from pipeline.monitor.pruning import prune


class Command(BaseCommand):
    help = "Removes what is past its days: stored pages, accounts of chords, log lines, samples, entries of the audit log."
    requires_system_checks = []  # they load every page

    def handle(self, *args: Any, **options: Any) -> None:
        for kind, count in prune().items():
            self.stdout.write(f"{kind.replace('_', ' ')}: {count}")
