"""No page is forgotten: every route is a page that the other tests look at, or is said here to be
none."""

from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.urls import resolve

from tests.browser import test_access, test_pages
from tests.pipeline.access.test_permissions import routes

pytestmark = pytest.mark.django_db
PARTS = {
    "run-live",
    "run-head",
    "queues-live",
    "logs-tail",
    "log-fields",
    "understood",
    "job-next",
    "article-extraction-saved",
    "dead-letters",
}
DATA = {
    "search-complete",
    "logs-complete",
    "highlights-export",
    "jump-targets",
    "queues-series",
    "journeys-export",
    "logs-export",
    "metrics",
    "healthz",
    "readyz",
    "articles-export",
    "article-markdown",
    "article-image",
    "article-original",
    "stored-page",
    "sources-opml",
    "source-icon",
    "feed",
    "feed-image",
    "api:openapi-json",
}
DONE = {
    "signout",
    "account-language",
    "token-revoke",
    "source-crawl",
    "source-add",
    "feed-make",
    "feed-revoke",
    "feed-change",
    "source-keep-undo",
    "review-done",
    "review-next",
    "queue-intake",
    "article-extraction-save",
    "source-rule",
    "source-retention",
    "source-rule-remove",
    "trash-do",
    "trash-erase",
    "erasure-preview",
    "erased-lift",
    "webhook-do",
    "watch-do",
    "import-do",
    "person-do",
    "run-steer",
    "journeys-do",
    "job-do",
    "job-draft",
    "extract-again",
    "why-look",
    "articles-label",
    "articles-mark",
    "highlight-add",
    "highlight-do",
    "article-next",
    "article-previous",
    "articles-delete",
    "saved-views-save",
    "saved-views-do",
}
ELSEWHERE = {
    "highlights",
    "signin",
    "provider-start",
    "provider-done",
    "password-reset",
    "password-reset-link",
    "articles-all",
    "saved-views",
    "dead-letters-seen",
}  # test_frame, test_catalogue, test_queues, test_provider
FOREIGN = ("api",)  # of programs; their page is looked at


def test_every_route_is_looked_at_or_is_no_page() -> None:
    User.objects.create(username="visitor", is_superuser=True)
    paths = {
        **test_pages.EMPTY,
        **{f"full-{name}": path for name, path in test_pages.fill().items()},
    }
    seen = {
        resolve(urlsplit(path).path).view_name
        for path in [*paths.values(), *test_access.fill().values()]
    }
    ours = {
        route.name for route in routes() if not set(route.namespaces) & set(FOREIGN)
    }
    assert ours - seen - PARTS - DATA - DONE - ELSEWHERE == set()
    assert (PARTS | DATA | DONE | ELSEWHERE) & seen == set(), "is looked at after all"
