"""A backup is written, read, copied and told of, and only then older ones go."""

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from moto.server import ThreadedMotoServer

from infra.local.ports import free_port
from myworld.backups import S3
from pipeline.access.models import Delivery, Webhook
from pipeline.backup import dump, storage, take
from pipeline.backup.errors import BackupError
from pipeline.backup.keep import Rule, name_of
from pipeline.backup.models import Backup
from tests.pages import an_article

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    """A server that speaks S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def s3(s3_address: str, settings: Any, backup_dir: Path) -> storage.Bucket:
    """A new bucket, which the settings name."""
    name = f"backups-{os.getpid()}-{timezone.now():%H%M%S%f}"
    settings.BACKUP_S3 = S3(s3_address, name, "a/b", "", "the-key", "the-secret")
    bucket = storage.bucket()
    assert bucket
    bucket.client.make_bucket(name)
    return bucket


def older(backup_dir: Path, *days: int) -> list[str]:
    """Files of backups that were made so many days ago."""
    backup_dir.mkdir(exist_ok=True)
    names = [name_of(timezone.now() - timedelta(days=back)) for back in days]
    for name in names:
        (backup_dir / name).write_bytes(b"an older backup")
    return names


def files(backup_dir: Path) -> list[str]:
    return sorted(file.name for file in backup_dir.iterdir())


def test_a_backup_is_a_file_for_its_owner_alone_and_a_row(backup_dir: Path) -> None:
    an_article()

    backup = take.take()

    file = backup_dir / backup.name
    assert files(backup_dir) == [backup.name]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(backup_dir.stat().st_mode) == 0o700
    assert (backup.state, backup.size_bytes) == ("made", file.stat().st_size)
    counted = dump.count_rows(file)
    assert counted["catalog_article"] == 1
    assert backup.rows == sum(counted.values())


def test_no_backup_holds_a_row_that_says_it_is_in_progress(backup_dir: Path) -> None:
    backup = take.take()
    assert dump.count_rows(backup_dir / backup.name)["backup_backup"] == 0


def test_older_ones_go_once_the_new_one_is_there(
    backup_dir: Path, settings: Any
) -> None:
    settings.BACKUP_KEEP = Rule(last=2)
    names = older(backup_dir, 1, 2, 3)
    (backup_dir / "notes.txt").write_text("not a backup")

    backup = take.take()

    assert files(backup_dir) == sorted([names[0], backup.name, "notes.txt"])


def test_a_backup_that_lacks_a_row_is_refused_and_older_ones_stay(
    backup_dir: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKUP_KEEP = Rule(last=1)
    an_article()
    names = older(backup_dir, 1, 2)
    counted = dump.count_rows

    def one_less(file: Path) -> dict[str, int]:
        rows = counted(file)
        return {**rows, "catalog_article": rows["catalog_article"] - 1}

    monkeypatch.setattr(dump, "count_rows", one_less)

    backup = take.take()

    assert backup.state == "failed"
    assert backup.error == (
        "the backup holds 0 rows of catalog_article, and the database had 1"
    )
    assert files(backup_dir) == sorted(names)


def test_rows_that_come_meanwhile_are_in_neither_count(
    backup_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_article(1)
    write = dump.dump

    def with_another(file: Path, at: dump.Moment) -> None:
        an_article(2)
        write(file, at)

    monkeypatch.setattr(dump, "dump", with_another)

    backup = take.take()

    assert backup.error == ""
    assert dump.count_rows(backup_dir / backup.name)["catalog_article"] == 1


def test_one_that_fails_is_recorded_and_told_and_leaves_nothing_half_done(
    backup_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = Webhook.objects.make("https://a.example/", ["backup.failed"])
    Webhook.objects.make("https://b.example/", ["run.ended"])
    names = older(backup_dir, 1)
    monkeypatch.setattr(dump, "find_program", lambda name: None)

    with pytest.raises(CommandError, match="there is no pg_dump: install PostgreSQL"):
        call_command("backup")

    assert files(backup_dir) == names
    backup = Backup.objects.get()
    assert (backup.state, backup.size_bytes) == ("failed", None)
    delivery = Delivery.objects.get()
    assert (delivery.webhook, delivery.happened_at) == (hook, backup.started_at)
    assert delivery.facts["state"] == "failed"
    assert delivery.facts["reason"].startswith("there is no pg_dump")


def test_what_a_killed_one_left_goes_with_the_next(backup_dir: Path) -> None:
    Backup.objects.create(name="gleaner-20260101T000000Z.dump")
    older(backup_dir, 1)
    (backup_dir / "gleaner-20260101T000000Z.dump.part").write_bytes(b"half of it")

    backup = take.take()

    assert not list(backup_dir.glob("*.part"))
    assert Backup.objects.exclude(pk=backup.pk).get().error == take.INTERRUPTED


def test_there_is_one_at_a_time(backup_dir: Path) -> None:
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [take.LOCK])
        with pytest.raises(BackupError, match="another backup is being made"):
            take.take()
        # closing the connection frees it, too, but a moment later
        cursor.execute("SELECT pg_advisory_unlock(%s)", [take.LOCK])
    assert not Backup.objects.exists()
    assert take.take().state == "made"


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, settings: Any, backup_dir: Path
) -> None:
    (tmp_path / "file").write_text("")
    settings.BACKUP_DIR = str(tmp_path / "file" / "backups")
    assert str(tmp_path / "file") in take.take().error


def test_rows_of_attempts_are_kept_for_a_while(
    backup_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take, "ATTEMPTS_KEPT", 3)
    before = timezone.now() - timedelta(days=9)
    for number in range(5):
        Backup.objects.create(
            name=str(number), started_at=before + timedelta(days=number)
        )
    take.take()
    assert [each.name for each in Backup.objects.all()[1:]] == ["4", "3"]


def test_a_copy_goes_to_the_bucket_and_the_rule_holds_there_too(
    backup_dir: Path, settings: Any, s3: storage.Bucket
) -> None:
    settings.BACKUP_KEEP = Rule(last=2)
    names = older(backup_dir, 1, 2)
    for name in names:
        s3.upload(backup_dir / name)
    s3.client.fput_object(s3.name, "a/b/notes.txt", str(backup_dir / names[0]))

    backup = take.take()

    assert backup.copied_to == s3.name
    assert s3.names() == [names[0], backup.name] == files(backup_dir)
    copied = s3.download(backup.name, backup_dir.parent)
    assert copied.read_bytes() == (backup_dir / backup.name).read_bytes()
    keys = {item.object_name for item in s3.client.list_objects(s3.name, "a/b/")}
    assert "a/b/notes.txt" in keys


def test_a_copy_that_fails_is_told_and_removes_nothing_there(
    backup_dir: Path, settings: Any, s3: storage.Bucket, capsys: Any
) -> None:
    settings.BACKUP_KEEP = Rule(last=1)
    names = older(backup_dir, 1)
    s3.upload(backup_dir / names[0])
    settings.BACKUP_S3 = S3(
        settings.BACKUP_S3.endpoint, "missing", "", "", "the-key", "the-secret"
    )

    backup = take.take()

    assert backup.size_bytes
    assert backup.copied_to == ""
    assert backup.error.startswith("the bucket answered NoSuchBucket")
    assert s3.names() == names
    assert files(backup_dir) == [backup.name]
    told = capsys.readouterr()
    for secret in ("the-key", "the-secret"):
        assert secret not in told.out + told.err + backup.error + repr(
            settings.BACKUP_S3
        )


def test_a_bucket_that_is_away_is_a_sentence(
    backup_dir: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "TRIES", 0)
    settings.BACKUP_S3 = S3(
        f"http://127.0.0.1:{free_port()}", "backups", "", "eu", "k", "s"
    )
    backup = take.take()
    assert backup.error.startswith("the bucket cannot be used: ")
    assert "refused" in backup.error


def test_a_large_backup_goes_up_in_parts(
    backup_dir: Path, s3: storage.Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "PART_BYTES", 5 * 1024 * 1024)
    backup_dir.mkdir()
    file = backup_dir / name_of(timezone.now())
    file.write_bytes(os.urandom(12 * 1024 * 1024))
    s3.upload(file)
    assert s3.client.stat_object(s3.name, f"a/b/{file.name}").etag.endswith("-3")
    assert s3.download(file.name, backup_dir.parent).read_bytes() == file.read_bytes()
