"""Roles by the groups that an identity provider puts people into."""

from collections.abc import Iterable

from pipeline.access.roles import Role


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
