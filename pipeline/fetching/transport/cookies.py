"""The cookies of one fetch: some servers set one, redirect to the same URL, and answer only who
brings it back."""

from collections.abc import Iterable

MAX_COOKIES = 20  # of one host
MAX_LENGTH = 4_096  # of one cookie


class FetchCookies:
    """What the hosts of one fetch set, for these hosts alone. Gone with the fetch: nobody is
    followed about."""

    def __init__(self) -> None:
        self._by_host: dict[str, dict[str, str]] = {}

    def take(self, host: str, set_cookie: Iterable[str]) -> None:
        """Keep what the `Set-Cookie` headers of an answer of this host say."""
        kept = self._by_host.setdefault(host, {})
        for header in set_cookie:
            pair = header.partition(";")[0].strip()
            name, equals, value = pair.partition("=")
            is_usable = (
                equals and name and len(pair) <= MAX_LENGTH and pair.isprintable()
            )
            if (
                is_usable
                and pair.isascii()
                and (name in kept or len(kept) < MAX_COOKIES)
            ):
                kept[name] = value

    def header(self, host: str) -> str:
        """Return the `Cookie` header for a request of this host; empty for none."""
        kept = self._by_host.get(host, {})
        return "; ".join(f"{name}={value}" for name, value in kept.items())
