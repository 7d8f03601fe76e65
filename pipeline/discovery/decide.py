"""From what was found and what is known to the rows to write. Pure: values in, values out.

A candidate is fetched, unless its article is known to be unchanged, the run has it already, or only
looks. What discovery refused is kept with the reason. So each URL that was seen has a row that says
what became of it.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Any

from pipeline.core import serialize
from pipeline.core.batched import batched
from pipeline.core.reasons import DRY_RUN
from pipeline.core.records import Candidate
from pipeline.core.url import host_at
from pipeline.discovery.discover import AddressReport, Discovery, SourceRequest

OVER_LIMIT = "over-limit"
LEFT_OUT = (
    "excluded",
    OVER_LIMIT,
)  # reasons that a change of the run's options gives, too
UNCHANGED = "neither its page's sources nor what they say of it have changed"
MAX_REASON_LENGTH = 60

FIRST_BATCHES = 2  # that are written before the first may go out
CANDIDATES_PER_PART = (
    500  # about so many are written before the next batches may go out
)

Row = dict[str, Any]  # of a journey, by the names of its columns


def unchanged_sources(discovery: Discovery) -> set[str]:
    """Return the addresses of the sources that have not changed since they were last read."""
    return {
        request.url for request in discovery.asked if request.outcome == "unchanged"
    }


def is_unchanged(
    candidate: Candidate, before: dict[str, Any], unchanged: Collection[str]
) -> bool:
    """Whether a stored candidate need not be fetched.

    `before`: the source's metadata when it last was.

    Every source that names it is among the `unchanged`, or they say the same of it as before.
    """
    if all(source in unchanged for source in candidate.found_in):
        return True
    return metadata_unchanged(serialize.dump(candidate.source_metadata), before)


def metadata_unchanged(now: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether a source dates its last change, and to the same moment as before."""
    if "updated" not in now and "lastmod" not in now:
        return False
    return all(
        now.get(name) == before.get(name) for name in ("updated", "lastmod", "title")
    )


def interleave_by_host(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield the candidates of each host in their order, but spread evenly over the whole.

    So every batch has URLs of all hosts, none of them waits for another, and the slowest sets the
    pace from the start.
    """
    # By number, since candidates may be made only while somebody looks at them.
    hosts: dict[str, array[int]] = {}
    for number, candidate in enumerate(candidates):
        hosts.setdefault(host_at(candidate.url), array("L")).append(number)
    places = merge(*map(_spread_evenly, hosts.values()), key=itemgetter(0))
    return (candidates[number] for _, number in places)


def _spread_evenly(numbers: Sequence[int]) -> Iterator[tuple[float, int]]:
    """Yield each with its place when they are spread evenly from 0 to 1."""
    for at, number in enumerate(numbers):
        yield (at + 0.5) / len(numbers), number


def ramp_up_batches(
    candidates: Iterator[Candidate], batch_size: int
) -> Iterator[list[Candidate]]:
    """Yield a few batches of candidates, so that they can go out at once, then larger parts."""
    first = list(islice(candidates, FIRST_BATCHES * batch_size))
    if first:
        yield first
    batches = max(1, CANDIDATES_PER_PART // batch_size)
    yield from batched(candidates, batches * batch_size)


def row_of(candidate: Candidate, **columns: Any) -> Row:
    """Return the journey of a candidate."""
    return {
        "url": candidate.url,
        "key": candidate.key,
        "score": candidate.score,
        "reasons": candidate.reasons,
        "found_in": candidate.found_in,
        "source_metadata": serialize.dump(candidate.source_metadata),
        **columns,
    }


def rows_not_fetched(
    unchanged: Iterable[tuple[Candidate, int]],
    skipped: Iterable[tuple[Candidate, str]],
    now: datetime,
) -> Iterator[Row]:
    """Yield the journeys that end with discovery: known articles, and what is skipped with its
    reason.
    """
    ended = {"stage": "discover", "ended_at": now}
    for candidate, article in unchanged:
        yield row_of(
            candidate, state="unchanged", detail=UNCHANGED, article_id=article, **ended
        )
    for candidate, reason in skipped:
        yield row_of(
            candidate, state="skipped", reason=reason[:MAX_REASON_LENGTH], **ended
        )


def summary_of(request: SourceRequest) -> dict[str, Any]:
    """Return a request of discovery as the run keeps it, without what is empty."""
    fields = ("url", "kind", "outcome", "entries", "detail")
    values = {name: getattr(request, name) for name in fields}
    return {name: value for name, value in values.items() if value}


def report_as_json(report: AddressReport) -> dict[str, Any]:
    """Return what came of a start URL as the run keeps it: its fields, and as one line of text."""
    values: dict[str, Any] = serialize.plain(asdict(report) | {"text": report.text})
    return values


@dataclass(frozen=True, slots=True)
class Known:
    """A journey that the run has already. It may be fetched after all if it was left out before."""

    id: int
    left_out: bool


@dataclass(frozen=True, slots=True)
class Additions:
    """What later addresses add to a run."""

    fetch: list[Candidate]
    skipped: list[tuple[Candidate, str]]
    unchanged: list[tuple[Candidate, int]]


def decide_additions(
    discovery: Discovery,
    known: Mapping[str, Known],
    unchanged: Mapping[str, int],
    room: int | None,
    dry_run: bool,
) -> Additions:
    """Decide what a discovery adds to a run.

    `room`: so many more within its limit, None where it has none.

    What the run has already stays as it is, unless it was left out before it was fetched and is an
    article by what the added addresses say of it.
    """
    wanted = []
    same = []
    for candidate in discovery.candidates:
        journey = known.get(candidate.key)
        if candidate.key in unchanged:
            if journey is None:
                same.append((candidate, unchanged[candidate.key]))
        elif journey is None or journey.left_out:
            wanted.append(candidate)
    reason = OVER_LIMIT
    if dry_run:
        room = 0
        reason = DRY_RUN
    if room is None:
        room = len(wanted)
    skipped = [
        (candidate, reason) for candidate in wanted[room:] if candidate.key not in known
    ]
    for candidate, why in discovery.refused:
        if candidate.key not in known:
            skipped.append((candidate, why))
    return Additions(wanted[:room], skipped, same)
