"""Where the command palette can go besides pages: saved views and sources, as JSON."""

from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog import saved_views
from catalog.models import Source

MAX_WORDS_LENGTH = 100  # characters
MAX_VIEWS = 8
MAX_SOURCES = 8
Target = dict[str, str]  # kind, label, url


@require_safe
def jump_targets(request: HttpRequest) -> JsonResponse:
    """Return the saved views and the sources whose name has the text in `q`."""
    words = request.GET.get("q", "")[:MAX_WORDS_LENGTH].strip()
    targets = [*_views(request.user.pk, words), *_sources(words)]
    if words:
        targets.append(_search(words))
    return JsonResponse({"items": targets})


def _views(user_id: int | None, words: str) -> list[Target]:
    found = saved_views.visible_to(user_id).filter(name__icontains=words)
    return [
        {"kind": _("Saved view"), "label": view.name, "url": view.get_absolute_url()}
        for view in found.order_by("name")[:MAX_VIEWS]
    ]


def _sources(words: str) -> list[Target]:
    if not words:
        return []
    named = Q(host__icontains=words) | Q(name__icontains=words)
    found = Source.objects.filter(named).order_by("host")[:MAX_SOURCES]
    return [
        {
            "kind": _("Source"),
            "label": str(source),
            "url": _articles(source=source.host),
        }
        for source in found
    ]


def _search(words: str) -> Target:
    label = _("Search articles for “%(words)s”") % {"words": words}
    return {"kind": _("Search"), "label": label, "url": _articles(q=words)}


def _articles(**query: str) -> str:
    return f"{reverse('articles')}?{urlencode(query)}"
