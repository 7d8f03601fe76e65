"""From the web form to the article list, in a real browser, through every real process."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, sync_playwright

from infra.local.blog import Blog
from infra.local.stack import CHECKOUT
from tests.product import CHROMIUM_OPTIONS, Product, chromium
from tests.waiting import LONG_WAIT_SECONDS, wait_until

pytestmark = [pytest.mark.broker, pytest.mark.browser]
EXPECTED = json.loads((CHECKOUT / "infra/local/sample/site/expected.json").read_text())


@pytest.fixture(scope="module")
def page(product: Product) -> Iterator[Page]:
    """A signed-in browser; it must have nothing to complain about."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=CHROMIUM_OPTIONS
        )
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(LONG_WAIT_SECONDS * 1000)
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text) if message.type == "error" else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(product.sign_in_link())
        yield page
        browser.close()
    assert complaints == []


@pytest.fixture(scope="module")
def run(product: Product, page: Page) -> int:
    """A run of the sample blog, launched through the form and over.

    What other files crawled is forgotten: all articles are of this run.
    """
    product.forget()
    page.goto(product.url)
    page.locator("[name=addresses]").fill(product.blog.url)
    page.get_by_role("button", name="Start crawl").click()
    page.wait_for_url("**/runs/*/")
    number = int(page.url.rstrip("/").rsplit("/", 1)[-1])
    product.wait_for_end(number)
    return number


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where anyone can look at it; `make pictures` keeps the top of the page for
    the documents."""
    folder = CHECKOUT / "tests" / "screenshots"
    folder.mkdir(exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    if documents := os.environ.get("PICTURES"):
        page.screenshot(path=Path(documents) / f"{name}.png")


def test_the_run_page_follows_the_run_to_its_end(
    product: Product, page: Page, run: int
) -> None:
    page.get_by_text("finished", exact=True).first.wait_for()
    picture(page, "run")
    page.get_by_role("link", name="URLs", exact=True).click()
    page.wait_for_url("**/journeys/")
    picture(page, "urls")


def test_the_first_page_and_the_sources_show_what_was_crawled(
    product: Product, page: Page, run: int
) -> None:
    page.goto(product.url)
    page.get_by_role("heading", name="Recently added articles").wait_for()
    picture(page, "home")
    page.get_by_role("link", name="Sources", exact=True).first.click()
    page.wait_for_url("**/sources/")
    source = page.locator("tbody tr", has_text=urlsplit(product.blog.url).netloc)
    assert source.count() == 1
    assert "Not crawled yet" not in source.inner_text()
    picture(page, "sources")


def test_every_page_of_the_blog_ends_as_it_should(product: Product, run: int) -> None:
    outcomes = product.outcomes(run)

    for path in EXPECTED["stored"]:
        assert outcomes[path][0] == "stored", path
    for path, reasons in EXPECTED["rejected"].items():
        assert outcomes[path][1] in reasons, path
    for paths in EXPECTED["same"]:
        states = sorted(outcomes[path][0] for path in paths if path in outcomes)
        assert states[-1:] == ["stored"], paths
        assert states[:-1] == ["duplicate"] * (len(states) - 1), paths


def test_the_summary_adds_up(product: Product, run: int) -> None:
    summary = product.sql("SELECT summary FROM pipeline_run WHERE id = %s", run)[0][0]
    rows = dict(
        product.sql(
            "SELECT state, count(*) FROM pipeline_journey WHERE run_id = %s GROUP BY 1",
            run,
        )
    )

    assert summary["found"] == sum(summary["states"].values()) == sum(rows.values())
    assert {state: count for state, count in summary["states"].items() if count} == rows
    assert (
        summary["articles"]["new"]
        == product.sql("SELECT count(*) FROM catalog_article")[0][0]
    )
    assert set(summary["stages"]) == {"fetch", "extract", "store"}


def test_the_article_is_in_the_list_and_can_be_read(
    product: Product, page: Page, run: int
) -> None:
    page.goto(f"{product.url}/articles/?q=argparse")
    picture(page, "articles")
    page.get_by_role("link", name="A command line with verbs").first.click()
    page.wait_for_url("**/articles/*/?list=**")

    assert page.locator("article pre").count() > 0
    picture(page, "article")


def test_an_article_is_extracted_again_without_leaving_the_reader(
    product: Product, page: Page, run: int
) -> None:
    [(article,)] = product.sql(
        "SELECT id FROM catalog_article WHERE url = %s",
        f"{product.blog.url}posts/argparse-subcommands/",
    )
    page.goto(f"{product.url}/articles/{article}/")
    page.keyboard.press("i")
    page.get_by_role("button", name="Extract again").click()
    page.get_by_text("The text is the same as before").wait_for()
    assert page.url == f"{product.url}/articles/{article}/"


def test_the_queues_are_shown_with_their_workers(
    product: Product, page: Page, run: int
) -> None:
    def sampled() -> bool:
        page.goto(f"{product.url}/queues/")
        return (
            page.get_by_text("fetch").count() > 0
            and "no data" not in page.content().lower()
        )

    wait_until(sampled, what="for a sample of the queues")
    versions = [
        version
        for (version,) in product.sql("SELECT version FROM monitor_deploy ORDER BY id")
    ]
    assert versions
    assert all(one != other for one, other in pairwise(versions)), (
        "five workers tell of one deploy"
    )
    picture(page, "queues")


def test_the_log_tells_the_journey_of_a_url_across_the_workers(
    product: Product, page: Page, run: int
) -> None:
    stages = (
        "SELECT DISTINCT stage FROM monitor_logevent WHERE run = %s AND url LIKE %s"
    )

    def written() -> bool:
        return {
            row[0] for row in product.sql(stages, run, "%/posts/argparse-subcommands/")
        } >= {
            "fetch",
            "extract",
            "store",
        }

    wait_until(written, what="for the log to be written")
    page.goto(f"{product.url}/logs/?run={run}")
    assert page.get_by_text("journey_ended").count() > 0
    picture(page, "logs")


def test_an_unchanged_blog_is_not_asked_for_its_articles_again(
    product: Product, run: int
) -> None:
    product.blog.requests.clear()
    answer = json.loads(
        product.manage("crawl", product.blog.url, "--json").splitlines()[-1]
    )

    assert answer["states"]["stored"] == 0
    assert answer["states"]["unchanged"] >= len(EXPECTED["stored"])
    assert not [
        request
        for request in product.blog.requests
        if request.path in EXPECTED["stored"]
    ]


def unknown_host() -> str:
    """What is said of a host that does not exist: a machine without a name server cannot know."""
    try:
        socket.getaddrinfo("no-such-host.invalid", 80)
    except socket.gaierror as error:
        return "DNS failure" if error.errno == socket.EAI_AGAIN else "Unknown host"
    raise AssertionError("the name server knows a host that cannot exist")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://no-such-host.invalid/", unknown_host),
        ("http://127.0.0.1:9/", lambda: "refused"),
    ],
    ids=["unknown", "refused"],
)
def test_an_address_that_cannot_be_had_ends_its_run_with_the_reason(
    product: Product, address: str, reason: Callable[[], str]
) -> None:
    answer = json.loads(product.manage("crawl", address, "--json").splitlines()[-1])

    assert answer["state"] == "failed"
    assert reason() in answer["reason"]


def test_an_internal_address_is_refused_before_a_run_begins(product: Product) -> None:
    said = product.manage("crawl", "http://10.1.2.3/", "--json")

    assert "10.1.2.3 is not a public address" in said
    assert not product.sql(
        "SELECT id FROM pipeline_run WHERE parameters->>'addresses' LIKE %s",
        "%10.1.2.3%",
    )


def test_a_worker_that_is_killed_in_the_middle_of_a_run_loses_nothing(
    product: Product,
) -> None:
    product.forget()
    product.blog.latency = 0.05
    launch = f"from pipeline.runs.launch import launch_run; print('run', launch_run({{'addresses': ['{product.blog.url}']}}).pk)"
    run = int(product.console.run(launch).split()[-1])
    begun = (
        "SELECT count(*) FROM pipeline_journey WHERE run_id = %s AND stage <> 'fetch'"
    )
    wait_until(
        lambda: product.sql(begun, run)[0][0] > 3,
        what="for the run to be in its middle",
    )

    for name in ("fetch", "extract"):
        product.kill(name)

    assert product.wait_for_end(run) == "finished"
    states = [state for state, _ in product.outcomes(run).values()]
    assert "pending" not in states
    assert states.count("stored") == len(EXPECTED["stored"]) + len(EXPECTED["same"])


def test_an_address_is_added_to_a_run_and_the_worker_that_looks_at_it_is_killed(
    product: Product,
) -> None:
    product.forget()
    product.blog.latency = 0.2
    launch = f"from pipeline.runs.launch import launch_run; print('run', launch_run({{'addresses': ['{product.blog.url}']}}).pk)"
    run = int(product.console.run(launch).split()[-1])
    on = "SELECT count(*) FROM pipeline_run WHERE id = %s AND state = 'running'"
    wait_until(
        lambda: product.sql(on, run)[0][0],
        what="for the run to have found its articles",
    )
    with Blog(latency=0.3) as other:
        product.console.run(
            f"from pipeline.runs import edit; edit.add({run}, ['{other.url}'])",
        )
        wait_until(
            lambda: len(other.requests) > 3, what="for the added blog to be looked at"
        )
        product.kill("discover")

        assert product.wait_for_end(run) == "finished"

    rows = product.sql(
        "SELECT url, state FROM pipeline_journey WHERE run_id = %s AND url LIKE %s",
        run,
        f"{other.url}%",
    )
    added = {url.removeprefix(other.url.rstrip("/")): state for url, state in rows}
    assert set(EXPECTED["stored"]) <= set(added)
    assert {added[path] for path in EXPECTED["stored"]} <= {"stored", "duplicate"}, (
        "the same texts are on both"
    )
    assert product.sql(
        "SELECT count(*) FROM pipeline_journey WHERE run_id = %s AND state = 'pending'",
        run,
    ) == [(0,)]
    [(tries, done)] = product.sql(
        "SELECT tries, done_at FROM pipeline_addition WHERE run_id = %s", run
    )
    assert done
    assert tries >= 2, "the one that was killed, and the one that came after it"
    assert {
        stage
        for (stage,) in product.sql("SELECT DISTINCT stage FROM monitor_queuewait")
    } >= {
        "fetch",
        "store",
    }


def preview(product: Product) -> dict[str, tuple[str, str]]:
    """What a preview of the sample blog says of each path."""
    options = {"addresses": [product.blog.url], "dry_run": True}
    launch = f"from pipeline.runs.launch import launch_run; print('run', launch_run({options}).pk)"
    run = int(product.console.run(launch).split()[-1])
    product.wait_for_end(run)
    return product.outcomes(run)


def test_a_site_rule_overrides_what_a_preview_learns(product: Product) -> None:
    path = EXPECTED["stored"][0]
    rule = product.manage("source", "forbid", "127.0.0.1", "--pattern", path)
    with_rule = preview(product)
    product.manage("source", "remove", "127.0.0.1", rule.split("\t")[0])
    without_rule = preview(product)

    assert with_rule[path] == ("skipped", "forbidden")
    # It was stored before, so its feed may say that nothing has changed since.
    assert without_rule[path] in {("skipped", "dry-run"), ("unchanged", "")}


def test_screenshots_are_kept_out_of_the_repository() -> None:
    assert "/tests/screenshots/" in Path(CHECKOUT / ".gitignore").read_text().split()
