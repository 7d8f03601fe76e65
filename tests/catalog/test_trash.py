"""Deleting, undoing and erasing articles."""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from catalog import trash
from catalog.models import Article, ArticleVersion
from pipeline.access.roles import Role
from pipeline.fetching import images, snapshots
from pipeline.models import Body, Image, Journey, JourneyDraft, Snapshot
from pipeline.monitor.models import LogEvent
from pipeline.monitor.pruning import prune
from tests.pages import a_run, a_snapshot, admin_user, an_article, journeys
from tests.people import program, session

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db
JSON = "application/json"


def deleted(number: int = 1, days: int = 0, **values: object) -> Article:
    return an_article(
        number, deleted_at=timezone.now() - timedelta(days=days), **values
    )


def test_a_deletion_is_undone_from_its_message(admin_client: Client) -> None:
    first, second = an_article(1, labels=["to read"]), an_article(2)
    ArticleVersion.objects.create(
        article=first, title="x", text="y", html="", content_hash="z"
    )
    deleted(3)
    page = admin_client.post(
        "/articles/delete", {"id": [first.pk, second.pk]}, follow=True
    ).text
    assert "2 articles deleted and excluded from future crawls." in page
    [moment] = re.findall('name="deleted_at" value="([^"]+)"', page)
    page = admin_client.post(
        "/articles/trash/restore", {"deleted_at": moment}, follow=True
    ).text
    assert "2 articles restored." in page
    assert set(Article.objects.live()) == {first, second}
    first.refresh_from_db()
    assert (first.labels, first.versions.count()) == (["to read"], 1)


def test_the_trash_lists_what_can_be_restored(admin_client: Client) -> None:
    gone = deleted(1)
    an_article(2)
    page = admin_client.get("/articles/trash/").text
    assert "Article 1" in page
    assert "Article 2" not in page
    admin_client.post("/articles/trash/restore", {"id": gone.pk})
    assert Article.objects.live().count() == 2
    assert "The trash is empty." in admin_client.get("/articles/trash/").text


def test_after_its_days_everything_of_an_article_is_erased() -> None:
    old = deleted(1, days=31, labels=["x"], tags=["y"], left_out=[{"words": "secret"}])
    recent = deleted(2, days=29)
    ArticleVersion.objects.create(
        article=old, title="x", text="y", html="", content_hash="z"
    )
    [journey] = journeys(a_run(), 1, "stored", "store", article=old)
    JourneyDraft.objects.create(journey=journey, data=b"secret")
    snapshot = a_snapshot(old, b"secret")
    Journey.objects.filter(pk=journey.pk).update(snapshot=snapshot)
    kept = a_snapshot(recent, b"kept")
    assert prune()["articles_erased"] == 1
    old.refresh_from_db()
    assert (old.text, old.html, old.labels, old.tags, old.left_out) == (
        "",
        "",
        [],
        [],
        [],
    )
    assert old.erased_at
    assert old.key == "https://blog.example/1"
    assert not old.versions.exists()
    assert list(Snapshot.objects.all()) == [kept]
    assert list(Body.objects.all()) == [kept.body]
    journey.refresh_from_db()
    assert journey.snapshot is None
    assert not JourneyDraft.objects.exists()
    assert trash.restore(Article.objects.all()) == 1
    assert list(Article.objects.live()) == [recent]


def test_nothing_quotes_an_erased_article() -> None:
    image = "https://blog.example/a.png"
    old = deleted(1, days=31, html=f'<p>secret</p><img src="{image}">', text="secret")
    other = an_article(2)
    version = ArticleVersion(article=old, title="x", text="y", content_hash="z")
    version.html = '<img src="https://blog.example/b.png">'
    version.save()
    for address in (image, "https://blog.example/b.png", "https://blog.example/c.png"):
        kept = images.key(address)
        Image.objects.create(key=kept, data=b"x", size=1, fetched_at=timezone.now())
    [journey] = journeys(a_run(), 1, "stored", "store", article=old)
    [another] = journeys(a_run(), 1, "stored", "store", article=other)
    line = {"at": timezone.now(), "level": 20, "event": "stored"}
    quoting = {"title": "secret"}
    LogEvent.objects.create(**line, journey=journey.pk, data=quoting)
    LogEvent.objects.create(**line, url=old.key, data=quoting)
    LogEvent.objects.create(**line, journey=another.pk, data={"title": "kept"})
    prune()
    said = [event.data for event in LogEvent.objects.filter(event="stored")]
    assert sorted(str(each) for each in said) == [
        "{'erased': 'with its article'}",
        "{'erased': 'with its article'}",
        "{'title': 'kept'}",
    ]
    assert [each.key for each in Image.objects.all()] == [
        images.key("https://blog.example/c.png")
    ]
    old.refresh_from_db()
    assert "secret" not in str({**old.__dict__})


