"""Erasing from the page, by the API and from the command line: for admins alone, previewed first."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from catalog.models import Article
from pipeline.access.models import AuditEntry
from pipeline.access.roles import Role
from pipeline.models import ErasedURL, Erasure
from pipeline.models.erasure import digest_of
from pipeline.privacy.work import erase_for
from tests.pages import admin_user, an_article
from tests.people import program, session

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db
HOST = "blog.example"
JSON = "application/json"


def command(*words: str) -> str:
    out = StringIO()
    call_command("erase", *words, stdout=out)
    return out.getvalue()


def test_the_page_previews_then_erases(admin_client: Client) -> None:
    article = an_article(1)
    page = admin_client.get(f"/erase/?source={article.source_id}").text
    assert 'value="blog.example"' in page
    asked = {"host": HOST, "pattern": "/1"}
    page = admin_client.post("/erase/preview", asked).text
    assert "<strong>1 article</strong>" in page
    assert Article.objects.exists()
    assert not AuditEntry.objects.filter(kind="route").exists()
    page = admin_client.post("/erase/", asked, follow=True).text
    assert "Erasing 1 article." in page
    erase_for(60)
    assert not Article.objects.exists()
    page = admin_client.get("/erase/").text
    assert "1 / 1" in page
    assert HOST not in page.split("<tbody>")[1].split("</tbody>")[0]


def test_the_page_says_what_is_wrong(admin_client: Client) -> None:
    for path in ("/erase/preview", "/erase/"):
        answer = admin_client.post(path, {"host": "nobody.example"})
        assert answer.status_code == 422
        assert "There is no such source." in answer.text


def test_only_an_admin_erases() -> None:
    an_article(1)
    operator = session(Role.OPERATOR)
    for path in ("/erase/", "/erase/preview", "/erase/lift"):
        assert operator.post(path, {"host": HOST}).status_code == 403
    assert operator.get("/erase/").status_code == 403
    by_api = program(Role.OPERATOR)
    assert by_api.post("/api/erasures", {"host": HOST}, JSON).status_code == 403
    assert by_api.get("/api/erased").status_code == 403
    assert not Erasure.objects.exists()


def test_a_program_previews_erases_and_lifts() -> None:
    article = an_article(1)
    admin = program(Role.ADMIN)
    asked = {"host": HOST}
    answer = admin.post("/api/erasures/preview", asked, JSON)
    assert answer.json() == {"articles": 1}
    started = admin.post("/api/erasures", asked, JSON)
    assert (started.status_code, started.json()["state"]) == (202, "waiting")
    erase_for(60)
    [line] = admin.get("/api/erasures").json()["items"]
    assert (line["state"], line["erased"], line["host"]) == ("done", 1, "")
    [erased] = admin.get("/api/erased").json()
    assert erased["digest"] == digest_of(article.key)
    path = f"/api/erased/{erased['digest']}"
    assert admin.delete(path).status_code == 204
    assert admin.delete(path).status_code == 422
    assert admin.post("/api/erasures", {"host": "x.y"}, JSON).status_code == 422


def test_the_page_takes_a_url_off_the_list(admin_client: Client) -> None:
    key = f"https://{HOST}/1"
    ErasedURL.objects.create(digest=digest_of(key), erased_at=timezone.now())
    page = admin_client.post("/erase/lift", {"name": f"{key}/"}, follow=True).text
    assert "a crawl may bring it back" in page
    assert not ErasedURL.objects.exists()
    page = admin_client.post("/erase/lift", {"name": key}, follow=True).text
    assert "not on the list" in page
    entries = AuditEntry.objects.exclude(kind__in=["user", "session"])
    assert HOST not in str(entries.values_list("object", "after"))


def test_the_command_previews_unless_one_is_sure() -> None:
    an_article(1)
    assert "1 articles would be erased" in command("preview", HOST)
    assert "Add --yes" in command("run", HOST)
    assert Article.objects.exists()
    assert "\tdone\t1 of 1 articles\t" in command("run", HOST, "--yes")
    assert not Article.objects.exists()
    assert "\tdone\t" in command("list")
    with pytest.raises(CommandError, match="no such source"):
        command("preview", "nobody.example")


def test_the_command_applies_a_list_to_an_older_catalogue(tmp_path: Path) -> None:
    article = an_article(1)
    command("run", HOST, "--yes")
    file = tmp_path / "erased.txt"
    file.write_text(command("export"))
    ErasedURL.objects.all().delete()
    an_article(1)
    assert "\tdone\t1 of" in command("apply", str(file))
    assert not Article.objects.exists()
    assert digest_of(article.key) in command("export")
    command("lift", article.url)
    with pytest.raises(CommandError, match="No such file"):
        command("apply", str(tmp_path / "missing"))
