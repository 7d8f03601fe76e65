"""Addresses: the normal form of a URL (the unique key of an article), pasted text as addresses,
what is one site.

The address that a source names is the one that is fetched; its normal form is only compared and
stored as the key. Two addresses share a normal form when they differ in nothing that serves
different articles: http or https, `www.`, default port, user name, fragment, tracking parameters,
order of parameters, index file, trailing slash, and how escapes are spelt. An escape that means
something (`%3F`, `%2F`, `%23`) stays an escape.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlsplit

import idna

# Parameters that say where a reader came from or how a page is shown, never which article it is.
# Prefixes end with *.
TRACKING = (
    "utm_* mtm_* pk_* piwik_* hsa_* vero_* oly_* matomo_* at_* stm_* mc_cid mc_eid fbclid gclid gclsrc dclid "
    "gbraid wbraid msclkid twclid yclid ysclid igshid igsh ttclid li_fat_id _ga _gl _hsenc _hsmi hsctatracking "
    "mkt_tok ref ref_src ref_url referrer rss_id xtor srsltid traffic_source _openstat guccounter "
    "guce_referrer guce_referrer_sig replytocom share nb like_comment showcomment commentpage amp print "
    "ncid cmpid spm trk s_cid wt_mc sc_cid fb_action_ids fb_action_types fb_ref fb_source action_object_map "
    "__twitter_impression"
).split()
TRACKING_NAMES = frozenset(name for name in TRACKING if not name.endswith("*"))
TRACKING_PREFIXES = tuple(name[:-1] for name in TRACKING if name.endswith("*"))
# Names that may choose a page, and the values with which feeds mark their links.
SOURCE_NAMES = frozenset(
    {"source", "src", "from", "via", "cid", "medium", "origin", "campaign"}
)
SOURCE_VALUE = re.compile(r"(?:rss|feed|atom)(?:$|[-_.0-9])|---", re.I)
# A reader's visit. In a query only with a value like a session's: `sid=12` is a story.
SESSION_NAMES = r"(?:jsessionid|phpsessid|sessionid|session_id|aspsessionid\w{0,20}|cfid|cftoken|sid)"
SESSION_IN_PATH = re.compile(rf";{SESSION_NAMES}=[^/?#;]*", re.I)
SESSION_IN_QUERY = re.compile(
    rf"(?<=[?&]){SESSION_NAMES}=[\w.!-]{{16,}}(?:&|(?=#)|$)", re.I
)
REPEATED_SLASHES = re.compile(r"(?<!:)/{2,}")
LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".lan", ".test", ".invalid")
OWN_MACHINE = {"localhost", "127.0.0.1", "0.0.0.0"}  # noqa: S104 - recognised, not bound
MAX_URL_LENGTH = 4096  # characters
INDEX_FILE = re.compile(r"/index\.(?:html?|php|shtml|aspx?)$", re.I)
PATH = "/:@!$&'()*+,;="
QUERY = "/:@!$'()*+,;=?"
UNRESERVED = r"[A-Za-z0-9._~-]\Z"
WEB = ("https://", "http://")
# An address in which nothing has another spelling, and its path.
PLAIN = re.compile(rf"https?://[^/?#\s]+(/[A-Za-z0-9._~{re.escape(PATH)}-]*)")
DEFAULT_PORTS = {None, 80, 443}
HOST = re.compile(
    r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*|\[[0-9a-f:.]+\]"
)


class BadURL(ValueError):
    """Not an address of a web page; the message is one clause for a person."""


@dataclass(frozen=True, slots=True)
class BadAddress:
    """A piece of pasted text that is no address: the piece as typed, and what is wrong with it, in
    one sentence.
    """

    text: str
    error: str


@lru_cache(maxsize=2_000)
def normal_form(url: str) -> str:
    """Return the key of a URL: equal for two addresses of one article. Idempotent. Raises
    `BadURL`."""
    plain = PLAIN.fullmatch(url)
    if plain:  # as most are
        host = host_at(url)
        path = plain[1]
        query = ""
    else:
        parts = split(url)
        host = host_of(parts)
        path = _spelt(parts.path, PATH)
        query = _query(parts)
    path = _without_dots(_without_session(path))
    while path != (shorter := INDEX_FILE.sub("", path.rstrip("/"))):
        path = shorter
    return f"https://{host}{path or '/'}{query}"


def _without_session(path: str) -> str:
    """Return the path without session ids, and with single slashes, but for those of a URL within
    it."""
    if ";" in path:
        path = SESSION_IN_PATH.sub("", path)
    if "//" in path:
        path = REPEATED_SLASHES.sub("/", path)
    return path


def without_session(url: str) -> str:
    """Return the address as anybody may ask for it: without what names the visit of whoever first
    saw it."""
    if "=" not in url:
        return url
    return SESSION_IN_QUERY.sub("", SESSION_IN_PATH.sub("", url)).rstrip("?&")


def split(url: str) -> SplitResult:
    """Return the parts of an http(s) URL. Raises `BadURL` with what is wrong."""
    if len(url) > MAX_URL_LENGTH:
        raise BadURL(f"it is longer than {MAX_URL_LENGTH} characters")
    try:
        parts = urlsplit(url.strip())
        named = _names_host(parts.netloc)
    except ValueError as error:
        raise BadURL(str(error).lower()) from None
    if parts.scheme not in ("http", "https"):
        raise BadURL(f"{parts.scheme or 'no scheme'} is neither http nor https")
    if not named:
        raise BadURL("it names no host")
    return parts


@lru_cache(maxsize=1_000)
def _names_host(netloc: str) -> bool:
    """Whether there is a host. Raises ValueError where the port is out of range."""
    parts = SplitResult("", netloc, "", "", "")
    parts.port  # noqa: B018 - raises
    return bool(parts.hostname)


def host_of(parts: SplitResult) -> str:
    """Host in ASCII without `www.`, with the port where it is not the default one. Raises
    `BadURL`.
    """
    return _host_of(parts.netloc)


@lru_cache(maxsize=1_000)  # a site's URLs have one or two
def _host_of(netloc: str) -> str:
    parts = SplitResult("", netloc, "", "", "")
    host = (parts.hostname or "").rstrip(".").lower()
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise BadURL(f"{host} is no host name") from None
    while host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    if len(host) > 253 or not HOST.fullmatch(host):
        raise BadURL(f"{host!r} is no host name")
    if parts.port in DEFAULT_PORTS:
        return host
    return f"{host}:{parts.port}"


def host_at(url: str) -> str:
    """`host_of(split(url))`, remembered by what stands before the path: many URLs have few hosts.
    Raises `BadURL`.
    """
    end = -1
    if url.startswith(WEB):
        end = url.find("/", len("https://"))
    return _host_at(
        url if end < 0 else url[: end + 1]
    )  # with the slash: a blank before it is no blank at the end


@lru_cache(maxsize=1_000)
def _host_at(start: str) -> str:
    return host_of(split(start))


def hosts_of(addresses: Iterable[str]) -> set[str]:
    """Return the hosts of addresses, without "www."; what is no address is left out."""
    hosts = set()
    for address in addresses:
        try:
            hosts.add(host_at(address))
        except BadURL:
            continue
    return hosts


@lru_cache(maxsize=32)  # several look at one URL, then at the next one
def path_and_query(url: str) -> tuple[str, str]:
    """Path and query of a URL without blanks, as `urlsplit` has them, in a quarter of its time."""
    if not url.startswith(WEB):
        parts = urlsplit(url)
        return parts.path, parts.query
    before, _, query = url.partition("#")[0].partition("?")
    start = before.find("/", before.index("//") + 2)
    return before[start:] if start >= 0 else "", query


def same_site(one: str, other: str) -> bool:
    """Whether two URLs are of one site: the same host and port, whatever the scheme and with or
    without `www.`.
    """
    try:
        return host_at(one) == host_at(other)
    except BadURL:
        return False


def same_page(one: str, other: str) -> bool:
    """Whether two URLs are of one page: https for http, or a slash more, makes no other one."""
    try:
        return normal_form(one) == normal_form(other)
    except BadURL:
        return False


def is_local(url: str) -> bool:
    """Whether the URL names a host that only its own machine or network knows, as drafts of a site
    do.
    """
    try:
        name = host_at(url)
    except BadURL:
        return False
    if not name.startswith("["):
        name = name.partition(":")[0]
    if name.endswith(LOCAL_SUFFIXES):
        return True
    if "." not in name and not name.startswith("["):
        return True
    try:
        return not ip_address(name.strip("[]")).is_global
    except ValueError:
        return False


def at_home(url: str, home: str) -> str:
    """Return the URL on the host of another one."""
    parts = urlsplit(home)
    return urlsplit(url)._replace(scheme=parts.scheme, netloc=parts.netloc).geturl()


def is_draft_of(url: str, home: str) -> bool:
    """Whether a site was built with the URL of its author's machine for its own: localhost,
    192.168.0.2.
    """
    if not is_local(url) or same_site(url, home):
        return False
    return not is_local(home) or host_at(url).partition(":")[0] in OWN_MACHINE


def read_addresses(text: str) -> tuple[tuple[str, ...], tuple[BadAddress, ...]]:
    """Pasted text as addresses, in order and each once, and the pieces that are none. A missing
    scheme is https.
    """
    good: dict[str, str] = {}
    bad: list[BadAddress] = []
    for line in text.splitlines():
        for piece in re.split(r"[\s,;]+", re.sub(r"(^|\s)#.*", "", line)):
            if not (piece := piece.strip("<>\"'()[]*`|").rstrip(".")) or piece in "-–•":
                continue
            try:
                url = _with_scheme(piece)
                good.setdefault(normal_form(url), url)
            except BadURL as error:
                bad.append(BadAddress(piece, f"{_without_password(piece)}: {error}"))
    return tuple(good.values()), tuple(bad)


def _without_password(piece: str) -> str:
    scheme, found, rest = piece.partition("://")
    name, at, host = rest.partition("@")
    if found and at and "/" not in name:
        return f"{scheme}://…@{host}"
    return piece


def _with_scheme(piece: str) -> str:
    if piece[:5].lower() == "feed:":  # what browsers hand to feed readers
        rest = piece[5:]
        piece = rest
        if rest.startswith("//"):
            piece = f"http:{rest}"
    has_scheme = re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", piece, re.I)
    if has_scheme:
        url = piece
    else:
        url = f"https://{piece}"
    authority = url.partition("://")[2].partition("/")[0]
    is_email = url[:7].lower() == "mailto:" or ("@" in authority and not has_scheme)
    if is_email:
        raise BadURL("an e-mail address, not the address of a page")
    if "@" in authority:
        raise BadURL("a user name or password in an address is not sent anywhere")
    host = host_at(url)
    if (
        "." not in host
        and not host.startswith(("localhost", "["))
        and "://" not in piece
    ):
        raise BadURL("not a full address such as https://example.org/blog/")
    return url


def _query(parts: SplitResult) -> str:
    pairs = (
        _spelt(pair, QUERY).partition("=") for pair in parts.query.split("&") if pair
    )
    kept = sorted(
        (pair for pair in pairs if not _tracks(pair[0], pair[2])),
        key=lambda pair: pair[0],
    )
    if kept:
        return "?" + "&".join("".join(pair) for pair in kept)
    return ""


def _spelt(text: str, safe: str) -> str:
    """Escapes in one spelling: none for letters, digits and -._~, capital hex for the rest.

    w3lib and url-normalize each take it further than the meaning allows (`;` at the end, `//` in
    the middle).
    """

    def respell(found: re.Match[str]) -> str:
        escape = found[1]
        if escape is None:
            return quote(found[0], safe=safe, errors="replace")
        character = chr(int(escape, 16))
        if re.match(UNRESERVED, character):
            return character
        return f"%{escape.upper()}"

    return _misspelt(safe).sub(respell, text)


@cache
def _misspelt(safe: str) -> re.Pattern[str]:
    return re.compile(rf"%([0-9A-Fa-f]{{2}})|[^A-Za-z0-9._~{re.escape(safe)}-]+?")


def _tracks(name: str, value: str) -> bool:
    name = name.lower()
    if name in SOURCE_NAMES:
        return SOURCE_VALUE.match(value) is not None
    if name == "m":  # Blogger's mobile view is 0 or 1; WordPress's month is longer
        return value in ("0", "1")
    if name in TRACKING_NAMES or name.startswith(TRACKING_PREFIXES):
        return True
    return SESSION_IN_QUERY.match(f"?{name}={value}", 1) is not None


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4."""
    if path.startswith("/") and "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for number, segment in enumerate(segments):
        if segment == "..":
            del kept[-1:]
        elif segment != "." and number:
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)