def test_only_an_admin_erases_at_once(admin_client: Client) -> None:
    gone = deleted(1)
    form = {"id": gone.pk}
    assert session(Role.OPERATOR).post("/articles/trash/erase", form).status_code == 403
    assert (
        "1 article erased."
        in admin_client.post("/articles/trash/erase", form, follow=True).text
    )
    gone.refresh_from_db()
    assert gone.erased_at


def test_a_stored_page_is_found_without_reading_all_deleted_articles() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off"
        )
        plan = snapshots.readable().filter(pk=1).explain()
    assert "hashed SubPlan" not in plan
    assert "article_key" in plan


def test_the_stored_page_of_a_deleted_article_is_not_served(
    admin_client: Client,
) -> None:
    article = an_article(1)
    snapshot = a_snapshot(article, b"<p>words</p>")
    paths = [
        f"/snapshots/{snapshot.pk}/",
        f"/api/snapshots/{snapshot.pk}",
        f"/api/snapshots/{snapshot.pk}/body",
    ]
    assert {admin_client.get(path).status_code for path in paths} == {200}
    trash.delete([article.pk], timezone.now())
    assert {admin_client.get(path).status_code for path in paths} == {404}


def test_a_program_deletes_restores_and_erases() -> None:
    article = an_article(1)
    operator, ids = program(Role.OPERATOR), {"ids": [article.pk]}
    assert operator.delete(f"/api/articles/{article.pk}").status_code == 204
    [listed] = operator.get("/api/articles/trash").json()["items"]
    assert (listed["id"], listed["deleted_by"]) == (article.pk, "operator")
    assert operator.post("/api/articles/restore", ids, JSON).json() == {"changed": 1}
    assert operator.post("/api/articles/erase", ids, JSON).status_code == 403
    admin = program(Role.ADMIN)
    assert admin.post("/api/articles/erase", ids, JSON).json() == {"changed": 0}
    admin.post("/api/articles/delete", ids, JSON)
    assert admin.post("/api/articles/erase", ids, JSON).json() == {"changed": 1}


def test_what_went_together_is_restored_together_from_the_list(
    admin_client: Client,
) -> None:
    articles = [an_article(number) for number in range(30)]
    ids = [article.pk for article in articles]
    admin_client.post("/articles/delete", {"id": ids[:28]})
    admin_client.post("/articles/delete", {"id": ids[28]})
    old = deleted(50, days=29)
    page = admin_client.get("/articles/trash/")
    first, second = page.context["groups"]
    assert (first.number, first.deleted_by, first.days_left) == (1, "admin", 29)
    assert (second.number, len(second.articles)) == (28, 24)
    assert "29 days left" in page.text
    assert "Undo: restore 28 articles" in page.text
    rest = admin_client.get(
        f"/articles/trash/?before={page.context['page'].older}".replace("+", "%2B")
    )
    assert [group.days_left for group in rest.context["groups"]] == [29, 0]
    form = {"deleted_at": second.deleted_at.isoformat(), "from": "trash"}
    answer = admin_client.post("/articles/trash/restore", form, follow=True)
    assert "28 articles restored." in answer.text
    assert answer.request["PATH_INFO"] == "/articles/trash/"
    assert Article.objects.live().count() == 29
    old.refresh_from_db()
    assert old.deleted_at


def test_the_index_of_the_trash_is_used(admin_client: Client) -> None:
    deleted(1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = trash.in_trash().order_by("-deleted_at", "-pk")[:26].explain()
    assert "article_in_trash" in plan
