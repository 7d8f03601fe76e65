"""One PostgreSQL and one RabbitMQ for the whole session, started by the first test that asks for
them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

from infra.local.lasting import lasting_postgres
from infra.local.stack import Stack
from tests.databases import cloned_database, empty_tables, point_django_at

CHECKOUT = Path(__file__).parents[1]
SERVERS = {"postgres", "rabbitmq"}
# In one process each, one after the other: they start whole stacks on fixed ports, or share a
# browser.
TOGETHER = {
    "infra": "stack",
    "test_journey.py": "stack",
    "test_faults.py": "stack",
    "test_steering_live.py": "stack",
    "browser": "browser",
}
os.environ.setdefault("FETCH_ALLOWED_NETWORKS", "127.0.0.0/8")
os.environ.setdefault("FETCH_HOST_DELAY", "0")


class GroupScheduling(LoadScopeScheduling):
    """Keep the tests of a group in one process. Names of groups in test ids, as `loadgroup`
    reads them, are not seen with this version of pytest."""

    def _split_scope(self, nodeid: str) -> str:
        return group(Path(nodeid.partition("::")[0]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> GroupScheduling:
    """Give pytest-xdist the scheduler that keeps groups together."""
    return GroupScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server.

    The longest groups come first, so that no process is left with one of them at the end.
    """
    for item in items:
        if needs_server(item):
            item.add_marker("servers")
    items.sort(
        key=lambda item: group(item.path.relative_to(CHECKOUT)) not in TOGETHER.values()
    )


def needs_server(item: pytest.Item) -> bool:
    """Whether a test uses PostgreSQL or RabbitMQ."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & SERVERS) or item.get_closest_marker("django_db") is not None


def group(path: Path) -> str:
    """The name of what stays together: a whole stack, the browser, else a file."""
    for part in path.parts:
        if part in TOGETHER:
            return TOGETHER[part]
    return str(path)


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
