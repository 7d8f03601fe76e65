"""What articles link to, what links to them, and what is related."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.links import (
    MAX_CITED,
    MAX_LOOKED_AT,
    backlinks,
    cited_at,
    cited_hosts,
    cited_pages,
    hosts_to_add,
)
from catalog.models import Article
from catalog.related import related
from catalog.views.parts import part_or_page


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
def article_related(request: HttpRequest, pk: int) -> HttpResponse:
    """Show related articles and who links to the article: a part of its page, or a page of its
    own."""
    article = get_object_or_404(Article.objects.live(), pk=pk)
    context = {
        "article": article,
        "related": related(article.pk),
        "backlinks": backlinks(article),
    }
    return render(request, part_or_page(request, "related"), context)


@require_safe
def cited(request: HttpRequest) -> HttpResponse:
    """Show which hosts and pages the articles link to most, and which blogs to add next."""
    hosts = cited_hosts(MAX_LOOKED_AT)
    pages = cited_pages()
    context = {
        "hosts": hosts and hosts[:MAX_CITED],
        "pages": pages,
        "to_add": hosts_to_add(hosts or []),
        "counted_at": cited_at(),
        "timed_out": hosts is None or pages is None,
    }
    return render(request, "catalog/cited.html", context)
