"""All that the sources of one site say of each URL, gathered under its key."""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlsplit

from pipeline.core.url import (
    BadURL,
    at_home,
    host_at,
    is_draft_of,
    without_session,
)
from pipeline.discovery.readers.parsed import (
    ENTRY,
    ITEM,
    LINE,
    NAV,
    PROSE,
    ExtractedLink,
    ParsedSource,
)
from pipeline.discovery.scoring.compact import CompactRecords
from pipeline.discovery.scoring.items import (
    Item,
    filled,
    from_compact,
    is_plain,
    key_of,
    merged,
)
from pipeline.discovery.urls.patterns import Shape, shape_of
from pipeline.discovery.urls.scope import Scope
from pipeline.discovery.urls.site_rules import SiteRules

_RANK = {ENTRY: 0, LINE: 1, ITEM: 2, PROSE: 3, NAV: 4}
# of a URL that a feed, a sitemap or a list names, and not only a sentence or a menu
_MAX_LISTED_RANK = 2
# It redirects to an article.
_SHORTLINK = re.compile(r"https://[^/]+/\?p(?:age_id|ost)?=\d+$")
_SUFFIXES = (".html", ".htm")
_MIN_VIEWS = 3  # addresses with the same query, after which it shows a view of a page
_MAX_FOREIGN = 1_000  # URLs of other hosts that are kept, to say whose they are
_ENOUGH_ALIKE = 200  # URLs, to tell which spelling a site prefers


class News(NamedTuple):
    """How much of a source was new."""

    named: int = 0  # URLs that no feed, sitemap or list had named
    listed: int = 0  # URLs that no list had shown


