"""Where a connection may go: the public internet, and what the installation opens by name.

The check happens on the addresses that are then connected to, so it does not matter how a host was
spelt, which stage named it, how many redirects led there, or what its name resolved to a moment
ago.
"""

import ipaddress
import socket
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from functools import lru_cache

from requests_hardened.ip_filter import EXTRA_BLOCKED_NET_RANGES

from pipeline.core.failures import Rejected, Unavailable
from pipeline.fetching.transport.errors import Failed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Endpoint = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]

# Written out, because what `is_global` covers changed between patch releases of Python 3.11 to
# 3.13.
SPECIAL = {
    "loopback": ("127.0.0.0/8", "::1/128"),
    "private": (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",
        "fec0::/10",
    ),
    "link-local": ("169.254.0.0/16", "fe80::/10"),
    "carrier-grade NAT": ("100.64.0.0/10",),
    "this network": ("0.0.0.0/8", "::/128"),
    "multicast": ("224.0.0.0/4", "ff00::/8"),
    "reserved": ("240.0.0.0/4", "192.0.0.0/24", "::/8", "100::/8"),
    "documentation": (
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "2001:db8::/32",
        "3fff::/20",
    ),
    "benchmarking": ("198.18.0.0/15", "2001:2::/48"),
    "NAT64": ("64:ff9b::/96", "64:ff9b:1::/48"),
    "6to4": ("2002::/16", "192.88.99.0/24"),
    "Teredo": ("2001::/32",),
    "special purpose": ("2001::/23", "5f00::/16"),
    # Public by its number, yet every machine of that cloud reaches its own host by it.
    "cloud host service": ("168.63.129.16/32",),
}
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


def _specials() -> list[tuple[Network, str]]:
    named = [
        (ipaddress.ip_network(cidr), kind)
        for kind, cidrs in SPECIAL.items()
        for cidr in cidrs
    ]
    named.sort(
        key=lambda pair: -pair[0].prefixlen
    )  # the narrowest network gives the name
    return named + [
        (network, "special purpose") for network in EXTRA_BLOCKED_NET_RANGES
    ]


SPECIALS = _specials()


def kind_of(address: Address) -> str:
    """Return what makes this address other than public ("loopback", "NAT64"), or "" for a public
    one."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return kind_of(address.ipv4_mapped)
    for network, kind in SPECIALS:
        if address.version == network.version and address in network:
            return kind
    outside = address.version == 6 and address not in GLOBAL_UNICAST
    if outside:
        return "not global unicast"
    return ""


def site_name(host: str, port: int) -> str:
    """How the settings name one port of a host: "10.0.0.7:8080", "[fd00::7]:8080"."""
    if ":" in host:
        return f"[{host}]:{port}"
    return f"{host}:{port}"


class Guard:
    """Says which addresses may be connected to. Open although not public are `allowed` (CIDRs), and
    of `own_sites` ("host:port") that one port of that one host."""

    def __init__(
        self, allowed: Iterable[str] = (), own_sites: Iterable[str] = ()
    ) -> None:
        self._own_sites = frozenset(site.lower() for site in own_sites)
        self._allowed = tuple(
            ipaddress.ip_network(cidr.strip(), strict=False) for cidr in allowed
        )
        self.refusal = lru_cache(maxsize=1024)(self._refusal)

    def _refusal(self, text: str, host: str = "") -> str:
        """Return why the address `text`, to which `host` resolves, may not be connected to; ""
        where it may."""
        address = ipaddress.ip_address(text.partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if any(
            address.version == network.version and address in network
            for network in self._allowed
        ):
            return ""
        kind = kind_of(address)
        if not kind:
            return ""
        if host in ("", text):
            return f"{address} is not a public address ({kind})"
        return f"{host} resolves to {address}, which is not a public address ({kind})"

    def check_literal(self, host: str, port: int) -> None:
        """Refuse a host that is an internal address in plain writing, before anything is asked or
        noted about it."""
        if self._is_own(host, port):
            return
        try:
            refusal = self.refusal(host.strip("[]"))
        except ValueError:
            # a name, or a number in disguise: judged by what it resolves to, when connecting
            return
        if refusal:
            raise Failed(Rejected("internal-address", refusal))

    def _is_own(self, host: str, port: int) -> bool:
        return site_name(host, port) in self._own_sites

    def endpoints(self, host: str, port: int, seconds: float) -> list[Endpoint]:
        """Where `host` may be reached, in the resolver's order. Raises Failed where any of them
        is internal."""
        found = resolve(host, port, seconds)
        if self._is_own(host, port):
            return found
        for _family, address in found:
            if refusal := self.refusal(str(address[0]), host):
                raise Failed(Rejected("internal-address", refusal))
        return found


def resolve(host: str, port: int, seconds: float) -> list[Endpoint]:
    """Return the addresses of `host`, not judged. Raises Failed: "unknown-host", "dns-failure",
    "timeout", "bad-address"."""
    # The system's resolver knows no deadline, hence a thread that may be left behind.
    answer: Future[list[Endpoint]] = Future()
    threading.Thread(
        target=_look_up, args=(answer, host, port), daemon=True, name=f"resolve {host}"
    ).start()
    try:
        return answer.result(timeout=seconds)
    except TimeoutError:
        raise Failed(
            Unavailable("timeout", f"looking up {host} took more than {seconds:.0f} s")
        ) from None
    except socket.gaierror as error:
        if error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL):
            raise Failed(
                Unavailable("dns-failure", f"{host}: {error.strerror}")
            ) from None
        raise Failed(Rejected("unknown-host", f"{host}: {error.strerror}")) from None
    except UnicodeError:
        raise Failed(Rejected("bad-address", f"{host!r} is not a host name")) from None


def _look_up(answer: "Future[list[Endpoint]]", host: str, port: int) -> None:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        inet = (socket.AF_INET, socket.AF_INET6)
        answer.set_result([(row[0], row[4]) for row in rows if row[0] in inet])  # type: ignore[misc]
    except Exception as error:  # noqa: BLE001 - handed to the thread that waits
        answer.set_exception(error)
