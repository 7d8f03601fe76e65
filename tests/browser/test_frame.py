"""What is around every page: signing in and out, colours."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_signing_in_is_sound(visitor: Visitor) -> None:
    visitor.goto("/")
    visitor.page.get_by_role("button", name="Sign out").click()
    visitor.page.get_by_label("Username").wait_for()
    for colours, width in (("light", 1400), ("dark", 360)):
        visitor.looks("signin", colours, width)


def test_the_colours_are_chosen_and_kept(browser: Browser, live_server: Any) -> None:
    context = browser.new_context(color_scheme="light")  # its own: the choice would last
    visitor = Visitor(context, live_server.url)
    page = visitor.goto("/")
    look = "document.documentElement.dataset.bsTheme"
    assert page.evaluate(look) == "light"
    page.get_by_role("button", name="Colours").click()
    page.get_by_role("button", name="Colours").click()
    assert page.evaluate(look) == "dark"
    assert visitor.goto("/articles/").evaluate(look) == "dark"
    context.close()
