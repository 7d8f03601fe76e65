"""How long what is kept of a source stays: by the settings, and by source."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Article, ArticleVersion
from pipeline.access.roles import Role
from pipeline.models import Snapshot, SourceRetention
from pipeline.monitor.pruning import prune
from pipeline.monitor.source_retention import keep, of_source
from tests.pages import a_snapshot, admin_user, an_article
from tests.people import program, session

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db
JSON = "application/json"


def old_article(number: int, days: int, host: str = "blog.example") -> Article:
    article = an_article(number, host=host)
    moment = timezone.now() - timedelta(days=days)
    Article.objects.filter(pk=article.pk).update(first_seen_at=moment)
    return article


def version(article: Article, days: int) -> ArticleVersion:
    made = ArticleVersion.objects.create(
        article=article, title="", text="", html="", content_hash=f"{article.pk}{days}"
    )
    moment = timezone.now() - timedelta(days=days)
    ArticleVersion.objects.filter(pk=made.pk).update(replaced_at=moment)
    return made


def live() -> set[int]:
    return set(Article.objects.live().values_list("pk", flat=True))


def test_nothing_goes_unless_somebody_asked_for_it() -> None:
    article = old_article(1, 5_000)
    version(article, 5_000)
    counts = prune()
    assert (counts["articles_expired"], counts["versions"]) == (0, 0)
    assert live() == {article.pk}


def test_articles_past_the_days_of_all_sources_go_to_the_trash(settings: Any) -> None:
    settings.ARTICLE_DAYS = 100
    old = old_article(1, 101)
    young = old_article(2, 99)
    assert prune()["articles_expired"] == 1
    assert live() == {young.pk}
    old.refresh_from_db()
    assert (old.deleted_by, old.erased_at) == ("retention", None)


def test_a_source_may_have_days_of_its_own(settings: Any) -> None:
    settings.ARTICLE_DAYS = 100
    settings.VERSION_DAYS = 10
    forever = old_article(1, 5_000)
    shorter = old_article(2, 50, host="short.example")
    kept_version = version(forever, 20)
    keep(forever.source, {"article_days": 0, "version_days": 30})
    keep(shorter.source, {"article_days": 40})
    old_version = version(old_article(3, 1, host="other.example"), 20)
    counts = prune()
    assert (counts["articles_expired"], counts["versions"]) == (1, 1)
    assert forever.pk in live()
    assert shorter.pk not in live()
    assert ArticleVersion.objects.filter(pk=kept_version.pk).exists()
    assert not ArticleVersion.objects.filter(pk=old_version.pk).exists()


def test_stored_pages_of_a_source_with_days_of_its_own_go_even_the_newest() -> None:
    article = an_article(1)
    other = an_article(1, host="other.example")
    moment = timezone.now() - timedelta(days=8)
    gone = a_snapshot(article, b"one", fetched_at=moment)
    kept = a_snapshot(other, b"two", fetched_at=moment)
    keep(article.source, {"snapshot_days": 7})
    assert prune()["source_snapshots"] == 1
    assert list(Snapshot.objects.all()) == [kept]
    assert gone.pk != kept.pk


def test_the_page_of_a_source_shows_and_changes_the_days(admin_client: Client) -> None:
    source = an_article(1).source
    page = admin_client.get(f"/sources/{source.pk}/").text
    assert "kept forever" in page
    path = f"/sources/{source.pk}/retention"
    page = admin_client.post(path, {"article_days": "90"}, follow=True).text
    assert "Days saved." in page
    assert "90 days since they were first stored" in page
    assert of_source(source).own == {"article_days"}
    page = admin_client.post(path, {"article_days": "-1"}, follow=True).text
    assert "Give whole days" in page
    assert session(Role.OPERATOR).post(path, {}).status_code == 403


def test_a_program_changes_the_days() -> None:
    source = an_article(1).source
    path = f"/api/sources/{source.pk}/retention"
    admin = program(Role.ADMIN)
    answer = admin.put(path, {"version_days": 7}, JSON).json()
    assert (answer["version_days"], answer["own"]) == (7, ["version_days"])
    assert admin.put(path, {"version_days": -7}, JSON).status_code == 422
    assert program(Role.OPERATOR).put(path, {}, JSON).status_code == 403
    assert SourceRetention.objects.get().version_days == 7
