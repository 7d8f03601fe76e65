"""Accounts of an identity provider (OpenID Connect), and the users they sign in as.

An account is known by issuer and subject, never by its name: names can be given to somebody else.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from pipeline.access.groups import give_role
from pipeline.access.models import Identity
from pipeline.access.people import invite
from pipeline.access.roles import Role

MAX_GROUPS = 1_000


class SignInRefused(Exception):
    """Why nobody is signed in, for the person who tried."""


@transaction.atomic
def user_of(claims: Mapping[str, Any]) -> User:
    """Return the user of an account that the provider has vouched for, with the role of its groups.

    The first sign-in creates a viewer. Raises SignInRefused where the name belongs to another
    user, or the user was deactivated.
    """
    known = _identity(claims)
    user = known.user if known else _created(claims)
    if not user.is_active:
        raise SignInRefused(_("This user was deactivated. Ask an admin."))
    give_role(user, _groups(claims))
    return user


def link(user: User, claims: Mapping[str, Any]) -> None:
    """Let an account sign in as a user who is signed in already. Raises SignInRefused where it
    belongs to somebody else."""
    known = _identity(claims)
    if known is None:
        Identity.objects.create(
            user=user, issuer=claims["iss"], subject=str(claims["sub"])
        )
    elif known.user_id != user.pk:
        raise SignInRefused(_("This account signs in another user already."))


def _identity(claims: Mapping[str, Any]) -> Identity | None:
    own = Identity.objects.select_related("user")
    return own.filter(issuer=claims["iss"], subject=str(claims["sub"])).first()


def _created(claims: Mapping[str, Any]) -> User:
    name = str(claims.get(settings.OIDC_USERNAME_CLAIM) or claims["sub"])
    if User.objects.filter(username=name.strip()).exists():
        taken = _(
            "There is a user %(name)s already. Sign in as that user and connect the account on "
            "the page Account, or ask an admin."
        )
        raise SignInRefused(taken % {"name": name})
    try:
        user = invite(name, Role.VIEWER)
    except ValidationError as error:
        raise SignInRefused(" ".join(error.messages)) from None
    link(user, claims)
    return user


def _groups(claims: Mapping[str, Any]) -> list[str]:
    given = claims.get(settings.OIDC_GROUPS_CLAIM) or []
    if isinstance(given, str):
        given = given.split(",")
    if not isinstance(given, list):
        return []
    return [str(group) for group in given[:MAX_GROUPS]]
