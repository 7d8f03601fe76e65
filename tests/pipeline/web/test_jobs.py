"""Jobs through their pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pipeline.access.models import AuditEntry
from pipeline.access.roles import Role
from pipeline.models import Job, Run
from pipeline.runs import jobs
from tests.pages import a_run
from tests.people import session

pytestmark = pytest.mark.django_db
WISH = {"addresses": ["https://blog.example/"], "limit": 5, "language": ["en"]}
FORM = {
    "name": "Weekly",
    "addresses": "https://blog.example/",
    "repeat": "week",
    "days": ["1", "4"],
    "at": "06:30",
}


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the runs that were sent to `discover`."""
    ids: list[int] = []
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover", lambda run, **_: ids.append(run)
    )
    return ids


def test_a_form_becomes_a_job_with_its_next_times(admin_client: Client) -> None:
    answer = admin_client.post(
        "/jobs/new", {**FORM, "limit": "5", "time_zone": "Europe/Berlin"}, follow=True
    )
    job = Job.objects.get()
    assert answer.redirect_chain == [(f"/jobs/{job.pk}/", 303)]
    assert (job.name, job.parameters["limit"]) == ("Weekly", 5)
    assert "every Monday and Thursday at 06:30 (Europe/Berlin)" in answer.text
    assert len(answer.context["next"]) == 3
    assert "No runs yet." in answer.text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": ""}, "required"),
        ({"name": "Taken"}, "A job with this name exists"),
        ({"addresses": "nonsense"}, "nonsense"),
        ({"repeat": "cron", "cron": "0 6 31 2 *"}, "never occurs"),
        ({"repeat": "day", "at": ""}, "Enter a time"),
        ({"time_zone": "<b>"}, "there is no time zone &lt;b&gt;"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    admin_client: Client, values: dict[str, str], said: str
) -> None:
    jobs.save("Taken", WISH)
    answer = admin_client.post("/jobs/new", {**FORM, **values})
    assert answer.status_code == 422
    assert said in answer.text
    assert "https://blog.example/" in answer.text or "addresses" in values
    assert Job.objects.count() == 1


def test_the_launch_form_is_carried_over_without_changing_anything(
    admin_client: Client,
) -> None:
    typed = {
        "addresses": "https://blog.example/ and",
        "name": "<b>Mine",
        "limit": "7",
        "language": "de",
        "refetch": "on",
    }
    before = AuditEntry.objects.count()
    page = admin_client.post("/jobs/draft", typed).text
    for said in (
        "https://blog.example/ and",
        "&lt;b&gt;Mine",
        'value="7"',
        'value="de"',
        "checked",
    ):
        assert said in page
    assert not Job.objects.exists()
    assert AuditEntry.objects.count() == before


def test_a_run_can_be_kept_as_a_job(admin_client: Client) -> None:
    run = a_run("finished", name="Once")
    page = admin_client.get(f"/jobs/new?run={run.pk}").text
    assert "https://blog.example/" in page
    assert 'value="Once"' in page
    assert admin_client.get("/jobs/new?run=nonsense").status_code == 200


def test_editing_shows_what_is_kept_and_renames(admin_client: Client) -> None:
    job = jobs.save("Weekly", WISH, "30 6 * * 1,4", "Europe/Berlin")
    page = admin_client.get(f"/jobs/{job.pk}/edit")
    assert page.context["form"].initial["days"] == ["1", "4"]
    assert 'value="06:30"' in page.text
    answer = admin_client.post(
        f"/jobs/{job.pk}/edit",
        {**FORM, "name": "Fortnightly", "repeat": "", "language": "fr"},
    )
    assert answer.status_code == 303
    job.refresh_from_db()
    assert (job.name, job.schedule, job.parameters["language"]) == (
        "Fortnightly",
        None,
        ["fr"],
    )


