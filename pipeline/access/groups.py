"""Roles by the groups that an identity provider puts people into."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User

from pipeline.access.roles import Role, granted_role, set_role


def role_of_groups(
    groups: Iterable[str], admins: list[str], operators: list[str]
) -> Role | None:
    """Return the highest role that the groups give; None where no groups are configured, so that
    roles are given by hand."""
    if not admins and not operators:
        return None
    names = {group.strip() for group in groups}
    if names & set(admins):
        return Role.ADMIN
    if names & set(operators):
        return Role.OPERATOR
    return Role.VIEWER


def give_role(user: User, groups: Iterable[str]) -> None:
    """Give a user the role of these groups; leave it as it is where no groups are configured."""
    role = role_of_groups(groups, settings.ADMIN_GROUPS, settings.OPERATOR_GROUPS)
    if role is not None and role != granted_role(user):
        set_role(user, role)
