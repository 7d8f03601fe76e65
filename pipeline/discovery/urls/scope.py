"""What belongs to the options: the hosts and the folder of the start address, patterns, dates, skip and limit."""

import fnmatch
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import unquote, urlsplit

from pipeline.core.url import BadURL, host_at, host_of, path_and_query, split
from pipeline.discovery.urls.patterns import is_list, shape_of

_FILE = re.compile(r"[^/]+\.(?:html?|php|xml|rss|atom|rdf|json|txt|gz|aspx?)$", re.I)


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What the person asked for. Patterns are prefixes (`/blog/`, `https://a.org/`), globs (`*/2024/*`) or /regex/.

    Dates are inclusive, by the day that the source writes; `skip` and `limit` count accepted articles, newest first.
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
        return self.has_host(url) and (path_and_query(url)[0].rstrip("/") + "/").startswith(
            self.folder
        )

    def with_host(self, url: str) -> "Scope":
        """The scope with the host of another URL of the same site."""
        return replace(self, hosts=self.hosts | {host_at(url)})

    def widened(self) -> "Scope":
        """The whole of the hosts."""
        return replace(self, folder="/")


def scope_of(address: str) -> Scope:
    """The scope of a start address. Files, lists (`/archives/`) and dated paths are places in a blog, no folder."""
    parts = split(address)
    folder = _FILE.sub("", parts.path).rstrip("/") + "/"
    shape = shape_of(address)
    while folder != "/" and (is_list(shape) or shape.dated):
        folder = folder.rstrip("/").rpartition("/")[0] + "/"
        shape = shape_of(f"https://{parts.hostname}{folder}")
    return Scope(frozenset({host_of(parts)}), folder)


def matches(url: str, patterns: Iterable[str]) -> bool:
    """Whether any pattern fits the URL or its path. Raises re.error for a regular expression that is none."""
    return any(_fits(url, pattern) for pattern in patterns if pattern)


def _fits(url: str, pattern: str) -> bool:
    parts = urlsplit(url)
    path = unquote(parts.path) + (f"?{parts.query}" if parts.query else "")
    subjects = (url, path, f"{parts.hostname}{path}")
    if (
        len(pattern) > 2
        and pattern.startswith("/")
        and pattern.endswith("/")
        and _is_regex(pattern[1:-1])
    ):
        return re.search(pattern[1:-1], url) is not None
    if any(character in pattern for character in "*?["):
        return any(fnmatch.fnmatchcase(subject, pattern) for subject in subjects)
    return any(subject.startswith(pattern) for subject in subjects)


def _is_regex(inner: str) -> bool:
    """`/blog/` is a folder; `/blog|news/`, `/^x/` and `/\\d+/` are regular expressions."""
    return any(character in inner for character in "\\^$|+()[]*{}")


def outside_dates(when: datetime | date | None, options: CrawlOptions) -> bool:
    """Whether a known date is outside the window. An unknown one is not: only extraction can tell."""
    if when is None:
        return False
    if isinstance(when, datetime):
        day = when.date()
    else:
        day = when
    return bool((options.since and day < options.since) or (options.until and day > options.until))
