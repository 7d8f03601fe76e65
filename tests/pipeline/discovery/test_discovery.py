"""Discovery as a whole: what was wished for, where each URL was found, coming back, and the bounds."""

import threading
import tracemalloc
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.failures import Rejected, Unavailable
from pipeline.core.records import Fetched, NotModified, Page, Validators
from pipeline.discovery.discover import (
    Bounds,
    CachedSource,
    CrawlOptions,
    Discovery,
    discover,
)
from pipeline.discovery.urls.patterns import shape_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
START = "https://tea.example/blog/"
DAYS = {"assam": 9, "ceylon": 7, "darjeeling": 5, "earl-grey": 3, "first-flush": 1}


def feed(*names: str) -> str:
    items = (
        f"<item><title>On {name}</title><link>{START}2025/{name}/</link><pubDate>0{DAYS[name]} May 2025 10:00:00 +0000</pubDate>"
        f"<category>tea</category><description>Of {name}</description></item>"
        for name in names
    )
    return f"<rss version='2.0'><channel><title>Tea</title><link>{START}</link><language>en</language>{''.join(items)}</channel></rss>"


PAGES = {
    START: "<html><head><link rel=alternate type='application/rss+xml' href=feed.xml></head><nav><a href=/blog/about/>About</a>"
    "<a href=/shop/>Shop</a></nav><main><h2><a href=2025/assam/>On Assam</a></h2><a href=https://else.example/>x</a></main></html>",
    START + "feed.xml": feed(
        "first-flush", "earl-grey", "darjeeling", "ceylon", "assam"
    ),
    "https://tea.example/sitemap.xml": "<urlset><url><loc>https://tea.example/blog/2025/assam/index.html</loc></url>"
    "<url><loc>https://tea.example/blog/drafts/half/</loc></url><url><loc>https://tea.example/shop/cups/</loc></url></urlset>",
}


class Server:
    """Answers from a dict; knows validators; remembers what it was asked."""

    def __init__(
        self, pages: dict[str, str], failures: dict[str, list[Fetched]] | None = None
    ) -> None:
        self.pages, self.failures = dict(pages), failures or {}
        self.asked: list[str] = []
        self.unchanged: list[str] = []

    def __call__(self, url: str, validators: Validators) -> Fetched:
        self.asked.append(url)
        if self.failures.get(url):
            return self.failures[url].pop(0)
        if url not in self.pages:
            return Rejected("http-404")
        etag = str(len(self.pages[url]))
        if validators.etag == etag:
            self.unchanged.append(url)
            return NotModified(url, NOW)
        return Page(
            url,
            url,
            200,
            {"etag": etag, "content-type": "text/html"},
            self.pages[url].encode(),
            NOW,
        )


def look(
    server: Server,
    known: dict[str, CachedSource] | None = None,
    bounds: Bounds | None = None,
    **options: object,
) -> Discovery:
    return discover(
        CrawlOptions((START,), **options),
        server,
        NOW,
        known=known,
        bounds=bounds,
        wait=lambda seconds: None,
    )  # type: ignore[arg-type]


def names(found: Discovery) -> list[str]:
    return [c.key.rpartition("/")[2] for c in found.candidates]


def test_it_works() -> None:
    found = look(Server(PAGES))
    assert names(found) == ["assam", "ceylon", "darjeeling", "earl-grey", "first-flush"]
    assert found.sites["tea.example"].name == "Tea"
    assert found.sites["tea.example"].language == "en"


def test_a_site_is_named_with_its_port() -> None:
    moved = {
        url.replace("tea.example", "tea.example:8443"): page.replace(
            "tea.example", "tea.example:8443"
        )
        for url, page in PAGES.items()
    }
    start = START.replace("tea.example", "tea.example:8443")
    found = discover(
        CrawlOptions((start,)), Server(moved), NOW, wait=lambda seconds: None
    )
    assert set(found.sites) == {"tea.example:8443"}


def test_a_url_keeps_where_it_was_found_why_it_counts_and_what_its_sources_say() -> (
    None
):
    assam = look(Server(PAGES)).candidates[0]
    assert assam.url == "https://tea.example/blog/2025/assam/"
    assert assam.key == "https://tea.example/blog/2025/assam"
    assert set(assam.found_in) == {
        START,
        START + "feed.xml",
        "https://tea.example/sitemap.xml",
    }
    assert assam.score > 0.9
    assert assam.reasons[0] == "in a feed of the site"
    assert (
        assam.source_metadata.title,
        assam.source_metadata.summary,
        assam.source_metadata.tags,
    ) == (
        "On assam",
        "Of assam",
        ("tea",),
    )


