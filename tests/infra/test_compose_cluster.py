"""Three brokers in containers, one of which dies in the middle of a run: part of `make
test-compose`."""

import json
import os
import threading
from collections.abc import Iterator

import pytest

from pipeline.broker.queues import STAGES
from tests.infra.containers import CHECKOUT, Containers
from tests.waiting import wait_until

EXPECTED = json.loads((CHECKOUT / "infra/local/sample/site/expected.json").read_text())
STORED = "SELECT count(*) AS n FROM pipeline_journey WHERE state = 'stored'"
GAP = """
SELECT max(gap) AS seconds FROM (
    SELECT extract(epoch FROM ended_at - lag(ended_at) OVER (ORDER BY ended_at)) AS gap
    FROM pipeline_journey WHERE state = 'stored') gaps
"""

pytestmark = pytest.mark.skipif(
    not os.environ.get("TEST_COMPOSE"), reason="only by `make test-compose`"
)


@pytest.fixture
def containers() -> Iterator[Containers]:
    containers = Containers("infra/compose.cluster.yml", FETCH_HOST_DELAY="0.4")
    containers.down()
    containers.compose("build", "--quiet")
    try:
        containers.up()
        yield containers
    finally:
        containers.down()


def online(containers: Containers) -> dict[str, int]:
    """Queue -> on how many nodes it is at work, by the second node's word."""
    command = [
        "rabbitmqctl",
        "--quiet",
        "list_queues",
        "-p",
        "extractor",
        "--formatter=json",
        "name",
        "online",
    ]
    told = containers.compose("exec", "-T", "service-rabbitmq-2", *command)
    return {
        row["name"]: len(row["online"])
        for row in json.loads(told)
        if row["name"] in STAGES
    }


def test_a_run_outlives_the_death_of_one_of_three_brokers(
    containers: Containers,
) -> None:
    assert online(containers) == dict.fromkeys(STAGES, 3)
    summaries: list[int] = []
    crawl = threading.Thread(
        target=lambda: summaries.append(
            containers.launch(["http://blog.example:8080/"])
        )
    )
    crawl.start()
    wait_until(
        lambda: containers.rows(STORED)[0]["n"] >= 5, 120, "for the first articles"
    )
    containers.compose(
        "kill", "service-rabbitmq"
    )  # the one that everybody is connected to
    crawl.join(300)
    assert online(containers) == dict.fromkeys(STAGES, 2)
    run = containers.rows(
        f"SELECT state, summary FROM pipeline_run WHERE id = {summaries[0]}"
    )[0]
    counts = run["summary"]["states"]
    print(
        f"\nlongest time without an article: {containers.rows(GAP)[0]['seconds']:.0f} s"
    )
    assert run["state"] == "finished"
    assert sum(counts.values()) == run["summary"]["found"]
    assert counts["stored"] == len(EXPECTED["stored"]) + len(EXPECTED["same"])
    assert counts["pending"] == 0
    containers.up()
    wait_until(
        lambda: online(containers) == dict.fromkeys(STAGES, 3),
        what="for the dead one to be back",
    )
