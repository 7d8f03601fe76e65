"""The JSON API: the numbers and the verbs of the pages."""

import json
import re
import shlex
import subprocess
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError
from lxml.html import fromstring

from catalog.models import Article, ArticleVersion, SavedView
from infra.local.stack import CHECKOUT
from pipeline.access.models import AuditEntry, Token
from pipeline.access.roles import Role
from pipeline.models import Job, Journey, Run, Snapshot
from pipeline.monitor.models import LogEvent
from pipeline.monitor.queues import sampler
from pipeline.monitor.queues.sampler import Reading
from pipeline.runs import jobs
from tests.pages import WHEN, a_run, an_article, journeys
from tests.people import person, program, session

pytestmark = pytest.mark.django_db
JSON = "application/json"
WISH = {
    "addresses": ["https://blog.example/"],
    "limit": 5,
    "include": ["/blog/"],
    "name": "By a program",
}


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the runs that were sent to `discover`."""
    ids: list[int] = []
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover", lambda run, **_: ids.append(run)
    )
    monkeypatch.setattr(
        "pipeline.journeys.batches.dispatch_batches", lambda run_id: None
    )
    return ids


@pytest.fixture
def api() -> Client:
    return program(Role.OPERATOR)


def walk(api: Client, path: str) -> list[Any]:
    """All items of a list, part by part."""
    items: list[Any] = []
    while path:
        part = api.get(path).json()
        items += part["items"]
        path = part["next"]
        assert len(items) < 1000
    return items


def test_a_wish_becomes_a_run(api: Client, sent: list[int]) -> None:
    answer = api.post("/api/runs", WISH, JSON)
    run = Run.objects.get()
    assert (answer.status_code, answer.json()["id"]) == (201, run.pk)
    assert sent == [run.pk]
    assert (run.name, run.launched_by, run.parameters["limit"]) == (
        "By a program",
        "operator",
        5,
    )
    assert run.parameters["include"] == ["/blog/"]
    assert not run.parameters["dry_run"]
    assert AuditEntry.objects.get(kind="run").way == "API"


def test_the_same_request_again_answers_with_the_same_run(
    api: Client, sent: list[int]
) -> None:
    key = {"Idempotency-Key": "monday"}
    first, second = (api.post("/api/runs", WISH, JSON, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert api.post("/api/runs", WISH, JSON).json()["id"] != first.json()["id"], (
        "without the header it is another options"
    )
    other = program(Role.ADMIN).post("/api/runs", WISH, JSON, headers=key)
    assert other.json()["id"] != first.json()["id"], "the key is one's own"
    assert len(sent) == 3


def test_the_same_key_with_another_body_is_refused_and_names_the_run(
    api: Client, sent: list[int]
) -> None:
    key = {"Idempotency-Key": "tuesday"}
    first = api.post("/api/runs", WISH, JSON, headers=key).json()["id"]
    other = {**WISH, "addresses": ["https://other.example/"]}
    for path, body in (("/api/runs", other), ("/api/runs/preview", WISH)):
        refused = api.post(path, body, JSON, headers=key)
        assert refused.status_code == 422
        assert f"used for run {first}, with other options" in refused.json()["detail"]
    assert api.post("/api/runs", WISH, JSON, headers=key).json()["id"] == first
    assert sent == [first]


def test_a_file_of_addresses_is_read_line_by_line(api: Client) -> None:
    text = b"title,url\nA,https://a.example/\nB,hello\n"
    answer = api.post("/api/addresses", {"file": SimpleUploadedFile("b.csv", text)})
    assert answer.status_code == 200, answer.content
    assert answer.json()["addresses"] == ["https://a.example/"]
    good, bad = answer.json()["rows"]
    assert good == {
        "line": 2,
        "address": "https://a.example/",
        "title": "A",
        "folders": [],
        "problem": "",
    }
    assert (bad["line"], bad["address"]) == (3, "")
    assert "hello" in bad["problem"]
    image = SimpleUploadedFile("b.csv", b"\x89PNG\0")
    refused = api.post("/api/addresses", {"file": image})
    assert refused.status_code == 422
    assert refused.json()["errors"] == {"file": ["The file is not a text file."]}
    assert not Run.objects.exists()


def test_what_is_no_address_can_be_left_out(api: Client, sent: list[int]) -> None:
    body = {"addresses": ["https://a.example/", "hello"]}
    assert api.post("/api/runs", body, JSON).status_code == 422
    taken = api.post("/api/runs", {**body, "only_valid": True}, JSON)
    assert taken.status_code == 201
    run = Run.objects.get()
    assert run.parameters["addresses"] == ["https://a.example/"]
    notes = api.get(f"/api/runs/{run.pk}").json()["notes"]
    assert [note.rpartition(": ")[0] for note in notes] == [
        "Left out at the launch: hello"
    ]


def test_only_looking(api: Client) -> None:
    assert api.post("/api/runs/preview", WISH, JSON).status_code == 201
    assert Run.objects.get().parameters["dry_run"] is True


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({}, "addresses"),
        ({"addresses": []}, "addresses"),
        ({"addresses": "file:///etc/passwd"}, "addresses"),
        ({**WISH, "limit": "many"}, "limit"),
        ({**WISH, "limit": -1}, "limit"),
        ({**WISH, "since": "yesterday"}, "since"),
        ({**WISH, "since": "2026-02-01", "until": "2026-01-01"}, "until"),
        ({**WISH, "include": ["/(/"]}, "include"),
        ({**WISH, "limitt": 5}, "limitt"),
        ([], "body"),
    ],
)
def test_a_wish_that_makes_no_sense_is_told_by_field(
    api: Client, options: Any, field: str
) -> None:
    answer = api.post("/api/runs", options, JSON)
    assert answer.status_code == 422
    assert [*answer.json()["errors"]] == [field]
    assert field in answer.json()["detail"]
    assert not Run.objects.exists()


def test_what_is_no_json_is_told(api: Client) -> None:
    answer = api.post("/api/runs", "{", JSON)
    assert (answer.status_code, "body" in answer.json()["detail"]) == (400, True)
    answer = api.post("/api/runs", {"addresses": "a " * 5_000_000}, JSON)
    assert (answer.status_code, answer.json()["detail"][:14]) == (413, "The request is")


def test_the_numbers_of_a_run_are_those_of_its_page(api: Client) -> None:
    run = a_run(notes=["one"])
    for number, values in (
        (3, {}),
        (2, {"in_progress": True}),
        (4, {"stage": "store"}),
    ):
        journeys(run, number, **values)  # type: ignore[arg-type]
    journeys(run, 5, "skipped", "discover", reason="before-since")
    journeys(run, 6, "failed", "fetch", reason="http-404")
    journeys(run, 7, "stored", "store", detail="new")
    told = api.get(f"/api/runs/{run.pk}").json()
    page = session(Role.VIEWER).get(f"/runs/{run.pk}/").context["progress"]
    assert (
        told["counts"].pop("found") == sum(told["counts"].values()) == page.found == 27
    )
    assert told["counts"] == page.states
    assert [(s["stage"], s["reached"], s["passed"]) for s in told["stages"]] == [
        (card.stage, card.reached, card.passed) for card in page.cards
    ]
    for stage in told["stages"]:
        parts = (
            stage["waiting"]
            + stage["in_progress"]
            + sum(stage["ended"].values())
            + stage["passed"]
        )
        assert stage["reached"] == parts
    assert {(r["reason"], r["count"]) for r in told["reasons"]} == {
        ("http-404", 6),
        ("before-since", 5),
    }
    [line] = api.get("/api/runs").json()["items"]
    assert line["counts"] == {"found": 27, **page.states}


def test_steering_is_that_of_the_page(api: Client) -> None:
    run = a_run()
    journeys(run, 2)
    for verb, state in (
        ("pause", "paused"),
        ("resume", "running"),
        ("cancel", "cancelled"),
    ):
        answer = api.post(f"/api/runs/{run.pk}/{verb}")
        assert (answer.status_code, answer.json()["state"]) == (200, state)
    assert "by operator" in Run.objects.get().reason
    answer = api.post(f"/api/runs/{run.pk}/cancel")
    assert (answer.status_code, "is over: cancelled" in answer.json()["detail"]) == (
        409,
        True,
    )
    assert api.post(f"/api/runs/{run.pk}/explode").status_code == 422
    assert api.post("/api/runs/999999/cancel").status_code == 404
    assert api.get(f"/api/runs/{run.pk}/cancel").status_code == 405
    journeys(run, 1, "failed", "fetch")
    assert api.post(f"/api/runs/{run.pk}/retry").json()["state"] == "running"
    assert api.post(f"/api/runs/{run.pk}/rerun").status_code == 201


def test_a_run_that_is_on_is_changed_and_added_to(api: Client, sent: list[int]) -> None:
    run = a_run()
    journeys(run, 3)
    path = f"/api/runs/{run.pk}"
    assert api.post(f"{path}/change", {"limit": 2}, JSON).json()["reason"] == run.reason
    assert run.journeys.filter(reason="over-limit").count() == 1
    assert api.post(f"{path}/change", {"limit": None}, JSON).status_code == 200
    assert run.journeys.filter(reason="over-limit").count() == 0
    more = api.post(
        f"{path}/addresses",
        {"addresses": ["https://more.example/", "https://third.example/"]},
        JSON,
    )
    assert more.json()["addresses"] == [
        "https://blog.example/",
        "https://more.example/",
        "https://third.example/",
    ]
    assert (more.json()["reason"], sent) == (
        "looking at 2 addresses added to it",
        [run.pk],
    )
    assert (
        api.post(
            f"{path}/addresses", {"addresses": "https://more.example/"}, JSON
        ).status_code
        == 409
    )
    for verb, options in (("addresses", {"addresses": "file:///etc/passwd"}), ("addresses", {"addresses": ""}),
                       ("change", {}), ("change", {"limits": 3}), ("change", {"limit": "x"})):  # fmt: skip
        assert api.post(f"{path}/{verb}", options, JSON).status_code == 422, options
    assert (
        AuditEntry.objects.filter(
            kind="run", verb="update", who="operator", way="API"
        ).count()
        == 3
    )
    Run.objects.update(state="finished")
    over = api.post(f"{path}/addresses", {"addresses": "https://fourth.example/"}, JSON)
    assert (over.status_code, "launch another run" in over.json()["detail"]) == (
        409,
        True,
    )


def test_journeys_are_filtered_and_come_in_parts(api: Client) -> None:
    run = a_run()
    journeys(run, 7, "failed", "fetch", reason="http-404", detail="gone")
    journeys(run, 5, "stored", "store")
    found = walk(api, f"/api/runs/{run.pk}/journeys?state=failed&q=GONE&limit=3")
    assert len(found) == len({each["id"] for each in found}) == 7
    assert walk(api, f"/api/runs/{run.pk}/journeys?limit=200")[0]["state"] == "stored"
    part = api.get(f"/api/runs/{run.pk}/journeys?limit=5").json()
    back = api.get(api.get(part["next"]).json()["previous"]).json()
    assert back["items"] == part["items"]
    assert api.get(f"/api/journeys/{found[0]['id']}").json()["detail"] == "gone"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/runs?limit=0", "limit"),
        ("/api/runs?limit=201", "limit"),
        ("/api/logs?level=loud", "level"),
        ("/api/logs?nonsense=1", "nonsense"),
        ("/api/articles?words_from=x", "words_from"),
        ("/api/articles?sorce=x", "sorce"),
        ("/api/articles/facets?month=x", "month"),
        ("/api/articles.csv?since=x", "since"),
        ("/api/why", "url"),
        ("/api/why?url=hello", "url"),
        ("/api/queues/history?range=1y", "range"),
    ],
)
def test_what_a_page_would_ignore_a_program_is_told(
    api: Client, path: str, field: str
) -> None:
    answer = api.get(path)
    assert (answer.status_code, [*answer.json()["errors"]]) == (422, [field])


def test_two_runs_are_compared(api: Client) -> None:
    before, after = (a_run("finished", found=2, stored=2) for _ in range(2))
    for run, paths in ((before, "ab"), (after, "bc")):
        for number, path in enumerate(paths):
            [journey] = journeys(run, 1, "stored", "store", detail="new")
            url = f"https://blog.example/{path}"
            Journey.objects.filter(pk=journey.pk).update(url=url, key=url)
            assert number < 2
    told = api.get(f"/api/runs/{after.pk}/compare").json()
    assert told == api.get(f"/api/runs/{after.pk}/compare?before={before.pk}").json()
    assert told["new"] == {"count": 1, "urls": [["https://blog.example/c", ""]]}
    assert told["gone"]["count"] == 1
    assert api.get(f"/api/runs/{before.pk}/compare").status_code == 404


def test_articles_are_those_of_the_page(api: Client) -> None:
    for number in range(60):
        an_article(
            number,
            tags=["python"] if number % 2 else [],
            language="de" if number % 3 else "en",
        )
    an_article(99, deleted_at=WHEN)
    for query in (
        "",
        "tag=python",
        "language=de&tag=python",
        "sort=oldest",
        "q=words",
        "since=2026-02-01",
    ):
        page = session(Role.VIEWER).get(f"/articles/?{query}").context["page"]
        assert [
            each["id"] for each in api.get(f"/api/articles?{query}").json()["items"]
        ] == [a.pk for a in page.rows]
    everything = walk(api, "/api/articles")
    assert [each["title"] for each in everything] == [f"Article {n}" for n in range(60)]
    lines = (
        b"".join(api.get("/api/articles.jsonl?tag=python").streaming_content)
        .decode()
        .splitlines()
    )  # type: ignore[arg-type]
    assert [json.loads(line)["id"] for line in lines] == [
        each["id"] for each in walk(api, "/api/articles?tag=python")
    ]
    assert api.get("/api/articles.pdf").status_code == 404
    counts = {
        each["name"]: each["values"]
        for each in api.get("/api/articles/facets?tag=python").json()
    }
    assert {value["name"]: value["count"] for value in counts["language"]} == {
        "de": 20,
        "en": 10,
    }


def test_an_article_its_versions_and_what_is_near(api: Client) -> None:
    article, near = an_article(1, simhash=0b1111), an_article(2, simhash=0b0111)
    ArticleVersion.objects.create(
        article=article, title="Before", text="t", html="<p>t", content_hash="x"
    )
    told = api.get(f"/api/articles/{article.pk}").json()
    assert (told["title"], told["html"], told["versions"]) == (
        "Article 1",
        "<p>words of article 1</p>",
        1,
    )
    assert (
        api.get(f"/api/articles/{article.pk}/versions").json()[0]["title"] == "Before"
    )
    assert [
        (a["id"], a["bits"])
        for a in api.get(f"/api/articles/{article.pk}/similar").json()
    ] == [(near.pk, 1)]
    journeys(a_run(), 1, "stored", "store", article=article)
    assert len(api.get(f"/api/articles/{article.pk}/journeys").json()) == 1


def test_articles_are_deleted_and_it_is_on_record(api: Client) -> None:
    articles = [an_article(number) for number in range(4)]
    assert api.delete(f"/api/articles/{articles[0].pk}").status_code == 204
    assert api.delete(f"/api/articles/{articles[0].pk}").status_code == 404
    answer = api.post(
        "/api/articles/delete", {"ids": [articles[0].pk, articles[1].pk, 10**9]}, JSON
    )
    assert answer.json() == {"changed": 1}
    assert Article.objects.live().count() == 2
    assert AuditEntry.objects.filter(kind="article", verb="delete").count() == 2
    for ids in ([-1], [2**63], [1] * 10_001, ["x"], None):
        assert api.post("/api/articles/delete", {"ids": ids}, JSON).status_code == 422


def test_an_article_is_extracted_again(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.models import Body

    article = an_article(1)
    answer = api.post("/api/articles/extract-again", {"ids": [article.pk]}, JSON)
    assert (answer.status_code, "no stored page" in answer.json()["detail"]) == (
        409,
        True,
    )
    body = Body.objects.create(digest="d" * 64, data=b"", size=0)
    snapshot = Snapshot.objects.create(
        key="k", url="u", final_url="u", status=200, fetched_at=WHEN, body=body
    )
    journeys(
        a_run("finished"), 1, "stored", "store", article=article, snapshot=snapshot
    )
    assert (
        api.post(
            "/api/articles/extract-again", {"ids": [article.pk], "preview": True}, JSON
        ).status_code
        == 201
    )
    assert Run.objects.latest("pk").parameters["preview"] is True


def test_queues_say_what_their_page_says(api: Client) -> None:
    assert api.get("/api/queues").json() == []
    sampler.write(
        [Reading(queue, 7, 1, 2) for queue in sampler.QUEUES],
        timezone.now() - timedelta(seconds=1),
    )
    told = {each["queue"]: each for each in api.get("/api/queues").json()}
    rows = session(Role.VIEWER).get("/queues/").context["rows"]
    for row in rows:
        assert (
            told[row.queue]["waiting"],
            told[row.queue]["in_progress"],
            told[row.queue]["consumers"],
        ) == (7, 1, 2)
        assert told[row.queue]["state"] == row.state
    assert 7 in api.get("/api/queues/history?range=15m").json()["waiting"]["fetch"]


def test_the_log_is_searched_in_parts(api: Client) -> None:
    for number in range(25):
        LogEvent.objects.create(
            at=timezone.now(),
            level=20 + 10 * (number % 2),
            event="try_later",
            data={"status": 500 + number % 5},
        )
    found = walk(api, "/api/logs?level=30&limit=5")
    assert len(found) == len({each["id"] for each in found}) == 12
    assert {
        each["data"]["status"]
        for each in walk(api, "/api/logs?q=status:503+-event:other&limit=2")
    } == {503}
    lines = b"".join(
        api.get("/api/logs.ndjson?level=30").streaming_content
    ).splitlines()  # type: ignore[arg-type]
    assert len(lines) == 12


def test_why_is_an_article_not_here(api: Client) -> None:
    article = an_article(1)
    assert (
        api.get("/api/why?url=https://blog.example/1?utm_source=x").json()["article"]
        == article.pk
    )
    Article.objects.update(deleted_at=WHEN)
    told = api.get("/api/why?url=https://blog.example/1").json()
    assert (told["article"], told["deleted"], told["source"]) == (
        None,
        True,
        "blog.example",
    )
    [journey] = journeys(a_run(), 1, "failed", "fetch", reason="http-404")
    told = api.get("/api/why", {"url": journey.url}).json()
    assert [each["reason"] for each in told["journeys"]] == ["http-404"]
    assert "stopped" in {each["state"] for each in told["steps"]}
    assert told["prospects"] == []
    assert api.get("/api/why", {"url": "https://blog.example/never"}).json()[
        "prospects"
    ]


def test_jobs_are_kept_run_paused_and_removed(api: Client) -> None:
    options = {
        "name": "Weekly",
        "addresses": "https://blog.example/",
        "schedule": "every 6 hours",
    }
    answer = api.post("/api/jobs", options, JSON)
    told = answer.json()
    assert (answer.status_code, told["schedule"], told["paused"]) == (
        201,
        "every 6 hours",
        False,
    )
    assert api.post("/api/jobs", {**options, "limit": 3}, JSON).status_code == 200
    job = Job.objects.get()
    assert job.parameters["limit"] == 3
    assert api.post(f"/api/jobs/{job.pk}/pause").json()["paused"] is True
    job.refresh_from_db()
    assert job.schedule is not None
    assert not job.schedule.enabled
    assert api.post(f"/api/jobs/{job.pk}/resume").json()["paused"] is False
    run = api.post(f"/api/jobs/{job.pk}/run")
    assert (run.status_code, run.json()["job"]) == (201, job.pk)
    again = api.post(f"/api/jobs/{job.pk}/run")
    assert (again.status_code, "is on already" in again.json()["detail"]) == (409, True)
    assert api.get("/api/jobs").json()["items"][0]["last_run"] == run.json()["id"]
    for wrong in (
        {"schedule": "sometimes"},
        {"schedule": "0 0 * * *", "time_zone": "Mars/Base"},
        {"name": " "},
    ):
        assert api.post("/api/jobs", {**options, **wrong}, JSON).status_code == 422
    assert api.delete(f"/api/jobs/{job.pk}").status_code == 204
    assert not Job.objects.exists()
    assert jobs.Job is Job
    assert [e.verb for e in AuditEntry.objects.filter(kind="schedule").order_by("pk")][
        -2:
    ] == [
        "update",
        "update",
    ]


def test_sources_and_the_log_of_changes(api: Client) -> None:
    for number in range(5):
        an_article(number, host=f"{number}.example")
    assert len(walk(api, "/api/sources?limit=2")) == 5
    assert api.get("/api/audit").status_code == 403
    assert "create" in {
        each["verb"]
        for each in walk(program(Role.ADMIN), "/api/audit?kind=token&limit=1")
    }


def broken(error: Exception) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("connection refused"), "The database is unavailable"),
        (BrokerError("connection refused"), "The message broker is unavailable"),
        (
            OperationalError("canceling statement due to statement timeout"),
            "took too long",
        ),
    ],
)
def test_a_server_that_is_away_is_told(
    api: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    monkeypatch.setattr("pipeline.http.outages.connection.close", lambda: None)
    monkeypatch.setattr("pipeline.api.runs.page_of", broken(error))
    answer = api.get("/api/runs")
    assert (answer.status_code, said in answer.json()["detail"]) == (503, True)
    assert answer["Retry-After"]


def test_without_a_broker_no_run_is_made(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover", broken(BrokerError("refused"))
    )
    assert api.post("/api/runs", WISH, JSON).status_code == 503
    assert not Run.objects.exists()


def test_without_a_database_not_even_the_token_can_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.http.outages.connection.close", lambda: None)
    monkeypatch.setattr(
        "pipeline.access.models.TokenQuerySet.authenticate",
        broken(OperationalError("refused")),
    )
    answer = Client(raise_request_exception=False).get(
        "/api/runs", headers={"Authorization": "Bearer gleaner_x"}
    )
    assert (answer.status_code, "database" in answer.json()["detail"]) == (503, True)


def test_our_own_fault_is_told_without_its_details(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.api.runs.page_of", broken(ValueError("a bug")))
    answer = api.get("/api/runs")
    assert (answer.status_code, "bug" in answer.text) == (500, False)


def test_who_uses_a_session_needs_the_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person(Role.OPERATOR))
    assert (
        client.get("/api/runs").status_code == 200 or client.get("/").status_code == 200
    )
    assert client.post("/api/runs", WISH, JSON).status_code == 403
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get("/").text)
    assert token
    assert (
        client.post(
            "/api/runs", WISH, JSON, headers={"X-CSRFToken": token[1]}
        ).status_code
        == 201
    )


def test_what_is_not_there_is_told_as_json(api: Client) -> None:
    for path in (
        "/api/nothing",
        "/api/runs/999999",
        "/api/articles/9",
        "/api/journeys/1",
        "/api/jobs/1",
    ):
        answer = api.get(path)
        assert (answer.status_code, bool(answer.json()["detail"])) == (404, True)
    assert api.put("/api/runs").status_code == 405


def test_the_description_and_its_page_name_every_route(api: Client) -> None:
    schema = api.get("/api/openapi.json").json()
    page = session(Role.VIEWER).get("/api/").text
    shown = fromstring(page).text_content()
    assert schema["openapi"].startswith("3.")
    for path, verbs in schema["paths"].items():
        assert path in page
        for operation in verbs.values():
            assert operation["description"].replace("`", "") in shown
    assert "<script>" not in page
    assert "style=" not in page
    names = {
        each["name"] for each in schema["paths"]["/api/articles"]["get"]["parameters"]
    }
    from catalog.filters import ArticleFilter

    assert names >= set(ArticleFilter.base_filters)


@pytest.mark.django_db(transaction=True)
def test_the_examples_of_the_documentation_do_what_they_say(live_server: Any) -> None:
    """docs/api.md, line by line, by curl."""
    article = an_article(1, tags=["python"])
    run = a_run()
    journeys(run, 1)
    operator = person(Role.OPERATOR)
    view = SavedView.objects.create(owner=operator, name="Comets")
    _, secret = Token.objects.issue(operator, "docs", Role.OPERATOR)
    text = (CHECKOUT / "docs" / "api.md").read_text()
    commands = re.findall(r"^    curl .*?[^\\]$", text, re.M | re.S)
    assert len(commands) >= 5
    for command in commands:
        told = command.replace("http://127.0.0.1:8000", live_server.url).replace(
            "$TOKEN", secret
        )
        words = shlex.split(
            told.replace("\\\n", " ")
            .replace("/runs/1", f"/runs/{run.pk}")
            .replace("/sources/1", f"/sources/{article.source_id}")
            .replace("/articles/1/", f"/articles/{article.pk}/")
            .replace('"view": 3', f'"view": {view.pk}')
        )
        answer = subprocess.run(
            [*words, "-sS", "-w", "\n%{http_code}"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert answer.stdout.rsplit("\n", 1)[1] in ("200", "201"), (
            command + answer.stdout
        )
