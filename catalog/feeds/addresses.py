"""The addresses of feeds: each has a secret that opens this feed and nothing else.

The secret is made from the feed's row and the server's key, so that the database does not hold it
and the page can show it again. A feed that is deleted is gone: its address answers 404.
"""

import secrets
from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from catalog.filters import ArticleFilter
from catalog.models import Article, Feed, SavedView
from catalog.saved_views import normalized, visible_to

MAX_FEEDS = 200  # of a person
NOT_IN_A_FEED = ("sort", "view", "page")  # of a list's query
SALT = "catalog.feed"
SECRET = "secret"  # noqa: S105 - the parameter's name; logs hide its value


class TooManyFeeds(Exception):
    """The person has as many feeds as one may have."""


def make(owner_id: int, query: QueryDict, view: SavedView | None = None) -> Feed:
    """Return the person's feed of what the list shows for this query, or of a view; a new one where
    there is none. Raises TooManyFeeds."""
    kept = query.copy()
    for name in NOT_IN_A_FEED:
        kept.pop(name, None)
    text = ""
    if view is None:
        text = normalized(kept)[: Feed.MAX_QUERY_LENGTH]
    own = Feed.objects.filter(owner=owner_id)
    found = own.filter(view=view, query=text).first()
    if found:
        return found
    if own.count() >= MAX_FEEDS:
        raise TooManyFeeds
    nonce = secrets.token_hex(16)
    return Feed.objects.create(owner_id=owner_id, view=view, query=text, nonce=nonce)


def feeds_of(owner_id: int) -> QuerySet[Feed]:
    """Return the person's feeds, the newest first."""
    return Feed.objects.filter(owner=owner_id).select_related("view")


def view_for(owner_id: int, pk: int | None) -> SavedView | None:
    """Return a view that the person may see, or None."""
    if pk is None:
        return None
    return visible_to(owner_id).filter(pk=pk).first()


def secret_of(feed: Feed) -> str:
    """Return the secret that opens the feed."""
    return salted_hmac(SALT, f"{feed.pk}:{feed.nonce}", algorithm="sha256").hexdigest()


def open_feed(pk: int, given: Mapping[str, str]) -> Feed | None:
    """Return the feed that the request's secret opens; None where it opens none, or whoever made
    it may no longer see what it shows."""
    feed = Feed.objects.select_related("owner", "view").filter(pk=pk).first()
    if feed is None or not feed.owner.is_active:
        return None
    if not constant_time_compare(secret_of(feed), given.get(SECRET, "")):
        return None
    if feed.view and feed.view.owner_id != feed.owner_id and not feed.view.shared:
        return None
    return feed


def address(feed: Feed, form: str, before: int | None = None) -> str:
    """Return the path of a feed in this form; of the page that begins below an article, where one
    is named."""
    path = f"{reverse('feed', args=[feed.pk, form])}?{SECRET}={secret_of(feed)}"
    if before is None:
        return path
    return f"{path}&before={before}"


def filters_of(feed: Feed) -> ArticleFilter:
    """Return the filter of what the feed shows, for whoever made it."""
    rows = Article.objects.live().for_reader(feed.owner_id)
    return ArticleFilter(QueryDict(feed.shown_query), rows)
