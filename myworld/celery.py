"""The Celery app: settings from Django, queues and routes from pipeline.broker.queues, logging from
myworld.logs.
"""

import os
from importlib import import_module
from typing import Any

from celery import Celery
from celery.app.defaults import DEFAULTS
from celery.signals import (
    celeryd_after_setup,
    setup_logging,
    worker_before_create_process,
    worker_init,
    worker_process_shutdown,
)

from myworld.garbage import freeze_loaded_objects
from pipeline.broker import queues

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myworld.settings")

LOADED = {
    "discover": "pipeline.discovery.additions",
    "fetch": "pipeline.fetching.stage",
    "extract": "pipeline.extraction.stage",
    "store": "pipeline.storage.stage",
}

app = Celery(
    "myworld",
    amqp="pipeline.broker.messages:CompactAMQP",
    task_cls="pipeline.broker.delivery:SafeTask",
)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["pipeline"])
app.autodiscover_tasks(["pipeline.runs"])
app.autodiscover_tasks(["pipeline.access.webhooks"], related_name="tasks")
app.autodiscover_tasks(["pipeline.privacy"], related_name="tasks")
app.autodiscover_tasks(["pipeline.backup"], related_name="tasks")
app.autodiscover_tasks(["pipeline.linkcheck"], related_name="tasks")
app.autodiscover_tasks(["pipeline.monitor"], related_name="tasks")
app.autodiscover_tasks(["pipeline.monitor.workers"], related_name="heartbeats")


@app.on_after_configure.connect
def cache_configuration(**_: Any) -> None:
    """Each setting is looked up many times for each message, and in Django's it is found last: a
    third of the time.
    """
    for name in DEFAULTS:
        app.conf[name] = app.conf[name]


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Celery would replace the root handlers; ours were set up when Django started."""


@worker_before_create_process.connect
@worker_init.connect
def load_stages(**_: Any) -> None:
    """Load what this worker's stages need, before its first task and before it forks: processes
    of one worker share what each would load, a second of CPU and the memory of a model.
    """
    stages = queues.stages_of(os.environ.get("GLEANER_PROCESS", ""))
    for stage in stages:
        if stage in LOADED:
            import_module(LOADED[stage])
    if "extract" in stages:
        from pipeline.extraction.extract import warm_up

        # a single process loads the model when a page asks for it, which plain English does not
        warm_up(with_model=queues.slots("extract") > 1)


# after load_stages
@worker_before_create_process.connect
@celeryd_after_setup.connect
def freeze_before_work(**_: Any) -> None:
    """Before tasks, and before a worker forks: its processes share what is not looked through."""
    freeze_loaded_objects()


@worker_process_shutdown.connect
def flush_logs(**_: Any) -> None:
    """Write what waits: a child of a worker ends without what other processes do at their end."""
    from pipeline.monitor.logs.writer import writer

    writer.close()


@app.task(name="myworld.debug_task")
def debug_task() -> str:
    """Answer "pong", which proves that a message travels from here to a worker and that the
    worker runs."""
    return "pong"
