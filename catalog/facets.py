"""How many articles each value of a field would leave: counted without that field's own filter,
and never for long.

Where few match, the counts are exact. Where more match, the newest are counted, or, of the whole
catalogue, the statistics that PostgreSQL keeps are shown; either is said with the numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from catalog.count_limits import limit_factor, scaled
from catalog.filters import COPIES, GONE, HAS_CODE, ArticleFilter, without
from catalog.models import Article, Source
from catalog.rights import RIGHTS, license_label
from catalog.search.newest import BY_KEYS, MIN_LOOK_MS, Ids, TimeBudget, newest
from catalog.search.planner_stats import expected_rows, facet_estimates
from catalog.search.timeouts import with_statement_timeout

TOTAL_MS = 75  # to find and to count everything
COUNT_MS = 25  # of these are left to the counts
FIND_MS = 40  # to find what is counted with all filters
FIND_ONE_MS = 20  # to find what is counted without the filter of one field
ALL_BUDGET = TimeBudget(FIND_MS, final_ms=FIND_MS, total_ms=FIND_MS)
MAX_COUNTED = 1_000  # articles
MAX_WALKED = 6_000  # articles that a walk meets in the time that finding MAX_COUNTED by keys takes
SHOWN = 10
MAX_FOUND_SOURCES = 500
MAX_LISTED = 100  # values of one field that is looked at by itself
DAY_FILTERS = {"month", "since", "until"}


@dataclass(frozen=True, slots=True)
class Field:
    """What is counted, how it is called, and the SQL of its values in a row of `counted`."""

    label: str
    values: str
    order: str = "n DESC, value"
    names: dict[str, str] | None = None


COPIES_SQL = """CASE WHEN original_id IS NOT NULL THEN 'copy' WHEN EXISTS (
    SELECT FROM catalog_article AS c WHERE c.original_id = counted.id AND c.deleted_at IS NULL
) THEN 'copied' ELSE 'unique' END"""
FIELDS = {
    "source": Field(_("Source"), "source_id::text"),
    "author": Field(_("Author"), "unnest(authors)"),
    "language": Field(_("Language"), "language"),
    "month": Field(
        _("Month"), "to_char(published AT TIME ZONE %(zone)s, 'YYYY-MM')", "value DESC"
    ),
    "tag": Field(_("Tag"), "unnest(tags)"),
    "label": Field(_("Label"), "unnest(labels)"),
    "run": Field(_("Added by run"), "unnest(runs)::text"),
    "has_code": Field(
        _("Code"), "CASE WHEN has_code THEN 'yes' ELSE 'no' END", names=HAS_CODE
    ),
    "code": Field(_("Code language"), "unnest(code_languages)"),
    "imports": Field(_("Imports"), "unnest(imports)"),
    "copies": Field(_("Near duplicates"), COPIES_SQL, names=COPIES),
    "license": Field(_("License"), "license"),
    "rights": Field(_("Rights"), "unnest(rights)", names=RIGHTS),
    # Nearly all are not gone, so only those that are have a line.
    "gone": Field(
        _("Original page"),
        "CASE WHEN gone_at IS NOT NULL THEN 'yes' END",
        names=GONE,
    ),
}
COLUMNS = (
    "id, source_id, authors, language, published, tags, labels, runs, has_code,"
    " code_languages, imports, original_id, gone_at, license, rights"
)
TABLE = """counted_{number} AS MATERIALIZED (
    SELECT {columns} FROM catalog_article WHERE id = ANY(%(ids_{number})s::bigint[])
)"""
COUNT = """(
    SELECT '{name}' AS field, value, count(*) AS n
    FROM (SELECT {values} AS value FROM counted_{number} AS counted) AS each
    WHERE value <> ''{matching} GROUP BY value
    ORDER BY coalesce(value = {selected}, false) DESC, {order} LIMIT %(shown)s
)"""
# Either part of a value, or, of sources, one of these.
MATCHING = " AND strpos(lower(value), lower(%(find)s)) > 0"
MATCHING_SOURCE = " AND value = ANY(%(found_sources)s)"
SELECTED_SOURCE = "(SELECT id::text FROM catalog_source WHERE host = %(source)s)"
Counts = dict[str, list[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a facet; `query` switches it on, or off where it is selected."""

    name: str
    label: str
    count: int
    selected: bool
    query: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A field with its most frequent values; `values` is None where counting took too long.

    `of` is "" where the counts are exact, "about" where they are estimates, "newest" where they are
    counts of the `counted` newest.
    """

    name: str
    label: str
    values: list[Choice] | None
    of: str = ""
    counted: int = 0


class Total(NamedTuple):
    """How many articles match, and what that is a count of, as with a facet."""

    number: int
    of: str
    counted: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many values of a field are wanted, and what their text must have."""

    limit: int = SHOWN
    find: str = ""
    sources: list[str] = field(default_factory=list)  # ids of those that have it

    def has(self, name: str, value: str) -> bool:
        """Tell whether a value is wanted."""
        if not self.find:
            return True
        if name == "source":
            return value in self.sources
        return self.find.lower() in value.lower()

    def condition(self, name: str) -> str:
        """Return the same as SQL."""
        if not self.find:
            return ""
        if name == "source":
            return MATCHING_SOURCE
        return MATCHING


