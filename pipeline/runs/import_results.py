"""What came of each line of an import; and the labels and marks that its articles get."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from catalog import labels
from catalog.marks import mark
from catalog.models import Source
from catalog.paging import Order, parse_id
from catalog.search.timeouts import with_statement_timeout
from pipeline.core.database import execute
from pipeline.core.reasons import label_of
from pipeline.core.url import BadURL, host_at
from pipeline.models import Import, ImportRow, Journey, Run

AS_IN_THE_FILE = Order("as in the file", "pk", False, parse_id)
SETTLED_AT_ONCE = 500  # rows
COUNT_MS = 2_000
COUNTS = """
SELECT regexp_replace(split_part(key, '/', 3), '^www\\.', ''),
    count(*) FILTER (WHERE state IN ('stored', 'unchanged', 'duplicate')),
    count(*) FILTER (WHERE state = 'failed'),
    count(*) FILTER (WHERE state = 'pending')
FROM pipeline_journey WHERE run_id = %s GROUP BY 1
"""
IN_CATALOGUE = (Journey.State.STORED, Journey.State.UNCHANGED, Journey.State.DUPLICATE)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a line: a state, and a sentence; `link` leads to more."""

    row: ImportRow
    state: str  # as of a URL: pending, stored, skipped, failed
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many lines are blogs, articles, or have a problem."""

    blogs: int
    pages: int
    problems: int


def totals_of(whole: Import) -> Totals:
    """Count the lines of an import."""
    rows = whole.rows.values_list("is_page", "problem")
    counted = [0, 0, 0]
    for is_page, problem in rows.iterator(chunk_size=5_000):
        if problem:
            counted[2] += 1
        else:
            counted[int(is_page)] += 1
    return Totals(*counted)


def results(rows: Sequence[ImportRow]) -> list[Result]:
    """Return what came of these lines so far."""
    runs = Run.objects.in_bulk({row.run_id for row in rows if row.run_id})
    journeys = _journeys(rows)
    known = _known_hosts(rows)
    counts = {pk: _counts(pk) for pk in runs}
    found = []
    for row in rows:
        run = runs.get(row.run_id or 0)
        if row.problem:
            found.append(Result(row, "skipped", row.problem))
        elif run is None:
            found.append(_not_started(row, known))
        elif row.is_page:
            found.append(_of_page(row, run, journeys.get((run.pk, row.key))))
        else:
            found.append(_of_blog(row, run, counts[run.pk]))
    return found


def _known_hosts(rows: Sequence[ImportRow]) -> set[str]:
    hosts = {_host(row.address) for row in rows if row.address}
    return set(Source.objects.filter(host__in=hosts).values_list("host", flat=True))


def _host(address: str) -> str:
    try:
        return host_at(address)
    except BadURL:
        return ""


def _not_started(row: ImportRow, known: set[str]) -> Result:
    if row.parent.started_at:
        return Result(row, "skipped", "Its run was removed.")
    if row.is_page:
        return Result(row, "pending", "A single article: fetched as it is.")
    if _host(row.address) in known:
        return Result(row, "pending", "A source already: crawled again.")
    return Result(row, "pending", "A new source.")


def _journeys(rows: Sequence[ImportRow]) -> dict[tuple[int, str], Journey]:
    keys = [row.key for row in rows if row.is_page and row.run_id]
    runs = {row.run_id for row in rows if row.run_id}
    if not keys:
        return {}
    found = Journey.objects.filter(run__in=runs, key__in=keys).select_related("article")
    return {(each.run_id, each.key): each for each in found}


def _of_page(row: ImportRow, run: Run, journey: Journey | None) -> Result:
    if journey is None:
        return Result(row, "skipped", "Another line has the same URL.")
    link = journey.get_absolute_url()
    if journey.state in IN_CATALOGUE and journey.article:
        return Result(
            row, journey.state, "In the catalogue.", journey.article.get_absolute_url()
        )
    if journey.state == Journey.State.PENDING:
        if run.ended:
            return Result(row, "failed", f"The run ended: {run.reason}", link)
        return Result(row, "pending", "Waiting to be fetched.", link)
    text = f"{label_of(journey.reason)}. {journey.detail}".strip()
    return Result(row, journey.state, text, link)


def _counts(run: int) -> dict[str, tuple[int, int, int]]:
    """Return how many URLs of each host are in the catalogue, failed and pending; nothing where
    that takes too long."""
    rows = with_statement_timeout(COUNT_MS, lambda: execute(COUNTS, [run])) or []
    return {host: (saved, failed, pending) for host, saved, failed, pending in rows}


def _of_blog(
    row: ImportRow, run: Run, counts: dict[str, tuple[int, int, int]]
) -> Result:
    link = run.get_absolute_url()
    report = _report(run, row)
    if report is None:
        if run.ended:
            return Result(row, "failed", f"The run ended: {run.reason}", link)
        return Result(row, "pending", "Looking for articles.", link)
    if not report["articles"]:
        text = f"{report['problem']} {report.get('advice', '')}".strip()
        return Result(row, "failed", text, link)
    number = report["articles"]
    text = f"{number:,} article{'' if number == 1 else 's'} found"
    saved, failed, pending = counts.get(_host(row.address), (0, 0, 0))
    if saved or failed or pending:
        text += f": {saved:,} in the catalogue, {failed:,} failed, {pending:,} pending"
    state = "stored" if run.ended else "pending"
    return Result(row, state, f"{text}.", link)


def _report(run: Run, row: ImportRow) -> dict[str, Any] | None:
    for report in run.address_reports:
        if report["address"] == row.address:
            return dict(report)
    return None


def settle(limit: int = SETTLED_AT_ONCE) -> int:
    """Give articles of imports the labels and marks of their lines, once they are there; return
    how many lines are done."""
    ended = Journey.objects.filter(
        run=OuterRef("run"), key=OuterRef("key"), ended_at__isnull=False
    )
    is_due = Q(Exists(ended)) | Q(run=None) | Q(run__state__in=Run.ENDED)
    waiting = ImportRow.objects.filter(is_due, is_settled=False)
    rows = list(waiting.select_related("run", "parent").order_by("id")[:limit])
    journeys = _journeys(rows)
    now = timezone.now()
    done = [row.pk for row in rows if _settle(row, journeys, now)]
    ImportRow.objects.filter(pk__in=done).update(is_settled=True)
    return len(done)


def _settle(
    row: ImportRow, journeys: dict[tuple[int, str], Journey], now: datetime
) -> bool:
    """Tell whether nothing is left to be done for the line."""
    run = row.run
    journey = journeys.get((row.run_id or 0, row.key))
    if run is None or journey is None:
        return True
    if journey.state not in IN_CATALOGUE or journey.article_id is None:
        return run.ended
    ids = [journey.article_id]
    for label in row.labels:
        labels.add(ids, label)
    owner_id = row.parent.owner_id
    if owner_id and row.is_read:
        mark(owner_id, ids, "read", now)
    if owner_id and row.is_starred:
        mark(owner_id, ids, "star", now)
    return True
