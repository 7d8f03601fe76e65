"""Sockets that keep a deadline and connections that the guard has seen, put under requests.

requests-hardened gives the session (no redirects of its own, forced user agent, default timeout, internal addresses
refused). Its adapter pins the first address only and opens loopback as a whole or not at all, so its place is taken by
one whose connections resolve, check and connect in a single step: all addresses are checked, the next one is tried when
the first does not answer, named networks can be opened, and a kept-alive connection needs no second look-up.
"""

import os
import socket
import ssl
from collections.abc import Callable
from functools import lru_cache, partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import certifi
import requests
from requests.adapters import HTTPAdapter
from requests_hardened import Config, HTTPSession
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from pipeline.errors import Rejected
from pipeline.fetching.deadline import Deadline
from pipeline.fetching.failure import Failed, outcome_of
from pipeline.fetching.guard import Guard

HEADER_ROOM = 1_000_000  # bytes a response may take on the wire beside its body
HOSTS_KEPT = 16  # hosts to which a thread keeps a connection open


class Line:
    """What the connections of one thread share: the guard, the deadline, the bytes still allowed, and the turn."""

    def __init__(self, guard: Guard, connect_seconds: float) -> None:
        self.guard = guard
        self.deadline = Deadline()
        self.connect_seconds = connect_seconds
        self.allowance = 0  # bytes that may still be received
        self.await_turn: Callable[[], None] | None = None  # called once, when connected, right before sending

    def received(self, count: int) -> None:
        """Raises Failed("too-large") when a response, headers and all, is bigger than any good one can be."""
        self.allowance -= count
        if self.allowance < 0:
            raise Failed(Rejected("too-large", "the response is larger than the cap"))

    def take_turn(self) -> None:
        """Wait until the request may be sent. Everything else is ready by then: what takes time after it makes the gap
        that a server sees shorter than the true one."""
        if self.await_turn:
            wait, self.await_turn = self.await_turn, None
            wait()

    def connect(self, host: str, port: int) -> socket.socket:
        """A socket connected to the first address of `host` that answers; all of them have passed the guard."""
        outcome = Failed(Rejected("unknown-host", f"{host} has no address"))
        for family, address in self.guard.endpoints(host, port, self.deadline.left()):
            connection = LineSocket(family, socket.SOCK_STREAM)
            connection.line = self
            try:
                connection.settimeout(min(self.connect_seconds, self.deadline.left()))
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.connect(address)  # numeric: nothing is resolved a second time
                connection.settimeout(self.deadline.left())
                return connection
            except OSError as error:
                connection.close()
                outcome = Failed(outcome_of(error))
        raise outcome


class LineSocket(socket.socket):
    """A socket whose timeout is what is left of the deadline, at every call: dribbling does not help a server."""

    line: Line

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """As socket.recv_into, within the deadline."""
        self.settimeout(self.line.deadline.left())
        count = super().recv_into(*args, **kwargs)
        self.line.received(count)
        return count

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        """As socket.sendall, in turn and within the deadline."""
        self.line.take_turn()
        self.settimeout(self.line.deadline.left())
        super().sendall(*args, **kwargs)


class LineTLSSocket(ssl.SSLSocket):
    """The same for TLS. The ssl module makes it, so it learns its line only after the handshake."""

    line: Line

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """As SSLSocket.recv_into, within the deadline."""
        self.settimeout(self.line.deadline.left())
        count = super().recv_into(*args, **kwargs)
        self.line.received(count)
        return count

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        """As SSLSocket.sendall, in turn and within the deadline."""
        self.line.take_turn()
        self.settimeout(self.line.deadline.left())
        super().sendall(*args, **kwargs)


class _OnLine:
    """Mixed into urllib3's connections: they connect through the line."""

    line: Line
    host: str
    port: int

    def _new_conn(self) -> socket.socket:
        return self.line.connect(self.host.strip("[]"), self.port)


class LineHTTPConnection(_OnLine, HTTPConnection):
    """http over the line."""

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        self.line = line
        super().__init__(*args, **kwargs)


class LineHTTPSConnection(_OnLine, HTTPSConnection):
    """https over the line; `server_hostname` and the certificate check stay those of the URL's host."""

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        self.line = line
        super().__init__(*args, **kwargs)

    def connect(self) -> None:
        """As HTTPSConnection.connect."""
        super().connect()
        if isinstance(self.sock, LineTLSSocket):
            self.sock.line = self.line


class _HTTPPool(HTTPConnectionPool):
    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        self.ConnectionCls = partial(LineHTTPConnection, line=line)  # type: ignore[assignment]
        super().__init__(*args, **kwargs)


class _HTTPSPool(HTTPSConnectionPool):
    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        self.ConnectionCls = partial(LineHTTPSConnection, line=line)  # type: ignore[assignment]
        super().__init__(*args, **kwargs)


class LineAdapter(HTTPAdapter):
    """requests' adapter with pools whose connections are on the line."""

    def __init__(self, line: Line, context: ssl.SSLContext) -> None:
        self._line = line
        self._context = context
        super().__init__(pool_connections=HOSTS_KEPT, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As HTTPAdapter.init_poolmanager, with our pools and one TLS context for all."""
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        pools = {"http": partial(_HTTPPool, line=self._line), "https": partial(_HTTPSPool, line=self._line)}
        self.poolmanager.pool_classes_by_scheme = pools

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing: the context holds the authorities, read once and not again for every connection."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """As HTTPAdapter.send. A proxy connects for us, so there only the name can be checked."""
        if kwargs.get("proxies"):
            url = requests.utils.urlparse(request.url)  # type: ignore[attr-defined]
            self._line.guard.endpoints(url.hostname or "", url.port or 80, self._line.deadline.left())
        return super().send(request, *args, **kwargs)


def tls_context() -> ssl.SSLContext:
    """Certificates are always verified, against the bundle that the environment names for requests, else certifi's."""
    names = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
    return _context_of(next((os.environ[name] for name in names if os.environ.get(name)), certifi.where()))


@lru_cache(maxsize=4)
def _context_of(bundle: str) -> ssl.SSLContext:
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.sslsocket_class = LineTLSSocket
    context.load_verify_locations(**{"capath" if os.path.isdir(bundle) else "cafile": bundle})
    return context


def session_on(line: Line, context: ssl.SSLContext, user_agent: str, seconds: float) -> requests.Session:
    """A session of requests-hardened on `line`: no redirects, no cookies, nothing taken from the environment."""
    session: requests.Session = HTTPSession(
        Config(
            ip_filter_enable=True,  # stands behind our adapter, should a scheme ever miss it
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=(seconds, seconds),
            user_agent_override=user_agent,
        )
    )
    session.trust_env = False
    session.headers.clear()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # none is kept
    for scheme in ("http://", "https://"):
        session.mount(scheme, LineAdapter(line, context))
    return session
