"""What PostgreSQL does for the URLs of a run: its CPU by session, and by table the bytes of its log
and of its disk."""

import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from infra.local.postgres import binary
from tools.bench import usage
from tools.bench.product import Servers
from tools.bench.tables import table

KINDS = ("heap", "toast", "indexes")
SESSIONS = """SELECT pid, CASE WHEN backend_type = 'client backend' THEN application_name
ELSE backend_type END FROM pg_stat_activity WHERE pid <> pg_backend_pid()"""
# Every file of a table: its own, that of its long values, and their indexes.
FILES = """
WITH tables AS (
    SELECT oid, relname, reltoastrelid FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
), parts AS (
    SELECT oid, relname, 'heap' AS kind FROM tables
    UNION ALL SELECT reltoastrelid, relname, 'toast' FROM tables WHERE reltoastrelid <> 0
    UNION ALL SELECT i.indexrelid, relname, 'indexes' FROM tables JOIN pg_index i ON i.indrelid = oid
    UNION ALL SELECT i.indexrelid, relname, 'toast' FROM tables
        JOIN pg_index i ON i.indrelid = reltoastrelid
)
SELECT pg_relation_filenode(oid), relname, kind, pg_relation_size(oid) FROM parts
"""
RECORD = re.compile(r"rmgr: \S+\s+len \(rec/tot\):\s+\d+/\s*(\d+),")
RELATION = re.compile(r"\brel \d+/\d+/(\d+)")
FEWEST_BYTES = 100  # a URL in the log, of a table that is shown
FEWEST_ON_DISK = 1000
Bytes = dict[str, dict[str, int]]  # by table and kind


@dataclass
class Writes:
    """What was seen between two moments."""

    cpu_ms: Counter[str] = field(default_factory=Counter)
    log: Bytes = field(default_factory=dict)
    disk: Bytes = field(default_factory=dict)

    def figures(self, urls: int) -> dict[str, Any]:
        """All a URL; tables with hardly anything are left out."""
        tables = {
            name: [
                [round(of.get(name, {}).get(kind, 0) / urls) for kind in KINDS]
                for of in (self.log, self.disk)
            ]
            for name in {*self.log, *self.disk}
        }
        shown = sorted(tables.items(), key=lambda item: -sum(item[1][0]))
        return {
            "urls": urls,
            "cpu_ms": {
                name: round(ms / urls, 2)
                for name, ms in self.cpu_ms.most_common()
                if ms / urls >= 0.01
            },
            "tables": {
                name: of
                for name, of in shown
                if sum(of[0]) >= FEWEST_BYTES or sum(of[1]) >= FEWEST_ON_DISK
            },
        }


def shown(found: dict[str, Any]) -> str:
    """Return what PostgreSQL spent, by session, and wrote, by table."""
    if not (part := found.get("writes")):
        return "Not measured yet."
    spent = ", ".join(f"{name} {ms:g}" for name, ms in part["cpu_ms"].items())
    head = f"Milliseconds of CPU by session, in a whole run of {part['urls']}: {spent}."
    rows = [
        [f"`{name}`", *(f"{size:,}" for of in both for size in of)]
        for name, both in part["tables"].items()
    ]
    heads = ["bytes a URL", "log: rows", "long values", "indexes"]
    heads += ["disk: rows", "long values", "indexes"]
    return f"{head}\n\n{table(heads, rows)}"


@contextmanager
def watched(servers: Servers) -> Iterator[Writes]:
    """Give what PostgreSQL wrote and spent in the block, known when it ends."""
    seen = Writes()
    begin = servers.sql("SELECT pg_current_wal_lsn()")[0][0]
    before = _sessions(servers)
    yield seen
    end = servers.sql("SELECT pg_current_wal_lsn()")[0][0]
    for pid, (name, milliseconds) in _sessions(servers).items():
        seen.cpu_ms[name] += milliseconds - before.get(pid, ("", 0.0))[1]
    files = servers.sql(FILES)
    owners = {number: (table, kind) for number, table, kind, _ in files}
    seen.log = by_table(_records(servers, begin, end), owners)
    seen.disk = _summed((table, kind, size) for _, table, kind, size in files)


def by_table(lines: Iterator[str], owners: dict[int, tuple[str, str]]) -> Bytes:
    """Sum up the records of pg_waldump by the table whose file each begins with."""
    return _summed(
        (*owners.get(int(relation[1]), ("other", "heap")), int(record[1]))
        for line in lines
        if (record := RECORD.match(line)) and (relation := RELATION.search(line))
    )


def _summed(parts: Iterator[tuple[str, str, int]]) -> Bytes:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, kind, size in parts:
        if name.startswith("monitor_logevent"):
            name = "monitor_logevent"
        found[name][kind] += size
    return {name: dict(kinds) for name, kinds in found.items()}


def _sessions(servers: Servers) -> dict[int, tuple[str, float]]:
    """Return the name of each session and the milliseconds of CPU it has had so far."""
    return {
        pid: (name, 1000 * usage.cpu(pid)) for pid, name in servers.sql(SESSIONS) if pid
    }


def _records(servers: Servers, begin: str, end: str) -> Iterator[str]:
    assert servers.stack.postgres
    folder = servers.stack.postgres.data / "pg_wal"
    command = [binary("pg_waldump"), "--path", folder, "--start", begin, "--end", end]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as dump:
        assert dump.stdout
        yield from dump.stdout
