"""`manage.py restore FILE`: the database back to a backup."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pipeline.backup.errors import BackupError
from pipeline.backup.restore import find, restore


class Command(BaseCommand):
    help = "Puts the database back to a backup. Stop the product first."
    requires_migrations_checks = False
    requires_system_checks = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "backup",
            help="a file, the name of a backup in BACKUP_DIR or the bucket, or `latest`",
        )

    def handle(self, *args: Any, backup: str, **options: Any) -> None:
        try:
            file = find(backup)
            restore(file, self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Restored from {file}. Start the product again.")
