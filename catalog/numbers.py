"""Numbers as people read them."""

from functools import lru_cache
from typing import Any

from django.contrib.humanize.templatetags import humanize
from django.utils.translation import get_language


def intcomma(value: Any) -> str:
    """Return a number with its thousands apart, as the language has it: humanize's `intcomma`."""
    if type(value) is not int:
        return humanize.intcomma(value)
    if -1000 < value < 1000:
        return str(value)
    return _grouped(value, get_language())


# A page of runs has hundreds of numbers, many of them the same.
@lru_cache(maxsize=10_000)
def _grouped(value: int, _language: str | None) -> str:
    return humanize.intcomma(value)
