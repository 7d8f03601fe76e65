"""Reverse proxies in front of the pages: which of them are believed, and the path they serve below."""

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Network = IPv4Network | IPv6Network
FORWARDED = "HTTP_X_FORWARDED_"


class ProxyMiddleware:
    """Reads what a trusted proxy says of its client, and forgets what anybody else claims.

    It comes before all middleware that asks for the scheme, the host or the client's address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.trusted: list[Network] = settings.TRUSTED_PROXIES

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_within(request.META.get("REMOTE_ADDR", ""), self.trusted):
            request.META["REMOTE_ADDR"] = client_address(request.META, self.trusted)
        else:
            forget(request.META)
        return self.get_response(request)


def forget(meta: dict[str, Any]) -> None:
    """Remove the headers that only a proxy may set."""
    for name in [name for name in meta if name.startswith(FORWARDED)]:
        del meta[name]
    for header in (settings.SIGNIN_HEADER, settings.SIGNIN_GROUPS_HEADER):
        meta.pop(meta_name(header), None)


def client_address(meta: dict[str, Any], trusted: list[Network]) -> str:
    """Return the address of the client, as the last proxy that is not trusted would have it.

    Proxies append to X-Forwarded-For, so what its left side says may be invented.
    """
    address = str(meta["REMOTE_ADDR"])
    named = str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    for each in reversed(named):
        if not is_within(address, trusted):
            break
        if not is_address(each.strip()):
            break
        address = each.strip()
    return address


def is_address(text: str) -> bool:
    """Whether this is an IPv4 or IPv6 address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_within(address: str, networks: list[Network]) -> bool:
    """Whether an address belongs to one of the networks. A Unix socket has none: its peer is
    local."""
    if not address:
        return True
    if not is_address(address):
        return False
    ip = ip_address(address)
    mapped = getattr(ip, "ipv4_mapped", None)
    return any((mapped or ip) in network for network in networks)


def meta_name(header: str) -> str:
    """Return the name under which WSGI has a header."""
    return "HTTP_" + header.upper().replace("-", "_")


class PathPrefix:
    """A WSGI application below a path, whether or not the proxy removes that path itself."""

    def __init__(self, application: Any, prefix: str) -> None:
        self.application = application
        self.prefix = prefix

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = environ.get("PATH_INFO", "")
        if path == self.prefix or path.startswith(self.prefix + "/"):
            environ["PATH_INFO"] = path.removeprefix(self.prefix) or "/"
        return self.application(environ, start_response)
