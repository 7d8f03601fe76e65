"""A URL becomes a page, or a reason why not."""

import gzip
import socket
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import brotli
import pytest
from backports import zstd

from pipeline.core.failures import Rejected, Unavailable
from pipeline.core.records import NotModified, Page, Validators
from pipeline.fetching import Fetcher, MemoryHosts, Policy, charset_of
from pipeline.fetching.client import one_line
from pipeline.fetching.transport.status import retry_after
from tests.pipeline.servers import HTML, Server, response
from tests.waiting import PATIENCE_SECONDS

POLICY = Policy(
    "Gleaner/0.1 (+https://example.org/bot)",
    host_delay=0,
    max_seconds=5,
    allowed_networks=("127.0.0.0/8", "::1/128"),
)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(POLICY, MemoryHosts())


def page_of(fetcher: Fetcher, url: str) -> Page:
    page = fetcher.fetch(url)
    assert isinstance(page, Page), page
    return page


def test_it_fetches_a_page(server: Server, fetcher: Fetcher) -> None:
    server.pages["/post"] = response(200, HTML, etag='"abc"', set_cookie="a=b")
    page = page_of(fetcher, server.url + "/post#comments")
    assert (page.status, page.body, page.headers["etag"], page.redirects) == (
        200,
        HTML,
        '"abc"',
        (),
    )
    assert (page.url, page.final_url) == (
        server.url + "/post#comments",
        server.url + "/post",
    )
    assert 0 < page.seconds < PATIENCE_SECONDS
    assert (datetime.now(UTC) - page.fetched_at).total_seconds() < PATIENCE_SECONDS
    assert "set-cookie" not in page.headers


def test_it_says_who_asks_and_sends_no_cookie_back(
    server: Server, fetcher: Fetcher
) -> None:
    server.pages["/post"] = response(200, HTML, set_cookie="a=b; Path=/")
    page_of(fetcher, server.url + "/post")
    page_of(fetcher, server.url + "/post")
    assert server.headers["user-agent"] == "Gleaner/0.1 (+https://example.org/bot)"
    assert server.headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert "cookie" not in server.headers


def gate(server: Server, *, opens: bool) -> Callable[[socket.socket, str], None]:
    """Sets a cookie and redirects to the same URL, until the cookie comes back if it `opens` at all."""

    def answer(connection: socket.socket, path: str) -> None:
        if opens and "seen=1" in server.headers.get("cookie", ""):
            connection.sendall(response(200, HTML))
        else:
            connection.sendall(
                response(302, b"", location=path, set_cookie="seen=1; Path=/")
            )

    return answer


def test_a_cookie_is_brought_back_within_one_fetch(
    server: Server, fetcher: Fetcher
) -> None:
    server._answer = gate(server, opens=True)
    assert page_of(fetcher, server.url + "/post").body == HTML
    assert server.headers["cookie"] == "seen=1"
    server.pages["/other"] = response(200, HTML)
    page_of(fetcher, server.url + "/other")
    assert "cookie" not in server.headers


def test_a_cookie_gate_that_never_opens_is_left(
    server: Server, fetcher: Fetcher
) -> None:
    server._answer = gate(server, opens=False)
    failure = fetcher.fetch(server.url + "/post")
    assert isinstance(failure, Rejected)
    assert failure.reason == "too-many-redirects"
    assert server.paths.count("/post") == 2


def test_a_cookie_goes_to_the_host_that_set_it_and_to_no_other(
    fetcher: Fetcher,
) -> None:
    with Server(address="127.0.0.2") as other, Server() as server:
        other.pages["/b"] = response(200, HTML)
        server.pages["/a"] = response(
            302, b"", location=f"{other.url}/b", set_cookie="seen=1"
        )
        page_of(fetcher, server.url + "/a")
        assert "cookie" not in other.headers


def test_a_sitemap_may_be_larger_than_a_page(server: Server) -> None:
    fetcher = Fetcher(
        replace(POLICY, max_bytes=1_000, max_source_bytes=9_000), MemoryHosts()
    )
    server.pages["/s.xml"] = response(
        200, b"<urlset>" + b" " * 5_000, content_type="text/xml"
    )
    server.pages["/l.xml"] = response(
        200, b"<urlset>" + b" " * 9_000, content_type="text/xml"
    )
    assert isinstance(fetcher.fetch(server.url + "/s.xml", purpose="source"), Page)
    for url, purpose in (("/s.xml", "article"), ("/l.xml", "source")):
        failure = fetcher.fetch(server.url + url, purpose=purpose)  # type: ignore[arg-type]
        assert isinstance(failure, Rejected)
        assert failure.reason == "too-large"


