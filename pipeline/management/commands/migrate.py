"""`manage.py migrate`: Django's, which first looks whether the database can be brought up to date
at all."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

OURS = ("catalog", "pipeline", "access", "monitor")
TOO_OLD = (
    'The database "{name}" was created by a development version of Gleaner and cannot be migrated:'
    " drop it and create it again, or set POSTGRES_DB to a new one, then run this command again."
)


class Command(DjangoMigrate):
    """Refuses a database whose migrations this version does not know."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        applied = MigrationRecorder(connection).applied_migrations()
        known = MigrationLoader(None).disk_migrations or {}
        if any(app in OURS and (app, name) not in known for app, name in applied):
            raise CommandError(TOO_OLD.format(name=connection.settings_dict["NAME"]))
        super().handle(*args, **options)
