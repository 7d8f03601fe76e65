"""A live run on every screen that shows its numbers: what `make watch` does at length."""

import subprocess
import sys

import pytest

from infra.local.stack import CHECKOUT
from tests.product import Product
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


def test_no_screen_contradicts_another_while_a_run_goes_on(product: Product) -> None:
    product.forget()
    product.blog.latency = 0.0
    seen: list[Reading] = []
    screens = Screens(product.sign_in_link())
    before = product.sql("SELECT coalesce(max(id), 0) FROM pipeline_run")[0][0]
    command = [sys.executable, "manage.py", "crawl", product.blog.url, "--json"]
    crawl = subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=product.environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        new = "SELECT id FROM pipeline_run WHERE id > %s"
        [[run]] = wait_until(lambda: product.sql(new, before), 180, "for the run")
        watched = watch(screens, run, 600, pause_seconds=0.5, note=seen.append)
    finally:
        crawl.wait(300)
    assert watched.contradictions == []
    assert watched.state == "finished"
    assert {reading.screen for reading in seen if reading.numbers} == SCREENS
