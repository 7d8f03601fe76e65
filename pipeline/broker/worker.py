"""A worker and beat, started by what Celery's own commands call: loading those takes a tenth of a
worker's memory, for a console that nobody opens."""

import structlog
from celery import current_app
from celery.utils.nodenames import default_nodename, host_format
from django.conf import settings

from pipeline.broker.forked import serve_by_processes
from pipeline.broker.queues import (
    describe_prefetch,
    describe_slots,
    has_processes,
    slots,
    worker_options,
)
from pipeline.broker.worker_names import claim_number
from pipeline.core.machine import cores, memory_bytes

log = structlog.get_logger(__name__)


def run_worker(process: str) -> int:
    """Serve the stages of a process until it is told to end; return its exit status."""
    log.info(
        "worker_sized",
        slots=describe_slots(process),
        prefetch=describe_prefetch(process),
        cores=cores(),
        memory_mb=memory_bytes() // 1_000_000,
    )
    if has_processes(process):
        return serve_by_processes(process, slots(process), lambda: serve(process))
    return serve(process)


def serve(process: str) -> int:
    """Be one worker of these stages until it is told to end; return its exit status."""
    number = claim_number(process, settings.CELERY_BROKER_URL)
    options = worker_options(process, number)
    name = host_format(default_nodename(options.pop("hostname")))
    worker = current_app.Worker(hostname=name, **options)
    worker.start()
    return int(worker.exitcode or 0)


def run_beat() -> None:
    """Send what is due, until it is told to end."""
    current_app.Beat(loglevel="INFO", quiet=True).run()
