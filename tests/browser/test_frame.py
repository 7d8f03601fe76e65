"""What is around every page: signing in and out, colours."""

from typing import Any

import pytest
from django.db import OperationalError
from playwright.sync_api import Browser

from tests.browser.conftest import Visitor, own_context

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_signing_in_is_sound(visitor: Visitor) -> None:
    visitor.goto("/")
    visitor.page.get_by_role("button", name="Sign out").click()
    visitor.page.get_by_label("Username").wait_for()
    visitor.looks("signin")


def test_asking_for_a_new_password_is_sound(visitor: Visitor, settings: Any) -> None:
    settings.EMAIL_URL_SET = True
    visitor.goto("/")
    visitor.page.get_by_role("button", name="Sign out").click()
    visitor.page.get_by_role("link", name="Forgot your password?").click()
    visitor.page.get_by_label("Email").wait_for()
    visitor.looks("password-reset")
    visitor.goto("/signin/reset/MQ/an-oldone/")
    visitor.page.get_by_role("link", name="Send another link").wait_for()
    visitor.looks("password-reset-link")


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("not-found", "/nothing/", 404),
        ("fault", "/runs/", 500),
        ("outage", "/jobs/", 503),
    ],
)
def test_a_page_that_cannot_be_shown_says_why_and_what_to_do(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, name: str, path: str, status: int
) -> None:
    monkeypatch.setattr("pipeline.web.runs.page_of", broken(ValueError("a bug")))
    monkeypatch.setattr(
        "pipeline.web.jobs.page_of", broken(OperationalError("refused"))
    )
    answer = visitor.page.goto(visitor.base + path)
    assert answer is not None
    assert answer.status == status
    visitor.complaints.clear()  # the browser notes the status
    visitor.looks(name)


def broken(error: Exception) -> Any:
    def fail(*_: Any) -> None:
        raise error

    return fail


def test_the_colours_are_chosen_and_kept(browser: Browser, live_server: Any) -> None:
    # Its own context: the choice would last.
    with own_context(browser, color_scheme="light") as context:
        visitor = Visitor(context, live_server.url)
        page = visitor.goto("/")
        look = "document.documentElement.dataset.bsTheme"
        assert page.evaluate(look) == "light"
        page.get_by_role("button", name="Theme").click()
        page.get_by_role("button", name="Theme").click()
        assert page.evaluate(look) == "dark"
        assert visitor.goto("/articles/").evaluate(look) == "dark"
