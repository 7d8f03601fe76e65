"""Actions on many articles: those that were selected in the list, or all that match its filter."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from catalog import labels, trash
from catalog.facets import newest_of
from catalog.filters import ArticleFilter, without
from catalog.models import Article
from catalog.paging import parse_id
from catalog.search.newest import TimeBudget
from catalog.search.timeouts import with_statement_timeout
from catalog.selection import MAX_SELECTED, selection
from catalog.told import counted
from catalog.views.parts import list_address

log = structlog.get_logger(__name__)
# What somebody can do with all matches for themselves.
MARKS = [
    ("read", gettext_noop("Mark as read")),
    ("unread", gettext_noop("Mark as unread")),
    ("archive", gettext_noop("Archive")),
    ("unarchive", gettext_noop("Remove from archive")),
]
MAX_COUNTED = 100_000
COUNT_MS = 40
# To find some of the matches, where counting them takes longer.
SAMPLE_BUDGET = TimeBudget(few_ms=20, days_ms=20, final_ms=0, max_looks=2, total_ms=30)


@dataclass(frozen=True, slots=True)
class Matches:
    """How many articles match a filter: `number`, or more where not `exact`; `upto` is the newest
    id."""

    number: int
    exact: bool
    upto: int

    @property
    def affected(self) -> int:
        """How many of them an action changes."""
        return min(self.number, MAX_SELECTED)


@require_safe
def article_all(request: HttpRequest) -> HttpResponse:
    """Offer what can be done with all articles that match, and say how many these are."""
    rows = Article.objects.live().for_reader(request.user.pk)
    filters = ArticleFilter(request.GET, rows)
    matches = None
    if filters.is_valid():
        matches = count_matches(filters)
    context = {
        "matches": matches,
        "filter": filters,
        "active": filters.active(request.GET),
        "query": without(request.GET),
        "most": MAX_SELECTED,
        "marks": MARKS,
    }
    return render(request, "catalog/all.html", context)


def count_matches(filters: ArticleFilter) -> Matches:
    """Count the matches, or find at least some of them where counting takes too long."""
    rows = filters.qs.order_by()
    keyed = filters.by_keys()
    if keyed is not None:
        rows = keyed.order_by()
    number = with_statement_timeout(COUNT_MS, lambda: rows[: MAX_COUNTED + 1].count())
    upto = Article.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if number is None:
        found, complete = newest_of(filters, "", SAMPLE_BUDGET)
        return Matches(len(found), complete, upto)
    return Matches(min(number, MAX_COUNTED), number <= MAX_COUNTED, upto)


@require_POST
def article_delete(request: HttpRequest) -> HttpResponse:
    """Delete the selected articles."""
    articles = selection(request.POST, request.user.pk)
    now = timezone.now()
    deleted = trash.delete(articles, now, request.user.get_username())
    log.info(
        "articles_deleted",
        number=deleted,
        articles=articles[:100],
        by=request.user.get_username(),
    )
    if deleted:
        messages.success(request, _deleted_message(request, deleted, now))
    elif articles:
        gone = _("No articles deleted: they are no longer in the catalogue.")
        messages.info(request, gone)
    else:
        messages.info(request, _("No articles selected."))
    return back(request)


def _deleted_message(
    request: HttpRequest, number: int, deleted_at: datetime
) -> SafeString:
    """Return what was deleted, with a button that restores it: what went together has the same
    moment."""
    done = counted(
        "%(number)s article deleted and excluded from future crawls.",
        "%(number)s articles deleted and excluded from future crawls.",
        number,
    )
    return format_html(
        '<form method="post" action="{}" class="d-inline">{}'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="deleted_at" value="{}">'
        ' <button class="link-button">{}</button></form>',
        reverse("trash-do", args=["restore"]),
        done,
        get_token(request),
        deleted_at.isoformat(),
        _("Undo"),
    )


@require_POST
def article_label(request: HttpRequest) -> HttpResponse:
    """Add a label to the selected articles, or with `remove` remove it."""
    label = labels.clean(request.POST.get("label", ""))
    articles = selection(request.POST, request.user.pk)
    remove = "remove" in request.POST
    if not label:
        messages.warning(request, _("Enter a label."))
        return back(request)
    if remove:
        number = labels.remove(articles, label)
    else:
        number = labels.add(articles, label)
    log.info(
        "articles_labelled",
        label=label,
        removed=remove,
        number=number,
        by=request.user.get_username(),
    )
    _tell_labelled(request, label, number, remove, bool(articles))
    return back(request)


def _tell_labelled(
    request: HttpRequest, label: str, number: int, remove: bool, any_selected: bool
) -> None:
    if not any_selected:
        messages.info(request, _("No articles selected."))
    elif not number:
        messages.info(request, _("Nothing to change."))
    elif remove:
        removed = counted(
            "Label “%(label)s” removed from %(number)s article.",
            "Label “%(label)s” removed from %(number)s articles.",
            number,
            label=label,
        )
        messages.success(request, removed)
    else:
        added = counted(
            "Label “%(label)s” added to %(number)s article.",
            "Label “%(label)s” added to %(number)s articles.",
            number,
            label=label,
        )
        messages.success(request, added)


def back(request: HttpRequest) -> HttpResponse:
    """Redirect to the list as it was, or to the article whose page sent this."""
    article = parse_id(request.POST.get("article", ""))
    if article and Article.objects.live().filter(pk=article).exists():
        return redirect("article", article)
    return redirect(list_address(request.POST.get("query", "")))
