"""What discovery would say of an address that no run ever met, from what is kept of its site:
nobody is asked."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from catalog.models import Article, Source
from catalog.search.timeouts import with_statement_timeout
from pipeline.core.reasons import label_of
from pipeline.core.url import BadURL, host_at, normal_form
from pipeline.discovery.options import options_from_parameters
from pipeline.discovery.site_knowledge import learned_of, load_rules
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
from pipeline.discovery.urls.site_rules import PIN
from pipeline.fetching.factory import policy_from_settings
from pipeline.fetching.politeness.pace import CLOSED_SECONDS
from pipeline.fetching.politeness.robots import rules_of
from pipeline.models import Host, Run

PRO = "for"
CON = "against"
UNKNOWN = "open"
RUNS = 200  # that are searched for the newest one of the site
ARTICLES = 200  # whose shapes are compared
LEARNED = 3  # start URLs whose knowledge is named
SOURCES = 20  # feeds, sitemaps and lists that are named
SOURCES_TIMEOUT_MS = 200  # for what they say

# Whether each kept source names the address, in one of its spellings.
NAMING = """
SELECT address, read_at, EXISTS (
    SELECT FROM jsonb_array_elements(CASE jsonb_typeof(memory->'reading'->'links')
        WHEN 'array'
        THEN memory->'reading'->'links' ELSE '[]' END) mention
            WHERE mention->>'url' = ANY(%s)
) FROM pipeline_sourcecacheentry
    WHERE host = %s ORDER BY read_at DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that speaks for or against the address, or leaves it open."""

    side: str  # PRO, CON or UNKNOWN
    about: str
    text: str

    @property
    def label(self) -> str:
        """The side in words."""
        return {PRO: "Supports", CON: "Counts against"}.get(self.side, "Unknown")


def spellings(url: str, key: str) -> list[str]:
    """How a server may have written the address that others were redirected to."""
    bare = key.removeprefix("https://")
    if "?" in bare or bare.endswith("/"):
        slash = bare
    else:
        slash = f"{bare}/"
    pairs = [
        (scheme, www) for scheme in ("https://", "http://") for www in ("", "www.")
    ]
    return [
        url,
        *(f"{scheme}{www}{rest}" for scheme, www in pairs for rest in {bare, slash}),
    ]


def predict(url: str, source: Source | None, now: datetime) -> list[Indicator]:
    """Return what speaks for and against it, in the order in which discovery asks."""
    host = host_at(url)
    return [
        *_rules(url),
        *_scope(url, host),
        *_host(url, host, now),
        *_shape(url, source),
        *_learned(url, host),
        *_named(url, host),
    ]


def _rules(url: str) -> Iterator[Indicator]:
    rules = load_rules()
    for rule in (rules.for_url(url), rules.for_source(url)):
        if rule is None:
            continue
        side = PRO if rule.verdict == PIN else CON
        yield Indicator(side, "site rule", rule.text)


def _learned(url: str, host: str) -> Iterator[Indicator]:
    """Yield what discovery learned where it last found articles, if the URL is in reach from
    there."""
    rows = [row for row in learned_of(host)[:RUNS] if scope_of(row.address).has(url)]
    for row in rows[:LEARNED]:
        learned = row.learned
        found = f"{learned['articles']} articles by {learned['decided']}"
        yield Indicator(UNKNOWN, "learned", f"{row.address}: {found}")
        for limit in learned["limits"]:
            yield Indicator(UNKNOWN, "limit", f"{row.address}: {limit}")


def _scope(url: str, host: str) -> Iterator[Indicator]:
    run, address = _last_run(host)
    if run is None:
        yield Indicator(CON, "scope", f"none of the last {RUNS} runs crawled {host}")
        return
    name = f"the last run of this site (“{str(run)[:60]}”)"
    folder = scope_of(address).folder
    if not scope_of(address).has(url):
        yield Indicator(
            CON, "scope", f"{name} crawled {address}; this URL is not under {folder}"
        )
    else:
        yield Indicator(
            PRO, "scope", f"{name} crawled {address}, which includes this URL"
        )
    try:
        options = options_from_parameters(run.parameters)
        left_out = matches(url, options.exclude) or bool(
            options.include and not matches(url, options.include)
        )
    except Exception:  # noqa: BLE001 - parameters of another version, a pattern that is none
        return
    if left_out:
        yield Indicator(CON, "patterns", "excluded by that run's patterns")


def _last_run(host: str) -> tuple[Run | None, str]:
    for run in Run.objects.only("name", "parameters").order_by("-pk")[:RUNS]:
        for address in run.addresses:
            try:
                if host_at(address) == host:
                    return run, address
            except BadURL:
                continue
    return None, ""


def _host(url: str, host: str, now: datetime) -> Iterator[Indicator]:
    rows = list(Host.objects.filter(name__in=[host, f"www.{host}"]))
    if not rows:
        yield Indicator(UNKNOWN, "robots.txt", "this host has not been contacted yet")
    for row in rows:
        if row.closed_at and row.closed_at > now - timedelta(seconds=CLOSED_SECONDS):
            last = label_of(row.last_failure)
            text = f"{row.name} was given up after {row.failures} failures in a row: {last}"
            yield Indicator(CON, "host", text)
        elif row.parked_until and row.parked_until > now:
            text = f"{row.name} is paused until {row.parked_until:%H:%M:%S}: {label_of(row.parked_reason)}"
            yield Indicator(UNKNOWN, "host", text)
        if row.robots_fetched_at:
            yield _robots(url, row)


def _robots(url: str, row: Host) -> Indicator:
    about = f"robots.txt of {row.name}"
    if row.robots_reason:
        return Indicator(
            CON,
            about,
            f"not available: {label_of(row.robots_reason)}. {row.robots_detail[:200]}",
        )
    if rule := rules_of(row.robots_text, policy_from_settings().product).refusal(url):
        return Indicator(CON, about, f"disallows it: {rule[:200]}")
    return Indicator(PRO, about, "allowed")


def _shape(url: str, source: Source | None) -> Iterator[Indicator]:
    shape = shape_of(url)
    words = (
        (is_asset(url), "a file, not a page"),
        (is_paged(url), "a page number of a list"),
        (not (shape.last or shape.query), "the home page"),
        (shape.calendar, "a date archive"),
        (is_draft(shape), "in a drafts folder"),
        (is_list(shape), "named like a listing or a file"),
        (is_static(shape), "named like a page about the site"),
        (is_section(shape), "named like a section of the site"),
    )
    yield from (Indicator(CON, "address", text) for true, text in words if true)
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
        text = f"pattern {shape}, like {alike} of the {all_of_them} newest articles of this site"
        yield Indicator(PRO, "shape", text)
    else:
        usual = shapes.most_common(1)[0][0]
        yield Indicator(
            CON, "shape", f"pattern {shape}; most articles of this site match {usual}"
        )


def _named(url: str, host: str) -> Iterator[Indicator]:
    rows = with_statement_timeout(SOURCES_TIMEOUT_MS, lambda: _sources(url, host))
    if rows is None:
        yield Indicator(
            UNKNOWN, "sources", "feeds and sitemaps are too large to search here"
        )
        return
    for address, read, names in rows:
        if names:
            yield Indicator(
                PRO, "sources", f"listed in {address}, read {read:%Y-%m-%d %H:%M}"
            )
    if rows and not any(names for *_, names in rows):
        last = f"{rows[0][1]:%Y-%m-%d %H:%M}"
        text = f"in none of the {len(rows)} feeds, sitemaps and listings read, most recently {last}"
        yield Indicator(CON, "sources", text)
    elif not rows:
        days = settings.REFETCH_DAYS
        yield Indicator(
            UNKNOWN,
            "sources",
            f"no feed, sitemap or listing read in the last {days} days",
        )


def _sources(url: str, host: str) -> list[tuple[str, datetime, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(NAMING, [spellings(url, normal_form(url)), host, SOURCES])
        return cursor.fetchall()