def test_a_connection_is_kept_for_the_next_page(
    server: Server, fetcher: Fetcher
) -> None:
    server.pages |= {
        "/a": response(),
        "/b": response(404, b"no"),
        "/c": response(302, b"", location="/a"),
    }
    for path in ("/a", "/b", "/c", "/a"):
        fetcher.fetch(server.url + path)
    assert server.connections == 1
    assert server.paths == ["/robots.txt", "/a", "/b", "/c", "/a", "/a"]


def test_redirects_are_followed_and_told(server: Server, fetcher: Fetcher) -> None:
    server.pages |= {
        "/old": response(301, b"", location="/newer"),
        "/newer": response(
            308, b"", location=server.url + "/caf\u00e9"
        ),  # as bytes: utf-8
        "/caf%C3%A9": response(),
    }
    page = page_of(fetcher, server.url + "/old")
    assert page.final_url == server.url + "/caf%C3%A9"
    assert [status for status, _location in page.redirects] == [301, 308]


def test_what_has_not_changed_is_not_sent_again(
    server: Server, fetcher: Fetcher
) -> None:
    server.pages["/post"] = response(304, b"", content_length="")
    outcome = fetcher.fetch(
        server.url + "/post",
        validators=Validators('"abc"', "Mon, 01 Jan 2024 00:00:00 GMT"),
    )
    assert isinstance(outcome, NotModified)
    assert server.headers["if-none-match"] == '"abc"'
    assert server.headers["if-modified-since"] == "Mon, 01 Jan 2024 00:00:00 GMT"
    assert fetcher.fetch(server.url + "/post") == Rejected(
        "http-304", "the server answered 304"
    )


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *(
            (status, Rejected)
            for status in (204, 206, 300, 400, 401, 403, 404, 405, 451, 501, 505)
        ),
        *((status, Unavailable) for status in (408, 425, 429, 500, 502, 503, 504, 522)),
    ],
)
def test_what_may_pass_is_told_from_what_will_not(
    status: int, expected: type, server: Server, fetcher: Fetcher
) -> None:
    server.pages["/post"] = response(status, b"sorry")
    outcome = fetcher.fetch(server.url + "/post")
    assert isinstance(outcome, expected)
    assert outcome.reason == f"http-{status}"


def test_gone_is_gone(server: Server, fetcher: Fetcher) -> None:
    server.pages["/post"] = response(410, b"")
    assert fetcher.fetch(server.url + "/post").reason == "gone"  # type: ignore[union-attr]


def test_the_wait_that_a_server_asks_for_is_passed_on(
    server: Server, fetcher: Fetcher
) -> None:
    server.pages["/post"] = response(503, b"", retry_after="120")
    outcome = fetcher.fetch(server.url + "/post")
    assert isinstance(outcome, Unavailable)
    assert outcome.retry_after == 120


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Tue, 02 Jan 2024 00:00:30 GMT", 30.0),
        ("Mon, 01 Jan 2024 00:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("9" * 400, 999_999_999.0),
    ],
)
def test_retry_after_is_a_number_or_a_date(value: str, seconds: float | None) -> None:
    assert (
        retry_after({"retry-after": value}, datetime(2024, 1, 2, tzinfo=UTC)) == seconds
    )


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("name", "encode"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("gzip", lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:])),
        ("gzip", lambda data: gzip.compress(data) + b"\0" * 20),
        ("deflate", zlib.compress),
        ("deflate", raw_deflate),
        ("br", brotli.compress),
        ("zstd", zstd.compress),
        ("zstd", lambda data: zstd.compress(data[:50]) + zstd.compress(data[50:])),
        ("gzip, br", lambda data: brotli.compress(gzip.compress(data))),
        ("identity", bytes),
        ("utf-8", bytes),
        ("", bytes),
    ],
)
@pytest.mark.parametrize("size", [1, 20_000])
def test_content_encodings_are_undone(
    name: str,
    encode: Callable[[bytes], bytes],
    size: int,
    server: Server,
    fetcher: Fetcher,
) -> None:
    html = HTML + bytes(range(256)) * size
    server.pages["/post"] = response(200, encode(html), content_encoding=name)
    assert page_of(fetcher, server.url + "/post").body == html


