"""One browser for all screens, one signed-in visitor for each test, who takes note of every complaint."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from infra.local.stack import CHECKOUT
from pipeline.database import execute
from tests.product import chromium
from tests.waiting import wait_until

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
LEAVE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
PICTURES = CHECKOUT / "tests" / "screenshots"


@pytest.fixture(scope="package")
def browser(django_db_setup: None, django_db_blocker: Any, live_server: Any) -> Iterator[Browser]:
    """The system's Chromium."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps a loop in this thread; the rows are made in it too
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()
    with django_db_blocker.unblock():  # the server's threads may stay a while, and the database cannot go before them
        execute(LEAVE, [])
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What all visitors share: the browser's cache. Nothing fades, so that no picture is taken halfway."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    yield context
    context.close()


class Visitor:
    """A signed-in person with a browser that takes note of every complaint."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.base, self.complaints = base, list[str]()
        context.add_cookies([signed_in(base)])
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def goto(self, path: str) -> Page:
        """Opens a page and waits for the parts that it asks for."""
        self.page.goto(self.base + path)
        self.page.locator(".htmx-request").first.wait_for(state="detached")
        return self.page

    def looks(self, name: str, colours: Any, width: int) -> None:
        """Takes a picture in these colours and width, and looks for trouble."""
        self.page.emulate_media(color_scheme=colours)
        self.fits(name, width)
        self.page.screenshot(path=PICTURES / f"{name}-{colours}-{width}.png", full_page=True)
        assert self.complaints == [], name
        assert self.serious() == [], f"{name}, {colours}, {width}"

    def fits(self, name: str, width: int) -> None:
        """The page is no wider than a screen of this width."""
        self.page.set_viewport_size({"width": width, "height": 900})
        wider = "document.documentElement.scrollWidth - window.innerWidth"  # charts are drawn anew a moment later
        wait_until(lambda: self.page.evaluate(wider) <= 0, 3, f"for {name} to fit a screen of {width} pixels")

    def serious(self) -> list[str]:
        """What axe finds that keeps somebody from reading or using the page."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        return [
            f"{each['id']}: {node['html'][:200]}"
            for each in found
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]


def signed_in(base: str, username: str = "visitor") -> Any:
    """The cookie of somebody who may do everything."""
    user, _ = User.objects.get_or_create(username=username, defaults={"is_staff": True, "is_superuser": True})
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
    monkeypatch.setattr("pipeline.tasks.discover.apply_async", lambda args, **_: found.append(args[0]))
    return found


@pytest.fixture
def visitor(context: BrowserContext, live_server: Any) -> Iterator[Visitor]:
    visitor = Visitor(context, live_server.url)
    yield visitor
    visitor.page.close()
    context.clear_cookies()
