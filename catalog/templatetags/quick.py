"""Tags and filters of Django that pages use hundreds of times, with a short way for the usual case.

What they render is what Django's render. Templates have them without `load`: see TEMPLATES in the
settings.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from unicodedata import is_normalized
from urllib.parse import urlencode

from django import template
from django.http import QueryDict
from django.template import defaultfilters, defaulttags
from django.template.base import Node, Parser, Token
from django.template.defaultfilters import stringfilter
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from catalog.paths import path_to

register = template.Library()


class PathNode(Node):
    """The path of a page whose name stands in the template."""

    child_nodelists = ()

    def __init__(self, node: defaulttags.URLNode) -> None:
        self.name = node.view_name.var
        self.args = node.args

    def render(self, context: Any) -> SafeString:
        args = [arg.resolve(context) for arg in self.args]
        path = path_to(self.name, *args)
        if context.autoescape:
            return conditional_escape(path)
        return SafeString(path)


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """Django's `url`."""
    node = defaulttags.url(parser, token)
    name = node.view_name
    is_fixed = isinstance(name.var, str) and not name.filters
    if not is_fixed or node.kwargs or node.asvar or ":" in name.var:
        return node
    return PathNode(node)


@register.simple_tag(takes_context=True)
def querystring(
    context: Any, query_dict: QueryDict | None = None, **changed: Any
) -> str:
    """Django's `querystring`."""
    if query_dict is None:
        query_dict = context.request.GET
    return changed_query(query_dict, changed)


def changed_query(asked: QueryDict, changed: Mapping[str, Any]) -> str:
    """Return a query with other values, and without those that are None.

    Django copies each value of the query, however deep.
    """
    params = dict(asked.lists())
    for name, value in changed.items():
        if value is None:
            params.pop(name, None)
        elif isinstance(value, Iterable) and not isinstance(value, str):
            params[name] = list(value)
        else:
            params[name] = [value]
    if not params and not asked:
        return ""
    return f"?{urlencode(params, doseq=True)}"


@register.filter(is_safe=True)
@stringfilter
def truncatechars(text: str, most: Any) -> str:
    """Django's `truncatechars`, which looks at each character of a short text, too."""
    if isinstance(most, int) and 0 < len(text) <= most and is_normalized("NFC", text):
        return text
    return defaultfilters.truncatechars(text, most)
