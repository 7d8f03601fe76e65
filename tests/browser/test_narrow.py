"""What a narrow screen must not take apart."""

import pytest

from tests.browser.conftest import NARROW, Visitor
from tests.pages import a_run, an_article, journeys

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LINES = "(links) => new Set(links.map((link) => Math.round(link.getBoundingClientRect().top))).size"
BROKEN = "(times) => times.filter((time) => time.getClientRects().length > 1).length"


def test_the_tabs_of_a_run_are_one_line(visitor: Visitor) -> None:
    run = a_run("finished")
    journeys(run, 2, "stored", "store")
    visitor.page.set_viewport_size({"width": NARROW, "height": 800})
    page = visitor.goto(run.get_absolute_url())
    tabs = page.locator("nav.tabs a")
    assert tabs.all_inner_texts()[-1] == "Settings"
    assert tabs.evaluate_all(LINES) == 1


def test_no_date_of_a_list_is_broken(visitor: Visitor) -> None:
    for number in range(1, 12):  # names of each length, so that a date meets the edge
        an_article(number, authors=["n" * 2 * number])
    visitor.page.set_viewport_size({"width": NARROW, "height": 800})
    page = visitor.goto("/articles/")
    dates = page.locator(".entry-about time")
    assert dates.count() == 11
    assert dates.evaluate_all(BROKEN) == 0