def test_what_is_not_taken_has_a_reason() -> None:
    reasons = {c.url: reason for c, reason in look(Server(PAGES)).refused}
    assert reasons["https://tea.example/blog/drafts/half/"] == "draft"
    assert reasons["https://tea.example/shop/cups/"] == "out-of-scope"
    assert reasons["https://tea.example/blog/about/"] == "static-page"
    assert "https://else.example/" not in reasons
    assert look(Server(PAGES)).foreign == 1


@pytest.mark.parametrize(
    ("options", "taken", "reason"),
    [
        ({"limit": 2}, ["assam", "ceylon"], "over-limit"),
        ({"skip": 3}, ["earl-grey", "first-flush"], "skipped"),
        ({"skip": 1, "limit": 1}, ["ceylon"], "over-limit"),
        (
            {"since": date(2025, 5, 5)},
            ["assam", "ceylon", "darjeeling"],
            "outside-dates",
        ),
        (
            {"until": date(2025, 5, 5)},
            ["darjeeling", "earl-grey", "first-flush"],
            "outside-dates",
        ),
        (
            {"exclude": ("/blog/2025/a", "*grey*")},
            ["ceylon", "darjeeling", "first-flush"],
            "excluded",
        ),
        ({"include": ("/flush|ceylon/",)}, ["ceylon", "first-flush"], "excluded"),
        (
            {"include": ("https://tea.example/blog/2025/c",), "limit": 1},
            ["ceylon"],
            "excluded",
        ),
        ({"exclude": ("/blog/",)}, [], "excluded"),
    ],
)
def test_a_wish_is_counted_on_accepted_articles_newest_first(
    options: dict[str, object], taken: list[str], reason: str
) -> None:
    found = look(Server(PAGES), **options)
    assert names(found) == taken
    assert reason in {why for _, why in found.refused}


def test_an_unchanged_blog_is_known_again_without_being_sent_again() -> None:
    first = look(Server(PAGES))
    kept = {
        url: CachedSource.from_json(m.to_json()) for url, m in first.memories.items()
    }
    server = Server(PAGES)
    second = look(server, kept)
    assert set(server.unchanged) == set(PAGES)
    assert names(second) == names(first)
    assert second.candidates[0].source_metadata == first.candidates[0].source_metadata
    assert {asked.outcome for asked in second.asked if asked.memory} == {"unchanged"}


def test_what_changed_is_read_anew_and_the_rest_from_memory() -> None:
    old = {
        **PAGES,
        START + "feed.xml": feed("first-flush", "earl-grey", "darjeeling", "ceylon"),
    }
    first = look(Server(old))
    server = Server(PAGES)
    assert names(look(server, first.memories)) == [
        "assam",
        "ceylon",
        "darjeeling",
        "earl-grey",
        "first-flush",
    ]
    assert START + "feed.xml" not in server.unchanged


def test_a_server_that_ignores_validators_is_unchanged_by_its_bytes() -> None:
    class Forgetful(Server):
        def __call__(self, url: str, validators: Validators) -> Fetched:
            return super().__call__(url, Validators())

    first = look(Forgetful(PAGES))
    assert {
        a.outcome for a in look(Forgetful(PAGES), first.memories).asked if a.memory
    } == {"unchanged"}


def test_a_source_that_is_busy_is_tried_again_later() -> None:
    server = Server(
        PAGES,
        {
            START + "feed.xml": [Unavailable("http-503", retry_after=1.0)],
            START: [Unavailable("timeout")],
        },
    )
    assert len(look(server).candidates) == 5


def test_a_dead_start_address_ends_with_a_note() -> None:
    found = look(Server({}, {START: [Rejected("robots", skipped=True)]}))
    assert not found.candidates
    assert any("robots" in note and START in note for note in found.notes)


def test_a_bound_that_bites_is_named() -> None:
    found = look(Server(PAGES), bounds=Bounds(requests=2))
    assert len(found.asked) == 2
    assert any("stopped after 2 requests" in note for note in found.notes)


