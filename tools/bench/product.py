"""The whole product on servers of its own: started as `make run` starts it, launched, watched and
measured."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg2

from infra.local.ports import LOOPBACK, free_port
from infra.local.process import Process
from infra.local.processes import Processes
from infra.local.stack import CHECKOUT, Stack
from tests.waiting import wait_until
from tools.bench import usage
from tools.bench.library import Library

STAGES = ("discover", "fetch", "extract", "store", "summarise")
EMPTY = """SET lock_timeout = '20s'; TRUNCATE pipeline_run, pipeline_snapshot, pipeline_body, pipeline_chord,
pipeline_chordpart, pipeline_sourcecacheentry, pipeline_host, catalog_article, catalog_source, monitor_logevent CASCADE"""
SIZES = """SELECT c.relname, pg_total_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = 'public' AND pg_total_relation_size(c.oid) > 0"""
MOMENTS = """
SELECT extract(epoch FROM r.finished_at)::float,
    (SELECT extract(epoch FROM min(j.ended_at))::float FROM pipeline_journey j
     WHERE j.run_id = r.id AND j.state = 'stored'),
    (SELECT extract(epoch FROM max(j.ended_at))::float FROM pipeline_journey j WHERE j.run_id = r.id),
    r.state, r.found, r.stored, r.summary -> 'reasons'
FROM pipeline_run r WHERE r.id = %s
"""
NOT_STORED = """SELECT url, state, reason, detail, attempts::text FROM pipeline_journey
WHERE run_id = %s AND state <> 'stored' LIMIT 5"""
BENCH = "bench"  # the name of our own statements in the server's log
FLUSH = (
    1.5  # seconds after a run's end until the last of its log lines are in the database
)
WARM_UP = (
    48  # URLs that no figure contains: imports, first connections, compiled expressions
)


class Blog:
    """The blogs of a library's pages, in a process of their own, for the length of a `with`
    block."""

    def __init__(self, library: Library, root: Path) -> None:
        self.library = library
        self.log = root / "blog.log"
        self.urls: list[str] = []

    def __enter__(self) -> Self:
        command = [
            sys.executable,
            "-m",
            "tools.bench.blog",
            str(self.library.file),
            str(len(self.library.entries)),
        ]
        with self.log.open("w") as errors:
            self.process = subprocess.Popen(
                command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        assert self.process.stdout
        self.urls = [f"{url}/" for url in json.loads(self.process.stdout.readline())]
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def pages(self) -> list[str]:
        """The addresses of all pages."""
        hosts = len(self.urls)
        return [
            self.urls[n % hosts].rstrip("/") + entry.path
            for n, entry in enumerate(self.library.entries)
        ]


class Servers:
    """PostgreSQL and RabbitMQ as `make run` starts them, with the product's tables."""

    def __init__(self, root: Path) -> None:
        own = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("POSTGRES_", "BROKER_"))
        }
        self.root = root
        self.stack = Stack(root, env=own)

    def __enter__(self) -> Self:
        self.stack.start()
        try:
            self._set_up()
        except BaseException:
            self.stack.stop()
            raise
        return self

    def _set_up(self) -> None:
        direct = {
            **self.stack.environment,
            "FETCH_ALLOWED_NETWORKS": "127.0.0.0/8",
            "FETCH_HOST_DELAY": "0",
        }
        direct |= {
            "GLEANER_ENV": os.devnull,
            "DJANGO_SETTINGS_MODULE": "myworld.settings",
        }
        os.environ.update(direct)
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--no-input", "-v0"],
            cwd=CHECKOUT,
            check=True,
        )
        import django

        django.setup()
        self.connection = psycopg2.connect(**self.dsn, application_name=BENCH)
        self.connection.autocommit = True

    def __exit__(self, *error: object) -> None:
        self.stack.stop()

    @property
    def dsn(self) -> dict[str, Any]:
        """How psycopg2 finds the database."""
        assert self.stack.postgres
        port = self.stack.postgres.port
        password = self.stack.postgres.password
        return {
            "host": LOOPBACK,
            "port": port,
            "user": "gleaner",
            "password": password,
            "dbname": "gleaner",
        }

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            if cursor.description:
                return list(cursor.fetchall())
            return []

    def empty(self) -> None:
        """Forgets every run, page and article, and lets the disk come to rest."""
        self.sql(EMPTY)
        self.sql("CHECKPOINT")

    @property
    def pids(self) -> dict[str, int]:
        assert self.stack.postgres
        assert self.stack.rabbitmq
        return {
            "postgres": self.stack.postgres.process.pid,
            "rabbitmq": self.stack.rabbitmq.process.pid,
        }

    def versions(self) -> dict[str, str]:
        """Of PostgreSQL and RabbitMQ."""
        from django.conf import settings
        from kombu import Connection

        with Connection(settings.CELERY_BROKER_URL) as connection:
            connection.connect()
            broker = connection.connection.server_properties["version"]
        return {
            "postgresql": self.sql("SHOW server_version")[0][0].split()[0],
            "rabbitmq": broker,
        }

    def broker_disk(self) -> int:
        """Bytes that RabbitMQ keeps on disk."""
        assert self.stack.rabbitmq
        return usage.folder(self.stack.rabbitmq.home / "data")


