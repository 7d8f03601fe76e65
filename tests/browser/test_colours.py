"""A text that is hard to read is found wherever it stands, also where axe has judged many others."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser import colours
from tests.browser.conftest import AXE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What is easy to read, and what differs from it in one thing and is not; none is on any page of ours.
PAIRS = {
    "colour": (
        "<p style='color: #012'>A text</p>",
        "<p style='color: #bcd'>A text</p>",
    ),
    "background": (
        "<div><p style='color: #013'>A text</p></div>",
        "<div style='background: #124'><p style='color: #013'>A text</p></div>",
    ),
    "opacity": (
        "<div><p style='color: #014'>A text</p></div>",
        "<div style='opacity: .2'><p style='color: #014'>A text</p></div>",
    ),
    "size": (
        "<p style='color: #878789; font-size: 30px'>A text</p>",
        "<p style='color: #878789; font-size: 12px'>A text</p>",
    ),
    "weight": (
        "<p style='color: #87878a; font-size: 20px; font-weight: 700'>A text</p>",
        "<p style='color: #87878a; font-size: 20px'>A text</p>",
    ),
    "disabled": (
        "<button style='color: #cde; background: #fff' disabled>A text</button>",
        "<button style='color: #cde; background: #fff'>A text</button>",
    ),
    "field": (
        "<input value='A text' aria-label=a style='color: #015'>",
        "<input value='A text' aria-label=a style='color: #bce'>",
    ),
    "length": (
        "<p style='color: #bcf'>A</p>",
        "<p style='color: #bcf'>A text</p>",
    ),
    "hidden": (
        "<p style='color: #bdf; visibility: hidden'>A text</p>",
        "<p style='color: #bdf'>A text</p>",
    ),
    "link": (
        "<p style='color: #016'><a href=/ style='color: #017'>A link</a></p>",
        "<p style='color: #016'>Much more text around <a href=/ style='color: #017; text-decoration: none'>a link</a>.</p>",
    ),
    "link among text": (
        "<p style='color: #018'><a href=/ style='color: #019; text-decoration: none'>A link</a></p>",
        "<p style='color: #018'>Much more text around <a href=/ style='color: #019; text-decoration: none'>a link</a>.</p>",
    ),
    "theme": (
        "<p style='color: #01a'>A text</p>",
        "<style>:root { color-scheme: dark; background: #111 }</style><p style='color: #01a'>A text</p>",
    ),
    "print": (
        "<p style='color: #01b'>A text</p>",
        "<style>p { color: #01b } @media print { p { color: #bdd } }</style><p>A text</p>",
    ),
}


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()


def found(page: Page, html: str) -> list[str]:
    """The rules that this page violates."""
    page.set_content(f"<!doctype html><html lang=en><title>A page</title>{html}")
    page.evaluate(AXE)
    return [each["id"] for each in colours.check(page)]


@pytest.mark.parametrize("difference", PAIRS)
def test_a_text_that_is_hard_to_read_is_found_after_one_that_is_not(
    page: Page, difference: str
) -> None:
    easy, hard = PAIRS[difference]
    assert found(page, easy) == []
    if difference == "print":
        page.emulate_media(media="print")
    assert found(page, hard) != []
    assert found(page, easy + hard) != [], "beside the other one"
    assert found(page, hard) != [], "again"


def test_what_looks_the_same_is_not_judged_again(page: Page) -> None:
    html = "<p style='color: #01c'>A text</p>"
    assert found(page, html) == []
    page.evaluate("() => { axe.run = () => { throw new Error('asked again'); }; }")
    assert colours.check(page) == []


def test_a_text_is_judged_where_another_one_that_looks_the_same_is_not(
    page: Page,
) -> None:
    text = "<p style='color: #bde'>A text</p>"
    assert found(page, f"<div aria-disabled=true>{text}</div>") == []
    assert found(page, f"<div aria-disabled=true>{text}</div>{text}") != []
