"""Nothing that anyone writes or links to leads inside: every attempt is refused, and nobody was ever connected to."""

import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.core.failures import Rejected
from pipeline.core.records import Page
from pipeline.fetching import Fetcher, MemoryHosts, Policy
from pipeline.fetching.transport.guard import Guard
from tests.pipeline.servers import Server, response

OUTSIDE = (
    "127.0.0.2"  # plays the public internet: the one address that the policy opens
)
POLICY = Policy(
    "Gleaner/0.1 (+https://example.org/bot)",
    host_delay=0,
    allowed_networks=(f"{OUTSIDE}/32",),
)

HOSTS = [
    # loopback, as it is and in disguise
    *(
        "127.0.0.1",
        "127.0.0.53",
        "127.255.255.254",
        "127.1",
        "127.0.1",
        "0x7f.1",
        "0x7f.0.0.1",
        "0x7f000001",
    ),
    *(
        "0X7F000001",
        "0177.0.0.1",
        "017700000001",
        "2130706433",
        "127.0.0.1.",
        "0.0.0.0",
        "0",
        "localhost",
        "LocalHost.",
    ),
    *("１２７.0.0.1", "127。0。0。1", "①②⑦.⓪.⓪.①", "%31%32%37.0.0.1"),
    *(
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[::ffff:0:7f00:1]",
    ),
    # private, link-local, shared
    *(
        "10.0.0.1",
        "0xa000001",
        "172.16.0.1",
        "172.31.255.254",
        "192.168.0.1",
        "169.254.169.254",
        "2852039166",
    ),
    *(
        "100.64.0.1",
        "100.127.255.254",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[fe80::1%25lo]",
        "[fec0::1]",
    ),
    *("[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]"),
    # addresses that carry another
    *(
        "[64:ff9b::7f00:1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::a00:1]",
        "[2002:7f00:1::]",
        "[2002:a00:1::1]",
    ),
    *("[2001:0:7f00:1::]", "192.88.99.1"),
    # public by number, the own host by route
    *("168.63.129.16", "[::ffff:168.63.129.16]"),
    # multicast, reserved, for documents and measurements
    *(
        "224.0.0.1",
        "239.255.255.250",
        "[ff02::1]",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.0.170",
        "192.0.2.1",
    ),
    *(
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "[2001:db8::1]",
        "[3fff::1]",
        "[100::1]",
        "[5f00::1]",
    ),
    # names that mean the inside
    *(
        "inside.example",
        "mixed.example",
        "rebinding.example",
        "metadata.example",
        "mapped.example",
        "later6.example",
    ),
]
NAMES = {
    "outside.example": [OUTSIDE],
    "inside.example": ["127.0.0.1"],
    "mixed.example": [
        OUTSIDE,
        "127.0.0.1",
    ],  # one good address does not make up for a bad one
    "metadata.example": ["169.254.169.254"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "later6.example": [OUTSIDE, "::1"],
}

connects: list[Any] | None = (
    None  # every address that this process connects a socket to, while a test listens
)


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if (
        event == "socket.connect"
        and connects is not None
        and isinstance(arguments[1], tuple)
    ):
        connects.append(arguments[1][0])


sys.addaudithook(_listen)


@pytest.fixture
def inside() -> Iterator[Server]:
    """What must never be reached."""
    with Server(
        answer=lambda connection, _path: connection.sendall(response(200, b"secret"))
    ) as server:
        yield server


@pytest.fixture
def outside(inside: Server) -> Iterator[Server]:
    """A public site, on the same port as the inside so that only the address tells them apart."""
    with Server(address=OUTSIDE, port=inside.port) as server:
        yield server


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    real, asked = socket.getaddrinfo, []

    def resolve(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        if (
            host == "rebinding.example"
        ):  # good when looked at, bad when connected to, if these were two look-ups
            asked.append(host)
            addresses = [OUTSIDE] if len(asked) == 1 else ["127.0.0.1"]
        elif host == "no-such-name.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        elif host in NAMES:
            addresses = NAMES[host]
        else:
            return real(host, port, *args, **kwargs)
        return [
            row for address in addresses for row in real(address, port, *args, **kwargs)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.fixture
def connected() -> Iterator[list[Any]]:
    """The addresses connected to during the test."""
    global connects
    connects = []
    yield connects
    connects = None


def linked(way: str, target: str) -> dict[str, bytes]:
    """A site that leads to `target`."""
    link = target.encode()
    return {
        "redirect": {"/": response(302, b"", location=target)},
        "second redirect": {
            "/": response(301, b"", location="/next"),
            "/next": response(307, b"", location=target),
        },
        "robots redirect": {
            "/": response(),
            "/robots.txt": response(302, b"", location=target),
        },
        "feed entry": {
            "/": response(
                200,
                b"<rss><item><link>" + link + b"</link></item></rss>",
                content_type="text/xml",
            )
        },
        "sitemap location": {
            "/": response(
                200,
                b"<urlset><loc>" + link + b"</loc></urlset>",
                content_type="text/xml",
            )
        },
        "canonical link": {
            "/": response(200, b'<html><link rel="canonical" href="' + link + b'">')
        },
    }[way]


def between(body: bytes) -> str:
    """The address in a feed entry, sitemap line or canonical link."""
    for start, end in ((b"<link>", b"<"), (b"<loc>", b"<"), (b'href="', b'"')):
        if start in body:
            return body.partition(start)[2].partition(end)[0].decode()
    raise AssertionError(body)


@pytest.mark.parametrize("host", HOSTS)
def test_a_start_address_inside_is_refused(
    host: str, inside: Server, outside: Server, connected: list[Any]
) -> None:
    fetcher = Fetcher(POLICY, MemoryHosts())
    if host == "rebinding.example":
        assert isinstance(
            fetcher.fetch(f"http://{host}:{outside.port}/robots.txt"), Rejected
        )  # 404: spends the good answer
        fetcher = Fetcher(POLICY, MemoryHosts())
    outcome = fetcher.fetch(f"http://{host}:{inside.port}/admin", purpose="source")
    refused(outcome, inside, connected)


@pytest.mark.parametrize(
    "host", [host for host in HOSTS if host != "rebinding.example"]
)
@pytest.mark.parametrize("way", ["redirect", "robots redirect"])
def test_a_server_cannot_send_us_inside(
    way: str, host: str, inside: Server, outside: Server, connected: list[Any]
) -> None:
    outside.pages = linked(way, f"http://{host}:{inside.port}/admin")
    outcome = Fetcher(POLICY, MemoryHosts()).fetch(outside.url + "/")
    if way == "robots redirect" and isinstance(outcome, Page):
        assert not host.isascii()  # no address at all, so it counts as no robots.txt
        assert inside.connections == 0
    else:
        refused(outcome, inside, connected)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "2130706433",
        "[::ffff:7f00:1]",
        "inside.example",
        "mixed.example",
    ],
)
@pytest.mark.parametrize(
    "way", ["second redirect", "feed entry", "sitemap location", "canonical link"]
)
def test_a_link_cannot_send_us_inside(
    way: str, host: str, inside: Server, outside: Server, connected: list[Any]
) -> None:
    outside.pages = linked(way, f"http://{host}:{inside.port}/admin")
    fetcher = Fetcher(POLICY, MemoryHosts())
    outcome = fetcher.fetch(outside.url + "/", purpose="source")
    if way != "second redirect":
        assert isinstance(outcome, Page)
        outcome = fetcher.fetch(between(outcome.body))
    refused(outcome, inside, connected)


def refused(outcome: Any, inside: Server, connected: list[Any]) -> None:
    assert isinstance(outcome, Rejected), outcome
    assert outcome.reason in ("internal-address", "bad-address")
    assert "not a public address" in outcome.detail or outcome.reason == "bad-address"
    assert inside.connections == 0
    assert set(connected) <= {OUTSIDE}


def test_a_name_that_changes_between_two_requests_is_checked_each_time(
    inside: Server, outside: Server
) -> None:
    closing = response(200, connection="close")
    outside.pages = {
        "/a": closing,
        "/b": closing,
        "/robots.txt": response(404, b"", connection="close"),
    }
    fetcher = Fetcher(POLICY, MemoryHosts())
    assert isinstance(fetcher.fetch(f"http://outside.example:{outside.port}/a"), Page)
    NAMES["outside.example"] = ["127.0.0.1"]
    try:
        outcome = fetcher.fetch(f"http://outside.example:{outside.port}/b")
    finally:
        NAMES["outside.example"] = [OUTSIDE]
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "internal-address"
    assert inside.connections == 0


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    outside: Server, connected: list[Any]
) -> None:
    outside.pages = {"/": response()}
    assert isinstance(
        Fetcher(POLICY, MemoryHosts()).fetch(f"http://outside.example:{outside.port}/"),
        Page,
    )
    assert connected == [OUTSIDE]  # robots.txt and the page, over one connection
    assert outside.headers["host"] == f"outside.example:{outside.port}"