class Product:
    """The processes of the Procfile on those servers; with `stubbed` they do everything but
    extract."""

    def __init__(self, servers: Servers, *, stubbed: bool = False) -> None:
        self.servers = servers
        direct = {
            name: os.environ[name]
            for name in ("FETCH_ALLOWED_NETWORKS", "FETCH_HOST_DELAY", "GLEANER_ENV")
        }
        self.processes = Processes(servers.stack, {**direct, "PORT": str(free_port())})
        if stubbed:
            self.processes["extract"].command = [
                sys.executable,
                "-m",
                "tools.bench.stub",
            ]

    def __enter__(self) -> Self:
        self.processes.__enter__()
        wait_until(self._served, 120, "for the workers")
        return self

    def __exit__(self, *error: object) -> None:
        self.processes.stop()

    def _served(self) -> bool:
        from django.conf import settings
        from kombu import Connection

        self.processes.check()
        try:
            with Connection(
                settings.CELERY_BROKER_URL, connect_timeout=3
            ) as connection:
                channel = connection.default_channel
                return all(
                    channel.queue_declare(name, passive=True).consumer_count
                    for name in STAGES
                )
        except Exception:  # noqa: BLE001 - amqp and socket errors share no base
            return False

    @property
    def pids(self) -> dict[str, int]:
        """Everything that a run costs, by name."""
        running: dict[str, Process] = self.processes.by_name
        return {
            **{name: process.pid for name, process in running.items()},
            **self.servers.pids,
        }

    def warm_up(self, blog: Blog) -> None:
        """Make a small run that is forgotten."""
        self.wait_for(self.launch(blog, limit=WARM_UP), 120)
        time.sleep(FLUSH)
        self.servers.empty()

    def launch(self, blog: Blog, **parameters: Any) -> int:
        """Launch a run of the blogs; return its id."""
        from django.db import connection

        from pipeline.runs.launch import launch_run

        connection.close()
        return int(launch_run({"addresses": blog.urls, **parameters}, by="bench").pk)

    def wait_for(self, run: int, longest: float = 3600) -> int:
        """Wait for a run's end; return the most bytes that the broker had on disk meanwhile."""
        most = 0
        began = time.monotonic()
        while not self.servers.sql(
            "SELECT 1 FROM pipeline_run WHERE id = %s AND finished_at IS NOT NULL", run
        ):
            if time.monotonic() - began > longest:
                raise TimeoutError(f"run {run} did not end in {longest:.0f} s")
            self.processes.check()
            most = max(most, self.servers.broker_disk())
            time.sleep(1)  # what looks on costs the cores that are measured, too
        return most

    def count_words(self) -> None:
        """Have the words of the last articles counted now: that is a part of what they cost, and
        comes some time after the run."""
        from celery import current_app

        from pipeline.broker.queues import INDEX

        waiting = "SELECT 1 FROM catalog_wordchange LIMIT 1"

        def are_counted() -> bool:
            if not self.servers.sql(waiting):
                return True
            self.processes.check()
            current_app.send_task(INDEX)  # does nothing where one is at it
            time.sleep(1)
            return False

        wait_until(are_counted, what="for the words to be counted")

    def idle(self, seconds: float = 5.0) -> float:
        """Milliseconds of CPU a second of the whole product while there is nothing to do."""
        before = sum(usage.cpu_by_name(self.pids).values())
        time.sleep(seconds)
        return round(
            (sum(usage.cpu_by_name(self.pids).values()) - before) / seconds * 1000, 1
        )

    def measure(self, blog: Blog) -> dict[str, Any]:
        """One run of the blogs from launch to summary: seconds, CPU, memory and bytes."""
        pids = {**self.pids, "blog": blog.process.pid}
        for pid in pids.values():
            usage.forget_peaks(pid)
        wal = self.servers.sql("SELECT pg_current_wal_lsn()")[0][0]
        before = usage.cpu_by_name(pids)
        own = time.process_time()
        launched = time.time()
        run = self.launch(blog)
        disk = self.wait_for(run)
        self.count_words()
        time.sleep(FLUSH)
        after = usage.cpu_by_name(pids)
        own = time.process_time() - own
        held = {name: usage.memory(pid) for name, pid in pids.items()}
        finished, first, last, state, found, stored, reasons = self.servers.sql(
            MOMENTS, run
        )[0]
        if state != "finished":
            raise RuntimeError(f"the run is {state}: {reasons}")
        if 0 < stored < found:
            lost = self.servers.sql(NOT_STORED, run)
        else:
            lost = []
        wal_bytes = self.servers.sql(
            "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), %s)::bigint", wal
        )[0][0]
        return {
            "urls": found,
            "stored": stored,
            "lost": [list(row) for row in lost],
            "seconds": round(finished - launched, 3),
            "first": round(first - launched, 3) if first else None,
            "tail": round(finished - last, 3) if last else None,
            "cpu": {
                **{name: round(after[name] - before[name], 3) for name in pids},
                "bench": round(own, 3),
            },
            "memory": {
                name: [m.processes, m.peak, m.together] for name, m in held.items()
            },
            "broker_disk": disk,
            "wal": wal_bytes,
            "tables": dict(self.servers.sql(SIZES)),
        }


@contextmanager
def running(
    servers: Servers, blog: Blog, *, stubbed: bool = False
) -> Iterator[Product]:
    """Provide the product, warm and with nothing in its tables."""
    with Product(servers, stubbed=stubbed) as product:
        product.warm_up(blog)
        yield product
