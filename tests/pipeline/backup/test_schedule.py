"""When a backup is due, and who is told where none is made."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from environ import Env

from infra import backup_timer
from myworld import backups
from myworld.settings import BASE_DIR, HOME
from pipeline.access.models import Delivery, Webhook
from pipeline.backup.models import Backup
from pipeline.backup.schedule import next_at, status
from pipeline.backup.tasks import check_backup
from pipeline.web.home import attention
from tests.pages import an_article

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 3, 14, 2, 30, tzinfo=UTC)


def made(moment: datetime, **values: Any) -> Backup:
    given = {"finished_at": moment + timedelta(minutes=3), "size_bytes": 5_000_000}
    return Backup.objects.create(
        name="gleaner.dump", started_at=moment, **given | values
    )


@pytest.fixture
def nightly(settings: Any, backup_dir: Path) -> None:
    settings.BACKUP_SCHEDULE = "30 2 * * *"


def test_without_a_schedule_none_is_due_and_nobody_is_bothered(
    settings: Any, backup_dir: Path
) -> None:
    assert next_at(NIGHT) is None
    assert status(NIGHT).trouble == ""


@pytest.mark.usefixtures("nightly")
def test_the_first_is_due_as_soon_as_there_is_something_to_keep() -> None:
    """One of a new database would be the latest when older ones are to be restored into it."""
    assert next_at(NIGHT) is None
    assert status(NIGHT).trouble == ""
    an_article(1)
    assert next_at(NIGHT) == NIGHT
    assert status(NIGHT).trouble == "No backup yet"


@pytest.mark.usefixtures("nightly")
def test_the_next_is_due_at_its_hour() -> None:
    made(NIGHT + timedelta(minutes=1))
    assert next_at(NIGHT + timedelta(hours=3)) == NIGHT + timedelta(days=1)


def test_an_interval_counts_from_the_last(settings: Any, backup_dir: Path) -> None:
    settings.BACKUP_SCHEDULE = "every 6 hours"
    made(NIGHT)
    assert next_at(NIGHT + timedelta(days=2)) == NIGHT + timedelta(hours=6)


@pytest.mark.usefixtures("nightly")
def test_one_that_failed_is_tried_again_after_an_hour() -> None:
    made(NIGHT, error="the disk is full", size_bytes=None)
    assert next_at(NIGHT) == NIGHT + timedelta(hours=1)
    found = status(NIGHT)
    assert (found.trouble, found.reason) == ("Backup failed", "the disk is full")


@pytest.mark.usefixtures("nightly")
def test_one_is_overdue_two_hours_after_its_time() -> None:
    made(NIGHT)
    due = NIGHT + timedelta(days=1)
    assert status(due + timedelta(minutes=119)).trouble == ""
    found = status(due + timedelta(minutes=121))
    assert found.trouble == "Backup overdue"
    assert found.overdue_since == due + timedelta(hours=2)


@pytest.mark.usefixtures("nightly")
def test_an_overdue_one_is_told_once_and_again_after_the_next() -> None:
    Webhook.objects.make("https://a.example/", ["backup.failed"])
    made(timezone.now() - timedelta(days=3))
    check_backup()
    check_backup()
    delivery = Delivery.objects.get()
    assert delivery.facts["state"] == "overdue"
    assert "Check that the process `backup` is running" in delivery.facts["reason"]
    made(timezone.now() - timedelta(days=2))
    check_backup()
    assert Delivery.objects.count() == 2


@pytest.mark.usefixtures("nightly")
def test_nobody_is_told_while_backups_are_made() -> None:
    Webhook.objects.make("https://a.example/", ["backup.failed"])
    made(timezone.now() - timedelta(minutes=5))
    check_backup()
    assert not Delivery.objects.exists()


@pytest.mark.usefixtures("nightly")
def test_home_warns_and_the_page_says_what_is_wrong(admin_client: Client) -> None:
    made(timezone.now() - timedelta(days=3))
    issue = attention(timezone.now())[0]
    assert (issue.what, issue.link) == ("Backup overdue", "/backups/")
    made(timezone.now(), error="<b>full</b>", size_bytes=None)
    page = admin_client.get("/backups/").content.decode()
    assert "Backup failed" in page
    assert "&lt;b&gt;full&lt;/b&gt;" in page
    assert "4.8\xa0MB" in page
    assert "every day at 02:30" in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("nightly")
def test_the_command_makes_one_when_it_is_due_and_says_how_long_to_wait(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("backup", "--if-due")
    assert backup_timer.seconds_to_wait(capsys.readouterr().out) == 600
    assert not Backup.objects.exists()
    an_article(1)
    for _ in range(2):
        call_command("backup", "--if-due")
        seconds = backup_timer.seconds_to_wait(capsys.readouterr().out)
        assert 5 <= seconds <= 600
    assert Backup.objects.get().state == "made"


def test_the_timer_asks_where_backups_are_to_be_made_or_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BACKUP_SCHEDULE", raising=False)
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path))
    assert not backup_timer.is_needed()
    (tmp_path / "gleaner-20260314T023000Z.dump").touch()
    assert backup_timer.is_needed()
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path / "none"))
    assert not backup_timer.is_needed()
    monkeypatch.setenv("BACKUP_SCHEDULE", "30 2 * * *")
    assert backup_timer.is_needed()


def test_the_timer_looks_where_the_settings_put_backups(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("BACKUP_DIR", raising=False)
    monkeypatch.setenv("GLEANER_HOME", str(HOME))
    assert backup_timer.directory() == HOME / "backups"
    monkeypatch.delenv("GLEANER_HOME")
    assert backup_timer.directory() == BASE_DIR / ".local" / "backups"


@pytest.mark.parametrize(
    ("printed", "seconds"),
    [
        ("7200\n", 600),
        ("0\n", 5),
        ("", 60),
        ("no number\n", 60),
        ('{"event": "x"}\n90\n', 90),
    ],
)
def test_the_timer_waits_as_long_as_the_command_says_within_bounds(
    printed: str, seconds: float
) -> None:
    assert backup_timer.seconds_to_wait(printed) == seconds


def test_a_schedule_that_makes_no_sense_stops_the_start(settings: Any) -> None:
    settings.BACKUP_SCHEDULE = "at night"
    with pytest.raises(ImproperlyConfigured, match="BACKUP_SCHEDULE: 'at night' is"):
        apps.get_app_config("backup").ready()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"BACKUP_S3_ENDPOINT": "s3.example.org"}, "BACKUP_S3_ENDPOINT: 's3"),
        ({"BACKUP_S3_ACCESS_KEY": "k"}, "needs BACKUP_S3_SECRET_KEY or BACKUP_S3_SEC"),
        (
            {"BACKUP_S3_ACCESS_KEY": "k", "BACKUP_S3_SECRET_KEY_FILE": "/nowhere"},
            "BACKUP_S3_SECRET_KEY_FILE: No such file or directory: /nowhere",
        ),
    ],
)
def test_a_bucket_that_makes_no_sense_stops_the_start(
    given: dict[str, str], message: str
) -> None:
    env = Env()
    env.ENVIRON = {"BACKUP_S3_BUCKET": "backups", **given}
    with pytest.raises(ImproperlyConfigured, match=message):
        backups.bucket(env)


def test_keys_come_from_files_of_secrets_and_are_never_shown(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("the-key\n")
    (tmp_path / "secret").write_text("the-secret\n")
    env = Env()
    env.ENVIRON = {
        "BACKUP_S3_BUCKET": "backups",
        "BACKUP_S3_PREFIX": "/gleaner/",
        "BACKUP_S3_ACCESS_KEY_FILE": str(tmp_path / "key"),
        "BACKUP_S3_SECRET_KEY_FILE": str(tmp_path / "secret"),
    }
    chosen = backups.bucket(env)
    assert chosen
    assert (chosen.access_key, chosen.secret_key) == ("the-key", "the-secret")
    assert chosen.prefix == "gleaner"
    assert "the-" not in repr(chosen)


def test_a_rule_that_makes_no_sense_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="BACKUP_KEEP: 'some' is neither"):
        backups.keep_rule("some")