def test_the_next_address_is_tried_when_the_first_does_not_answer(
    outside: Server, connected: list[Any]
) -> None:
    NAMES["two.example"] = ["127.0.0.3", OUTSIDE]
    outside.pages = {"/": response()}
    policy = Policy("Gleaner/0.1", host_delay=0, allowed_networks=("127.0.0.2/31",))
    assert isinstance(
        Fetcher(policy, MemoryHosts()).fetch(f"http://two.example:{outside.port}/"),
        Page,
    )
    assert connected == ["127.0.0.3", OUTSIDE]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "scheme"),
        ("ftp://example.org/", "scheme"),
        ("gopher://127.0.0.1:25/_HELO", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("data:text/html,hello", "scheme"),
        ("//example.org/", "scheme"),
        ("example.org", "scheme"),
        ("http://user@example.org/", "credentials-in-url"),
        ("http://user:secret@127.0.0.1/", "credentials-in-url"),
        ("http://example.org\\@127.0.0.1/", "bad-address"),
        ("http://127.0.0.1\\@example.org/", "bad-address"),
        ("http://@127.0.0.1/", "credentials-in-url"),
        ("http://", "bad-address"),
        ("http:///path", "bad-address"),
        ("http://example.org:99999/", "bad-address"),
        ("http://[::1/", "bad-address"),
        ("http://exa\nmple.org/", "bad-address"),
        ("http://example.org/\r\nHost: 127.0.0.1", "bad-address"),
        ("http://" + "a" * 5000 + "/", "bad-address"),
        ("http://" + "a" * 64 + ".org/", "bad-address"),
        ("", "bad-address"),
        ("http://no-such-name.invalid/", "unknown-host"),
    ],
)
def test_what_is_not_an_address_is_refused(
    url: str, reason: str, connected: list[Any]
) -> None:
    outcome = Fetcher(POLICY, MemoryHosts()).fetch(url)
    assert isinstance(outcome, Rejected)
    assert outcome.reason == reason
    assert connected == []


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "1.1.1.1",
        "93.184.216.34",
        "172.32.0.1",
        "100.128.0.1",
        "2606:4700::1111",
        "2a00:1450::1",
    ],
)
def test_public_addresses_are_open(address: str) -> None:
    assert Guard().refusal(address) == ""


