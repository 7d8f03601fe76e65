"""What was erased stays erased where an older backup is restored on a machine that knows nothing."""

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalog.models import Article
from infra import backup_timer
from pipeline.backup import take
from pipeline.backup.erased import FILE
from pipeline.backup.models import Backup
from pipeline.backup.storage import Bucket
from pipeline.models import ErasedURL, LiftedURL
from pipeline.models.erasure import digest_of
from pipeline.privacy import listed, requests
from pipeline.privacy.listed import Line
from pipeline.privacy.work import erase_for
from tests.pages import an_article
from tests.pipeline.backup.test_take import s3, s3_address  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def erase(host: str = "blog.example", pattern: str = "/1") -> None:
    call_command("erase", "run", host, "--pattern", pattern, "--yes")


def lose_everything() -> None:
    """As on a new machine: no article, and no list of what was erased."""
    for model in (Article, ErasedURL, LiftedURL):
        model._default_manager.all().delete()


def titles() -> list[str]:
    return sorted(Article.objects.values_list("title", flat=True))


def digests(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines()]


def test_a_new_machine_erases_again_what_was_erased_after_the_backup(
    backup_dir: Path,
) -> None:
    an_article(1)
    an_article(2)
    backup = take.take()
    erase()
    file = backup_dir / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lose_everything()

    call_command("restore", backup.name)

    assert titles() == ["Article 2"]
    assert digests(file.read_text())[0] in {each.pk for each in ErasedURL.objects.all()}


def test_the_list_is_read_beside_a_backup_wherever_that_lies(
    backup_dir: Path, tmp_path: Path
) -> None:
    an_article(1)
    backup = take.take()
    erase()
    elsewhere = tmp_path / "stick"
    elsewhere.mkdir()
    for name in (backup.name, FILE):
        (backup_dir / name).rename(elsewhere / name)
    lose_everything()

    call_command("restore", str(elsewhere / backup.name))

    assert titles() == []


def test_the_bucket_has_the_list_too(
    backup_dir: Path,
    s3: Bucket,  # noqa: F811
) -> None:
    an_article(1)
    backup = take.take()
    erase()
    for file in backup_dir.iterdir():
        file.unlink()
    lose_everything()

    call_command("restore", "latest")

    assert titles() == []
    assert digests(s3.read_text(FILE))[0] in {x.pk for x in ErasedURL.objects.all()}
    assert backup.name in s3.names()


def test_an_empty_database_takes_nothing_off_the_list(backup_dir: Path) -> None:
    an_article(1)
    take.take()
    erase()
    before = (backup_dir / FILE).read_text()
    lose_everything()

    take.take()

    assert before
    assert (backup_dir / FILE).read_text() == before


@pytest.mark.usefixtures("backup_dir")
def test_what_was_lifted_stays_lifted() -> None:
    """Erased, lifted, brought back by a crawl: no older list erases it again."""
    an_article(1)
    erase()
    older = take.take()
    key = an_article(1).key
    listed.lift(key)
    newer = take.take()
    lose_everything()

    call_command("restore", newer.name)
    assert titles() == ["Article 1"]

    call_command("restore", older.name)
    assert not ErasedURL.objects.filter(pk=digest_of(key)).exists()


@pytest.mark.parametrize("schedule", ["", "30 2 * * *"])
def test_what_a_worker_erases_after_a_backup_is_listed_by_the_timers_command(
    backup_dir: Path, settings: Any, schedule: str
) -> None:
    """As from the pages, whose process may see no backups."""
    settings.BACKUP_SCHEDULE = schedule
    an_article(1)
    an_article(2)
    backup = take.take()
    requests.start("blog.example", "/1")
    erase_for(60)
    assert not (backup_dir / FILE).exists()

    assert backup_timer.is_needed()
    call_command("backup", "--if-due")

    assert [backup] == list(Backup.objects.all())
    lose_everything()
    call_command("restore", "latest")
    assert titles() == ["Article 2"]


def test_where_no_backup_is_no_list_is_begun(backup_dir: Path) -> None:
    an_article(1)
    backup_dir.mkdir()
    erase()
    assert not list(backup_dir.iterdir())


def test_a_damaged_list_is_told_before_anything_is_touched(backup_dir: Path) -> None:
    backup = take.take()
    (backup_dir / FILE).write_text("half a li\n")
    an_article(1)
    with pytest.raises(CommandError, match=f"{FILE}: This is no line of a list"):
        call_command("restore", backup.name)
    assert titles() == ["Article 1"]


def test_of_two_lines_the_later_holds() -> None:
    now = timezone.now()
    digest = digest_of("x")
    erased = Line(digest, now)
    lifted = Line(digest, now + timedelta(days=1), is_lifted=True)
    again = Line(digest, now + timedelta(days=2))
    assert listed.latest([lifted, erased]) == [lifted]
    assert listed.latest([again, erased, lifted]) == [again]
    same = Line(digest, now, is_lifted=True)
    assert listed.latest([same, erased]) == listed.latest([erased, same]) == [erased]
    for each in (erased, lifted):
        assert list(listed.read([f"{each}\n", "\n"])) == [each]
    listed.add([erased])
    listed.add([lifted])
    assert listed.add([erased]) == 0
    assert not ErasedURL.objects.exists()
    assert listed.add([again]) == 1
