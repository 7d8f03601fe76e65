"""One PostgreSQL and one RabbitMQ for all processes of a test run, started by the first test that
asks for them."""

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from xdist.scheduler import LoadScopeScheduling

from tests.databases import cloned_database, empty_tables, point_django_at
from tests.real_servers import RealServer, serving, with_vhost
from tests.rewriting import rewrite_all
from tests.static_files import share_static_files
from tests.time_limits import lengthen_limits

CHECKOUT = Path(__file__).parents[1]
TOOLS = CHECKOUT / ".local" / "tools"  # where `make test` unpacks what some tests need
SERVERS = {"postgres", "rabbitmq"}
ALONE = "master"  # the worker_id of the only process of a test run
# Files that share a running product, and so a process
TOGETHER = (
    (
        "tests/live/test_journey.py",
        "tests/live/test_documents.py",
        "tests/live/test_erase_commands.py",
        "tests/live/test_watched_run.py",
    ),
    ("tests/live/test_steering.py", "tests/live/test_erasure.py"),
)
# Those that take long begin first, so that none is left at the end. Those that mostly wait stand apart:
# side by side they would leave the processors idle. The process of the one test of the first file
# goes on with the sixth file.
LONG = (
    "tests/test_faults.py",  # waits
    "tests/live/test_steering.py",  # waits
    "tests/browser/test_pages.py",
    "tests/pipeline/access/test_permissions.py",
    "tests/infra/test_rolling_update.py",  # waits
    "tests/pipeline/web/test_hostile_parameters.py",
    "tests/live/test_journey.py",  # waits
    "tests/pipeline/http/test_input.py",
    "tests/pipeline/api/test_hostile_requests.py",
    "tests/browser",
    "tests/live",  # waits
    "tests/test_due.py",  # waits
    "tests/infra/test_pooling.py",  # waits
    "tests/pipeline/broker",
    "tests/infra",
    "tests/tools",
)
gc.disable()  # until all tests are collected: nothing that they load goes away again
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


def pytest_collection_finish() -> None:
    """Leave the tests and what they loaded out of every later search for garbage."""
    gc.freeze()
    gc.enable()


def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Rewrite what all processes are about to load."""
    rewrite_all(config, CHECKOUT / "tests")


class ByFile(LoadScopeScheduling):
    """Gives each file to one process, and the files of TOGETHER to the same."""

    def _split_scope(self, nodeid: str) -> str:
        return shared_with(nodeid.split("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Take the place of `--dist loadfile`."""
    return ByFile(config, log)


def shared_with(file: str) -> str:
    """The first of the files that share a product with this one, else the file itself."""
    for files in TOGETHER:
        if file in files:
            return files[0]
    return file


def needs_server(item: pytest.Item) -> bool:
    """Whether a test uses PostgreSQL or RabbitMQ."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & SERVERS) or item.get_closest_marker("django_db") is not None


def turn(path: Path) -> int:
    """The place of a file in the order: lower ones begin first."""
    name = shared_with(str(path.relative_to(CHECKOUT)))
    for place, start in enumerate(LONG):
        if name.startswith(start):
            return place
    return len(LONG)


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Leave no test the language of a page that another one asked for in this thread."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all processes of this test run have in common."""
    base = tmp_path_factory.getbasetemp()
    return (base if worker_id == ALONE else base.parent) / "shared"


@pytest.fixture(scope="session")
def postgres(
    tmp_path_factory: pytest.TempPathFactory, shared: Path
) -> Iterator[RealServer]:
    """A PostgreSQL for all processes; each has databases of its own in it."""
    own = tmp_path_factory.mktemp("postgres")
    with serving("postgres", own, shared / "postgres") as server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq(
    tmp_path_factory: pytest.TempPathFactory, shared: Path, worker_id: str
) -> Iterator[RealServer]:
    """A RabbitMQ for all processes; each has a virtual host of its own in it."""
    own = tmp_path_factory.mktemp("rabbitmq")
    with serving("rabbitmq", own, shared / "rabbitmq") as server:
        yield server if worker_id == ALONE else with_vhost(server, worker_id)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, postgres: RealServer
) -> Iterator[None]:
    """Points Django at a test database, when the first test needs one and not before."""
    from django.db import connections
    from django.test import TransactionTestCase

    server = {**os.environ, **postgres.environment}
    with cloned_database(server) as name:
        point_django_at(server, name)
        lengthen_limits()
        share_static_files()
        TransactionTestCase._fixture_teardown = staticmethod(empty_tables)  # type: ignore[method-assign]
        yield
        connections.close_all()


@pytest.fixture
def broker(rabbitmq: RealServer) -> Any:
    """The Celery app, connected to the tests' RabbitMQ with empty queues."""
    from kombu import Connection

    from myworld.celery import app
    from pipeline.broker.next_step import idle_connections
    from pipeline.broker.queues import declare, queues

    given = {**os.environ, **rabbitmq.environment}
    url = "amqp://{RABBITMQ_DEFAULT_USER}:{RABBITMQ_DEFAULT_PASS}@{BROKER_HOST}:{BROKER_PORT}/{RABBITMQ_DEFAULT_VHOST}"
    app.conf.broker_url = app.conf.broker_read_url = app.conf.broker_write_url = (
        url.format(**given)
    )
    # A test before this one may have tried to publish to the server of the settings.
    app._pool = app.amqp._producer_pool = None
    idle_connections.clear()
    with Connection(app.conf.broker_url) as connection:
        declare(connection)
        for queue in queues():
            queue(connection.default_channel).purge()
    return app


@pytest.fixture
def start(
    postgres: RealServer, rabbitmq: RealServer, transactional_db: None
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
