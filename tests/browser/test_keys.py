"""With the keyboard alone: the help, and the command palette."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from catalog.models import SavedView
from tests.browser.conftest import Visitor
from tests.pages import an_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_palette_goes_to_a_page_a_view_and_a_source(visitor: Visitor) -> None:
    an_article(1, host="planet.example")
    owner = User.objects.get(username="visitor")
    SavedView.objects.create(owner=owner, name="To read", query="state=unread")
    page = visitor.goto("/articles/")
    options = page.get_by_role("listbox", name="Commands").get_by_role("option")
    for typed, label, address in (
        ("runs", "Runs", "**/runs/"),
        ("to re", "To read", "**/articles/?state=unread"),
        ("planet", "planet.example", "**/articles/?source=planet.example"),
    ):
        page.keyboard.press("Control+k")
        page.keyboard.type(typed)
        options.filter(has_text=label).first.wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url(address)


def test_the_palette_is_walked_with_arrows_and_closes(visitor: Visitor) -> None:
    an_article(1)
    page = visitor.goto("/articles/")
    page.get_by_role("button", name="Command palette").click()
    field = page.get_by_role("combobox", name="Go to a page")
    chosen = page.locator("#palette-list [aria-selected=true]")
    chosen.filter(has_text="Home").wait_for()
    page.keyboard.press("ArrowDown")
    chosen.filter(has_text="Sources").wait_for()
    expect(field).to_have_attribute("aria-activedescendant", "palette-1")
    visitor.looks("palette")
    page.keyboard.press("Escape")
    field.wait_for(state="hidden")


def test_the_palette_does_what_the_page_can_do(visitor: Visitor) -> None:
    an_article(1)
    page = visitor.goto("/articles/")
    page.keyboard.press("Control+k")
    page.keyboard.type("export csv")
    page.get_by_role("option", name="Export as CSV").wait_for()
    with page.expect_download():
        page.keyboard.press("Enter")


def test_the_help_names_every_key(visitor: Visitor) -> None:
    page = visitor.goto("/articles/")
    page.keyboard.press("?")
    help_text = page.get_by_role("dialog").inner_text()
    keys = page.evaluate("Object.keys(KEYS)")
    named = help_text.split()
    assert [key for key in keys if key not in named and key != "Enter"] == []
    visitor.looks("keyboard-help")
