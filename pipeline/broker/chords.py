"""A result backend that counts a chord's finished header tasks exactly once, whatever is killed.

The stock accounting decrements a counter and forgets who was counted: a redelivered task counts
twice, and a crash between the last count and the body loses the body. Here each finished header
task is a row; counting it again inserts nothing. The body goes out first and is marked as fired
after, always under the same id: a crash between the two sends it again, and the body claims its
work, so twice is harmless and never is impossible.

No task of the product stores a result, so this backend has nothing else to do.
"""

from typing import Any

from celery import maybe_signature
from celery.exceptions import OperationalError as BrokerError
from celery.exceptions import Reject
from django.db import InterfaceError, OperationalError
from django_celery_results.backends import DatabaseBackend

from pipeline.core.database import execute, wait_for_database

CREATE_CHORD = """
INSERT INTO pipeline_chord (group_id, size, done, failed, created_at)
VALUES (%s, %s, 0, 0, now()) ON CONFLICT DO NOTHING
"""

# One statement: the part and the count stand or fall together, and running it again changes
# nothing. Of two parts that end at once, the second waits for the first one's row lock and then
# sees its count. A journey whose end went down with PostgreSQL, before it was on the disk, is not
# counted: the reconciler sends it again.
COUNT_PART = """
WITH part AS (
    INSERT INTO pipeline_chordpart (group_id, task_id) SELECT %(group)s::text, %(task)s::text
    WHERE NOT EXISTS (SELECT FROM pipeline_journey WHERE id = %(journey)s::bigint
        AND state = 'pending')
    ON CONFLICT DO NOTHING RETURNING 1
)
UPDATE pipeline_chord
SET done = done + (SELECT count(*) FROM part),
    failed = failed + %(failed)s * (SELECT count(*) FROM part)
WHERE group_id = %(group)s AND fired_at IS NULL
RETURNING done, size
"""

# What is committed after waiting for the disk has all that was committed before it on the disk,
# too, of whatever process: the ends of the chord's journeys, for which nobody waited. Where
# PostgreSQL crashed and took some of them, it took their counts along, and this finds nothing.
FLUSH_COMMITS = """
UPDATE pipeline_chord SET done = done
FROM (SELECT set_config('synchronous_commit', 'on', true)) AS waiting
WHERE group_id = %s AND done >= size
RETURNING done
"""

DATABASE_TIMEOUT_SECONDS = (
    15.0  # seconds for the database to come back, within the time limit of a stage
)
MARK_FIRED = "UPDATE pipeline_chord SET fired_at = now() WHERE group_id = %s AND fired_at IS NULL"


def create_chord(group_id: str, size: int) -> None:
    """Open the account of a chord. Opening it again leaves it as it is."""
    execute(CREATE_CHORD, [group_id, size])


class ChordBackend(DatabaseBackend):
    """django-celery-results' backend with idempotent chord accounting."""

    def apply_chord(self, header_result_args: Any, body: Any, **kwargs: Any) -> None:
        """Open the account of a chord before its first task is sent.

        Opening it again leaves it as it is.
        """
        group_id = header_result_args[0]
        results = header_result_args[1]
        create_chord(group_id, body.get("chord_size") or len(results))

    def on_chord_part_return(
        self, request: Any, state: str, result: Any, **kwargs: Any
    ) -> None:
        """Count the end of one header task; the last one sends the body.

        `result` is the ticket of the journey, or the exception that its task failed with. A ticket
        may say what the count came to: most are counted with the end of their journey. Where the
        database stays away for longer than the retries last, the message goes back to its queue.
        """
        if not request.id or not request.group:
            return
        ticket = result if isinstance(result, dict) else {}
        try:
            progress = ticket.get("counted") or self.count_part(
                request, ticket.get("journey"), state == "FAILURE"
            )
            if progress and progress[0] >= progress[1]:
                self.send_body(
                    request.group, maybe_signature(request.chord, app=self.app)
                )
        except (OperationalError, InterfaceError) as error:
            wait_for_database(DATABASE_TIMEOUT_SECONDS)
            raise Reject(str(error), requeue=True) from error

    def count_part(
        self, request: Any, journey: int | None, failed: bool
    ) -> tuple[int, int] | None:
        """Count the end of a task; return how many tasks of its chord have ended, and of how many.
        None where the body was sent already.
        """
        part = {
            "group": request.group,
            "task": request.id,
            "journey": journey,
            "failed": int(failed),
        }
        rows = execute(COUNT_PART, part)
        if not rows:
            return None
        done, size = rows[0]
        return done, size

    def mark_as_failure(
        self, task_id: str, exc: Exception, *args: Any, **kwargs: Any
    ) -> None:
        """Do nothing: a stage whose successor could not be published has not failed, and its
        message comes again."""
        if isinstance(exc, BrokerError | OperationalError | InterfaceError):
            raise Reject(str(exc), requeue=True) from exc
        super().mark_as_failure(task_id, exc, *args, **kwargs)

    def send_body(self, group_id: str, body: Any) -> None:
        """Send the body, once the ends of all its journeys are on the disk, then say so.

        Not where some were lost on the way there: the reconciler sends those again.
        """
        if execute(FLUSH_COMMITS, [group_id]):
            body.apply_async()
            execute(MARK_FIRED, [group_id])
