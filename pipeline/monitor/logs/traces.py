"""The lines of one address through all its runs, of one journey, or of one task, in the order of
time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from pipeline.core.url import BadURL, normal_form, read_addresses
from pipeline.models import Journey
from pipeline.monitor.logs.waterfall import waterfalls
from pipeline.monitor.models import LogEvent

MAX_LINES = 500  # lines
JOURNEYS = 20  # of one address, the newest
GAP = timedelta(seconds=2)  # a longer silence is marked


@dataclass(frozen=True, slots=True)
class Step:
    """A line, the seconds since the first one, and the silence before it in seconds where it was
    long."""

    event: LogEvent
    since: float
    gap: float | None


def trace(url: str = "", journey: str = "", task: str = "") -> dict[str, Any]:
    """Return what the page shows: `steps`, and what they are of; `waterfalls` for each run of the
    URL. `error` is set where the address is not valid."""
    try:
        fits, journeys = _fits(url, journey, task)
    except BadURL as error:
        return {"error": str(error), "steps": []}
    if fits is None:
        return {"steps": [], "journeys": journeys}
    found = list(LogEvent.objects.filter(fits).order_by("-at", "-pk")[: MAX_LINES + 1])
    lines = found[:MAX_LINES][::-1]
    drawn = waterfalls(lines)
    return {
        "steps": steps(lines),
        "waterfalls": drawn,
        "several": len(drawn) > 1,
        "journeys": journeys,
        "cut": len(found) > MAX_LINES,
        "most": MAX_LINES,
    }


def _fits(url: str, journey: str, task: str) -> tuple[Q | None, list[Journey]]:
    told = Journey.objects.select_related("run").only(
        "url", "state", "reason", "run__name", "run__id"
    )
    if url:
        good, bad = read_addresses(url)
        if not good:
            raise BadURL(bad[0].error if bad else "no address")
        journeys = list(
            told.filter(key=normal_form(good[0])).order_by("-pk")[:JOURNEYS]
        )
        return (
            Q(journey__in=[each.pk for each in journeys]) if journeys else None
        ), journeys
    if journey.isdecimal() and len(journey) < 19:
        return Q(journey=int(journey)), list(told.filter(pk=int(journey)))
    return (Q(task=task[:64].replace("\0", "")) if task else None), []


def steps(events: list[LogEvent]) -> list[Step]:
    """Events in the order of time, with what lies between them."""
    found: list[Step] = []
    before: datetime | None = None
    for event in events:
        if before:
            gap = event.at - before
        else:
            gap = timedelta()
        since = (event.at - events[0].at).total_seconds()
        found.append(Step(event, since, gap.total_seconds() if gap > GAP else None))
        before = event.at
    return found
