"""PostgreSQL and RabbitMQ together: private ones, or those that the environment names."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from infra.local.ports import answers
from infra.local.postgres import Postgres
from infra.local.process import LocalError
from infra.local.rabbitmq import RabbitMQ
from infra.local.secrets import secret

CHECKOUT = Path(__file__).parents[2]
HOME = Path(os.environ.get("GLEANER_HOME") or CHECKOUT / ".local")  # data and logs
# the log of PostgreSQL, the limit at which RabbitMQ stops, and some data
MIN_FREE_BYTES = 500_000_000
Report = Callable[[str], None]


class Stack:
    """The servers that the application needs, for the length of a `with` block.

    A server whose POSTGRES_HOST or BROKER_HOST is in `env` is only looked at, never started or
    stopped; of the others `only` says which are wanted, and `small` that they have little memory.
    Data, secrets, logs/ and env (the
    addresses, KEY=VALUE) are in `root`. `lasting=False` is for tests: no waiting for the disk, and
    nothing is left of `root` afterwards.
    """

    def __init__(
        self,
        root: Path,
        *,
        lasting: bool = True,
        only: tuple[str, ...] = ("postgres", "rabbitmq"),
        report: Report = lambda line: None,
        env: Mapping[str, str] = os.environ,
        small: bool = False,
    ) -> None:
        self.root = root
        self.lasting = lasting
        self.small = small
        self.report = report
        self._env = env
        self._settings: dict[str, str] = {}
        self.logs = root / "logs"
        self.postgres: Postgres | None = None
        self.rabbitmq: RabbitMQ | None = None
        self._makers: list[Callable[[], str]] = []
        self._add(only, "postgres", "POSTGRES", "5432", self._start_postgres)
        self._add(only, "rabbitmq", "BROKER", "5672", self._start_rabbitmq)

    def _add(
        self,
        only: tuple[str, ...],
        name: str,
        prefix: str,
        port: str,
        start: Callable[[], str],
    ) -> None:
        host = self._env.get(f"{prefix}_HOST")
        if name in only:
            address = host or "", int(self._env.get(f"{prefix}_PORT") or port)
            self._makers.append(
                (lambda: _look_at(name, prefix, *address)) if host else start
            )

    @property
    def environment(self) -> dict[str, str]:
        """What the started servers add to the environment: the application's names for their
        addresses."""
        added = {
            "GLEANER_ENV": str(self.root / "env"),
            "SECRET_KEY": self._env.get("SECRET_KEY")
            or secret(self.root / "secret-key"),
        }
        for server in (self.postgres, self.rabbitmq):
            added |= server.environment if server else {}
        return added | self._settings

    def tell(self, settings: Mapping[str, str]) -> None:
        """Give settings of this run to its processes, and to commands from another terminal."""
        self._settings |= settings
        self._write_addresses()

    @property
    def servers(self) -> list[Postgres | RabbitMQ]:
        """Those that were started here."""
        return [server for server in (self.postgres, self.rabbitmq) if server]

    def start(self) -> None:
        """Start what is missing, side by side, and return when all of it answers.

        Raises LocalError.
        """
        check_disk(self.root)
        self.logs.mkdir(parents=True, exist_ok=True)
        self._remove_logs()
        with ThreadPoolExecutor() as pool:
            futures = [pool.submit(maker) for maker in self._makers]
            try:
                for future in as_completed(futures):
                    self.report(future.result())
            except BaseException:
                self._each(
                    lambda server: server.kill()
                )  # so that the other thread stops waiting for its server
                raise
        self._write_addresses()

    def _remove_logs(self) -> None:
        """Begin new logs, but leave those of the last run where only one server is started for a
        command."""
        names = "*.log" if len(self._makers) > 1 else "postgres.log"
        for log in self.logs.glob(names):
            log.unlink()

    def stop(self) -> None:
        """Stop what was started."""
        (self.root / "env").unlink(missing_ok=True)
        if self.lasting:
            with ThreadPoolExecutor() as pool:
                self._each(lambda server: pool.submit(server.stop))
        else:
            self._each(lambda server: server.kill())
            shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _each(self, act: Callable[[Postgres | RabbitMQ], object]) -> None:
        for server in (self.rabbitmq, self.postgres):
            if server:
                act(server)

    def _start_postgres(self) -> str:
        began = time.monotonic()
        self.postgres = Postgres(
            self.root / "postgres",
            log=self.logs / "postgres.log",
            durable=self.lasting,
            small=self.small,
        )
        self.postgres.start()
        return f"PostgreSQL on 127.0.0.1:{self.postgres.port} ({time.monotonic() - began:.1f} s)"

    def _start_rabbitmq(self) -> str:
        began = time.monotonic()
        self.rabbitmq = RabbitMQ(
            self.root / "rabbitmq",
            log=self.logs / "rabbitmq.log",
            durable=self.lasting,
            small=self.small,
        )
        self.rabbitmq.start()
        return f"RabbitMQ on 127.0.0.1:{self.rabbitmq.port} ({time.monotonic() - began:.1f} s)"

    def _write_addresses(self) -> None:
        path = self.root / "env"
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.writelines(
                f"{name}={value}\n" for name, value in self.environment.items()
            )


def check_disk(root: Path, needed_bytes: int = MIN_FREE_BYTES) -> None:
    """Raise LocalError where the disk of `root` has too little room for the servers."""
    root.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(root).free
    if free < needed_bytes:
        raise LocalError(
            f"only {free / 1e6:,.0f} MB are free on the disk of {root}; "
            f"PostgreSQL and RabbitMQ need {needed_bytes / 1e6:,.0f} MB"
        )


def _look_at(name: str, prefix: str, host: str, port: int) -> str:
    if not answers(host, port):
        raise LocalError(
            f"{prefix}_HOST and {prefix}_PORT name {host}:{port}, but no {name} answers there"
        )
    return f"{name} on {host}:{port}, named by {prefix}_HOST"


@contextmanager
def own_directory(base: Path = HOME) -> Iterator[Path]:
    """Provide a directory for a stack that nobody else uses now: `base`, or `base`/run-N beside a
    running one."""
    for number in count():
        root = base / f"run-{number}" if number else base
        with _lock(root) as is_ours:
            if is_ours:
                yield root
                return


@contextmanager
def lock_directory(root: Path) -> Iterator[None]:
    """Keep other stacks out of `root`. Raises LocalError where one is in it."""
    with _lock(root) as is_ours:
        if not is_ours:
            raise LocalError(
                "the local stack is just starting or stopping: try again in a moment"
            )
        yield


@contextmanager
def _lock(root: Path) -> Iterator[bool]:
    """Whether the directory is ours for the length of the block."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def running_addresses(base: Path = HOME) -> dict[str, str]:
    """Return the environment of this checkout's running stack, or nothing where none runs."""
    path = base / "env"
    if not path.exists():
        return {}
    return dict(line.split("=", 1) for line in path.read_text().splitlines())
