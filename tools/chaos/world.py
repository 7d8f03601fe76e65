"""The whole product on servers of its own, behind a network that can be cut.

What dies is started again.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import psycopg2

from infra.local.ports import LOOPBACK, free_port
from infra.local.postgres import Postgres
from infra.local.process import Process
from infra.local.processes import Processes
from infra.local.rabbitmq import RabbitMQ
from infra.local.stack import CHECKOUT, Stack
from tools.chaos.blog import BigBlog
from tools.chaos.proxy import Proxy

DISK = "640m"  # of the database, where it can have one of its own
EMPTY = """SET lock_timeout = '20s'; TRUNCATE pipeline_run, pipeline_snapshot, pipeline_body, pipeline_chord,
pipeline_chordpart, pipeline_sourcecacheentry, pipeline_host, catalog_article, catalog_source CASCADE"""
STAGES = ("discover", "fetch", "extract", "store", "summarise")
DECLARED = (*STAGES, "dead")


def rows_of(
    connection: Any, statement: str, values: tuple[Any, ...]
) -> list[tuple[Any, ...]]:
    """Return what a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if cursor.description:
            return list(cursor.fetchall())
        return []


class World:
    """Servers, processes and a blog of `posts` posts more, for the length of a `with` block."""

    def __init__(
        self, root: Path, *, posts: int, latency: float, reconciler: bool
    ) -> None:
        self.root = root
        self.posts = posts
        self.reconciler = reconciler
        self.blog = BigBlog(posts, latency)
        self.mischief = root / "mischief"
        self.networks = f"{LOOPBACK}/32"  # that may be fetched
        self.host_delay_seconds = 0.0
        self.own_disk = ""
        self.deaths: list[str] = []  # processes that ended although nobody killed them
        self.expected: set[str] = (
            set()
        )  # names of processes that were killed on purpose
        # Meanwhile a process may give up and be started again, as often as it takes.
        self.servers_away = False
        self._looking: Any = None  # the connection of `look`
        self._stopping = ExitStack()
        self._over = threading.Event()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stopping.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._stopping.close()

    def _start(self) -> None:
        self._make_disk()
        own = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("POSTGRES_", "BROKER_"))
        }
        self.stack = self._stopping.enter_context(Stack(self.root, env=own))
        assert self.stack.postgres
        assert self.stack.rabbitmq
        self.postgres: Postgres = self.stack.postgres
        self.rabbitmq: RabbitMQ = self.stack.rabbitmq
        self.to_postgres = Proxy(self.postgres.port)
        self.to_rabbitmq = Proxy(self.rabbitmq.port)
        self._stopping.callback(self.to_postgres.stop)
        self._stopping.callback(self.to_rabbitmq.stop)
        direct = {
            **self.stack.environment,
            "FETCH_ALLOWED_NETWORKS": self.networks,
            "FETCH_HOST_DELAY": str(self.host_delay_seconds),
        }
        direct |= {
            "GLEANER_ENV": os.devnull,
            "DJANGO_SETTINGS_MODULE": "myworld.settings",
        }
        os.environ.update(direct)
        self.sql("ALTER SYSTEM SET max_wal_size = '128MB'")
        subprocess.run(
            [
                sys.executable,
                "manage.py",
                "migrate",
                "--no-input",
                "-v0",
                "--skip-checks",
            ],
            cwd=CHECKOUT,
            check=True,
        )
        import django

        django.setup()
        self._stopping.enter_context(self.blog)
        self.processes = self._make_processes(direct)
        self._stopping.enter_context(self.processes)
        threading.Thread(target=self._supervise, daemon=True).start()
        self._stopping.callback(self._over.set)
        self.wait(self.ready, 90, "for the workers")
        self._wait_for_names()

    def _make_disk(self) -> None:
        """PostgreSQL gets a small disk of its own, so that it can be filled."""
        place = self.root / "postgres"
        subprocess.run(["umount", place], capture_output=True)
        shutil.rmtree(self.root, ignore_errors=True)
        place.mkdir(parents=True)
        try:
            done = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", place],
                capture_output=True,
            )
        except OSError as error:
            self.own_disk = f"no small disk for the database: {error}"
            return
        if done.returncode:
            self.own_disk = (
                f"no small disk for the database: {done.stderr.decode().strip()}"
            )
        else:
            self._stopping.callback(
                lambda: subprocess.run(["umount", "-l", place], capture_output=True)
            )

    def _make_processes(self, direct: dict[str, str]) -> Processes:
        far = {
            **direct,
            "POSTGRES_PORT": str(self.to_postgres.port),
            "BROKER_PORT": str(self.to_rabbitmq.port),
        }
        far |= {"PORT": str(free_port()), "MISCHIEF": str(self.mischief)}
        processes = Processes(self.stack, far)
        for stage in STAGES:
            processes[stage].command = [
                sys.executable,
                "-m",
                "tools.chaos.worker",
                stage,
            ]
        if not self.reconciler:
            del processes.by_name["beat"]
        return processes

    def _supervise(self) -> None:
        while not self._over.wait(0.3):
            for name, process in self.processes.by_name.items():
                if process.alive or self._over.is_set():
                    continue
                if name in self.expected:
                    self.expected.discard(name)
                elif not self.servers_away:
                    self.deaths.append(process.reason())
                process.start()

    def _wait_for_names(self) -> None:
        """RabbitMQ 3.10 forgets a new quorum queue if it is killed before it wrote the queue's name
        down."""
        names = [f"gleaner_{name}".encode() for name in DECLARED] + [
            b"celery_delayed_27"
        ]
        files = self.rabbitmq.home.rglob
        self.wait(
            lambda: all(
                any(n in f.read_bytes() for f in files("quorum/*/names.dets"))
                for n in names
            ),
            60,
        )

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a statement, straight from the server.

        Raises psycopg2.OperationalError where it is away.
        """
        connection = self._connect()
        try:
            return rows_of(connection, statement, values)
        finally:
            connection.close()

    def look(self, statement: str, *values: Any) -> Any:
        """Return the first value of the first row, None where there is none or the server is
        away.

        For what is asked again and again: one connection serves until it is lost.
        """
        try:
            if self._looking is None:
                self._looking = self._connect()
            rows = rows_of(self._looking, statement, values)
        except psycopg2.Error:
            self._looking = None
            return None
        if rows:
            return rows[0][0]
        return None

    def _connect(self) -> Any:
        connection = psycopg2.connect(
            host=LOOPBACK,
            port=self.postgres.port,
            user="gleaner",
            password=self.postgres.password,
            dbname="gleaner",
            connect_timeout=5,
        )
        connection.autocommit = True
        return connection

    def ready(self) -> bool:
        """Whether all processes run and every queue has its worker."""
        from kombu import Connection

        url = "amqp://{RABBITMQ_DEFAULT_USER}:{RABBITMQ_DEFAULT_PASS}@{BROKER_HOST}:{BROKER_PORT}/{RABBITMQ_DEFAULT_VHOST}"
        try:
            with Connection(
                url.format(**self.rabbitmq.environment), connect_timeout=3
            ) as connection:
                channel = connection.default_channel
                served = all(
                    channel.queue_declare(queue, passive=True).consumer_count
                    for queue in STAGES
                )
        except Exception:  # noqa: BLE001 - amqp and socket errors share no base
            return False
        return served and all(
            process.alive for process in self.processes.by_name.values()
        )

    def wait(self, condition: Callable[[], Any], seconds: float, what: str = "") -> Any:
        """Return the first true value of `condition`; raises TimeoutError after `seconds`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := condition():
                return value
            time.sleep(0.15)
        raise TimeoutError(f"waited {seconds:.0f} s in vain {what}".strip())

    def empty(self) -> None:
        """Forgets every run and article, and every message."""
        self.mischief.unlink(missing_ok=True)
        self.mischief.with_suffix(".done").unlink(missing_ok=True)
        self.wait(self.ready, 120, "for the workers to be back")
        self.sql(EMPTY)
        self.purge()

    def purge(self) -> None:
        """Forgets every message that waits."""
        from django.conf import settings
        from kombu import Connection

        with Connection(settings.CELERY_BROKER_URL) as connection:
            for queue in DECLARED:
                connection.default_channel.queue_purge(queue)

    def launch(self) -> int:
        """Launch a run of the blog; return its id."""
        from django.db import connection

        from pipeline.runs.launch import launch_run

        connection.close()
        return int(launch_run({"addresses": [self.blog.url]}, by="chaos").pk)

    def sign_in_link(self) -> str:
        """Return a link that signs its reader in to the pages."""
        env = self.processes["web"].env
        base = f"http://{LOOPBACK}:{env['PORT']}"
        done = subprocess.run(
            [sys.executable, "manage.py", "signin", "--base", base],
            cwd=CHECKOUT,
            env={**env, "GLEANER_PROCESS": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def kill(self, name: str, whole: bool) -> None:
        """Kill a process, with its children where `whole`; it is started again as a supervisor
        would."""
        self.expected.add(name)
        process: Process = self.processes[name]
        if whole:
            process.kill()
        else:
            os.kill(process.pid, 9)

    def end(self, name: str) -> None:
        """Ask a process to end; it is started again when it has."""
        self.expected.add(name)
        self.processes[name].terminate()
