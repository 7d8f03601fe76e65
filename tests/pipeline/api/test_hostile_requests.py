"""No request breaks a route of the API: each is answered, with less than 500."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from pipeline.api.app import api
from tests.pages import admin_user
from tests.pipeline.one_of_each import one_of_each

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


@cache
def schema() -> Any:
    get_resolver().url_patterns  # noqa: B018 - routes are added when they are first read
    return api.get_openapi_schema(path_prefix="/api/")


def operations(*verbs: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in schema()["paths"].items():
        for verb, operation in operations.items():
            if verb in verbs:
                yield verb, path, operation


def filled(path: str, known: dict[str, int]) -> str:
    """The path with the id of a row of its kind."""
    kind = path.removeprefix("/api/").partition("/")[0]
    values = {
        "form": "jsonl",
        "verb": "pause",
        "stage": "fetch",
        "delivery": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
        "pk": known.get(kind, known["articles"]),
        "rule": known["rules"],
        "kept": 1,
        "digest": "0" * 64,
    }
    return re.sub(r"{(?:int:|uuid:)?(\w+)}", lambda found: str(values[found[1]]), path)


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


def test_no_value_of_a_parameter_breaks_a_route(
    client: Client, admin_user: User
) -> None:
    known = one_of_each(admin_user)
    broken = []
    for _, path, operation in operations("get"):
        names = [
            each["name"] for each in operation["parameters"] if each["in"] == "query"
        ]
        for query in queries(names):
            address = f"{filled(path, known)}?{query}"
            if status_of(client.get(address)) >= 500:
                broken.append(address[:200])
    assert broken == []


def test_no_value_of_a_field_breaks_a_route(client: Client, admin_user: User) -> None:
    known = one_of_each(admin_user)
    broken = []
    for verb, path, operation in operations("post", "patch", "put", "delete"):
        if "/queues/" in path:  # those ask RabbitMQ
            continue
        for body in dict.fromkeys(bodies(operation)):  # many where it has no fields
            with transaction.atomic():  # so that every body finds the same rows
                answer = getattr(client, verb)(
                    filled(path, known), body, "application/json"
                )
                if status_of(answer) >= 500:
                    broken.append((verb, path, body[:80]))
                transaction.set_rollback(True)
    assert broken == []


def test_no_id_breaks_a_route(client: Client) -> None:
    too_large: dict[str, int] = defaultdict(lambda: 10**30)
    broken = []
    for verb, path, _ in operations("get", "post", "patch", "put", "delete"):
        if "/queues/" not in path:
            answer = getattr(client, verb)(filled(path, too_large))
            if status_of(answer) >= 500:
                broken.append((verb, path))
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
