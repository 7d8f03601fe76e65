"""Read, starred, archived: what each person notes for themselves, and the way along a list."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from catalog import trash
from catalog.models import Article, Mark
from pipeline.access.models import AuditEntry
from pipeline.access.roles import Role
from tests.pages import an_article
from tests.people import person, program, session

pytestmark = pytest.mark.django_db
MARK = "/articles/mark"
JSON = "application/json"


def shown(client: Client, query: str = "") -> list[str]:
    page = client.get("/articles/" + query).context["page"]
    return [article.title for article in page.rows]


def test_what_is_opened_is_read_and_that_is_ones_own_business() -> None:
    article = an_article(1)
    an_article(2)
    reader = session(Role.VIEWER)
    assert shown(reader, "?state=unread") == ["Article 1", "Article 2"]
    reader.head(article.get_absolute_url())
    assert not Mark.objects.exists(), "a program looks whether it is there"
    reader.get(article.get_absolute_url())
    assert shown(reader, "?state=unread") == ["Article 2"]
    assert shown(reader, "?state=read") == ["Article 1"]
    assert len(shown(session(Role.ADMIN), "?state=unread")) == 2
    assert not AuditEntry.objects.filter(verb="articles-mark").exists()


@pytest.mark.parametrize(
    ("verb", "state", "opposite"),
    [
        ("star", "starred", "unstar"),
        ("archive", "archived", "unarchive"),
        ("read", "read", "unread"),
    ],
)
def test_a_selection_is_marked_and_unmarked(
    verb: str, state: str, opposite: str
) -> None:
    first, second = an_article(1), an_article(2)
    an_article(3)
    reader = session(Role.VIEWER)
    ids = {"id": [first.pk, second.pk, 10**9, "x"]}
    page = reader.post(MARK, ids | {"mark": verb}, follow=True).text
    assert "2 articles " in page
    assert shown(reader, f"?state={state}") == ["Article 1", "Article 2"]
    reader.post(MARK, {"id": first.pk, "mark": verb})
    assert Mark.objects.count() == 2, "twice is once"
    reader.post(MARK, {"id": first.pk, "mark": opposite})
    assert shown(reader, f"?state={state}") == ["Article 2"]


def test_all_matches_are_marked_at_once() -> None:
    articles = [an_article(number, language="de") for number in range(30)]
    an_article(40)
    reader = session(Role.VIEWER)
    assert "Mark as read" in reader.get("/articles/all?language=de").text
    everything = {
        "everything": "on",
        "query": "language=de&state=unread",
        "upto": articles[-1].pk,
        "mark": "read",
    }
    assert (
        "30 articles marked as read." in reader.post(MARK, everything, follow=True).text
    )
    assert shown(reader, "?state=unread") == ["Article 40"]


def test_the_archive_is_not_unread_and_is_in_the_list() -> None:
    article = an_article(1)
    reader = session(Role.VIEWER)
    reader.post(MARK, {"one": f"{article.pk} archive"})
    assert shown(reader, "?state=unread") == []
    assert shown(reader) == ["Article 1"]


def test_one_button_marks_one_article_and_leads_back_to_its_place() -> None:
    article, other = an_article(1), an_article(2)
    reader = session(Role.VIEWER)
    form = {"one": f"{article.pk} star", "id": other.pk, "list": "tag=x&before=9"}
    answer = reader.post(MARK, form)
    assert answer["Location"] == f"/articles/?tag=x&before=9#article-{article.pk}"
    assert shown(reader, "?state=starred") == ["Article 1"]
    part = reader.post(
        MARK, {"one": f"{article.pk} unstar"}, headers={"HX-Request": "true"}
    ).text
    assert part.strip().startswith(f'<span class="entry-marks" id="marks-{article.pk}"')
    assert 'data-star aria-pressed="false"' in part
    assert reader.post(MARK, {"one": f"{article.pk} burn"}).status_code == 404
    assert reader.post(MARK, {"mark": "", "id": article.pk}).status_code == 404


def test_marks_go_with_an_article_that_is_erased_or_a_person_who_leaves() -> None:
    first, second = an_article(1), an_article(2)
    session(Role.VIEWER).post(MARK, {"id": [first.pk, second.pk], "mark": "star"})
    trash.delete([first.pk], timezone.now())
    assert Mark.objects.count() == 2, "it may be restored"
    trash.erase(Article.objects.all(), timezone.now())
    assert Mark.objects.count() == 1
    User.objects.filter(username="viewer").delete()
    assert not Mark.objects.exists()


def test_a_program_marks_for_its_user() -> None:
    article = an_article(1)
    viewer = program(Role.VIEWER)
    body = {"ids": [article.pk, 10**9], "mark": "star"}
    answer = viewer.post("/api/articles/mark", body, JSON)
    assert answer.json() == {"changed": 1}
    [line] = viewer.get("/api/articles?state=starred").json()["items"]
    assert (line["starred"], line["read"], line["archived"]) == (True, False, False)
    assert shown(session(Role.VIEWER), "?state=starred") == ["Article 1"]
    assert program(Role.ADMIN).get("/api/articles?state=starred").json()["items"] == []
    wrong = {"ids": [article.pk], "mark": "burn"}
    assert viewer.post("/api/articles/mark", wrong, JSON).status_code == 422


def walk(client: Client, article: Article, query: str, way: str) -> list[str]:
    """The titles from this article to the end of the list."""
    found = []
    while len(found) < 100:
        page = client.get(f"/articles/{article.pk}/{way}", {"list": query}, follow=True)
        if page.request["PATH_INFO"] == "/articles/":
            return found
        article = page.context["article"]
        found.append(article.title)
    return found


@pytest.mark.parametrize("query", ["", "sort=words", "sort=oldest", "language=en"])
def test_one_walks_the_whole_list_and_back(admin_client: Client, query: str) -> None:
    for number in range(28):
        published = {} if number % 10 else {"published": None}
        an_article(number, word_count=number // 2, **published)
    titles = []
    page = admin_client.get(f"/articles/?{query}").context["page"]
    first = page.rows[0]
    while page.rows:
        titles += [article.title for article in page.rows]
        if not page.older:
            break
        last = page.rows[-1]
        given = f"/articles/?{query}&before={page.older}"
        page = admin_client.get(given.replace("+", "%2B")).context["page"]
        last = page.rows[-1]
    assert len(titles) == 28
    assert walk(admin_client, first, query, "next") == titles[1:]
    assert walk(admin_client, last, query, "previous") == titles[-2::-1]


def test_one_walks_a_search_by_relevance(admin_client: Client) -> None:
    for number in range(30):
        an_article(number, text="brokers " * (number + 1))
    page = admin_client.get("/articles/?q=brokers").context["page"]
    last = page.rows[-1]
    [beyond, *_] = (
        admin_client.get("/articles/", {"q": "brokers", "before": page.older})
        .context["page"]
        .rows
    )
    found = admin_client.get(
        f"/articles/{last.pk}/next", {"list": "q=brokers"}, follow=True
    )
    assert found.context["article"] == beyond
    found = admin_client.get(
        f"/articles/{page.rows[1].pk}/previous", {"list": "q=brokers"}, follow=True
    )
    assert found.context["article"] == page.rows[0]


def test_the_list_of_unread_is_walked_although_reading_empties_it() -> None:
    articles = [an_article(number) for number in range(5)]
    reader = session(Role.VIEWER)
    reader.get(articles[0].get_absolute_url())
    assert walk(reader, articles[0], "state=unread", "next") == [
        f"Article {number}" for number in range(1, 5)
    ]
    assert shown(reader, "?state=unread") == []


def test_a_saved_view_of_what_is_unread_is_of_who_looks() -> None:
    article = an_article(1)
    person(Role.ADMIN)
    session(Role.ADMIN).post(
        "/articles/views/save",
        {"name": "To read", "query": "state=unread", "shared": "on"},
    )
    reader = session(Role.VIEWER)
    reader.get(article.get_absolute_url())
    assert "To read" in reader.get("/articles/").text
    assert shown(reader, "?state=unread") == []
    assert shown(session(Role.ADMIN), "?state=unread") == ["Article 1"]


@pytest.mark.parametrize(
    "given",
    [
        *("q=%00", "tag=%00", "source=%00", "before=%00", "sort=%00&after=x"),
        *("q=words&before=9&after=8", "state=burnt", "month=x", "q=" + "x+" * 900),
    ],
)
def test_no_list_breaks_a_step(admin_client: Client, given: str) -> None:
    article = an_article(1)
    for way in ("next", "previous"):
        path = f"/articles/{article.pk}/{way}"
        assert admin_client.get(path, {"list": given}).status_code == 302
    path = article.get_absolute_url()
    assert admin_client.get(path, {"list": given}).status_code == 200
    form = {"one": f"{article.pk} star", "list": given}
    assert admin_client.post(MARK, form).status_code == 302
