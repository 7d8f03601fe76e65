"""The chart of the queues in a browser: it shows the whole time that was chosen, and what waits in
all."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError
from playwright.sync_api import Browser, expect

from pipeline.models import Journey, Run
from pipeline.monitor.queues import sampler
from pipeline.monitor.queues.dead_letters import MOST_SEEN, DeadLetter
from pipeline.monitor.queues.sampler import Reading
from tests.browser import scene
from tests.browser.conftest import Visitor, own_context, signed_in
from tests.pages import a_run, journeys
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


def test_the_chart_is_as_long_as_its_range_and_stands_on_what_waits_in_later_stages(
    visitor: Visitor,
) -> None:
    for ago in (5400, 3700, 60, 1):
        waiting = [
            Reading(queue, number, 0, 1)
            for number, queue in enumerate(sampler.QUEUES, 1)
        ]
        sampler.write(waiting, timezone.now() - timedelta(seconds=ago))
    page = visitor.goto("/queues/")
    page.locator(".uplot canvas").wait_for()
    page.evaluate(TAKE)
    page.get_by_role("button", name="24h").click()
    # Not wait_for_function: where it has to look twice it evaluates text, which the page's policy
    # forbids.
    wait_until(lambda: page.evaluate("'drawn' in window"), what="for the longer chart")
    assert page.evaluate(DRAWN) == {
        "length": 86_400,
        "highest": 1 + 2 + 3 + 4 + 5,
        "own": "1",
        "holes": 2,
    }


def test_the_chart_of_a_dark_page_is_printed_in_ink(visitor: Visitor) -> None:
    sampler.write([Reading(queue, 1, 0, 1) for queue in sampler.QUEUES], timezone.now())
    visitor.page.emulate_media(color_scheme="dark")
    page = visitor.goto("/queues/")
    page.locator(".uplot canvas").wait_for()
    page.evaluate(TAKE)
    inks = "[drawn.axes[0].stroke(drawn, 0), drawn.series[2].stroke(drawn, 2)]"
    page.emulate_media(media="print", color_scheme="dark")
    wait_until(
        lambda: page.evaluate("'drawn' in window"), what="for the chart on paper"
    )
    assert page.evaluate(inks) == ["#444", "#0f766e"]
    page.emulate_media(media="screen", color_scheme="dark")
    wait_until(
        lambda: page.evaluate(inks)[1] == "#2dd4bf", what="for the chart on the screen"
    )
    page.emulate_media(color_scheme="light")


def test_a_page_that_is_held_still_asks_for_nothing(visitor: Visitor) -> None:
    sampler.write([Reading(queue, 1, 0, 1) for queue in sampler.QUEUES], timezone.now())
    page = visitor.goto("/queues/")
    page.get_by_role("button", name="Pause updates").click()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        "document.addEventListener('htmx:beforeRequest', (event) => { window.tried = event.target.id; })"
    )
    wait_until(
        lambda: page.evaluate("window.tried") == "live", what="for the page to try"
    )
    assert asked == []
    page.get_by_role("button", name="Resume updates").click()
    page.wait_for_event("request", lambda request: "/queues/live" in request.url)


def test_without_a_sample_there_is_no_chart_but_what_to_do(visitor: Visitor) -> None:
    page = visitor.goto("/queues/")
    page.get_by_text(
        "No data in this range. Choose a longer one, or check that the sampler is running."
    ).wait_for()
    expect(page.locator(".uplot")).to_have_count(0)


def letters() -> list[DeadLetter]:
    """As many as are shown at once, of every kind."""
    run, over = a_run(name="Python blogs, autumn"), a_run("finished", name="W" * 150)
    [going, stored] = [*journeys(run, 1), *journeys(over, 1, "stored", "store")]
    Journey.objects.filter(pk=going.pk).update(
        url="https://blog.example/" + "long-" * 60
    )
    going.refresh_from_db()
    died, task = (
        datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC),
        "6f1b4a52-2f3e-5f8c-9d63-1b7f2f0c8a11",
    )
    seen = {
        "last": died, "deliveries": 20, "error": "ValueError: no such thing", "payload": "[[1], {}]",
        "trace": "Traceback (most recent call last):\n  " + "long " * 60,
    }  # fmt: skip
    plain = dict.fromkeys(("error", "trace", "payload"), "") | {
        "last": None,
        "deliveries": None,
    }

    def letter(stage: str, reason: str, task_name: str, **values: Any) -> DeadLetter:
        given = {"since": died, "task_id": task, **seen, **values}
        return DeadLetter(
            id=f"{stage}{reason}", stage=stage, reason=reason, task=task_name, **given
        )

    found = [
        letter(
            "fetch",
            "delivery_limit",
            "pipeline.fetch",
            journey_id=going.pk,
            journey=going,
        ),
        letter(
            "extract",
            "rejected",
            "pipeline.extract",
            journey_id=stored.pk,
            journey=stored,
        ),
        letter("store", "delivery_limit", "pipeline.store", journey_id=77),
        letter(
            "summarise", "delivery_limit", "pipeline.summarise", run_id=run.pk, run=run
        ),
        letter("summarise", "expired", "pipeline.feed", since=None),
        letter("x" * 200, "", "", since=None, task_id="w" * 64, **plain),
    ]
    return (found * MOST_SEEN)[:MOST_SEEN]


def test_dead_letters_are_looked_at(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_at(name: str, looking: Callable[[], list[DeadLetter]]) -> None:
        monkeypatch.setattr("pipeline.web.queues.peek", looking)
        page = visitor.goto("/queues/")
        page.get_by_role("button", name="Inspect").click()
        page.get_by_role("heading", name="Dead letters", level=1).wait_for()
        visitor.complaints[:] = [
            each for each in visitor.complaints if "503" not in each
        ]  # the broker's, once
        visitor.looks(name)
        for width in (600, 992, 1600):
            visitor.fits(name, width)
        visitor.prints(name)
        page.set_viewport_size({"width": 1400, "height": 900})

    def nobody() -> list[DeadLetter]:
        raise OperationalError("[Errno 111] Connection refused")

    sampler.write(
        [Reading(queue, 26, 0, 1) for queue in sampler.QUEUES], timezone.now()
    )
    found = letters()
    visitor.goto("/queues/")
    visitor.looks("queues-dead")
    visitor.page.set_viewport_size({"width": 1400, "height": 900})
    look_at("dead-letters", lambda: found)
    expect(visitor.page.get_by_role("button", name="Next 20")).to_be_visible()
    look_at("dead-letters-few", lambda: found[:1])
    expect(visitor.page.get_by_role("button", name="Next 20")).not_to_be_visible()
    look_at("dead-letters-none", list)
    look_at("dead-letters-away", nobody)
    monkeypatch.setattr("pipeline.web.queues.peek", lambda: found)
    visitor.page.get_by_role("button", name="Try again").click()
    visitor.page.get_by_role("table").wait_for()


def test_dead_letters_are_looked_at_without_scripts(
    browser: Browser, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sampler.write([Reading(queue, 1, 0, 1) for queue in sampler.QUEUES], timezone.now())
    found = letters()
    monkeypatch.setattr("pipeline.web.queues.peek", lambda: found)
    with own_context(browser, java_script_enabled=False) as context:
        context.add_cookies([signed_in(live_server.url)])
        page = context.new_page()
        page.goto(live_server.url + "/queues/")
        page.get_by_role("button", name="Inspect").click()
        page.get_by_role("link", name=Run.objects.earliest("pk").name).first.click()
        expect(
            page.get_by_role("heading", level=1, name="Python blogs, autumn")
        ).to_be_visible()


def test_a_stage_is_paused_and_resumed_with_the_keyboard(visitor: Visitor) -> None:
    scene.samples()
    page = visitor.goto("/queues/")
    page.get_by_role("button", name="Pause extract").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Extract is paused by visitor since").wait_for()
    visitor.looks("queues-paused")
    page.get_by_role("button", name="Resume extract").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Resumed: extract.").wait_for()
    assert page.get_by_text("Extract is paused by").count() == 0
    assert visitor.complaints == []
