"""Several jobs that fall due at one moment, while a server is away or beat crashes: each runs once."""

import time
from collections.abc import Iterator

import pytest

from infra.local.processes import PROCFILE_TOGETHER
from infra.local.stack import Stack
from tests.product import Product, running
from tests.waiting import wait_until

pytestmark = [pytest.mark.servers, pytest.mark.broker]

JOBS = 3
MAKE = """
from pipeline.runs import jobs
for number in range({number}):
    options = {{"addresses": ["{url}"], "limit": 1}}
    jobs.save(f"job {{number}}", options, "every 1 hours")
"""
DUE_IN = """
from datetime import timedelta
from django.utils import timezone
from django_celery_beat.models import PeriodicTask, PeriodicTasks
last = timezone.now() - timedelta(hours=1) + timedelta(seconds={seconds})
PeriodicTask.objects.filter(name__startswith="job ").update(last_run_at=last)
PeriodicTasks.update_changed()
print(last.isoformat())
"""
CHANGED = """
from django_celery_beat.models import PeriodicTasks
PeriodicTasks.update_changed()
"""
WRITTEN = (
    "SELECT count(*) FROM django_celery_beat_periodictask"
    " WHERE name LIKE 'job %%' AND last_run_at > now() - interval '30 minutes'"
)
FORGET = (
    "UPDATE django_celery_beat_periodictask SET last_run_at = %s"
    " WHERE name LIKE 'job %%'"
)
RUNS = (
    "SELECT count(*) FROM pipeline_run WHERE launched_by = 'schedule' GROUP BY job_id"
)
READ = "DatabaseScheduler: Schedule changed."  # what beat logs
OPEN = "SELECT count(*) FROM pipeline_run WHERE finished_at IS NULL"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Servers of the test's own, since it ends them."""
    with Stack(tmp_path_factory.mktemp("due"), lasting=False, env={}) as stack:
        yield stack


@pytest.fixture(scope="module")
def product(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    root = tmp_path_factory.mktemp("due_product")
    logs = {"GLEANER_LOGS": str(root / "logs")}  # one for each process
    with running(stack, stack, root, logs, PROCFILE_TOGETHER) as product:
        product.console.run(MAKE.format(number=JOBS, url=product.blog.url))
        yield product


def wait_for_runs(product: Product, each: int) -> None:
    """Wait until every job has had `each` runs, and all have ended."""
    wait_until(
        lambda: product.sql(RUNS) == [(each,)] * JOBS and product.sql(OPEN) == [(0,)],
        what=f"for {each} runs of each job",
    )


def wait_for_beat(product: Product) -> None:
    """Wait until beat has written down when it sent the jobs: later it would overwrite what a test
    says of that."""
    product.console.run(CHANGED)
    wait_until(lambda: product.sql(WRITTEN) == [(JOBS,)], what="for beat to write down")


def says(product: Product, process: str, event: str) -> int:
    """How often the log of a process names an event."""
    log = product.root / "logs" / f"{process}.log"
    return log.read_text(errors="replace").count(f'"{event}"')


def test_jobs_that_fall_due_while_a_server_is_away_run_once_each(
    stack: Stack, product: Product
) -> None:
    assert stack.rabbitmq
    assert stack.postgres
    product.console.run(DUE_IN.format(seconds=0))
    wait_for_runs(product, 1)
    wait_for_beat(product)

    stack.rabbitmq.stop()
    product.console.run(DUE_IN.format(seconds=0))
    wait_until(
        lambda: says(product, "beat", "task_not_sent"), what="for beat to try in vain"
    )
    stack.rabbitmq.start()
    wait_for_runs(product, 2)
    wait_for_beat(product)

    read = says(product, "beat", READ)
    last = product.console.run(DUE_IN.format(seconds=8)).strip()
    wait_until(lambda: says(product, "beat", READ) > read, what="for beat to read it")
    stack.postgres.stop("immediate")
    time.sleep(8)  # the jobs fall due
    stack.postgres.start()
    wait_for_runs(product, 3)

    before = says(product, "summarise", "job_started_before")
    product.kill("beat")
    product.sql(FORGET, last)  # as where it had not yet written down what it sent
    product.console.run(CHANGED)  # if it was started again before
    wait_until(
        lambda: says(product, "summarise", "job_started_before") >= before + JOBS,
        what="for beat to send them again",
    )
    assert product.sql(RUNS) == [(3,)] * JOBS
