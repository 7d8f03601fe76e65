"""One browser for all screens, one signed-in visitor for each test, who takes note of every
complaint."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from infra.local.stack import CHECKOUT
from pipeline.core.database import execute
from tests.browser import colours
from tests.product import CHROMIUM_OPTIONS, chromium
from tests.waiting import LONG_WAIT_SECONDS, wait_until

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
LEAVE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# A rule tells how grave what it finds is: those that find nothing serious are left out.
RUN_AXE = """apart => {
    const others = axe._audit.rules.filter((rule) =>
        !["serious", "critical"].includes(rule.impact) || apart.includes(rule.id));
    const rules = Object.fromEntries(others.map((rule) => [rule.id, {enabled: false}]));
    return axe.run({resultTypes: ["violations"], rules});
}"""
WIDER = """Math.max(document.documentElement.scrollWidth - innerWidth,
    (document.querySelector("main")?.scrollWidth || 0) - innerWidth)"""  # charts are drawn anew a moment later
PRINTED = """[...document.querySelectorAll("nav[aria-label=Main], button, form[data-filter]")]
    .some((each) => each.checkVisibility())"""
WIDE, NARROW, PAPER = 1400, 360, 718  # pixels; paper is A4 within usual margins
PICTURES = CHECKOUT / "tests" / "screenshots"
# What is typed is asked for when nobody has typed for up to half a second.
QUIET_SECONDS = 0.7
expect.set_options(timeout=LONG_WAIT_SECONDS * 1000)
# What htmx says where what is typed next replaces what was asked for before and is still on its
# way. Of an answer that is lost it says more: sendError, timeout or responseError.
REPLACED = ("error: htmx:afterRequest,", "error: htmx:sendAbort,")
# What the browser says where the script below meets a sandboxed frame: of a stored page.
SANDBOXED = "error: Blocked script execution in "
# The pages give up on what they asked for after ten seconds, which a busy machine may need.
PATIENT = f"""addEventListener("DOMContentLoaded", () => {{
    if (window.htmx) htmx.config.timeout = {LONG_WAIT_SECONDS * 1000:.0f};
}});"""


@pytest.fixture(scope="package")
def browser(
    django_db_setup: None, django_db_blocker: Any, live_server: Any
) -> Iterator[Browser]:
    """The system's Chromium."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "1"  # playwright keeps a loop in this thread; the rows are made in it too
    )
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=CHROMIUM_OPTIONS
        )
        yield browser
        browser.close()
    with (
        django_db_blocker.unblock()
    ):  # the server's threads may stay a while, and the database cannot go before them
        execute(LEAVE, [])
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What all visitors share: the browser's cache."""
    with own_context(browser, viewport={"width": 1400, "height": 900}) as context:
        yield context


