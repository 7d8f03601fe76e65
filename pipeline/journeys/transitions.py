"""The journey's row, moved by one statement on starting a stage and one on leaving it.

    start_stage           a worker claims the journey and reads all that its stage needs
    complete_stage        the stage is done, the next one may begin
    finish                the journey is over: state and reason
    schedule_retry        this attempt failed; another will follow
    back_off_after_crash  its worker was killed; it waits for a moment of its own
    send_back             its draft is gone; it is extracted again

Each is harmless to repeat. `in_progress` still set at the start means that the last worker never
came back: it crashed. A stage's own SQL rides along, so that a stage costs two statements and is
done whole or not at all: its `input_query` at the start (on `held`, the journey's row), its
`PendingWrite` at the end.
"""

import json
import time
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import InterfaceError, OperationalError, connection
from psycopg2.extras import Json

from pipeline.core.database import execute
from pipeline.core.stages import STAGES

MAX_REASON_LENGTH = 60
MAX_DETAIL_LENGTH = 2000
MAX_ATTEMPT_LENGTH = 300  # of an attempt's detail

COLUMNS = """id, run_id, batch_id, url, key, source_metadata, state, stage, crash_count, attempts, snapshot_id,
    (SELECT data FROM pipeline_journeydraft WHERE journey_id = id AND stage = 'store'), override,
    (SELECT r.state FROM pipeline_run r WHERE r.id = run_id),
    (SELECT r.parameters->>'preview' IS NOT DISTINCT FROM 'true' FROM pipeline_run r WHERE r.id = run_id)"""

# IS TRUE: by the index of states, which PostgreSQL would sometimes choose, it would read all that
# wait for the stage. Entering does not wait for the disk: all that a crash of PostgreSQL takes with
# it is a mark that the next entry sets.
START = f"""
UPDATE pipeline_journey SET crash_count = crash_count + crashed::int, in_progress = true,
    claimed_at = now()
FROM (
    SELECT id AS held_id, in_progress AS crashed, run_id AS held_run, key AS held_key,
        snapshot_id AS held_snapshot, set_config('synchronous_commit', 'off', true)
    FROM pipeline_journey WHERE id = %(id)s
        AND (state = 'pending' AND stage = %(stage)s) IS TRUE FOR UPDATE
) AS held {{input_query}}
WHERE id = held_id
RETURNING {COLUMNS}, crashed {{input}}
"""

READ = f"SELECT {COLUMNS}, false FROM pipeline_journey WHERE id = %(id)s"

LEAVE = """
    in_progress = false, crash_count = 0,
    timings = timings || jsonb_build_object(%(stage)s::text,
        %(seconds)s + round(extract(epoch FROM clock_timestamp() - statement_timestamp()), 4))
"""

COMPLETE = f"""
UPDATE pipeline_journey SET {LEAVE}, stage = %(next)s, queued_at = now(),
    snapshot_id = coalesce({{kept}}, snapshot_id), bytes = coalesce(%(bytes)s, bytes)
WHERE id = %(id)s AND (state = 'pending' AND stage = %(stage)s) IS TRUE
"""

COMPLETE_WITH_DRAFT = f"""
WITH left_stage AS ({COMPLETE.format(kept="NULL")} RETURNING id)
INSERT INTO pipeline_journeydraft (journey_id, data) SELECT id, %(draft)s FROM left_stage
ON CONFLICT (journey_id) DO UPDATE SET data = excluded.data
"""

FINISH = f"""
WITH spent AS (DELETE FROM pipeline_journeydraft WHERE journey_id = %(id)s)
UPDATE pipeline_journey SET {LEAVE}, state = %(state)s, reason = %(reason)s, detail = %(detail)s,
    article_id = coalesce(%(article)s, article_id), ended_at = now()
WHERE id = %(id)s AND (state = 'pending') IS TRUE
"""

# Most journeys end so, and are counted in their batch's chord at once (broker/chords.py counts the
# others). The chord's row comes last: who stores another URL of the batch waits for its lock.
FINISH_STORED = f"""
, spent AS (DELETE FROM pipeline_journeydraft USING kept WHERE journey_id = %(id)s)
, ended AS (
    UPDATE pipeline_journey SET {LEAVE}, state = 'stored', reason = '', detail = %(detail)s,
        article_id = kept.id, ended_at = now()
    FROM kept WHERE pipeline_journey.id = %(id)s
    RETURNING kept.id AS article
), part AS (
    INSERT INTO pipeline_chordpart (group_id, task_id)
    SELECT %(group)s::text, %(task)s::text FROM ended WHERE %(group)s::text <> ''
    ON CONFLICT DO NOTHING RETURNING group_id
), counted AS (
    UPDATE pipeline_chord SET done = done + 1 FROM part
    WHERE pipeline_chord.group_id = part.group_id AND fired_at IS NULL
    RETURNING done, size
)
SELECT article, done, size FROM ended LEFT JOIN counted ON true
"""

