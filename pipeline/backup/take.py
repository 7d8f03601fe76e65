"""Make a backup: write it, read it, and only then remove older ones; then the same in the bucket."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from pipeline.backup import dump, erased, keep
from pipeline.backup.errors import BackupError
from pipeline.backup.models import Backup
from pipeline.backup.receivers import tell_receivers
from pipeline.backup.storage import bucket

log = structlog.get_logger(__name__)
LOCK = 7_203_417  # an advisory lock of PostgreSQL: one backup at a time
PART = ".part"
ATTEMPTS_KEPT = 200  # rows
INTERRUPTED = "It was interrupted."


def take() -> Backup:
    """Make a backup in BACKUP_DIR, as the settings say; return its row, which has an error where
    it failed.

    Raises BackupError where another one is being made.
    """
    directory = Path(settings.BACKUP_DIR)
    with _only_one():
        Backup.objects.unfinished().update(
            finished_at=timezone.now(), error=INTERRUPTED
        )
        now = timezone.now()
        try:
            backup = _take(directory, now)
        except (BackupError, DatabaseError, OSError) as error:
            # Its row may be missing: it is written once the database can be read
            backup, _ = Backup.objects.get_or_create(
                name=keep.name_of(now), defaults={"started_at": now}
            )
            backup.error = str(error).strip()
        backup.finished_at = timezone.now()
        backup.save()
        _forget_old_attempts()
    _tell(backup)
    return backup


def write(file: Path) -> tuple[int, int]:
    """Write a backup to `file`, which is there in full, and was read, or not at all.

    Return its size in bytes and its rows. Raises BackupError.
    """
    with dump.moment() as at:
        return _write(file, at)


def _take(directory: Path, now: datetime) -> Backup:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in directory.glob(f"*{PART}"):
        left.unlink()
    file = directory / keep.name_of(now)
    with dump.moment() as at:
        # After that moment, so that no backup holds a row that says it is in progress
        backup = Backup.objects.create(name=file.name, started_at=now)
        backup.size_bytes, backup.rows = _write(file, at)
        backup.save()
    rule = settings.BACKUP_KEEP
    names = [each.name for each in directory.iterdir()]
    for name in keep.to_remove(names, rule):
        (directory / name).unlink()
    other = bucket()
    erased.keep_list(other)
    if other:
        other.upload(file)
        backup.copied_to = other.name
        backup.save()
        other.prune(rule)
    return backup


def _write(file: Path, at: dump.Moment) -> tuple[int, int]:
    part = file.with_name(f"{file.name}{PART}")
    try:
        dump.dump(part, at)
        rows = dump.check(part, at.rows_by_table())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file.stat().st_size, rows


@contextmanager
def _only_one() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise BackupError("another backup is being made: wait until it is done")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _forget_old_attempts() -> None:
    kept = Backup.objects.values("pk")[:ATTEMPTS_KEPT]
    Backup.objects.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()


def _tell(backup: Backup) -> None:
    if not backup.error:
        log.info(
            "backup_made", path=backup.name, bytes=backup.size_bytes, rows=backup.rows
        )
        return
    log.error("backup_failed", path=backup.name, error=backup.error)
    tell_receivers("failed", backup.error, backup.started_at)
