"""The list of what was erased, beside the backups: they are older than it, and a new machine that
gets one of them knows nothing else."""

import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from pipeline.backup.errors import BackupError
from pipeline.backup.keep import moment_of
from pipeline.backup.storage import Bucket, bucket
from pipeline.privacy import listed
from pipeline.privacy.listed import Line
from pipeline.privacy.requests import NotErased

FILE = "erased-urls.txt"


def keep_list(other: Bucket | None = None) -> bool:
    """Unite the list beside the backups with the database's, here and in the bucket that is given;
    return whether the one here changed. Raises BackupError, OSError.

    Lines never leave it: a database that is new, and about to be restored, knows none of them.
    """
    file = Path(settings.BACKUP_DIR) / FILE
    known = list(listed.lines())
    kept = _in_file(file)
    united = listed.latest([*kept, *known])
    is_changed = united != kept
    if is_changed:
        _write(file, united)
    if other:
        _keep_in_bucket(other, united)
    return is_changed


def keep_list_where_backups_are() -> None:
    """Do so between two backups, where this process sees them. Raises BackupError, OSError."""
    directory = Path(settings.BACKUP_DIR)
    if not any(moment_of(each.name) for each in directory.glob("*.dump")):
        return
    if keep_list():
        other = bucket()
        if other:
            _keep_in_bucket(other, _in_file(directory / FILE))


def _keep_in_bucket(other: Bucket, lines: list[Line]) -> None:
    kept = listed.latest(_lines(other.read_text(FILE).splitlines(), f"{FILE} there"))
    united = listed.latest([*kept, *lines])
    if united != kept:
        other.write_text(FILE, _text(united))


def beside(backup: Path) -> list[Line]:
    """Return all lines that are kept: beside this backup, in BACKUP_DIR and in the bucket.

    Raises BackupError.
    """
    found: list[Line] = []
    for directory in {backup.parent.resolve(), Path(settings.BACKUP_DIR).resolve()}:
        found += _in_file(directory / FILE)
    other = bucket()
    if other:
        text = other.read_text(FILE)
        found += _lines(text.splitlines(), f"{FILE} in the bucket {other.name}")
    return found


def _in_file(file: Path) -> list[Line]:
    if not file.is_file():
        return []
    with file.open() as text:
        return _lines(text, str(file))


def _lines(text: Iterable[str], place: str) -> list[Line]:
    try:
        return list(listed.read(text))
    except NotErased as error:
        raise BackupError(f"{place}: {error}") from None


def _text(lines: Iterable[Line]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _write(file: Path, lines: list[Line]) -> None:
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(
        os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
    ) as text:
        text.write(_text(lines))
    part.replace(file)
