"""The survey of one start address: asks for sources, the most telling first, until they have nothing new to tell."""

import heapq
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from pipeline.core.failures import Unavailable
from pipeline.discovery.frontier.budget import Economy
from pipeline.discovery.frontier.links import Want, sitemap_type, usual_feeds, usual_sitemaps, wants
from pipeline.discovery.frontier.source_fetch import Asker
from pipeline.discovery.readers.parsed import ITEM, Reading
from pipeline.discovery.scoring.evidence import Evidence, key_of
from pipeline.discovery.scoring.site_profile import Lesson, is_whole, learn
from pipeline.discovery.urls.patterns import is_list, is_paged, shape_of
from pipeline.discovery.urls.scope import Scope, scope_of

TRIES = 3  # for a source that is not to be had now
GUESSES = ("guessed-sitemap", "guessed-feed")

Progress = Callable[[str, int], None]  # (address asked for, addresses seen so far)


@dataclass(slots=True)
class Survey:
    """One start address, its scope, and all that its sources said."""

    start: str
    asker: Asker
    scope: Scope = field(init=False)
    evidence: Evidence = field(init=False)
    economy: Economy = field(init=False)
    lesson: Lesson = field(default_factory=Lesson)
    readings: dict[str, Reading] = field(
        default_factory=dict
    )  # without what they name, which is in the evidence
    lists: set[str] = field(default_factory=set)  # keys of pages that were read as lists
    stubs: set[str] = field(default_factory=set)  # keys of pages that only send elsewhere
    notes: list[str] = field(default_factory=list)
    queue: list[tuple[int, int, int, Want]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    serial: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.scope = scope_of(self.start)
        self.evidence = Evidence(self.scope)
        self.economy = Economy(self.evidence, self.start)

    def run(self, progress: Progress | None = None) -> None:
        """Asks until nothing promising is left or a bound bites."""
        self.want([Want(self.start, "start"), Want(urljoin(self.start, "/robots.txt"), "robots")])
        while self.queue:
            want = heapq.heappop(self.queue)[-1]
            if not self.economy.worth(want, self.lesson):
                self.economy.leave(want)
            elif bound := self.asker.bound(len(self.lesson.sure | self.lesson.listed)):
                self.notes.append(
                    f"{self.start}: stopped after {bound}, with {len(self.queue) + 1} sources not asked"
                )
                break
            else:
                self._ask(want)
                if progress:
                    progress(want.url, len(self.evidence.items))
        self._learn()

    def want(self, wanted: Iterable[Want]) -> None:
        """Queues sources, each once, under whichever of its spellings comes first."""
        for want in wanted:
            key = key_of(want.url)
            if key and key not in self.seen:
                self.seen.add(key)
                self._queue(want)

    def _queue(self, want: Want) -> None:
        heapq.heappush(self.queue, (want.order, want.depth, next(self.serial), want))

    def _ask(self, want: Want) -> None:
        answer = self.asker.ask(want)
        news = 0
        if isinstance(answer, Reading):
            listed = len(self.lesson.listed)
            news = self._take(want, answer)
            self._learn()
            if self.lesson.blurred and want.kind == "page":
                news = (
                    len(self.lesson.listed) - listed
                )  # being listed is news there, though a sitemap named it before
        elif isinstance(answer, Unavailable) and want.tries < TRIES:
            self._queue(replace(want, tries=want.tries + 1))
            return
        elif want.kind not in (*GUESSES, "robots"):
            last = self.asker.asked[-1]
            self.notes.append(
                f"{want.url}: {last.outcome}" + (f" ({last.detail})" if last.detail else "")
            )
        self.economy.note(want, news)
        if want.kind == "robots":  # only now: a path that robots.txt names is no guess
            self.want(
                (
                    *usual_sitemaps(self.start, self.scope.folder),
                    *usual_feeds(self.start, self.scope.folder),
                )
            )

    def _take(self, want: Want, reading: Reading) -> int:
        """Hands a reading to the evidence and its leads to the queue; returns how much of it was new."""
        if reading.kind == "sitemap":
            kind = sitemap_type(want.url)
        else:
            kind = reading.kind
        if want.kind in GUESSES and kind in ("page", "stub"):
            return 0  # a server that answers every path with a page
        self.readings[want.url] = replace(reading, mentions=(), leads=())
        if reading.cut:
            self.notes.append(f"{want.url}: {reading.cut}")
        if want.kind == "start":
            self._settle(want, reading)
        if kind == "stub":
            self.stubs.add(key_of(want.url))
            self.want([Want(reading.canonical, want.kind, want.depth + 1, want.url)])
            return 0
        news = 0
        if want.url not in self.asker.repeats and kind not in ("nothing", "comments", "robots"):
            news = self.evidence.add(reading, want.url, kind)
        if kind == "page" and not reading.article:
            self.lists |= {key_of(want.url), key_of(reading.url)}
        if kind == "feed":
            self.economy.note_feed(want)
            self._widen_for_feed(want, reading)
        self._lead_on(want, reading)
        return news

    def _lead_on(self, want: Want, reading: Reading) -> None:
        if reading.kind in ("index", "sitemap"):
            deep = self.asker.bounds.sitemap_depth
        else:
            deep = self.asker.bounds.depth
        if want.depth >= deep:
            self.notes.append(
                f"{want.url}: {want.depth} steps from the start, not followed further"
            )
            return
        further = list(wants(reading, self.scope, want.depth + 1))
        if not any(w.kind == "page" for w in further):
            self.economy.note_lone(want)
        self.want(further)
        if want.kind == "start" and reading.kind in ("feed", "sitemap", "index"):
            self.want(
                [Want(urljoin(want.url, self.scope.folder), "start", want.depth + 1, want.url)]
            )

    def _settle(self, want: Want, reading: Reading) -> None:
        """Redirects and the page's own address may name another host, and its list another folder, than was typed."""
        for url in filter(
            None, (reading.url, reading.canonical if reading.kind in ("page", "stub") else "")
        ):
            if not self.scope.has_host(url) and _path(url) in (_path(want.url), "") and key_of(url):
                self.notes.append(f"{want.url}: the site also answers as {urlsplit(url).hostname}")
                self._rescope(self.scope.with_host(url))
        if reading.kind == "page" and self.scope.folder != "/":
            under = sum(m.place == ITEM and self._may_be_article(m.url) for m in reading.mentions)
            if not under or (reading.article and under < 3):
                self._widen(f"no list of articles under {self.scope.folder}")

    def _may_be_article(self, url: str) -> bool:
        shape = shape_of(url)
        return (
            self.scope.has(url)
            and not is_paged(url)
            and not is_list(shape)
            and _path(url) != _path(self.start)
        )

    def _widen_for_feed(self, want: Want, feed: Reading) -> None:
        ours = [m.url for m in feed.mentions if self.scope.has_host(m.url)]
        if want.depth <= 1 and len(ours) >= 3 and not any(self.scope.has(url) for url in ours):
            self._widen(f"no entry of {want.url} is under {self.scope.folder}")

    def _widen(self, why: str) -> None:
        self.notes.append(f"{self.start}: {why}, so the whole host is taken")
        self._rescope(self.scope.widened())

    def _rescope(self, scope: Scope) -> None:
        self.scope = self.evidence.scope = scope

    def _learn(self) -> None:
        base = tuple(s.lower() for s in self.scope.folder.split("/") if s)
        self.lesson = learn(self.evidence, base)
        waiting = (want for *_, want in self.queue)
        self.lesson.whole = self.economy.whole(self.lesson, waiting) and is_whole(
            self.lesson, self.evidence
        )


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")
