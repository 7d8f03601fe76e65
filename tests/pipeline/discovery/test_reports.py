"""Silence is a fault: each start address ends with its own line, and a limit that was reached is named."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from pipeline.core.failures import Rejected, Unavailable
from pipeline.core.records import Fetched, Validators
from pipeline.discovery.discover import (
    AddressReport,
    Bounds,
    CrawlOptions,
    Discovery,
    discover,
)
from tests.pipeline.discovery.miniature import (
    Blog,
    blog,
    day,
    feed_link,
    html,
    lines,
    look,
    paged,
    rss,
    sitemap,
    slug,
    teasers,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOME = "https://quiet.test/"


def report_on(pages: dict[str, str | bytes], **more: object) -> AddressReport:
    found = look(blog(HOME, pages, [], **more))
    [report] = found.addresses
    return report


def failing(
    failure: Fetched, bounds: Bounds | None = None
) -> tuple[Discovery, list[float]]:
    """A site of which nothing is to be had, and the seconds that were waited for it."""
    waited: list[float] = []

    def fetch(url: str, validators: Validators) -> Fetched:
        return failure

    found = discover(
        CrawlOptions((HOME,)), fetch, NOW, bounds=bounds, wait=waited.append
    )
    return found, waited


def test_what_was_found_is_told_with_how_it_was_decided() -> None:
    posts = [f"/{day(n):%Y}/{slug(n)}/" for n in range(8)]
    pages: dict[str, str | bytes] = {
        "/": html(lines(posts), head=feed_link("/feed.xml")),
        "/feed.xml": rss(HOME, posts),
        "/sitemap.xml": sitemap(HOME, ["/", "/about/", *posts]),
    }
    report = report_on(pages)
    assert (report.state, report.articles, report.requests) == ("found", 8, 4)
    assert report.text == (
        "https://quiet.test/: 8 articles of 10 URLs seen in 4 requests, "
        "by its feed, its sitemap and its lists."
    )


def elsewhere() -> dict[str, str | bytes]:
    others = [f"https://blog-{n}.test/{slug(n)}/" for n in range(12)]
    return {
        "/": html(teasers(others), head=feed_link("/all.xml")),
        "/all.xml": rss(HOME, others),
    }


def one_page() -> dict[str, str | bytes]:
    days = [f"/#{day(n)}" for n in range(8)]
    body = "".join(
        f"<h2><a href='#{day(n)}'>A day</a></h2><p>Words.</p>" for n in range(8)
    )
    return {"/": html(body, head=feed_link("/feed.xml")), "/feed.xml": rss(HOME, days)}


def routes(mark: str) -> dict[str, str | bytes]:
    return {"/": html(lines([f"/#{mark}notes/{slug(n)}" for n in range(6)]))}


QUIET: dict[str, tuple[dict[str, str | bytes], str]] = {
    "other-hosts": (elsewhere(), "All 12 entries are of other hosts: blog-0.test"),
    "one-page": (one_page(), "All entries are on one page"),
    "hash-routes": (routes("/"), "#/ or #!"),
    "empty": ({"/": "<html><body></body></html>"}, "The page is empty."),
    "needs-javascript": (
        {
            "/": "<html><body><div id=app></div><script src=/a.js></script></body></html>"
        },
        "drawn by a script",
    ),
    "no-articles": (
        {"/": html("<p>Hello, I am a potter, and these are my opening hours.</p>" * 9)},
        "no feed, no sitemap and no list with dates",
    ),
}


@pytest.mark.parametrize(("state", "case"), QUIET.items(), ids=QUIET)
def test_an_address_without_articles_says_why(
    state: str, case: tuple[dict[str, str | bytes], str]
) -> None:
    pages, words = case
    report = report_on(pages)
    assert report.state == state
    assert report.articles == 0
    assert words in report.text
    assert "To try: " in report.text


def test_a_start_that_moved_says_where_to() -> None:
    posts = [f"https://new.test/log/{slug(n)}/" for n in range(6)]
    pages: dict[str, str | bytes] = {"https://new.test/log/": html(lines(posts))}
    report = report_on(pages, redirects={HOME: "https://new.test/log/"})
    assert report.moved_to == "https://new.test/log/"
    assert "It moved to https://new.test/log/." in report.text


FAILURES = [
    (Rejected("http-404", "the server answered 404"), "404 Not Found", 6),
    (Rejected("http-403"), "403 Forbidden", 6),
    (Rejected("robots", "line 2: Disallow: /"), "Disallow", 1),
    (Rejected("unknown-host"), "Check the spelling|check the spelling", 1),
    (
        Rejected("robots-unreachable", "robots.txt: connection-refused; x"),
        "Connection refused",
        1,
    ),
    (Unavailable("timeout"), "Timeout", 3),
    (Unavailable("http-503"), "503", 3),
]


@pytest.mark.parametrize(
    ("failure", "words", "most"), FAILURES, ids=lambda value: str(value)[:40]
)
def test_a_start_that_cannot_be_had_ends_soon_and_says_why(
    failure: Fetched, words: str, most: int
) -> None:
    found, _ = failing(failure)
    [report] = found.addresses
    assert any(word in report.text for word in words.split("|"))
    assert len(found.asked) <= most


def test_a_start_that_asks_for_more_patience_than_there_is_ends_at_once() -> None:
    bounds = Bounds(start_patience_seconds=30.0)
    found, waited = failing(Unavailable("http-429", retry_after=45.0), bounds)
    assert len(found.asked) == 1
    assert waited == []
    assert "It asks to come back in 45 s." in found.addresses[0].text


def test_a_server_that_dies_on_the_way_is_left() -> None:
    posts = [f"/{day(n):%Y}/{slug(n)}/" for n in range(5)]
    site = blog(HOME, {"/": html(lines(posts))}, posts)
    asked: list[str] = []

    def fetch(url: str, validators: Validators) -> Fetched:
        asked.append(url)
        return (
            site.fetch(url, validators)
            if url == HOME
            else Unavailable("connection-reset")
        )

    found = discover(CrawlOptions((HOME,)), fetch, NOW, wait=lambda seconds: None)
    assert len(found.candidates) == 5
    assert len(asked) <= 6
    assert "the server stopped answering" in found.addresses[0].text


def endless() -> Blog:
    posts = [f"/{day(n):%Y/%m}/{slug(n)}/" for n in range(60)]
    return blog(
        HOME, paged(posts, 3, lambda n: "/" if n == 1 else f"/page/{n}/"), posts
    )


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds(requests=10), "DISCOVERY_MAX_REQUESTS"),
        (Bounds(seconds=0.0), "DISCOVERY_MAX_SECONDS"),
        (Bounds(bytes=500), "0 MB"),
    ],
)
def test_a_limit_that_was_reached_is_named_with_what_raises_it(
    bounds: Bounds, words: str
) -> None:
    site = endless()
    found = discover(CrawlOptions((HOME,)), site.fetch, NOW, bounds=bounds)
    [report] = found.addresses
    assert report.limits
    assert words in report.text
    assert "articles may be missing" in report.text
    assert any(words in note for note in found.notes)


def test_a_host_that_answers_too_slowly_is_given_up_by_the_time_that_it_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = SimpleNamespace(now=0.0)
    counted = SimpleNamespace(monotonic=lambda: clock.now, sleep=lambda seconds: None)
    monkeypatch.setattr("pipeline.discovery.frontier.source_fetch.time", counted)
    home = blog(HOME, {"/": html("<p>Hello</p>", nav="<a href=/blog/>Blog</a>")}, [])

    def fetch(url: str, validators: Validators) -> Fetched:
        if url == HOME or url.endswith("robots.txt"):
            return home.fetch(url, validators)
        clock.now += 20
        return Unavailable("timeout")

    bounds = Bounds(failing_seconds=30)
    found = discover(
        CrawlOptions((HOME,)), fetch, NOW, bounds=bounds, wait=lambda seconds: None
    )

    assert [request.outcome for request in found.asked].count("timeout") == 2
    assert "the server stopped answering (timeout)" in found.addresses[0].text


def test_the_time_for_all_addresses_ends_each_with_its_reason_and_keeps_what_was_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = endless()
    clock = SimpleNamespace(now=0.0)
    counted = SimpleNamespace(monotonic=lambda: clock.now, sleep=lambda seconds: None)
    monkeypatch.setattr("pipeline.discovery.discover.time", counted)
    monkeypatch.setattr("pipeline.discovery.frontier.source_fetch.time", counted)
    monkeypatch.setattr("pipeline.discovery.discover.MAX_AT_ONCE", 1)

    def fetch(url: str, validators: Validators) -> Fetched:
        clock.now += 40
        return site.fetch(url, validators)

    later = "https://later.test/"
    bounds = Bounds(total_seconds=600)
    found = discover(CrawlOptions((HOME, later)), fetch, NOW, bounds=bounds)

    first, second = found.addresses
    assert len(found.asked) == 15
    assert first.articles == len(found.candidates) > 0
    assert "600 seconds for all start URLs together" in first.text
    assert (second.state, second.requests) == ("time-limit", 0)
    assert "DISCOVERY_MAX_TOTAL_SECONDS" in second.text


def test_a_cut_sitemap_says_how_many_lines_it_has() -> None:
    posts = [f"/{day(n):%Y}/{slug(n)}/" for n in range(30)]
    site = blog(
        HOME, {"/": html(lines(posts[:3])), "/sitemap.xml": sitemap(HOME, posts)}, posts
    )
    found = discover(CrawlOptions((HOME,)), site.fetch, NOW, bounds=Bounds(entries=20))
    assert "only its first 20 of 30 lines" in found.addresses[0].text


def test_a_dead_link_that_a_page_names_is_no_note_where_the_articles_were_found() -> (
    None
):
    posts = [f"/{day(n):%Y}/{slug(n)}/" for n in range(8)]
    dead = (
        "<a href=/archive/>Archive</a><a href=/tag/tea/>tea</a><a href=/2019/>2019</a>"
    )
    found = look(blog(HOME, {"/": html(lines(posts), foot=dead)}, posts))
    assert len(found.candidates) == 8
    assert not found.notes


def test_each_address_has_its_report_in_order() -> None:
    def fetch(url: str, validators: Validators) -> Fetched:
        return Rejected("http-404")

    addresses = tuple(f"https://blog-{n}.test/" for n in range(12))
    found = discover(CrawlOptions(addresses), fetch, NOW)
    assert [report.address for report in found.addresses] == list(addresses)


UNCHANGED: list[Callable[[], Blog]] = [endless]


@pytest.mark.parametrize("make", UNCHANGED)
def test_a_second_look_at_an_unchanged_site_takes_three_requests(
    make: Callable[[], Blog],
) -> None:
    site = make()
    posts = site.articles
    site.pages[f"{HOME}feed.xml"] = rss(HOME, posts[:9])
    first = look(site)
    site.asked.clear()
    again = discover(CrawlOptions((HOME,)), site.fetch, NOW, known=first.memories)
    assert {c.key for c in again.candidates} == {c.key for c in first.candidates}
    assert len([url for url in site.asked if not url.endswith("robots.txt")]) <= 3
