"""Stages, their queues and their workers.

The only place where a queue is named; everything else derives from here. A worker is called after
the stages that it serves: `fetch`, or `discover-fetch-store-summarise` in the small profile.
"""

import os
from dataclasses import dataclass
from typing import Any

from kombu import Connection, Exchange, Queue
from kombu.transport.native_delayed_delivery import (
    CELERY_DELAYED_DELIVERY_EXCHANGE,
    bind_queue_to_native_delayed_delivery_exchange,
    declare_native_delayed_delivery_exchanges_and_queues,
)

from pipeline.broker.worker_names import node_name
from pipeline.core.machine import cores, memory_bytes
from pipeline.core.stages import HEADER_STAGES, STAGES

__all__ = ["HEADER_STAGES", "STAGES"]

DEFAULT_QUEUE = "discover"
RECONCILE = "pipeline.reconcile"  # the task that looks after runs
PRUNE = "pipeline.prune"  # the task that removes what is past its days
START_JOB = "pipeline.start_job"  # the task that schedules send
FEED = "pipeline.feed"  # the task that keeps workers busy
DELIVER = "pipeline.deliver"  # the task that sends to webhooks
ICONS = "pipeline.icons"  # the task that fetches icons of sources
NOTICE = "pipeline.notice"  # the task that looks for runs that stand still
INDEX = (
    "pipeline.index"  # the task that counts words and gathers what links call articles
)
WATCH_SOURCES = "pipeline.watch_sources"  # the task that looks for quiet sources
CHECK_LINKS = "pipeline.check_links"  # the task that looks whether originals are there
ERASE = "pipeline.erase"  # the task that erases what somebody wants gone for good
CHECK_BACKUP = "pipeline.check_backup"  # the task that looks for an overdue backup
DEAD_LETTERS = "dead"
# no talk that nobody reads
QUIET = {
    "without_gossip": True,
    "without_mingle": True,
    "without_heartbeat": True,
    "loglevel": "INFO",
}

# A message that came back this often without being handled goes to the dead letters. Above
# MAX_CRASHES, which ends a poisonous URL with its reason; this is the net below it.
DELIVERY_LIMIT = 20

# Topic, not direct: RabbitMQ's native delayed delivery skips direct exchanges, and a held countdown
# would then block a worker for its whole length.
EXCHANGE = Exchange("gleaner", type="topic", durable=True)
DELAYED_EXCHANGE = Exchange(
    CELERY_DELAYED_DELIVERY_EXCHANGE, type="topic", durable=True
)
DEAD_EXCHANGE = Exchange("gleaner.dead", type="topic", durable=True)

# The pool of a worker that forks a process for each slot (broker/forked.py), and of each of them
PROCESSES = "pipeline.broker.forked:OneTaskPool"


@dataclass(frozen=True)
class Worker:
    """How one stage is served.

    `prefetch` messages per slot are in the worker; limits are in seconds and kilobytes.
    """

    pool: str  # PROCESSES, or what Celery calls one
    # 0: one a core, and one more that works while they wait for the database or the broker
    concurrency: int
    per_core: int = 0  # where that is more than `concurrency`, and
    most: int = 0  # not more than this: each has a connection to the database
    prefetch: int = 1
    soft_seconds: int = 0  # only processes can enforce time limits
    hard_seconds: int = 0
    tasks_per_child: int = 0
    kilobytes_per_child: int = 0


WORKERS = {
    "discover": Worker("threads", 4),
    "fetch": Worker("threads", 16, per_core=8, most=64),
    "extract": Worker(
        PROCESSES,
        0,
        prefetch=2,
        soft_seconds=45,
        hard_seconds=60,
        tasks_per_child=500,
        kilobytes_per_child=400_000,
    ),
    "store": Worker("threads", 4, per_core=2, most=16, prefetch=4),
    "summarise": Worker("threads", 2),
}


# The small profile: who serves several stages, and how many tasks of each at once.
JOINT_WORKER = "discover-fetch-store-summarise"
JOINT_SLOTS = {"discover": 2, "fetch": 4, "store": 1, "summarise": 2}
JOINT_POOL = "pipeline.broker.stage_pools:ThreadPool"


def queue(name: str, queue_type: str = "quorum") -> Queue:
    """Return the durable queue of a stage.

    A quorum queue counts deliveries; what passes the limit is dead-lettered.
    """
    arguments: dict[str, Any] = {
        "x-queue-type": queue_type,
        "x-dead-letter-exchange": DEAD_EXCHANGE.name,
        "x-dead-letter-routing-key": name,
    }
    if queue_type == "quorum":
        arguments["x-delivery-limit"] = DELIVERY_LIMIT
    return Queue(
        name, EXCHANGE, routing_key=name, durable=True, queue_arguments=arguments
    )


def queues(queue_type: str = "quorum") -> list[Queue]:
    """Return the five queues, in the order of the journey."""
    return [queue(stage, queue_type) for stage in STAGES]


def dead_letters(queue_type: str = "quorum") -> Queue:
    """Where messages end that no worker could handle.

    No worker reads it: a person looks and puts them back.
    """
    return Queue(
        DEAD_LETTERS,
        DEAD_EXCHANGE,
        routing_key="#",
        durable=True,
        queue_arguments={"x-queue-type": queue_type},
    )


