"""Asking for one source: with what the last run kept of it, within the bounds, and with a note of what came of it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipeline.core.failures import Rejected, Unavailable
from pipeline.core.records import Fetched, NotModified, Page, Validators
from pipeline.discovery.frontier.links import Want
from pipeline.discovery.frontier.source_memory import SourceMemory, digest
from pipeline.discovery.readers.parse import read, read_robots
from pipeline.discovery.readers.parsed import Reading

Fetch = Callable[[str, Validators], Fetched]
NOTHING = Validators()


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far discovery goes for one start address. Each that bites is named in the notes of the answer."""

    requests: int = 300  # all in all; the economy below is tighter while few articles are known
    frugal_requests: int = (
        40  # for up to `frugal_articles` articles; from there one more for every four articles
    )
    frugal_articles: int = 100
    bytes: int = 200_000_000  # of all bodies together
    source_bytes: int = (
        50_000_000  # of one body, out of its gzip wrapping; the sitemap protocol's limit
    )
    entries: int = 50_000  # of one sitemap or feed; the same protocol's limit
    urls: int = 200_000  # of one site
    depth: int = 500  # steps from the start address, a page of a paginated list being one
    sitemap_depth: int = 4  # indexes within indexes
    seconds: float = 900.0
    retry_seconds: float = 2.0  # before a source is tried again, where its server names no time
    longest_wait: float = 60.0  # for a source, whatever its server says


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: what for, what came of it, and what the next run should know."""

    url: str
    kind: str  # of leads.KINDS
    outcome: str  # feed, sitemap, index, page, stub, robots, comments, nothing, unchanged, or the reason of the failure
    entries: int = 0
    memory: SourceMemory | None = None
    detail: str = ""


@dataclass(slots=True)
class Asker:
    """Asks for sources and keeps count."""

    fetch: Fetch
    known: Mapping[str, SourceMemory]
    bounds: Bounds
    wait: Callable[[float], object] = time.sleep
    patience: float = 0.0  # seconds before the next try of a source that was not to be had
    asked: list[Asked] = field(default_factory=list)
    bytes: int = 0
    started: float = field(default_factory=time.monotonic)
    digests: set[str] = field(default_factory=set)
    repeats: set[str] = field(default_factory=set)

    def ask(self, want: Want) -> Reading | Unavailable | None:
        """The reading of a source, from its answer or from memory; None where it is dead. `asked` has the reason."""
        if want.tries > 1:
            self.wait(self.patience)
        known = self.known.get(want.url)
        answer = self.fetch(want.url, known.validators if known else NOTHING)
        match answer:
            case NotModified() if known:
                return self._note(want, "unchanged", known.reading, known)
            case Page():
                return self._read(want, answer, known)
            case Rejected():
                self.asked.append(Asked(want.url, want.kind, answer.reason, detail=answer.detail))
            case Unavailable():
                self.asked.append(Asked(want.url, want.kind, answer.reason, detail=answer.detail))
                self.patience = min(
                    answer.retry_after or self.bounds.retry_seconds, self.bounds.longest_wait
                )
                return answer
            case _:
                self.asked.append(Asked(want.url, want.kind, "not-modified-but-unknown"))
        return None

    def bound(self, articles: int) -> str:
        """The bound that has been reached, in words for a person; empty while there is room."""
        frugal = self.bounds.frugal_requests + max(0, articles - self.bounds.frugal_articles) // 4
        if len(self.asked) >= min(frugal, self.bounds.requests):
            return f"{len(self.asked)} requests"
        if self.bytes >= self.bounds.bytes:
            return f"{self.bytes} bytes"
        if time.monotonic() - self.started >= self.bounds.seconds:
            return f"{self.bounds.seconds:.0f} seconds"
        return ""

    def _read(self, want: Want, page: Page, known: SourceMemory | None) -> Reading:
        self.bytes += len(page.body)
        mark = digest(page.body)
        if mark in self.digests:
            self.repeats.add(
                want.url
            )  # the same page under another address: it cannot say anything new
        self.digests.add(mark)
        same = known is not None and known.digest == mark
        reading = self._parse(want, page)
        headers = page.headers
        validators = Validators(headers.get("etag", ""), headers.get("last-modified", ""))
        memory = SourceMemory.of(validators, mark, reading)
        return self._note(want, "unchanged" if same else reading.kind, reading, memory)

    def _parse(self, want: Want, page: Page) -> Reading:
        if want.kind == "robots":
            return read_robots(page.body, page.final_url)
        kind = page.headers.get("content-type", "")
        return read(page.body, page.final_url, kind, self.bounds.entries, self.bounds.source_bytes)

    def _note(self, want: Want, outcome: str, reading: Reading, memory: SourceMemory) -> Reading:
        entries = len(reading.mentions) + (len(reading.leads) if reading.kind == "index" else 0)
        self.asked.append(Asked(want.url, want.kind, outcome, entries, memory, reading.cut))
        return reading
