"""Everything that lasts, in one file and back: the database.

The queues hold only ids of its rows, and the reconciler sends again what a restored database says
is due.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.local.command_database import local_database
from infra.local.postgres import binary
from infra.local.process import LocalError
from infra.local.stack import running_addresses

# pg_restore's own --clean cannot drop a table of partitions, nor what a newer version has added. As
# initdb makes it:
EMPTY = """SET client_min_messages = warning; DROP SCHEMA public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner; GRANT USAGE ON SCHEMA public TO PUBLIC"""


def dump(env: Mapping[str, str], file: Path) -> None:
    """Write the database that `env` names to `file`, which is there in full or not at all.

    Raises LocalError.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        _run(
            env,
            "pg_dump",
            "--format=custom",
            "--no-unlogged-table-data",
            f"--file={part}",
        )
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def load(env: Mapping[str, str], file: Path) -> None:
    """Put the database that `env` names back to what `file` holds, in one transaction.

    Raises LocalError.
    """
    if not file.is_file():
        raise LocalError(f"there is no backup {file}")
    with TemporaryDirectory(dir=file.parent) as directory:
        script = f"{directory}/restore.sql"
        _run(env, "pg_restore", "--no-owner", f"--file={script}", str(file))
        _run(
            env,
            "psql",
            "-qX",
            "--single-transaction",
            "-vON_ERROR_STOP=1",
            f"--command={EMPTY}",
            f"--file={script}",
        )


@contextmanager
def database(*, alone: bool) -> Iterator[dict[str, str]]:
    """Provide the environment that names this checkout's database, which is started for the while
    where it is down.

    With `alone` a running product is refused: its workers would write into what is being put back.
    """
    if alone and running_addresses():
        raise LocalError("the product is running: stop it first")
    with local_database() as address:
        yield {**os.environ, **address}


def _run(env: Mapping[str, str], program: str, *arguments: str) -> None:
    place = {
        "PGHOST": env.get("POSTGRES_HOST", "127.0.0.1"),
        "PGPORT": env.get("POSTGRES_PORT", "5432"),
        "PGUSER": env.get("POSTGRES_USER", "gleaner"),
        "PGPASSWORD": env.get("POSTGRES_PASSWORD", ""),
        "PGDATABASE": env.get("POSTGRES_DB", "gleaner"),
    }
    command = [str(binary(program)), *arguments]
    done = subprocess.run(command, env={**env, **place}, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise LocalError(
            f"{program} failed: {(done.stderr.strip() or 'no reason given').splitlines()[-1]}"
        )
