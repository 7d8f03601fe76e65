"""The journey's row, moved by one statement on entering a stage and one on leaving it.

    enter      a worker takes the journey in hand and learns all that its stage needs
    advance    the stage is done, the next one may begin
    end        the journey is over: state and reason
    try_later  this try came to nothing; another will follow
    stand_back somebody was killed with this journey in hand; it waits for a moment of its own

Each is harmless to repeat. `in_progress` still set on entry means that the last worker never came back: it crashed.
A stage's own SQL rides along, so that a stage costs two statements and is done whole or not at all: what it brings
on entering (a query on `held`, the journey's row), what it keeps (`PendingWrite`) on leaving.
"""

import json
import time
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache
from typing import Any

from psycopg2.extras import Json

from pipeline.broker.queues import STAGES
from pipeline.core.database import execute

COLUMNS = """id, run_id, batch_id, url, key, source_metadata, state, stage, crash_count, attempts, snapshot_id, draft,
    (SELECT r.state FROM pipeline_run r WHERE r.id = run_id),
    (SELECT r.parameters->>'preview' IS NOT DISTINCT FROM 'true' FROM pipeline_run r WHERE r.id = run_id)"""

# IS TRUE: by the index of states, which PostgreSQL would sometimes choose, it would read all that wait for the stage.
# Entering does not wait for the disk: all that a crash of PostgreSQL takes with it is a mark that the next entry sets.
ENTER = f"""
UPDATE pipeline_journey SET crash_count = crash_count + crashed::int, in_progress = true, claimed_at = now()
FROM (
    SELECT id AS held_id, in_progress AS crashed, run_id AS held_run, key AS held_key, snapshot_id AS held_snapshot,
        draft AS held_draft, set_config('synchronous_commit', 'off', true)
    FROM pipeline_journey WHERE id = %(id)s AND (state = 'pending' AND stage = %(stage)s) IS TRUE FOR UPDATE
) AS held {{input_query}}
WHERE id = held_id
RETURNING {COLUMNS}, crashed {{brought}}
"""

LOOK = f"SELECT {COLUMNS}, false FROM pipeline_journey WHERE id = %(id)s"

LEAVE = """
    in_progress = false, crash_count = 0,
    timings = timings || jsonb_build_object(%(stage)s::text,
        %(seconds)s + round(extract(epoch FROM clock_timestamp() - statement_timestamp()), 4))
"""

ADVANCE = f"""
UPDATE pipeline_journey SET {LEAVE}, stage = %(next)s, queued_at = now(),
    snapshot_id = coalesce({{kept}}, snapshot_id), bytes = coalesce(%(bytes)s, bytes), draft = %(draft)s
WHERE id = %(id)s AND (state = 'pending' AND stage = %(stage)s) IS TRUE
"""

END = f"""
UPDATE pipeline_journey SET {LEAVE}, state = %(state)s, reason = %(reason)s, detail = %(detail)s,
    article_id = coalesce(%(article)s, article_id), ended_at = now(), draft = NULL
WHERE id = %(id)s AND (state = 'pending') IS TRUE
"""

END_STORED = f"""
UPDATE pipeline_journey SET {LEAVE}, state = 'stored', reason = '', detail = %(detail)s,
    article_id = kept.id, ended_at = now(), draft = NULL
FROM kept WHERE pipeline_journey.id = %(id)s
RETURNING kept.id
"""

TRY_LATER = """
UPDATE pipeline_journey SET in_progress = false, crash_count = 0, queued_at = now() + make_interval(secs => %(wait)s),
    attempts = attempts || %(attempt)s::jsonb
WHERE id = %(id)s AND (state = 'pending' AND stage = %(stage)s) IS TRUE
"""

STAND_BACK = """
UPDATE pipeline_journey SET in_progress = false, queued_at = now() + make_interval(secs => %(wait)s),
    attempts = attempts || %(attempt)s::jsonb
WHERE id = %(id)s AND (state = 'pending' AND stage = %(stage)s) IS TRUE
"""


