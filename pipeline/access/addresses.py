"""The addresses under which people open this site's pages, for links that leave it."""

from urllib.parse import urlsplit

from django.conf import settings


def public_url(path: str, base: str = "") -> str:
    """Return the whole address of a page.

    `path` begins with a slash and may already have the path that the site is below: `reverse`
    gives it in some threads of a worker and not in others. `base` stands in for BASE_URL.
    """
    base = (base or settings.BASE_URL).rstrip("/")
    below = urlsplit(settings.BASE_URL).path.rstrip("/")
    if below and path.startswith(f"{below}/"):
        path = path.removeprefix(below)
    return base + path
