"""The link in a mail that stops it, for whoever has the mail: it needs no session.

As with feeds, the secret is made from the row and the server's key: the database does not hold it.
"""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from pipeline.access.addresses import public_url
from pipeline.access.models import Watch

SALT = "access.watch"
SECRET = "secret"  # noqa: S105 - the parameter's name; logs hide its value


def secret_of(watch: Watch) -> str:
    """Return the secret that stops the watch."""
    digest = salted_hmac(SALT, f"{watch.pk}:{watch.nonce}", algorithm="sha256")
    return digest.hexdigest()


def link(watch: Watch) -> str:
    """Return the absolute address of the page that stops the watch."""
    page = public_url(reverse("watch-unsubscribe", args=[watch.pk]))
    return f"{page}?{SECRET}={secret_of(watch)}"


def open_watch(pk: int, given: Mapping[str, str]) -> Watch | None:
    """Return the watch that the request's secret opens, or None."""
    watches = Watch.objects.select_related("receiver", "view", "owner")
    watch = watches.filter(pk=pk).first()
    if watch is None:
        return None
    if not constant_time_compare(secret_of(watch), given.get(SECRET, "")):
        return None
    return watch