RETRY = """
UPDATE pipeline_journey SET in_progress = false, crash_count = 0,
    queued_at = now() + make_interval(secs => %(wait)s),
    attempts = attempts || %(attempt)s::jsonb
WHERE id = %(id)s AND (state = 'pending' AND stage = %(stage)s) IS TRUE
"""

BACK_OFF = """
UPDATE pipeline_journey SET in_progress = false,
    queued_at = now() + make_interval(secs => %(wait)s),
    attempts = attempts || %(attempt)s::jsonb
WHERE id = %(id)s AND (state = 'pending' AND stage = %(stage)s) IS TRUE
"""

SEND_BACK = """
UPDATE pipeline_journey SET in_progress = false, crash_count = 0, stage = 'extract',
    queued_at = now()
WHERE id = %(id)s AND (state = 'pending' AND stage = %(stage)s) IS TRUE
"""

# With the run locked as paused: whoever resumes it after this sees the journey given back, or it is
# not given back.
GIVE_BACK = """
WITH paused AS MATERIALIZED (
    SELECT id FROM pipeline_run WHERE id = %(run)s AND state = 'paused' FOR SHARE
)
UPDATE pipeline_journey SET in_progress = false, reason = 'paused'
WHERE id = %(id)s AND (state = 'pending' AND stage = %(stage)s) IS TRUE
    AND EXISTS (SELECT FROM paused)
RETURNING id
"""

RELEASE = """
UPDATE pipeline_journey SET in_progress = false, queued_at = now()
WHERE id = %(id)s AND (state = 'pending' AND stage = %(stage)s) IS TRUE
"""

TAKE_GIVEN_BACK = """
UPDATE pipeline_journey SET reason = '', queued_at = now()
WHERE run_id = %(run)s AND (state = 'pending') IS TRUE AND reason = 'paused'
RETURNING batch_id, id
"""


@dataclass(frozen=True, slots=True)
class PendingWrite:
    """What a stage writes, in the statement that ends it: SQL for a WITH that ends in `kept`, and
    its values.
    """

    sql: str
    values: dict[str, Any]


class Part(NamedTuple):
    """The task whose end counts in a batch's chord, and that chord."""

    group: str
    task: str


class Stored(NamedTuple):
    """An article that was kept, and how many of the chord's tasks have ended with this one, of how
    many; None where it is not counted yet.
    """

    article: int
    counted: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class StageContext:
    """A journey as a stage sees it.

    `in_progress` is false where it is over already or belongs to another stage.
    """

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
    draft: bytes | None  # packed (core/serialize.py)
    override: str  # a Journey.Override
    run_state: str
    preview: bool  # the run shows what would change, and changes nothing
    crashed: bool  # its last worker never came back
    in_progress: bool
    input: tuple[Any, ...] = ()  # the row of the stage's `input_query`
    part: Part | None = None  # where the end of this stage is that of the chain
    began: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        return self.state != "pending"

    @property
    def has_lost_draft(self) -> bool:
        """Whether the page waits to be stored without what was extracted from it: a crash of
        PostgreSQL empties the table of drafts."""
        return (
            self.stage == "store" and self.draft is None and self.snapshot is not None
        )

    @property
    def seconds(self) -> float:
        """How long ago the stage started."""
        return round(time.monotonic() - self.began, 4)


NAMES = [each.name for each in fields(StageContext)]
COLUMN_NAMES = NAMES[: NAMES.index("in_progress")]
JSON_COLUMNS = {"source_metadata", "attempts"}


def start_stage(
    journey: int, stage: str, input_query: str = "", part: Part | None = None
) -> StageContext | None:
    """Claim the journey for `stage`; None where it is gone, since its run was deleted."""
    rows = execute(_start_statement(input_query), {"id": journey, "stage": stage})
    if rows:
        return _context(rows[0], in_progress=True, part=part)
    rows = execute(READ, {"id": journey})
    if rows:
        return _context(rows[0], in_progress=False)
    return None


@cache
def _start_statement(input_query: str) -> str:
    if not input_query:
        return START.format(input_query="", input="")
    join = f"LEFT JOIN LATERAL ({input_query}) AS input ON true"
    return START.format(input_query=join, input=", input.*")


