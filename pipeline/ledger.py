"""The journey's row, moved by one statement on entering a stage and one on leaving it.

    enter      a worker takes the journey in hand and learns all that its stage needs
    advance    the stage is done, the next one may begin
    end        the journey is over: state and reason
    try_later  this try came to nothing; another will follow
    stand_back somebody was killed with this journey in hand; it waits for a moment of its own

Each is harmless to repeat. `working` still set on entry means that the last worker never came back: it crashed.
"""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from psycopg2.extras import Json

from pipeline.database import execute
from pipeline.queues import STAGES

COLUMNS = """id, run_id, wave_id, url, key, said, state, stage, crashes, attempts, snapshot_id, draft,
    (SELECT r.state FROM pipeline_run r WHERE r.id = pipeline_journey.run_id),
    (SELECT r.parameters @> '{"preview": true}' FROM pipeline_run r WHERE r.id = pipeline_journey.run_id)"""

ENTER = f"""
UPDATE pipeline_journey SET crashes = crashes + held::int, working = true, touched = now()
FROM (SELECT id AS held_id, working AS held FROM pipeline_journey WHERE id = %(id)s FOR UPDATE) AS before
WHERE id = held_id AND state = 'pending' AND stage = %(stage)s
RETURNING {COLUMNS}, held
"""

LOOK = f"SELECT {COLUMNS}, false FROM pipeline_journey WHERE id = %(id)s"

LEAVE = """
    working = false, crashes = 0,
    timings = timings || jsonb_build_object(%(stage)s::text, %(seconds)s::float)
"""

ADVANCE = f"""
UPDATE pipeline_journey SET {LEAVE}, stage = %(next)s, queued = now(),
    snapshot_id = coalesce(%(snapshot)s, snapshot_id), bytes = coalesce(%(bytes)s, bytes), draft = %(draft)s
WHERE id = %(id)s AND state = 'pending' AND stage = %(stage)s
"""

END = f"""
UPDATE pipeline_journey SET {LEAVE}, state = %(state)s, reason = %(reason)s, detail = %(detail)s,
    article_id = coalesce(%(article)s, article_id), ended = now(), draft = NULL
WHERE id = %(id)s AND state = 'pending'
"""

TRY_LATER = """
UPDATE pipeline_journey SET working = false, crashes = 0, queued = now() + make_interval(secs => %(wait)s),
    attempts = attempts || %(attempt)s::jsonb
WHERE id = %(id)s AND state = 'pending' AND stage = %(stage)s
"""

STAND_BACK = """
UPDATE pipeline_journey SET working = false, queued = now() + make_interval(secs => %(wait)s),
    attempts = attempts || %(attempt)s::jsonb
WHERE id = %(id)s AND state = 'pending' AND stage = %(stage)s
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """A journey as a stage sees it. `in_hand` is false where it is over already or belongs to another stage."""

    id: int
    run: int
    wave: int | None
    url: str
    key: str
    said: dict[str, Any]
    state: str
    stage: str
    crashes: int
    attempts: list[Any]
    snapshot: int | None
    draft: dict[str, Any] | None
    run_state: str
    preview: bool  # the run shows what would change, and changes nothing
    crashed: bool  # its last worker never came back
    in_hand: bool

    @property
    def over(self) -> bool:
        return self.state != "pending"


VISIT = [field.name for field in fields(Visit)][:-1]
JSON_COLUMNS = {"said", "attempts", "draft"}


def enter(journey: int, stage: str) -> Visit | None:
    """Takes the journey in hand for `stage`; None where the journey is gone (its run was deleted)."""
    if rows := execute(ENTER, {"id": journey, "stage": stage}):
        return _visit(rows[0], in_hand=True)
    rows = execute(LOOK, {"id": journey})
    return _visit(rows[0], in_hand=False) if rows else None


def _visit(row: tuple[Any, ...], in_hand: bool) -> Visit:
    """Django hands jsonb over as text, so that is read here."""
    values = [
        json.loads(value) if name in JSON_COLUMNS and value else value for name, value in zip(VISIT, row, strict=True)
    ]
    return Visit(**dict(zip(VISIT, values, strict=True)), in_hand=in_hand)


def advance(
    visit: Visit, seconds: float, *, snapshot: int | None = None, size: int | None = None, draft: Any = None
) -> None:
    """The stage is done in `seconds`; the journey waits for the next one."""
    following = STAGES[STAGES.index(visit.stage) + 1]
    values = {"id": visit.id, "stage": visit.stage, "next": following, "seconds": round(seconds, 4)}
    execute(ADVANCE, {**values, "snapshot": snapshot, "bytes": size, "draft": Json(draft) if draft else None})


def end(
    visit: Visit, seconds: float, state: str, reason: str = "", detail: str = "", article: int | None = None
) -> None:
    """The journey is over. A journey that is over already stays as it ended."""
    values = {"id": visit.id, "stage": visit.stage, "seconds": round(seconds, 4), "state": state}
    execute(END, {**values, "reason": reason[:60], "detail": detail[:2000], "article": article})


def try_later(visit: Visit, reason: str, detail: str, wait: float, now: datetime) -> None:
    """This try came to nothing; another follows in `wait` seconds."""
    execute(TRY_LATER, _attempt(visit, reason, detail, wait, now))


def stand_back(visit: Visit, reason: str, detail: str, wait: float, now: datetime) -> None:
    """As try_later, but the crashes stay counted."""
    execute(STAND_BACK, _attempt(visit, reason, detail, wait, now))


def _attempt(visit: Visit, reason: str, detail: str, wait: float, now: datetime) -> dict[str, Any]:
    attempt = [[visit.stage, reason, detail[:300], now.isoformat(timespec="seconds")]]
    return {"id": visit.id, "stage": visit.stage, "wait": wait, "attempt": Json(attempt)}
