"""Servers that mean harm, or are broken, cost a bounded time and a bounded memory, and have a reason."""

import gzip
import ipaddress
import socket
import ssl
import struct
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from backports import zstd

from pipeline.core.failures import Rejected, Unavailable
from pipeline.core.records import Page
from pipeline.fetching import Fetcher, MemoryHosts, Policy
from tests.pipeline.servers import HTML, Answer, Server, response
from tests.waiting import PATIENCE_SECONDS

SECONDS = 0.6  # until a server that never comes to an end is left
UNLIMITED = 600.0  # where something else ends the request, however busy the machine is
MEGABYTE = 1_000_000
POLICY = Policy(
    "Gleaner/0.1",
    host_delay=0,
    max_bytes=MEGABYTE,
    max_seconds=SECONDS,
    allowed_networks=("127.0.0.0/8", "::1/128"),
)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
TRICKLE = 0.05  # seconds between two bytes; slower would only take as many times the cap to show the same


def endless(start: bytes, more: bytes, pause: float = 0.0) -> Answer:
    def answer(connection: socket.socket, _path: str) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(more)
            time.sleep(pause)

    return answer


def once(whole: bytes, *, reset: bool = False) -> Answer:
    def answer(connection: socket.socket, _path: str) -> None:
        connection.sendall(whole)
        if reset:
            connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
        connection.close()

    return answer


def silent(_connection: socket.socket, _path: str) -> None:
    time.sleep(PATIENCE_SECONDS)


def circle(connection: socket.socket, path: str) -> None:
    connection.sendall(response(302, b"", location=f"/{int(path[1:] or 0) + 1}"))


def twice(connection: socket.socket, path: str) -> None:
    connection.sendall(response(302, b"", location="/b" if path == "/a" else "/a"))


BOMB = gzip.compress(b"<html>" + b"\0" * 60 * MEGABYTE, compresslevel=1)
ZSTD_BOMB = zstd.compress(b"<html>" + b"\0" * 60 * MEGABYTE)
LONG = HEAD + b"Content-Length: 5000\r\n\r\n" + HTML
CHUNKS = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

