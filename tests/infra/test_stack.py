"""The local stack starts real servers, takes those that the environment names, and leaves nothing
behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
from kombu import Connection, Queue

from infra.local import install
from infra.local.ports import answers, free_port, is_free
from infra.local.postgres import Postgres
from infra.local.process import MARK, LocalError, Process
from infra.local.rabbitmq import RabbitMQ
from infra.local.stack import CHECKOUT, Stack, own_directory, running_addresses
from tests.waiting import wait_until

pytestmark = pytest.mark.servers


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(tmp_path / "with a blank", log=tmp_path / "log", durable=False)
    server.start()
    yield server
    server.kill()


def query(server: Postgres, statement: str) -> None:
    given = server.environment
    connection = psycopg2.connect(
        host=given["POSTGRES_HOST"],
        port=given["POSTGRES_PORT"],
        user=given["POSTGRES_USER"],
        password=given["POSTGRES_PASSWORD"],
        dbname=given["POSTGRES_DB"],
    )
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def test_postgres_takes_queries_and_keeps_rows_when_it_is_killed(
    postgres: Postgres,
) -> None:
    query(postgres, "CREATE TABLE tour (name text)")
    port = postgres.port

    postgres.kill()
    assert is_free(port)
    postgres.start()

    query(postgres, "SELECT name FROM tour")
    assert postgres.port == port


def test_postgres_refuses_a_wrong_password(postgres: Postgres) -> None:
    postgres.password = "wrong"
    with pytest.raises(psycopg2.OperationalError, match="password"):
        query(postgres, "SELECT 1")


def test_postgres_stops_in_good_order(postgres: Postgres) -> None:
    postgres.stop("fast")

    assert not postgres.process.alive
    assert "database system is shut down" in postgres.log.read_text()


def wait_for_name_on_disk(home: Path) -> None:
    """RabbitMQ 3.10 forgets a new quorum queue if it is killed before it wrote the queue's name
    down, seconds later."""
    wait_until(
        lambda: any(
            b"gleaner_q" in file.read_bytes()
            for file in home.rglob("quorum/*/names.dets")
        ),
        what="for the name to be written",
    )


def name_services(home: Path) -> list[int]:
    """The processes of Erlang's name service that a node in `home` started; other tests have
    theirs at the same time."""
    return [
        process.pid
        for process in psutil.process_iter(["name"])
        if process.info["name"] == "epmd" and home_of(process) == str(home)
    ]


def home_of(process: psutil.Process) -> str | None:
    """The HOME of a process; None if it has just ended or is another user's."""
    try:
        return process.environ().get("HOME")
    except psutil.Error:
        return None


@pytest.mark.broker
def test_rabbitmq_keeps_messages_when_it_is_killed_and_leaves_no_name_service(
    tmp_path: Path,
) -> None:
    server = RabbitMQ(tmp_path, log=tmp_path / "log", durable=False)
    server.start()
    url = "amqp://{RABBITMQ_DEFAULT_USER}:{RABBITMQ_DEFAULT_PASS}@{BROKER_HOST}:{BROKER_PORT}/{RABBITMQ_DEFAULT_VHOST}"
    queue = Queue("q", durable=True, queue_arguments={"x-queue-type": "quorum"})
    try:
        with Connection(
            url.format(**server.environment),
            transport_options={"confirm_publish": True},
        ) as connection:
            connection.Producer().publish(
                "kept", routing_key="q", declare=[queue], delivery_mode=2
            )
        wait_for_name_on_disk(tmp_path)
        server.kill()
        server.start()
        with Connection(url.format(**server.environment)) as connection:
            assert queue(connection.default_channel).get().payload == "kept"
    finally:
        server.kill()
    assert name_services(tmp_path) == []


def test_a_second_stack_works_beside_the_first(tmp_path: Path) -> None:
    with (
        own_directory(tmp_path) as one,
        own_directory(tmp_path) as other,
        Stack(one, only=("postgres",)) as first,
        Stack(other, only=("postgres",)) as second,
    ):
        assert (one, other) == (tmp_path, tmp_path / "run-1")
        assert first.postgres
        assert second.postgres
        query(first.postgres, "SELECT 1")
        query(second.postgres, "SELECT 1")
    with own_directory(tmp_path) as again:
        assert again == tmp_path


