"""Roles, tokens and the log of changes."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django_celery_beat.models import PeriodicTask

from pipeline.access.models import AuditEntry, Token
from pipeline.access.roles import Role, role_of, set_role
from pipeline.models import Job, Run
from pipeline.runs import control, jobs
from pipeline.runs import tasks as run_tasks
from tests.pages import WHEN, a_run, an_article, journeys
from tests.people import person, program, session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no broker in these tests."""
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover", lambda args, **_: None
    )
    monkeypatch.setattr(
        "pipeline.journeys.batches.dispatch_batches", lambda run_id: None
    )


def entries(**values: Any) -> list[AuditEntry]:
    return list(
        AuditEntry.objects.exclude(kind__in=["user", "session", "token"])
        .filter(**values)
        .order_by("pk")
    )


@pytest.mark.parametrize("role", Role)
def test_a_user_has_the_role_that_was_set_last(role: Role) -> None:
    user = person(Role.OPERATOR)
    for each in (Role.ADMIN, Role.VIEWER, role):
        set_role(user, each)
    assert role_of(User.objects.get()) == role
    assert role_of(User(username="not signed in", is_active=False)) is None


def test_the_command_makes_admins_and_changes_roles(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("signin")
    assert role_of(User.objects.get(username="owner")) == Role.ADMIN
    call_command("signin", user="ada", role="operator")
    assert role_of(User.objects.get(username="ada")) == Role.OPERATOR
    call_command("signin", user="ada")
    assert role_of(User.objects.get(username="ada")) == Role.OPERATOR, (
        "a link alone changes nothing"
    )
    call_command("signin", user="ada", role="viewer")
    assert role_of(User.objects.get(username="ada")) == Role.VIEWER
    link = re.findall(r"/signin/\?sesame=\S+", capsys.readouterr().out)[-1]
    assert Client().get(link).status_code == 302


def test_what_a_role_may_not_do_is_said_and_not_done() -> None:
    run = a_run()
    answer = session(Role.VIEWER).post(f"/runs/{run.pk}/cancel")
    assert answer.status_code == 403
    assert "This requires the role operator; yours is viewer" in answer.text
    answer = program(Role.VIEWER).post(f"/api/runs/{run.pk}/cancel")
    assert (answer.status_code, answer.json()["detail"].partition(" yours")[0]) == (
        403,
        "This requires the role operator;",
    )
    assert Run.objects.get().state == "running"
    assert entries() == []


@pytest.mark.parametrize("path", ["/", "/articles/", "/queues/", "/runs/1/"])
def test_what_a_role_may_not_do_is_not_offered(path: str) -> None:
    run = a_run()
    path = path.replace("1", str(run.pk))
    journeys(run, 1)
    an_article(1)

    def offered(role: Role) -> set[str]:
        page = session(role).get(path).text
        main = page[page.index("<main") : page.index("</main")]
        buttons = re.findall(
            r"<button(?![^>]*(?:disabled|type=\"button\"))[^>]*>(.*?)</button>",
            main,
            re.S,
        )
        return {re.sub(r"<[^>]+>", "", button).strip() for button in buttons}

    changing = {
        "Start crawl",
        "Preview",
        "Cancel run",
        "Pause",
        "Delete",
        "Extract again",
        "Re-extract",
    }
    if path != "/queues/":
        assert offered(Role.OPERATOR) & changing
    assert not offered(Role.VIEWER) & changing


def test_a_token_is_made_shown_once_used_and_revoked() -> None:
    client = session(Role.OPERATOR)
    page = client.post(
        "/account/", {"name": "nightly <b>", "role": Role.VIEWER.value}
    ).text
    [secret] = re.findall(r"gleaner_[\w-]{43}", page)
    assert "nightly &lt;b&gt;" in page
    assert secret not in client.get("/account/").text
    token = Token.objects.get()
    assert secret not in str(Token.objects.values())
    assert token.last_used_at is None
    brought = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/runs", headers=brought).status_code == 200
    token.refresh_from_db()
    assert token.last_used_at is not None
    assert (
        Client()
        .post("/api/runs/preview", {}, "application/json", headers=brought)
        .status_code
        == 403
    )
    assert client.post(f"/account/tokens/{token.pk}/revoke").status_code == 302
    assert Client().get("/api/runs", headers=brought).status_code == 401


def test_a_token_is_never_more_than_its_user() -> None:
    client = session(Role.VIEWER)
    assert (
        client.post("/account/", {"name": "x", "role": Role.OPERATOR.value}).status_code
        == 422
    )
    assert not Token.objects.exists()
    given = program(Role.ADMIN)
    assert given.get("/api/audit").status_code == 200
    set_role(User.objects.get(username="admin"), Role.VIEWER)
    assert given.get("/api/audit").status_code == 403
    User.objects.filter(username="admin").update(is_active=False)
    assert given.get("/api/runs").status_code == 401


@pytest.mark.parametrize(
    "header",
    ["Bearer nonsense", "Bearer ", "Basic YTpi", "gleaner_", "Bearer gleaner_\u00e9"],
)
def test_a_wrong_token_opens_nothing_not_even_for_who_is_signed_in(header: str) -> None:
    for client in (Client(), session(Role.ADMIN)):
        answer = client.get("/api/runs", headers={"Authorization": header})
        assert answer.status_code == 401
        assert "Create a new one" in answer.json()["detail"]


def test_a_token_opens_the_api_and_no_page() -> None:
    assert program(Role.ADMIN).get("/runs/")["Location"].startswith("/signin/")


def test_tokens_of_others_are_seen_and_revoked_by_admins_only() -> None:
    program(Role.VIEWER)
    token = Token.objects.get()
    assert "for a test" not in session(Role.OPERATOR).get("/account/").text
    assert (
        session(Role.OPERATOR).post(f"/account/tokens/{token.pk}/revoke").status_code
        == 404
    )
    assert "for a test" in session(Role.ADMIN).get("/account/").text
    assert (
        session(Role.ADMIN).post(f"/account/tokens/{token.pk}/revoke").status_code
        == 302
    )
    assert not Token.objects.live().exists()


def test_steering_is_on_record_with_who_how_and_what() -> None:
    run = a_run(name="Weekly")
    journeys(run, 1)
    session(Role.OPERATOR).post(f"/runs/{run.pk}/pause")
    program(Role.OPERATOR).post(f"/api/runs/{run.pk}/resume")
    control.cancel(run.pk, by="command line")
    paused, resumed, cancelled = entries()
    assert (paused.who, paused.way, paused.verb, paused.kind) == (
        "operator",
        "page",
        "pause",
        "run",
    )
    assert paused.object == f"{run.pk} Weekly"
    assert (paused.before, paused.after) == ({"state": "running"}, {"state": "paused"})
    assert (resumed.way, resumed.token, resumed.verb) == ("API", "for a test", "resume")
    assert (cancelled.who, cancelled.way, cancelled.verb) == (
        "command line",
        "command",
        "cancel",
    )


def test_an_entry_goes_with_its_change_or_not_at_all() -> None:
    with transaction.atomic():
        jobs.save("Weekly", {"addresses": []})
        assert entries(kind="job")
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not entries(kind="job")


def test_a_change_of_the_catalogue_is_one_with_its_entry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    article, client = an_article(1), session(Role.OPERATOR)
    client.raise_request_exception = False

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("pipeline.access.middleware.record", fail)
        assert client.post("/articles/delete", {"id": article.pk}).status_code == 500
    article.refresh_from_db()
    assert article.deleted_at is None
    assert (
        client.post(
            "/articles/delete", {"id": article.pk, "password": "hidden"}
        ).status_code
        == 302
    )
    [entry] = entries()
    assert (entry.who, entry.verb, entry.object) == (
        "operator",
        "articles-delete",
        "/articles/delete",
    )
    assert entry.after == {"id": str(article.pk)}


def test_jobs_and_what_schedules_launch_are_on_record() -> None:
    job = jobs.save("Weekly", {"addresses": []}, "every 6 hours")
    jobs.save("Weekly", {"addresses": []}, "every 7 hours")
    run_tasks.start_scheduled(job.pk)
    jobs.remove(job)
    said = [(entry.who, entry.way, entry.verb, entry.kind) for entry in entries()]
    assert said[0] == ("command line", "command", "create", "job")
    assert ("schedule", "schedule", "start", "run") in said
    assert said[-1] == ("command line", "command", "delete", "job")
    [changed] = entries(kind="schedule", verb="update")
    assert (changed.before, changed.after) == (
        {"interval": "every 6 hours"},
        {"interval": "every 7 hours"},
    )


def test_users_roles_passwords_and_signing_in_are_on_record(client: Client) -> None:
    user = person(Role.OPERATOR, "ada")
    user.set_password("lovelace")
    user.save()
    client.post("/signin/", {"username": "ada", "password": "lovelace"})
    client.post("/signin/", {"username": "ada", "password": "wrong"})
    client.post("/signout/")
    said = [
        (entry.verb, entry.kind, entry.after)
        for entry in AuditEntry.objects.order_by("pk")
    ]
    assert ("add role", "user", {"groups": ["operator"]}) in said
    assert ("update", "user", {"password": "not shown"}) in said
    assert [verb for verb, kind, _ in said if kind == "session"] == [
        "sign in",
        "sign out",
    ]
    assert "lovelace" not in str(list(AuditEntry.objects.values()))
    assert AuditEntry.objects.get(verb="sign in").who == "ada"


def test_a_secret_is_never_on_record(admin_client: Client) -> None:
    page = admin_client.post("/account/", {"name": "ci", "role": "1"}).text
    [secret] = re.findall(r"gleaner_[\w-]{43}", page)
    page = admin_client.post(
        "/webhooks/", {"url": "https://a.example/", "events": ["run.ended"]}
    ).text
    [hook] = re.findall(r'id="secret"[^>]*>([^<]+)<', page)
    said = str(list(AuditEntry.objects.values()))
    assert "a.example" in said
    assert secret not in said
    assert hook not in said


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_auditentry SET who = 'nobody'",
        "DELETE FROM access_auditentry",
        "TRUNCATE access_auditentry",
    ],
)
def test_the_log_of_changes_can_only_grow(statement: str) -> None:
    person(Role.VIEWER)
    with (
        pytest.raises(IntegrityError, match=r"neither changed nor removed|not emptied"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_page_of_changes_is_filtered_and_paged(admin_client: Client) -> None:
    for number in range(120):
        a_run(name=f"<b>number-{number}.", launched_by="command line")
    admin_client.post(f"/runs/{Run.objects.latest('pk').pk}/pause")

    def found(query: str) -> Any:
        return admin_client.get(f"/audit/?{query}").context["page"].rows

    assert [entry.verb for entry in found("who=admin&kind=run")] == ["pause"]
    assert len(found("object=number-7.")) == 1
    assert len(found("verb=start")) == 100
    assert found("verb=start&way=page") == []
    first = admin_client.get("/audit/?verb=start")
    assert "Entries are kept forever." in first.text
    assert "&lt;b&gt;number-119." in first.text
    assert len(found(f"verb=start&before={first.context['page'].older}")) == 20
    assert (
        admin_client.get(
            "/audit/?since=nonsense&before=x&after=99999999999999999999999"
        ).status_code
        == 200
    )


def test_users_are_managed_on_a_page_of_the_product_and_on_no_other() -> None:
    assert session(Role.ADMIN).get("/admin/").status_code == 404
    assert session(Role.OPERATOR).get("/users/").status_code == 403
    assert session(Role.ADMIN).get("/users/").status_code == 200


def updates(kind: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(verb="update", kind=kind).order_by("pk"))


def test_an_update_of_many_rows_keeps_an_entry_of_each() -> None:
    first = person(Role.VIEWER, "ada")
    second = person(Role.OPERATOR, "bob")
    before = AuditEntry.objects.count()
    User.objects.filter(pk__in=[first.pk, second.pk]).update(is_superuser=True)
    found = updates("user")
    assert AuditEntry.objects.count() == before + 2
    assert {each.object for each in found} >= {
        f"{first.pk} {first}",
        f"{second.pk} {second}",
    }
    assert found[-1].before == {"is_superuser": False}
    assert found[-1].after == {"is_superuser": True}


def test_updates_of_tokens_and_schedules_are_seen_through_every_manager() -> None:
    user = person(Role.OPERATOR)
    token, _ = Token.objects.issue(user, "export", Role.VIEWER)
    user.tokens.update(role=Role.OPERATOR)
    assert updates("token")[-1].after == {"role": "operator"}
    token.refresh_from_db()
    Token.objects.filter(pk=token.pk).update(last_used_at=WHEN)
    assert len(updates("token")) == 1, "of a field that does not matter"
    jobs.save("Weekly", {"addresses": ["https://blog.example/"]}, "0 6 * * *", "UTC")
    PeriodicTask.objects.filter(name__contains="Weekly").update(enabled=False)
    Job.objects.update(name="Monthly")
    assert updates("job")[-1].before == {"name": "Weekly"}
    Run.objects.update(name="x")
    assert not updates("run"), "other models are left alone"
