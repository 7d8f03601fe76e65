"""A database that this version cannot bring up to date is met with what to do."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

pytestmark = pytest.mark.django_db


def test_a_database_of_a_development_version_is_refused_with_what_to_do() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('pipeline', '0002_older', now())"
        )
    with pytest.raises(
        CommandError, match="drop it and create it again, or set POSTGRES_DB"
    ):
        call_command("migrate")


def test_a_database_of_a_newer_version_is_refused_with_the_way_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('catalog', '9999_newer', now())"
        )
    with pytest.raises(CommandError, match="restore the backup from before") as raised:
        call_command("migrate")
    assert "it has catalog.9999_newer" in str(raised.value)


def test_a_container_of_the_older_version_may_start_while_the_newer_takes_over() -> (
    None
):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('catalog', '9999_newer', now())"
        )
    call_command("migrate", check_unapplied=True)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'monitor'")
    with pytest.raises(SystemExit):
        call_command("migrate", check_unapplied=True)


def test_a_database_of_this_version_is_up_to_date() -> None:
    call_command("migrate", check_unapplied=True)
