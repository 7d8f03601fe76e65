"""Which source is still worth a request: what is known already, what has run dry, and how many of a kind are enough."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipeline.discovery.frontier.links import Want, sitemap_type
from pipeline.discovery.scoring.evidence import Evidence, key_of
from pipeline.discovery.scoring.site_profile import Lesson

# Requests for one kind of source, at most. The other kinds end by running dry or by the bounds.
MOST = Counter(
    {
        "feed": 6,
        "archive": 12,
        "section": 6,
        "year": 60,
        "month": 150,
        "tag": 30,
        "guessed-sitemap": 8,
        "guessed-feed": 8,
    }
)
LONG = (
    25  # articles on a start page that is the whole list; shorter ones may grow as a reader scrolls
)
PATIENCE = 3  # pages of a list with nothing new, after which it is taken to go on like that
TAG_PATIENCE = 5  # the same for tags and months, which overlap more

_SIDE_FEED = re.compile(
    r"comment|categor|/tags?[/.]|/topics?/|/cat_|author|galler|image|photo|podcast|bookmark", re.I
)
_FEED = re.compile(r"(?:rss|atom|feed)[\w-]*(?:\.xml|/?$)|\.(?:rss|atom)$", re.I)


@dataclass(slots=True)
class Economy:
    """Keeps count for one survey and decides what to leave out."""

    evidence: Evidence
    start: str
    counts: Counter[str] = field(default_factory=Counter)
    dry: Counter[str] = field(
        default_factory=Counter
    )  # requests in a row that brought nothing new, by chain
    lone: set[str] = field(default_factory=set)  # lists that have no further pages
    years: set[str] = field(default_factory=set)  # the same of one year each
    feed_names: set[str] = field(default_factory=set)
    posing: int = 0  # feeds that were listed as sitemaps
    left_out: bool = False  # a page of a list was not asked for

    def note(self, want: Want, news: int) -> None:
        """Counts a request and whether it brought anything new."""
        self.counts[want.kind] += 1
        if news > 0:
            self.dry[chain(want)] = 0
        else:
            self.dry[chain(want)] = self.dry[chain(want)] + 1

    def note_lone(self, want: Want) -> None:
        """Remembers a list that names no further page of itself."""
        if want.kind in ("archive", "section", "start"):
            self.lone.add(want.url)
        elif want.kind == "year":
            self.years.add(want.url)

    def note_feed(self, want: Want) -> None:
        """Remembers that the source was a feed."""
        self.feed_names.add(want.url.rpartition("/")[2])
        self.posing += want.kind == "sitemap"

    def worth(self, want: Want, lesson: Lesson) -> bool:
        """Whether asking could still teach something."""
        if want.kind in MOST and self.counts[want.kind] >= MOST[want.kind]:
            return False
        match want.kind:
            case "guessed-sitemap":
                return not self._have("sitemap")
            case "guessed-feed":
                return not self._have("feed")
            case "sitemap":
                return self._worth_sitemap(want)
            case "feed":
                repeated = (
                    want.depth > 1 and want.url.rpartition("/")[2] in self.feed_names
                )  # the same feed of a part
                return not (self._have("feed") and (repeated or _SIDE_FEED.search(want.url)))
            case "start" | "robots":
                return True
        return key_of(want.url) not in lesson.sure and self._worth_list(want, lesson)

    def leave(self, want: Want) -> None:
        """A source was not worth asking for; a list that was left because it ran dry was read to its end."""
        self.left_out |= want.kind == "page" and self.dry[chain(want)] < PATIENCE

    def whole(self, lesson: Lesson, waiting: Iterable[Want]) -> bool:
        """Whether the lists were read to their end: one holds all that is known, or all pages of them were read."""
        kinds = {want.kind for want in waiting}
        if self._in_one_list(lesson) or (
            self.counts["page"] and not (self.left_out or kinds & {"page", "year"})
        ):
            return True
        return "year" not in kinds and self._hold(lesson, (self.lone | self.years) - {self.start})

    def covered(self, lesson: Lesson) -> bool:
        """Whether one source or kind of source already names all articles that the others know of."""
        if lesson.blurred:
            telling = "sitemap:posts"
        else:
            telling = "sitemap"
        sources = [
            source for source, kind in self.evidence.kinds.items() if kind.startswith(telling)
        ]
        return self._hold(lesson, sources) or self._in_one_list(lesson)

    def _worth_list(self, want: Want, lesson: Lesson) -> bool:
        dry = self.dry[chain(want)]
        if want.kind in ("page", "feed-page"):
            return dry < (1 if self.covered(lesson) else PATIENCE)
        if want.kind in ("section", "month", "tag"):
            return (
                dry < TAG_PATIENCE
                and not self.covered(lesson)
                and not (want.kind == "tag" and lesson.whole)
            )
        return not (want.kind == "year" and lesson.whole)

    def _worth_sitemap(self, want: Want) -> bool:
        """Some generators list all their feeds as sitemaps, one for each category: a few tell what the rest are."""
        path = urlsplit(want.url).path
        posing = "sitemap" not in path.lower() and (
            _FEED.search(path) or _SIDE_FEED.search(path) or self.posing > 2
        )
        return not (posing and self._have("feed")) and sitemap_type(want.url) != "sitemap:other"

    def _have(self, kind: str) -> bool:
        return any(k.startswith(kind) for k in self.evidence.kinds.values())

    def _in_one_list(self, lesson: Lesson) -> bool:
        """Whether the lists that have no further pages name all known articles. A start page must be long to be one."""
        long = (
            self.start in self.lone
            and len(lesson.listed.intersection(self.evidence.named[self.start])) >= LONG
        )
        if long:
            lists = self.lone
        else:
            lists = self.lone - {self.start}
        return self._hold(lesson, lists)

    def _hold(self, lesson: Lesson, sources: Iterable[str]) -> bool:
        """Whether these sources name all known articles, or all but a few."""
        articles = lesson.sure | lesson.listed
        named = articles.intersection(
            key for source in sources for key in self.evidence.named.get(source, ())
        )
        return len(articles) >= 5 and len(named) >= 0.97 * len(articles)


def chain(want: Want) -> str:
    """The list that a page of it belongs to: its address without the numbers."""
    if want.kind in ("page", "feed-page"):
        return want.kind + re.sub(r"\d+", "#", want.url)
    return want.kind
