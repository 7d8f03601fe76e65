"""Which source is still worth a request: what is known already, what brings nothing new, how many
of a kind suffice.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipeline.core.url import path_and_query
from pipeline.discovery.frontier.links import FrontierItem, sitemap_type
from pipeline.discovery.scoring.evidence import Evidence, News
from pipeline.discovery.scoring.items import key_of
from pipeline.discovery.scoring.site_profile import CONFIDENT, FEED, SiteProfile

# Requests for one kind of source that bring nothing new, at most. One that brings something is not
# counted.
MAX_EXHAUSTED = {
    "feed": 6,
    "archive": 12,
    "section": 6,
    "year": 20,
    "month": 30,
    "tag": 20,
    "guessed-sitemap": 8,
    "guessed-feed": 9,
    "sitemap": 60,
    "menu": 24,
}
# articles on a start page that is the whole list; shorter ones may grow as a reader scrolls
LONG_LIST = 25
PAGES_WITHOUT_NEWS = 3  # of a list, after which it is taken to go on like that
TAGS_WITHOUT_NEWS = 5  # the same for tags and months, which overlap more

_SIDE_FEED = re.compile(
    r"comment|categor|/tags?[/.]|/topics?/|/cat_|author|galler|image|photo|podcast|bookmark",
    re.I,
)
_FEED = re.compile(r"(?:rss|atom|feed)[\w-]{0,60}(?:\.xml|/?$)|\.(?:rss|atom)$", re.I)


@dataclass(slots=True)
class CrawlBudget:
    """Keeps count for one site and decides what to leave out."""

    evidence: Evidence
    start: str
    exhausted: Counter[str] = field(
        default_factory=Counter
    )  # requests that brought nothing, by kind
    dry: Counter[str] = field(default_factory=Counter)  # the same in a row, by list
    pages_read: int = 0
    single_page_lists: set[str] = field(
        default_factory=set
    )  # lists that have no further pages
    years: set[str] = field(default_factory=set)  # the same of one year each
    # Lists that name pages of months, and may show the newest articles only.
    month_lists: set[str] = field(default_factory=set)
    feed_names: set[str] = field(default_factory=set)
    feeds_as_sitemaps: int = 0
    skipped_page: bool = False  # a page of a list was not requested

    def note(self, item: FrontierItem, news: int) -> None:
        """Count a request and whether it brought anything new."""
        name = list_of(item)
        if news > 0:
            self.dry[name] = 0
        else:
            self.exhausted[item.kind] += 1
            self.dry[name] += 1
        self.pages_read += item.kind == "page"

    def note_single_page(self, item: FrontierItem, *, has_months: bool = False) -> None:
        """Remember a list that names no further page of itself, though perhaps its months."""
        if item.kind == "start":
            self.start = item.url  # after a refresh or a move, the list is there
        if has_months:
            self.month_lists.add(item.url)
        if item.kind in ("archive", "section", "start"):
            self.single_page_lists.add(item.url)
        elif item.kind == "year":
            self.years.add(item.url)

    def note_feed(self, item: FrontierItem) -> None:
        """Remember that the source was a feed."""
        self.feed_names.add(item.url.rpartition("/")[2])
        self.feeds_as_sitemaps += item.kind == "sitemap"

    def news_of(self, item: FrontierItem, news: News, profile: SiteProfile) -> int:
        """How much of what a source names is news for the decision to go on.

        A feed may be cut: what it names is news on a list. A sitemap that holds all articles is
        not, so what it names is none.
        """
        is_list = item.kind in (
            "page",
            "archive",
            "section",
            "year",
            "month",
            "tag",
            "menu",
        )
        if is_list and not self.covered(profile):
            return news.listed
        return news.named

    def should_fetch(self, item: FrontierItem, profile: SiteProfile) -> bool:
        """Whether a request could still teach something."""
        kind = item.kind
        if self.exhausted[kind] >= MAX_EXHAUSTED.get(kind, 1_000_000):
            return False
        if kind in ("start", "robots", "article"):
            return True
        if kind == "menu":
            return key_of(item.url) not in profile.articles
        if kind == "guessed-sitemap":
            return not self._have("sitemap")
        if kind == "guessed-feed":
            return profile.basis != FEED
        if kind == "sitemap":
            return self._should_fetch_sitemap(item, profile)
        if kind == "feed":
            return self._should_fetch_feed(item, profile)
        return key_of(item.url) not in profile.sure and self._should_fetch_list(
            item, profile
        )

    def skip(self, item: FrontierItem) -> None:
        """Remember a source that was not requested. A list that brought nothing new was read to
        its end.
        """
        if item.kind == "page" and self.dry[list_of(item)] < PAGES_WITHOUT_NEWS:
            self.skipped_page = True

    def whole(self, profile: SiteProfile, waiting: Iterable[FrontierItem]) -> bool:
        """Whether the lists were read to their end: one holds all that is known, or all pages of
        them were read.
        """
        kinds = {item.kind for item in waiting}
        all_pages_read = (
            self.pages_read and not self.skipped_page and not kinds & {"page", "year"}
        )
        if all_pages_read or self._in_one_list(profile):
            return True
        lists = (self.single_page_lists | self.years) - {self.start}
        return "year" not in kinds and self._hold(profile, lists)

    def covered(self, profile: SiteProfile) -> bool:
        """Whether one source or kind of source already names all articles that the others know
        of."""
        telling = "sitemap"
        if profile.blurred:
            telling = "sitemap:posts"
        kinds = self.evidence.kinds.items()
        sources = [source for source, kind in kinds if kind.startswith(telling)]
        return self._hold(profile, sources) or self._in_one_list(profile)

    def _should_fetch_list(self, item: FrontierItem, profile: SiteProfile) -> bool:
        dry = self.dry[list_of(item)]
        if item.kind in ("page", "feed-page"):
            return dry < 1 or (dry < PAGES_WITHOUT_NEWS and not self.covered(profile))
        if item.kind == "tag" and profile.whole:
            return False
        if item.kind == "section" and profile.basis not in CONFIDENT:
            return dry < TAGS_WITHOUT_NEWS  # it may name the feed
        if item.kind in ("section", "month", "tag"):
            return dry < TAGS_WITHOUT_NEWS and not self.covered(profile)
        return not (item.kind == "year" and profile.whole)

    def _should_fetch_feed(self, item: FrontierItem, profile: SiteProfile) -> bool:
        if profile.basis != FEED:
            return True
        is_repeat = item.depth > 1 and item.url.rpartition("/")[2] in self.feed_names
        return not (is_repeat or _SIDE_FEED.search(item.url))

    def _should_fetch_sitemap(self, item: FrontierItem, profile: SiteProfile) -> bool:
        """Tell whether to read one more sitemap of its kind: some generators list all their feeds
        as sitemaps, one for each category, and a few tell what the rest are."""
        path = urlsplit(item.url).path[-300:]
        looks_like_feed = bool(_FEED.search(path) or _SIDE_FEED.search(path))
        is_feed = "sitemap" not in path.lower() and (
            looks_like_feed or self.feeds_as_sitemaps > 2
        )
        if is_feed and self._have("feed"):
            return False
        if sitemap_type(item.url) != "sitemap:other":
            return True
        # Its name says that it holds pages, tags or authors: only where no other one holds the
        # articles.
        return not (self._have("sitemap:posts") or self.covered(profile))

    def _have(self, kind: str) -> bool:
        return any(known.startswith(kind) for known in self.evidence.kinds.values())

    def _in_one_list(self, profile: SiteProfile) -> bool:
        """Whether the lists that have no further pages name all known articles. A start page and
        one that names months must be long to be one.
        """
        doubtful = self.single_page_lists & {self.start, *self.month_lists}
        lists = self.single_page_lists - doubtful
        for source in doubtful:
            shown = profile.listed.intersection(self.evidence.keys_of(source))
            if len(shown) >= LONG_LIST:
                lists.add(source)
        return self._hold(profile, lists)

    def _hold(self, profile: SiteProfile, sources: Iterable[str]) -> bool:
        """Whether these sources name all known articles, or all but a few."""
        articles = profile.articles
        if len(articles) < 5:
            return False
        named: set[str] = set()
        for source in sources:
            named.update(articles.intersection(self.evidence.keys_of(source)))
        return len(named) >= 0.97 * len(articles)


def list_of(item: FrontierItem) -> str:
    """Return the list that a page of it belongs to: its address without numbers and values."""
    if item.kind not in ("page", "feed-page"):
        return item.kind
    path, query = path_and_query(item.url)
    names = sorted(pair.partition("=")[0] for pair in query.split("&"))
    return f"{item.kind} {re.sub(r'[0-9]+', '#', path)}?{','.join(names)}"
