"""The run page in a browser: it moves by itself, and says so where it cannot."""

import pytest

from pipeline import summary
from tests.browser.conftest import Visitor
from tests.pages import WHEN, a_run, journeys

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_running_run_moves_by_itself_and_stops_asking_at_its_end(visitor: Visitor) -> None:
    run = a_run(name="Moving")
    journeys(run, 2)
    page = visitor.goto(f"/runs/{run.pk}/")
    run.journeys.update(state="stored", stage="store", detail="new")
    page.get_by_text("100 % ended").wait_for(timeout=6000)
    run.waves.update(finished=WHEN)
    summary.close_run(run.pk)
    page.get_by_text("finished", exact=True).first.wait_for(timeout=6000)
    assert "Finished" in page.title()
    assert page.locator("#live[hx-get]").count() == 0
    assert page.get_by_role("button", name="Cancel").count() == 0
    assert visitor.complaints == []


def test_without_an_answer_the_page_says_since_when(visitor: Visitor) -> None:
    run = a_run()
    page = visitor.goto(f"/runs/{run.pk}/")
    page.route("**/live", lambda route: route.abort())
    page.get_by_text("No answer since").wait_for(timeout=6000)
    page.unroute("**/live")
    page.get_by_text("No answer since").wait_for(state="hidden", timeout=6000)
