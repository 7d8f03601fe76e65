"""What discovery would say of an address that no run ever met, from what is kept of its site: nobody is asked."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from catalog.models import Article, Source
from catalog.search.timeouts import with_statement_timeout
from pipeline.core.url import BadURL, host_at, normal_form
from pipeline.discovery.options import options_from_parameters
from pipeline.discovery.urls.patterns import (
    is_asset,
    is_draft,
    is_list,
    is_paged,
    is_section,
    is_static,
    shape_of,
)
from pipeline.discovery.urls.scope import matches, scope_of
from pipeline.fetching.factory import policy_from_settings
from pipeline.fetching.politeness.pace import CLOSED_SECONDS
from pipeline.fetching.politeness.robots import rules_of
from pipeline.models import Host, Run

FOR = "for"
AGAINST = "against"
OPEN = "open"
RUNS = 200  # that are searched for the newest one of the site
ARTICLES = 200  # whose shapes are compared
SOURCES = 20  # feeds, sitemaps and lists that are named
PATIENCE = 200  # milliseconds for what they say

# Whether each kept source names the address, in one of its spellings.
NAMING = """
SELECT address, read_at, EXISTS (
    SELECT FROM jsonb_array_elements(CASE jsonb_typeof(memory->'reading'->'links') WHEN 'array'
        THEN memory->'reading'->'links' ELSE '[]' END) mention WHERE mention->>'url' = ANY(%s)
) FROM pipeline_sourcecacheentry WHERE host = %s ORDER BY read_at DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Prospect:
    """One thing that speaks for or against the address, or leaves it open."""

    side: str  # FOR, AGAINST or OPEN
    about: str
    text: str


def spellings(url: str, key: str) -> list[str]:
    """How a server may have written the address that others were redirected to."""
    bare = key.removeprefix("https://")
    if "?" in bare or bare.endswith("/"):
        slash = bare
    else:
        slash = f"{bare}/"
    pairs = [(scheme, www) for scheme in ("https://", "http://") for www in ("", "www.")]
    return [url, *(f"{scheme}{www}{rest}" for scheme, www in pairs for rest in {bare, slash})]


def prospects(url: str, source: Source | None, now: datetime) -> list[Prospect]:
    """What speaks for and against it, in the order in which discovery asks."""
    host = host_at(url)
    return [*_scope(url, host), *_host(url, host, now), *_shape(url, source), *_named(url, host)]


def _scope(url: str, host: str) -> Iterator[Prospect]:
    run, address = _last_run(host)
    if run is None:
        yield Prospect(AGAINST, "scope", f"none of the last {RUNS} runs asked for {host}")
        return
    name = f"the last run of this site, “{str(run)[:60]}”"
    folder = scope_of(address).folder
    if not scope_of(address).has(url):
        yield Prospect(
            AGAINST, "scope", f"{name}, asked for {address}: this address is not under {folder}"
        )
    else:
        yield Prospect(FOR, "scope", f"{name}, asked for {address}, which it belongs to")
    try:
        options = options_from_parameters(run.parameters)
        left_out = matches(url, options.exclude) or bool(
            options.include and not matches(url, options.include)
        )
    except Exception:  # noqa: BLE001 - parameters of another version, a pattern that is none
        return
    if left_out:
        yield Prospect(AGAINST, "patterns", "the run's patterns leave it out")


def _last_run(host: str) -> tuple[Run | None, str]:
    for run in Run.objects.only("name", "parameters").order_by("-pk")[:RUNS]:
        for address in run.addresses:
            try:
                if host_at(address) == host:
                    return run, address
            except BadURL:
                continue
    return None, ""


def _host(url: str, host: str, now: datetime) -> Iterator[Prospect]:
    rows = list(Host.objects.filter(name__in=[host, f"www.{host}"]))
    if not rows:
        yield Prospect(OPEN, "robots.txt", "nobody has asked this host yet")
    for row in rows:
        if row.closed_at and row.closed_at > now - timedelta(seconds=CLOSED_SECONDS):
            text = f"{row.name} was given up after {row.failures} failures in a row: {row.last_failure}"
            yield Prospect(AGAINST, "host", text)
        elif row.parked_until and row.parked_until > now:
            text = (
                f"{row.name} is left alone until {row.parked_until:%H:%M:%S}: {row.parked_reason}"
            )
            yield Prospect(OPEN, "host", text)
        if row.robots_fetched_at:
            yield _robots(url, row)


def _robots(url: str, row: Host) -> Prospect:
    about = f"robots.txt of {row.name}"
    if row.robots_reason:
        return Prospect(
            AGAINST, about, f"it could not be had: {row.robots_reason} {row.robots_detail[:200]}"
        )
    if rule := rules_of(row.robots_text, policy_from_settings().product).refusal(url):
        return Prospect(AGAINST, about, f"forbids it, {rule[:200]}")
    return Prospect(FOR, about, "allows it")


def _shape(url: str, source: Source | None) -> Iterator[Prospect]:
    shape = shape_of(url)
    words = (
        (is_asset(url), "a file, no page"),
        (is_paged(url), "a numbered page of a list"),
        (not (shape.last or shape.query), "the root of the site"),
        (shape.calendar, "a year, month or day alone"),
        (is_draft(shape), "in a folder of drafts"),
        (is_list(shape), "named like a list of articles or a file"),
        (is_static(shape), "named like a page about the site"),
        (is_section(shape), "named like a section of the site"),
    )
    yield from (Prospect(AGAINST, "address", text) for true, text in words if true)
    rows = (
        Article.objects.live().filter(source=source).order_by("-published", "-id")
    )  # as an index is
    keys = rows.values_list("url", flat=True)[:ARTICLES]
    if source:
        shapes = Counter(str(shape_of(each)) for each in keys)
    else:
        shapes = Counter[str]()
    if not shapes:
        return
    alike = shapes[str(shape)]
    all_of_them = shapes.total()
    if alike:
        text = f"of the shape {shape}, as {alike} of the {all_of_them} newest articles of this blog are"
        yield Prospect(FOR, "shape", text)
    else:
        usual = shapes.most_common(1)[0][0]
        yield Prospect(
            AGAINST, "shape", f"of the shape {shape}; the blog's articles mostly have {usual}"
        )


def _named(url: str, host: str) -> Iterator[Prospect]:
    rows = with_statement_timeout(PATIENCE, lambda: _sources(url, host))
    if rows is None:
        yield Prospect(
            OPEN, "sources", "the site's feeds and sitemaps are too large to be searched here"
        )
        return
    for address, read, names in rows:
        if names:
            yield Prospect(FOR, "sources", f"named by {address}, read {read:%Y-%m-%d %H:%M}")
    if rows and not any(names for *_, names in rows):
        last = f"{rows[0][1]:%Y-%m-%d %H:%M}"
        text = f"named by none of the {len(rows)} feeds, sitemaps and lists that were read, the last of them on {last}"
        yield Prospect(AGAINST, "sources", text)
    elif not rows:
        days = settings.REFETCH_DAYS
        yield Prospect(
            OPEN,
            "sources",
            f"no feed, sitemap or list of this site was read in the last {days} days",
        )


def _sources(url: str, host: str) -> list[tuple[str, datetime, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(NAMING, [spellings(url, normal_form(url)), host, SOURCES])
        return cursor.fetchall()
