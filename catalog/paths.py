"""Paths of pages, by the names of their routes.

A page has hundreds of links, and Django works each of them out anew. All paths of a route differ in
the numbers and names of their objects alone: the route is asked once, and these are put in.
"""

import re
from functools import lru_cache

from django.urls import (
    NoReverseMatch,
    get_resolver,
    get_script_prefix,
    get_urlconf,
    reverse,
)
from django.urls.resolvers import URLResolver

# In no path: they stand for a number or a name while a route is asked.
NUMBER = 7_000_000_000_000
NAME = "a-name-that-no-path-has-"
PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+")  # is not quoted in a path


def path_to(route: str, *args: object) -> str:
    """Return the path of a page, as `reverse` does."""
    kinds = tuple(map(_kind, args))
    if None not in kinds:
        form = _form(route, kinds, get_resolver(get_urlconf()), get_script_prefix())
        if form:
            return form % args
    return reverse(route, args=args)


def _kind(value: object) -> type | None:
    if type(value) is int and value >= 0:
        return int
    if isinstance(value, str) and PLAIN_NAME.fullmatch(value):
        return str
    return None


@lru_cache(maxsize=1_000)
def _form(
    route: str, kinds: tuple[type, ...], _routes: URLResolver, _prefix: str
) -> str:
    """Return the path of a route with a placeholder for each number and name; "" where Django has
    to be asked, as for a name that stands for a number."""
    stand_ins: list[int | str] = []
    for place, kind in enumerate(kinds):
        if kind is int:
            stand_ins.append(NUMBER + place)
        else:
            stand_ins.append(f"{NAME}{place}")
    try:
        form = reverse(route, args=stand_ins).replace("%", "%%")
    except NoReverseMatch:
        return ""
    for stand_in in stand_ins:
        form = form.replace(str(stand_in), "%s", 1)
    return form
