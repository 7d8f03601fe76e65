"""The database server under a directory, kept from one timing to the next.

Knows no Django: it comes before it.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.postgres import Postgres

FILES_IN_MEMORY = Path("/proc/sys/vm/drop_caches")
SERVER = {  # as on a machine of 8 GB, by docs/scaling.md
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "work_mem": "16MB",
    "random_page_cost": "1.1",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "max_parallel_maintenance_workers": "1",
    "jit": "off",
}


@contextmanager
def running(home: Path) -> Iterator[Postgres]:
    """Provide the database server of `home`; what it holds stays."""
    postgres = Postgres(home / "postgres", log=home / "postgres.log", durable=False)
    settings = postgres._settings()
    more = [
        part for name, value in SERVER.items() for part in ("-c", f"{name}={value}")
    ]
    postgres._settings = lambda: [*settings, *more]
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.stop()


def forget(postgres: Postgres) -> None:
    """Start the server anew with nothing in memory, nor in the memory that the system keeps of
    files. As root."""
    postgres.stop()
    os.sync()
    try:
        FILES_IN_MEMORY.write_text("3")
    except PermissionError:
        raise SystemExit(
            "error: only root can empty the memory of files: run it as root, or without --cold"
        ) from None
    postgres.start()


def kept(home: Path) -> dict[str, Any] | None:
    """Return what lies in `home`: sizes, and when it was made."""
    path = home / "made.json"
    if path.exists():
        return json.loads(path.read_text())
    return None


def point_django_at(postgres: Postgres) -> None:
    """Set the environment so that Django's settings name this server. Before they are read."""
    os.environ |= postgres.environment | {
        "GLEANER_ENV": os.devnull,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
