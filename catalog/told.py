"""Sentences with a number, in the language of the reader."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import ngettext


def counted(one: str, many: str, number: int, **values: object) -> str:
    """Return the sentence for this number, which is `%(number)s` in both; `values` are what else
    is in them."""
    return ngettext(one, many, number) % {"number": intcomma(number), **values}
