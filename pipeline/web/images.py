"""The image proxy: who reads an article tells nobody but this server.

Only an image that stands in that stored article is served.
"""

import threading

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from catalog.feeds.addresses import SECRET
from catalog.feeds.images import may_show
from catalog.models import Article, Feed
from catalog.reader import images_of
from pipeline.fetching.images import MAX_FETCHES_PER_HOST, cached_image, fetch
from pipeline.models import Image

PLACE_TIMEOUT_SECONDS = 3.0  # to wait for one of these places
places = threading.BoundedSemaphore(MAX_FETCHES_PER_HOST)


@require_safe
def article_image(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Show an image of an article, by the name that the reader gave it.

    Where it cannot be had, an `img` element gets an empty answer, so that the browser reports no
    error; opened by itself, it says why.
    """
    response = _image_of(pk, name)
    patch_vary_headers(response, ["Sec-Fetch-Dest"])
    if response.status_code == 404 and request.headers.get("Sec-Fetch-Dest") == "image":
        response.status_code = 204
        response.content = b""
        del response["Content-Type"]
    return response


@require_safe
def feed_image(request: HttpRequest, pk: int, article: int, name: str) -> HttpResponse:
    """Show an image of an article of a feed to whoever has the secret of the feed's images."""
    feed = Feed.objects.select_related("owner", "view").filter(pk=pk).first()
    if feed is None or not may_show(feed, request.GET.get(SECRET, ""), article):
        raise Http404
    response = _image_of(article, name)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # of a feed reader's page
    response["Referrer-Policy"] = "no-referrer"
    return response


def _image_of(pk: int, name: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.live().only("html", "image"), pk=pk)
    address = images_of(article).get(name)
    if address is None:
        raise Http404("This article has no such image.")
    image = cached_image(address)
    if image is None:
        if not places.acquire(timeout=PLACE_TIMEOUT_SECONDS):
            return _refused(
                "Too many images are being loaded. Reload the page.", 503, seconds=0
            )
        try:
            image = cached_image(address) or fetch(address)
        finally:
            places.release()
    # Not a fault of this server: a 502 would count among its errors.
    if image.trouble:
        return _refused(image.trouble, 404, seconds=60)
    return image_response(image)


def image_response(image: Image) -> HttpResponse:
    """Show a stored image as it may be shown: opened by itself it can do nothing."""
    response = HttpResponse(bytes(image.data), content_type=image.kind)
    response["Content-Disposition"] = (
        f'inline; filename="image.{image.kind.partition("/")[2]}"'
    )
    response["Cache-Control"] = "private, max-age=86400"
    return _boxed(response)


def _refused(why: str, status: int, seconds: int) -> HttpResponse:
    response = HttpResponse(
        f"No image: {why}\n", status=status, content_type="text/plain; charset=utf-8"
    )
    if seconds:
        response["Cache-Control"] = f"private, max-age={seconds}"
    else:
        response["Cache-Control"] = "no-store"
    return _boxed(response)


def _boxed(response: HttpResponse) -> HttpResponse:
    """Return a stranger's image so that it may do nothing when opened by itself, and no other site
    may show it."""
    response["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; frame-ancestors 'none'"
    )
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
