"""Beat and the sampler in threads of a worker that serves several stages, where nothing has a
process of its own."""

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import structlog
from celery import current_app
from celery.beat import Service
from celery.signals import worker_ready

from pipeline.monitor.queues import sampler

log = structlog.get_logger(__name__)


def begin_beside() -> None:
    """Start them when the worker is ready: while it starts it changes its environment, which the
    making of a connection in another thread does not survive."""
    worker_ready.connect(_begin, weak=False)


def _begin(**_: Any) -> None:
    app = current_app._get_current_object()
    service = Service(app, scheduler_cls=app.conf.beat_scheduler)
    for name, work in (("beat", service.start), ("sampler", sampler.run_forever)):
        threading.Thread(target=_run, args=(name, work), name=name, daemon=True).start()


def _run(name: str, work: Callable[[], object]) -> None:
    """Do the work; where it ends with an error, so does the worker, to be started again."""
    try:
        work()
    except BaseException:
        log.exception("thread_failed", about=name)
        os.kill(os.getpid(), signal.SIGTERM)
