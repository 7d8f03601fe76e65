"""Requests of sources: with what the last run kept of them, within bounds, and with a record of
what came of each.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipeline.core.failures import Rejected, Unavailable
from pipeline.core.records import Fetched, NotModified, Page, Validators
from pipeline.discovery.frontier.links import FrontierItem
from pipeline.discovery.frontier.source_memory import CachedSource, digest
from pipeline.discovery.readers.parse import (
    MAX_ENTRIES,
    MAX_SOURCE_BYTES,
    read,
    read_robots,
)
from pipeline.discovery.readers.parsed import ParsedSource

Fetch = Callable[[str, Validators], Fetched]
Answer = ParsedSource | Rejected | Unavailable
NO_VALIDATORS = Validators()
# Kinds that tell of new articles: while these are unchanged, so is what they lead to.
_TELLING = {"start", "feed", "sitemap", "guessed-feed", "guessed-sitemap"}
_ENOUGH_UNCHANGED = 3
_MAX_FAILURES_IN_A_ROW = 4  # after which a host is taken to be down
_MAX_TRIES = 3  # of a source that is not to be had now


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far discovery goes for one start address. Each that is reached is named in the notes of
    the answer.
    """

    requests: int = 1_000
    frugal_requests: int = 40  # that bring nothing new; one more for each one that did
    bytes: int = 500_000_000  # of all bodies together
    source_bytes: int = MAX_SOURCE_BYTES  # of one body, out of its gzip wrapping
    entries: int = MAX_ENTRIES  # of one sitemap or feed
    urls: int = 200_000  # of one site
    depth: int = (
        500  # steps from the start address, a page of a paginated list being one
    )
    sitemap_depth: int = 4  # indexes within indexes
    seconds: float = 900.0
    total_seconds: float = 3_600.0  # of all start addresses together
    # In requests that timed out, one after the other, before a host is taken to be down.
    failing_seconds: float = 90.0
    retry_seconds: float = (
        2.0  # before a source is tried again, where its server names no time
    )
    longest_wait: float = 60.0  # seconds, for a source, whatever its server says
    start_patience_seconds: float = (
        90.0  # for a start address that is not to be had now
    )


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """One request: what for, what came of it, and what the next run should know."""

    url: str
    kind: str  # of links.KINDS
    # feed, sitemap, index, page, stub, robots, comments, nothing, unchanged, or the reason of the
    # failure
    outcome: str
    entries: int = 0
    memory: CachedSource | None = None
    detail: str = ""
    read_as: str = ""  # what it is, changed or not: a kind of ParsedSource
    final_url: str = ""  # where it was read, after redirects


