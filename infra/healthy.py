"""python -IS infra/healthy.py web|worker|beat|backup|database: status 0 if the process of this container
does its work.

web        answers, and finds database, broker and migrations in order (/readyz)
worker     is connected to the broker, and said within a minute that it can work (a file that it touches
           every five seconds: one that is stopped, or whose threads are, touches nothing)
beat       is connected to PostgreSQL, and likewise said that it looks at its schedule
backup     said within a minute that it waits or works
database   is connected to PostgreSQL

Standard library only, and little of it: this runs every few seconds in every container. Asking the
workers through Celery would cost each of them seconds of CPU a minute.
"""

import http.client
import os
import sys
import tempfile
import time
from pathlib import Path

ESTABLISHED = "01"
ALIVE_SECONDS = 60
TEMPORARY = Path(tempfile.gettempdir())
TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def connected(port: int, tables: tuple[Path, ...] = TABLES) -> bool:
    """Whether this container holds a connection to `port` of any host."""
    remote = f":{port:04X}"
    rows = [
        line.split()
        for table in tables
        if table.exists()
        for line in table.read_text().splitlines()[1:]
    ]
    return any(row[2].endswith(remote) and row[3] == ESTABLISHED for row in rows)


def alive(directory: Path = TEMPORARY) -> bool:
    """Whether the worker or beat of this container said lately that it can work."""
    touched = [file.stat().st_mtime for file in directory.glob("gleaner-*.alive")]
    return max(touched, default=0) > time.time() - ALIVE_SECONDS


def ready(port: int) -> bool:
    """Whether the pages of this container say that they can do their work."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def healthy(kind: str) -> bool:
    """Whether the process of this `kind` does its work."""
    if kind == "web":
        return ready(int(os.environ.get("PORT") or 8000))
    if kind == "worker":
        return connected(int(os.environ.get("BROKER_PORT") or 5672)) and alive()
    if kind == "backup":
        return alive()
    has_database = connected(int(os.environ.get("POSTGRES_PORT") or 5432))
    if kind == "beat":
        return has_database and alive()
    return has_database


if __name__ == "__main__":
    sys.exit(not healthy(sys.argv[1]))
