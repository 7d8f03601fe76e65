"""The three roles. A superuser is an admin, a member of the group "operator" an operator,
everybody else a viewer."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import models, transaction
from django.http import HttpRequest


class Role(models.IntegerChoices):
    """Each may do all that the ones before it may."""

    VIEWER = 1, "viewer"
    OPERATOR = 2, "operator"
    ADMIN = 3, "admin"


def role_of(user: User | AnonymousUser | Any) -> Role | None:
    """None for somebody who is not signed in, or not any more."""
    if not (user.is_authenticated and user.is_active):
        return None
    return granted_role(user)


def granted_role(user: User | Any) -> Role:
    """Return the role that a user was given, whether or not the account is active.

    Reads the groups as `prefetch_related("groups")` left them, else with one query.
    """
    if user.is_superuser:
        return Role.ADMIN
    if any(group.name == Role.OPERATOR.label for group in user.groups.all()):
        return Role.OPERATOR
    return Role.VIEWER


@transaction.atomic
def set_role(user: User, role: Role) -> None:
    """Make the user this and nothing else."""
    admin = role == Role.ADMIN
    if (user.is_superuser, user.is_staff) != (admin, admin):
        user.is_superuser = user.is_staff = admin
        user.save(update_fields=["is_superuser", "is_staff"])
    operators = Group.objects.get_or_create(name=Role.OPERATOR.label)[0]
    (user.groups.add if role == Role.OPERATOR else user.groups.remove)(operators)


def role_in(request: HttpRequest) -> Role | None:
    """Return the role that counts for this request: the user's, or the lower one of the token that
    was brought."""
    if not hasattr(request, "role"):
        role = role_of(request.user)
        token = getattr(request, "token", None)
        request.role = min(role, Role(token.role)) if role and token else role  # type: ignore[attr-defined]
    found: Role | None = request.role  # type: ignore[attr-defined]
    return found


def role_context(request: HttpRequest) -> dict[str, Any]:
    """For templates: what to offer. What is not offered is refused all the same."""
    if hasattr(request, "user"):
        role = role_in(request)
    else:
        role = None
    return {
        "role": role,
        "may_steer": (role or 0) >= Role.OPERATOR,
        "may_administer": role == Role.ADMIN,
    }
