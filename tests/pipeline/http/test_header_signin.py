"""A proxy that has asked people who they are signs them in by a header."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings

from pipeline.access.groups import role_of_groups
from pipeline.access.roles import Role, role_of

PROXIED = override_settings(
    SIGNIN_HEADER="Remote-User",
    ADMIN_GROUPS=["chiefs"],
    OPERATOR_GROUPS=["editors", "crew"],
)


def asked_for(user: str, groups: str, client: Client | None = None) -> Any:
    headers = {"Remote-User": user, "Remote-Groups": groups} if user else {}
    return (client or Client()).get("/articles/", headers=headers)


@PROXIED
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("groups", "role"),
    [
        ("chiefs,crew", Role.ADMIN),
        ("staff, crew", Role.OPERATOR),
        ("staff", Role.VIEWER),
        ("", Role.VIEWER),
    ],
)
def test_the_named_user_is_signed_in_with_the_role_of_the_groups(
    groups: str, role: Role
) -> None:
    assert asked_for("ada", groups).status_code == 200
    assert role_of(User.objects.get(username="ada")) == role


@PROXIED
@pytest.mark.django_db
def test_a_role_follows_the_groups_at_the_next_sign_in() -> None:
    asked_for("ada", "chiefs")
    asked_for("ada", "staff")
    assert role_of(User.objects.get(username="ada")) == Role.VIEWER


@PROXIED
@pytest.mark.django_db
def test_the_session_ends_when_the_proxy_names_nobody_any_more() -> None:
    client = Client()
    assert asked_for("ada", "", client).status_code == 200
    assert asked_for("", "", client).status_code == 302


@PROXIED
@pytest.mark.django_db
def test_a_deactivated_user_stays_outside() -> None:
    User.objects.create_user("ada", is_active=False)
    assert asked_for("ada", "chiefs").status_code == 302


@PROXIED
@pytest.mark.django_db
def test_the_header_of_anybody_else_signs_nobody_in() -> None:
    answer = Client(REMOTE_ADDR="203.0.113.7").get(
        "/articles/", headers={"Remote-User": "ada"}
    )
    assert answer.status_code == 302
    assert not User.objects.filter(username="ada").exists()


@pytest.mark.django_db
def test_without_the_setting_no_header_signs_anybody_in() -> None:
    assert asked_for("ada", "chiefs").status_code == 302


def test_without_groups_in_the_settings_roles_are_given_by_hand() -> None:
    assert role_of_groups(["chiefs"], [], []) is None
