"""Jobs in a browser: from the launch form to a schedule, edited, run, paused and removed."""

import pytest
from playwright.sync_api import expect

from pipeline.models import Job, Run
from tests.browser.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def understood(visitor: Visitor) -> None:
    """Waits for what the form is taken for: leaving while it loads is an error on the console."""
    shown = visitor.page.locator("#understood").get_by_text("blog.example")
    shown.first.wait_for()
    visitor.quiet()


def test_a_wish_becomes_a_job_with_a_schedule_in_simple_words(visitor: Visitor) -> None:
    page = visitor.goto("/")
    page.locator("[name=addresses]").fill("https://blog.example/")
    page.locator(".start-options > summary").click()
    page.locator("[name=name]").fill("Weekly")
    understood(visitor)
    page.get_by_role("button", name="Save as a job").click()
    page.get_by_role("heading", name="New job").wait_for()
    understood(visitor)
    expect(page.locator("[name=addresses]")).to_have_value("https://blog.example/")
    expect(page.locator("[name=at]")).not_to_be_visible()

    page.get_by_label("Repeat").select_option("week")
    page.get_by_label("Thursday").check()
    page.get_by_label("At", exact=True).fill("06:30")
    page.get_by_label("Time zone").fill("Europe/Berlin")
    page.get_by_text("Next: ").wait_for()
    page.get_by_text("06:30 CE").first.wait_for()
    expect(page.locator("[name=cron]")).not_to_be_visible()

    page.get_by_label("Repeat").select_option("cron")
    page.get_by_label("Cron expression").fill("0 6 31 2 *")
    page.get_by_text("never occurs").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".is-invalid").wait_for()
    understood(visitor)
    page.get_by_label("Repeat").select_option("week")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("every Monday and Thursday at 06:30 (Europe/Berlin)").wait_for()
    assert all(
        "422" in complaint for complaint in visitor.complaints
    )  # the browser notes the refused form
    visitor.complaints.clear()
    assert Job.objects.get().name == "Weekly"


def test_a_job_is_run_paused_and_removed(visitor: Visitor, sent: list[int]) -> None:
    job = Job.objects.create(
        name="Weekly", parameters={"addresses": ["https://blog.example/"]}
    )
    page = visitor.goto("/jobs/")
    page.get_by_role("button", name="Run now").click()
    page.wait_for_url("**/runs/*/")
    assert Run.objects.get(pk=sent[0]).job == job
    page.get_by_role("navigation", name="Breadcrumb").get_by_role(
        "link", name="Weekly"
    ).click()
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Delete").click()
    assert Job.objects.exists()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("Its runs stay").wait_for()
    assert not Job.objects.exists()
    assert visitor.complaints == []