@dataclass(slots=True)
class SourceClient:
    """Requests sources and keeps count."""

    fetch: Fetch
    known: Mapping[str, CachedSource]
    bounds: Bounds
    wait: Callable[[float], object] = time.sleep
    deadline: float = math.inf  # of time.monotonic, for all start addresses
    retry_after: float = (
        0.0  # seconds before the next try of a source that was not to be had
    )
    asked: list[SourceRequest] = field(default_factory=list)
    failures_in_a_row: int = 0
    failing_seconds: float = 0.0  # that these took
    productive: int = 0  # requests that brought something new
    bytes: int = 0
    started: float = field(default_factory=time.monotonic)
    digests: set[str] = field(default_factory=set)
    repeats: set[str] = field(
        default_factory=set
    )  # URLs that answer as another one did
    unchanged: int = 0  # telling sources that are as the last run left them
    changed: bool = False  # one is not

    @property
    def elapsed(self) -> float:
        """Seconds since the first request."""
        return time.monotonic() - self.started

    def request(self, item: FrontierItem) -> Answer:
        """Return what a source says, from its answer or from the cache, or why it cannot be had."""
        known = self.known.get(item.url)
        if known and self._is_surely_unchanged(item):
            return self._note(item, "unchanged", known.reading, known)
        if item.tries > 1:
            self.wait(self.retry_after)
        validators = NO_VALIDATORS
        if known:
            validators = known.validators
        begun = time.monotonic()
        answer = self.fetch(item.url, validators)
        self._count_failures(answer, time.monotonic() - begun)
        match answer:
            case NotModified() if known:
                self._note_change(item, is_same=True)
                return self._note(item, "unchanged", known.reading, known)
            case Page():
                return self._read(item, answer, known)
            case NotModified():
                failure = Rejected("not-modified-but-unknown")
            case Rejected():
                failure = answer
            case Unavailable():
                self._note_failure(item, answer)
                seconds = answer.retry_after or self.bounds.retry_seconds
                self.retry_after = min(seconds, self.bounds.longest_wait)
                return answer
        self._note_failure(item, failure)
        return failure

    @property
    def has_lost_host(self) -> bool:
        """Whether so many requests failed in a row, or took so long to fail, that the host is
        taken to be down.
        """
        is_slow = self.failing_seconds >= self.bounds.failing_seconds
        return is_slow or self.failures_in_a_row >= _MAX_FAILURES_IN_A_ROW

    def may_retry(self, item: FrontierItem) -> bool:
        """Whether a source that was not to be had is worth another try later."""
        if item.tries >= _MAX_TRIES:
            return False
        if item.kind != "start":
            return True
        left = self.bounds.start_patience_seconds - self.elapsed
        return self.retry_after < left and self.elapsed < left

    def is_known_site(self, start: str) -> bool:
        """Whether the last run read the start address, and nothing has changed so far."""
        return start in self.known and self.unchanged > 0 and not self.changed

    def reached_bound(self) -> str:
        """Return the bound that has been reached, in words for a person; empty while there is
        room."""
        bounds = self.bounds
        allowed = bounds.frugal_requests + self.productive
        if len(self.asked) >= bounds.requests:
            return f"{len(self.asked)} requests (raise --max-requests, or DISCOVERY_MAX_REQUESTS)"
        if len(self.asked) >= allowed:
            return f"{len(self.asked)} requests, most of which brought nothing new"
        if self.bytes >= bounds.bytes:
            return f"{self.bytes // 1_000_000} MB"
        if time.monotonic() >= self.deadline:
            return (
                f"{bounds.total_seconds:.0f} seconds for all start URLs together "
                "(raise --max-total-seconds, or DISCOVERY_MAX_TOTAL_SECONDS)"
            )
        if self.elapsed >= bounds.seconds:
            return f"{bounds.seconds:.0f} seconds (raise --max-seconds, or DISCOVERY_MAX_SECONDS)"
        return ""

    def _count_failures(self, answer: Fetched, seconds: float) -> None:
        if isinstance(answer, Unavailable):
            self.failures_in_a_row += 1
            if answer.reason == "timeout":  # else it may have waited for its turn
                self.failing_seconds += seconds
        else:
            self.failures_in_a_row = 0
            self.failing_seconds = 0.0

    def _is_surely_unchanged(self, item: FrontierItem) -> bool:
        """While start, feed and sitemap are unchanged, so is every list that they lead to."""
        if self.changed or item.kind in ("start", "robots"):
            return False
        return self.unchanged >= _ENOUGH_UNCHANGED or (
            self.unchanged > 0 and item.kind not in _TELLING
        )

    def _note_change(self, item: FrontierItem, *, is_same: bool) -> None:
        if item.kind not in _TELLING:
            return
        if is_same:
            self.unchanged += 1
        else:
            self.changed = True

    def _read(
        self, item: FrontierItem, page: Page, known: CachedSource | None
    ) -> ParsedSource:
        self.bytes += len(page.body)
        mark = digest(page.body)
        if mark in self.digests:
            self.repeats.add(
                item.url
            )  # the same page again: it cannot say anything new
        self.digests.add(mark)
        is_same = known is not None and known.digest == mark
        self._note_change(item, is_same=is_same)
        parsed = self._parse(item, page)
        headers = page.headers
        validators = Validators(
            headers.get("etag", ""), headers.get("last-modified", "")
        )
        cached = CachedSource.of(validators, mark, parsed)
        outcome = parsed.kind
        if is_same:
            outcome = "unchanged"
        return self._note(item, outcome, parsed, cached)

    def _parse(self, item: FrontierItem, page: Page) -> ParsedSource:
        """Return the page parsed. A fault of a reader costs one source, never the others."""
        try:
            if item.kind == "robots":
                return read_robots(page.body, page.final_url)
            return read(
                page.body,
                page.final_url,
                max_entries=self.bounds.entries,
                max_bytes=self.bounds.source_bytes,
                headers=page.headers,
            )
        except Exception as error:  # noqa: BLE001 - a parser of anybody's text
            return ParsedSource(
                "nothing", page.final_url, cut=f"not readable: {type(error).__name__}"
            )

    def _note(
        self,
        item: FrontierItem,
        outcome: str,
        parsed: ParsedSource,
        cached: CachedSource,
    ) -> ParsedSource:
        entries = len(parsed.links)
        if parsed.kind in ("index", "robots"):
            entries += len(parsed.sources)
        request = SourceRequest(
            item.url,
            item.kind,
            outcome,
            entries,
            cached,
            parsed.cut,
            parsed.kind,
            parsed.url,
        )
        self.asked.append(request)
        return parsed

    def _note_failure(
        self, item: FrontierItem, failure: Rejected | Unavailable
    ) -> None:
        self.asked.append(
            SourceRequest(item.url, item.kind, failure.reason, detail=failure.detail)
        )
