"""One PostgreSQL and one RabbitMQ for the whole session, started by the first test that asks for
them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.lasting import lasting_postgres
from infra.local.stack import Stack
from tests.databases import cloned_database, empty_tables, point_django_at

CHECKOUT = Path(__file__).parents[1]
TOOLS = CHECKOUT / ".local" / "tools"  # where `make test` unpacks what some tests need
SERVERS = {"postgres", "rabbitmq"}
# Those that take long, mostly waiting: they begin first, the longest before the others.
LONG = (
    "tests/test_faults.py",
    "tests/pipeline/runs/test_steering_live.py",
    "tests/test_journey.py",
    "tests/test_watched_run.py",
    "tests/infra/test_pooling.py",
    "tests/browser",
    "tests/pipeline/access/test_permissions.py",
    "tests/pipeline/broker",
    "tests/infra",
    "tests/tools",
)
os.environ["PATH"] += f":{TOOLS}/usr/bin:{TOOLS}/usr/sbin"
os.environ.setdefault("FETCH_ALLOWED_NETWORKS", "127.0.0.0/8")
os.environ.setdefault("FETCH_HOST_DELAY", "0")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server.

    The longest files come first, so that no process is left with one of them at the end.
    """
    for item in items:
        if needs_server(item):
            item.add_marker("servers")
    items.sort(key=lambda item: turn(item.path))


def needs_server(item: pytest.Item) -> bool:
    """Whether a test uses PostgreSQL or RabbitMQ."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & SERVERS) or item.get_closest_marker("django_db") is not None


def turn(path: Path) -> int:
    """The place of a file in the order: lower ones begin first."""
    name = str(path.relative_to(CHECKOUT))
    for place, start in enumerate(LONG):
        if name.startswith(start):
            return place
    return len(LONG)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A PostgreSQL of the tests' own, or the one that POSTGRES_HOST names."""
    root = tmp_path_factory.mktemp("postgres")
    with Stack(root, lasting=False, only=("postgres",), env=given_servers()) as stack:
        yield stack


def given_servers() -> dict[str, str]:
    """The environment, and for `make t` the lasting PostgreSQL in it."""
    if os.environ.get("LASTING_POSTGRES") and "POSTGRES_HOST" not in os.environ:
        os.environ.update(lasting_postgres())
    return dict(os.environ)


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A RabbitMQ of the tests' own, or the one that BROKER_HOST names."""
    with Stack(
        tmp_path_factory.mktemp("rabbitmq"), lasting=False, only=("rabbitmq",)
    ) as stack:
        yield stack


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, postgres: Stack
) -> Iterator[None]:
    """Points Django at a test database, when the first test needs one and not before."""
    from django.db import connections
    from django.test import TransactionTestCase

    server = {**os.environ, **postgres.environment}
    with cloned_database(server, django_db_blocker) as name:
        point_django_at(server, name)
        TransactionTestCase._fixture_teardown = staticmethod(empty_tables)  # type: ignore[method-assign]
        yield
        connections.close_all()


@pytest.fixture
def broker(rabbitmq: Stack) -> Any:
    """The Celery app, connected to the tests' RabbitMQ with empty queues."""
    from kombu import Connection

    from myworld.celery import app
    from pipeline.broker.queues import declare, queues

    given = {**os.environ, **rabbitmq.environment}
    url = "amqp://{RABBITMQ_DEFAULT_USER}:{RABBITMQ_DEFAULT_PASS}@{BROKER_HOST}:{BROKER_PORT}/{RABBITMQ_DEFAULT_VHOST}"
    app.conf.broker_url = app.conf.broker_read_url = app.conf.broker_write_url = (
        url.format(**given)
    )
    with Connection(app.conf.broker_url) as connection:
        declare(connection)
        for queue in queues():
            queue(connection.default_channel).purge()
    return app


@pytest.fixture
def start(
    postgres: Stack, rabbitmq: Stack, transactional_db: None
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts `python ARGUMENT...` as a process of the product, on the tests' servers; it is killed
    after the test."""
    from django.db import connection

    processes: list[subprocess.Popen[bytes]] = []
    given = {
        **os.environ,
        **postgres.environment,
        **rabbitmq.environment,
        "GLEANER_ENV": os.devnull,
    }
    given["DJANGO_SETTINGS_MODULE"] = "myworld.settings"
    given |= {
        "POSTGRES_DB": connection.settings_dict["NAME"],
        "PYTHONPATH": str(CHECKOUT),
        "LOG_TO_DATABASE": "0",
    }

    def run(*arguments: str, **env: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=CHECKOUT, env={**given, **env}
        )
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()
        process.wait()
