"""Saved views: a name for a filter, one's own or everybody's."""

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client

from catalog import saved_views
from catalog.models import SavedView
from tests.pages import an_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(client: Client) -> Client:
    client.force_login(
        User.objects.create(username="other", is_staff=True, is_superuser=True)
    )
    return client


def save(
    client: Client,
    name: str = "Mine",
    query: str = "tag=python&sort=words",
    **more: str,
) -> str:
    return client.post(
        "/articles/views/save", {"name": name, "query": query, **more}, follow=True
    ).text


def test_a_view_is_saved_and_is_a_link_above_the_list(admin_client: Client) -> None:
    an_article(1, tags=["python"])
    page = save(admin_client, query="tag=python&sort=words&before=2020_1&q=")
    assert "View “Mine” saved." in page
    assert (
        '<a class="view" href="/articles/?sort=words&amp;tag=python" aria-current="true"><bdi>Mine</bdi></a>'
        in page
    )
    elsewhere = admin_client.get("/articles/").text
    assert (
        '<a class="view" href="/articles/?sort=words&amp;tag=python"><bdi>Mine</bdi></a>'
        in elsewhere
    )


def test_the_same_name_again_replaces_it(admin_client: Client) -> None:
    save(admin_client)
    assert "replaced" in save(admin_client, query="language=de", shared="on")
    view = SavedView.objects.get()
    assert (view.query, view.shared) == ("language=de", True)


def test_others_see_only_what_is_shared_and_change_nothing(
    admin_client: Client, other: Client
) -> None:
    save(admin_client, "Secret")
    save(admin_client, "Ours", shared="on")
    page = other.get("/articles/").text
    assert "Ours" in page
    assert "Secret" not in page
    assert "by admin" in other.get("/articles/views/").text
    for view in SavedView.objects.all():
        assert other.post(f"/articles/views/{view.pk}/delete").status_code == 404
        assert (
            other.post(f"/articles/views/{view.pk}/change", {"name": "x"}).status_code
            == 404
        )
    assert SavedView.objects.count() == 2


def test_a_view_is_renamed_shared_and_deleted(admin_client: Client) -> None:
    save(admin_client)
    view = SavedView.objects.get()
    path = f"/articles/views/{view.pk}"
    page = admin_client.post(
        f"{path}/change", {"name": "Words", "shared": "on"}, follow=True
    ).text
    assert "View “Mine” is now “Words”." in page
    view.refresh_from_db()
    assert (view.name, view.shared, view.query) == (
        "Words",
        True,
        "sort=words&tag=python",
    )
    save(admin_client, "Another")
    assert (
        "already"
        in admin_client.post(f"{path}/change", {"name": "Another"}, follow=True).text
    )
    assert (
        "Enter a name"
        in admin_client.post(f"{path}/change", {"name": "\u202e"}, follow=True).text
    )
    assert admin_client.get(f"{path}/delete").status_code == 405
    assert admin_client.post(f"{path}/burn").status_code == 404
    assert "deleted" in admin_client.post(f"{path}/delete", follow=True).text
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("name", ["", "   ", "\0", "x" * 61])
def test_a_name_that_is_none_is_refused(admin_client: Client, name: str) -> None:
    assert "Not saved" in save(admin_client, name)
    assert not SavedView.objects.exists()


def test_there_is_a_most(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MAX_VIEWS", 1)
    save(admin_client, "One")
    assert "You have 1 views" in save(admin_client, "Two")
    assert "too long" in save(admin_client, "Long", "q=" + "x" * 3000)


def test_a_hostile_name_is_only_text(admin_client: Client) -> None:
    save(admin_client, "<script>alert(1)</script>", "tag=%22%3E%3Cscript%3E")
    for path in ("/articles/", "/articles/views/"):
        assert "<script>alert" not in admin_client.get(path).text


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("b=2&a=1", "a=1&b=2"),
        ("a=&b=2", "b=2"),
        ("before=1&after=2&a=1", "a=1"),
        ("a=2&a=1", "a=1&a=2"),
        ("", ""),
    ],
)
def test_the_same_view_has_the_same_query(query: str, same: str) -> None:
    assert saved_views.normalized(QueryDict(query)) == same
