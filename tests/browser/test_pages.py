"""Every page in a real browser, light and dark, wide and narrow: nothing on the console, nothing refused by the policy,
nothing that axe finds serious, nothing wider than the screen. Pictures are left in tests/screenshots."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright
from sesame.utils import get_query_string

from infra.local.stack import CHECKOUT
from pipeline import summary
from pipeline.models import Run
from pipeline.monitor import sampler
from pipeline.monitor.models import LogEvent, WorkerBeat
from pipeline.monitor.sampler import Reading
from tests.pages import WHEN, a_run, a_snapshot, an_article, journeys
from tests.product import chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
LOOKS = [("light", 1400), ("dark", 1400), ("light", 360), ("dark", 360)]
READABLE = {"light-1400", "dark-360"}  # where axe looks: both colours, both widths
EVIL = "<script>document.title='run'</script><img src=x onerror=alert(1)>\u202e" + "w" * 3000
CODE = '<pre><code class="language-python">def main():\n    return {"a": 1}  # why\n</code></pre>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps a loop in this thread; the rows are made in it too
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Visitor:
    """A signed-in person with a browser that takes note of every complaint."""

    def __init__(self, browser: Browser, base: str, colours: Any = "light", width: int = 1400) -> None:
        self.base, self.complaints = base, list[str]()
        self.look = f"{colours}-{width}"
        self.page: Page = browser.new_page(color_scheme=colours, viewport={"width": width, "height": 900})
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        user, _ = User.objects.get_or_create(username="visitor", is_superuser=True, is_staff=True)
        self.page.goto(f"{base}/signin/{get_query_string(user)}")

    def goto(self, path: str) -> Page:
        """Opens a page and waits for its parts."""
        self.page.goto(self.base + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def inspect(self, name: str) -> None:
        """Takes a picture and looks for trouble."""
        folder = CHECKOUT / "tests" / "screenshots"
        folder.mkdir(exist_ok=True)
        self.page.screenshot(path=folder / f"{name}-{self.look}.png", full_page=True)
        assert self.complaints == [], name
        wider = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, f"{name} is {wider} pixels wider than the screen"
        if self.look in READABLE:
            assert self.serious() == [], name

    def serious(self) -> list[str]:
        """What axe finds that keeps somebody from reading or using the page."""
        self.page.evaluate(AXE)
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        return [
            f"{each['id']}: {node['html'][:200]}"
            for each in found
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]


@pytest.fixture
def visitor(browser: Browser, live_server: Any) -> Iterator[Visitor]:
    visitor = Visitor(browser, live_server.url)
    yield visitor
    visitor.page.close()


def fill() -> dict[str, str]:
    """Something on every page; name -> path."""
    articles = [an_article(n, tags=["python", "web"], html=f"<h2>Why</h2><p>Text.</p>{CODE}") for n in range(40)]
    evil = an_article(
        99,
        title=EVIL,
        authors=[EVIL],
        tags=[EVIL],
        html=EVIL,
        excerpt=EVIL,
        quality_reasons=[EVIL],
        methods={"x": EVIL},
    )
    done, going = (
        a_run(name="Weekly", asked=[{"url": "https://blog.example/feed", "kind": "feed"}]),
        a_run(name=EVIL[:150]),
    )
    failed = journeys(done, 3, "failed", "fetch", reason="http-404", detail=EVIL, found_in=[EVIL], reasons=[EVIL])
    journeys(done, 20, "stored", "store", detail="new", timings={"fetch": 0.3, "extract": 0.1}, article=articles[0])
    done.waves.update(finished=WHEN)
    summary.close_run(done.pk)
    journeys(going, 30, working=True)
    Run.objects.filter(pk=going.pk).update(started=timezone.now() - timedelta(minutes=5))
    for level, run in ((20, done), (30, going), (40, going)):
        LogEvent.objects.create(
            at=timezone.now(), level=level, event="stage_finished", stage="fetch", run=run.pk, journey=failed[0].pk,
            url="https://blog.example/1", data={"status": 503, "text": EVIL},
        )  # fmt: skip
    sampler.write([Reading(queue, 7, 1, n % 2) for n, queue in enumerate(sampler.QUEUES)], timezone.now())
    for number, ago in enumerate((1, 45, 900)):
        now, doing = timezone.now(), {"task": "pipeline.fetch", "id": "x", "journey": failed[number].pk, "since": None}
        WorkerBeat.objects.create(
            name=f"fetch@host-{number}", pid=7, stage="fetch", pool="thread", slots=16, memory=10**8, busy=1,
            in_hand=[doing], started=now - timedelta(hours=2), beat=now - timedelta(seconds=ago),
        )  # fmt: skip
    a_snapshot(articles[1], b"<!doctype html><html lang=en><title>A page</title><h1>A page</h1>")
    return {
        "launch": "/",
        "runs": "/runs/",
        "run-done": f"/runs/{done.pk}/",
        "run-going": f"/runs/{going.pk}/",
        "journeys": f"/runs/{done.pk}/journeys/",
        "journey": f"/journeys/{failed[0].pk}/",
        "articles": "/articles/?tag=python",
        "article": f"/articles/{articles[1].pk}/",
        "article-beside": f"/articles/{articles[1].pk}/?beside=1",
        "hostile": f"/articles/{evil.pk}/",
        "queues": "/queues/",
        "logs": "/logs/",
        "logs-search": "/logs/?q=status:503+-event:x&last=24h",
        "log-line": LogEvent.objects.filter(level=40)[0].get_absolute_url(),
        "log-trace": f"/logs/trace?journey={failed[0].pk}",
        "log-errors": "/logs/errors",
        "why": "/why/?url=https://blog.example/1",
    }


EMPTY = {
    "launch": "/",
    "runs": "/runs/",
    "articles": "/articles/",
    "queues": "/queues/",
    "logs": "/logs/",
    "why": "/why/",
}


@pytest.mark.parametrize(("colours", "width"), LOOKS)
def test_every_page_is_sound_when_full(browser: Browser, live_server: Any, colours: str, width: int) -> None:
    visitor, paths = Visitor(browser, live_server.url, colours, width), fill()
    for name, path in paths.items():
        visitor.goto(path)
        visitor.inspect(name)
    visitor.page.close()


@pytest.mark.parametrize(("colours", "width"), [LOOKS[0], LOOKS[3]])
def test_every_page_is_sound_when_empty(browser: Browser, live_server: Any, colours: str, width: int) -> None:
    visitor = Visitor(browser, live_server.url, colours, width)
    for name, path in EMPTY.items():
        visitor.goto(path)
        visitor.inspect(f"empty-{name}")
    visitor.page.close()


def test_signing_in_is_sound(browser: Browser, live_server: Any) -> None:
    visitor = Visitor(browser, live_server.url)
    visitor.page.get_by_role("button", name="Sign out").click()
    visitor.page.get_by_label("Username").wait_for()
    visitor.inspect("signin")
    visitor.page.close()


def test_the_colours_are_chosen_and_kept(visitor: Visitor) -> None:
    page = visitor.goto("/")
    look = "document.documentElement.dataset.bsTheme"
    assert page.evaluate(look) == "light"
    page.get_by_role("button", name="Colours").click()
    page.get_by_role("button", name="Colours").click()
    assert page.evaluate(look) == "dark"
    assert visitor.goto("/articles/").evaluate(look) == "dark"


def test_a_wrong_form_keeps_what_was_typed_and_says_where_it_is_wrong(visitor: Visitor) -> None:
    page = visitor.goto("/")
    page.locator("[name=addresses]").fill("file:///etc/passwd")
    page.get_by_role("button", name="Launch").click()
    page.locator(".is-invalid").wait_for()
    assert page.locator("[name=addresses]").input_value() == "file:///etc/passwd"
    assert "neither http nor https" in page.locator("main").inner_text()


def test_a_running_run_moves_by_itself_and_stops_asking_at_its_end(visitor: Visitor) -> None:
    run = a_run(name="Moving")
    journeys(run, 2)
    page = visitor.goto(f"/runs/{run.pk}/")
    run.journeys.update(state="stored", stage="store", detail="new")
    page.get_by_text("100 % ended").wait_for(timeout=6000)
    run.waves.update(finished=WHEN)
    summary.close_run(run.pk)
    page.get_by_text("finished", exact=True).first.wait_for(timeout=6000)
    assert "Finished" in page.title()
    assert page.locator("#live[hx-get]").count() == 0
    assert page.get_by_role("button", name="Cancel").count() == 0
    assert visitor.complaints == []


def test_without_an_answer_the_page_says_since_when(visitor: Visitor) -> None:
    run = a_run()
    page = visitor.goto(f"/runs/{run.pk}/")
    page.route("**/live", lambda route: route.abort())
    page.get_by_text("No answer since").wait_for(timeout=6000)
    page.unroute("**/live")
    page.get_by_text("No answer since").wait_for(state="hidden", timeout=6000)


def test_articles_are_filtered_read_and_walked_with_keys(visitor: Visitor) -> None:
    for number in range(3):
        an_article(number, html=CODE, language="de" if number else "en")
    page = visitor.goto("/articles/")
    page.get_by_role("link", name="de 2").click()
    page.wait_for_url("**/articles/?language=de")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/articles/*/")
    assert page.get_by_role("heading", level=1).inner_text() == "Article 2"
    assert page.get_by_role("button", name="Copy").count() == 1
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()


def test_the_pages_can_be_read_without_scripts(browser: Browser, live_server: Any) -> None:
    paths = fill()
    user = User.objects.create(username="plain")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/signin/{get_query_string(user)}")
    for name, path in paths.items():
        answer = page.goto(live_server.url + path)
        assert answer is not None
        assert answer.status == 200, name
        assert page.get_by_role("heading", level=1).is_visible(), name
    context.close()


def test_an_opened_log_line_stays_open_while_the_log_is_followed(visitor: Visitor) -> None:
    LogEvent.objects.create(at=timezone.now(), level=20, event="first")
    page = visitor.goto("/logs/?tail=1")
    LogEvent.objects.create(at=timezone.now(), level=20, event="second")
    page.get_by_text("second", exact=True).first.wait_for(timeout=6000)
    page.locator("summary", has_text="second").click()
    LogEvent.objects.create(at=timezone.now(), level=20, event="third")
    page.wait_for_timeout(4000)
    assert page.locator("details[open]", has_text="second").count() == 1
