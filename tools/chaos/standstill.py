"""Faults in which nothing dies: a process stands still, a server takes no writes, a table is
locked, a message is garbage, something on the broker is gone."""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress

import psutil
import psycopg2

from tools.chaos.world import STAGES, World

Strike = Callable[[World, random.Random], None]

GARBAGE: tuple[tuple[bytes, dict[str, object]], ...] = (
    (b"{not json", {"task": "pipeline.fetch", "id": "x"}),
    (b"[[], {}, {}]", {"task": "pipeline.fetch", "id": "x"}),
    (b"[[1], {}, {}]", {"task": "pipeline.fetch"}),
    (b"[[1], {}, {}]", {"task": "pipeline.nothing", "id": "x"}),
    (b"[[1], {}, {}]", {"task": "pipeline.fetch", "id": "x", "timelimit": "soon"}),
    (b"x" * 1_000_000, {"task": "pipeline.fetch", "id": "x"}),
    (b"null", {}),
)


def stopped(name: str) -> Strike:
    """SIGSTOP to a worker and its children for half a minute or more."""

    def strike(world: World, chance: random.Random) -> None:
        process = psutil.Process(world.processes[name].pid)
        _signal([process, *process.children(recursive=True)], signal.SIGSTOP)
        time.sleep(chance.uniform(30, 70))
        _signal([process, *process.children(recursive=True)], signal.SIGCONT)

    return strike


def database_frozen(world: World, chance: random.Random) -> None:
    """SIGSTOP to PostgreSQL for longer than any stage takes."""
    process = psutil.Process(world.postgres.process.pid)
    backends = [process, *process.children(recursive=True)]
    _signal(backends, signal.SIGSTOP)
    time.sleep(45)
    _signal(backends, signal.SIGCONT)


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)


def read_only(world: World, chance: random.Random) -> None:
    """Let the database take no writes for some seconds, as a standby; then everybody is cut off."""
    world.sql("ALTER SYSTEM SET default_transaction_read_only = on")
    world.sql("SELECT pg_reload_conf()")
    time.sleep(chance.uniform(4, 12))
    world.sql("ALTER SYSTEM RESET default_transaction_read_only")
    world.sql("SELECT pg_reload_conf()")
    backends_terminated(world, chance)


def backends_terminated(world: World, chance: random.Random) -> None:
    """Every connection to the database is ended, three times in a row."""
    for _ in range(3):
        world.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        time.sleep(chance.uniform(0, 2))


def table_locked(world: World, chance: random.Random) -> None:
    """Somebody holds a table for 70 seconds."""
    password = world.postgres.password
    port = world.postgres.port
    with (
        psycopg2.connect(
            host="127.0.0.1",
            port=port,
            user="gleaner",
            password=password,
            dbname="gleaner",
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("LOCK TABLE pipeline_journey IN ACCESS EXCLUSIVE MODE")
        time.sleep(70)


def garbage(world: World, chance: random.Random) -> None:
    """Put what no worker can read on every queue, among what it can."""
    from django.conf import settings
    from kombu import Connection, Producer

    from pipeline.broker.queues import EXCHANGE

    with Connection(settings.CELERY_BROKER_URL) as broker:
        producer = Producer(broker.default_channel, exchange=EXCHANGE)
        for stage in STAGES:
            for body, headers in GARBAGE:
                how = {"content_type": "application/json", "content_encoding": "utf-8"}
                producer.publish(body, routing_key=stage, headers=headers, **how)


def exchange_deleted(world: World, chance: random.Random) -> None:
    """Whatever is published now has nowhere to go."""
    from django.conf import settings
    from kombu import Connection

    from pipeline.broker.queues import DEAD_EXCHANGE, DEAD_LETTERS, EXCHANGE

    with Connection(settings.CELERY_BROKER_URL) as broker:
        broker.default_channel.exchange_delete(EXCHANGE.name)
        broker.default_channel.exchange_delete(DEAD_EXCHANGE.name)
        broker.default_channel.queue_delete(DEAD_LETTERS)


def queue_deleted(world: World, chance: random.Random) -> None:
    """Delete a queue, with its binding and its messages."""
    from django.conf import settings
    from kombu import Connection

    with Connection(settings.CELERY_BROKER_URL) as broker:
        broker.default_channel.queue_delete(chance.choice(STAGES))
