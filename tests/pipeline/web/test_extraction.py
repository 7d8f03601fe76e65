"""An article is extracted again without leaving the reader."""

import pytest
from django.test import Client

from catalog.models import Article
from pipeline.models import Journey, Run
from tests.pages import a_run, a_snapshot, admin_user, an_article, journeys

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture
def article(monkeypatch: pytest.MonkeyPatch) -> Article:
    """An article with a stored page; nothing is sent to workers."""
    monkeypatch.setattr(
        "pipeline.journeys.batches.dispatch_batches", lambda run_id: None
    )
    article = an_article()
    snapshot = a_snapshot(article, b"<p>Some text.</p>")
    journeys(
        a_run("finished"), 1, "stored", "store", article=article, snapshot=snapshot
    )
    return article


def save(client: Client, article: Article) -> tuple[str, Journey]:
    """What the reader shows after the button, and the URL that is extracted again."""
    page = client.post(f"/articles/{article.pk}/extraction/save", headers=PART).text
    return page, Run.objects.latest("pk").journeys.get()


def test_saving_starts_a_run_and_the_reader_waits_for_it(
    admin_client: Client, article: Article
) -> None:
    page, journey = save(admin_client, article)
    asked = f"/articles/{article.pk}/extraction/saved/{journey.run_id}"
    assert f'hx-get="{asked}"' in page
    assert admin_client.get(asked, headers=PART).status_code == 204


@pytest.mark.parametrize(
    ("state", "said"),
    [("stored", "This is the new version"), ("unchanged", "the same")],
)
def test_the_reader_is_loaded_anew_when_it_is_stored(
    admin_client: Client, article: Article, state: str, said: str
) -> None:
    _, journey = save(admin_client, article)
    Journey.objects.filter(pk=journey.pk).update(state=state)
    asked = f"/articles/{article.pk}/extraction/saved/{journey.run_id}"
    assert admin_client.get(asked, headers=PART)["HX-Refresh"] == "true"
    assert said in admin_client.get(f"/articles/{article.pk}/").text


def test_a_refusal_is_told_in_place(admin_client: Client, article: Article) -> None:
    _, journey = save(admin_client, article)
    Journey.objects.filter(pk=journey.pk).update(state="failed", reason="empty")
    asked = f"/articles/{article.pk}/extraction/saved/{journey.run_id}"
    answer = admin_client.get(asked, headers=PART)
    assert "HX-Refresh" not in answer
    assert "Not saved:" in answer.text


def test_without_a_stored_page_nothing_is_started(admin_client: Client) -> None:
    article = an_article()
    path = f"/articles/{article.pk}/extraction/save"
    assert "Nothing to extract again" in admin_client.post(path, headers=PART).text
    assert "Nothing to extract again" in admin_client.post(path, follow=True).text
    assert not Run.objects.exists()


def test_without_scripts_the_reader_is_shown_again(
    admin_client: Client, article: Article
) -> None:
    path = f"/articles/{article.pk}/extraction/save"
    answer = admin_client.post(path, follow=True)
    assert answer.redirect_chain[-1][0] == article.get_absolute_url()
    assert "Reload this page to see the new version" in answer.text
