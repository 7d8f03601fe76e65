"""What strangers write, all of it at once, in a real browser: nothing runs, nothing covers or
breaks a page."""

from typing import Any

import pytest

from tests.browser.conftest import Visitor
from tests.hostile import TEXTS, hostile
from tests.pages import an_article
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHOLE = """() => ({
    ends: document.querySelector("#keys").parentElement === document.body,
    inside: document.querySelectorAll("main main, main header, main #keys").length,
    styles: document.querySelectorAll("style, main link, base, [style]:not([data-plot] *)").length,
    covered: !document.querySelector(".topbar").contains(document.elementFromPoint(60, 20)),
})"""
SOUND = {"ends": True, "inside": 0, "styles": 0, "covered": False}


def test_nothing_runs_and_no_page_is_broken(visitor: Visitor) -> None:
    asked: list[str] = []
    visitor.page.on(
        "dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss())
    )
    visitor.page.on(
        "request",
        lambda request: (
            asked.append(request.url) if visitor.base not in request.url else None
        ),
    )
    paths = hostile("".join(text for text in TEXTS.values() if len(text) < 2_000))
    for number, text in enumerate(TEXTS.values(), 2):
        an_article(
            number,
            title=text,
            html=f"<p>{text}</p>",
            excerpt=text,
            tags=[text[:200]],
            labels=[text[:60]],
        )
    for name, path in paths.items():
        page = visitor.goto(path)
        assert page.evaluate(WHOLE) == SOUND, name
        assert page.title().endswith(" · Gleaner"), name
        for width in (1400, 360):
            page.set_viewport_size({"width": width, "height": 900})
            wait_until(
                lambda: page.evaluate(  # noqa: B023
                    "document.documentElement.scrollWidth <= innerWidth"
                ),
                what=f"at {name}",
            )
    assert asked == []


@pytest.mark.parametrize("path", ["/runs/", "/logs/?q=x", "/queues/"])
def test_what_turns_the_direction_of_writing_ends_with_its_element(
    visitor: Visitor, path: str
) -> None:
    hostile("\u202eneddih")
    page: Any = visitor.goto(path)
    assert (
        page.evaluate(
            "getComputedStyle(document.querySelector('main :is(a, span, label)')).unicodeBidi"
        )
        == "isolate"
    )
