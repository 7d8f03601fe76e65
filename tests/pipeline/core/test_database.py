"""A statement that a connection runs often is prepared, and nobody can tell but by the clock."""

import os
import select
import socket
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection

from pipeline.core import database
from pipeline.core.database import OFTEN, execute, wait_for_database

pytestmark = pytest.mark.django_db(transaction=True)
ADD = "SELECT %(one)s::int + %(other)s::int, %(one)s::text || '%%', %(list)s::int[]"


def prepared() -> int:
    """How many statements this connection has prepared."""
    return int(execute("SELECT count(*) FROM pg_prepared_statements")[0][0])


@pytest.fixture(autouse=True)
def fresh_connection() -> None:
    connection.close()


def run(times: int) -> list[Any]:
    return [execute(ADD, {"one": 1, "other": n, "list": [n]}) for n in range(times)]


def test_it_works_and_gives_the_same_rows_before_and_after() -> None:
    assert run(OFTEN + 2) == [[(1 + n, "1%", [n])] for n in range(OFTEN + 2)]
    assert prepared() == 1


def test_a_statement_without_values_runs_as_often_as_it_likes() -> None:
    for _ in range(OFTEN + 1):
        assert execute("SELECT 1", {}) == [(1,)]


def test_what_runs_seldom_is_not_prepared() -> None:
    run(OFTEN - 1)

    assert prepared() == 0


def test_another_connection_prepares_its_own() -> None:
    run(OFTEN)
    connection.close()

    run(OFTEN + 1)

    assert prepared() == 1


def test_a_pool_in_between_means_no_prepared_statements(settings: Any) -> None:
    settings.DATABASE_POOLED = True
    run(OFTEN + 2)

    assert prepared() == 0


def test_a_table_that_changes_under_a_prepared_statement_is_read_anew() -> None:
    execute("CREATE TABLE changing (number int)")
    try:
        for _ in range(OFTEN + 1):
            execute("SELECT * FROM changing WHERE number > %(least)s", {"least": 0})
        execute("INSERT INTO changing VALUES (7)")
        execute("ALTER TABLE changing ALTER number TYPE text")
        execute("ALTER TABLE changing ALTER number TYPE bigint USING number::bigint")

        assert execute(
            "SELECT * FROM changing WHERE number > %(least)s", {"least": 0}
        ) == [(7,)]
    finally:
        execute("DROP TABLE changing")


@pytest.mark.parametrize("statement", ["a prepared one", "any other"])
def test_a_connection_that_broke_after_a_last_word_of_the_server_is_lost_like_any_other(
    statement: str,
) -> None:
    """libpq notices only at the second statement; psycopg2 calls the first one's error a mere DatabaseError."""
    if statement == "a prepared one":
        run(OFTEN + 1)
    execute("LISTEN last_words")
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("NOTIFY last_words")
    other.close()
    broken = socket.socket(fileno=os.dup(connection.connection.fileno()))
    select.select([broken], [], [], 5)
    broken.shutdown(socket.SHUT_WR)
    broken.close()

    assert run(1) == [[(1, "1%", [0])]]


@pytest.mark.parametrize(
    ("provoked", "sqlstate"),
    [
        ("BEGIN READ ONLY; CREATE TABLE never ()", "25006"),
        ("DO $$BEGIN RAISE 'x' USING ERRCODE = '40001'; END$$", "40001"),
        ("DO $$BEGIN RAISE 'x' USING ERRCODE = '53300'; END$$", "53300"),
        ("DO $$BEGIN RAISE 'x' USING ERRCODE = '57P01'; END$$", "57P01"),
        ("SET statement_timeout = 1; SELECT pg_sleep(1)", "57014"),
    ],
)
def test_what_will_pass_is_an_operational_error(provoked: str, sqlstate: str) -> None:
    try:
        with pytest.raises(OperationalError), connection.cursor() as cursor:
            cursor.execute(provoked)
    finally:
        connection.close()


@pytest.mark.parametrize("sqlstate", ["22003", "23505", "42P01", "XX000"])
def test_what_will_not_pass_is_none(sqlstate: str) -> None:
    with pytest.raises(DatabaseError) as caught, connection.cursor() as cursor:
        cursor.execute(f"DO $$BEGIN RAISE 'x' USING ERRCODE = '{sqlstate}'; END$$")
    assert not isinstance(caught.value, OperationalError)


def test_a_server_that_takes_no_writes_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(database.time, "sleep", pauses.append)
    wait_for_database(5)
    assert pauses == []

    # in this database alone: other tests use the server meanwhile
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    role = f"ALTER ROLE CURRENT_USER IN DATABASE {name}"
    with connection.cursor() as cursor:
        cursor.execute(f"{role} SET default_transaction_read_only = on")
    connection.close()
    try:
        wait_for_database(0.1)
    finally:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
            cursor.execute(f"{role} RESET default_transaction_read_only")
        connection.close()
    assert pauses
