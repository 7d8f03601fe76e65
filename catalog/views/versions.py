"""The page of an article's earlier versions."""

from itertools import pairwise

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.models import Article, ArticleVersion
from catalog.versions import MAX_VERSIONS, difference


@require_safe
def article_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the earlier versions, the newest first, each against the one after it."""
    article = get_object_or_404(Article.objects.live(), pk=pk)
    versions: list[Article | ArticleVersion] = [
        article,
        *article.versions.all()[:MAX_VERSIONS],
    ]
    steps = [
        {
            "version": old,
            "title": difference(old.title, new.title),
            "text": difference(old.text, new.text),
        }
        for new, old in pairwise(versions)
    ]
    return render(
        request, "catalog/versions.html", {"article": article, "steps": steps}
    )
