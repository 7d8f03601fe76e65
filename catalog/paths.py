"""Paths of pages, by the names of their routes.

A page has hundreds of links, and Django works each of them out anew. All paths of a route differ in
their numbers alone: the route is asked once, and the numbers are put in.
"""

from functools import lru_cache

from django.urls import get_resolver, get_script_prefix, get_urlconf, reverse
from django.urls.resolvers import URLResolver

# In no path: each stands for a number of an object while a route is asked.
STAND_INS = (7_000_000_000_001, 7_000_000_000_002, 7_000_000_000_003)


def path_to(name: str, *args: object) -> str:
    """Return the path of a page, as `reverse` does."""
    if len(args) > len(STAND_INS) or not all(map(_is_number, args)):
        return reverse(name, args=args)
    form = _form(name, len(args), get_resolver(get_urlconf()), get_script_prefix())
    return form % args


def _is_number(value: object) -> bool:
    return type(value) is int and value >= 0


@lru_cache(maxsize=1_000)
def _form(name: str, numbers: int, _routes: URLResolver, _prefix: str) -> str:
    """Return the path of a route with a placeholder for each number."""
    stand_ins = STAND_INS[:numbers]
    form = reverse(name, args=stand_ins).replace("%", "%%")
    for stand_in in stand_ins:
        form = form.replace(str(stand_in), "%d", 1)
    return form
