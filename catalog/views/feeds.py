"""Feeds out: the page that lists one's own, and the feeds themselves."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.feeds import addresses, formats
from catalog.feeds.images import with_images
from catalog.feeds.pages import feed_page
from catalog.models import Feed
from catalog.paging import parse_id

RETRY_SECONDS = 60


@require_safe
@never_cache
def list_feeds(request: HttpRequest) -> HttpResponse:
    """List one's own feeds with their addresses."""
    feeds = [
        {
            "feed": feed,
            "addresses": [
                (label, request.build_absolute_uri(addresses.address(feed, form)))
                for form, label in (("atom", "Atom"), ("json", "JSON Feed"))
            ],
        }
        for feed in addresses.feeds_of(request.user.pk or 0)
    ]
    return render(
        request, "catalog/feeds.html", {"feeds": feeds, "images": Feed.Images.choices}
    )


@require_POST
def make_feed(request: HttpRequest) -> HttpResponse:
    """Make a feed of what a list shows, or of a saved view."""
    view = None
    if request.POST.get("saved"):
        view = addresses.view_for(request.user.pk or 0, parse_id(request.POST["saved"]))
        if view is None:
            raise Http404
    try:
        addresses.make(
            request.user.pk or 0, QueryDict(request.POST.get("query", "")), view
        )
    except addresses.TooManyFeeds:
        full = _("You have %(most)s feeds. Revoke one first.")
        messages.warning(request, full % {"most": addresses.MAX_FEEDS})
    return redirect("feeds")


@require_POST
def revoke_feed(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a feed of one's own: its address opens nothing any more."""
    get_object_or_404(Feed, pk=pk, owner=request.user.pk).delete()
    revoked = _("The feed is revoked: its address opens nothing any more.")
    messages.success(request, revoked)
    return redirect("feeds")


@require_POST
def change_feed(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose where the images of a feed of one's own come from."""
    feed = get_object_or_404(Feed, pk=pk, owner=request.user.pk)
    chosen = request.POST.get("images", "")
    if chosen not in Feed.Images.values:
        raise Http404
    feed.images = chosen
    feed.save(update_fields=["images"])
    if chosen == Feed.Images.PROXIED:
        done = _("The images of “%(feed)s” now come through this server.")
    else:
        done = _("The images of “%(feed)s” now come from their own sites.")
    messages.success(request, done % {"feed": feed})
    return redirect("feeds")


@require_safe
def show_feed(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Send a page of a feed to whoever has its secret; 404 to everybody else."""
    feed = addresses.open_feed(pk, request.GET)
    if feed is None or form not in formats.FORMATS:
        raise Http404
    before = parse_id(request.GET.get("before"))
    page = feed_page(feed, before)
    if page.timed_out:
        return HttpResponse(status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    absolute = request.build_absolute_uri
    page = with_images(feed, page, absolute)
    response = get_conditional_response(request, etag=page.tag)
    links = formats.Links(
        absolute(addresses.address(feed, form, before)),
        absolute(addresses.address(feed, form)),
        absolute(f"{reverse('articles')}?{feed.shown_query}"),
        absolute(addresses.address(feed, form, page.before)) if page.before else "",
    )
    if response is None:
        write, kind = formats.FORMATS[form]
        body = write(str(feed), f"urn:gleaner:feed:{feed.pk}", page, links)
        response = HttpResponse(body, content_type=kind)
    response["ETag"] = page.tag
    response["Link"] = links.header
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    return response
