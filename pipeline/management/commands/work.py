"""`manage.py work STAGE`: the worker of a stage, or of several, or beat. Containers and the local
stack start this."""

import faulthandler
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from kombu import Connection

from pipeline.broker.queues import JOINT_WORKER, STAGES, declare
from pipeline.broker.worker import run_beat, run_worker


class Command(BaseCommand):
    help = "Runs the worker of a stage, or of several, or beat."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("stage", choices=[*STAGES, JOINT_WORKER, "beat"])

    def handle(self, *args: Any, stage: str, **options: Any) -> None:
        if os.environ.get("GLEANER_PROCESS") != stage:
            # the settings, which are loaded by now, depend on it
            os.environ["GLEANER_PROCESS"] = stage
            os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606
        sys.exit(work(stage))


def work(process: str) -> int:
    """Be the worker of that name, or beat, until told to end; return the exit status."""
    # A crash below Python names the place where it happened, in the log.
    faulthandler.enable()
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=5) as connection:
        connection.ensure_connection(max_retries=20, interval_start=0.5, interval_max=3)
        declare(connection, settings.QUEUE_TYPE)
    if process == "beat":
        run_beat()
        return 0
    if process == JOINT_WORKER:
        from pipeline.monitor.beside import begin_beside

        begin_beside()
    return run_worker(process)
