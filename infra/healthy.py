"""python -IS infra/healthy.py web|worker|database: status 0 if the process of this container does
its work.

web        answers, and finds database, broker and migrations in order (/readyz)
worker     is connected to the broker, which hangs up on a worker whose heartbeats stop
database   is connected to PostgreSQL

Standard library only, and little of it: this runs every few seconds in every container. Asking the
workers through Celery would cost each of them seconds of CPU a minute.
"""

import http.client
import os
import sys
from pathlib import Path

ESTABLISHED = "01"
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
        return connected(int(os.environ.get("BROKER_PORT") or 5672))
    return connected(int(os.environ.get("POSTGRES_PORT") or 5432))


if __name__ == "__main__":
    sys.exit(not healthy(sys.argv[1]))
