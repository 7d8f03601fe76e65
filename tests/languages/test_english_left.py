"""Pages in German show no English but what the database holds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from catalog import labels, trash
from catalog.feeds import addresses
from catalog.models import (
    Article,
    ArticleVersion,
    CitedCount,
    LinkCheck,
    Passage,
    SavedView,
)
from tests.languages.english import english_texts
from tests.pages import admin_user, an_article  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
WHEN = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
LEFT_OUT = [
    {
        "kind": "paragraph",
        "words": "Teilen und folgen",
        "word_count": 3,
        "rule": "share-buttons",
        "reason": "Buttons for sharing or following.",
    }
]


@pytest.fixture
def client(admin_user: User) -> Client:  # noqa: F811
    """A browser that wants German, of somebody who may do everything."""
    browser = Client(headers={"Accept-Language": "de"})
    browser.force_login(admin_user)
    return browser


@pytest.fixture
def article(admin_user: User) -> Article:  # noqa: F811
    """An article with everything that its page can show."""
    found = german_article(
        1,
        left_out=LEFT_OUT,
        rights=["noai"],
        license="https://creativecommons.org/publicdomain/zero/1.0/",
        labels=["lesen"],
        tags=["garten"],
        code_languages=["python"],
        imports=["numpy"],
        quality=0.4,
        quality_reasons=["no author", "short: 12 words", "9% of the text was lost"],
        authors=["Grete Beispiel"],
        html='<h2>Ernte</h2><p>Worte <img src="https://blog.example/1.png"> im Garten</p>',
    )
    german_article(2, original=found, url="http://blog.example/2")
    german_article(3, quality=0.3, quality_reasons=["no date"])
    german_article(6, quality=0.3, reviewed_at=WHEN)
    german_article(4, published=None, language="")
    ArticleVersion.objects.create(
        article=found,
        title="Über die alte Ernte",
        text="Worte " * 60,
        content_hash="alt",
        published=WHEN,
    )
    given = {"source": found.source, "next_at": WHEN, "checked_at": WHEN}
    LinkCheck.objects.create(pk=found.pk, answer="there", **given)
    Passage.objects.create(owner=admin_user, article=found, quote="Worte", note="Gut")
    return found


def german_article(number: int, **values: Any) -> Article:
    given = {
        "title": f"Über die Ernte {number}",
        "text": f"Worte im Garten {number}",
        "html": f"<p>Worte im Garten {number}</p>",
        "excerpt": "Worte im Garten",
        "language": "de",
    }
    return an_article(number, **given | values)


def english(client: Client, path: str) -> list[str]:
    answer = client.get(path, follow=True)
    assert answer.status_code == 200, path
    page = answer.content.decode()
    if "<html" in page:
        assert '<html lang="de">' in page
    return list(english_texts(page))


LISTS = (
    "/articles/",
    "/articles/?view=table",
    "/articles/?q=Ernte&language=de&copies=unique&has_code=no&gone=no&rights=noai",
    "/articles/?q=zzzz",
    "/articles/?q=feld:wert&since=morgen&words_from=x",
    "/articles/?run=7",
    "/articles/facets",
    "/articles/histogram",
    "/articles/facets/author?find=Grete",
    "/articles/facets/tag",
    "/articles/all",
    "/articles/all?q=Ernte",
    "/articles/all?since=morgen",
    "/articles/highlights/",
    "/articles/feeds/",
    "/articles/views/",
    "/articles/review/",
    "/articles/review/?source=anderswo",
    "/articles/links/",
)
PAGES = ("", "?beside=1", "similar", "related", "versions")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_shows_no_english(
    client: Client, article: Article, admin_user: User, path: str  # noqa: F811
) -> None:  # fmt: skip
    addresses.make(admin_user.pk, QueryDict("tag=garten"))
    addresses.make(admin_user.pk, QueryDict())
    own = {"owner": admin_user, "name": "Ernte", "query": "q=Ernte", "shared": True}
    SavedView.objects.create(**own)
    other = User.objects.create(username="grete")
    SavedView.objects.create(owner=other, name="Garten", shared=True)
    CitedCount.objects.bulk_create(
        CitedCount(
            kind=kind,
            place=0,
            name=name,
            sources=2,
            articles=3,
            counted_at=timezone.now(),
        )
        for kind, name in (("host", "andere.example"), ("page", "https://c.example/"))
    )
    assert english(client, path) == []


@pytest.mark.parametrize(
    "path", ["/articles/", "/articles/views/", "/articles/feeds/", "/articles/trash/",
             "/articles/highlights/", "/articles/review/", "/articles/links/",
             "/articles/histogram", "/articles/facets"],
)  # fmt: skip
def test_an_empty_list_shows_no_english(client: Client, path: str) -> None:
    assert english(client, path) == []


@pytest.mark.parametrize("part", PAGES)
def test_a_page_of_an_article_shows_no_english(
    client: Client, article: Article, part: str
) -> None:
    assert english(client, f"/articles/{article.pk}/{part}") == []


def test_the_page_of_an_article_that_is_gone_shows_no_english(
    client: Client, article: Article
) -> None:
    gone = {"missing_at": WHEN, "missing_status": 404}
    confirmed = {"confirmed_at": WHEN, "confirmed_status": 410}
    for check in (gone | confirmed, gone, {"address": "https://b.example/"}):
        LinkCheck.objects.filter(pk=article.pk).update(**check)
        assert english(client, f"/articles/{article.pk}/") == []


def test_the_trash_shows_no_english(client: Client, article: Article) -> None:
    more = german_article(5)
    trash.delete([article.pk], timezone.now(), "grete")
    trash.delete([more.pk], timezone.now() - timedelta(days=20))
    assert english(client, "/articles/trash/") == []


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/articles/delete", {"id": "{pk}"}),
        ("/articles/delete", {}),
        ("/articles/delete", {"id": "1000000"}),
        ("/articles/label", {"id": "{pk}", "label": "neu"}),
        ("/articles/label", {"id": "{pk}", "label": "lesen", "remove": "on"}),
        ("/articles/label", {"id": "{pk}", "label": "fehlt", "remove": "on"}),
        ("/articles/label", {"id": "{pk}"}),
        ("/articles/mark", {"id": "{pk}", "mark": "read"}),
        ("/articles/mark", {"id": "{pk}", "mark": "unstar"}),
        ("/articles/mark", {"mark": "archive"}),
        ("/articles/views/save", {"name": "Ernte", "query": "q=Ernte"}),
        ("/articles/views/save", {"name": "", "query": "q=Ernte"}),
        ("/articles/trash/restore", {"id": "{pk}"}),
        ("/articles/trash/erase", {"id": "{pk}"}),
        ("/articles/feeds/make", {"query": "q=Ernte"}),
        ("/articles/{pk}/highlights", {"quote": "Garten"}),
        ("/articles/{pk}/highlights", {"quote": ""}),
        ("/articles/{pk}/review", {}),
    ],
)
def test_what_was_done_is_not_told_in_english(
    client: Client, article: Article, path: str, given: dict[str, str]
) -> None:
    values = {name: value.format(pk=article.pk) for name, value in given.items()}
    answer = client.post(path.format(pk=article.pk), values, follow=True)
    assert answer.status_code == 200
    assert list(english_texts(answer.content.decode())) == []


def test_suggestions_are_not_in_english(client: Client, article: Article) -> None:
    labels.add([article.pk], "später")
    for typed in ("t", "l", "is:", "tag:", "s", "g", "r", "d", "u", "c", "i", "a"):
        items = client.get("/articles/complete.json", {"q": typed}).json()["items"]
        for item in items:
            assert list(english_texts(f"<p>{item['meaning']}</p>")) == []
    for item in client.get("/articles/jump.json", {"q": "blog"}).json()["items"]:
        assert list(english_texts(f"<p>{item['kind']} {item['label']}</p>")) == []


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        ("<p>The article is gone.</p>", ["The article is gone."]),
        ("<p>Der Artikel ist weg.</p>", []),
        ('<p title="No sources">Alle</p>', ["No sources"]),
        ('<p lang="en">The article is gone.</p>', []),
        ("<p>Das <b>Wort</b> and this</p>", ["and this"]),
        ("<p>/articles/is:unread <code>is that</code></p>", []),
    ],
)
def test_english_is_found(page: str, texts: list[str]) -> None:
    assert list(english_texts(page)) == texts
