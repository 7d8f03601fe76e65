"""Start addresses in, article URLs out: the crawl of each address, put together into one answer."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from pipeline.core.failures import Rejected
from pipeline.core.records import Candidate, Fetched, SiteHints, Validators
from pipeline.core.url import BadURL, host_at
from pipeline.discovery.frontier.crawler import Progress, SiteCrawler
from pipeline.discovery.frontier.learned import LearnedSite, learned_site
from pipeline.discovery.frontier.report import AddressReport, failed_report, report_of
from pipeline.discovery.frontier.source_fetch import (
    Bounds,
    Fetch,
    SourceClient,
    SourceRequest,
)
from pipeline.discovery.frontier.source_memory import CachedSource
from pipeline.discovery.readers.parsed import ParsedSource
from pipeline.discovery.scoring.compact import CompactRecords
from pipeline.discovery.scoring.score import THRESHOLD, UrlScorer
from pipeline.discovery.scoring.select import Judged, judged_by_key, select
from pipeline.discovery.urls.scope import CrawlOptions
from pipeline.discovery.urls.site_rules import SiteRules

__all__ = [
    "AddressReport",
    "Bounds",
    "CachedSource",
    "CrawlOptions",
    "Discovery",
    "LearnedSite",
    "SourceRequest",
    "discover",
]

MAX_AT_ONCE = 8  # start addresses that are crawled side by side
Wait = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Discovery:
    """The answer: what to take, what was seen and left, and how it came to be known."""

    candidates: Sequence[
        Candidate
    ]  # newest first, each article once, after filters, skip and limit
    refused: Sequence[tuple[Candidate, str]]  # with the slug of the reason
    asked: tuple[SourceRequest, ...]  # every request, in order
    notes: tuple[
        str, ...
    ]  # bounds that were reached, dead sources, what a person should know
    sites: Mapping[str, SiteHints]  # by host without www
    foreign: int = 0  # links to other hosts, which are only counted
    # What came of each start address, in their order.
    addresses: tuple[AddressReport, ...] = ()
    # What each start address taught at which articles were found.
    learned: tuple[LearnedSite, ...] = ()

    @property
    def memories(self) -> dict[str, CachedSource]:
        """What to hand to the next run as `known`, by source address."""
        return {
            request.url: request.memory
            for request in self.asked
            if request.memory is not None
        }


def discover(
    options: CrawlOptions,
    fetch: Fetch,
    now: datetime,
    *,
    known: Mapping[str, CachedSource] | None = None,
    bounds: Bounds | None = None,
    rules: SiteRules | None = None,
    on_progress: Progress | None = None,
    wait: Wait = time.sleep,
) -> Discovery:
    """Find the articles of every address. Fetches only through `fetch`, from several threads at
    once.

    Never raises for what it answers; what `fetch` raises passes through, but for a ValueError. A
    source that cannot be had now is tried again later, after `wait` has let some seconds pass;
    other failures are final. `now` is when the run takes place; a date far after it is a source's
    mistake. `known` comes from the last run's `Discovery.memories`; sources that have not changed
    are then not sent again. `rules` are what people pinned and forbade by hand.
    """
    turn = Turn()
    limits = bounds or Bounds()
    deadline = time.monotonic() + limits.total_seconds

    def crawl(address: str) -> Findings:
        client = SourceClient(
            turn.fetch(fetch), known or {}, limits, turn.wait(wait), deadline
        )
        with turn.lock:
            return _crawl(address, client, rules or SiteRules(), on_progress)

    # Mostly waiting: for answers, and for the pace of each host. What was waited for is read one
    # after the other: threads are no quicker side by side, but would each hold a large sitemap
    # taken apart, at the same time. `map` keeps the order of the addresses.
    with ThreadPoolExecutor(max_workers=MAX_AT_ONCE) as pool:
        return _put_together(options, now, pool.map(crawl, options.addresses))


class FetchFailed(Exception):
    """What `fetch` raised: a fault of what is behind it, which no address is to blame for."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class Turn:
    """One thread at a time reads; while it waits for an answer, others have the turn."""

    def __init__(self) -> None:
        self.lock = Lock()

    def fetch(self, fetch: Fetch) -> Fetch:
        """`fetch`, done while others have the turn."""

        def fetch_aside(url: str, validators: Validators) -> Fetched:
            self.lock.release()
            try:
                return fetch(url, validators)
            except (
                ValueError
            ) as error:  # an address or an answer that a library chokes on
                return Rejected(
                    "bad-answer", f"{type(error).__name__}: {str(error)[:200]}"
                )
            except Exception as error:
                raise FetchFailed(error) from error
            finally:
                self.lock.acquire()

        return fetch_aside

    def wait(self, wait: Wait) -> Wait:
        """`wait`, done while others have the turn."""

        def wait_aside(seconds: float) -> None:
            self.lock.release()
            try:
                wait(seconds)
            finally:
                self.lock.acquire()

        return wait_aside


