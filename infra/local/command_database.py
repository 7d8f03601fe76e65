"""This checkout's database, for the length of one command where the stack is down."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.process import LocalError
from infra.local.stack import HOME, Stack, lock_directory, running_addresses


@contextmanager
def local_database(base: Path = HOME) -> Iterator[dict[str, str]]:
    """Yield the environment that names the database; start the server first where it is down.

    Raises LocalError where there is no database yet, or where the stack is just starting or
    stopping.
    """
    if running := running_addresses(base):
        yield running
        return
    if not (base / "postgres" / "data" / "PG_VERSION").exists():
        raise LocalError(
            "there is no database yet: `make run` or `gleaner up` makes one"
        )
    with lock_directory(base), Stack(base, only=("postgres",)) as stack:
        yield stack.environment
