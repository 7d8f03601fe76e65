"""The whole product, running: every process of the Procfile on the tests' servers, with a database
of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from infra.local.blog import Blog
from infra.local.ports import LOOPBACK, free_port
from infra.local.processes import PROCFILE, Processes
from infra.local.stack import CHECKOUT
from tests.databases import cloned_database, connect
from tests.real_servers import RealServer
from tests.waiting import wait_until

CONSOLE = """
import contextlib, io, json, sys
import django
django.setup()
from django.db import close_old_connections
for line in sys.stdin:
    printed = io.StringIO()
    close_old_connections()
    with contextlib.redirect_stdout(printed):
        exec(json.loads(line), {})
    print(json.dumps(printed.getvalue()), flush=True)
"""

SIGN_IN = """
from django.core.management import call_command
call_command("signin", base="{base}")
"""
FORGET = """
from catalog.models import Article
from pipeline.models import Journey, SourceCacheEntry
for rows in (Journey, Article, SourceCacheEntry):
    rows.objects.all().delete()
"""


class Console:
    """A Python process of the product that runs one piece of code after another, each within
    milliseconds."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", CONSOLE],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str) -> str:
        """What the code prints."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the code raised what stands on stderr"
        return str(json.loads(answer))

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


@dataclass
class Servers:
    """What `Processes` asks of a stack: where the servers are, and where to write."""

    environment: dict[str, str]
    root: Path
    logs: Path = field(init=False)

    def __post_init__(self) -> None:
        self.logs = self.root / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)


@dataclass
class Product:
    """A running product, the blog that it may crawl, and ways to look at both."""

    url: str
    blog: Blog
    processes: Processes
    environment: dict[str, str]
    console: Console
    root: Path
    _connection: Any = None

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a statement, straight from the database.

        One connection serves until it is lost: a new one takes 7 ms of CPU, and whoever waits
        asks ten times a second.
        """
        if self._connection is not None:
            with suppress(psycopg2.OperationalError, psycopg2.InterfaceError):
                return self._rows(statement, values)
        self._connection = connect(self.environment, self.environment["POSTGRES_DB"])
        return self._rows(statement, values)

    def _rows(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    def close(self) -> None:
        """Leave the database."""
        if self._connection is not None:
            self._connection.close()

    def manage(self, *arguments: str) -> str:
        """What a management command prints on stdout; where it prints nothing there, what it
        complains of."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command,
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
        )
        return done.stdout or done.stderr

    def kill(self, name: str) -> None:
        """Kill one of the processes that were forked, with all that it started, as a crash would;
        the process that forked it starts it again."""
        group = psutil.Process(self.processes["together"].pid)
        [killed] = [each for each in group.children() if each.name() == name]
        for each in (killed, *killed.children(recursive=True)):
            each.kill()

    def forget(self) -> None:
        """Delete what was crawled, so that it is crawled anew."""
        self.console.run(FORGET)

    def sign_in_link(self, base: str = "") -> str:
        """A link that signs its reader in, below the address of the product or below `base`."""
        return self.console.run(SIGN_IN.format(base=base or self.url)).strip()

    def wait_for_end(self, run: int, seconds: float = 90) -> str:
        """The state in which a run ended."""
        ended = (
            "SELECT state FROM pipeline_run WHERE id = %s AND finished_at IS NOT NULL"
        )
        return str(
            wait_until(lambda: self.sql(ended, run), seconds, f"for run {run} to end")[
                0
            ][0]
        )

    def outcomes(self, run: int) -> dict[str, tuple[str, str]]:
        """Path -> (state, reason) of a run's journeys."""
        rows = self.sql(
            "SELECT url, state, reason FROM pipeline_journey WHERE run_id = %s", run
        )
        return {
            re.sub("https?://[^/]+", "", url): (state, reason)
            for url, state, reason in rows
        }


@contextmanager
def running(
    postgres: RealServer,
    rabbitmq: RealServer,
    root: Path,
    extra: Mapping[str, str] | None = None,
    procfile: Path = PROCFILE,
) -> Iterator[Product]:
    """Start the product and the sample blog; both end with the block."""
    given = {**os.environ, **postgres.environment, **rabbitmq.environment}
    with cloned_database(given, suffix=f"_{root.name}") as database:
        given |= {
            "GLEANER_ENV": os.devnull,
            "DJANGO_SETTINGS_MODULE": "myworld.settings",
            "POSTGRES_DB": database,
            "FETCH_HOST_DELAY": "0",
            "PORT": str(free_port()),
            "FETCH_ALLOWED_NETWORKS": f"{LOOPBACK}/32",
            **(extra or {}),
        }
        processes = Processes(Servers(given, root), procfile=procfile)  # type: ignore[arg-type]
        first = next(iter(processes.by_name.values()))
        environment = {**first.env, "GLEANER_PROCESS": ""}
        url = f"http://{LOOPBACK}:{given['PORT']}"
        with Blog() as blog, processes, closing(Console(environment)) as console:
            product = Product(url, blog, processes, environment, console, root)
            wait_until(lambda: ready(product), what="for the page to be ready")
            with closing(product):
                yield product


def ready(product: Product) -> bool:
    """Whether web, database and broker answer."""
    try:
        return urllib.request.urlopen(f"{product.url}/readyz", timeout=5).status == 200
    except OSError:
        product.processes.check()
        return False


CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--site-per-process",  # the shell, too, keeps sites apart, as the browser of a person does
]
# The shell is the same Chromium without windows and menus, which cost more than the pages do.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """The system's browser."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found, (
        "no Chromium: `make test` installs it with apt-get; elsewhere install it by hand"
    )
    return found
