"""Pausing and resuming the intake of a stage: its workers finish what they have, and take no more.

Messages that come meanwhile wait in the stage's queue.
"""

import structlog
from django.db import transaction
from django.utils import timezone

from pipeline.access.audit import record
from pipeline.broker.queues import STAGES
from pipeline.models import StageIntake

log = structlog.get_logger(__name__)
# What else stands still, since it goes through the queue of the stage.
ALSO_WAITS = {
    "discover": "No new run starts, and icons of sources are not fetched.",
    "fetch": "Nobody looks whether the originals of stored articles are still there.",
    "summarise": "No run ends; schedules, notifications and cleaning up wait, too.",
}


def pause_intake(stage: str, by: str) -> bool:
    """Let the workers of the stage take no more messages; whether that changed anything.

    Raises ValueError where there is no such stage.
    """
    _check(stage)
    now = timezone.now()
    with transaction.atomic():
        StageIntake.objects.get_or_create(stage=stage)
        going = StageIntake.objects.filter(stage=stage, paused_at=None)
        changed = going.update(paused_at=now, paused_by=by[:150])
        if changed:
            record("pause", "queue", stage, who=by)
    if changed:
        log.info("intake_paused", stage=stage, by=by)
    return bool(changed)


def resume_intake(stage: str, by: str) -> bool:
    """Let the workers of the stage take messages again; whether that changed anything.

    Raises ValueError where there is no such stage.
    """
    _check(stage)
    now = timezone.now()
    with transaction.atomic():
        paused = StageIntake.objects.paused().filter(stage=stage)
        changed = paused.update(paused_at=None, paused_by="", resumed_at=now)
        if changed:
            record("resume", "queue", stage, who=by)
    if changed:
        log.info("intake_resumed", stage=stage, by=by)
    return bool(changed)


def _check(stage: str) -> None:
    if stage not in STAGES:
        raise ValueError(f"There is no stage {stage}. Stages: {', '.join(STAGES)}.")
