"""A PostgreSQL for repeated test runs: it outlives the command that asked for it.

It stops itself when nobody has been connected for a while.
"""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg2

from infra.local.ports import LOOPBACK, answers
from infra.local.postgres import Postgres
from infra.local.process import LocalError
from infra.local.stack import CHECKOUT

ROOT = CHECKOUT / ".local" / "test"
START_TIMEOUT_SECONDS = 60.0
IDLE_SECONDS = 30 * 60.0
CHECK_INTERVAL_SECONDS = 20.0
CLIENTS = """
SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'
    AND pid <> pg_backend_pid()
"""


def lasting_postgres(root: Path = ROOT) -> dict[str, str]:
    """Return the environment that names the lasting server; start it first where it is down.

    Raises LocalError if it does not start.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / "starting").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (env := _running(root)):
            env = _launch(root)
    return env


def serve(root: Path = ROOT, idle_seconds: float = IDLE_SECONDS) -> None:
    """Run the server until nobody has been connected to it for `idle_seconds`."""
    server = Postgres(root / "postgres", log=root / "postgres.log", durable=False)
    try:
        server.start()
        _write(root, server)
        _wait_until_idle(server, idle_seconds)
    finally:
        (root / "env").unlink(missing_ok=True)
        server.stop()


def _running(root: Path) -> dict[str, str]:
    """Return the addresses of the server if it answers, else nothing."""
    try:
        lines = (root / "env").read_text().splitlines()
    except FileNotFoundError:
        return {}
    env = dict(line.split("=", 1) for line in lines)
    if not answers(LOOPBACK, int(env["POSTGRES_PORT"])):
        return {}
    return env


def _launch(root: Path) -> dict[str, str]:
    (root / "env").unlink(missing_ok=True)
    log = root / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "infra.local", "lasting-postgres", str(root)],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if env := _running(root):
            process.returncode = (
                0  # it outlives this process by design: no warning about that at exit
            )
            return env
        time.sleep(0.05)
    raise LocalError(f"the PostgreSQL for tests did not start (log: {log})")


def _write(root: Path, server: Postgres) -> None:
    """Write the addresses in one step: a reader finds all of them or none."""
    part = root / "env.part"
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.writelines(
            f"{name}={value}\n" for name, value in server.environment.items()
        )
    part.replace(root / "env")


def _wait_until_idle(server: Postgres, idle_seconds: float) -> None:
    last_used_at = time.monotonic()
    while server.process.alive and server.home.exists():
        if _clients(server):
            last_used_at = time.monotonic()
        if time.monotonic() - last_used_at >= idle_seconds:
            return
        time.sleep(min(CHECK_INTERVAL_SECONDS, idle_seconds))


def _clients(server: Postgres) -> int:
    """Count who is connected beside us."""
    try:
        connection = psycopg2.connect(
            host=LOOPBACK,
            port=server.port,
            user=server.environment["POSTGRES_USER"],
            password=server.password,
            dbname="postgres",
            connect_timeout=5,
        )
    except psycopg2.OperationalError:
        return 0
    with connection, connection.cursor() as cursor:
        cursor.execute(CLIENTS)
        (number,) = cursor.fetchone() or (0,)
    connection.close()
    return int(number)
