"""`manage.py sample_queues`: the process that watches the queues."""

import signal
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand

from pipeline.monitor.queues import sampler


class Command(BaseCommand):
    help = "Samples RabbitMQ's queues into the database until it is stopped; the queues page shows them."
    requires_system_checks = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every", type=float, default=sampler.EVERY, help="seconds between samples"
        )
        parser.add_argument(
            "--once", action="store_true", help="take one sample and end"
        )

    def handle(self, *args: Any, every: float, once: bool, **options: Any) -> None:
        if not once:  # as the first process of a container it would not hear of it
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        rounds = iter([False])

        def stop() -> bool:
            return once and next(rounds, True)

        with suppress(KeyboardInterrupt):
            sampler.run_forever(0.1 if once else every, stop)
