"""People of each role, their sessions and their tokens."""

from copy import copy
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db.models import prefetch_related_objects
from django.test import Client

from pipeline.access.models import Token
from pipeline.access.roles import Role, set_role


def person(role: Role, name: str = "") -> User:
    """A user of this role, by default named after it."""
    user, _ = User.objects.get_or_create(username=name or role.label)
    set_role(user, role)
    return user


def session(role: Role) -> Client:
    """A browser in which somebody of this role is signed in."""
    client = Client()
    client.force_login(person(role))
    return client


def program(role: Role, of: Role | None = None) -> Client:
    """A program with a token of this role, made by a user of this one or of a higher one."""
    _, secret = Token.objects.issue(person(of or role), "for a test", role)
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a signed-in person and their groups for the first request alone.

    Tests that ask thousands of times spend a sixth of their time on it. Each request gets a copy,
    so what it does to a person ends with it.
    """
    known: dict[int, User] = {}
    get_user = ModelBackend.get_user

    def get_known(backend: ModelBackend, pk: int) -> Any:
        if pk not in known:
            user = get_user(backend, pk)
            if not user:
                return None
            prefetch_related_objects([user], "groups")
            known[pk] = user
        return copy(known[pk])

    monkeypatch.setattr(ModelBackend, "get_user", get_known)
