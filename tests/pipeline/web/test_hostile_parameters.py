"""No value of a parameter or of a field breaks a page: each request is answered, with less than
500.

Which names a page reads is found out by letting it read: whatever it asks its address or its form
for gets every hostile value.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlencode

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern

from catalog.urls import urlpatterns as catalogue
from pipeline.monitor.models import LogEvent
from pipeline.web.urls import urlpatterns as pages
from tests.pages import WHEN, admin_user
from tests.pipeline.api.test_hostile_requests import VALUES, no_broker, status_of
from tests.pipeline.one_of_each import one_of_each

__all__ = ["admin_user", "no_broker"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("read_once")]
ASKS_THE_BROKER = {
    "dead-letters",
    "dead-letters-seen",
    "dead-do",
    "queue-intake",
    "readyz",
}
VERBS = {
    "run-steer": "pause",
    "journeys-do": "retry",
    "job-do": "pause",
    "person-do": "role",
    "watch-do": "pause",
    "webhook-do": "switch",
    "highlight-do": "note",
    "saved-views-do": "change",
    "trash-do": "restore",
    "article-image": "a" * 64,
    "articles-facet": "source",
    "articles-export": "csv",
    "feed": "atom",
}
OUTAGE = 503
TOO_LARGE = "9" * 30
RAW = [unquote(value, errors="surrogatepass") for value in VALUES]
PATHS = [
    (str(each.name), str(each.pattern))
    for each in [*pages, *catalogue]
    if isinstance(each, URLPattern) and each.name not in ASKS_THE_BROKER
]
EVERY_PATH = pytest.mark.parametrize(
    ("name", "pattern"), PATHS, ids=[name for name, _ in PATHS]
)


@pytest.fixture
def client(admin_client: Client) -> Client:
    admin_client.raise_request_exception = False
    return admin_client


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names that the pages ask addresses and forms for."""
    names: set[str] = set()

    def noting(method: str) -> Callable[..., Any]:
        original = getattr(QueryDict, method)

        def note(given: QueryDict, name: str, *more: Any) -> Any:
            names.add(name)
            return original(given, name, *more)

        return note

    for method in ("__getitem__", "__contains__", "getlist"):
        monkeypatch.setattr(QueryDict, method, noting(method))
    return names


def address(pattern: str, name: str, user: User) -> str:
    """The path, filled with the ids of rows that are there."""
    known = one_of_each(user)
    event = LogEvent.objects.create(at=WHEN, level=20, event="x")
    pattern = pattern.replace("<int:rule>", str(known["rules"]))
    pattern = pattern.replace("<str:place>", event.place)
    parts = pattern.split("/")
    kind = parts[1] if parts[0] in ("account", "articles") else parts[0]
    pk = known.get(kind) or known.get(parts[0], 1)
    path = re.sub(r"<int:\w+>", str(pk), pattern)
    return "/" + re.sub(r"<(?:str|slug|path|uuid):\w+>", VERBS.get(name, "x"), path)


def is_fault(answer: Any) -> bool:
    """Whether the product failed, and not a server that is slow or away."""
    status = status_of(answer)
    return status >= 500 and status != OUTAGE


def forms(read: set[str]) -> Iterator[dict[str, str]]:
    """Every name that was read with NUL and two other values, all of them with each value, and so
    on while further names are read."""
    yield {}
    tried: set[str] = set()
    while new := read - tried:
        names = sorted(read)
        for number, name in enumerate(sorted(new)):
            others = (RAW[(number + step) % len(RAW)] for step in (1, 8))
            for value in ("\0", *others):
                yield {name: value}
        tried |= new
        for value in RAW:
            yield dict.fromkeys(names, value)


@EVERY_PATH
def test_no_value_of_a_parameter_breaks_a_page(
    client: Client, admin_user: User, read: set[str], name: str, pattern: str
) -> None:
    path = address(pattern, name, admin_user)
    broken = []
    for form in forms(read):
        query = urlencode(form, errors="surrogatepass")
        if is_fault(client.get(f"{path}?{query}")):
            broken.append(query[:200])
    assert broken == []


@EVERY_PATH
def test_no_value_of_a_field_breaks_a_page(
    client: Client, admin_user: User, read: set[str], name: str, pattern: str
) -> None:
    path = address(pattern, name, admin_user)
    broken = []
    for form in forms(read):
        with transaction.atomic():
            body = urlencode(form, errors="surrogatepass")
            kind = "application/x-www-form-urlencoded"
            if is_fault(client.post(path, body, kind)):
                broken.append(body[:200])
            transaction.set_rollback(True)
    assert broken == []


@EVERY_PATH
def test_no_path_breaks_a_page(client: Client, name: str, pattern: str) -> None:
    broken = []
    for text in ("%00", "%ed%a0%80", "x" * 2_500, "9" * 30, "..", "'"):
        path = re.sub(r"<(?:str|slug|path|uuid):\w+>", text, pattern)
        path = "/" + re.sub(r"<int:\w+>", TOO_LARGE, path)
        for method in (client.get, client.post):
            if is_fault(method(path)):
                broken.append(path[:100])
    assert broken == []
