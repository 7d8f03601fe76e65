"""Labels and saved views by the API: the rules of their pages."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog import saved_views
from catalog.models import Article, SavedView
from pipeline.access.models import AuditEntry
from pipeline.access.roles import Role
from pipeline.api import app, labels
from pipeline.api.docs_page import operations
from tests.pages import WHEN, an_article
from tests.people import person, program, session

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def api() -> Client:
    return program(Role.OPERATOR)


def labelled() -> dict[str, list[str]]:
    return {article.title: article.labels for article in Article.objects.order_by("pk")}


def test_a_label_is_given_to_articles_and_taken_from_them(api: Client) -> None:
    one, two = an_article(1), an_article(2)
    answer = api.post(
        "/api/labels/add",
        {"label": " #to   read", "ids": [one.pk, two.pk, 10**9]},
        JSON,
    )
    assert (answer.status_code, answer.json()) == (
        200,
        {"label": "to read", "changed": 2, "more": False},
    )
    assert (
        api.post(
            "/api/labels/remove", {"label": "to read", "ids": [one.pk]}, JSON
        ).json()["changed"]
        == 1
    )
    assert (
        api.post(
            "/api/labels/remove", {"label": "to read", "ids": [one.pk]}, JSON
        ).json()["changed"]
        == 0
    )
    assert labelled() == {"Article 1": [], "Article 2": ["to read"]}
    assert [
        row["labels"] for row in api.get("/api/articles?label=to+read").json()["items"]
    ] == [["to read"]]


def test_all_that_fit_a_filter_are_labelled(api: Client) -> None:
    for number in range(6):
        an_article(
            number,
            language="de" if number < 4 else "en",
            deleted_at=WHEN if number == 3 else None,
        )
    options = {"label": "x", "filter": {"language": "de", "words_from": 0}}
    assert api.post("/api/labels/add", options, JSON).json()["changed"] == 3
    assert (
        api.post("/api/labels/remove", {"label": "x", "filter": {}}, JSON).json()[
            "changed"
        ]
        == 3
    )
    assert (
        api.post("/api/labels/add", {"label": "x", "filter": {}}, JSON).json()[
            "changed"
        ]
        == 5
    )


def test_many_are_labelled_a_part_at_a_time(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels, "MAX_SELECTED", 2)
    for number in range(5):
        an_article(number)
    answers = [
        api.post("/api/labels/add", {"label": "x", "filter": {}}, JSON).json()
        for _ in range(3)
    ]
    assert [(each["changed"], each["more"]) for each in answers] == [
        (2, True),
        (2, True),
        (1, False),
    ]


def test_what_is_done_with_labels_is_on_record_with_what_was_meant(api: Client) -> None:
    article = an_article(1)
    api.post("/api/labels/add", {"label": "x", "filter": {"language": "en"}}, JSON)
    api.post("/api/labels/remove", {"label": "x", "ids": [article.pk]}, JSON)
    entries = (
        AuditEntry.objects.filter(kind="label")
        .order_by("pk")
        .values_list("who", "way", "verb", "object", "after")
    )
    assert list(entries) == [
        (
            "operator",
            "API",
            "give label",
            "x",
            {"changed": 1, "filter": {"language": "en"}},
        ),
        (
            "operator",
            "API",
            "take label",
            "x",
            {"changed": 1, "articles": [article.pk]},
        ),
    ]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"label": "x"}, "ids"),
        ({"label": "x", "ids": [1], "filter": {}}, "ids"),
        ({"label": "x", "ids": [-1]}, "ids"),
        ({"label": "x", "ids": ["y"]}, "options.ids.0"),
        ({"label": "\u202e", "ids": [1]}, "label"),
        ({"ids": [1]}, "options.label"),
        ({"label": "x", "filter": {"tagg": "python"}}, "tagg"),
        ({"label": "x", "filter": {"limit": 3}}, "limit"),
        ({"label": "x", "filter": {"since": "yesterday"}}, "since"),
        ({"label": "x", "filter": {"source": "nowhere.example"}}, "source"),
        ({"label": "x", "ids": [1], "remove": True}, "options.remove"),
    ],
)
def test_a_wish_for_labels_that_makes_no_sense_changes_nothing(
    api: Client, options: Any, field: str
) -> None:
    an_article(1)
    answer = api.post("/api/labels/add", options, JSON)
    assert (
        answer.status_code,
        [each.removeprefix("options.") for each in answer.json()["errors"]],
    ) == (
        422,
        [field.removeprefix("options.")],
    )
    assert labelled() == {"Article 1": []}


def test_labels_are_listed_with_their_counts(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_article(1, labels=["b", "a"])
    an_article(2, labels=["b"])
    an_article(3, labels=["gone"], deleted_at=WHEN)
    found = {
        "items": [{"label": "b", "count": 2}, {"label": "a", "count": 1}],
        "of": "",
    }
    assert program(Role.VIEWER).get("/api/labels").json() == found
    monkeypatch.setattr("pipeline.api.labels.with_statement_timeout", lambda *_: None)
    assert api.get("/api/labels").json()["of"] == "about"


def test_a_viewer_gives_no_label() -> None:
    article = an_article(1)
    for path in ("/api/labels/add", "/api/labels/remove"):
        assert (
            program(Role.VIEWER)
            .post(path, {"label": "x", "ids": [article.pk]}, JSON)
            .status_code
            == 403
        )


def test_a_view_is_saved_and_leads_to_its_articles(api: Client) -> None:
    an_article(1, tags=["python"])
    an_article(2)
    options = {
        "name": " Snakes ",
        "query": "?view=table&tag=python&sort=words&before=x&q=",
    }
    answer = api.post("/api/views", options, JSON)
    view = answer.json()
    assert (answer.status_code, view["name"], view["query"]) == (
        201,
        "Snakes",
        "sort=words&tag=python&view=table",
    )
    assert (view["mine"], view["owner"], view["shared"]) == (True, "operator", False)
    assert view["articles"] == "/api/articles?sort=words&tag=python"
    assert [each["title"] for each in api.get(view["articles"]).json()["items"]] == [
        "Article 1"
    ]
    page = session(Role.OPERATOR).get("/articles/").text
    assert "Snakes" in page, "the page shows it as one of its own"


def test_the_same_name_again_replaces_the_view(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert api.post("/api/views", {"name": "Mine"}, JSON).status_code == 201
    monkeypatch.setattr(saved_views, "MAX_VIEWS", 1)
    again = api.post(
        "/api/views", {"name": "Mine", "query": "language=de", "shared": True}, JSON
    )
    assert (again.status_code, again.json()["query"], again.json()["shared"]) == (
        200,
        "language=de",
        True,
    )
    full = api.post("/api/views", {"name": "Another"}, JSON)
    assert (full.status_code, "Delete one first" in full.json()["detail"]) == (
        422,
        True,
    )


def test_views_of_others_are_read_where_they_are_shared_and_never_changed(
    api: Client,
) -> None:
    other = person(Role.VIEWER, "other")
    hidden, ours = (
        SavedView.objects.create(owner=other, name=name, shared=name == "ours")
        for name in ("own", "ours")
    )
    assert [
        (each["name"], each["mine"]) for each in api.get("/api/views").json()["items"]
    ] == [("ours", False)]
    assert api.get(f"/api/views/{ours.pk}").json()["owner"] == "other"
    assert api.get(f"/api/views/{hidden.pk}").status_code == 404
    for view in (hidden, ours):
        assert (
            api.patch(f"/api/views/{view.pk}", {"name": "x"}, JSON).status_code == 404
        )
        assert api.delete(f"/api/views/{view.pk}").status_code == 404
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["ours", "own"]


def test_a_view_is_renamed_shared_and_deleted(api: Client) -> None:
    pk = api.post("/api/views", {"name": "Mine", "query": "language=de"}, JSON).json()[
        "id"
    ]
    shared = api.patch(f"/api/views/{pk}", {"shared": True}, JSON).json()
    assert (shared["name"], shared["shared"], shared["query"]) == (
        "Mine",
        True,
        "language=de",
    )
    assert (
        api.patch(f"/api/views/{pk}", {"name": "Ours"}, JSON).json()["shared"] is True
    )
    api.post("/api/views", {"name": "Taken"}, JSON)
    taken = api.patch(f"/api/views/{pk}", {"name": "Taken"}, JSON)
    assert (taken.status_code, "already" in taken.json()["detail"]) == (422, True)
    assert api.get(f"/api/views/{pk}").json()["name"] == "Ours"
    assert api.delete(f"/api/views/{pk}").status_code == 204
    assert api.get(f"/api/views/{pk}").status_code == 404
    verbs = (
        AuditEntry.objects.filter(kind="view", way="API")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == ["create", "update", "update", "create", "delete"]


@pytest.mark.parametrize(
    "options",
    [
        {"name": ""},
        {"name": "\0"},
        {"name": "x" * 61},
        {"name": "x", "query": "tagg=python"},
        {"name": "x", "query": "since=yesterday"},
        {"name": "x", "query": "q=" + "x" * 3000},
        {"name": "x", "filter": {}},
    ],
)
def test_a_view_that_makes_no_sense_is_refused(
    api: Client, options: dict[str, Any]
) -> None:
    assert api.post("/api/views", options, JSON).status_code == 422
    assert not SavedView.objects.exists()


def test_views_are_everybodys_own_business() -> None:
    viewer = program(Role.VIEWER)
    pk = viewer.post("/api/views", {"name": "Mine"}, JSON).json()["id"]
    assert (
        viewer.patch(f"/api/views/{pk}", {"name": "Still mine"}, JSON).status_code
        == 200
    )
    assert User.objects.get(username="viewer").pk == SavedView.objects.get().owner_id
    told = {
        (each.verb, each.path): each.role
        for _, each in operations(app.api.get_openapi_schema(path_prefix=""))
    }
    assert (
        told["POST", "/views"],
        told["PATCH", "/views/{pk}"],
        told["POST", "/runs"],
    ) == (
        *["viewer"] * 2,
        "operator",
    )
    assert viewer.delete(f"/api/views/{pk}").status_code == 204
