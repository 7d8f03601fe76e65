"""What a process is called in PostgreSQL, and what holds for its statements."""

import os

from pipeline.broker import queues

# Milliseconds. A statement of a stage takes a few; what takes a minute holds others up, or is held
# up. They look rows up: a plan that was made while a table was small must not read the whole of it
# later.
OF_STAGES = (
    "statement_timeout=60000",
    "idle_in_transaction_session_timeout=60000",
    "enable_seqscan=off",
)
# Stages of a URL do not wait for the disk, which is half of what their statements cost. What a
# crash of PostgreSQL takes with it, the last 0.6 s, is done again: journeys.retry.republish,
# chords.FLUSH_COMMITS and the reconciler see to it.
OF_URLS = ("synchronous_commit=off",)


def options_of(process: str, *, pooled: bool) -> dict[str, str]:
    """Return the name and the settings of a process's sessions.

    A pool has its own connections, and sets limits for them: infra/pgbouncer/pgbouncer.ini.
    """
    stages = queues.stages_of(process)
    wanted: tuple[str, ...] = ()
    if stages:
        wanted += OF_STAGES
    if stages and set(stages) <= set(queues.HEADER_STAGES):
        wanted += OF_URLS
    if pooled:
        wanted = ()
    return {
        "application_name": process or "manage",
        "options": " ".join(f"-c {option}" for option in wanted),
    }


def become(process: str) -> None:
    """Make this process, which has connected to nothing yet, one of the product's."""
    from django.conf import settings

    os.environ["GLEANER_PROCESS"] = process
    options = options_of(process, pooled=settings.DATABASE_POOLED)
    settings.DATABASES["default"]["OPTIONS"].update(options)
