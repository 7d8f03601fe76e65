"""What became of the feeds of a site since the last run: they redirect, are gone, are empty, are no
feeds any more, or others stand in their place.

Pure: what is known and what was answered come in, what is known then comes out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.core.url import same_page
from pipeline.discovery.frontier.source_fetch import SourceRequest

OK = "ok"
MOVED = "moved"
GONE = "gone"
EMPTY = "empty"
NO_FEED = "no-feed"
REPLACED = "replaced"
READ = (OK, MOVED, EMPTY)  # the feed was read
MISSING = frozenset({"http-404", "gone"})
OTHER_THINGS = frozenset({"page", "stub", "nothing", "sitemap", "index"})


class FeedState(NamedTuple):
    """What a feed was like at the last look. `moved_to` is where it is read now, or the feed in
    its place; `entries` are those of the last time that it had some."""

    state: str
    moved_to: str = ""
    entries: int = 0


@dataclass(frozen=True, slots=True)
class FeedChange:
    """A feed with what is known of it after a run, and whether that differs from before."""

    address: str
    now: FeedState
    is_news: bool


def compare_feeds(
    known: Mapping[str, FeedState], asked: Iterable[SourceRequest]
) -> list[FeedChange]:
    """Return what is known of each feed after a run that asked these.

    `known` are the feeds that an earlier run with the same start URLs read. A feed that nobody
    knew is no news, whatever it is like; nor is one that could not be had now.
    """
    requests = {request.url: request for request in asked}
    changes = []
    new_feeds = []
    for address, request in requests.items():
        before = known.get(address)
        now = _state(request, before)
        if now is None:
            continue
        if before is None:
            new_feeds.append(address)
        is_news = before is not None and _differs(before, now)
        changes.append(FeedChange(address, now, is_news))
    for address, before in known.items():
        if address not in requests and before.state in READ and new_feeds:
            now = FeedState(REPLACED, new_feeds[0], before.entries)
            changes.append(FeedChange(address, now, is_news=True))
    return changes


def _state(request: SourceRequest, before: FeedState | None) -> FeedState | None:
    """Return what a feed is like by its answer; None where that says nothing of a feed."""
    if request.read_as == "feed":
        return _read(request, before)
    if before is None:
        return None
    if request.outcome in MISSING:
        return FeedState(GONE, entries=before.entries)
    if request.read_as in OTHER_THINGS:
        return FeedState(NO_FEED, entries=before.entries)
    return None


def _read(request: SourceRequest, before: FeedState | None) -> FeedState:
    had_entries = before.entries if before else 0
    if not request.entries and had_entries:
        return FeedState(EMPTY, entries=had_entries)
    if same_page(request.url, request.final_url):
        return FeedState(OK, entries=request.entries)
    return FeedState(MOVED, request.final_url, request.entries)


def _differs(before: FeedState, now: FeedState) -> bool:
    """Whether a change is worth telling. A feed that is read again as it was is not: the trouble
    before was told."""
    if now.state == OK:
        return False
    return (before.state, before.moved_to) != (now.state, now.moved_to)