def task_name(stage: str) -> str:
    """Task names are part of the wire format: moving a function must not strand messages."""
    return f"pipeline.{stage}"


ROUTES = {task_name(stage): {"queue": stage, "routing_key": stage} for stage in STAGES}
ROUTES |= dict.fromkeys(
    (
        RECONCILE,
        FEED,
        PRUNE,
        START_JOB,
        DELIVER,
        NOTICE,
        INDEX,
        WATCH_SOURCES,
        ERASE,
        CHECK_BACKUP,
    ),
    ROUTES[task_name("summarise")],
)
# It waits for servers of others, as discovery does; a slow one must not keep batches from going on.
ROUTES[ICONS] = ROUTES[task_name("discover")]
# Its requests keep the pace of fetch, and so they stop where fetch does.
ROUTES[CHECK_LINKS] = ROUTES[task_name("fetch")]


def declare(connection: Connection, queue_type: str = "quorum") -> None:
    """Declare every queue, the dead letters, and the way back from a countdown.

    Harmless to repeat.

    Raises the broker's error where they differ.
    """
    with connection.channel() as channel:
        for each in [*queues(queue_type), dead_letters(queue_type)]:
            each(channel).declare()
        DELAYED_EXCHANGE(channel).declare()
    for each in queues(queue_type):
        bind_queue_to_native_delayed_delivery_exchange(connection, each)


def repair(connection: Connection, queue_type: str = "quorum") -> None:
    """Declare all that messages pass through, for when something of it was deleted."""
    declare_native_delayed_delivery_exchanges_and_queues(connection, queue_type)
    declare(connection, queue_type)


def depths(connection: Connection) -> dict[str, int]:
    """Return the number of messages by queue that wait for a worker.

    Raises the broker's error where it is away.
    """
    with connection.channel() as channel:
        return {
            stage: channel.queue_declare(stage, passive=True).message_count
            for stage in STAGES
        }


def stages_of(process: str) -> tuple[str, ...]:
    """Return the stages that a process serves, by its name; none where it is no worker."""
    named = tuple(process.split("-"))
    if set(named) <= set(STAGES):
        return named
    return ()


def empty(url: str) -> bool:
    """Remove what waits in the queues of the stages; return whether the broker answered."""
    try:
        with Connection(url, connect_timeout=3) as connection:
            for stage in STAGES:
                connection.default_channel.queue_purge(stage)
    except Exception:  # noqa: BLE001 - amqp, socket and ssl errors share no base
        return False
    return True


def slots(stage: str) -> int:
    """How many tasks a worker of the stage runs at once, by the cores and the memory that there
    are; CONCURRENCY in the environment overrides it.
    """
    worker = WORKERS[stage]
    if wanted := int(os.environ.get("CONCURRENCY", 0)):
        return wanted
    if worker.concurrency:
        return max(worker.concurrency, min(worker.per_core * cores(), worker.most))
    fitting = memory_bytes() // 1024 // worker.kilobytes_per_child
    return max(1, min(cores() + 1, fitting))


def describe_slots(process: str) -> str:
    """Return how many tasks of each stage a worker runs at once, in words."""
    stages = stages_of(process)
    if len(stages) > 1:
        return ", ".join(f"{stage} {JOINT_SLOTS[stage]}" for stage in stages)
    return ", ".join(f"{stage} {slots(stage)}" for stage in stages)


def describe_prefetch(process: str) -> int:
    """Return how many messages a worker holds at most."""
    options = worker_options(process)
    messages: int = options["concurrency"] * options["prefetch_multiplier"]
    if has_processes(process):
        return messages * slots(process)
    return messages


def has_processes(process: str) -> bool:
    """Whether a process is a worker that forks one for each slot."""
    return process in WORKERS and WORKERS[process].pool == PROCESSES


def worker_options(process: str, number: int = 1) -> dict[str, Any]:
    """Return what Celery is told of the worker `process`; containers, the local stack and the
    tests all start this one. `number` tells workers of one name on one machine apart."""
    stages = stages_of(process)
    if len(stages) > 1:
        return {**_joint_options(process, stages, number), **QUIET}
    (stage,) = stages
    worker = WORKERS[stage]
    if has_processes(process):
        concurrency = 1  # of each process
    else:
        concurrency = slots(stage)
    options = {
        "hostname": node_name(stage, number),
        "queues": [stage],
        "pool_cls": worker.pool,
        "concurrency": concurrency,
        "prefetch_multiplier": worker.prefetch,
        "max_tasks_per_child": worker.tasks_per_child,
        "max_memory_per_child": worker.kilobytes_per_child,
    }
    given = {name: value for name, value in options.items() if value}
    return {**given, **QUIET}


def _joint_options(
    process: str, stages: tuple[str, ...], number: int
) -> dict[str, Any]:
    return {
        "hostname": node_name(process, number),
        "queues": list(stages),
        "pool_cls": JOINT_POOL,
        # of each queue, as many messages as the stage with the most slots can take
        "concurrency": max(JOINT_SLOTS[stage] for stage in stages),
        "prefetch_multiplier": 1,
    }
