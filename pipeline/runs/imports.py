"""Lists of blogs and articles that somebody brings: kept with every line, shown, then started.

Blogs become runs, as many as it takes; single articles one more run, whose URLs are fetched as they
are. Starting twice starts nothing twice: each run has a key that is made from the import.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalog import labels
from catalog.models import Article, Source
from pipeline.access.audit import record
from pipeline.core.batched import batched
from pipeline.core.url import BadURL, host_at, normal_form
from pipeline.discovery.urls.site_rules import (
    MAX_RULES,
    PIN,
    SOURCE,
    InvalidRule,
    checked_rule,
)
from pipeline.fetching.addresses import read_fetchable
from pipeline.journeys import batches
from pipeline.journeys.bulk import write
from pipeline.models import Import, ImportRow, Journey, Run, SourceRule
from pipeline.runs.control import dispatch, transition
from pipeline.runs.inputs import Input, Row
from pipeline.runs.inputs.rows import storable
from pipeline.runs.launch import launch_run

MAX_FEEDS = 5  # of a source
AT_ONCE = 1_000  # rows of a statement
MAX_KEPT = 200  # imports
PINNED = "from an import"
AS_BLOGS = "blogs"
AS_PAGES = "articles"


def keep(brought: Input, name: str, owner: User | None) -> Import:
    """Keep a list with all its lines. Nothing is crawled."""
    name = storable(" ".join(name.split()))[:200] or brought.kind
    with transaction.atomic():
        whole = Import.objects.create(name=name, kind=brought.kind, owner=owner)
        for part in batched(brought.rows, AT_ONCE):
            ImportRow.objects.bulk_create([_row(whole, row) for row in part])
        lines = {"kind": whole.kind, "lines": len(brought.rows)}
        record("create", "import", whole.pk, after=lines)
    return whole


def _row(whole: Import, row: Row) -> ImportRow:
    problem = row.problem or _refusal(row.address)
    address = "" if problem else storable(row.address)
    return ImportRow(
        parent=whole,
        line=row.line,
        address=address,
        key=_key(address),
        title=storable(row.title),
        labels=list(
            filter(None, (labels.clean(storable(each)) for each in row.folders))
        ),
        feed=storable(row.feed),
        is_page=row.is_page,
        is_read=row.is_read,
        is_starred=row.is_starred,
        problem=storable(problem),
    )


def _refusal(address: str) -> str:
    """Return why an address is never fetched; "" where it may be."""
    _, bad = read_fetchable(address)
    if bad:
        return bad[0].error
    return ""


def _key(address: str) -> str:
    try:
        return normal_form(address)
    except BadURL:
        return ""


def take_all_as(whole: Import, what: str) -> None:
    """Take every line for a blog or for an article, whatever its list says. Only before it is
    started."""
    if whole.started_at is None and what in (AS_BLOGS, AS_PAGES):
        whole.rows.update(is_page=what == AS_PAGES)
        record("update", "import", whole.pk, after={"treat all as": what})


def remove(whole: Import) -> None:
    """Delete an import. Its runs and articles stay."""
    record("delete", "import", whole.pk)
    whole.delete()


def start(whole: Import, by: str) -> list[Run]:
    """Start the import: make the sources, with labels and feeds, and launch the runs.

    Raises the broker's error where it is away; starting again then goes on.
    """
    if whole.started_at is not None:
        return list(runs_of(whole))
    good = whole.rows.filter(problem="").order_by("id")
    blogs = list(good.filter(is_page=False))
    pages = list(good.filter(is_page=True))
    runs = []
    if blogs:
        make_sources(blogs)
        runs += _launch_blogs(whole, blogs, by)
    if pages:
        runs.append(_launch_pages(whole, pages, by))
    Import.objects.filter(pk=whole.pk).update(started_at=timezone.now())
    record("start", "import", whole.pk, after={"runs": [run.pk for run in runs]})
    return runs


def runs_of(whole: Import) -> QuerySet[Run]:
    """Return the runs that an import started, in order."""
    return Run.objects.filter(import_rows__parent=whole).distinct().order_by("id")


def _launch_blogs(whole: Import, rows: Sequence[ImportRow], by: str) -> list[Run]:
    parts = list(batched(rows, settings.MAX_ADDRESSES))
    runs = []
    for number, part in enumerate(parts, 1):
        name = f"Import: {whole}"[:180]
        if len(parts) > 1:
            name = f"{name} ({number} of {len(parts)})"
        parameters = {"addresses": [row.address for row in part]}
        key = _run_key(whole, f"blogs {number}")
        run = launch_run(parameters, by=by, name=name, key=key)
        _assign(part, run)
        runs.append(run)
    return runs


def _assign(rows: Iterable[ImportRow], run: Run) -> None:
    for part in batched(rows, AT_ONCE):
        ids = [row.pk for row in part]
        ImportRow.objects.filter(pk__in=ids).update(run=run)


def _run_key(whole: Import, part: str) -> str:
    return hashlib.sha256(f"import {whole.pk} {part}".encode()).hexdigest()


def _launch_pages(whole: Import, rows: Sequence[ImportRow], by: str) -> Run:
    """Start a run whose URLs are these articles: nothing is to be discovered."""
    now = timezone.now()
    with transaction.atomic():
        run, created = Run.objects.get_or_create(
            idempotency_key=_run_key(whole, "pages"),
            defaults={
                "parameters": {"addresses": [], "pages": len(rows)},
                "launched_by": by,
                "name": f"Import: {whole}"[:200],
                "started_at": now,
            },
        )
        if not created:
            return run
        write(run, (_journey(row, whole, now) for row in rows))
        ids = run.journeys.order_by("id").values_list("pk", flat=True)
        batches.add_batches(run, list(ids))
        _assign(rows, run)
        waiting = [
            row.pk for row in rows if row.labels or row.is_read or row.is_starred
        ]
        for part in batched(waiting, AT_ONCE):
            ImportRow.objects.filter(pk__in=part).update(is_settled=False)
        transition(run, Run.State.RUNNING, f"started by {by or 'somebody'}", by)
    dispatch(run.pk)
    return run


def _journey(row: ImportRow, whole: Import, now: datetime) -> dict[str, object]:
    return {
        "url": row.address,
        "key": row.key,
        "score": 1.0,
        "reasons": [f"line {row.line} of the import {whole}"],
        "found_in": [],
        "source_metadata": {"title": row.title},
        "stage": "fetch",
        "queued_at": now,
        "state": Journey.State.PENDING,
    }


@transaction.atomic
def make_sources(rows: Iterable[ImportRow]) -> None:
    """Make the sources of these blogs where they are not there yet, with labels and feeds; what
    they have stays. Labels go to the articles that are there, too."""
    by_host: dict[str, list[ImportRow]] = {}
    for row in rows:
        by_host.setdefault(host_at(row.address), []).append(row)
    new = [Source(host=host, name=_name(each)) for host, each in by_host.items()]
    Source.objects.bulk_create(new, ignore_conflicts=True, batch_size=AT_ONCE)
    found = Source.objects.select_for_update().filter(host__in=list(by_host))
    changed = []
    for source in found.order_by("pk"):
        _label_articles(source, _add_to(source, by_host[source.host]))
        changed.append(source)
    fields = ["name", "address", "feeds", "labels"]
    Source.objects.bulk_update(changed, fields, batch_size=AT_ONCE)
    _pin_feeds(by_host)


def _name(rows: Sequence[ImportRow]) -> str:
    """Return the name of a source: the title of its line, where it has one alone."""
    if len(rows) == 1:
        return rows[0].title
    return ""


def _add_to(source: Source, rows: Sequence[ImportRow]) -> list[str]:
    """Add what the lines say of a source; return the labels that are new."""
    known = set(source.labels)
    wanted = dict.fromkeys(label for row in rows for label in row.labels)
    added = [label for label in wanted if label not in known]
    source.labels = [*source.labels, *added][: labels.MAX_LABELS]
    feeds = [row.feed for row in rows if row.feed]
    source.feeds = list(dict.fromkeys([*source.feeds, *feeds]))[:MAX_FEEDS]
    source.name = source.name or _name(rows)
    if len(rows) == 1:
        row = rows[0]
        is_feed_alone = row.address == row.feed
        source.address = source.address or ("" if is_feed_alone else row.address)
    return added


def _label_articles(source: Source, added: Sequence[str]) -> None:
    if not added:
        return
    ids = list(
        Article.objects.live().filter(source=source).values_list("pk", flat=True)
    )
    for label in added:
        labels.add(ids, label)


def _pin_feeds(by_host: dict[str, list[ImportRow]]) -> None:
    """Pin the feed of each blog that has a host of its own, so that discovery takes what it names.

    On a host of many blogs a pin would bring the others' articles, too.
    """
    rules = []
    for host, rows in by_host.items():
        is_whole_host = len(rows) == 1 and urlsplit(rows[0].address).path in ("", "/")
        if not (is_whole_host and rows[0].feed):
            continue
        try:
            rule = checked_rule(host, PIN, SOURCE, rows[0].feed)
        except InvalidRule:
            continue
        rules.append(
            SourceRule(
                host=rule.host,
                verdict=rule.verdict,
                kind=rule.kind,
                value=rule.value,
                note=PINNED,
            )
        )
    full = _hosts_with_many_rules(rule.host for rule in rules)
    SourceRule.objects.bulk_create(
        [rule for rule in rules if rule.host not in full],
        ignore_conflicts=True,
        batch_size=AT_ONCE,
    )


def _hosts_with_many_rules(hosts: Iterable[str]) -> set[str]:
    counted: dict[str, int] = {}
    rules = SourceRule.objects.filter(host__in=list(hosts))
    for host in rules.values_list("host", flat=True):
        counted[host] = counted.get(host, 0) + 1
    return {host for host, number in counted.items() if number >= MAX_RULES}
