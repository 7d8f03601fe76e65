"""What several pages of the catalogue decide alike."""

from django.http import HttpRequest, QueryDict
from django.urls import reverse

LIST = "list"  # the query of the list that somebody came from
IMAGES = "images"  # a cookie, or a parameter of the page


def part_or_page(request: HttpRequest, name: str) -> str:
    """Return the template: a part of a page where htmx asks, else a page of its own."""
    if getattr(request, "htmx", False):
        return f"catalog/_{name}.html"
    return f"catalog/{name}.html"


def shows_images(request: HttpRequest) -> bool:
    """Tell whether images are shown: unless somebody turned them off."""
    chosen = request.GET.get(IMAGES) or request.COOKIES.get(IMAGES)
    return chosen != "off"


def list_address(query: str) -> str:
    """Return the address of the list with this query, and with nothing else."""
    given = QueryDict(query).urlencode()
    if given:
        return f"{reverse('articles')}?{given}"
    return reverse("articles")


def article_address(request: HttpRequest, pk: int) -> str:
    """Return the address of an article, with the list that somebody came from."""
    address = reverse("article", args=[pk])
    if LIST not in request.POST:
        return address
    query = QueryDict(mutable=True)
    query[LIST] = request.POST[LIST]
    return f"{address}?{query.urlencode()}"