SERVERS: list[tuple[str, Answer, type, str]] = [
    ("endless body", endless(HEAD + b"\r\n", b"x" * 65_536), Rejected, "too-large"),
    (
        "endless chunks",
        endless(CHUNKS, b"10000\r\n" + b"x" * 65_536 + b"\r\n"),
        Rejected,
        "too-large",
    ),
    ("one huge chunk size", endless(CHUNKS, b"1" * 65_536), Rejected, "not-http"),
    (
        "announced too large",
        once(HEAD + b"Content-Length: 99999999999\r\n\r\n"),
        Rejected,
        "too-large",
    ),
    (
        "a byte at a time, body",
        endless(HEAD + b"\r\n", b"x", TRICKLE),
        Unavailable,
        "timeout",
    ),
    (
        "a byte at a time, headers",
        endless(HEAD + b"X: ", b"x", TRICKLE),
        Unavailable,
        "timeout",
    ),
    (
        "a byte at a time, chunks",
        endless(CHUNKS, b"1\r\nx\r\n", TRICKLE),
        Unavailable,
        "timeout",
    ),
    (
        "a byte at a time, redirect",
        endless(b"HTTP/1.1 302 Found\r\nLocation: /", b"x", TRICKLE),
        Unavailable,
        "timeout",
    ),
    ("never an answer", silent, Unavailable, "timeout"),
    (
        "always continue",
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.001),
        Unavailable,
        "timeout",
    ),
    ("endless redirects", circle, Rejected, "too-many-redirects"),
    ("redirects in a circle", twice, Rejected, "too-many-redirects"),
    (
        "gzip bomb",
        once(response(200, BOMB, content_encoding="gzip")),
        Rejected,
        "too-large",
    ),
    (
        "gzip in gzip bomb",
        once(response(200, gzip.compress(BOMB), content_encoding="gzip, gzip")),
        Rejected,
        "too-large",
    ),
    (
        "zstd bomb",
        once(response(200, ZSTD_BOMB, content_encoding="zstd")),
        Rejected,
        "too-large",
    ),
    (
        "not gzip at all",
        once(response(200, HTML, content_encoding="gzip")),
        Rejected,
        "bad-encoding",
    ),
    (
        "half a gzip",
        once(response(200, gzip.compress(HTML)[:-9], content_encoding="gzip")),
        Unavailable,
        "truncated",
    ),
    ("shorter than announced", once(LONG), Unavailable, "truncated"),
    ("chunks without an end", once(CHUNKS + b"3\r\n<p>\r\n"), Unavailable, "truncated"),
    ("reset in the middle", once(LONG, reset=True), Unavailable, "connection-reset"),
    ("reset before an answer", once(b"", reset=True), Unavailable, "connection-reset"),
    ("closed before an answer", once(b""), Unavailable, "connection-reset"),
    (
        "one header of 1 MB",
        once(HEAD + b"X: " + b"x" * MEGABYTE + b"\r\n\r\n"),
        Rejected,
        "headers-too-large",
    ),
    (
        "headers of 1 MB",
        once(HEAD + (b"X: " + b"x" * 9_000 + b"\r\n") * 111 + b"\r\n"),
        Rejected,
        "headers-too-large",
    ),
    (
        "100,000 cookies",
        once(HEAD + b"Set-Cookie: a=b\r\n" * 100_000 + b"\r\n"),
        Rejected,
        "headers-too-large",
    ),
    (
        "endless headers",
        endless(HEAD, b"X: y\r\n" * 1000),
        Rejected,
        "headers-too-large",
    ),
    ("HTTP/0.9", once(HTML), Rejected, "not-http"),
    ("noise", once(bytes(range(256)) * 40), Rejected, "not-http"),
    ("another protocol", once(b"SSH-2.0-OpenSSH_9.2\r\n"), Rejected, "not-http"),
    (
        "a negative chunk size",
        once(CHUNKS + b"-5\r\n<p>\r\n0\r\n\r\n"),
        Rejected,
        "malformed-response",
    ),
    (
        "a chunk size of -1",
        once(CHUNKS + b"-1\r\n<p>\r\n0\r\n\r\n"),
        Unavailable,
        "truncated",
    ),
    (
        "a redirect to no address",
        once(response(302, b"", location="http://[")),
        Rejected,
        "bad-address",
    ),
    (
        "early hints for ever",
        endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.001),
        Unavailable,
        "timeout",
    ),
    (
        "hints, then a page",
        once(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + response()),
        Page,
        "",
    ),
    ("an empty page", once(response(200, b"")), Page, ""),
]


@pytest.mark.parametrize(
    ("answer", "expected", "reason"),
    [row[1:] for row in SERVERS],
    ids=[row[0] for row in SERVERS],
)
def test_a_hostile_server_ends_within_the_caps(
    answer: Answer, expected: type, reason: str
) -> None:
    policy = POLICY if reason == "timeout" else replace(POLICY, max_seconds=UNLIMITED)
    with Server(answer=answer) as server:
        fetcher = Fetcher(policy, MemoryHosts())
        fetcher.fetch(server.url + "/robots.txt")
        tracemalloc.start()
        started = time.monotonic()
        outcome = fetcher.fetch(
            server.url + "/a" if answer is twice else server.url + "/1"
        )
        took = time.monotonic() - started
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert isinstance(outcome, expected), outcome
    assert isinstance(outcome, Page) or outcome.reason == reason
    assert took < PATIENCE_SECONDS
    assert peak < 12 * MEGABYTE


def test_more_than_announced_is_not_read_and_spoils_nothing() -> None:
    with Server(
        answer=lambda connection, _path: connection.sendall(
            response(200, HTML) + b"HTTP/1.1 500 x\r\n"
        )
    ) as server:
        fetcher = Fetcher(POLICY, MemoryHosts())
        for _ in range(2):
            outcome = fetcher.fetch(server.url + "/")
            assert isinstance(outcome, Page)
            assert outcome.body == HTML


def test_nobody_listening_is_worth_another_try() -> None:
    with Server() as server:
        port = server.port
    policy = Policy(
        "Gleaner/0.1",
        host_delay=0,
        obey_robots=False,
        allowed_networks=("127.0.0.0/8",),
    )
    outcome = Fetcher(policy, MemoryHosts()).fetch(f"http://127.0.0.1:{port}/")
    assert isinstance(outcome, Unavailable)
    assert outcome.reason == "connection-refused"


