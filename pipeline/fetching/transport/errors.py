"""From what goes wrong on the wire to a value with a reason."""

import http.client
import re
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions as u3

from pipeline.core.failures import Rejected, Unavailable

# What the libraries below raise when a server's answer is none that they can read: a negative chunk
# size, a header that is no number. None of these is an error of the database, which must pass
# through.
MALFORMED = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    AssertionError,
)
TRANSPORT_ERRORS = (
    requests.RequestException,
    u3.HTTPError,
    http.client.HTTPException,
    OSError,
    *MALFORMED,
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Failed(Exception):
    """Carries an outcome up to `Fetcher.fetch`, which returns it. Never leaves this package."""

    def __init__(self, outcome: Rejected | Unavailable) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


# In this order: the first row that any error of the chain is an instance of names the reason.
# True: worth another try.
REASONS: tuple[tuple[type[BaseException], str, bool], ...] = (
    (ssl.SSLCertVerificationError, "tls", False),
    (ssl.SSLEOFError, "connection-reset", True),
    (ssl.SSLZeroReturnError, "connection-reset", True),
    (http.client.LineTooLong, "headers-too-large", False),
    (http.client.RemoteDisconnected, "connection-reset", True),
    (http.client.BadStatusLine, "not-http", False),
    (http.client.UnknownProtocol, "not-http", False),
    (http.client.IncompleteRead, "truncated", True),
    (u3.IncompleteRead, "truncated", True),
    (u3.InvalidChunkLength, "truncated", True),
    (ConnectionRefusedError, "connection-refused", True),
    (ConnectionResetError, "connection-reset", True),
    (BrokenPipeError, "connection-reset", True),
    (socket.timeout, "timeout", True),
    (u3.TimeoutError, "timeout", True),
    (ssl.SSLError, "tls", False),
    (u3.ProxyError, "proxy", True),
    (requests.exceptions.InvalidProxyURL, "proxy", False),
    (requests.exceptions.InvalidURL, "bad-address", False),
    (requests.exceptions.InvalidSchema, "scheme", False),
    (u3.LocationValueError, "bad-address", False),
    (UnicodeError, "bad-address", False),
    (u3.HeaderParsingError, "not-http", False),
)
# Errors that share a class with others, told apart by what they say.
BY_WORDS: tuple[tuple[str, Rejected | Unavailable], ...] = (
    (
        "got more than 100 headers",
        Rejected("headers-too-large", "more than 100 headers"),
    ),
    (
        "ended prematurely",
        Unavailable("truncated", "the response ended before its last chunk"),
    ),
    ("chunk size line exceeded", Rejected("not-http", "a chunk without a size")),
)


def outcome_of(error: BaseException) -> Rejected | Unavailable:
    """Return what one of TRANSPORT_ERRORS means for the URL."""
    chain = list(_chain(error))
    for kind, reason, passing in REASONS:
        for link in chain:
            if isinstance(link, kind):
                return _value(reason, passing, link)
    said = " ".join(str(link) for link in chain)
    for words, outcome in BY_WORDS:
        if words in said:
            return outcome
    if isinstance(error, MALFORMED):
        return Rejected("malformed-response", _sentence(error))
    return Unavailable("unreachable", _sentence(chain[-1]))


def _value(reason: str, passing: bool, error: BaseException) -> Rejected | Unavailable:
    detail = _sentence(error)
    if passing:
        return Unavailable(reason, detail)
    return Rejected(reason, detail)


def _sentence(error: BaseException) -> str:
    return readable(f"{type(error).__name__}: {error}")[:300]


def readable(text: str) -> str:
    """Return what a server wrote, without the control characters that databases and screens choke
    on."""
    return CONTROL.sub("\ufffd", text)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and what caused it; the libraries keep causes in three different places."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        link = waiting.pop(0)
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [arg for arg in link.args if isinstance(arg, BaseException)]
        reason = getattr(link, "reason", None)
        waiting += [reason] if isinstance(reason, BaseException) else []
        waiting += [link.__cause__, link.__context__]
