"""`manage.py backup [FILE]`: a backup of everything that lasts."""

import signal
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pipeline.backup.erased import keep_list_where_backups_are
from pipeline.backup.errors import BackupError
from pipeline.backup.schedule import next_at
from pipeline.backup.take import take, write

LOOK_AGAIN_SECONDS = 600  # where none is due


class Command(BaseCommand):
    help = "Backs up everything that lasts, while the product runs or not."
    requires_system_checks = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            help="where to; else a new file in BACKUP_DIR, a copy in the bucket, and older ones go",
        )
        parser.add_argument(
            "--if-due",
            action="store_true",
            help="only where BACKUP_SCHEDULE says so; prints the seconds until the next look",
        )

    def handle(
        self, *args: Any, file: Path | None, if_due: bool, **options: Any
    ) -> None:
        # pg_dump ends with this process
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            if if_due:
                self.when_due()
            elif file:
                size_bytes, rows = write(file)
                self.say(file, size_bytes, rows)
            else:
                self.make()
        except BackupError as error:
            raise CommandError(str(error)) from None

    def make(self) -> None:
        """Make one as the settings say. Raises CommandError where it fails."""
        backup = take()
        if backup.size_bytes is not None:
            file = Path(settings.BACKUP_DIR) / backup.name
            self.say(file, backup.size_bytes, backup.rows or 0)
        if backup.error:
            raise CommandError(backup.error)

    def when_due(self) -> None:
        """Make one if it is time, else keep the list of what was erased; print how long the next
        one is away."""
        due = next_at(timezone.now())
        if due and due <= timezone.now():
            take()
            due = next_at(timezone.now())
        else:
            keep_list_where_backups_are()
        seconds = float(LOOK_AGAIN_SECONDS)
        if due:
            seconds = (due - timezone.now()).total_seconds()
        self.stdout.write(str(max(0, round(seconds))))

    def say(self, file: Path, size_bytes: int, rows: int) -> None:
        """Print what was made."""
        self.stdout.write(f"{file}: {size_bytes / 1e6:.1f} MB, {rows:,} rows")