def test_named_networks_open_nothing_else() -> None:
    guard = Guard(("10.1.0.0/16", "fd00::/64"))
    assert not guard.refusal("10.1.2.3")
    assert not guard.refusal("::ffff:10.1.2.3")
    assert not guard.refusal("fd00::1")
    for closed in ("10.2.0.1", "127.0.0.1", "fd00:0:0:1::1", "169.254.169.254", "::1"):
        assert guard.refusal(closed)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_an_own_site_is_one_port_of_one_host(address: str) -> None:
    with (
        Server({"/a": response()}, address=address) as own,
        Server({"/a": response()}) as other,
    ):
        policy = Policy("Gleaner/0.1", own_sites={own.host: 0.0})
        fetcher = Fetcher(policy, MemoryHosts())
        assert isinstance(fetcher.fetch(own.url + "/a"), Page)
        refused = fetcher.fetch(other.url + "/a")
        assert isinstance(refused, Rejected)
        assert refused.reason == "internal-address"
        assert other.asked == []


def test_an_own_site_does_not_lead_to_its_neighbours() -> None:
    with Server() as own, Server({"/a": response()}) as other:
        own.pages["/a"] = response(302, b"", location=other.url + "/a")
        policy = Policy("Gleaner/0.1", own_sites={own.host: 0.0})
        refused = Fetcher(policy, MemoryHosts()).fetch(own.url + "/a")
        assert isinstance(refused, Rejected)
        assert refused.reason == "internal-address"
        assert other.asked == []
