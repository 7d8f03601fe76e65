"""Why is this article not here? Everything that is known of an address, and what discovery would
say of it now."""

from dataclasses import dataclass
from typing import Any

from catalog.models import Article, Source
from pipeline.broker.queues import STAGES
from pipeline.core.reasons import label_of
from pipeline.core.url import BadURL, host_at, normal_form
from pipeline.diagnosis.predict import spellings
from pipeline.models import Journey, Snapshot
from pipeline.models.erasure import stand_in

MAX_LISTED = 20  # journeys that are listed
DONE = "done"
STOPPED = "stopped"
NOT_REACHED = "not reached"
WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class StageReport:
    """One part of a journey's path: what became of it, in a word and in sentences."""

    name: str
    state: str  # DONE, STOPPED, NOT_REACHED or WAITING
    lines: tuple[str, ...]


def find_url(url: str) -> dict[str, Any]:
    """Everything that is known of an address, however it is spelt; "error" where it is none.

    The address itself, the ones that were redirected to it, and the ones that turned out to be
    the same article.
    """
    try:
        key = normal_form(url)
    except BadURL as error:
        return {"error": str(error)}
    article = Article.objects.filter(key=key).select_related("source").first()
    met = _met(Journey.objects.filter(key__in=[key, stand_in(key)]))
    if article:
        met = _together(met, _met(Journey.objects.filter(article=article)))
    ends = Snapshot.objects.filter(final_url__in=spellings(url, key)).values_list(
        "pk", "key"
    )[:MAX_LISTED]
    if keys := {other for _, other in ends} - {key}:
        met = _together(met, _met(Journey.objects.filter(key__in=keys)))
    article = article or next((each.article for each in met if each.article), None)
    return {
        "url": url,
        "key": key,
        "journeys": met,
        "article": article,
        "last": met[0] if met else None,
        "source": Source.objects.filter(host=host_at(url)).first(),
    }


def _met(rows: Any) -> list[Journey]:
    rows = rows.select_related("run", "article", "snapshot").defer(
        "article__text", "article__html"
    )
    return list(rows.order_by("-pk")[:MAX_LISTED])


def _together(*lists: list[Journey]) -> list[Journey]:
    return sorted(
        {each.pk: each for found in lists for each in found}.values(),
        key=lambda each: -each.pk,
    )[:MAX_LISTED]


def explain(journey: Journey) -> list[StageReport]:
    """Explain the journey, part by part: found, decided, fetched, extracted, stored."""
    at = STAGES.index(journey.stage)
    return [
        _found(journey),
        _decided(journey),
        _part(journey, "Fetched", "fetch", at, _fetched(journey)),
        _part(journey, "Extracted", "extract", at, _extracted(journey)),
        _part(journey, "Stored", "store", at, _stored(journey)),
    ]


def _found(journey: Journey) -> StageReport:
    places = [f"in {place}" for place in journey.found_in[:5]]
    if len(journey.found_in) > 5:
        more = [f"and in {len(journey.found_in) - 5} more"]
    else:
        more = []
    return StageReport("Found", DONE, (*places, *more) or ("As a start URL",))


def _decided(journey: Journey) -> StageReport:
    out = journey.stage == "discover" and journey.state != Journey.State.PENDING
    lines = [f"score {journey.score:.2f}", *map(str, journey.reasons[:8])]
    return StageReport(
        "Decided",
        STOPPED if out else DONE,
        tuple(lines + ([_ending(journey)] if out else [])),
    )


def _part(
    journey: Journey, name: str, stage: str, at: int, said: list[str]
) -> StageReport:
    mine = STAGES.index(stage)
    tries = [
        f"failed attempt: {label_of(each[1])}"
        for each in journey.attempts
        if each[0] == stage
    ][-3:]
    if mine > at:
        return StageReport(name, NOT_REACHED, ())
    if mine < at:
        return StageReport(name, DONE, (*tries, *said))
    if journey.state == Journey.State.PENDING:
        return StageReport(
            name,
            WAITING,
            (*tries, "in progress" if journey.in_progress else "waiting"),
        )
    ended_well = journey.state in (
        Journey.State.STORED,
        Journey.State.UNCHANGED,
        Journey.State.DUPLICATE,
    )
    return StageReport(
        name, DONE if ended_well else STOPPED, (*tries, *said, _ending(journey))
    )


def _ending(journey: Journey) -> str:
    why = "; ".join(filter(None, (label_of(journey.reason), journey.detail)))
    return f"{journey.state}: {why}".removesuffix(": ")


def _fetched(journey: Journey) -> list[str]:
    snapshot = journey.snapshot
    if snapshot is None:
        return []
    lines = [
        f"{snapshot.fetched_at:%Y-%m-%d %H:%M}, status {snapshot.status}, {journey.bytes:,} bytes"
    ]
    lines += [
        f"redirected ({hop[0]}) to {hop[1]}"
        for hop in snapshot.redirects[:5]
        if len(hop) == 2
    ]
    return lines


def _extracted(journey: Journey) -> list[str]:
    article = journey.article
    if article is None or journey.state == Journey.State.DUPLICATE:
        return []
    return [
        f"quality {article.quality:.2f}, {article.word_count:,} words",
        *map(str, article.quality_reasons[:5]),
    ]


def _stored(journey: Journey) -> list[str]:
    article = journey.article
    if article is None:
        return []
    if journey.state == Journey.State.DUPLICATE:
        kind = "same as"
    else:
        kind = "as"
    return [f"{kind} “{article.title[:160]}”, {article.url}"]
