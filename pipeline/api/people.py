"""The users, for admins."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from catalog.paging import page_of
from pipeline.access import people
from pipeline.access.roles import Role, granted_role
from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.api.pagination import KEYS, Limit, Listed, listed
from pipeline.api.schemas import Strict

router = Router(tags=["users"])


class RoleInput(Strict):
    """What a user may do: viewer, operator or admin."""

    role: str


class UserInput(RoleInput):
    """Whom to create. A sign-in link is made on the page of users."""

    username: str


class UserLine(Schema):
    """One user. `tokens` is the number of live API tokens."""

    id: int
    username: str
    role: str
    active: bool
    last_sign_in_at: datetime | None
    tokens: int


def to_json(person: User) -> dict[str, Any]:
    """Return a row of `people.people()` as JSON."""
    return {
        "id": person.pk,
        "username": person.username,
        "role": granted_role(person).label,
        "active": person.is_active,
        "last_sign_in_at": person.last_login,
        "tokens": person.live_tokens,  # type: ignore[attr-defined]
    }


@router.get(
    "/users", response={200: Listed[UserLine], ERRORS: Problem}, openapi_extra=KEYS
)
def list_users(request: HttpRequest, limit: Limit = 100) -> Any:
    """List the users, the newest first."""
    page = page_of(people.people(), request.GET, limit)
    return listed(request, page.rows, page.older, page.newer, to_json)


@router.post("/users", response={201: UserLine, ERRORS: Problem})
def create_user(request: HttpRequest, body: UserInput) -> Any:
    """Create a user without a password."""
    try:
        person = people.invite(body.username, _role(body.role))
    except ValidationError as error:
        raise InvalidInput({"username": error.messages}) from error
    return Status(201, _line(person.pk))


@router.post("/users/{int:pk}/role", response={200: UserLine, ERRORS: Problem})
def change_user_role(request: HttpRequest, pk: int, body: RoleInput) -> Any:
    """Change what a user may do. 409 where nobody would be left who can administer."""
    people.change_role(get_object_or_404(User, pk=pk), _role(body.role))
    return _line(pk)


@router.post("/users/{int:pk}/deactivate", response={200: UserLine, ERRORS: Problem})
def deactivate_user(request: HttpRequest, pk: int) -> Any:
    """End a user's access, of sessions and tokens too."""
    people.deactivate(get_object_or_404(User, pk=pk))
    return _line(pk)


@router.post("/users/{int:pk}/activate", response={200: UserLine, ERRORS: Problem})
def activate_user(request: HttpRequest, pk: int) -> Any:
    """Give a user access again."""
    people.activate(get_object_or_404(User, pk=pk))
    return _line(pk)


def _role(name: str) -> Role:
    if name not in Role.labels:
        raise InvalidInput({"role": [f"One of: {', '.join(Role.labels)}"]})
    return Role[name.upper()]


def _line(pk: int) -> dict[str, Any]:
    return to_json(people.people().get(pk=pk))
