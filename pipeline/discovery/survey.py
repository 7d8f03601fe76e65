"""The survey of one start address: asks for sources, the most telling first, until they have nothing new to tell."""

import heapq
import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from pipeline.addresses import BadURL, normal_form
from pipeline.discovery.asking import Asker
from pipeline.discovery.evidence import Evidence
from pipeline.discovery.leads import Want, sitemap_type, usual_feeds, usual_sitemaps, wants
from pipeline.discovery.learning import Lesson, learn
from pipeline.discovery.readings import ITEM, Reading
from pipeline.discovery.scope import Scope, scope_of

MOST = {
    "feed": 6,
    "archive": 12,
    "section": 6,
    "year": 60,
    "month": 150,
    "tag": 30,
    "guessed-sitemap": 8,
    "guessed-feed": 8,
}
_SIDE_FEED = re.compile(r"comment|categor|/tags?[/.]|/topics?/|/cat_|author|galler|image|photo|podcast|bookmark", re.I)
_FEED = re.compile(r"(?:rss|atom|feed)[\w-]*(?:\.xml|/?$)|\.(?:rss|atom)$", re.I)

PATIENCE = 3  # pages of a list with nothing new, after which it is taken to go on like that

Progress = Callable[[str, int], None]


@dataclass(slots=True)
class Survey:
    """One start address, its scope, and all that its sources said."""

    start: str
    asker: Asker
    scope: Scope = field(init=False)
    evidence: Evidence = field(init=False)
    lesson: Lesson = field(default_factory=Lesson)
    readings: dict[str, Reading] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)  # keys of pages read as lists
    stubs: dict[str, str] = field(default_factory=dict)  # keys of pages that only send elsewhere
    notes: list[str] = field(default_factory=list)
    queue: list[tuple[int, int, int, Want]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    dry: dict[str, int] = field(default_factory=dict)
    lone: set[str] = field(default_factory=set)  # lists that have no further pages
    left_out: bool = False  # a page of a list that economy did not ask for
    posing: int = 0  # feeds that were listed as sitemaps
    feed_names: set[str] = field(default_factory=set)
    serial: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.scope = scope_of(self.start)
        self.evidence = Evidence(self.scope)

    def run(self, progress: Progress | None = None) -> None:
        """Asks until nothing promising is left or a bound bites."""
        self.want(Want(self.start, "start"))
        self.want(Want(urljoin(self.start, "/robots.txt"), "robots"))
        self._ask_all(progress)
        self.lesson = learn(self.evidence, self._base(), self._whole())

    def _ask_all(self, progress: Progress | None) -> None:
        while self.queue:
            want = heapq.heappop(self.queue)[-1]
            if not self._worth(want):
                self.left_out |= want.kind == "page" and not self.dry.get(_chain(want), 0) >= PATIENCE
                continue
            if bound := self.asker.bound(len(self.lesson.sure | self.lesson.listed)):
                self.notes.append(f"stopped after {bound} with {len(self.queue) + 1} sources not asked")
                return
            self._ask(want)
            if progress:
                progress(want.url, len(self.evidence.items))

    def want(self, want: Want) -> None:
        """Queues a source once, under whichever of its addresses comes first."""
        try:
            key = normal_form(want.url)
        except BadURL:
            return
        mark = key + ("/" if want.kind == "feed" else "")
        if mark not in self.seen:
            self.seen.add(mark)
            heapq.heappush(self.queue, (want.order, want.depth, next(self.serial), want))

    def _ask(self, want: Want) -> None:
        self.counts[want.kind] = self.counts.get(want.kind, 0) + 1
        reading = self.asker.ask(want)
        if reading is not None and want.kind == "start":
            self._settle(want, reading)
        news = self._take(want, reading) if reading is not None else 0
        if reading is not None:
            listed = len(self.lesson.listed)
            self.lesson = learn(self.evidence, self._base(), self._whole())
            if self.lesson.blurred and want.kind == "page":
                news = len(self.lesson.listed) - listed  # being listed is news there, though a sitemap named it before
        elif want.kind == "start":
            self.notes.append(f"{want.url}: {self.asker.asked[-1].outcome}")
        self.dry[_chain(want)] = 0 if news > 0 else self.dry.get(_chain(want), 0) + 1
        if want.kind == "robots":  # only now: a path that robots.txt names is no guess
            self._guess(usual_sitemaps(self.start, self.scope.folder))
        if want.kind == "archive" or not self.queue:
            self._guess_feeds()

    def _settle(self, want: Want, reading: Reading) -> None:
        """Redirects and the page's own address may name the site's host otherwise than the person did."""
        for url in (reading.url, *((reading.canonical,) if reading.kind == "page" else ())):
            if (
                url
                and not self.scope.has_host(url)
                and urlsplit(url).path.rstrip("/") == urlsplit(want.url).path.rstrip("/")
            ):
                self.notes.append(f"the site also answers as {urlsplit(url).hostname}")
                self._rescope(self.scope.with_host(url))
        under = sum(self.scope.has(m.url) and m.place == ITEM for m in reading.mentions)
        if self.scope.folder != "/" and (reading.article or not under) and reading.kind == "page":
            self.notes.append(f"no list of articles under {self.scope.folder}: the whole host is taken")
            self._rescope(self.scope.widened())

    def _rescope(self, scope: Scope) -> None:
        self.scope = self.evidence.scope = scope

    def _take(self, want: Want, reading: Reading) -> int:
        """Hands a reading to the evidence and its leads to the queue; returns how much of it was new."""
        self.readings[want.url] = reading
        if reading.cut:
            self.notes.append(f"{want.url}: {reading.cut}")
        if reading.kind == "stub":
            self._follow(want, reading)
            return 0
        if want.url in self.asker.repeats or reading.kind in ("nothing", "comments", "robots"):
            self._lead_on(want, reading)
            return 0
        kind = sitemap_type(want.url) if reading.kind == "sitemap" else reading.kind
        if kind == "page":
            self.lists |= {_key(want.url), _key(reading.url)}
        if want.kind in ("archive", "section", "year") and not any(
            w.kind == "page" for w in wants(reading, self.scope, 0)
        ):
            self.lone.add(want.url)
        self.posing += kind == "feed" and want.kind == "sitemap"
        if kind == "feed":
            self.feed_names.add(want.url.rpartition("/")[2])
        if want.kind in ("guessed-sitemap", "guessed-feed") and kind == "page":
            return 0
        news = self.evidence.add(reading, want.url, kind)
        self._lead_on(want, reading)
        return news

    def _lead_on(self, want: Want, reading: Reading) -> None:
        deep = self.asker.bounds.sitemap_depth if reading.kind in ("index", "sitemap") else self.asker.bounds.depth
        if want.depth >= deep:
            self.notes.append(f"{want.url}: {want.depth} steps from the start, not followed further")
            return
        for further in wants(reading, self.scope, want.depth + 1):
            self.want(further)
        if want.kind == "start" and reading.kind in ("feed", "sitemap", "index"):
            self.want(Want(urljoin(want.url, self.scope.folder), "start", want.depth + 1, want.url))

    def _follow(self, want: Want, stub: Reading) -> None:
        self.stubs[_key(want.url)] = stub.canonical
        if stub.canonical:
            if want.kind == "start" and not self.scope.has_host(stub.canonical):
                self._rescope(self.scope.with_host(stub.canonical))
            self.want(Want(stub.canonical, "start" if want.kind == "start" else want.kind, want.depth + 1, want.url))

    def _guess_feeds(self) -> None:
        if "feed" not in self.evidence.kinds.values():
            self._guess(usual_feeds(self.start, self.scope.folder))

    def _guess(self, guesses: Iterable[Want]) -> None:
        for want in guesses:
            self.want(want)

    def _base(self) -> tuple[str, ...]:
        return tuple(s.lower() for s in self.scope.folder.split("/") if s)

    def _whole(self) -> bool:
        """Whether the lists were read to their end: one of them holds all that is known, or no page of any was left out."""
        return self._in_one_list() or not (self.left_out or any(want.kind == "page" for *_, want in self.queue))

    def _worth(self, want: Want) -> bool:
        """Whether asking could still teach something; the rules of economy."""
        kind = want.kind
        if self.counts.get(kind, 0) >= MOST.get(kind, 10_000):
            return False
        feeds = "feed" in self.evidence.kinds.values()
        if kind == "guessed-sitemap":
            return not any(k.startswith("sitemap") for k in self.evidence.kinds.values())
        if kind == "sitemap":
            return self._worth_sitemap(want, feeds)
        if kind == "feed":
            repeated = want.depth > 1 and want.url.rpartition("/")[2] in self.feed_names  # the same feed of a part
            return not (feeds and (repeated or _SIDE_FEED.search(want.url)))
        if kind == "guessed-feed":
            return not feeds
        dry = self.dry.get(_chain(want), 0)
        if kind in ("page", "feed-page"):
            return dry < (1 if self._covered() else PATIENCE)
        if kind in ("section", "month", "tag"):
            return not self._covered() and dry < 6
        return True

    def _worth_sitemap(self, want: Want, feeds: bool) -> bool:
        """Some generators list all their feeds as sitemaps, one for each category: a few tell what the rest are."""
        path = urlsplit(want.url).path
        if (
            "sitemap" not in path.lower()
            and feeds
            and (_FEED.search(path) or _SIDE_FEED.search(path) or self.posing > 2)
        ):
            return False
        return sitemap_type(want.url) != "sitemap:other"

    def _covered(self) -> bool:
        """Whether one source or kind of source already names all articles that the others know of."""
        telling = "sitemap:posts" if self.lesson.blurred else "sitemap"
        lines = {
            k for s, kind in self.evidence.kinds.items() if kind.startswith(telling) for k in self.evidence.named[s]
        }
        return self._holds(lines) or self._in_one_list()

    def _in_one_list(self) -> bool:
        """Whether a list without further pages, or all lists that are no pages of one, name all known articles."""
        lists = [s for s, kind in self.evidence.kinds.items() if kind == "page" and s in self.lone and s != self.start]
        return self._holds({k for s in lists for k in self.evidence.named[s]})

    def _holds(self, keys: set[str]) -> bool:
        articles = self.lesson.sure | self.lesson.listed
        return len(articles) >= 5 and len(articles & keys) >= 0.97 * len(articles)


def _chain(want: Want) -> str:
    """The list that a page of it belongs to: its address without the numbers."""
    return want.kind + re.sub(r"\d+", "#", want.url) if want.kind in ("page", "feed-page") else want.kind


def _key(url: str) -> str:
    try:
        return normal_form(url)
    except BadURL:
        return url
