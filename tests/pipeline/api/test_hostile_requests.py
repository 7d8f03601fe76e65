"""No request breaks a route of the API or a page of the catalogue: each is answered, with less than 500."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import get_resolver

from catalog.filters import ArticleFilter
from catalog.models import Article
from catalog.urls import urlpatterns
from pipeline.api.app import api
from tests.pages import admin_user, an_article

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db
VALUES = [
    "%00",
    "%ed%a0%80",  # half of a surrogate pair
    "0001-01-01",
    "9999-12-31",
    "9999-12",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "9" * 30,
    "-1",
    "1e400",
    "nan",
    quote("undated_1"),
    quote("nan_9"),
    quote("%s{}'\"\\\n"),
    "%f0%9f%98%80" * 20,
    "x" * 2_500,
]
TEXTS = ["\ud800", "\0", "x" * 5_000, "", "9" * 400, "\u202e", "0001-01-01"]
NUMBERS: list[Any] = [0, -1, 2**63, 10**400, 1.5, None, "x", [], {}]
PATH_VALUES = {"pk": "1", "form": "jsonl", "verb": "change", "name": "x" * 32}


@cache
def schema() -> Any:
    get_resolver().url_patterns  # noqa: B018 - routes are added when they are first read
    return api.get_openapi_schema(path_prefix="/api/")


def operations(*verbs: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in schema()["paths"].items():
        for verb, operation in operations.items():
            if verb in verbs:
                yield verb, path, operation


def filled(path: str, article: Article) -> str:
    path = path.replace("{int:pk}", "{pk}").replace("{uuid:delivery}", "{delivery}")
    values = {
        "pk": article.pk,
        "form": "jsonl",
        "verb": "pause",
        "delivery": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
    }
    return path.format(**values)


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover", lambda *_, **__: None
    )
    monkeypatch.setattr(
        "pipeline.journeys.batches.dispatch_batches", lambda run_id: None
    )


@pytest.fixture
def client(admin_client: Client) -> Client:
    admin_client.raise_request_exception = False
    return admin_client


def queries(names: list[str]) -> Iterator[str]:
    """Every parameter alone with one of the values, and all of them with each."""
    for number, name in enumerate(names):
        yield f"{name}={VALUES[number % len(VALUES)]}"
    for value in VALUES if names else []:
        yield "&".join(f"{name}={value}" for name in names)


def status_of(answer: Any) -> int:
    if getattr(answer, "streaming", False):
        b"".join(answer.streaming_content)
    return int(answer.status_code)


def test_no_value_of_a_parameter_breaks_a_route(client: Client) -> None:
    article = an_article(1)
    broken = []
    for _, path, operation in operations("get"):
        names = [
            each["name"] for each in operation["parameters"] if each["in"] == "query"
        ]
        for query in queries(names):
            address = f"{filled(path, article)}?{query}"
            if status_of(client.get(address)) >= 500:
                broken.append(address[:200])
    assert broken == []


def test_no_value_of_a_field_breaks_a_route(client: Client) -> None:
    article = an_article(1)
    broken = []
    for verb, path, operation in operations("post", "patch", "put"):
        if "requestBody" not in operation or "/queues/" in path:  # those ask RabbitMQ
            continue
        for body in bodies(operation):
            answer = getattr(client, verb)(
                filled(path, article), body, "application/json"
            )
            if status_of(answer) >= 500:
                broken.append((verb, path, body[:80]))
    assert broken == []


def bodies(operation: dict[str, Any]) -> Iterator[str]:
    yield from ("", "null", "{", '"\\ud800"', "[" * 5_000)
    content = (
        operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    )
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    fields = schema()["components"]["schemas"].get(name, {}).get("properties", {})
    for value in [*TEXTS, *NUMBERS]:
        yield json.dumps(dict.fromkeys(fields, value))
        yield json.dumps({field: [value] for field in fields})


@pytest.mark.parametrize("path", [str(each.pattern) for each in urlpatterns])
def test_no_value_of_a_parameter_breaks_a_page(client: Client, path: str) -> None:
    article = an_article(1)
    for kind in ("<int:", "<str:"):
        path = path.replace(kind, "{")
    values = {"pk": article.pk, "form": "csv", "verb": "change", "name": "source"}
    path = "/" + path.replace(">", "}").format(**values)
    names = [
        *ArticleFilter.base_filters,
        "sort",
        "before",
        "after",
        "view",
        "images",
        "beside",
    ]
    broken = []
    for query in queries(names):
        if status_of(client.get(f"{path}?{query}")) >= 500:
            broken.append(query[:200])
    for value in VALUES:
        form = dict.fromkeys(
            ["id", "label", "query", "upto", "name", "article", "everything"], value
        )
        if status_of(client.post(path, form)) >= 500:
            broken.append(f"POST {value[:40]}")
    assert broken == []
