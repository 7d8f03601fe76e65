"""The database back to a backup, and what has to be done afterwards."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from pipeline.access.audit import COMMAND, record
from pipeline.backup import dump, erased
from pipeline.backup.errors import BackupError
from pipeline.backup.keep import moment_of
from pipeline.backup.models import Backup
from pipeline.backup.storage import bucket
from pipeline.backup.take import INTERRUPTED
from pipeline.broker.queues import empty
from pipeline.core.stages import STAGES
from pipeline.models import ErasedURL
from pipeline.privacy import listed
from pipeline.privacy.listed import Line, erase_listed
from pipeline.privacy.work import work_once

log = structlog.get_logger(__name__)
LATEST = "latest"
OURS = ("catalog", "pipeline")  # the packages whose apps are of this version
# Tables whose rows outlive a restore: what was written since the backup is added to what it holds.
CARRIED_OVER: tuple[str, ...] = ("access_auditentry",)
LISTED = ("pipeline_erasedurl", "pipeline_liftedurl")
# What must not write meanwhile, as connections to the database are named; "fetch-extract" is one, too
PROCESSES = (*STAGES, "web", "beat", "sampler")
OF_THE_PRODUCT = """
SELECT DISTINCT application_name FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND string_to_array(application_name, '-') && %s ORDER BY 1
"""
EXISTING = "SELECT name FROM unnest(%s) AS name WHERE to_regclass('public.' || name) IS NOT NULL"
Report = Callable[[str], None]


def erase_again(report: Report) -> None:
    """Erase what was erased since the backup was made, or from it."""
    if not ErasedURL.objects.exists():
        return
    erasure = erase_listed(by=COMMAND)
    while not erasure.is_over and work_once():
        erasure.refresh_from_db()
    report(f"{erasure.erased:,} articles erased again.")


# What is due on a restored database, in this order, once it is migrated
AFTER_RESTORE: tuple[Callable[[Report], None], ...] = (erase_again,)


def find(wanted: str) -> Path:
    """Return the file of a backup: a path, a name, or `latest`; fetched from the bucket where only
    that has it. Raises BackupError."""
    directory = Path(settings.BACKUP_DIR)
    given = Path(wanted)
    if given.is_file():
        return given
    here = sorted(
        each.name for each in directory.glob("*.dump") if moment_of(each.name)
    )
    other = bucket()
    there = other.names() if other else []
    name = wanted
    if wanted == LATEST:
        name = max([*here, *there], default="")
    if name in here:
        return directory / name
    if other and name in there:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        return other.download(name, directory)
    raise BackupError(_not_found(wanted, [*here, *there]))


def _not_found(wanted: str, known: list[str]) -> str:
    if not known:
        return f"there is no backup {wanted}"
    newest = ", ".join(sorted(set(known), reverse=True)[:5])
    return f"there is no backup {wanted}; the newest are {newest}"


def restore(file: Path, report: Report = lambda line: None) -> None:
    """Put the database back to what `file` holds: all of it, or nothing where that fails.

    Raises BackupError.
    """
    refuse_while_running()
    report(f"Reading {file} ...")
    rows = sum(dump.count_rows(file).values())
    refuse_newer(file)
    erased_lines = _erased_lines(file)
    with TemporaryDirectory() as directory:
        carried = Path(directory) / "carried.sql"
        tables = _existing(CARRIED_OVER)
        if tables:
            dump.dump_rows(tables, carried)
        dump.load(file)
        connection.close()  # what it has prepared is of the former tables
        report(f"{rows:,} rows restored.")
        call_command("migrate", "--no-input", "--verbosity=0")
        if tables:
            dump.run_sql(f"--file={carried}")
    listed.add(erased_lines)
    # Messages name rows by numbers that may become those of other rows
    if not empty(settings.CELERY_BROKER_URL):
        report("RabbitMQ does not answer: what waits in its queues stays there.")
    for act in AFTER_RESTORE:
        act(report)
    Backup.objects.unfinished().update(finished_at=timezone.now(), error=INTERRUPTED)
    record("restore", "backup", file.name, after={"rows": rows})
    log.info("backup_restored", path=file.name, rows=rows)


def _erased_lines(file: Path) -> list[Line]:
    """Return what was erased by what this database and the lists beside the backups say."""
    found = erased.beside(file)
    if len(_existing(LISTED)) == len(LISTED):
        found += listed.lines()
    return found


def refuse_while_running() -> None:
    """Raise BackupError while processes of the product use the database: they would write into
    what is being put back."""
    with connection.cursor() as cursor:
        cursor.execute(OF_THE_PRODUCT, [list(PROCESSES)])
        running = [name for (name,) in cursor.fetchall()]
    if running:
        raise BackupError(
            f"the product is running ({', '.join(running)}): stop it first"
        )


def refuse_newer(file: Path) -> None:
    """Raise BackupError where a newer version made the backup: this one could not use it."""
    known = MigrationLoader(None).disk_migrations or {}
    ours = {
        app.label for app in apps.get_app_configs() if app.name.split(".")[0] in OURS
    }
    found = [node for node in dump.migrations_in(file) if node[0] in ours]
    unknown = [node for node in found if node not in known]
    if unknown:
        raise BackupError(
            f"another version made this backup: it has {'.'.join(max(unknown))}, which this "
            "version of Gleaner does not know; restore it with that version or a newer one"
        )


def _existing(tables: tuple[str, ...]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(EXISTING, [list(tables)])
        return [name for (name,) in cursor.fetchall()]
