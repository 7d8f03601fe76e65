"""The page of users: inviting, roles, and taking access away."""

import re
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from pipeline.access import people
from pipeline.access.models import AuditEntry, Token
from pipeline.access.roles import Role, role_of
from tests.people import session

pytestmark = pytest.mark.django_db
JSON = "application/json"


def person(name: str, role: Role = Role.VIEWER) -> User:
    return people.invite(name, role)


def test_an_invited_person_signs_in_by_the_link_once_and_sets_a_password() -> None:
    admin = session(Role.ADMIN)
    page = admin.post("/users/", {"username": "ana", "role": Role.OPERATOR.value}).text
    link = re.search(r"http://testserver(/signin/\?sesame=[^<\s]+)", page)
    assert link is not None
    ana = Client()
    assert ana.get(link[1]).status_code == 302
    assert ana.get("/account/").context["role"] == Role.OPERATOR
    assert Client().get(link[1]).status_code == 200, "a link works once"
    assert AuditEntry.objects.filter(verb="create", kind="user").exists()

    typed = {"new_password1": "correct horse", "new_password2": "correct horse"}
    assert ana.post("/account/password", typed).status_code == 302
    again = Client()
    assert again.login(username="ana", password="correct horse")
    weak = {"old_password": "correct horse", "new_password1": "1234", "new_password2": "1234"}  # fmt: skip
    refused = ana.post("/account/password", weak)
    assert refused.status_code == 422
    assert "too short" in refused.text


def test_a_role_is_changed_and_access_taken_and_given_back() -> None:
    admin = session(Role.ADMIN)
    ana = person("ana")
    admin.post(f"/users/{ana.pk}/role", {"role": "operator"})
    ana.refresh_from_db()
    assert role_of(User.objects.get(pk=ana.pk)) == Role.OPERATOR
    browser = Client()
    browser.force_login(ana)
    token, secret = Token.objects.issue(ana, "nightly", Role.VIEWER)
    admin.post(f"/users/{ana.pk}/deactivate")
    assert browser.get("/runs/").status_code == 302, "a session ends at once"
    brought = {"Authorization": f"Bearer {secret}"}
    assert Client(headers=brought).get("/api/runs").status_code == 401
    assert "deactivated" in admin.get("/users/").text
    refused = admin.post(f"/users/{ana.pk}/link", follow=True).text
    assert "is deactivated" in refused
    admin.post(f"/users/{ana.pk}/activate")
    assert Client(headers=brought).get("/api/runs").status_code == 200
    assert "sesame=" in admin.post(f"/users/{ana.pk}/link").text
    assert token.user_id == ana.pk


def test_the_last_active_admin_stays_one() -> None:
    admin = session(Role.ADMIN)
    [only] = User.objects.filter(is_superuser=True)
    for verb, values in (("role", {"role": "viewer"}), ("deactivate", {})):
        page = admin.post(f"/users/{only.pk}/{verb}", values, follow=True).text
        assert "This is the only active admin" in page
    person("deputy", Role.ADMIN)
    admin.post(f"/users/{only.pk}/deactivate")
    only.refresh_from_db()
    assert not only.is_active


@pytest.mark.django_db(transaction=True)
def test_two_admins_do_not_remove_each_other_at_the_same_time() -> None:
    admins = [person("one", Role.ADMIN), person("two", Role.ADMIN)]
    start = Barrier(2)

    def remove(other: User) -> None:
        start.wait(600)
        try:
            people.deactivate(other)
        except people.LastAdmin:
            pass
        finally:
            connection.close()

    threads = [Thread(target=remove, args=[admin]) for admin in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


@pytest.mark.parametrize("name", ["", "a b", "ana", "x" * 151, "a\0b"])
def test_a_name_that_will_not_do_says_so(name: str) -> None:
    person("ana")
    admin = session(Role.ADMIN)
    number = User.objects.count()
    page = admin.post("/users/", {"username": name, "role": "1"})
    assert page.status_code == 422
    assert "invalid-feedback" in page.text or "alert" in page.text
    assert User.objects.count() == number


def test_unknown_roles_and_verbs_change_nothing() -> None:
    admin = session(Role.ADMIN)
    ana = person("ana")
    assert admin.post(f"/users/{ana.pk}/role", {"role": "king"}).status_code == 404
    assert admin.post(f"/users/{ana.pk}/crown").status_code == 404
    assert admin.post("/users/999999/deactivate").status_code == 404


def test_programs_manage_users_too() -> None:
    admin = session(Role.ADMIN)
    body = {"username": "ana", "role": "operator"}
    made = admin.post("/api/users", body, JSON)
    assert made.status_code == 201
    pk = made.json()["id"]
    assert made.json() == {
        "id": pk, "username": "ana", "role": "operator", "active": True,
        "last_sign_in_at": None, "tokens": 0,
    }  # fmt: skip
    assert admin.post("/api/users", body, JSON).status_code == 422
    assert admin.post("/api/users", body | {"role": "king"}, JSON).status_code == 422
    changed = admin.post(f"/api/users/{pk}/role", {"role": "viewer"}, JSON)
    assert changed.json()["role"] == "viewer"
    assert not admin.post(f"/api/users/{pk}/deactivate").json()["active"]
    assert admin.post(f"/api/users/{pk}/activate").json()["active"]
    assert "ana" in [
        line["username"] for line in admin.get("/api/users").json()["items"]
    ]
    [only] = User.objects.filter(is_superuser=True)
    refused = admin.post(f"/api/users/{only.pk}/deactivate")
    assert refused.status_code == 409
    assert "only active admin" in refused.json()["detail"]