@dataclass(frozen=True, slots=True)
class Group:
    """Facets that are counted together: the ids of what is counted, and `of` as with a facet."""

    names: list[str]
    ids: list[int]
    of: str
    known: Counts | None = None  # where nothing need be counted


def facets(query: QueryDict, rows: QuerySet[Article]) -> list[Facet]:
    """Return the facets of a filtered catalogue."""
    filters = ArticleFilter(query, rows)
    factor = limit_factor()
    deadline = monotonic() + TOTAL_MS * factor / 1000
    groups = _groups(filters, query, deadline, factor)
    count_ms = max(COUNT_MS * factor, _ms_until(deadline))
    counts = _counts(groups, query, count_ms)
    sources = _sources(key for key, _ in counts.get("source", []))
    group_of = {name: group for group in groups for name in group.names}
    return [
        _facet(name, query, counts.get(name), group_of[name], sources)
        for name in FIELDS
    ]


def facet_values(
    name: str, query: QueryDict, rows: QuerySet[Article], find: str = ""
) -> Facet:
    """Return one facet with up to MAX_LISTED values, those whose text has `find`."""
    filters = ArticleFilter(query, rows)
    factor = limit_factor()
    group = _group_without(filters, name, TOTAL_MS * factor, factor, MAX_LISTED)
    wanted = Wanted(MAX_LISTED, find, _found_sources(name, find))
    counts = _counts([group], query, COUNT_MS * factor, wanted)
    values = counts.get(name)
    if values is not None and group.known:
        values = [each for each in values if wanted.has(name, each[0])]
    sources = _sources(key for key, _ in counts.get("source", []))
    return _facet(name, query, values, group, sources)


def _found_sources(name: str, find: str) -> list[str]:
    """Return the ids of the sources whose host or name has this."""
    if name != "source" or not find:
        return []
    named = Source.objects.filter(Q(host__icontains=find) | Q(name__icontains=find))
    return [str(pk) for pk in named.values_list("pk", flat=True)[:MAX_FOUND_SOURCES]]


def _counts(
    groups: list[Group],
    query: QueryDict,
    limit_ms: float,
    wanted: "Wanted | None" = None,
) -> Counts:
    """Return what is known of the groups, and what can be counted of them in time."""
    to_count = [group for group in groups if group.ids]
    asked = wanted or Wanted()
    counts = with_statement_timeout(limit_ms, lambda: _count(to_count, query, asked))
    known = counts or {}
    for group in groups:
        known |= group.known or {}
    return known


def _ms_until(deadline: float) -> float:
    return (deadline - monotonic()) * 1000


def _groups(
    filters: ArticleFilter, query: QueryDict, deadline: float, factor: int
) -> list[Group]:
    """Return one group for all fields without a filter, and one for each field with one."""
    filtered = [name for name in FIELDS if query.get(name)]
    rest = [name for name in FIELDS if name not in filtered]
    groups = [_group(filters, rest, factor)]
    for name in filtered:
        left_ms = _ms_until(deadline) - COUNT_MS * factor
        groups.append(_group_without(filters, name, left_ms, factor))
    return groups


def _group(filters: ArticleFilter, names: list[str], factor: int) -> Group:
    """Return what is counted for the fields that have no filter."""
    if not _active(filters):
        known = facet_estimates(names, SHOWN, over=MAX_COUNTED)
        if known:
            return Group(names, [], "about", known)
    return _found_group(names, newest_of(filters, "", scaled(ALL_BUDGET, factor)))


