"""The images in a feed: under their own addresses, or through this server.

Through this server a feed reader tells no other site who reads what. The addresses have a secret
of their own, which opens the images of this feed's articles and not the feed.
"""

from collections.abc import Callable
from dataclasses import replace

from django.urls import NoReverseMatch, reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from lxml import etree, html

from catalog.feeds.addresses import SECRET, filters_of, secret_of
from catalog.feeds.pages import FeedPage
from catalog.models import Article, Feed
from catalog.reader.images import FETCHABLE, image_name

SALT = "catalog.feed.images"


def image_secret_of(feed: Feed) -> str:
    """Return the secret that opens the feed's images."""
    return salted_hmac(SALT, secret_of(feed), algorithm="sha256").hexdigest()


def may_show(feed: Feed, given: str, article: int) -> bool:
    """Whether the secret is that of the feed's images, and the feed has the article."""
    is_open = (
        feed.images == Feed.Images.PROXIED
        and feed.owner.is_active
        and constant_time_compare(image_secret_of(feed), given)
    )
    if not is_open:
        return False
    return bool(filters_of(feed).qs.filter(pk=article).exists())


def with_images(feed: Feed, page: FeedPage, absolute: Callable[[str], str]) -> FeedPage:
    """Return the page with its images as the feed has them. What is stored stays as it is."""
    if feed.images != Feed.Images.PROXIED:
        return page
    try:
        reverse("feed-image", args=[feed.pk, 1, "x"])
    except NoReverseMatch:  # the catalogue is installed without the pipeline
        return page
    secret = image_secret_of(feed)
    for article in page.articles:
        _replace_images(article, feed, secret, absolute)
    return replace(page, variant=Feed.Images.PROXIED)


def _replace_images(
    article: Article, feed: Feed, secret: str, absolute: Callable[[str], str]
) -> None:
    def address(original: str) -> str:
        name = image_name(original)
        path = reverse("feed-image", args=[feed.pk, article.pk, name])
        return absolute(f"{path}?{SECRET}={secret}")

    if FETCHABLE.match(article.image):
        article.image = address(article.image)
    if "<img" not in article.html:
        return
    try:
        tree = html.fragment_fromstring(article.html, create_parent="div")
    except (etree.LxmlError, ValueError):
        return
    for image in tree.iter("img"):
        source = image.get("src") or ""
        if FETCHABLE.match(source):
            image.set("src", address(source))
    markup = html.tostring(tree, encoding="unicode")
    article.html = markup.removeprefix("<div>").removesuffix("</div>")
