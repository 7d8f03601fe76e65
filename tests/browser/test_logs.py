"""Following the log, searching further back, and copying, in a real browser."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from pipeline.monitor.logs import pages
from pipeline.monitor.models import LogEvent
from pipeline.web import logs
from tests.browser.conftest import Visitor
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def lines(
    number: int, name: str = "e", seconds_ago: float = 0, now: datetime | None = None
) -> None:
    at = (now or timezone.now()) - timedelta(seconds=seconds_ago)
    LogEvent.objects.bulk_create(
        LogEvent(at=at + timedelta(microseconds=n), level=20, event=f"{name}-{n}")
        for n in range(number)
    )


def names(page: Any) -> list[str]:
    return [str(text) for text in page.locator("#log-list .event").all_inner_texts()]


def test_late_lines_find_their_place_and_none_is_there_twice(visitor: Visitor) -> None:
    now = timezone.now()
    lines(1, "seen", 10, now)
    page = visitor.goto("/logs/?tail=1")
    lines(1, "new", 1, now)
    page.get_by_text("new-0").wait_for()
    lines(1, "late", 3, now)
    page.get_by_text("late-0").wait_for()
    page.wait_for_timeout(2500)
    assert names(page) == ["new-0", "late-0", "seen-0"]
    assert visitor.complaints == []


def test_following_pauses_by_button_and_while_somebody_reads_further_down(
    visitor: Visitor,
) -> None:
    lines(60, "old", seconds_ago=60)
    page = visitor.goto("/logs/?tail=1")
    page.get_by_role("button", name="Pause").click()
    lines(1, "first")
    page.wait_for_timeout(2500)
    expect(page.get_by_text("first-0")).to_have_count(0)
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("first-0").wait_for()
    page.evaluate("window.scrollTo(0, 600)")
    lines(2, "second")
    jump = page.get_by_role("button", name="2 new, jump")
    jump.wait_for()
    expect(page.get_by_text("second-0")).to_have_count(0)
    jump.click()
    page.get_by_text("second-0").wait_for()
    wait_until(lambda: page.evaluate("window.scrollY") == 0, what="for the top")


def test_the_page_keeps_only_so_many_lines(visitor: Visitor) -> None:
    lines(100, "old", seconds_ago=60)
    page = visitor.goto("/logs/?tail=1")
    for number in range(3):
        lines(190, f"batch{number}")
        page.get_by_text(f"batch{number}-189", exact=True).wait_for()
    expect(page.locator("#log-list .event")).to_have_count(500)
    assert names(page)[0] == "batch2-189"


def test_a_search_goes_on_by_itself_until_it_has_looked_at_everything(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = replace(pages.BUDGET, first_step=20, largest_step=20, steps=1)
    monkeypatch.setattr(pages, "BUDGET", steps)
    monkeypatch.setattr(logs, "BY_ITSELF", 5)
    lines(1, "needle", seconds_ago=1000)
    lines(90, "hay")
    page = visitor.goto("/logs/?q=needle")
    page.get_by_text("needle-0").wait_for()
    expect(page.get_by_text("Searched back to")).to_have_count(0)
    assert visitor.complaints == []


def test_a_row_opens_to_its_fields_and_a_value_narrows_the_search(
    visitor: Visitor,
) -> None:
    LogEvent.objects.create(
        at=timezone.now(), level=20, event="one", data={"status": 503}
    )
    LogEvent.objects.create(
        at=timezone.now(), level=20, event="other", data={"status": 200}
    )
    page = visitor.goto("/logs/")
    page.locator("summary", has_text="one").click()
    row = page.locator("details[open]")
    row.get_by_text("status", exact=True).wait_for()
    row.get_by_role("button", name="copy").first.wait_for()
    row.locator("dd", has_text="503").get_by_role("link", name="Include").click()
    page.wait_for_url("**status*")
    assert names(page) == ["one"]


def test_an_opened_log_line_stays_open_while_the_log_is_followed(
    visitor: Visitor,
) -> None:
    LogEvent.objects.create(at=timezone.now(), level=20, event="first")
    page = visitor.goto("/logs/?tail=1")
    LogEvent.objects.create(at=timezone.now(), level=20, event="second")
    page.get_by_text("second", exact=True).first.wait_for()
    page.locator("summary", has_text="second").click()
    LogEvent.objects.create(at=timezone.now(), level=20, event="third")
    page.get_by_text("third", exact=True).first.wait_for()
    expect(page.locator("details[open]", has_text="second")).to_have_count(1)


def test_on_a_wide_screen_one_line_at_a_time_is_open_beside_the_list(
    visitor: Visitor,
) -> None:
    lines(3, "event")
    visitor.page.set_viewport_size({"width": 1600, "height": 900})
    page = visitor.goto("/logs/")
    page.get_by_text("event-2", exact=True).click()
    page.locator(".log details[open] .fields").first.wait_for()
    beside = "document.querySelector('.log details[open] > .opened').getBoundingClientRect().x > 800"
    wait_until(lambda: page.evaluate(beside), what="for the line beside the list")
    page.get_by_text("event-0", exact=True).click()
    page.locator("details[open] summary", has_text="event-0").wait_for()
    expect(page.locator(".log details[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".log details[open]")).to_have_count(0)
    visitor.page.set_viewport_size({"width": 1400, "height": 900})


def test_a_field_of_the_search_is_completed_with_the_keyboard(visitor: Visitor) -> None:
    lines(2, "try_later")
    page = visitor.goto("/logs/")
    page.keyboard.press("/")
    page.keyboard.type("ev")
    page.get_by_role("option", name="event:").wait_for()
    page.keyboard.press("Tab")
    page.get_by_role("option", name="event:try_later-0").wait_for()
    visitor.looks("logs-completion")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    search = page.get_by_label("Search", exact=True)
    expect(search).to_have_value("event:try_later-0 ")
    search.press("Enter")
    page.wait_for_url("**/logs/?q=event%3Atry_later-0**")
    assert names(page) == ["try_later-0"]
    search.fill("colour:red")
    page.get_by_text("Unknown field: colour").wait_for()
    assert visitor.complaints == []
