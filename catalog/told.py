"""Sentences with a number, in the language of the reader."""

from django.utils.translation import ngettext

from catalog.numbers import intcomma


def counted(one: str, many: str, number: int, **values: object) -> str:
    """Return the sentence for this number, which is `%(number)s` in both; `values` are what else
    is in them."""
    return ngettext(one, many, number) % {"number": intcomma(number), **values}
