"""`manage.py work STAGE`: becomes the worker of a stage, or beat. Containers and the local stack
start this."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from kombu import Connection

from pipeline.broker.queues import STAGES, declare, worker_command
from pipeline.broker.worker_names import claim_number

BEAT = ["celery", "--app=myworld", "beat", "--loglevel=INFO", "--pidfile="]


class Command(BaseCommand):
    help = "Runs the worker of a stage, or beat."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("stage", choices=[*STAGES, "beat"])

    def handle(self, *args: Any, stage: str, **options: Any) -> None:
        os.environ |= {"GLEANER_PROCESS": stage, "CELERY_SKIP_CHECKS": "1"}
        # The publisher of a task says so in the log; a worker that also did would say everything
        # twice.
        if stage == "beat":
            command = BEAT
        else:
            number = claim_number(stage, settings.CELERY_BROKER_URL)
            command = worker_command(stage, number)
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=5) as connection:
            connection.ensure_connection(
                max_retries=20, interval_start=0.5, interval_max=3
            )
            declare(connection, settings.QUEUE_TYPE)
        # A crash below Python names the place where it happened, in the log.
        os.execv(sys.executable, [sys.executable, "-X", "faulthandler", "-m", *command])  # noqa: S606