def test_a_cut_sitemap_is_named() -> None:
    found = look(Server(PAGES), bounds=Bounds(entries=2))
    assert any("only its first 2" in note for note in found.notes)


def test_two_start_addresses_of_one_blog_give_each_article_once() -> None:
    found = discover(
        CrawlOptions((START, "http://www.tea.example/blog/")), Server(PAGES), NOW
    )
    assert len(found.candidates) == len({c.key for c in found.candidates}) == 5


def test_progress_is_told_request_by_request() -> None:
    told: list[tuple[str, int]] = []
    discover(
        CrawlOptions((START,)),
        Server(PAGES),
        NOW,
        on_progress=lambda url, seen: told.append((url, seen)),
    )
    assert told[0] == (START, 3)
    assert len(told) >= 3


PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "<a href='",
                "'>",
                "</a>",
                "<ul>",
                "<li>",
                "<nav>",
                "<p>",
                "<time>",
                "2025-05-06",
                "Older posts",
                "RSS",
                "Archive",
                "7",
            ),
            *(
                "/blog/",
                "/",
                "//",
                "?",
                "=",
                "&",
                "#",
                "%",
                "%2F",
                "index.html",
                "/index.html?u=/x/",
                "page/2/",
                "tag/",
                "2025/05/",
                "a-b-c",
            ),
            *(
                "http://",
                "https://tea.example",
                "tea.example",
                "[",
                "::",
                "@",
                ":99999",
                "feed.xml",
                "sitemap.xml",
                "\x00",
                " ",
                "é",
            ),
            *(
                "<rss><channel>",
                "<item><link>",
                "</link></item>",
                "<urlset>",
                "<url><loc>",
                "</loc></url>",
                "<link rel=next href='",
            ),
        ]
    ),
    max_size=40,
).map("".join)


@settings(deadline=None, max_examples=150)
@given(PIECES, PIECES, PIECES)
def test_no_site_makes_discovery_raise_or_run_on(
    home: str, second: str, third: str
) -> None:
    server = Server({START: home, START + "page/2/": second, START + "feed.xml": third})
    found = look(server)
    assert len(server.asked) <= Bounds().frugal_requests
    assert not {c.key for c in found.candidates} & {c.key for c, _ in found.refused}


def test_addresses_are_looked_at_side_by_side() -> None:
    together = threading.Barrier(2, timeout=180)

    def fetch(url: str, validators: Validators) -> Fetched:
        if urlsplit(url).path == "/":
            together.wait()  # raises where the other address has to wait for this one to end
        return Rejected("http-404")

    found = discover(
        CrawlOptions(("https://one.test/", "https://two.test/")),
        fetch,
        datetime(2024, 1, 1, tzinfo=UTC),
    )

    assert {asked.outcome for asked in found.asked} == {"http-404"}


def test_an_index_file_that_is_written_as_a_folder_is_the_folder_around_it() -> None:
    assert (
        shape_of(START + "posts/index.html/")
        == shape_of(START + "posts/index.html")
        == shape_of(START + "posts/")
    )


def most_held(server: Server, *addresses: str) -> tuple[int, Discovery]:
    """Bytes at the peak of a discovery."""
    tracemalloc.start()
    try:
        found = discover(CrawlOptions(addresses), server, NOW)
        return tracemalloc.get_traced_memory()[1], found
    finally:
        tracemalloc.stop()


def sitemap(start: str, posts: int) -> str:
    lines = "".join(
        f"<url><loc>{start}2025/a-post-{n}/</loc><lastmod>2025-05-05</lastmod></url>"
        for n in range(posts)
    )
    return f"<urlset>{lines}</urlset>"


def test_a_large_site_takes_less_than_a_kilobyte_a_url() -> None:
    server = Server({**PAGES, "https://tea.example/sitemap.xml": sitemap(START, 4000)})
    most, found = most_held(server, START)
    assert len(found.candidates) > 4000
    assert most / 4000 < 700


def test_large_sites_are_taken_apart_one_after_the_other() -> None:
    sites = [f"https://site-{n}.example/" for n in range(8)]
    server = Server({f"{site}sitemap.xml": sitemap(site, 1000) for site in sites})
    most, found = most_held(server, *sites)
    assert len(found.candidates) == 8000
    assert most / 8000 < 400