@dataclass(frozen=True, slots=True)
class PendingWrite:
    """What a stage keeps, in the statement that ends it: SQL for a WITH that ends in `kept`, and its values."""

    sql: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Visit:
    """A journey as a stage sees it. `in_progress` is false where it is over already or belongs to another stage."""

    id: int
    run: int
    batch: int | None
    url: str
    key: str
    source_metadata: dict[str, Any]
    state: str
    stage: str
    crash_count: int
    attempts: list[Any]
    snapshot: int | None
    draft: bytes | None  # packed (wire.py)
    run_state: str
    preview: bool  # the run shows what would change, and changes nothing
    crashed: bool  # its last worker never came back
    in_progress: bool
    brought: tuple[Any, ...] = ()  # the row of what the stage brings
    began: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        return self.state != "pending"

    @property
    def seconds(self) -> float:
        """How long the stage has had it in hand."""
        return round(time.monotonic() - self.began, 4)


VISIT = [field.name for field in fields(Visit)][
    : [field.name for field in fields(Visit)].index("in_progress")
]
JSON_COLUMNS = {"source_metadata", "attempts"}


def enter(journey: int, stage: str, input_query: str = "") -> Visit | None:
    """Takes the journey in hand for `stage`; None where the journey is gone (its run was deleted)."""
    if rows := execute(_entering(input_query), {"id": journey, "stage": stage}):
        return _visit(rows[0], in_progress=True)
    rows = execute(LOOK, {"id": journey})
    if rows:
        return _visit(rows[0], in_progress=False)
    return None


@cache
def _entering(input_query: str) -> str:
    if input_query:
        join = f"LEFT JOIN LATERAL ({input_query}) AS brought ON true"
    else:
        join = ""
    return ENTER.format(input_query=join, brought=", brought.*" if input_query else "")


def _visit(row: tuple[Any, ...], in_progress: bool) -> Visit:
    """Django hands jsonb over as text, so that is read here."""
    own = row[: len(VISIT)]
    brought = row[len(VISIT) :]
    values = {
        name: json.loads(value) if name in JSON_COLUMNS and value else value
        for name, value in zip(VISIT, own, strict=True)
    }
    return Visit(**values, in_progress=in_progress, brought=brought)


def advance(
    visit: Visit,
    *,
    size: int | None = None,
    draft: bytes | None = None,
    keeping: PendingWrite | None = None,
) -> None:
    """The stage is done; the journey waits for the next one."""
    following = STAGES[STAGES.index(visit.stage) + 1]
    values = {"id": visit.id, "stage": visit.stage, "next": following, "seconds": visit.seconds}
    values |= {"bytes": size, "draft": draft}
    if keeping:
        execute(
            keeping.sql + ADVANCE.format(kept="(SELECT id FROM kept)"), {**keeping.values, **values}
        )
    else:
        execute(ADVANCE.format(kept="NULL"), values)


def end(
    visit: Visit, state: str, reason: str = "", detail: str = "", article: int | None = None
) -> None:
    """The journey is over. A journey that is over already stays as it ended."""
    values = {"id": visit.id, "stage": visit.stage, "seconds": visit.seconds, "state": state}
    execute(END, {**values, "reason": reason[:60], "detail": detail[:2000], "article": article})


def end_stored(visit: Visit, detail: str, keeping: PendingWrite) -> int | None:
    """The article that was kept, with the journey over; None where nothing was kept, and so nothing has changed."""
    values = {"id": visit.id, "stage": visit.stage, "seconds": visit.seconds, "detail": detail}
    rows = execute(keeping.sql + END_STORED, {**keeping.values, **values})
    if rows:
        return rows[0][0]
    return None


def try_later(visit: Visit, reason: str, detail: str, wait: float, now: datetime) -> None:
    """This try came to nothing; another follows in `wait` seconds."""
    execute(TRY_LATER, _attempt(visit, reason, detail, wait, now))


def stand_back(visit: Visit, reason: str, detail: str, wait: float, now: datetime) -> None:
    """As try_later, but the crashes stay counted."""
    execute(STAND_BACK, _attempt(visit, reason, detail, wait, now))


def _attempt(visit: Visit, reason: str, detail: str, wait: float, now: datetime) -> dict[str, Any]:
    attempt = [[visit.stage, reason, detail[:300], now.isoformat(timespec="seconds")]]
    return {"id": visit.id, "stage": visit.stage, "wait": wait, "attempt": Json(attempt)}