def _group_without(
    filters: ArticleFilter,
    name: str,
    left_ms: float,
    factor: int,
    limit: int = SHOWN,
) -> Group:
    """Return what is counted for one field, without its own filter."""
    if not _active(filters, name):
        known = facet_estimates([name], limit, over=MAX_COUNTED)
        if known:
            return Group([name], [], "about", known)
    if left_ms < MIN_LOOK_MS:
        return Group([name], [], "")
    find_ms = FIND_ONE_MS * factor
    budget = TimeBudget(find_ms, find_ms, final_ms=0, max_looks=2, total_ms=left_ms)
    return _found_group([name], newest_of(filters, name, budget))


def _found_group(names: list[str], found: Ids) -> Group:
    ids, complete = found
    if not complete:
        return Group(names, ids, "newest")
    if not ids:
        return Group(names, ids, "", {name: [] for name in names})
    return Group(names, ids, "")


def _active(filters: ArticleFilter, excluded: str = "") -> set[str]:
    return {
        name for name in filters.filters if filters.data.get(name) and name != excluded
    }


def newest_of(filters: ArticleFilter, excluded: str, budget: TimeBudget) -> Ids:
    """Return the ids of up to MAX_COUNTED that match all filters but one, the newest, and whether
    these are all."""
    rows = filters.excluding(excluded)
    keyed = filters.by_keys(excluded)
    if keyed is not None:
        matches, walked = expected_rows(rows, filters.walked_rows(excluded))
        walk_is_long = MAX_COUNTED * walked > MAX_WALKED * matches
        if walk_is_long:
            return newest(
                keyed, MAX_COUNTED, column=BY_KEYS, matches=matches, budget=budget
            )
        return newest(rows, MAX_COUNTED, matches=matches, budget=budget)
    search = None
    if (
        filters.search
        and filters.search.words
        and not _active(filters, excluded) & DAY_FILTERS
    ):
        search = filters.search
    return newest(rows, MAX_COUNTED, search, budget=budget)


def _count(groups: list[Group], query: QueryDict, wanted: Wanted) -> Counts:
    """Count all fields by one statement."""
    if not groups:
        return {}
    given: dict[str, Any] = {
        "shown": wanted.limit,
        "zone": settings.TIME_ZONE,
        "find": wanted.find,
        "found_sources": wanted.sources,
    }
    tables = []
    parts = []
    counts: Counts = {}
    for number, group in enumerate(groups):
        # As one text: PostgreSQL takes a list of a thousand numbers for a thousand expressions.
        given[f"ids_{number}"] = f"{{{','.join(map(str, group.ids))}}}"
        tables.append(TABLE.format(number=number, columns=COLUMNS))
        for name in group.names:
            given[name] = query.get(name)
            counts[name] = []
            parts.append(_count_sql(name, number, wanted.condition(name)))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(tables)} {' UNION ALL '.join(parts)}", given)
        for name, value, number in cursor.fetchall():
            counts[name].append((value, number))
    return counts


def _count_sql(name: str, number: int, matching: str) -> str:
    counted = FIELDS[name]
    selected = f"%({name})s"
    if name == "source":
        selected = SELECTED_SOURCE
    return COUNT.format(
        name=name,
        number=number,
        values=counted.values,
        order=counted.order,
        selected=selected,
        matching=matching,
    )


def _sources(ids: Iterable[str]) -> dict[str, Source]:
    found = Source.objects.in_bulk([int(each) for each in ids])
    return {str(pk): source for pk, source in found.items()}


def _facet(
    name: str,
    query: QueryDict,
    counts: list[tuple[str, int]] | None,
    group: Group,
    sources: dict[str, Source],
) -> Facet:
    shown = FIELDS[name]
    field_label = gettext(shown.label)
    if counts is None:
        return Facet(name, field_label, None)
    choices = []
    for value, number in counts:
        label = value
        if shown.names and value in shown.names:
            label = gettext(shown.names[value])
        if name == "source":
            if value not in sources:
                continue
            label = str(sources[value])
            value = sources[value].host
        if name == "license":
            label = license_label(value)
        choices.append(_choice(name, query, value, label, number))
    return Facet(name, field_label, choices, group.of, len(group.ids))


def _choice(name: str, query: QueryDict, value: str, label: str, count: int) -> Choice:
    rest = without(query, name)
    selected = query.get(name) == value
    if not selected:
        rest = "&".join(filter(None, [rest, urlencode({name: value})]))
    return Choice(value, label, count, selected, rest)


def total(found: list[Facet]) -> Total | None:
    """Return how many articles match: an article has code or has none."""
    for facet in found:
        if facet.name == "has_code" and facet.values:
            selected = [value for value in facet.values if value.selected]
            number = sum(value.count for value in selected or facet.values)
            return Total(number, facet.of, facet.counted)
    return None
