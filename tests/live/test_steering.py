"""Pause and cancel reach the next request, at one host and at many; resume takes up exactly what waits."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from infra.local.blog import Blog
from infra.local.stack import CHECKOUT
from pipeline.broker.queues import WORKERS
from tests.product import Product
from tests.waiting import wait_until

pytestmark = pytest.mark.broker
EXPECTED = json.loads((CHECKOUT / "infra/local/sample/site/expected.json").read_text())
ASKED_FOR_ONCE = set(EXPECTED["stored"]) - {
    path for paths in EXPECTED["same"] for path in paths
}
SLOTS = WORKERS["fetch"].concurrency + WORKERS["discover"].concurrency
WATCHED_SECONDS = 6.0


@pytest.fixture(params=[1, 8], ids=["one host", "eight hosts"])
def blogs(request: pytest.FixtureRequest, product: Product) -> Iterator[list[Blog]]:
    product.forget()
    with ExitStack() as stack:
        yield [stack.enter_context(Blog(latency=1.0)) for _ in range(request.param)]


def launch(product: Product, blogs: list[Blog]) -> int:
    addresses = [blog.url for blog in blogs]
    code = f"from pipeline.runs import launch; print('run', launch.launch_run({{'addresses': {addresses}}}).pk)"
    return int(product.console.run(code).split()[-1])


def steer(product: Product, verb: str, run: int) -> float:
    """Does it, and returns when it was done, as time.monotonic."""
    code = f"import time; from pipeline.runs import control; control.{verb}({run}); print(time.monotonic())"
    return float(product.console.run(code).split()[-1])


def count(product: Product, run: int, where: str) -> int:
    statement = f"SELECT count(*) FROM pipeline_journey WHERE run_id = %s AND {where}"
    return int(product.sql(statement, run)[0][0])


def left_after(blogs: list[Blog], moment: float) -> list[float]:
    """Seconds after the moment at which each later request arrived."""
    return [r.at - moment for blog in blogs for r in blog.requests if r.at > moment]


def wait_for_quiet(blogs: list[Blog]) -> None:
    """Each slot may have looked at the run's state just before, and sends one request more."""
    still = lambda: not left_after(blogs, time.monotonic() - WATCHED_SECONDS)  # noqa: E731
    wait_until(still, 120, "for no more requests")


def test_a_paused_run_is_quiet_and_goes_on_with_exactly_what_waits(
    product: Product, blogs: list[Blog]
) -> None:
    run = launch(product, blogs)
    wait_until(
        lambda: count(product, run, "stage <> 'fetch'") > 5, what="for its middle"
    )

    paused_at = steer(product, "pause", run)
    wait_until(
        lambda: count(product, run, "in_progress") == 0, what="for nothing in flight"
    )
    quiet_at = time.monotonic()
    time.sleep(WATCHED_SECONDS)
    assert left_after(blogs, quiet_at) == []
    assert len(left_after(blogs, paused_at)) <= SLOTS
    assert count(product, run, "state = 'pending'") > 0
    assert product.sql("SELECT state FROM pipeline_run WHERE id = %s", run) == [
        ("paused",)
    ]

    steer(product, "resume", run)
    assert product.wait_for_end(run) == "finished"
    assert (
        count(product, run, "state = 'failed' AND reason IN ('lost', 'worker-lost')")
        == 0
    )
    assert count(product, run, "attempts::text LIKE '%%worker-lost%%'") == 0
    for blog in blogs:
        hits = Counter(request.path for request in blog.requests)
        assert {path: hits[path] for path in ASKED_FOR_ONCE if hits[path] != 1} == {}


def test_a_cancelled_run_is_quiet(product: Product, blogs: list[Blog]) -> None:
    run = launch(product, blogs)
    wait_until(
        lambda: count(product, run, "stage <> 'fetch'") > 5, what="for its middle"
    )

    cancelled_at = steer(product, "cancel", run)
    wait_for_quiet(blogs)
    assert len(left_after(blogs, cancelled_at)) <= SLOTS
    assert product.wait_for_end(run) == "cancelled"


def test_a_run_cancelled_while_it_is_discovered_asks_and_stores_nothing_more(
    product: Product, blogs: list[Blog]
) -> None:
    run = launch(product, blogs)
    asked = lambda: sum(len(blog.requests) for blog in blogs) >= 3  # noqa: E731
    wait_until(asked, what="for the first requests of discovery")

    cancelled_at = steer(product, "cancel", run)
    wait_for_quiet(blogs)
    assert len(left_after(blogs, cancelled_at)) <= SLOTS
    assert product.wait_for_end(run) == "cancelled"
    stored_later = "state = 'stored' AND ended_at > (SELECT max(at) FROM pipeline_runevent e WHERE e.run_id = %s)"
    assert product.sql(f"SELECT count(*) FROM pipeline_journey WHERE run_id = %s AND {stored_later}", run, run) == [(0,)]  # fmt: skip
