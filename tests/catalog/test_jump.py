"""What the command palette finds besides pages."""

import pytest
from django.test import Client

from catalog.models import SavedView
from pipeline.access.roles import Role
from tests.pages import an_article
from tests.people import person, session

pytestmark = pytest.mark.django_db


def found(client: Client, words: str = "") -> list[tuple[str, str]]:
    items = client.get("/articles/jump.json", {"q": words}).json()["items"]
    return [(each["label"], each["url"]) for each in items]


def test_views_and_sources_are_found_by_a_part_of_their_name() -> None:
    an_article(1, host="blog.example")
    owner = person(Role.ADMIN)
    SavedView.objects.create(owner=owner, name="Blogs", query="tag=x", shared=True)
    SavedView.objects.create(owner=owner, name="Blogs, secret", query="tag=y")
    reader = session(Role.VIEWER)
    assert found(reader, "BLOG") == [
        ("Blogs", "/articles/?tag=x"),
        ("blog.example", "/articles/?source=blog.example"),
        ("Search articles for “BLOG”", "/articles/?q=BLOG"),
    ]
    assert found(reader) == [("Blogs", "/articles/?tag=x")]


def test_what_is_typed_is_only_text() -> None:
    label, url = found(session(Role.VIEWER), "<b>&x=%" + "y" * 300)[-1]
    assert len(label) < 150
    assert url.startswith("/articles/?q=%3Cb%3E%26x%3D%25y")
