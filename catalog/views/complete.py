"""What can be typed next into the search box: fields, and the values of one."""

from collections.abc import Iterator

from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.facets import FIELDS, facet_values
from catalog.marks import STATES
from catalog.models import Article
from catalog.search_fields import FILTERS, HELP, parse, recent_dates
from catalog.told import counted

MAX_TEXT_LENGTH = 500  # characters
MAX_VALUES = 8
Suggestion = dict[
    str, str
]  # text that takes the place of the last word, and what it means


@require_safe
def complete_search(request: HttpRequest) -> JsonResponse:
    """Return what the last word of `q` can become, and the fields in it that there are not."""
    text = request.GET.get("q", "")[:MAX_TEXT_LENGTH]
    word = text.rpartition(" ")[2]
    name, colon, value = word.partition(":")
    name = name.lower()
    if colon:
        items = list(_values(name, value))
    else:
        items = list(_fields(name))
    return JsonResponse({"items": items, "unknown": parse(text).unknown})


def _fields(begin: str) -> Iterator[Suggestion]:
    if not begin:
        return
    for name, meaning in HELP.items():
        if name.startswith(begin):
            yield {"text": f"{name}:", "meaning": _(meaning)}


def _values(name: str, begin: str) -> Iterator[Suggestion]:
    begin = begin.strip('"')
    for value, meaning in _known_values(name, begin):
        text = f'"{value}"' if " " in value else value
        yield {"text": f"{name}:{text}", "meaning": meaning}


def _known_values(name: str, begin: str) -> list[tuple[str, str]]:
    """Return (value, what it means) of the field's values."""
    if name == "is":
        known = [(state, _(label)) for state, label in STATES.items()]
    elif name == "date":
        known = [(day, "") for day in recent_dates(timezone.localdate())]
    else:
        return _counted_values(FILTERS.get(name, name), begin)
    return [each for each in known if each[0].startswith(begin.lower())]


def _counted_values(facet: str, begin: str) -> list[tuple[str, str]]:
    if facet not in FIELDS or facet == "month":
        return []
    found = facet_values(facet, QueryDict(), Article.objects.live(), begin)
    values = (found.values or [])[:MAX_VALUES]
    about = "~" if found.of == "about" else ""
    return [
        (value.name, f"{about}{_articles(value.count)}")
        for value in values
        if '"' not in value.name
    ]


def _articles(number: int) -> str:
    return counted("%(number)s article", "%(number)s articles", number)
