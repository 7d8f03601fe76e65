"""When another version of the code began to work: told by the first of its workers, shown as a
mark in the chart.

A version is a digest of the code itself, so that nobody has to give it a number and none can be
forgotten.
"""

import hashlib
from functools import cache
from pathlib import Path

from django.db import connection, transaction

PARTS = ("myworld", "pipeline", "catalog", "requirements.lock")
TOP = Path(__file__).resolve().parents[3]
SHORT = 8  # hex digits
LOCK = 0x6465706C6F79  # "deploy": workers that start together tell it once

# Going back to an earlier version is a deploy, too.
RECORD_VERSION = """
INSERT INTO monitor_deploy (version, at) SELECT %(version)s,
    clock_timestamp()
WHERE (SELECT version FROM monitor_deploy
    ORDER BY id DESC LIMIT 1) IS DISTINCT FROM %(version)s
"""


@cache
def version() -> str:
    """Of the code that this process runs, as it lay there when it was first asked for."""
    digest = hashlib.sha256()
    for part in PARTS:
        place = TOP / part
        if place.is_dir():
            files = sorted(each for each in place.rglob("*") if each.is_file())
        else:
            files = [place]
        for file in files:
            if "__pycache__" not in file.parts and file.exists():
                digest.update(
                    f"{file.relative_to(TOP)}\0{file.stat().st_size}\0".encode()
                )
                digest.update(file.read_bytes())
    return digest.hexdigest()[:SHORT]


def record_version() -> None:
    """Record that this version works now, where the last one recorded is another. Raises the
    database's errors."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(RECORD_VERSION, {"version": version()})
