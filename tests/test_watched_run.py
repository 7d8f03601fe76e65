"""A live run on every screen that shows its numbers: what `make watch` does at length."""

import subprocess
import sys

import pytest

from infra.local.stack import CHECKOUT, Stack
from tests.product import running
from tests.waiting import wait_until
from tools.watch.contradictions import Reading
from tools.watch.screens import Screens
from tools.watch.watching import watch

pytestmark = pytest.mark.broker
SCREENS = {
    "/runs/ID/",
    "/runs/ID/live",
    "list of runs",
    "first page",
    "API list of runs",
    "metrics",
}


def test_no_screen_contradicts_another_while_a_run_goes_on(
    postgres: Stack, rabbitmq: Stack, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("watched")
    seen: list[Reading] = []
    with running(postgres, rabbitmq, root) as product:
        screens = Screens(product.sign_in_link())
        command = [sys.executable, "manage.py", "crawl", product.blog.url, "--json"]
        crawl = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=product.environment,
            stdout=subprocess.DEVNULL,
        )
        try:
            first = "SELECT id FROM pipeline_run"
            [[run]] = wait_until(lambda: product.sql(first), 180, "for the run")
            watched = watch(screens, run, 600, pause_seconds=0.5, note=seen.append)
        finally:
            crawl.wait(300)
    assert watched.contradictions == []
    assert watched.state == "finished"
    assert {reading.screen for reading in seen if reading.numbers} == SCREENS