def _context(
    row: tuple[Any, ...], in_progress: bool, part: Part | None = None
) -> StageContext:
    """Django hands jsonb over as text, so that is read here."""
    own = dict(zip(COLUMN_NAMES, row, strict=False))
    for name in JSON_COLUMNS:
        if own[name]:
            own[name] = json.loads(own[name])
    own["input"] = row[len(COLUMN_NAMES) :]
    return StageContext(**own, in_progress=in_progress, part=part)


def complete_stage(
    context: StageContext,
    *,
    size: int | None = None,
    draft: bytes | None = None,
    write: PendingWrite | None = None,
) -> None:
    """Queue the journey for the next stage: this one is done. `size` is in bytes."""
    next_stage = STAGES[STAGES.index(context.stage) + 1]
    values = {**_leaving(context), "next": next_stage, "bytes": size}
    if draft is not None:
        execute(COMPLETE_WITH_DRAFT, {**values, "draft": draft})
    elif write:
        sql = write.sql + COMPLETE.format(kept="(SELECT id FROM kept)")
        execute(sql, {**write.values, **values})
    else:
        execute(COMPLETE.format(kept="NULL"), values)


def finish(
    context: StageContext,
    state: str,
    reason: str = "",
    detail: str = "",
    article: int | None = None,
) -> None:
    """End the journey. One that is over already stays as it ended."""
    outcome = {
        "state": state,
        "reason": reason[:MAX_REASON_LENGTH],
        "detail": detail[:MAX_DETAIL_LENGTH],
        "article": article,
    }
    execute(FINISH, {**_leaving(context), **outcome})


def finish_stored(
    context: StageContext, detail: str, write: PendingWrite
) -> Stored | None:
    """Return the article that was kept, with the journey over and counted; None where nothing was
    kept, and so nothing changed.
    """
    group, task = context.part or ("", "")
    values = {**_leaving(context), "detail": detail, "group": group, "task": task}
    rows = execute(write.sql + FINISH_STORED, {**write.values, **values})
    if not rows:
        return None
    article, done, size = rows[0]
    if done is None:
        return Stored(article, None)
    return Stored(article, (done, size))


def _leaving(context: StageContext) -> dict[str, Any]:
    return {"id": context.id, "stage": context.stage, "seconds": context.seconds}


def give_back(context: StageContext) -> bool:
    """Leave the journey waiting for its stage, because its run is paused; False where the run is
    running again.

    No attempt is counted. The message ends here; `take_given_back` tells which journeys to send
    again.
    """
    values = {"id": context.id, "run": context.run, "stage": context.stage}
    return bool(execute(GIVE_BACK, values))


def release(context: StageContext) -> None:
    """Let go of the journey, with nothing done and no attempt counted."""
    execute(RELEASE, {"id": context.id, "stage": context.stage})


def release_if_possible(journey: int, stage: str) -> None:
    """Let go of a journey whose message goes back because a server was away: its worker did not
    crash.
    """
    with suppress(OperationalError, InterfaceError), connection.cursor() as cursor:
        cursor.execute(RELEASE, {"id": journey, "stage": stage})


def take_given_back(run_id: int) -> dict[int, list[int]]:
    """Return batch -> journeys that were given back while the run was paused, and forget that they
    were.
    """
    batches: dict[int, list[int]] = {}
    for batch, journey in execute(TAKE_GIVEN_BACK, {"run": run_id}):
        batches.setdefault(batch, []).append(journey)
    return batches


def schedule_retry(
    context: StageContext, reason: str, detail: str, wait: float, now: datetime
) -> None:
    """Note that this attempt failed; another follows in `wait` seconds."""
    execute(RETRY, _attempt(context, reason, detail, wait, now))


def back_off_after_crash(
    context: StageContext, reason: str, detail: str, wait: float, now: datetime
) -> None:
    """As schedule_retry, but the crashes stay counted."""
    execute(BACK_OFF, _attempt(context, reason, detail, wait, now))


def send_back(context: StageContext) -> None:
    """Queue the journey for extraction once more, with no attempt counted."""
    execute(SEND_BACK, {"id": context.id, "stage": context.stage})


def _attempt(
    context: StageContext, reason: str, detail: str, wait: float, now: datetime
) -> dict[str, Any]:
    at = now.isoformat(timespec="seconds")
    attempt = [[context.stage, reason, detail[:MAX_ATTEMPT_LENGTH], at]]
    return {
        "id": context.id,
        "stage": context.stage,
        "wait": wait,
        "attempt": Json(attempt),
    }
