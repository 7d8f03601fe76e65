"""What PostgreSQL was asked during a run, read from its log: how often each kind of statement, by
whom, how long."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.bench.product import BENCH, Servers

MARK = "~bench~"
SETTINGS = {
    "log_min_duration_statement": "0",
    "log_statement_stats": "on",
    "log_line_prefix": f"'{MARK}%p|%a|'",
}
TIMED = re.compile(
    rf"{MARK}(\d+)\|([^|]*)\|LOG:  duration: ([\d.]+) ms  (?:statement|execute [^:]*): (.*)",
    re.DOTALL,
)
PREPARED = re.compile(
    rf"{MARK}(\d+)\|[^|]*\|DETAIL:  prepare: PREPARE \S+(?: \([^)]*\))? AS\s(.*)",
    re.DOTALL,
)
COST = re.compile(
    rf"{MARK}(\d+)\|[^|]*\|DETAIL:  ! system usage stats:\s*!\s*([\d.]+) s user, ([\d.]+) s system"
)
FRAME = re.compile(
    r"(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET\b|SHOW|DISCARD)", re.I
)
LITERALS = (
    (re.compile(r"E?'(?:[^'\\]|''|\\.)*'(?:::\w+)?", re.DOTALL), "?"),
    (re.compile(r"\b\d+(?:\.\d+)?\b"), "?"),
    (re.compile(r"\s+"), " "),
    (re.compile(r"ARRAY\[[^\]]*\]"), "?"),
    (
        re.compile(
            r"\(\s*(?:\?|true|false|NULL)(?:\s*,\s*(?:\?|true|false|NULL))*\s*\)"
        ),
        "(?)",
    ),
    (re.compile(r"\(\?\)(?:\s*,\s*\(\?\))+"), "(?)"),
)
Kind = tuple[str, str]
STAGES = ("discover", "fetch", "extract", "store", "summarise")


@dataclass
class Sent:
    """One statement, from its first line in the log to its last."""

    process: str
    statement: str
    milliseconds: float
    cpu: float = 0.0


@dataclass
class Statements:
    """Counts, milliseconds and milliseconds of CPU by (process, kind of statement)."""

    counts: Counter[Kind] = field(default_factory=Counter)
    times: defaultdict[Kind, float] = field(default_factory=lambda: defaultdict(float))
    cpu: defaultdict[Kind, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, sent: Sent) -> None:
        """Count a statement, but for our own."""
        if sent.process != BENCH:
            kind = sent.process, normalised(sent.statement)
            self.counts[kind] += 1
            self.times[kind] += sent.milliseconds
            self.cpu[kind] += sent.cpu

    def of_stages(self, frames: bool) -> int:
        """How many the stages' workers sent: real ones, or (`frames`) those that only frame
        transactions."""
        return sum(
            n
            for (process, kind), n in self.counts.items()
            if process in STAGES and bool(FRAME.match(kind)) == frames
        )

    def by_process(self) -> dict[str, int]:
        """How many each process sent, frames apart."""
        found: Counter[str] = Counter()
        for (process, kind), n in self.counts.items():
            found[process] += 0 if FRAME.match(kind) else n
        return dict(found.most_common())

    def figures(self, urls: int, most: int = 20) -> dict[str, Any]:
        """All a URL: statements of the stages, BEGIN and the like apart, by process, and the kinds
        that cost most."""
        top = sorted(self.counts.items(), key=lambda item: -self.cpu[item[0]])[:most]
        return {
            "urls": urls,
            "a_url": round(self.of_stages(False) / urls, 2),
            "frames_a_url": round(self.of_stages(True) / urls, 2),
            "cpu_ms_a_url": round(sum(self.cpu.values()) / urls, 2),
            "by_process": {
                name: round(n / urls, 2)
                for name, n in self.by_process().items()
                if n / urls >= 0.01
            },
            "top": [
                [
                    round(n / urls, 3),
                    round(self.cpu[kind] / urls, 3),
                    round(self.times[kind] / urls, 2),
                    kind[0],
                    kind[1][:120],
                ]
                for kind, n in top
            ],
        }


def normalised(statement: str) -> str:
    """Return the statement without its values."""
    for pattern, put in LITERALS:
        statement = pattern.sub(put, statement)
    return statement.strip()


def read(text: str) -> Statements:
    """Every statement of a piece of the server's log.

    More of it follows among the lines of other sessions: what a prepared one was prepared from, and
    what it cost.
    """
    found = Statements()
    last = dict[str, Sent]()
    for entry in re.split(rf"(?={MARK})", text):
        if line := TIMED.match(entry):
            last[line[1]] = Sent(line[2] or "-", line[4], float(line[3]))
        elif (line := PREPARED.match(entry)) and line[1] in last:
            last[line[1]].statement = line[2]
        elif (line := COST.match(entry)) and line[1] in last:
            last[line[1]].cpu = 1000 * (float(line[2]) + float(line[3]))
            found.add(last.pop(line[1]))
    return found


@contextmanager
def logged(servers: Servers) -> Iterator[Path]:
    """Have the server log every statement for the length of the block, into the file that this
    gives."""
    for name, value in SETTINGS.items():
        servers.sql(f"ALTER SYSTEM SET {name} = {value}")
    servers.sql("SELECT pg_reload_conf(), pg_sleep(0.3)")
    try:
        yield servers.stack.logs / "postgres.log"
    finally:
        for name in SETTINGS:
            servers.sql(f"ALTER SYSTEM RESET {name}")
        servers.sql("SELECT pg_reload_conf()")
