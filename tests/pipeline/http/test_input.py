"""Whatever a query says, no page and no API route answers with a fault."""

from urllib.parse import quote

import pytest
from django.test import Client

from tests.pages import WHEN, a_run, admin_user, an_article, journeys
from tests.pipeline.access.test_permissions import Route, routes

__all__ = ["admin_user"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("read_once")]
NAMES = (
    "q", "before", "after", "since", "until", "last", "level", "stage", "run", "journey", "task", "url", "event",
    "state", "reason", "host", "limit", "page", "sort", "from", "seen", "on", "same", "range", "addresses", "again",
    "source", "tag", "author", "language", "published_after", "published_before", "who", "verb", "kind", "object",
    "way", "id", "near", "job", "facet", "name", "lines", "minute", "at", "cron", "repeat", "time_zone", "next",
)  # fmt: skip
VALUES = (
    "0001-01-01", "9999-12-31T23:59", "-1", "9" * 40, "1e999", "\ufffd", "[]", "' OR 1=1 --", "(a+)+$", "\u202e", "*",
    "%" * 50, "🔥" * 300,
)  # fmt: skip
LISTS = ("/articles/", "/articles/facets", "/logs/", "/logs/trace", "/logs/tail", "/logs.ndjson", "/audit/", "/runs/",
         "/runs/1/journeys/", "/api/articles", "/api/logs", "/api/logs/overview", "/api/runs")  # fmt: skip
TIMES = (
    "since",
    "until",
    "published_after",
    "published_before",
    "before",
    "after",
    "last",
    "task",
    "url",
)


def pages() -> list[Route]:
    return [r for r in routes() if r.name != "readyz"]


def test_a_query_of_nonsense_is_no_fault_on_any_route(admin_client: Client) -> None:
    journeys(a_run(pk=1), 2)
    an_article()
    faults = []
    for route in pages():
        for value in VALUES[::3]:
            query = "&".join(f"{name}={quote(value)}" for name in NAMES)
            if admin_client.get(f"{route.path}?{query}").status_code >= 500:
                faults.append((route.path, value))
    assert faults == []


@pytest.mark.parametrize("path", LISTS)
def test_no_single_parameter_breaks_a_list(admin_client: Client, path: str) -> None:
    journeys(a_run(pk=1), 2, ended_at=WHEN)
    an_article()
    faults = []
    for name in TIMES:
        for value in VALUES[:4]:
            if admin_client.get(path, {name: value}).status_code >= 500:
                faults.append((name, value))
    assert faults == []


@pytest.mark.parametrize("query", ["%00", "q=a%00b", "tag=%00", "task=%00"])
def test_nul_is_refused_at_the_door(admin_client: Client, query: str) -> None:
    for path in LISTS:
        answer = admin_client.get(f"{path}?{query}")
        assert answer.status_code == 400, path
    assert "NUL character" in admin_client.get(f"/api/runs?{query}").json()["detail"]


def test_nul_in_a_path_is_refused_too(admin_client: Client) -> None:
    assert admin_client.get("/articles/1/images/%00").status_code == 400
