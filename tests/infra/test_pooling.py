"""The product through pgbouncer in transaction mode, as infra/compose.pooled.yml lays it between.

Needs pgbouncer, which `make test` unpacks where it can be had.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest

from infra.local.ports import LOOPBACK, answers, free_port
from infra.local.postgres import _demoted
from infra.local.processes import PROCFILE_TOGETHER
from infra.local.stack import CHECKOUT
from tests.product import Product, running
from tests.real_servers import RealServer
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(not shutil.which("pgbouncer"), reason="no pgbouncer")
TOOLS = CHECKOUT / ".local" / "tools"
POOL = 4  # connections to PostgreSQL, for everything


@contextmanager
def pool(postgres: RealServer, home: Path) -> Iterator[int]:
    """A pgbouncer in front of these tests' PostgreSQL, with the product's own configuration; gives
    its port."""
    server, port = postgres.environment, free_port()
    text = (CHECKOUT / "infra/pgbouncer/pgbouncer.ini").read_text()
    here = {
        r"host=\S+ port=\d+": f"host={server['POSTGRES_HOST']} port={server['POSTGRES_PORT']}",
        r"listen_addr = \S+": f"listen_addr = {LOOPBACK}",
        r"listen_port = \d+": f"listen_port = {port}",
        r"auth_file = \S+": f"auth_file = {home}/users",
        r"default_pool_size = \d+": f"default_pool_size = {POOL}\nstats_users = {server['POSTGRES_USER']}",
    }
    for old, new in here.items():
        text, found = re.subn(rf"(?m){old}", new, text)
        assert found == 1, old
    (home / "pgbouncer.ini").write_text(text)
    (home / "users").write_text(
        f'"{server["POSTGRES_USER"]}" "{server["POSTGRES_PASSWORD"]}"\n'
    )
    libraries = ":".join(map(str, TOOLS.glob("usr/lib/*")))
    with (home / "pgbouncer.log").open("w") as log:
        process = subprocess.Popen(
            [*_demoted(), "pgbouncer", str(home / "pgbouncer.ini")],
            env={**os.environ, "LD_LIBRARY_PATH": libraries},
            stderr=log,
        )
        try:
            wait_until(
                lambda: answers(LOOPBACK, port),
                what=f"for pgbouncer (log: {home}/pgbouncer.log)",
            )
            yield port
        finally:
            process.terminate()
            process.wait(600)


@pytest.fixture(scope="module")
def product(
    postgres: RealServer, rabbitmq: RealServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    home = tmp_path_factory.mktemp("pooled")
    with (
        pool(postgres, home) as port,
        running(
            postgres,
            rabbitmq,
            home,
            {"POSTGRES_PORT": str(port), "DATABASE_POOLED": "true"},
            PROCFILE_TOGETHER,
        ) as product,
    ):
        yield product


def shown(product: Product, what: str) -> list[dict[str, object]]:
    """What pgbouncer says of itself."""
    env = product.environment
    connection = psycopg2.connect(
        host=env["POSTGRES_HOST"],
        port=env["POSTGRES_PORT"],
        user=env["POSTGRES_USER"],
        password=env["POSTGRES_PASSWORD"],
        dbname="pgbouncer",
    )
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SHOW {what}")
            names = [column.name for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    finally:
        connection.close()


@pytest.mark.broker
def test_a_run_ends_and_adds_up_on_fewer_connections_than_there_are_workers(
    product: Product,
) -> None:
    most, over = {"clients": 0, "servers": 0}, threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            for kind in most:
                own = [
                    row
                    for row in shown(product, kind.upper())
                    if row["database"] == product.environment["POSTGRES_DB"]
                ]
                most[kind] = max(most[kind], len(own))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        printed = product.manage("crawl", product.blog.url, "--json")
    finally:
        over.set()
        watcher.join()
    states = dict(
        product.sql("SELECT state, count(*) FROM pipeline_journey GROUP BY 1")
    )
    assert states.get("stored", 0) > 20, printed
    assert "pending" not in states
    assert most["servers"] <= POOL < most["clients"], most
    stored = product.sql("SELECT count(*) FROM catalog_article")[0][0]
    assert len(product.manage("export", "--format", "jsonl").splitlines()) == stored, (
        "a cursor does not outlive its transaction"
    )
    events = "SELECT count(DISTINCT process) FROM monitor_logevent"
    assert wait_until(
        lambda: product.sql(events)[0][0] >= 4, what="for the logs of four processes"
    )


def test_a_statement_that_takes_too_long_is_ended_by_the_pool_instead(
    product: Product,
) -> None:
    assert product.sql("SHOW statement_timeout") == [("1min",)]


def test_without_the_setting_a_worker_is_told_at_once_that_it_cannot_connect(
    product: Product,
) -> None:
    code = "import django; django.setup(); from django.db import connection; connection.ensure_connection()"
    env = {
        **product.environment,
        "DATABASE_POOLED": "false",
        "GLEANER_PROCESS": "fetch",
        "LOG_TO_DATABASE": "0",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
    )
    assert "unsupported startup parameter: options" in done.stderr
