"""Start addresses in, article URLs out: every article of a blog, nothing else, and where each was found."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from pipeline.core.records import Candidate, SiteHints
from pipeline.discovery.frontier.crawler import Progress, Survey
from pipeline.discovery.frontier.source_fetch import Asked, Asker, Bounds, Fetch
from pipeline.discovery.frontier.source_memory import SourceMemory
from pipeline.discovery.readers.parsed import Reading
from pipeline.discovery.scoring.compact import Folded
from pipeline.discovery.scoring.score import Judge
from pipeline.discovery.scoring.select import Judged, choose, judged_by_key
from pipeline.discovery.urls.scope import CrawlOptions

__all__ = ["Asked", "Bounds", "CrawlOptions", "Discovery", "SourceMemory", "discover"]

P = ParamSpec("P")
T = TypeVar("T")
AT_ONCE = 8  # start addresses that are looked at side by side


@dataclass(frozen=True, slots=True)
class Discovery:
    """The answer: what to take, what was seen and left, and how it came to be known."""

    candidates: Sequence[
        Candidate
    ]  # newest first, each article once, after filters, skip and limit
    refused: Sequence[tuple[Candidate, str]]  # with the slug of the reason
    asked: tuple[Asked, ...]  # every request, in order
    notes: tuple[str, ...]  # bounds that bit, dead sources, what a person should know
    sites: Mapping[str, SiteHints]  # by host without www
    foreign: int = 0  # mentions of other hosts, which are only counted

    @property
    def memories(self) -> dict[str, SourceMemory]:
        """What to hand to the next run as `known`, by source address."""
        return {a.url: a.memory for a in self.asked if a.memory is not None}


def discover(
    options: CrawlOptions,
    fetch: Fetch,
    now: datetime,
    *,
    known: Mapping[str, SourceMemory] | None = None,
    bounds: Bounds | None = None,
    on_progress: Progress | None = None,
    wait: Callable[[float], object] = time.sleep,
) -> Discovery:
    """Finds the articles of every address of the options. Fetches only through `fetch`, from
    several threads at once; never raises for what it answers.

    What is not to be had now is tried again later, after `wait` has let some seconds pass; other failures are final.
    `now` is when the run takes place; a date far after it is a source's mistake. `known` comes from the last run's
    `Discovery.memories`; sources that have not changed are then not sent again.
    """

    turn = Lock()

    def look(address: str) -> Findings:
        with turn:
            survey = Survey(
                address,
                Asker(_aside(turn, fetch), known or {}, bounds or Bounds(), _aside(turn, wait)),
            )
            survey.run(on_progress)
            return _findings(survey)

    # Mostly waiting: for answers, and for the pace of each host. What was waited for is read one after the other:
    # threads are no quicker side by side, but would each hold a large sitemap taken apart, at the same time.
    # `map` keeps the order of the addresses.
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return _put_together(options, now, pool.map(look, options.addresses))


def _aside(turn: Lock, waiting: Callable[P, T]) -> Callable[P, T]:
    """The same, done while others have the turn."""

    def aside(*args: P.args, **kwargs: P.kwargs) -> T:
        turn.release()
        try:
            return waiting(*args, **kwargs)
        finally:
            turn.acquire()

    return aside


@dataclass(frozen=True, slots=True)
class Findings:
    """What is left of a survey once all that was said is judged."""

    judged: Folded[Judged]
    asked: list[Asked]
    notes: list[str]
    host: str
    hints: SiteHints
    foreign: int


def _findings(survey: Survey) -> Findings:
    """Judges what the survey found, and empties its evidence on the way: both at once would be twice the memory."""
    judged = judged_by_key()
    judge = Judge(survey.evidence, survey.lesson, frozenset(survey.lists))
    items = survey.evidence.items
    for key in list(items):
        item = items.pop(key)
        verdict = judge.verdict(item)
        candidate = Candidate(
            item.url, key, verdict.score, verdict.reasons, item.sources, item.said
        )
        judged[key] = candidate, verdict.against
    hints = _hints(list(survey.readings.values()))
    evidence = survey.evidence
    asked = survey.asker.asked
    return Findings(judged, asked, survey.notes, _host(survey.start), hints, evidence.foreign)


def _put_together(options: CrawlOptions, now: datetime, findings: Iterable[Findings]) -> Discovery:
    judged = judged_by_key()
    asked: list[Asked] = []
    notes: list[str] = []
    sites: dict[str, SiteHints] = {}
    foreign = 0
    for found in findings:
        for key in found.judged:
            if key not in judged or found.judged[key][0].score > judged[key][0].score:
                judged.adopt(key, found.judged)
        asked += found.asked
        notes += found.notes
        sites[found.host] = found.hints
        foreign += found.foreign
    taken, refused = choose(judged, options, now)
    return Discovery(taken, refused, tuple(asked), tuple(notes), sites, foreign)


def _hints(readings: Sequence[Reading]) -> SiteHints:
    """Name, authors and language by what feeds say, else by what pages say."""
    ordered = sorted(readings, key=lambda reading: reading.kind != "feed")
    return SiteHints(
        name=next((r.name for r in ordered if r.name), ""),
        authors=next((r.authors for r in ordered if r.authors), ()),
        language=next((r.language for r in ordered if r.language), "").split("-")[0].lower(),
    )


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")