def test_a_connect_that_hangs_ends_too() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        policy = Policy(
            "Gleaner/0.1",
            host_delay=0,
            obey_robots=False,
            max_seconds=0.5,
            allowed_networks=("127.0.0.1",),
        )
        started = time.monotonic()
        outcome = Fetcher(policy, MemoryHosts()).fetch(
            f"http://127.0.0.1:{full.getsockname()[1]}/"
        )
        for one in waiting:
            one.close()
    assert isinstance(outcome, Unavailable)
    assert outcome.reason == "timeout"
    assert time.monotonic() - started < PATIENCE_SECONDS


def test_a_name_server_that_hangs_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    hung = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: hung.wait())
    policy = Policy("Gleaner/0.1", host_delay=0, obey_robots=False, max_seconds=0.3)
    started = time.monotonic()
    outcome = Fetcher(policy, MemoryHosts()).fetch("http://slow.example/")
    hung.set()
    assert isinstance(outcome, Unavailable)
    assert outcome.reason == "timeout"
    assert time.monotonic() - started < PATIENCE_SECONDS


@pytest.fixture(scope="module")
def authority(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], tuple[Path, ssl.SSLContext]]:
    """Certificates that vouch for themselves: (what to trust, what the server shows) for a name."""

    def issue(name: str) -> tuple[Path, ssl.SSLContext]:
        home = tmp_path_factory.mktemp("tls")
        kind = "IP" if _is_address(name) else "DNS"
        command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
        files = [
            "-keyout",
            str(home / "key.pem"),
            "-out",
            str(home / "cert.pem"),
            "-addext",
            f"subjectAltName={kind}:{name}",
        ]
        subprocess.run([*command.split(), *files], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(home / "cert.pem", home / "key.pem")
        return home / "cert.pem", context

    return issue


def _is_address(name: str) -> bool:
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False


@pytest.fixture(params=["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def trust(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Path], None]:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    return lambda path: monkeypatch.setenv(request.param, str(path))


def test_tls_is_spoken_with_whom_the_environment_trusts(
    authority: Callable[[str], tuple[Path, ssl.SSLContext]],
    trust: Callable[[Path], None],
) -> None:
    certificate, context = authority("127.0.0.1")
    trust(certificate)
    with Server({"/": response()}, tls=context) as server:
        fetcher = Fetcher(POLICY, MemoryHosts())
        assert isinstance(fetcher.fetch(server.url + "/"), Page)
        assert isinstance(fetcher.fetch(server.url + "/"), Page)
        assert server.connections == 1


@pytest.mark.parametrize(
    "trusted", [True, False], ids=["a wrong name", "an unknown authority"]
)
def test_tls_with_a_wrong_certificate_is_refused(
    trusted: bool,
    authority: Callable[[str], tuple[Path, ssl.SSLContext]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificate, context = authority("other.example" if trusted else "127.0.0.1")
    if trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with Server({"/": response()}, tls=context) as server:
        outcome = Fetcher(POLICY, MemoryHosts()).fetch(server.url + "/")
        assert isinstance(outcome, Rejected)
        assert outcome.reason == "tls"
        assert server.asked == []


def test_a_tls_server_that_dribbles_ends_within_the_caps(
    authority: Callable[[str], tuple[Path, ssl.SSLContext]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificate, context = authority("127.0.0.1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with Server(answer=endless(HEAD + b"\r\n", b"x", TRICKLE), tls=context) as server:
        started = time.monotonic()
        outcome = Fetcher(POLICY, MemoryHosts()).fetch(server.url + "/")
        assert isinstance(outcome, Unavailable)
        assert outcome.reason == "timeout"
        assert time.monotonic() - started < PATIENCE_SECONDS


def test_a_handshake_that_hangs_ends_within_the_caps() -> None:
    with Server(answer=silent) as server:
        policy = Policy(
            "Gleaner/0.1",
            host_delay=0,
            obey_robots=False,
            max_seconds=0.5,
            allowed_networks=("127.0.0.1",),
        )
        started = time.monotonic()
        outcome = Fetcher(policy, MemoryHosts()).fetch(f"https://{server.host}/")
        assert isinstance(outcome, Unavailable)
        assert outcome.reason == "timeout"
        assert time.monotonic() - started < PATIENCE_SECONDS
