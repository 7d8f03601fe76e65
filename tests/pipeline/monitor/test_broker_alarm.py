"""A RabbitMQ that takes no message any more, which is one of its own: others would wait with it."""

import os
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from kombu.exceptions import OperationalError

from infra.local.install import find_server
from infra.local.stack import Stack
from pipeline.monitor.queues.dead_letters import peek
from tests.pipeline.monitor.test_dead_letters import channel, put

__all__ = ["channel"]


@pytest.fixture(scope="module")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Takes the place of the one that all tests share."""
    root = tmp_path_factory.mktemp("alarmed")
    env = {key: value for key, value in os.environ.items() if key != "BROKER_HOST"}
    with Stack(root, lasting=False, only=("rabbitmq",), env=env) as stack:
        yield stack


@pytest.fixture
def alarm(rabbitmq: Stack) -> Iterator[None]:
    """The broker has no memory left, and so takes no message and answers nobody who sent one."""
    assert rabbitmq.rabbitmq
    control = find_server().with_name("rabbitmqctl")
    env = {**os.environ, **rabbitmq.rabbitmq._process_environment()}

    def limit(*given: str) -> None:
        subprocess.run(
            [control, "set_vm_memory_high_watermark", *given],
            env=env,
            check=True,
            capture_output=True,
        )

    limit("absolute", "1")
    yield
    limit("0.4")


@pytest.mark.broker
@pytest.mark.django_db
def test_a_broker_that_takes_no_message_keeps_nobody_waiting(
    channel: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    put(channel, [[{"journey": 1}]], task="pipeline.fetch")
    request.getfixturevalue("alarm")
    monkeypatch.setattr(
        "pipeline.monitor.queues.dead_letters.CONFIRM_TIMEOUT_SECONDS", 1
    )
    told: list[OperationalError] = []

    def ask() -> None:
        try:
            peek()
        except OperationalError as error:
            told.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(600)
    assert told, "it waits for ever"
