"""What belongs to a crawl: the hosts and the folder of a start address, and the options of a
person.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from pipeline.core.url import BadURL, host_at, host_of, path_and_query, split
from pipeline.discovery.urls.match import InvalidPattern, matches
from pipeline.discovery.urls.patterns import is_list, shape_of

__all__ = [
    "CrawlOptions",
    "InvalidPattern",
    "Scope",
    "matches",
    "outside_dates",
    "scope_of",
]

_FILE = re.compile(
    r"[^/]{1,500}\.(?:html?|php|xml|rss|atom|rdf|json|txt|gz|aspx?)$", re.I
)


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What a person asked for. Patterns are prefixes (`/blog/`, `https://a.org/`), globs
    (`*/2024/*`) or /regex/.

    Dates are inclusive, by the day that the source writes; `skip` and `limit` count accepted
    articles, newest first.
    """

    addresses: tuple[str, ...]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    skip: int = 0
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The hosts (without www) and the folder of a start address; the folder "/" is everything."""

    hosts: frozenset[str]
    folder: str = "/"

    def has_host(self, url: str) -> bool:
        """Whether the URL is of one of the hosts."""
        try:
            return host_at(url) in self.hosts
        except BadURL:
            return False

    def has(self, url: str) -> bool:
        """Whether the URL is of one of the hosts and under the folder."""
        if not self.has_host(url):
            return False
        path = path_and_query(url)[0]
        return (path.rstrip("/") + "/").startswith(self.folder)

    def with_host(self, url: str) -> "Scope":
        """Return the scope with the host of another URL of the same site."""
        return replace(self, hosts=self.hosts | {host_at(url)})

    def widened(self) -> "Scope":
        """Return the whole of the hosts."""
        return replace(self, folder="/")


def scope_of(address: str) -> Scope:
    """Return the scope of a start address. Files, lists (`/archives/`) and dated paths are places
    in a blog, no folder."""
    parts = split(address)
    folder = _FILE.sub("", parts.path).rstrip("/") + "/"
    shape = shape_of(address)
    while folder != "/" and (is_list(shape) or shape.dated):
        folder = folder.rstrip("/").rpartition("/")[0] + "/"
        shape = shape_of(f"https://{parts.hostname}{folder}")
    return Scope(frozenset({host_of(parts)}), folder)


def outside_dates(when: datetime | date | None, options: CrawlOptions) -> bool:
    """Whether a known date is outside the window. An unknown one is not: only extraction can
    tell."""
    if when is None:
        return False
    day = when
    if isinstance(when, datetime):
        day = when.date()
    is_early = options.since is not None and day < options.since
    is_late = options.until is not None and day > options.until
    return is_early or is_late