@contextmanager
def own_context(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A browser's context that a busy machine may keep waiting.

    Nothing fades, so that no picture is taken halfway.
    """
    context = browser.new_context(reduced_motion="reduce", **options)
    context.set_default_timeout(LONG_WAIT_SECONDS * 1000)
    context.add_init_script(PATIENT)
    yield context
    context.close()


class Visitor:
    """A signed-in person with a browser that takes note of every complaint."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.base, self.complaints = base, list[str]()
        context.add_cookies([signed_in(base)])
        self.page: Page = context.new_page()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._asking = set[Request]()
        self._asked_at = time.monotonic()
        self.page.on("request", self._begin)
        self.page.on("requestfinished", self._end)
        self.page.on("requestfailed", self._end)

    def _note(self, message: ConsoleMessage) -> None:
        text = f"{message.type}: {message.text}"
        if not text.startswith((*REPLACED, SANDBOXED)):
            self.complaints.append(text)

    def _begin(self, request: Request) -> None:
        self._asking.add(request)
        self._asked_at = time.monotonic()

    def _end(self, request: Request) -> None:
        self._asking.discard(request)
        self._asked_at = time.monotonic()

    def quiet(self) -> Page:
        """Wait until the page has asked for nothing for a moment, and nothing is on its way.

        Playwright's "networkidle" holds for good once a page was quiet after it was loaded.
        """
        wait_until(self._is_quiet, what=f"for {self.page.url} to be quiet")
        return self.page

    def _is_quiet(self) -> bool:
        self.page.wait_for_timeout(50)  # which is when the page is listened to
        quiet_for = time.monotonic() - self._asked_at
        return not self._asking and quiet_for >= QUIET_SECONDS

    def goto(self, path: str) -> Page:
        """Open a page and waits for the parts that it asks for."""
        self.page.goto(self.base + path)
        self.page.locator(".htmx-request").first.wait_for(state="detached")
        return self.page

    def looks(self, name: str) -> None:
        """Look for trouble, light and dark, wide and narrow.

        The page is not asked for anew, and what has nothing to do with colours is looked for once
        in each width.
        """
        for width, theme, other in (
            (WIDE, "light", "dark"),
            (NARROW, "dark", "light"),
        ):
            self.wears(theme)
            with self.pictured(f"{name}-{theme}-{width}"):
                self.fits(name, width)
                assert self.serious() == [], f"{name}, {theme}, {width}"
            self.wears(other)
            assert self.serious(only_colours=True) == [], f"{name}, {other}, {width}"
        self.wears("light")
        assert self.complaints == [], name

    @contextmanager
    def pictured(self, name: str) -> Iterator[None]:
        """Take a picture of a page with which something is wrong; of each page with SCREENSHOTS=1.

        One costs most of a second of CPU, and there are hundreds.
        """
        wanted = bool(os.environ.get("SCREENSHOTS"))
        try:
            yield
        except AssertionError:
            wanted = True
            raise
        finally:
            if wanted:
                path = PICTURES / f"{name}.jpeg"
                self.page.screenshot(path=path, full_page=True)

    def prints(self, name: str) -> None:
        """The dark page on paper: as wide as the sheet, dark on white, without what only works on a
        screen."""
        self.wears("dark")
        self.page.emulate_media(media="print", color_scheme="dark")
        with self.pictured(f"{name}-print"):
            self.fits(name, PAPER)
            assert self.serious(only_colours=True) == [], f"{name}, printed"
        assert (
            self.page.evaluate("getComputedStyle(document.body).backgroundColor")
            == "rgb(255, 255, 255)"
        ), name
        assert not self.page.evaluate(PRINTED), (
            f"{name}: what only works on a screen is printed"
        )
        self.page.emulate_media(media="screen", color_scheme="light")

    def wears(self, theme: Any) -> None:
        """The page is light or dark."""
        self.page.emulate_media(color_scheme=theme)
        worn = "document.documentElement.dataset.bsTheme"
        wait_until(
            lambda: self.page.evaluate(worn) == theme,
            what=f"for {self.page.url} to be {theme}",
        )

    def fits(self, name: str, width: int) -> None:
        """The page is no wider than a screen of this width, and nothing of it is cut off."""
        self.page.set_viewport_size({"width": width, "height": 900})
        wait_until(
            lambda: self.page.evaluate(WIDER) <= 0,
            what=f"for {name} to fit a screen of {width} pixels",
        )

    def serious(self, only_colours: bool = False) -> list[str]:
        """What axe finds that keeps somebody from reading or using the page.

        A part may have been on its way, and be grey for that moment: then it looks again.
        """
        if found := self._violations(only_colours):
            self.quiet()
            found = self._violations(only_colours)
        return found

    def _violations(self, only_colours: bool) -> list[str]:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        found = colours.check(self.page)
        if not only_colours:
            found += self.page.evaluate(RUN_AXE, colours.RULES)["violations"]
        return [
            f"{each['id']}: {node['html'][:200]}"
            for each in found
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]


def signed_in(base: str, username: str = "visitor") -> Any:
    """The cookie of somebody who may do everything."""
    user, _ = User.objects.get_or_create(
        username=username, defaults={"is_staff": True, "is_superuser": True}
    )
    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": base,
    }


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs whose discovery would be on its way."""
    found: list[int] = []
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover", lambda run, **_: found.append(run)
    )
    return found


@pytest.fixture
def visitor(context: BrowserContext, live_server: Any) -> Iterator[Visitor]:
    visitor = Visitor(context, live_server.url)
    yield visitor
    visitor.page.close()
    context.clear_cookies()
    assert visitor.complaints == [], (
        "on the console; what a test provokes it takes away itself"
    )
