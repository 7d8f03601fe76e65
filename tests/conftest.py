"""One PostgreSQL and one RabbitMQ for the whole session, started by the first test that asks for them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.stack import Stack

CHECKOUT = Path(__file__).parents[1]
os.environ.setdefault("FETCH_ALLOWED_NETWORKS", "127.0.0.0/8")
os.environ.setdefault("FETCH_HOST_DELAY", "0")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A PostgreSQL of the tests' own, or the one that POSTGRES_HOST names."""
    with Stack(tmp_path_factory.mktemp("postgres"), lasting=False, only=("postgres",)) as stack:
        yield stack


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A RabbitMQ of the tests' own, or the one that BROKER_HOST names."""
    with Stack(tmp_path_factory.mktemp("rabbitmq"), lasting=False, only=("rabbitmq",)) as stack:
        yield stack


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres: Stack) -> None:
    """Points Django at the tests' PostgreSQL, when the first test needs a database and not before."""
    from django.db import connections

    given = postgres.environment
    for setting in ("HOST", "PORT", "USER", "PASSWORD"):
        if f"POSTGRES_{setting}" in given:
            connections["default"].settings_dict[setting] = given[f"POSTGRES_{setting}"]


@pytest.fixture
def broker(rabbitmq: Stack) -> Any:
    """The Celery app, connected to the tests' RabbitMQ with empty queues."""
    from kombu import Connection

    from myworld.celery import app
    from pipeline.broker.queues import declare, queues

    given = {**os.environ, **rabbitmq.environment}
    url = "amqp://{RABBITMQ_DEFAULT_USER}:{RABBITMQ_DEFAULT_PASS}@{BROKER_HOST}:{BROKER_PORT}/{RABBITMQ_DEFAULT_VHOST}"
    app.conf.broker_url = app.conf.broker_read_url = app.conf.broker_write_url = url.format(**given)
    with Connection(app.conf.broker_url) as connection:
        declare(connection)
        for queue in queues():
            queue(connection.default_channel).purge()
    return app


@pytest.fixture
def start(
    postgres: Stack, rabbitmq: Stack, transactional_db: None
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts `python ARGUMENT...` as a process of the product, on the tests' servers; it is killed after the test."""
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
        process = subprocess.Popen([sys.executable, *arguments], cwd=CHECKOUT, env={**given, **env})
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()
        process.wait()
