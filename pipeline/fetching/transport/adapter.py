"""The line put under requests.

requests-hardened gives the session (no redirects of its own, forced user agent, default timeout,
internal addresses refused). Its adapter pins the first address only and opens loopback as a whole
or not at all, so its place is taken by one whose connections resolve, check and connect in a single
step: all addresses are checked, the next one is tried when the first does not answer, named
networks can be opened, and a kept-alive connection needs no second look-up.
"""

import http.client
import os
import socket
import ssl
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

from pipeline.fetching.transport.sockets import Line, LineTLSSocket

MAX_HOSTS_KEPT = 16  # hosts to which a thread keeps a connection open


class _FinalResponse(http.client.HTTPResponse):
    """The response after the informational ones (102, 103 Early Hints); http.client skips 100
    alone."""

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]
        while 100 <= status < 200 and status != http.client.SWITCHING_PROTOCOLS:
            http.client.parse_headers(self.fp)
            version, status, reason = super()._read_status()  # type: ignore[misc]
        return version, status, reason


class _OnLine:
    """Mixed into urllib3's connections: they connect through the line."""

    line: Line
    guarded: bool
    host: str
    port: int

    def _new_conn(self) -> socket.socket:
        return self.line.connect(self.host.strip("[]"), self.port, guarded=self.guarded)


class LineHTTPConnection(_OnLine, HTTPConnection):
    """http over the line."""

    response_class = _FinalResponse

    def __init__(self, *args: Any, line: Line, guarded: bool, **kwargs: Any) -> None:
        self.line = line
        self.guarded = guarded
        super().__init__(*args, **kwargs)


class LineHTTPSConnection(_OnLine, HTTPSConnection):
    """https over the line; `server_hostname` and the certificate check stay those of the URL's
    host."""

    response_class = _FinalResponse

    def __init__(self, *args: Any, line: Line, guarded: bool, **kwargs: Any) -> None:
        self.line = line
        self.guarded = guarded
        super().__init__(*args, **kwargs)

    def connect(self) -> None:
        """As HTTPSConnection.connect."""
        super().connect()
        if isinstance(self.sock, LineTLSSocket):
            self.sock.line = self.line


class _HTTPPool(HTTPConnectionPool):
    def __init__(self, *args: Any, line: Line, guarded: bool, **kwargs: Any) -> None:
        self.ConnectionCls = partial(LineHTTPConnection, line=line, guarded=guarded)  # type: ignore[assignment]
        super().__init__(*args, **kwargs)


class _HTTPSPool(HTTPSConnectionPool):
    def __init__(self, *args: Any, line: Line, guarded: bool, **kwargs: Any) -> None:
        self.ConnectionCls = partial(LineHTTPSConnection, line=line, guarded=guarded)  # type: ignore[assignment]
        super().__init__(*args, **kwargs)


POOLS: dict[str, type[_HTTPPool] | type[_HTTPSPool]] = {
    "http": _HTTPPool,
    "https": _HTTPSPool,
}


class LineAdapter(HTTPAdapter):
    """requests' adapter with pools whose connections are on the line."""

    def __init__(self, line: Line, context: ssl.SSLContext) -> None:
        self._line = line
        self._context = context
        super().__init__(pool_connections=MAX_HOSTS_KEPT, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As HTTPAdapter.init_poolmanager, with our pools and one TLS context for all."""
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools(guarded=True)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """As HTTPAdapter.proxy_manager_for, with our pools."""
        manager: Any = super().proxy_manager_for(
            proxy, ssl_context=self._context, **kwargs
        )
        manager.pool_classes_by_scheme = self._pools(guarded=False)
        return manager

    def _pools(self, *, guarded: bool) -> Any:
        line = self._line
        return {
            scheme: partial(pool, line=line, guarded=guarded)
            for scheme, pool in POOLS.items()
        }

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing: the context holds the authorities, read once and not again for every
        connection."""

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """As HTTPAdapter.send. A proxy connects for us, so there only the name can be checked."""
        if kwargs.get("proxies"):
            url = requests.utils.urlparse(request.url)  # type: ignore[attr-defined]
            self._line.guard.endpoints(
                url.hostname or "", url.port or 80, self._line.deadline.left()
            )
        return super().send(request, *args, **kwargs)


def tls_context() -> ssl.SSLContext:
    """Certificates are always verified, against the bundle that the environment names for
    requests, else certifi's."""
    names = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
    return _context_of(
        next(
            (os.environ[name] for name in names if os.environ.get(name)),
            certifi.where(),
        )
    )


@lru_cache(maxsize=4)
def _context_of(bundle: str) -> ssl.SSLContext:
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.sslsocket_class = LineTLSSocket
    context.load_verify_locations(
        **{"capath" if os.path.isdir(bundle) else "cafile": bundle}
    )
    return context


class _Session(HTTPSession):
    """Never looks at where a redirect leads: requests would read the body of it, and trip over an
    odd address."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Nowhere: `Fetcher` follows redirects, each within the rules."""
        return None


def session_on(
    line: Line, context: ssl.SSLContext, user_agent: str, seconds: float
) -> requests.Session:
    """Return a session of requests-hardened on `line`: no redirects, no cookies, nothing taken from
    the environment."""
    session: requests.Session = _Session(
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