def test_a_job_is_started_paused_resumed_and_removed(
    admin_client: Client, sent: list[int]
) -> None:
    job = jobs.save("Weekly", WISH, "every 6 hours")
    answer = admin_client.post(f"/jobs/{job.pk}/start")
    run = Run.objects.get()
    assert answer["Location"] == f"/runs/{run.pk}/"
    assert sent == [run.pk]
    assert (
        "is on already" in admin_client.post(f"/jobs/{job.pk}/start", follow=True).text
    )

    assert ">paused<" in admin_client.post(f"/jobs/{job.pk}/pause", follow=True).text
    assert ">paused<" in admin_client.get("/jobs/").text
    assert (
        ">paused<" not in admin_client.post(f"/jobs/{job.pk}/resume", follow=True).text
    )

    assert (
        "Its runs stay" in admin_client.post(f"/jobs/{job.pk}/remove", follow=True).text
    )
    assert not Job.objects.exists()
    assert Run.objects.get().job is None


def test_what_makes_no_sense_is_refused(admin_client: Client) -> None:
    job = jobs.save("By hand", WISH)
    assert (
        "has no schedule"
        in admin_client.post(f"/jobs/{job.pk}/pause", follow=True).text
    )
    assert admin_client.post(f"/jobs/{job.pk}/explode").status_code == 404
    assert admin_client.post("/jobs/999999/start").status_code == 404
    assert admin_client.get(f"/jobs/{job.pk}/start").status_code == 405


def test_the_list_shows_next_last_and_a_strip(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    assert "Create the first job" in admin_client.get("/jobs/").text
    for number in range(5):
        job = jobs.save(f"Job {number}", WISH, "every 6 hours" if number else "")
        for n in range(40):
            Run.objects.create(
                job=job, state="finished", found=n, stored=n, finished_at=timezone.now()
            )
    with django_assert_max_num_queries(8):
        page = admin_client.get("/jobs/")
    lines = {line["job"].name: line for line in page.context["lines"]}
    assert len(lines) == 5
    assert not lines["Job 0"]["next"]
    assert lines["Job 1"]["next"][0] > timezone.now()
    marks = lines["Job 1"]["strip"]
    assert (len(marks), marks[0].run.found, marks[-1].run.found, marks[-1].height) == (
        30,
        10,
        39,
        28,
    )


def test_two_runs_fill_their_strip_as_thirty_do_theirs(admin_client: Client) -> None:
    job = jobs.save("Young", WISH)
    for n in (1, 2):
        Run.objects.create(
            job=job, state="finished", found=n, stored=n, finished_at=timezone.now()
        )
    assert (
        'width="16" height="30" viewBox="0 0 48 30"' in admin_client.get("/jobs/").text
    )


def test_a_job_that_rests_says_until_when(admin_client: Client) -> None:
    job = jobs.save("Weekly", WISH, "every 6 hours")
    for _ in range(5):
        Run.objects.create(
            job=job, state="failed", finished_at=timezone.now() - timedelta(minutes=1)
        )
    assert ">backing off<" in admin_client.get("/jobs/").text
    assert ">backing off<" in admin_client.get(f"/jobs/{job.pk}/").text


def test_the_sums_are_those_of_all_its_runs(admin_client: Client) -> None:
    job = jobs.save("Weekly", WISH)
    for stored in (3, 4):
        Run.objects.create(
            job=job, state="finished", found=stored + 1, stored=stored, failed=1
        )
    a_run("finished", found=9, stored=9)
    sums = admin_client.get(f"/jobs/{job.pk}/").context["sums"]
    assert (sums["found"], sums["stored"], sums["failed"]) == (9, 7, 2)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("repeat=day&at=06:30&time_zone=Europe/Berlin", "06:30 CE"),
        ("repeat=interval&number=6&unit=hours", "UTC"),
        ("repeat=", "Run now"),
        ("repeat=cron&cron=soon", "five fields of crontab"),
        ("repeat=week&at=06:30", "at least one day"),
        ("", "Run now"),
    ],
)
def test_the_next_times_are_told_while_a_schedule_is_typed(
    admin_client: Client, query: str, said: str
) -> None:
    assert said in admin_client.get(f"/jobs/next?{query}").text


def test_a_viewer_sees_jobs_and_no_buttons() -> None:
    job = jobs.save("Weekly", WISH, "every 6 hours")
    viewer = session(Role.VIEWER)
    for path in ("/jobs/", f"/jobs/{job.pk}/"):
        page = viewer.get(path)
        assert page.status_code == 200
        assert "Run now</button>" not in page.text
    answer: Any = viewer.post(f"/jobs/{job.pk}/start")
    assert answer.status_code == 403
