"""What a reader marks for themselves, and the way from article to article of a list."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.marks import VERBS, done, mark, marks_of
from catalog.models import Article
from catalog.paging import parse_id
from catalog.selection import selection
from catalog.steps import step
from catalog.views.bulk import back
from catalog.views.parts import LIST, list_address

ONE = "one"  # a button of one article: its id and the verb


@require_POST
def mark_articles(request: HttpRequest) -> HttpResponse:
    """Mark the selected articles as `mark` says, or the one whose button was pressed."""
    pk_text, _, verb = request.POST.get(ONE, "").partition(" ")
    pk = parse_id(pk_text)
    if pk is None:
        return _mark_selected(request)
    _mark(request, [pk], verb)
    if getattr(request, "htmx", False):
        return _buttons(request, pk)
    if verb == "unread" or "article" not in request.POST:
        return redirect(f"{_list_of(request)}#article-{pk}")
    return back(request)


def _mark_selected(request: HttpRequest) -> HttpResponse:
    verb = request.POST.get("mark", "")
    articles = selection(request.POST, request.user.pk)
    changed = _mark(request, articles, verb)
    if articles:
        messages.success(request, done(verb, changed))
    else:
        messages.info(request, _("No articles selected."))
    return redirect(_list_of(request))


def _mark(request: HttpRequest, articles: list[int], verb: str) -> int:
    if verb not in VERBS or request.user.pk is None:
        raise Http404
    return mark(request.user.pk, articles, verb, timezone.now())


def _list_of(request: HttpRequest) -> str:
    """Return the address of the list as it was, with its page."""
    given = request.POST.get(LIST, request.POST.get("query", ""))
    return list_address(given)


def _buttons(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the buttons of one article as they are now."""
    article = get_object_or_404(Article.objects.live().for_lists(), pk=pk)
    article.mark = marks_of(request.user.pk, [article]).get(pk)
    return render(request, "catalog/_marks.html", {"article": article})


@require_safe
def next_article(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the article after this one in the list that `list` names."""
    return _go(request, pk, forward=True)


@require_safe
def previous_article(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the article before this one in the list."""
    return _go(request, pk, forward=False)


def _go(request: HttpRequest, pk: int, forward: bool) -> HttpResponse:
    article = get_object_or_404(Article.objects.live().for_lists(), pk=pk)
    given = request.GET.get(LIST, "")
    found = step(article, QueryDict(given), request.user.pk, forward)
    if found:
        query = QueryDict(mutable=True)
        query[LIST] = given
        return redirect(f"{reverse('article', args=[found.pk])}?{query.urlencode()}")
    if forward:
        messages.info(request, _("That was the last article of the list."))
    else:
        messages.info(request, _("That was the first article of the list."))
    return redirect(list_address(given))
