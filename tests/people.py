"""People of each role, their sessions and their tokens."""

from django.contrib.auth.models import User
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