class Evidence:
    """Items by key, and for each source its kind and the keys that it names."""

    def __init__(self, scope: Scope, rules: SiteRules | None = None) -> None:
        self.scope = scope
        self.rules = rules or SiteRules()  # that people made by hand
        # By such rules: source -> the source that was pinned, of which it may be a part.
        self.pinned_sources: dict[str, str] = {}
        self.items: CompactRecords[Item] = CompactRecords(Item.to_compact, from_compact)
        self.kinds: dict[str, str] = {}  # source -> feed, sitemap:<type>, page
        self.named: dict[str, list[str]] = defaultdict(list)
        # (page, slot) -> keys
        self.members: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.dated: set[str] = set()  # keys beside which a list shows a date
        # Until pages of a list of titles turn out to be none.
        self.titles_are_articles = True
        self.foreign = 0
        self.foreign_hosts: Counter[str] = Counter()  # of entries and lines of lists
        # Of entries and items, each once, up to a number.
        self.foreign_urls: dict[str, None] = {}
        # source -> the other host that it was built for
        self.relocated: dict[str, str] = {}
        self._aliases: dict[str, str] = {}
        # Address without suffix and query -> keys.
        self._variants: dict[str, set[str]] = defaultdict(set)
        self._shortlinks: set[str] = set()
        # A place -> what has it for its only one: shared by the many URLs that one source names.
        self._only_places: dict[tuple[str, str], tuple[tuple[str, str]]] = {}

    def add(self, parsed: ParsedSource, source: str, kind: str) -> News:
        """Take in what a source says."""
        self.kinds[source] = kind
        named = listed = 0
        for link in self._relocated(parsed, source):
            if not self.scope.has_host(link.url):
                self._count_foreign(link)
                continue
            url = without_session(link.url)
            key = key_of(url)
            if key:
                news = self._note(self._aliases.get(key, key), url, link, source)
                named += news.named
                listed += news.listed
        return News(named, listed)

    def keys_of(self, source: str) -> list[str]:
        """Return the keys that a source names."""
        keys = self.named.get(source, [])
        if not self._aliases:
            return keys
        return [self._aliases.get(key, key) for key in keys]

    def keys_of_kind(self, kind: str) -> set[str]:
        """Return the keys that all sources of a kind name."""
        return {
            key
            for source, its_kind in self.kinds.items()
            if its_kind == kind
            for key in self.keys_of(source)
        }

    def lists(self) -> Iterable[tuple[tuple[str, str], set[str]]]:
        """((page, slot), keys of the links there) of all lists of links."""
        for place, keys in self.members.items():
            if self._aliases:
                keys = {self._aliases.get(key, key) for key in keys}
            yield place, keys

    def merge_variants(self) -> None:
        """Make one item of two addresses of one page: with and without `.html`, with and without a
        marker.

        Both must be named by feeds, sitemaps or lists. A query that differs from article to
        article is no marker, one that several have alike (`?do=edit`) is.
        """
        views = self._views()
        for bare, keys in list(self._variants.items()):
            present = [key for key in keys if key in self.items]
            with_query = [key for key in present if "?" in key]
            if bare in self.items and self._is_listed(bare):
                if len(urlsplit(bare).path) > 1:
                    for key in with_query:
                        if len(with_query) == 1 or key.partition("?")[2] in views:
                            self._merge(key, bare)
                for key in present:
                    if "?" not in key and key != bare and self._is_listed(key):
                        self._merge(*self._by_usage(key, bare))
        self._merge_shortlinks()

    def _views(self) -> set[str]:
        """Return the queries that are added to several listed addresses alike."""
        counted = Counter(
            key.partition("?")[2]
            for bare, keys in self._variants.items()
            if bare in self.items and len(keys) > 1 and self._is_listed(bare)
            for key in keys
            if key in self.items
        )
        return {query for query, count in counted.items() if count >= _MIN_VIEWS}

    def _merge_shortlinks(self) -> None:
        """Make one item of `/?p=500` and of the one address that has the same title."""
        short = [key for key in self._shortlinks if _SHORTLINK.match(key)]
        short = [key for key in short if key in self.items]
        if not short:
            return
        by_title: dict[str, list[str]] = defaultdict(list)
        for key, item in self.items.items():
            if (
                item.rank <= _MAX_LISTED_RANK
                and item.source_metadata.title
                and not _SHORTLINK.match(key)
            ):
                by_title[item.source_metadata.title].append(key)
        for key in short:
            same = by_title.get(self.items[key].source_metadata.title, [])
            if len(same) == 1:
                self._merge(key, same[0])

    def _relocated(self, parsed: ParsedSource, source: str) -> Iterable[ExtractedLink]:
        """Yield the links of a source; those of a feed or sitemap that was built for another host,
        on this one."""
        host = self._built_for(parsed)
        if not host:
            return parsed.links
        self.relocated[source] = host
        return [
            replace(link, url=at_home(link.url, parsed.url)) for link in parsed.links
        ]

    def _built_for(self, parsed: ParsedSource) -> str:
        """Return the one other host that a feed or sitemap of this host names, if it must be this
        one's; else empty."""
        if parsed.kind not in ("feed", "sitemap") or not self.scope.has_host(
            parsed.url
        ):
            return ""
        first = parsed.links[:1]
        if not first or self.scope.has_host(first[0].url):
            return ""
        try:
            hosts = {host_at(link.url) for link in parsed.links}
        except BadURL:
            return ""
        if len(hosts) != 1:
            return ""
        if is_draft_of(first[0].url, parsed.url):
            return hosts.pop()
        moved = (key_of(at_home(link.url, parsed.url)) for link in parsed.links)
        known = sum(key in self.items for key in moved)
        is_same_site = known >= 3 and known >= 0.3 * len(parsed.links)
        if is_same_site:
            return hosts.pop()
        return ""

    def _count_foreign(self, link: ExtractedLink) -> None:
        self.foreign += 1
        if (
            link.place not in (ENTRY, LINE, ITEM)
            or len(self.foreign_urls) >= _MAX_FOREIGN
        ):
            return
        try:
            host = host_at(link.url)
        except BadURL:
            return
        if link.url not in self.foreign_urls:
            self.foreign_urls[link.url] = None
            self.foreign_hosts[host] += 1

    def _note(self, key: str, url: str, link: ExtractedLink, source: str) -> News:
        known = key in self.items
        if known:
            item = self.items[key]
        else:
            # What the normal form leaves out of a query is no part of its shape.
            item = Item(url, key, shape_of(key if "?" in url else url))
            self._note_variant(key)
        if not item.places or item.places[-1][0] != source:
            self.named[source].append(key)
        rank = _RANK[link.place]
        is_better = rank < item.rank
        if known and is_plain(url) != is_plain(item.url):
            is_better = is_plain(url)
        is_item = link.place == ITEM
        if is_item:
            self.members[source, link.slot].add(key)
            if link.dated:
                self.dated.add(key)
        best_url = item.url
        if is_better:
            best_url = url.partition("#")[0]
        self.items[key] = Item(
            best_url,
            key,
            item.shape,
            min(rank, item.rank),
            self._with_place(item.places, (source, link.place)),
            merged(item.source_metadata, link),
            item.listed_date or (is_item and link.dated),
        )
        is_named = link.place in (ENTRY, LINE, ITEM)
        was_named = any(how not in (NAV, PROSE) for _, how in item.places)
        was_listed = any(how == ITEM for _, how in item.places)
        return News(int(is_named and not was_named), int(is_item and not was_listed))

    def _with_place(
        self, places: tuple[tuple[str, str], ...], place: tuple[str, str]
    ) -> tuple[tuple[str, str], ...]:
        if place in places:
            return places
        return places + self._only_places.setdefault(place, (place,))

    def _note_variant(self, key: str) -> None:
        address, _, query = key.partition("?")
        if query and _SHORTLINK.match(key):
            self._shortlinks.add(key)
        bare = address
        for suffix in _SUFFIXES:
            bare = bare.removesuffix(suffix)
        if query or bare != address:
            self._variants[bare].add(key)
            if query and bare != address:
                self._variants[address].add(key)

    def _is_listed(self, key: str) -> bool:
        return self.items[key].rank <= _MAX_LISTED_RANK

    def _by_usage(self, one: str, other: str) -> tuple[str, str]:
        """Return the two keys, first the one that fewer sources write, or else fewer URLs of the
        site are like."""
        weights = [len(self.items[key].sources) for key in (one, other)]
        if weights[0] == weights[1]:
            weights = [self._listed_like(self.items[key].shape) for key in (one, other)]
        if weights[0] > weights[1]:
            return (other, one)
        return (one, other)

    def _listed_like(self, shape: Shape) -> int:
        alike = (item for item in self.items.values() if str(item.shape) == str(shape))
        return sum(
            item.rank <= _MAX_LISTED_RANK
            for item in itertools.islice(alike, _ENOUGH_ALIKE)
        )

    def _merge(self, alias: str, key: str) -> None:
        """Hand all that was said of `alias` to `key`."""
        old = self.items.pop(alias)
        item = self.items[key]
        places = item.places
        for place in old.places:
            places = self._with_place(places, place)
        if item.rank <= old.rank:
            said = filled(item.source_metadata, old.source_metadata)
        else:
            said = filled(old.source_metadata, item.source_metadata)
        self.items[key] = item._replace(
            rank=min(item.rank, old.rank),
            places=places,
            source_metadata=said,
            listed_date=item.listed_date or old.listed_date,
        )
        self._aliases[alias] = key
