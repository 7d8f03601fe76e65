"""Sources and patterns made to cost time, and faults at one address: no cost grows faster than the input."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipeline.core.failures import Rejected
from pipeline.core.records import Fetched, Page, Validators
from pipeline.core.url import normal_form, without_session
from pipeline.discovery.discover import CrawlOptions, discover
from pipeline.discovery.frontier import crawler
from pipeline.discovery.frontier.links import is_pager_link, sitemap_type
from pipeline.discovery.readers.dates import read_date
from pipeline.discovery.readers.headers import header_sources, refresh_target
from pipeline.discovery.readers.html import names_feed
from pipeline.discovery.readers.parse import read, read_robots
from pipeline.discovery.readers.parsed import NAV, ExtractedLink, ParsedSource
from pipeline.discovery.readers.sniff import sniff
from pipeline.discovery.urls.match import InvalidPattern, matches
from pipeline.discovery.urls.patterns import (
    is_draft,
    is_list,
    is_paged,
    is_static,
    shape_of,
)
from pipeline.discovery.urls.scope import Scope
from tests.pace import growth

URL = "https://example.org/blog/"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TIMES = 8  # as large


def page(head: str = "", body: str = "") -> bytes:
    return f"<html><head>{head}</head><body>{body}<p>Words</p></body></html>".encode()


SOURCES: dict[str, Callable[[int], bytes]] = {
    "a link's text that is nearly a feed's name": lambda n: page(
        body=f"<a href=/x>{'rss---' * n}x</a>" + "<a href=/y>rss--- rss--- rss--- rss---x</a>" * n
    ),
    "a refresh of blanks": lambda n: page(
        f"<meta http-equiv=refresh content='{' ' * 40 * n}'>"
        f"<meta http-equiv=refresh content='1.2.3{' ' * 40 * n}; url'>"
    ),
    "linked data of blanks": lambda n: page(
        f'<script type="application/ld+json">{{"@type":{" " * 40 * n}</script>'
        f'<script type="application/ld+json">{"@type :" * 4 * n}</script>'
    ),
    "a tag with many attributes": lambda n: b"<html><body><a "
    + b" ".join(b"a%d=1" % number for number in range(10 * n))
    + b">x</a></body></html>",
    "attributes behind a quoted bracket": lambda n: b"<html><body><a t='>' "
    + b" ".join(b"a%d" % number for number in range(10 * n))
    + b">x</a></body></html>",
    "quotes that never end": lambda n: b"<html><body>" + b"<a href=\"x'" * 4 * n,
    "comments without end": lambda n: b"<!--" * 40 * n + b"<rss>",
    "declarations without end": lambda n: b"<?x ?>" * 30 * n + b"<!doctype rss [" * n,
    "opening brackets": lambda n: b"<" * 100 * n,
    "ampersands in a sitemap": lambda n: b"<urlset><url><loc>" + b"&a" * 40 * n + b"</loc></url></urlset>",
    "titles of tags": lambda n: b"<rss><channel><item><title>" + b"&lt;b " * 40 * n + b"</title></item></channel></rss>",
    "blanks in a list of URLs": lambda n: b"https://a.example/x\n" + (b" " * 400 + b"\n") * n,
    "dates that are none": lambda n: page(body=f"<ul>{'<li>20' * 2 * n}<a href=/x>2025-1</a></ul>"),
    "classes without end": lambda n: page(body=f"<div class='{'categorie-' * 20 * n}'><a href=/x>y</a></div>"),
}  # fmt: skip


@pytest.mark.parametrize("make", SOURCES.values(), ids=SOURCES)
def test_what_a_source_costs_grows_as_it_does(make: Callable[[int], bytes]) -> None:
    bodies = {size: make(size) for size in (200, 200 * TIMES)}
    assert growth(lambda size: read(bodies[size], URL), 200, TIMES) < 4 * TIMES


TEXTS: dict[str, Callable[[str], object]] = {
    "sniff": lambda text: sniff(text.encode()),
    "a robots.txt": lambda text: read_robots(text.encode(), URL),
    "a date": read_date,
    "a Link header": lambda text: header_sources(text, URL),
    "a Refresh header": lambda text: refresh_target(text, URL),
    "a link to a feed": lambda text: names_feed(f"https://a.example/{text}", text),
    "the name of a sitemap": lambda text: sitemap_type(f"https://a.example/{text}"),
    "the shape of a URL": lambda text: shape_of(f"https://a.example/{text}"),
    "the words of a URL": lambda text: [
        rule(shape_of(f"https://a.example/{text}"))
        for rule in (is_list, is_draft, is_static)
    ],
    "a page number": lambda text: is_paged(f"https://a.example/{text}"),
    "a link of a pager": lambda text: is_pager_link(
        ExtractedLink(f"https://a.example/{text}", NAV, slot=text),
        ParsedSource("page", URL),
    ),
    "a session": lambda text: without_session(f"https://a.example/{text}"),
    "a folder": lambda text: Scope(frozenset({"a.example"}), "/b/").has(
        f"https://a.example/{text}"
    ),
}
PIECES = [
    "a",
    "-",
    "/",
    " ",
    "2025",
    "2025-",
    "rss---",
    "page/",
    "a=1&",
    "<",
    "<!--",
    ";sid=",
    "%",
    "|",
    "((",
    "Next ",
]


@pytest.mark.parametrize("read_text", TEXTS.values(), ids=TEXTS)
def test_what_a_text_costs_grows_as_it_does(read_text: Callable[[str], object]) -> None:
    def work(size: int) -> None:
        for number, piece in enumerate(PIECES):
            read_text(piece * size + str(number % 2) + "\x00")

    assert growth(work, 1_000, TIMES) < 4 * TIMES


@pytest.mark.parametrize("length", [10, 1_000, 4_000])
@pytest.mark.parametrize(
    "pattern", ["/(a+)+$/", "/(a|aa)+$/", "/(.*a){12}x/", "*a*a*a*a*x"]
)
def test_a_pattern_of_a_person_cannot_hang_a_run(pattern: str, length: int) -> None:
    assert not matches(f"https://a.example/{'a' * length}b", [pattern])


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("/(?!x)y/", "lookaround"),
        (r"/(a)\1/", "backreference"),
        ("/(/", "not a valid regular expression"),
        ("/(((a{500}){500}){500})/", "not a valid regular expression"),
        ("/" + "(a|b)" * 200 + "/", "longer than"),
        ("*a" * 30, "asterisks"),
    ],
)
def test_a_pattern_that_cannot_be_used_says_why(pattern: str, why: str) -> None:
    with pytest.raises(InvalidPattern, match=why):
        matches("https://a.example/", [pattern])


@pytest.mark.parametrize(
    "start",
    [
        page("<meta http-equiv=refresh content='1.2.3; url=/x'>"),
        page("<meta http-equiv=refresh content='0; url=http://['>"),
        page(
            "<base href='http://['><link rel=next href='http://[x'>",
            "<a href='http://[y'>z</a>",
        ),
        b"<rss><channel><link>http://[</link><item><link>http://[::x</link></item></channel></rss>",
        b"<urlset><url><loc>http://[</loc></url></urlset>",
    ],
)
def test_no_address_of_a_source_ends_a_run(start: bytes) -> None:
    def fetch(url: str, validators: Validators) -> Fetched:
        if url == URL:
            return Page(
                url, url, 200, {"link": "<http://[>; rel=alternate"}, start, NOW
            )
        return Rejected("http-404")

    found = discover(CrawlOptions((URL,)), fetch, NOW, wait=lambda seconds: None)
    assert [report.address for report in found.addresses] == [URL]


def test_a_fault_at_one_address_ends_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    real = crawler.menu_pages

    def faulty(parsed: ParsedSource, scope: Scope, depth: int) -> object:
        if "bad" in parsed.url:
            raise RecursionError("a fault of ours")
        return real(parsed, scope, depth)

    monkeypatch.setattr(crawler, "menu_pages", faulty)
    lines = "".join(
        f"<li><time>2025-05-0{n}</time> <a href=/post-{n}/>A post</a>"
        for n in range(1, 6)
    )

    def fetch(url: str, validators: Validators) -> Fetched:
        if url.endswith("test/"):
            return Page(url, url, 200, {}, page(body=f"<ul>{lines}</ul>"), NOW)
        return Rejected("http-404")

    found = discover(
        CrawlOptions(("https://bad.test/", "https://good.test/")),
        fetch,
        NOW,
        wait=lambda seconds: None,
    )

    assert len(found.candidates) == 5
    assert [report.state for report in found.addresses] == ["internal-error", "found"]
    assert "a fault of ours" in found.addresses[0].text


def test_what_a_library_chokes_on_is_a_failure_of_its_source() -> None:
    def fetch(url: str, validators: Validators) -> Fetched:
        raise ValueError("negative chunk size")

    found = discover(CrawlOptions((URL,)), fetch, NOW, wait=lambda seconds: None)
    assert found.asked[0].outcome == "bad-answer"


def test_what_is_behind_fetching_may_fail_as_a_whole() -> None:
    class DatabaseGone(Exception):
        pass

    def fetch(url: str, validators: Validators) -> Fetched:
        raise DatabaseGone

    with pytest.raises(DatabaseGone):
        discover(CrawlOptions((URL,)), fetch, NOW)


def test_a_url_of_any_length_is_told_apart_in_linear_time() -> None:
    def work(size: int) -> None:
        for piece in ("a-", ";sid=", "%2", "//", "a.", "?a=1&"):
            try:
                normal_form(f"https://{'a-' * size}.example/{piece * size}")
            except ValueError:
                continue

    assert growth(work, 500, TIMES) < 4 * TIMES
