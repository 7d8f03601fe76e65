"""The launch page in a browser."""

import pytest

from tests.browser.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_wrong_form_keeps_what_was_typed_and_says_where_it_is_wrong(visitor: Visitor) -> None:
    page = visitor.goto("/")
    page.locator("[name=addresses]").fill("file:///etc/passwd")
    page.get_by_role("button", name="Launch").click()
    page.locator(".is-invalid").wait_for()
    assert page.locator("[name=addresses]").input_value() == "file:///etc/passwd"
    assert "neither http nor https" in page.locator("main").inner_text()
