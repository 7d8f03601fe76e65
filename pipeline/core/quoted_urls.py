"""URLs in texts, JSON and HTML: found, and taken out. Pure: which are erased is asked of a
function."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

from pipeline.core.url import BadURL, normal_form

URL = re.compile(r"https?://[^\s\"'<>\\]{1,2000}")
AFTER_IT = ".,;:!?)]}"  # what a sentence puts behind a URL
HREF = re.compile(r'\shref="([^"]*)"')
TAKEN_OUT = "erased"
IsErased = Callable[[str], bool]  # asked of a URL's normal form


def key_of(url: str) -> str:
    """Return a URL's normal form, "" for what is none."""
    try:
        return normal_form(url)
    except BadURL:
        return ""


def keys_in(value: Any) -> set[str]:
    """Return the normal forms of all URLs in a text, or in the texts of some JSON."""
    found = set()
    for text in _texts(value):
        for match in URL.finditer(text):
            found.update({key_of(match[0]), key_of(match[0].rstrip(AFTER_IT))})
    return found - {""}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(name)
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def without_urls(value: Any, is_erased: IsErased) -> Any:
    """Return a text or JSON without the URLs that were erased."""
    if isinstance(value, str):
        return URL.sub(lambda match: _replaced(match[0], is_erased), value)
    if isinstance(value, dict):
        return {
            without_urls(name, is_erased): without_urls(each, is_erased)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [without_urls(each, is_erased) for each in value]
    return value


def _replaced(url: str, is_erased: IsErased) -> str:
    if is_erased(key_of(url)):
        return TAKEN_OUT
    bare = url.rstrip(AFTER_IT)
    if is_erased(key_of(bare)):
        return TAKEN_OUT + url[len(bare) :]
    return url


def without_links(markup: str, is_erased: IsErased) -> str:
    """Return some HTML whose links to pages that were erased lead nowhere; their words stay."""

    def href(match: re.Match[str]) -> str:
        if is_erased(key_of(unescape(match[1]))):
            return ""
        return match[0]

    return str(without_urls(HREF.sub(href, markup), is_erased))
