"""A worker and beat, started by what Celery's own commands call: loading those takes a tenth of a
worker's memory, for a console that nobody opens."""

import structlog
from celery import current_app
from celery.utils.nodenames import default_nodename, host_format

from pipeline.broker.queues import describe_slots, worker_options
from pipeline.core.machine import cores, memory_bytes

log = structlog.get_logger(__name__)


def run_worker(process: str, number: int = 1) -> int:
    """Serve the stages of a process until it is told to end; return its exit status."""
    options = worker_options(process, number)
    log.info(
        "worker_sized",
        slots=describe_slots(process),
        prefetch=options["concurrency"] * options["prefetch_multiplier"],
        cores=cores(),
        memory_mb=memory_bytes() // 1_000_000,
    )
    name = host_format(default_nodename(options.pop("hostname")))
    worker = current_app.Worker(hostname=name, **options)
    worker.start()
    return int(worker.exitcode or 0)


def run_beat() -> None:
    """Send what is due, until it is told to end."""
    current_app.Beat(loglevel="INFO", quiet=True).run()
