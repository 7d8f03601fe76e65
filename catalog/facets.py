"""How many articles each value of a field would leave: counted without that field's own filter, and never for long.

Where few enough fit, the counts are exact. Where more fit, the newest are counted, or, of the whole catalogue, the
statistics that PostgreSQL keeps are shown; either is said with the numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict

from catalog.estimates import estimates
from catalog.filters import COPIES, ArticleFilter
from catalog.models import Article, Source
from catalog.newest import newest
from catalog.patience import in_time

PATIENCE = 100  # milliseconds a count
COUNTED = 5_000  # articles
SHOWN = 10
POSITION = ("before", "after")
NOT_FILTERS = (*POSITION, "sort", "view")
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
COUNT = """(
    SELECT '{name}' AS field, value, count(*) AS n FROM (SELECT {values} AS value FROM chosen) AS each
    WHERE value <> '' GROUP BY value ORDER BY coalesce(value = %({name})s, false) DESC, {order} LIMIT %(shown)s
)"""
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


def facets(query: QueryDict, rows: QuerySet[Article]) -> list[Facet]:
    """The facets of a filtered catalogue."""
    active = [name for name in FIELDS if query.get(name)]
    together = [name for name in FIELDS if name not in active]
    counted = {name: _counted([name], _without(query, name), query, rows) for name in active}
    rest = _counted(together, _without(query), query, rows)
    hosts = _hosts(value for counts, _ in (*counted.values(), rest) for value, _ in (counts or {}).get("source", []))
    return [_facet(name, query, *counted.get(name, rest), hosts) for name in FIELDS]


def _without(query: QueryDict, *names: str) -> QueryDict:
    others = query.copy()
    for each in (*names, *POSITION):
        others.pop(each, None)
    return others


def _counted(
    names: list[str], filters: QueryDict, query: QueryDict, rows: QuerySet[Article]
) -> tuple[Counts | None, str]:
    """The values of these fields with their counts, None where it took too long, and what was counted."""
    everything = not any(value for name, value in filters.items() if name not in NOT_FILTERS)
    if everything and (known := estimates(names, SHOWN, over=COUNTED)):
        return known, "about"
    chosen = ArticleFilter(filters, rows)
    ids, whole = newest(chosen.qs, COUNTED, "search" if chosen.search and chosen.search.words else "")
    if not ids and not whole:
        return None, ""
    counts = in_time(PATIENCE, lambda: _count(names, ids, query))
    return counts, "" if whole else f"of the newest {len(ids):,}"


def _count(names: list[str], ids: list[int], query: QueryDict) -> Counts:
    parts = [COUNT.format(name=name, values=FIELDS[name].values, order=FIELDS[name].order) for name in names]
    columns = ", ".join(COLUMNS)
    sql = f"WITH chosen AS MATERIALIZED (SELECT {columns} FROM catalog_article WHERE id = ANY(%(ids)s)) "  # noqa: S608
    given = {"ids": ids, "shown": SHOWN, "zone": settings.TIME_ZONE}
    sources = Source.objects.filter(host=query.get("source", "")).values_list("pk", flat=True)
    chosen = {name: query.get(name) for name in names}
    if chosen.get("source"):
        chosen["source"] = str(sources.first())
    counts: Counts = {name: [] for name in names}
    with connection.cursor() as cursor:
        cursor.execute(sql + " UNION ALL ".join(parts), {**given, **chosen})
        for name, value, number in cursor.fetchall():
            counts[name].append((value, number))
    return counts


def _hosts(keys: Iterable[str]) -> dict[str, Source]:
    return {str(pk): source for pk, source in Source.objects.in_bulk([int(key) for key in keys]).items()}


def _facet(name: str, query: QueryDict, counts: Counts | None, of: str, hosts: dict[str, Source]) -> Facet:
    field = FIELDS[name]
    if counts is None:
        return Facet(name, field.label, None)
    found = counts.get(name, [])
    if name == "source":
        lines = [(hosts[key].host, str(hosts[key]), number) for key, number in found if key in hosts]
    else:
        lines = [(key, (field.names or {}).get(key, key), number) for key, number in found]
    return Facet(name, field.label, [_choice(name, query, *line) for line in lines], of)


def _choice(name: str, query: QueryDict, key: str, label: str, count: int) -> Choice:
    chosen, target = query.get(name) == key, _without(query, name)
    if not chosen:
        target[name] = key
    return Choice(key, label, count, chosen, target.urlencode())
