"""A server that processes side by side share.

The first of them has it started; it ends, with its data, after the last.
"""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.process import LocalError
from infra.local.stack import CHECKOUT, Stack

NAMED_BY = {"POSTGRES_HOST", "BROKER_HOST"}  # with these a stack starts no server


@contextmanager
def shared_server(name: str, root: Path) -> Iterator[dict[str, str]]:
    """Provide the environment that names the server of `root`: a postgres or a rabbitmq.

    Whoever uses it holds a lock, which the kernel gives back even for a killed process.
    Raises LocalError if the server does not start.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / "users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        yield _addresses(name, root)


def keep(name: str, root: Path) -> None:
    """Run the server of `root` until nobody uses it: print its environment once it answers."""
    env = {key: value for key, value in os.environ.items() if key not in NAMED_BY}
    stack = Stack(root / "stack", lasting=False, only=(name,), env=env)
    # The lock is held until the server is gone: who comes meanwhile waits and starts another.
    with (root / "users").open("w") as users, stack:
        print(json.dumps(stack.environment), flush=True)
        fcntl.flock(users, fcntl.LOCK_EX)
        (root / "addresses").unlink(missing_ok=True)


def _addresses(name: str, root: Path) -> dict[str, str]:
    """Return the environment of the server, which is started where it does not run yet."""
    addresses = root / "addresses"
    with (root / "starting").open("w") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        if not addresses.exists():
            addresses.write_text(_start(name, root))
        env: dict[str, str] = json.loads(addresses.read_text())
        return env


def _start(name: str, root: Path) -> str:
    """Start a process that keeps the server, and return what it prints."""
    log = root / "keeper.log"
    with log.open("wb") as errors:
        keeper = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "infra.local", "shared", name, str(root)],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    assert keeper.stdout is not None
    with keeper.stdout:
        printed = keeper.stdout.readline()
    if not printed:
        raise LocalError(f"the shared {name} did not start (log: {log})")
    keeper.returncode = (
        0  # it may outlive this process by design: no warning about that
    )
    return printed