def test_addresses_are_written_for_the_owner_only_and_go_with_the_stack(
    tmp_path: Path,
) -> None:
    with Stack(tmp_path, only=("postgres",)) as stack:
        assert running_addresses(tmp_path) == stack.environment
        assert (tmp_path / "env").stat().st_mode & 0o777 == 0o600
    assert running_addresses(tmp_path) == {}


def test_servers_that_the_environment_names_are_neither_started_nor_stopped(
    tmp_path: Path, postgres: Postgres
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as broker:
        env = {
            **postgres.environment,
            "BROKER_HOST": "127.0.0.1",
            "BROKER_PORT": str(broker.getsockname()[1]),
        }
        with Stack(tmp_path / "stack", env=env) as stack:
            assert stack.postgres is None
            assert stack.rabbitmq is None
            assert "POSTGRES_HOST" not in stack.environment
    query(postgres, "SELECT 1")


def test_a_named_server_that_does_not_answer_is_named_in_the_error(
    tmp_path: Path,
) -> None:
    port = free_port()
    env = {"POSTGRES_HOST": "127.0.0.1", "POSTGRES_PORT": str(port)}
    with pytest.raises(
        LocalError,
        match=f"POSTGRES_PORT name 127.0.0.1:{port}, but no postgres answers there",
    ):
        Stack(tmp_path, only=("postgres",), env=env).start()


def test_without_rabbitmq_and_a_way_to_install_it_three_ways_on_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(install, "SERVERS", ())
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LocalError) as caught:
        install.find_server()

    message = str(caught.value)
    assert "\n" not in message
    assert all(
        way in message
        for way in ("rabbitmq-server", "BROKER_HOST", "docker compose up")
    )


def test_a_server_that_cannot_start_says_why_in_one_line(tmp_path: Path) -> None:
    server = Postgres(tmp_path, log=tmp_path / "log", durable=False)
    with (
        socket.create_server(("127.0.0.1", server.port)),
        pytest.raises(LocalError) as caught,
    ):
        server.start()

    assert "\n" not in str(caught.value)
    assert "postgres ended with status 1" in str(caught.value)


def test_what_was_started_ends_with_its_owner_even_by_sigkill(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from infra.local.process import Process;"
        "home = Path(sys.argv[1]); p = Process('sleeper', ['sleep', '600'], home=home, log=home / 'log'); p.start();"
        "print(p.pid, flush=True); time.sleep(600)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=CHECKOUT,
    )
    assert owner.stdout
    sleeper = psutil.Process(int(owner.stdout.readline()))
    assert sleeper.is_running()

    owner.kill()
    owner.wait()

    sleeper.wait(timeout=600)


def test_a_program_left_by_an_earlier_owner_is_ended_before_the_next_starts(
    tmp_path: Path,
) -> None:
    first, second = (
        Process("p", ["sleep", "600"], home=tmp_path, log=tmp_path / "log")
        for _ in range(2)
    )
    first.start()
    second.start()
    try:
        assert first.wait(600)
        assert second.alive
    finally:
        first.kill()
        second.kill()


def test_a_started_program_can_be_known_by_its_mark_at_once(tmp_path: Path) -> None:
    unknown = 0
    for _ in range(300):
        program = Process("p", ["sleep", "600"], home=tmp_path, log=tmp_path / "log")
        program.start()
        unknown += psutil.Process(program.pid).environ().get(MARK) != str(
            program.pid_file
        )
        program.kill()
    assert unknown == 0


def test_up_runs_a_command_with_the_addresses_and_returns_its_status(
    tmp_path: Path,
) -> None:
    command = 'test -n "$POSTGRES_PASSWORD" && exit 7'
    done = subprocess.run(
        [sys.executable, "-m", "infra.local", "postgres", "sh", "-c", command],
        cwd=CHECKOUT,
    )

    assert done.returncode == 7


def test_sigterm_stops_the_servers(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name != "POSTGRES_HOST"}
    up = subprocess.Popen(
        [sys.executable, "-m", "infra.local", "postgres"],
        cwd=CHECKOUT,
        env=env,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert up.stderr
    port = int(up.stderr.readline().split()[2].rpartition(":")[2])
    assert answers("127.0.0.1", port)

    up.send_signal(signal.SIGTERM)

    assert up.wait(600) == 128 + signal.SIGTERM
    wait_until(lambda: not answers("127.0.0.1", port))