@dataclass(frozen=True, slots=True)
class Findings:
    """What is left of a crawl once all URLs are scored."""

    report: AddressReport
    judged: CompactRecords[Judged] = field(default_factory=judged_by_key)
    asked: Sequence[SourceRequest] = ()
    notes: Sequence[str] = ()
    host: str = ""
    hints: SiteHints = field(default_factory=SiteHints)
    foreign: int = 0
    learned: LearnedSite | None = None


def _crawl(
    address: str,
    client: SourceClient,
    rules: SiteRules,
    on_progress: Progress | None,
) -> Findings:
    """Return the findings of one address. A fault of ours at one of them must not end the
    others."""
    try:
        crawler = SiteCrawler(address, client, rules)
        crawler.run(on_progress)
        return _findings(crawler)
    except FetchFailed as failed:
        raise failed.error from None
    except Exception as error:  # noqa: BLE001 - it is reported, and the address has found nothing
        report = failed_report(address, error)
        return Findings(report, asked=client.asked, notes=[report.text])


def _findings(crawler: SiteCrawler) -> Findings:
    """Score what the crawl found, and empty its evidence on the way: both at once would be twice
    the memory.
    """
    judged = judged_by_key()
    scorer = UrlScorer(crawler.evidence, crawler.profile, crawler.lists)
    items = crawler.evidence.items
    articles = 0
    for key in list(items):
        item = items.pop(key)
        scored = scorer.score(item)
        articles += scored.score >= THRESHOLD
        candidate = Candidate(
            item.url,
            key,
            scored.score,
            scored.reasons,
            item.sources,
            item.source_metadata,
        )
        judged[key] = candidate, scored.against
    rules = crawler.crawl_rules.outcomes(
        crawler.evidence, crawler.profile, crawler.client.asked, scorer.fitted
    )
    report = report_of(crawler, articles, len(judged), rules)
    learned = None
    if articles:
        learned = learned_site(report, crawler.profile, crawler.evidence)
    return Findings(
        report,
        judged,
        crawler.client.asked,
        crawler.notes,
        _host(crawler.site.home),
        _hints(list(crawler.parsed.values())),
        crawler.evidence.foreign,
        learned,
    )


def _put_together(
    options: CrawlOptions, now: datetime, all_findings: Iterable[Findings]
) -> Discovery:
    judged = judged_by_key()
    asked: list[SourceRequest] = []
    notes: list[str] = []
    sites: dict[str, SiteHints] = {}
    reports: list[AddressReport] = []
    learned: list[LearnedSite] = []
    foreign = 0
    for found in all_findings:
        for key in found.judged:
            if key not in judged or found.judged[key][0].score > judged[key][0].score:
                judged.copy_from(key, found.judged)
        asked += found.asked
        notes += found.notes
        reports.append(found.report)
        if found.learned:
            learned.append(found.learned)
        foreign += found.foreign
        if found.host:
            sites[found.host] = found.hints
    taken, refused = select(judged, options, now)
    return Discovery(
        taken,
        refused,
        tuple(asked),
        tuple(notes),
        sites,
        foreign,
        tuple(reports),
        tuple(learned),
    )


def _hints(sources: Sequence[ParsedSource]) -> SiteHints:
    """Name, authors and language by what feeds say, else by what pages say."""
    ordered = sorted(sources, key=lambda source: source.kind != "feed")
    language = next((source.language for source in ordered if source.language), "")
    return SiteHints(
        name=next((source.name for source in ordered if source.name), ""),
        authors=next((source.authors for source in ordered if source.authors), ()),
        language=language.split("-")[0].lower(),
    )


def _host(address: str) -> str:
    """Return the host as articles of the site have it, with a port that is not the usual one."""
    try:
        return host_at(address)
    except BadURL:
        return ""
