"""The page that lists the API's routes, made from its own description: no script, nothing from
elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pipeline.access.permissions import required_role
from pipeline.api.app import api


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb of one route."""

    verb: str
    path: str
    text: str
    role: str
    parameters: list[dict[str, Any]]
    fields: list[tuple[str, str, bool]]

    @property
    def headline(self) -> str:
        """Its first sentence, without the stop."""
        return " ".join(self.text.split()).partition(". ")[0].rstrip(".")

    @property
    def opens(self) -> bool:
        """Whether a browser can open it as it is."""
        required = any(each.get("required") for each in self.parameters)
        return self.verb == "GET" and "{" not in self.path and not required


@require_safe
def api_page(request: HttpRequest) -> HttpResponse:
    """Show what a program can ask for."""
    root = reverse("api-page")
    context = {
        "groups": operations_by_tag(root),
        "base": request.build_absolute_uri(root.rstrip("/")),
    }
    return render(request, "web/api.html", context)


@lru_cache(maxsize=4)
def operations_by_tag(root: str) -> dict[str, list[Operation]]:
    """Return all operations below a path by their tag. Describing the API takes a third of a second, and its
    description stays as it is."""
    groups: dict[str, list[Operation]] = {}
    schema = api.get_openapi_schema(path_prefix=root)
    for tag, operation in operations(schema):
        groups.setdefault(tag, []).append(operation)
    return groups


def operations(schema: Any) -> Iterator[tuple[str, Operation]]:
    """Every operation of the description, each with its tag."""
    for path, verbs in schema["paths"].items():
        name = next(iter(verbs.values()))[
            "operationId"
        ]  # Django knows all verbs of a path by that of the first
        for verb, given in verbs.items():
            role = required_role(f"api:{name}", verb.upper())
            parameters = [each for each in given["parameters"] if each["in"] != "path"]
            yield (
                given["tags"][0],
                Operation(
                    verb.upper(),
                    path,
                    given.get("description", ""),
                    role.label if role else "",
                    parameters,
                    list(_fields(schema, given)),
                ),
            )


def _fields(schema: Any, given: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    body = (
        given.get("requestBody", {})
        .get("content", {})
        .get("application/json", {})
        .get("schema", {})
    )
    found = schema["components"]["schemas"].get(
        body.get("$ref", "").rpartition("/")[2], {}
    )
    for name, each in found.get("properties", {}).items():
        yield name, kind(each), name in found.get("required", ())


def kind(schema: dict[str, Any]) -> str:
    """Return a type in a few words."""
    if "anyOf" in schema:
        return " or ".join(
            kind(each) for each in schema["anyOf"] if each.get("type") != "null"
        )
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))
