"""The launch page in a browser."""

import pytest
from playwright.sync_api import expect

from pipeline.models import Run
from pipeline.summary import stage as summary_stage
from tests.browser.conftest import Visitor
from tests.pages import WHEN, a_run, journeys

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_wrong_form_keeps_what_was_typed_and_says_where_it_is_wrong(
    visitor: Visitor,
) -> None:
    page = visitor.goto("/")
    page.locator("[name=addresses]").fill("file:///etc/passwd")
    page.get_by_role("button", name="Start crawl").click()
    page.locator(".is-invalid").wait_for()
    expect(page.locator("[name=addresses]")).to_have_value("file:///etc/passwd")
    expect(page.locator("main")).to_contain_text(
        "neither http nor https", use_inner_text=True
    )
    assert all(
        "422" in complaint for complaint in visitor.complaints
    )  # the browser notes the refused form
    visitor.complaints.clear()


def test_what_is_typed_is_understood_and_what_will_happen_is_said(
    visitor: Visitor,
) -> None:
    a_run("finished", name="Weekly", found=240, stored=240, summary={"seconds": 192})
    page = visitor.goto("/")
    page.locator("[name=addresses]").fill("look at https://blog.example/")
    page.get_by_text("1 URL:").wait_for()
    page.get_by_text("look: ").first.wait_for()
    page.locator("[name=addresses]").fill("https://blog.example/")
    page.locator(".start-options > summary").click()
    page.locator("[name=limit]").fill("10")
    page.get_by_text("up to 10 articles").wait_for()
    expect(page.locator("#understood")).to_contain_text(
        "240 URLs in 3 m 12 s", use_inner_text=True
    )
    assert visitor.complaints == []


def test_a_launch_leads_to_its_run_and_only_looking_to_its_preview(
    visitor: Visitor, sent: list[int]
) -> None:
    page = visitor.goto("/")
    page.locator("[name=addresses]").fill("https://blog.example/")
    page.get_by_role("button", name="Preview").click()
    page.wait_for_url("**/runs/*/")
    run = Run.objects.get(pk=sent[0])
    assert run.parameters["dry_run"]
    Run.objects.filter(pk=run.pk).update(state="discovering")
    Run.objects.filter(pk=run.pk).update(state="running")
    journeys(
        run,
        2,
        "skipped",
        "discover",
        reason="dry-run",
        score=0.9,
        source_metadata={"title": "An article"},
    )
    run.batches.update(finished_at=WHEN)
    summary_stage.close_run(run.pk)
    page.get_by_role("link", name="View results").click()
    page.get_by_role("heading", name="Preview: 2 articles found").wait_for()
    page.get_by_role("link", name="Crawl th").click()
    expect(page.locator("[name=addresses]")).to_have_value("https://blog.example/")
    page.get_by_role("button", name="Start crawl", exact=True).click()
    page.wait_for_url("**/runs/*/")
    assert not Run.objects.get(pk=sent[1]).parameters["dry_run"]
    assert visitor.complaints == []
