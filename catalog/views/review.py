"""The review list: articles of low quality, worked through one after the other."""

from urllib.parse import urlencode

import structlog
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.models import REVIEW_BELOW, Article
from catalog.paging import PAGE_SIZE
from catalog.review import next_to_review, review_page, set_reviewed

log = structlog.get_logger(__name__)
MAX_FILTER_LENGTH = 100


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """List the articles to review, the lowest quality first, with the reasons of each."""
    host = request.GET.get("source", "").strip()[:MAX_FILTER_LENGTH]
    reason = request.GET.get("reason", "").strip()[:MAX_FILTER_LENGTH]
    page = review_page(request.GET, host, reason)
    context = {
        "page": page,
        "goes_on": page.older and len(page.rows) < PAGE_SIZE,
        "source": host,
        "reason": reason,
        "bound": REVIEW_BELOW,
    }
    return render(request, "catalog/review.html", context)


@require_safe
def review_next(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the next article to review."""
    article = get_object_or_404(Article.objects.live().only("quality"), pk=pk)
    return _next(request, article, request.GET.get("source", ""))


@require_POST
def review_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an article off the list since it is as it should be, or with `undo` put it back."""
    article = get_object_or_404(Article.objects.live().only("quality"), pk=pk)
    undo = "undo" in request.POST
    set_reviewed(pk, None if undo else timezone.now())
    log.info("article_reviewed", article=pk, undo=undo, by=request.user.get_username())
    if undo:
        return redirect(article)
    host = request.POST.get("source", "").replace("\0", "")
    return _next(request, article, host)


def _next(request: HttpRequest, article: Article, host: str) -> HttpResponse:
    host = host.strip()[:MAX_FILTER_LENGTH]
    query = urlencode({"source": host} if host else {})
    following = next_to_review(article, host)
    if following is None:
        messages.success(request, _("Nothing is left to review."))
        return redirect(f"{reverse('review')}?{query}")
    return redirect(f"{following.get_absolute_url()}?{urlencode({'review': host})}")
