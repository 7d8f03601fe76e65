"""What people come for, click by click: each path is walked with as few clicks as it is said to
take."""

import pytest
from playwright.sync_api import Locator, expect

from pipeline.models import Job, Run
from pipeline.summary import stage as summary_stage
from tests.browser.conftest import Visitor
from tests.pages import WHEN, a_run, an_article, journeys

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Clicks:
    """Clicks, and counts them."""

    def __init__(self) -> None:
        self.number = 0

    def on(self, target: Locator) -> None:
        self.number += 1
        target.click()


@pytest.fixture
def clicks() -> Clicks:
    return Clicks()


@pytest.fixture(autouse=True)
def nothing_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.journeys.batches.dispatch_batches", lambda run: None)


def begin(run: Run) -> None:
    """As the stage discover would: the run finds its URLs."""
    for state in ("discovering", "running"):
        Run.objects.filter(pk=run.pk).update(state=state, started_at=WHEN)


def end(run: Run) -> None:
    run.batches.update(finished_at=WHEN)
    summary_stage.close_run(run.pk)


def test_add_a_source_and_read_its_first_article(
    visitor: Visitor, sent: list[int], clicks: Clicks
) -> None:
    page = visitor.goto("/sources/")
    page.get_by_label("URL of a blog").fill("https://blog.example/")
    clicks.on(page.get_by_role("button", name="Add source"))
    page.wait_for_url("**/runs/*/")
    run = Run.objects.get(pk=sent[0])
    begin(run)
    article = an_article(title="The first article", runs=[run.pk])
    journeys(run, 1, "stored", "store", article=article, detail="new")
    end(run)
    clicks.on(page.get_by_role("link", name="Read the 1 stored article"))
    clicks.on(page.get_by_role("link", name="The first article"))
    page.get_by_role("heading", level=1, name="The first article").wait_for()
    assert clicks.number == 3


def test_the_first_page_leads_to_an_article_in_one_click(
    visitor: Visitor, clicks: Clicks
) -> None:
    an_article(title="Just added")
    page = visitor.goto("/")
    clicks.on(page.get_by_role("link", name="Just added"))
    page.get_by_role("heading", level=1, name="Just added").wait_for()
    assert clicks.number == 1


def test_preview_and_then_crawl(
    visitor: Visitor, sent: list[int], clicks: Clicks
) -> None:
    page = visitor.goto("/")
    page.locator("[name=addresses]").fill("https://blog.example/")
    clicks.on(page.get_by_role("button", name="Preview"))
    page.wait_for_url("**/runs/*/")
    preview = Run.objects.get(pk=sent[0])
    begin(preview)
    found = {"title": "An article"}
    journeys(preview, 3, "skipped", "discover", reason="dry-run", source_metadata=found)
    end(preview)
    clicks.on(page.get_by_role("link", name="View results"))
    clicks.on(page.get_by_role("link", name="Crawl these 3 articles"))
    clicks.on(page.get_by_role("button", name="Start crawl", exact=True))
    page.wait_for_url("**/runs/*/")
    assert not Run.objects.get(pk=sent[1]).parameters["dry_run"]
    assert clicks.number == 4


def test_retry_all_urls_of_one_reason(visitor: Visitor, clicks: Clicks) -> None:
    run = a_run()
    journeys(run, 3, "failed", "fetch", reason="http-503")
    journeys(run, 2, "failed", "fetch", reason="http-404")
    end(run)
    page = visitor.goto(f"/runs/{run.pk}/")
    clicks.on(page.get_by_role("button", name="Retry 3 of 503"))
    page.get_by_text("3 URLs sent again.").wait_for()
    assert run.journeys.filter(state="pending").count() == 3
    assert run.journeys.filter(state="failed", reason="http-404").count() == 2
    assert clicks.number == 1


def test_save_what_a_rule_left_out(visitor: Visitor, clicks: Clicks) -> None:
    run = a_run()
    journeys(run, 4, "skipped", "discover", reason="not-an-article", batch=None)
    journeys(run, 1, "stored", "store")
    end(run)
    page = visitor.goto(f"/runs/{run.pk}/")
    page.on("dialog", lambda dialog: dialog.accept())
    clicks.on(page.get_by_role("link", name="Not an article", exact=True))
    clicks.on(page.get_by_text("Select all 4 matches"))
    clicks.on(page.get_by_role("button", name="Save anyway (4)"))
    page.get_by_text("4 URLs to be saved in spite of the rules.").wait_for()
    assert run.journeys.filter(state="pending", override="rules").count() == 4
    assert clicks.number == 3


def test_make_a_schedule_for_a_source(visitor: Visitor, clicks: Clicks) -> None:
    source = an_article().source
    page = visitor.goto("/sources/")
    clicks.on(page.get_by_role("row").get_by_role("link", name="Schedule"))
    page.get_by_label("Repeat").select_option("day")
    page.get_by_text("Next: ").wait_for()
    visitor.quiet()
    clicks.on(page.get_by_role("button", name="Save", exact=True))
    page.get_by_role("heading", level=1, name=str(source)).wait_for()
    assert Job.objects.get().schedule
    assert clicks.number == 2


def test_the_urls_of_a_run_are_filtered_without_a_script_too(
    visitor: Visitor, clicks: Clicks
) -> None:
    run = a_run()
    journeys(run, 2, "failed", "fetch", reason="http-404")
    journeys(run, 5, "stored", "store")
    end(run)
    page = visitor.goto(f"/runs/{run.pk}/journeys/")
    clicks.on(page.locator(".facet").get_by_role("link", name="404 Not Found"))
    page.locator(".facet [aria-current]", has_text="404 Not Found").wait_for()
    expect(page.locator("tr[data-row]")).to_have_count(2)
    clicks.on(page.locator(".facet [aria-current]"))
    page.get_by_text("7 URLs").wait_for()
    assert clicks.number == 2
