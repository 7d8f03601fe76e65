"""Lets a worker consume from its queue, or not, as people have said.

It is asked before the worker takes its first message, so that a restart changes nothing, and with
each heartbeat.
"""

import os
from typing import Any

import structlog
from celery.signals import celeryd_after_setup
from django.db import connection

from pipeline.broker.outages import DATABASE_AWAY
from pipeline.broker.queues import STAGES, stages_of
from pipeline.core.database import execute

log = structlog.get_logger(__name__)
IS_PAUSED = "SELECT paused_at IS NOT NULL FROM pipeline_stageintake WHERE stage = %s"


def is_paused(stage: str) -> bool:
    """Whether the intake of the stage is paused. Raises the database's errors."""
    rows = execute(IS_PAUSED, [stage])
    return bool(rows and rows[0][0])


def follow(worker: Any, stage: str) -> None:
    """Stop the worker's consuming, or begin it again, where the row says so.

    Called from a thread: the change is made in the consumer's own, before its next message.
    Raises the database's errors.
    """
    consumer: Any = getattr(worker, "consumer", None)
    if stage not in STAGES or getattr(consumer, "task_consumer", None) is None:
        return
    paused = is_paused(stage)
    consuming = stage in consumer.app.amqp.queues.consume_from
    if paused and consuming:
        log.info("worker_paused", stage=stage)
        consumer.call_soon(consumer.cancel_task_queue, stage)
    elif not paused and not consuming:
        log.info("worker_resumed", stage=stage)
        consumer.call_soon(consumer.add_task_queue, stage)


@celeryd_after_setup.connect(weak=False)
def begin_paused(instance: Any, **_: Any) -> None:
    """Do not consume from the start where the stage is paused.

    Without an answer of the database the first heartbeats tell.
    """
    try:
        for stage in stages_of(os.environ.get("GLEANER_PROCESS", "")):
            if is_paused(stage):
                instance.app.amqp.queues.deselect(stage)
                log.info("worker_paused", stage=stage)
    except DATABASE_AWAY:
        log.warning("intake_unknown", stage=stage)
    finally:
        connection.close()  # the pool forks: no child may have this one
