"""Every route, every verb, every role: who gets in. docs/permissions.md is this table, and is held to the truth."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from pipeline.access.middleware import CHANGES_NOTHING, PERSONAL, AccessMiddleware
from pipeline.access.models import AuditEntry
from pipeline.access.permissions import EXCEPTIONS, READING, required_role
from pipeline.access.roles import Role
from tests.people import program, session

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).parents[3] / "docs" / "permissions.md"
VERBS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
VALUES = {
    "pk": 1,
    "kept": 1,
    "article": 1,
    "rule": 1,
    "verb": "cancel",
    "form": "csv",
    "rest": "nothing",
    "object_id": "1",
    "content_type_id": 1,
    "app_label": "auth",
    "url": "nowhere",
    "id": 1,
    "name": "x",
    "slug": "x",
    "path": "x",
    "digest": "x",
    "place": "1-1",
    "stage": "fetch",
    "run": 1,
    "delivery": "00000000-0000-0000-0000-000000000000",
    "uidb64": "MQ",
    "token": "x",
}
# They write logs and headers, and have no say in who gets in; ten thousand requests go through them.
ASIDE = {
    "csp.middleware.CSPMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
}
REACHED = 299  # what the rules let through is answered so, without being done


@dataclass(frozen=True)
class Route:
    """One pattern of the URLconf."""

    name: str
    namespaces: tuple[str, ...]
    pattern: str
    path: str


def routes() -> list[Route]:
    """Those that can be reached: of two patterns for one address the first one counts."""
    return [
        route
        for route in _routes(get_resolver().url_patterns)
        if resolve(route.path).view_name == route.name
    ]


def _routes(
    patterns: list[Any], namespaces: tuple[str, ...] = (), before: str = ""
) -> Iterator[Route]:
    for each in patterns:
        place = before + str(each.pattern)
        if isinstance(each, URLResolver):
            inside = (*namespaces, each.namespace) if each.namespace else namespaces
            yield from _routes(each.url_patterns, inside, place)
        elif isinstance(each, URLPattern) and each.name:
            names = each.pattern.converters or dict.fromkeys(
                each.pattern.regex.groupindex
            )
            name = ":".join((*namespaces, each.name))
            yield Route(
                name,
                namespaces,
                "/" + place,
                reverse(name, kwargs={n: VALUES[n] for n in names}),
            )


def outcome(client: Client, route: Route, verb: str) -> str:
    """in, sign in, or refused."""
    answer = client.generic(verb, route.path)
    if answer.status_code == REACHED:
        return "in"
    if answer.status_code == 401 or (
        answer.status_code == 302 and answer["Location"].startswith("/signin/")
    ):
        return "sign in"
    assert answer.status_code == 403, (route, verb, answer.status_code)
    return "refused"


@pytest.fixture
def nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the rules let through is answered by REACHED instead of its view, and whatever they
    refuse without the page that says why."""

    rules = AccessMiddleware.process_view

    def process_view(
        self: Any, request: HttpRequest, view: Any, *given: Any
    ) -> HttpResponse:
        def reached(*_: Any, **__: Any) -> HttpResponse:
            return HttpResponse(status=REACHED)

        reached.__module__ = view.__module__
        return rules(self, request, reached, *given) or reached()

    def said(*_: Any, status: int, **__: Any) -> HttpResponse:
        return HttpResponse(status=status)

    monkeypatch.setattr(AccessMiddleware, "process_view", process_view)
    monkeypatch.setattr("pipeline.access.middleware.render", said)


@pytest.fixture
def doors(client: Client, settings: Any) -> dict[str, tuple[Client, Role | None, bool]]:
    """name -> who, their role, whether by token. Sessions lie in the cookie, which saves a query
    for each of ten thousand requests."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    assert set(settings.MIDDLEWARE) >= ASIDE
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each not in ASIDE]
    given: dict[str, tuple[Client, Role | None, bool]] = {
        "anonymous": (client, None, False)
    }
    for role in Role:
        given[role.label] = (session(role), role, False)
    for role in Role:
        given[f"{role.label}'s token"] = (program(role, of=Role.ADMIN), role, True)
    return given


def expected(route: Route, verb: str, role: Role | None, by_token: bool) -> str:
    """What the rule says, spelt out once more."""
    if EXCEPTIONS.get(route.name, Role.ADMIN) is None:
        return "in"
    if role is None or (by_token and "api" not in route.namespaces):
        return "sign in"
    least = Role.VIEWER if verb in ("GET", "HEAD", "OPTIONS") else Role.OPERATOR
    least = EXCEPTIONS.get(route.name) or least
    return "in" if role >= least else "refused"


@pytest.mark.usefixtures("nothing_is_done", "read_once")
def test_everybody_gets_in_where_the_rule_says_and_nowhere_else(
    doors: dict[str, tuple[Client, Role | None, bool]],
) -> None:
    wrong = []
    for route in routes():
        for verb in VERBS:
            for name, (client, role, by_token) in doors.items():
                found, wanted = (
                    outcome(client, route, verb),
                    expected(route, verb, role, by_token),
                )
                if found != wanted:
                    wrong.append(f"{name} {verb} {route.path}: {found}, not {wanted}")
    assert wrong == []


def test_anonymous_people_get_nothing_but_sign_in_and_health(client: Client) -> None:
    for route in routes():
        answer = client.get(route.path)
        if answer.status_code == 200:
            assert route.name in ("signin", "healthz", "readyz"), route


def test_what_differs_from_the_rule_is_a_route_that_exists() -> None:
    assert set(EXCEPTIONS) <= {route.name for route in routes()}


@pytest.mark.usefixtures("nothing_is_done", "read_once")
def test_no_route_changes_something_without_an_entry() -> None:
    admin = session(Role.ADMIN)
    for route in routes():
        if (
            EXCEPTIONS.get(route.name, Role.ADMIN) is None
            or route.name in CHANGES_NOTHING | PERSONAL
        ):
            continue
        for verb in ("POST", "PUT", "PATCH", "DELETE"):
            before = AuditEntry.objects.count()
            assert admin.generic(verb, route.path).status_code == REACHED
            assert AuditEntry.objects.count() == before + 1, (verb, route)
        assert admin.get(route.path).status_code == REACHED
        assert AuditEntry.objects.count() == before + 1, "reading leaves no entry"


def table() -> str:
    """The text of docs/permissions.md."""
    lines = [
        "# Who may do what",
        "",
        "Made by `tests/pipeline/access/test_permissions.py`, which tries every route with every verb as everybody.",
        "An operator may do what a viewer may, an admin what an operator may. A token opens the routes under `/api/`,",
        "with its own role. `/metrics` asks for METRICS_TOKEN or a signed-in user by itself.",
        "",
        "| route | path | GET, HEAD, OPTIONS | POST, PUT, PATCH, DELETE |",
        "|---|---|---|---|",
    ]
    for route in routes():
        path = route.pattern.replace("|", "\\|")
        least = (required_role(route.name, verb) for verb in (READING[0], "POST"))
        reading, changing = (role.label if role else "anybody" for role in least)
        lines.append(f"| {route.name} | `{path}` | {reading} | {changing} |")
    return "\n".join(lines) + "\n"


def test_the_table_in_the_documentation_is_true() -> None:
    told, true = TABLE.read_text() if TABLE.exists() else "", table()
    if told != true:
        TABLE.write_text(true)
        pytest.fail(
            "docs/permissions.md was not true any more, and was written anew: look at what changed."
        )
