"""Lists: a page's filter and its pages by key, as parameters of a route and as links from page to
page."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Generic, TypeVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from ninja import Query, Schema

from pipeline.api.app import InvalidInput, errors_of

Item = TypeVar("Item")
POSITION = ("before", "after", "limit", "sort")
TYPES: tuple[tuple[type, dict[str, Any]], ...] = (
    (django_filters.NumberFilter, {"type": "integer"}),
    (django_filters.BooleanFilter, {"type": "boolean"}),
    (django_filters.IsoDateTimeFilter, {"type": "string", "format": "date-time"}),
)


Limit = Annotated[int, Query(ge=1, le=200)]


class Listed(Schema, Generic[Item]):
    """A part of a list; `next` and `previous` are the addresses of the parts beside it."""

    items: list[Item]
    next: str | None
    previous: str | None


def filtered(
    chosen: type[django_filters.FilterSet], request: HttpRequest, rows: QuerySet[Any]
) -> QuerySet[Any]:
    """Return the rows that match the request's query. A page ignores what is invalid; a program
    is told.

    Raises InvalidInput.
    """
    return parse_filter(chosen, request.GET, rows, *POSITION)


def parse_filter(
    chosen: type[django_filters.FilterSet],
    query: QueryDict,
    rows: QuerySet[Any],
    *more: str,
) -> QuerySet[Any]:
    """Return the rows that match a query, which may name `more` than the filter. Raises
    InvalidInput."""
    known = [*chosen.base_filters, *more]
    unknown = {
        name: [f"No such parameter. Parameters: {', '.join(known)}"]
        for name in set(query) - {*known}
    }
    filters = chosen(query, rows)
    if unknown or not filters.is_valid():
        raise InvalidInput(errors_of(filters.errors) | unknown)
    return filters.qs


def parameters(chosen: type[django_filters.FilterSet], *more: str) -> dict[str, Any]:
    """Return the filter's fields for the description of a route, read from the filter, so that they
    are always its own."""
    fields = [
        _parameter(name, str(each.label or ""), _type(each))
        for name, each in chosen.base_filters.items()
    ]
    return {
        "parameters": fields
        + [
            _parameter(name, "as in `next` and `previous`", {"type": "string"})
            for name in more
        ]
    }


def _parameter(name: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": text,
        "schema": schema,
    }


def _type(each: django_filters.Filter) -> dict[str, Any]:
    found: dict[str, Any] = next(
        (schema for kind, schema in TYPES if isinstance(each, kind)), {"type": "string"}
    )
    choices = each.extra.get("choices")
    if isinstance(choices, list):
        return {**found, "enum": [value for value, _ in choices if value != ""]}
    return found


KEYS = {
    "parameters": [
        _parameter(name, "as in `next` and `previous`", {"type": "string"})
        for name in ("before", "after")
    ]
}


def listed(
    request: HttpRequest,
    rows: Iterable[Any],
    older: object,
    newer: object,
    show: Callable[[Any], Any] = lambda row: row,
) -> dict[str, Any]:
    """Return a part of a list, from the keys that the page's pager uses."""
    items = [show(row) for row in rows]
    return {
        "items": items,
        "next": _link(request, "before", older),
        "previous": _link(request, "after", newer),
    }


def username(request: HttpRequest) -> str:
    """Return who asks, for the rows that say so."""
    return request.user.get_username()


def _link(request: HttpRequest, name: str, key: object) -> str | None:
    if not key:
        return None
    query = request.GET.copy()
    for each in ("before", "after"):
        query.pop(each, None)
    query[name] = str(key)
    return f"{request.path}?{query.urlencode()}"