@pytest.mark.parametrize(
    ("kind", "body", "article", "source"),
    [
        ("text/html", HTML, True, True),
        ("TEXT/HTML; charset=utf-8", HTML, True, True),
        ("application/xhtml+xml", b"<p>", True, True),
        ("", HTML, True, True),
        ("text/plain", HTML, True, True),
        ("application/octet-stream", HTML, True, True),
        ("binary/octet-stream", HTML, True, True),
        ("binary/octet-stream", b"<rss/>", False, True),
        ("text/plain", b"just text", False, True),
        ("application/rss+xml", b"<rss/>", False, True),
        ("application/atom+xml", b"<feed/>", False, True),
        ("text/xml", b"<urlset/>", False, True),
        ("application/feed+json", b"{}", False, True),
        ("application/json", b"{}", False, True),
        ("application/gzip", b"\x1f\x8b", False, True),
        ("application/x-gzip", b"\x1f\x8b", False, True),
        ("image/png", b"\x89PNG", False, False),
        ("application/pdf", b"%PDF", False, False),
        ("video/mp4", b"", False, False),
    ],
)
def test_types_that_cannot_be_wanted_are_not_read(
    kind: str,
    body: bytes,
    article: bool,
    source: bool,
    server: Server,
    fetcher: Fetcher,
) -> None:
    server.pages["/it"] = response(200, body, content_type=kind)
    for purpose, wanted in (("article", article), ("source", source)):
        outcome = fetcher.fetch(server.url + "/it", purpose=purpose)  # type: ignore[arg-type]
        assert isinstance(outcome, Page) == wanted, outcome
        assert wanted or outcome.reason == "not-html"  # type: ignore[union-attr]


CHARSETS = [
    ("text/html; charset=koi8-r", "<p>Привет, мир", "koi8-r", "koi8-r"),
    ("text/html", "<meta charset=windows-1251><p>Привет, мир", "cp1251", "cp1251"),
    (
        "text/html; charset=utf-8",
        "<meta charset=shift_jis><p>日本語の文章です。",
        "shift_jis",
        "cp932",
    ),  # the header lies
    (
        "text/html; charset=iso-8859-1",
        "<p>naïve café – “quoted”",
        "utf-8",
        "utf-8",
    ),  # so does this one
    (
        "text/html",
        "<p>" + "Это русский текст без объявленной кодировки. " * 5,
        "cp1251",
        "cp1251",
    ),
    ("text/html", "\ufeff<p>marked", "utf-16", "utf-16"),
    ("text/html; charset=no-such-thing", "<p>plain", "ascii", "utf-8"),
    ("text/html", "<p>" + " ".join(["\ud55c\uad6d\uc5b4"] * 20), "utf-16-le", "utf-16"),
]


@pytest.mark.parametrize(("kind", "text", "encoding", "expected"), CHARSETS)
def test_the_charset_is_what_the_bytes_bear_out(
    kind: str, text: str, encoding: str, expected: str, server: Server, fetcher: Fetcher
) -> None:
    server.pages["/post"] = response(200, text.encode(encoding), content_type=kind)
    page = fetcher.fetch(server.url + "/post", purpose="source")
    assert isinstance(page, Page)
    assert page.body.decode(charset_of(page)).lstrip("\ufeff") == text.lstrip("\ufeff")
    assert charset_of(page).startswith(expected)


def test_nothing_is_taken_from_the_environment(
    server: Server, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.pages["/post"] = response()
    with Server() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        page_of(fetcher, server.url + "/post")
        assert proxy.connections == 0


def test_a_proxy_is_used_when_the_policy_says_so(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = Policy(
        "Gleaner/0.1",
        host_delay=0,
        use_env_proxies=True,
        allowed_networks=("127.0.0.1/32",),
    )
    with Server(
        answer=lambda connection, _url: connection.sendall(response())
    ) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        fetcher = Fetcher(policy, MemoryHosts())
        page_of(fetcher, server.url + "/post")
        assert proxy.paths[-1] == server.url + "/post"
        inside = fetcher.fetch("http://127.0.0.9/post")
        assert isinstance(inside, Rejected)
        assert inside.reason == "internal-address"
    assert server.connections == 0


def test_ipv6_works_too(fetcher: Fetcher) -> None:
    try:
        server = Server({"/post": response()}, address="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        assert page_of(fetcher, server.url + "/post").body == HTML


def test_of_several_headers_for_crawlers_those_for_all_come_first() -> None:
    lines = ["otherbot: noindex", "noai", "unavailable_after: 1 Jan 2030 00:00:00 GMT"]
    assert one_line(lines) == (
        "noai, unavailable_after: 1 Jan 2030 00:00:00 GMT, otherbot: noindex"
    )
