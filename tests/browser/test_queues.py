"""The chart of the queues in a browser: it shows the whole time that was chosen, and what waits in all."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pipeline.monitor import sampler
from pipeline.monitor.sampler import Reading
from tests.browser.conftest import Visitor
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TAKE = """() => {
    const Plot = window.uPlot;
    window.uPlot = class extends Plot { constructor(...given) { super(...given); window.drawn = this; } };
}"""
DRAWN = """() => {
    const {scales, data, series} = window.drawn, last = data[0].length - 1;
    const own = series[1].value(window.drawn, 0, 1, last), holes = data[1].filter((value) => value === null).length;
    return {length: scales.x.max - scales.x.min, highest: data[1][last], own, holes};
}"""


def test_the_chart_is_as_long_as_its_range_and_stands_on_what_waits_in_later_stages(visitor: Visitor) -> None:
    for ago in (5400, 3700, 60, 1):
        waiting = [Reading(queue, number, 0, 1) for number, queue in enumerate(sampler.QUEUES, 1)]
        sampler.write(waiting, timezone.now() - timedelta(seconds=ago))
    page = visitor.goto("/queues/")
    page.locator(".uplot canvas").wait_for()
    page.evaluate(TAKE)
    page.get_by_role("button", name="24h").click()
    # Not wait_for_function: where it has to look twice it evaluates text, which the page's policy forbids.
    wait_until(lambda: page.evaluate("'drawn' in window"), 10, "for the longer chart")
    assert page.evaluate(DRAWN) == {"length": 86_400, "highest": 1 + 2 + 3 + 4 + 5, "own": "1", "holes": 2}


def test_a_page_that_is_held_still_asks_for_nothing(visitor: Visitor) -> None:
    sampler.write([Reading(queue, 1, 0, 1) for queue in sampler.QUEUES], timezone.now())
    page = visitor.goto("/queues/")
    page.get_by_role("button", name="Hold still").click()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("document.addEventListener('htmx:beforeRequest', (event) => { window.tried = event.target.id; })")
    wait_until(lambda: page.evaluate("window.tried") == "live", 10, "for the page to try")
    assert asked == []
    page.get_by_role("button", name="Held still").click()
    page.wait_for_event("request", lambda request: "/queues/live" in request.url, timeout=10_000)


def test_without_a_sample_there_is_no_chart_but_what_to_do(visitor: Visitor) -> None:
    page = visitor.goto("/queues/")
    page.get_by_text("No sample in this time: choose a longer one, or see that the sampler runs.").wait_for()
    assert page.locator(".uplot").count() == 0
