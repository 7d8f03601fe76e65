"""How many articles each value of a field would leave: counted without that field's own filter, and never for long.

Where few enough fit, the counts are exact. Where more fit, the newest are counted, or, of the whole catalogue, the
statistics that PostgreSQL keeps are shown; either is said with the numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict

from catalog.filters import COPIES, ArticleFilter, without
from catalog.models import Article, Source
from catalog.search.estimates import estimates, expected
from catalog.search.newest import BY_KEYS, LEAST, Patience, newest
from catalog.search.timeouts import in_time

PATIENCE = 75  # milliseconds to find and to count all
COUNTING = 25  # milliseconds of these are left to the counts
REST = 40  # milliseconds to find what is counted with all filters
ONE = 20  # milliseconds to find what is counted without the filter of one field, once that is found
FIRST = Patience(REST, last=REST, together=REST)
COUNTED = 1_000  # articles
WALKED = 6_000  # articles that a walk meets in the time that it takes to find as many as are COUNTED by their keys
SHOWN = 10
DAYS = {"month", "since", "until"}  # the filters that leave some days only
HAS_CODE = {"yes": "with code", "no": "without code"}


@dataclass(frozen=True, slots=True)
class Field:
    """What is counted, how it is called, and the SQL of its values in a row of `chosen`."""

    label: str
    values: str
    order: str = "n DESC, value"
    names: dict[str, str] | None = None


FIELDS = {
    "source": Field("Source", "source_id::text"),
    "language": Field("Language", "language"),
    "month": Field("Month", "to_char(published AT TIME ZONE %(zone)s, 'YYYY-MM')", "value DESC"),
    "tag": Field("Tag", "unnest(tags)"),
    "label": Field("Label", "unnest(labels)"),
    "run": Field("Stored by run", "unnest(runs)::text"),
    "has_code": Field("Code", "CASE WHEN has_code THEN 'yes' ELSE 'no' END", names=HAS_CODE),
    "code": Field("Code in", "unnest(code_languages)"),
    "imports": Field("Imports", "unnest(imports)"),
    "copies": Field(
        "Near duplicates",
        "CASE WHEN original_id IS NOT NULL THEN 'copy' WHEN EXISTS (SELECT FROM catalog_article AS c "
        "WHERE c.original_id = chosen.id AND c.deleted IS NULL) THEN 'copied' ELSE 'unique' END",
        names=COPIES,
    ),
}
CHOSEN = "chosen_{number} AS MATERIALIZED (SELECT {columns} FROM catalog_article WHERE id = ANY(%(ids_{number})s::bigint[]))"
COUNT = """(
    SELECT '{name}' AS field, value, count(*) AS n
    FROM (SELECT {values} AS value FROM chosen_{number} AS chosen) AS each
    WHERE value <> '' GROUP BY value ORDER BY coalesce(value = {chosen}, false) DESC, {order} LIMIT %(shown)s
)"""
SOURCE = "(SELECT id::text FROM catalog_source WHERE host = %(source)s)"
COLUMNS = "id source_id language published tags labels runs has_code code_languages imports original_id".split()


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a facet; `query` switches it on, or off where it is chosen."""

    name: str
    label: str
    count: int
    chosen: bool
    query: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A field with its most frequent values; `values` is None where counting took too long.

    `of` is "" where the counts are exact, else what they are counts of.
    """

    name: str
    label: str
    values: list[Choice] | None
    of: str = ""


Counts = dict[str, list[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Group:
    """Facets that are counted together: the ids of what is counted, and what these are."""

    names: list[str]
    ids: list[int]
    of: str
    known: Counts | None = None  # where nothing need be counted


def facets(query: QueryDict, rows: QuerySet[Article]) -> list[Facet]:
    """The facets of a filtered catalogue."""
    filters = ArticleFilter(query, rows)
    active = [name for name in FIELDS if query.get(name)]
    rest = [name for name in FIELDS if name not in active]
    end = monotonic() + PATIENCE / 1000
    groups = [_group(rest, filters)]
    groups += [
        _group([name], filters, name, (end - monotonic()) * 1000 - COUNTING) for name in active
    ]
    left = max(COUNTING, (end - monotonic()) * 1000)
    counts = in_time(left, lambda: _count([group for group in groups if group.ids], query)) or {}
    for group in groups:
        counts |= group.known or {}
    hosts = _hosts(key for key, _ in counts.get("source", []))
    kinds = {name: group.of for group in groups for name in group.names}
    return [_facet(name, query, counts.get(name), kinds[name], hosts) for name in FIELDS]


def _group(names: list[str], filters: ArticleFilter, besides: str = "", left: float = 0) -> Group:
    """What is counted for these fields; without the filter `besides`, for which milliseconds are `left`."""
    set_ones = [name for name in filters.filters if filters.data.get(name) and name != besides]
    if not set_ones and (known := estimates(names, SHOWN, over=COUNTED)):
        return Group(names, [], "about", known)
    if besides and left < LEAST:
        return Group(names, [], "")
    ids, whole = newest_of(
        filters, besides, Patience(ONE, ONE, last=0, looks=2, together=left) if besides else FIRST
    )
    nothing: Counts | None
    if whole and not ids:
        nothing = {name: [] for name in names}
    else:
        nothing = None
    return Group(names, ids, "" if whole else f"of the newest {len(ids):,}", nothing)


def newest_of(filters: ArticleFilter, besides: str, patience: Patience) -> tuple[list[int], bool]:
    """The ids of up to COUNTED that fit all filters but this one, the newest, and whether these are all."""
    rows = filters.besides(besides)
    keyed = filters.by_keys(besides)
    if keyed is not None:
        fits, walked = expected(rows, filters.in_order(besides))
        if (
            COUNTED * walked > WALKED * fits
        ):  # so many a walk in the order of the list would look at
            return newest(keyed, COUNTED, column=BY_KEYS, fits=fits, patience=patience)
        return newest(rows, COUNTED, fits=fits, patience=patience)
    set_ones = {name for name in filters.filters if filters.data.get(name) and name != besides}
    if filters.search and filters.search.words and DAYS.isdisjoint(set_ones):
        searched = filters.search
    else:
        searched = None
    return newest(rows, COUNTED, searched, patience=patience)


def _count(groups: list[Group], query: QueryDict) -> Counts:
    """One statement counts them all."""
    if not groups:
        return {}
    given: dict[str, Any] = {"shown": SHOWN, "zone": settings.TIME_ZONE}
    tables = []
    parts = []
    for number, group in enumerate(groups):
        # As one text: PostgreSQL takes a list of a thousand numbers for a thousand expressions.
        given[f"ids_{number}"] = f"{{{','.join(map(str, group.ids))}}}"
        tables.append(CHOSEN.format(number=number, columns=", ".join(COLUMNS)))
        for name in group.names:
            field = FIELDS[name]
            given[name] = query.get(name)
            if name == "source":
                chosen = SOURCE
            else:
                chosen = f"%({name})s"
            parts.append(
                COUNT.format(
                    name=name, number=number, values=field.values, order=field.order, chosen=chosen
                )
            )
    counts: Counts = {name: [] for group in groups for name in group.names}
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(tables)} {' UNION ALL '.join(parts)}", given)
        for name, value, number in cursor.fetchall():
            counts[name].append((value, number))
    return counts


def _hosts(keys: Iterable[str]) -> dict[str, Source]:
    """The sources by their keys as text."""
    return {
        str(pk): source for pk, source in Source.objects.in_bulk([int(key) for key in keys]).items()
    }


def _facet(
    name: str,
    query: QueryDict,
    counts: list[tuple[str, int]] | None,
    of: str,
    hosts: dict[str, Source],
) -> Facet:
    field = FIELDS[name]
    if counts is None:
        return Facet(name, field.label, None)
    if name == "source":
        lines = [
            (hosts[key].host, str(hosts[key]), number) for key, number in counts if key in hosts
        ]
    else:
        lines = [(key, (field.names or {}).get(key, key), number) for key, number in counts]
    now = query.get(name)
    rest = without(query, name)
    return Facet(name, field.label, [_choice(name, now, rest, *line) for line in lines], of)


def _choice(name: str, now: str | None, rest: str, key: str, label: str, count: int) -> Choice:
    chosen = now == key
    if chosen:
        on = rest
    else:
        on = f"{rest}{'&' if rest else ''}{urlencode({name: key})}"
    return Choice(key, label, count, chosen, on)


def total(found: list[Facet]) -> tuple[int, str] | None:
    """How many articles fit, and what that is a count of: an article has code or has none."""
    code = next((facet for facet in found if facet.name == "has_code" and facet.values), None)
    if code is None or code.values is None:
        return None
    return sum(
        value.count for value in [v for v in code.values if v.chosen] or code.values
    ), code.of
