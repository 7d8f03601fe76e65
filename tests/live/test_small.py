"""The small profile, running: few processes, the same five stages."""

import os
import signal
from collections import Counter
from collections.abc import Iterator

import pytest

from infra.local.processes import PROCFILE_SMALL
from pipeline.broker.queues import JOINT_SLOTS, STAGES
from tests.product import Product, running
from tests.real_servers import RealServer, with_vhost
from tests.waiting import wait_until

WORKERS = """SELECT stage, pid FROM monitor_workerheartbeat
WHERE beat_at > clock_timestamp() - interval '12 seconds'"""
CHANGED = """
from django_celery_beat.models import PeriodicTasks
PeriodicTasks.update_changed()
"""
COUNTED = """SELECT found, stored + unchanged + duplicate + skipped + failed, summary IS NOT NULL
FROM pipeline_run WHERE id = %s"""


@pytest.fixture(scope="module")
def small(
    postgres: RealServer, rabbitmq: RealServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    root = tmp_path_factory.mktemp("small")
    # The product of this folder still runs, and its workers would take the messages of this one.
    own = f"{rabbitmq.environment['RABBITMQ_DEFAULT_VHOST']}-small"
    broker = with_vhost(rabbitmq, own)
    with running(postgres, broker, root, procfile=PROCFILE_SMALL) as product:
        yield product


def workers(small: Product) -> dict[str, int]:
    """The process that serves each stage."""
    return dict(small.sql(WORKERS))


def all_workers(small: Product) -> dict[str, int]:
    """The same, when every stage is served."""

    def served() -> dict[str, int]:
        found = workers(small)
        return found if set(found) == set(STAGES) else {}

    found: dict[str, int] = wait_until(served, what="for every stage")
    return found


def test_a_crawl_ends_with_sums_that_add_up_and_few_processes_serve_every_stage(
    small: Product,
) -> None:
    serving = all_workers(small)
    assert len({serving[stage] for stage in JOINT_SLOTS}) == 1
    assert len(set(serving.values())) == 2

    small.manage("crawl", small.blog.url)
    ((run,),) = small.sql("SELECT max(id) FROM pipeline_run")
    assert small.wait_for_end(run) == "finished"

    found, ended, summed_up = small.sql(COUNTED, run)[0]
    assert (found, summed_up) == (ended, True)
    states = Counter(state for state, _ in small.outcomes(run).values())
    assert states["stored"] > 10
    assert sum(states.values()) == found


def test_the_queues_are_sampled_and_the_schedule_is_kept_without_processes_of_their_own(
    small: Product,
) -> None:
    sampled = "SELECT DISTINCT queue FROM monitor_queuesample"
    wait_until(lambda: set(STAGES) <= {name for (name,) in small.sql(sampled)}, 60)
    sent = "SELECT 1 FROM django_celery_beat_periodictask WHERE total_run_count > 0"

    def written() -> bool:
        # beat writes how often it sent a task every three minutes, or before it reads what changed
        small.console.run(CHANGED)
        return bool(small.sql(sent))

    wait_until(written, what="for what is due")


def test_a_process_that_was_killed_is_started_again(small: Product) -> None:
    killed = all_workers(small)["fetch"]
    os.kill(killed, signal.SIGKILL)
    wait_until(
        lambda: workers(small).get("fetch") not in (None, killed),
        60,
        "for another process",
    )
    assert small.processes.by_name["together"].alive
