"""From what someone wrote or a page links to, to an address that can be asked."""

import re
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

import requests
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from pipeline.core.failures import Rejected
from pipeline.fetching.transport.errors import Failed, readable

MAX_URL_LENGTH = 4096  # characters
USUAL_PORTS = {"http": 80, "https": 443}
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
AUTHORITY = re.compile(r"[a-z]+:[/\\]*([^/?#]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """A URL as it goes onto the wire, and the host whose manners and pace apply."""

    url: str  # ascii, without fragment
    scheme: str
    name: str  # of the host, as it is resolved
    port: int
    # the name, with its port where that is not the usual one: pace and robots are kept under it
    host: str
    path: str

    @property
    def robots_url(self) -> str:
        """Where the rules for this URL are."""
        return urljoin(self.url, "/robots.txt")


def target_of(url: str) -> Target:
    """Return the target of a URL. Raises Failed with "scheme", "credentials-in-url" or
    "bad-address" for one that is never requested."""
    written = url.strip()
    if not written or len(written) > MAX_URL_LENGTH or CONTROL.search(written):
        raise Failed(
            Rejected("bad-address", "an address is one line of at most 4096 characters")
        )
    scheme = written.partition(":")[0].lower()
    if scheme not in USUAL_PORTS:
        raise Failed(
            Rejected(
                "scheme", f"only http and https are fetched, this is {written[:60]!r}"
            )
        )
    authority = AUTHORITY.match(written)
    if authority and "\\" in authority[1]:
        raise Failed(
            Rejected(
                "bad-address", "parsers disagree about what a backslash in a host means"
            )
        )
    parsed = _prepared(written)
    if parsed.auth is not None or (authority and "@" in authority[1]):
        raise Failed(
            Rejected(
                "credentials-in-url",
                "a user name or password in an address is not sent anywhere",
            )
        )
    name = (parsed.host or "").lower().rstrip(".")
    port = parsed.port or USUAL_PORTS[scheme]
    if port == USUAL_PORTS[scheme]:
        host = name
    else:
        host = f"{name}:{port}"
    clean = _without_fragment(parsed.url)
    return Target(clean, scheme, name.strip("[]"), port, host, parsed.path or "/")


def _without_fragment(url: str) -> str:
    try:
        return urldefrag(url).url
    except ValueError as error:
        raise _bad_address(error) from None


def _bad_address(error: Exception) -> Failed:
    return Failed(Rejected("bad-address", readable(str(error))[:300]))


def _prepared(url: str) -> Url:
    request = requests.PreparedRequest()
    try:
        request.prepare_url(url, None)
        parsed = parse_url(request.url or "")
    except (
        requests.RequestException,
        LocationParseError,
        UnicodeError,
        ValueError,
    ) as error:
        raise _bad_address(error) from None
    if not parsed.host or len(parsed.host) > 253 or ".." in parsed.host:
        raise Failed(Rejected("bad-address", f"{url[:300]!r} names no host"))
    return parsed


def host_name(url: str) -> str:
    """Return the name under which the host of `url` is kept (see Target.host); "" for what is not
    fetched at all."""
    try:
        return target_of(url).host
    except Failed:
        return ""


def redirected(target: Target, location: str) -> Target:
    """Where a Location header leads from `target`. Raises Failed like target_of."""
    # Header bytes arrive as latin-1; addresses in them are utf-8 where they are not ascii.
    address = location.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        absolute = urljoin(target.url, address)
    except ValueError as error:
        raise _bad_address(error) from None
    return target_of(absolute)
