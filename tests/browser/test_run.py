"""The run page in a browser: it moves by itself, and says so where it cannot."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from pipeline.models import Run
from pipeline.summary import stage as summary_stage
from tests.browser.conftest import Visitor
from tests.pages import WHEN, a_run, journeys
from tests.waiting import wait_until

COUNT_WHAT_IS_SAID = """() => {
    window.source_metadata = [];
    new MutationObserver(() => window.source_metadata.push(1)).observe(document.querySelector("#says"), {childList: true});
}"""
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_running_run_moves_by_itself_and_stops_asking_at_its_end(
    visitor: Visitor,
) -> None:
    run = a_run(name="Moving")
    journeys(run, 2)
    page = visitor.goto(f"/runs/{run.pk}/")
    run.journeys.update(state="stored", stage="store", detail="new")
    page.get_by_text("100 % done").wait_for()
    run.batches.update(finished_at=WHEN)
    summary_stage.close_run(run.pk)
    page.get_by_text("finished", exact=True).first.wait_for()
    wait_until(
        lambda: page.locator("[data-moves][hx-get]").count() == 0,
        what="for the other parts to end with it",
    )
    expect(page).to_have_title(re.compile("Finished"))
    expect(page.locator("#live[hx-get]")).to_have_count(0)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    assert visitor.complaints == []


def test_without_an_answer_the_page_says_since_when(visitor: Visitor) -> None:
    run = a_run()
    page = visitor.goto(f"/runs/{run.pk}/")
    page.route("**/live", lambda route: route.abort())
    page.get_by_text("No answer since").wait_for()
    page.unroute("**/live")
    page.get_by_text("No answer since").wait_for(state="hidden")
    visitor.complaints.clear()  # the browser notes what it got no answer to


def test_the_tab_carries_the_state_and_only_a_change_of_stage_is_read_out(
    visitor: Visitor,
) -> None:
    run = a_run(name="Moving")
    journeys(run, 4)
    page = visitor.goto(f"/runs/{run.pk}/")
    says, icon = page.locator("#says"), page.locator("link[rel=icon]")
    expect(says).to_have_text("Moving: fetch.", use_inner_text=True)
    expect(page).to_have_title(re.compile("^0 % · Moving"))
    page.evaluate(COUNT_WHAT_IS_SAID)
    run.journeys.filter(pk__in=run.journeys.values("pk")[:2]).update(
        state="stored", stage="store"
    )
    page.get_by_text("50 % done").wait_for()
    expect(page).to_have_title(re.compile("^50 % · Moving"))
    assert page.evaluate("window.source_metadata") == []
    run.journeys.update(state="stored", stage="store")
    run.batches.update(finished_at=WHEN)
    summary_stage.close_run(run.pk)
    says.get_by_text("Moving: finished. 4 stored").wait_for(state="attached")
    assert len(page.evaluate("window.source_metadata")) == 1
    expect(icon).to_have_attribute("href", re.compile(r"icon-done\.svg"))
    assert visitor.complaints == []


@pytest.mark.parametrize(
    ("role", "name"), [("link", "404 Not Found"), ("button", "Cancel run")]
)
def test_who_is_at_a_link_stays_there_when_the_page_moves(
    visitor: Visitor, role: Any, name: str
) -> None:
    run = a_run(name="Moving")
    journeys(run, 3)
    journeys(run, 1, "failed", "fetch", reason="http-404")
    page = visitor.goto(f"/runs/{run.pk}/")
    if name == "Cancel run":
        page.locator("#head .menu > summary").click()
    page.get_by_role(role, name=name, exact=True).first.focus()
    here = page.evaluate("document.activeElement.outerHTML")
    page.evaluate("document.querySelector('#live').dataset.mark = 'old'")
    run.journeys.exclude(state="failed").update(state="stored", stage="store")
    page.locator("#live:not([data-mark])").wait_for()
    wait_until(
        lambda: page.evaluate("document.activeElement.outerHTML") == here,
        what="for the focus",
    )


def test_a_page_that_is_held_still_does_not_move(visitor: Visitor) -> None:
    run = a_run(name="Moving")
    journeys(run, 2)
    page = visitor.goto(f"/runs/{run.pk}/log")
    page.get_by_role("button", name="Pause updates").click()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    run.journeys.update(state="stored", stage="store")
    page.get_by_role(
        "link", name="Errors", exact=True
    ).click()  # what one asks for oneself is answered
    page.locator("#run-log [aria-current]", has_text="Errors").wait_for()
    page.evaluate(
        "document.addEventListener('htmx:beforeRequest', (event) => { window.tried = event.target.id; })"
    )
    wait_until(
        lambda: page.evaluate("window.tried") == "head", what="for the page to try"
    )
    assert [url for url in asked if url.endswith("/head")] == []
    page.get_by_role("button", name="Resume updates").click()
    wait_until(lambda: page.title().startswith("100 %"), what="for the head to move")


def test_an_open_menu_stays_open_while_the_page_moves(visitor: Visitor) -> None:
    run = a_run(name="Moving")
    journeys(run, 2)
    page = visitor.goto(f"/runs/{run.pk}/")
    page.locator("#head .menu > summary").click()
    run.journeys.update(state="stored", stage="store")
    page.get_by_text("100 % done").wait_for()
    expect(page.get_by_role("button", name="Cancel run")).to_be_visible()


def test_a_run_is_changed_and_compared(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pipeline.journeys.batches.dispatch_batches", lambda run_id: None
    )
    earlier, run = a_run(name="Before"), a_run(name="Now")
    for each in (earlier, run):
        journeys(each, 3, "stored", "store", detail="new")
    earlier.batches.update(finished_at=WHEN)
    summary_stage.close_run(earlier.pk)
    journeys(run, 2)
    page = visitor.goto(f"/runs/{run.pk}/")
    page.locator("#head .menu > summary").click()
    page.get_by_role("link", name="Edit …").click()
    page.get_by_label("Maximum articles").fill("3")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Limit: none -> 3: 2 left out, 0 taken in.").wait_for()
    run.batches.update(finished_at=WHEN)
    summary_stage.close_run(run.pk)
    page.get_by_role("link", name="Compare", exact=True).click()
    page.get_by_role("heading", name="New: 3").wait_for()
    page.get_by_role("heading", name="Gone: 3").wait_for()
    assert visitor.complaints == []


def test_a_run_that_stands_still_is_not_sent_again_and_its_time_runs_on(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.web.run_detail.clock", lambda: 0)
    run = a_run()
    Run.objects.filter(pk=run.pk).update(
        started_at=timezone.now() - timedelta(seconds=90)
    )
    journeys(run, 2)
    page = visitor.goto(f"/runs/{run.pk}/")
    page.evaluate("document.querySelector('#live').dataset.mark = 'the same'")
    answers: list[int] = []
    page.on(
        "response",
        lambda response: (
            answers.append(response.status) if "/live" in response.url else None
        ),
    )
    ran = page.locator("#live [data-since]").inner_text()
    wait_until(lambda: page.evaluate("1") and len(answers) > 1, what="for two answers")
    assert set(answers) == {304}
    expect(page.locator("#live[data-mark='the same'] .flow")).to_have_count(2)
    expect(page.locator("#live [data-since]")).not_to_have_text(ran)
    page.route("**/live", lambda route: route.abort())
    page.get_by_text("No answer since").wait_for()
    page.unroute("**/live")
    page.get_by_text("No answer since").wait_for(state="hidden")
    expect(page.locator("#live[data-mark='the same']:not(.stale)")).to_have_count(1)
    run.journeys.update(state="stored", stage="store")
    page.get_by_text("100 % done").wait_for()
    visitor.complaints.clear()  # the browser notes what it got no answer to


SELECT_FIRST_URL = """() => {
    const link = document.querySelector("#urls [data-open]");
    link.closest("#urls").dataset.seen = "yes";
    getSelection().selectAllChildren(link);
}"""


def test_the_list_of_urls_moves_by_itself(visitor: Visitor) -> None:
    run = a_run(name="Moving")
    journeys(run, 3)
    page = visitor.goto(f"/runs/{run.pk}/journeys/")
    search = page.get_by_label("URL or detail contains")
    search.fill("half a wo")
    first = run.journeys.earliest("pk")
    run.journeys.filter(pk=first.pk).update(state="stored", stage="store")
    facet = page.locator("#url-facets a", has_text="stored")
    facet.wait_for()
    assert facet.inner_text().split() == ["stored", "1"]
    expect(page.locator(f"#url-{first.pk} .state-stored")).to_have_count(1)
    expect(search).to_have_value("half a wo")
    run.journeys.update(state="stored", stage="store")
    run.batches.update(finished_at=WHEN)
    summary_stage.close_run(run.pk)
    page.locator("#urls:not([hx-get])").wait_for()
    page.locator("#head .state-finished").wait_for()
    expect(page.locator("#urls .state-stored")).to_have_count(3)
    expect(page.get_by_label("Select page")).to_have_count(1)
    assert visitor.complaints == []


def test_the_list_of_urls_stays_where_it_is_read(visitor: Visitor) -> None:
    run = a_run(name="Moving")
    journeys(run, 60)
    page = visitor.goto(f"/runs/{run.pk}/journeys/")
    read = page.locator("#urls [data-row]").nth(40)
    name = read.get_attribute("id")
    read.evaluate("row => row.scrollIntoView({block: 'center', behavior: 'instant'})")
    top = page.evaluate(
        f"document.getElementById('{name}').getBoundingClientRect().top"
    )
    new = journeys(run, 5)
    page.locator(f"#url-{new[0].pk}").wait_for(state="attached")
    now = page.evaluate(
        f"document.getElementById('{name}').getBoundingClientRect().top"
    )
    assert abs(now - top) < 2
    assert visitor.complaints == []


def test_the_list_of_urls_waits_while_something_in_it_is_selected(
    visitor: Visitor,
) -> None:
    run = a_run(name="Moving")
    journeys(run, 3)
    page = visitor.goto(f"/runs/{run.pk}/journeys/")
    page.evaluate(SELECT_FIRST_URL)
    run.journeys.update(state="stored", stage="store")
    with page.expect_response(lambda answer: "/journeys/" in answer.url) as answer:
        pass
    assert answer.value.status == 200
    with page.expect_response(lambda answer: "/journeys/" in answer.url):
        pass
    expect(page.locator("#urls[data-seen]")).to_have_count(1)
    page.evaluate("getSelection().removeAllRanges()")
    page.locator("#urls .state-stored").first.wait_for()
    assert visitor.complaints == []
