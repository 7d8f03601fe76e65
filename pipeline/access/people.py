"""The people who may sign in: invite them, change their role, deactivate and activate them.

Django's users are the rows; each change is audited by the signals of their models. The last active
admin stays one, so that nobody is locked out.
"""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from pipeline.access.roles import Role, set_role

MAX_PEOPLE = 1_000


class LastAdmin(Exception):
    """The change would leave nobody who can administer."""

    def __str__(self) -> str:
        return "This is the only active admin. Make somebody else an admin first."


def people() -> QuerySet[User]:
    """Return all users with what a list shows: their groups and how many live tokens they have."""
    live = Count("tokens", filter=Q(tokens__revoked_at=None), distinct=True)
    return User.objects.prefetch_related("groups").annotate(live_tokens=live)


@transaction.atomic
def invite(username: str, role: Role, email: str = "") -> User:
    """Create a user without a password, who signs in by a link. Raises ValidationError."""
    if User.objects.count() >= MAX_PEOPLE:
        full = _("There are %(most)s users; deactivate some.")
        raise ValidationError(full % {"most": MAX_PEOPLE})
    person = User(username=username.strip(), email=email)
    person.set_unusable_password()
    person.full_clean(exclude=["password"])
    person.save()
    set_role(person, role)
    return person


@transaction.atomic
def change_role(person: User, role: Role) -> None:
    """Give a user this role. Raises LastAdmin."""
    if role != Role.ADMIN:
        _keep_an_admin(person)
    set_role(person, role)


@transaction.atomic
def deactivate(person: User) -> None:
    """End the user's access, of sessions and tokens too, from the next request on. Raises
    LastAdmin."""
    _keep_an_admin(person)
    person.is_active = False
    person.save(update_fields=["is_active"])


def activate(person: User) -> None:
    """Give a user the access back that was taken."""
    person.is_active = True
    person.save(update_fields=["is_active"])


def _keep_an_admin(person: User) -> None:
    admins = User.objects.filter(is_active=True, is_superuser=True)
    # Locked, so that two admins cannot remove each other at the same time.
    left = [each.pk for each in admins.select_for_update().order_by("pk")]
    if left == [person.pk]:
        raise LastAdmin
