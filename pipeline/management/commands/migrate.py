"""`manage.py migrate`: Django's, which first looks whether the database can be brought up to date
at all."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

OURS = ("catalog", "pipeline", "access", "monitor", "backup")
UNKNOWN = (
    'The database "{name}" cannot be migrated: it has {migration}, which this version of Gleaner does not know.'
    " If a newer version made it, run that one again, or restore the backup from before the upgrade."
    " If a development version did, drop it and create it again, or set POSTGRES_DB to a new one,"
    " then run this command again."
)


class Command(DjangoMigrate):
    """Refuses a database whose migrations this version does not know.

    With `--check` it does not: a version works on the database of the next one, and a container of
    the older version may start while the newer one takes its place.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check_unapplied"]:
            self.refuse_unknown(options["database"])
        super().handle(*args, **options)

    def refuse_unknown(self, alias: str) -> None:
        """Raise CommandError where the database has migrations that this version does not know."""
        connection = connections[alias]
        applied = MigrationRecorder(connection).applied_migrations()
        known = MigrationLoader(None).disk_migrations or {}
        unknown = [node for node in applied if node[0] in OURS and node not in known]
        if unknown:
            named = ".".join(max(unknown))
            database = connection.settings_dict["NAME"]
            raise CommandError(UNKNOWN.format(name=database, migration=named))
