"""The lists of runs and of jobs: filtered, told apart, moving by themselves."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pipeline.models import Job, Run
from pipeline.runs import filters, jobs
from pipeline.web.charts import GRID_STATES, run_grid
from tests.pages import a_run, journeys

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture
def runs() -> dict[str, Run]:
    job = Job.objects.create(name="Weekly", parameters={})
    made = {
        "crawl": a_run("finished", name="Autumn"),
        "preview": a_run("finished", name="Look"),
        "again": a_run("failed", name="Anew"),
        "job": a_run("running", name="Of a job", job=job),
        "elsewhere": a_run("finished", name="Tea"),
        "old": a_run("finished", name="Old"),
    }
    options = {
        "preview": {"dry_run": True},
        "again": {"addresses": [], "again": [1]},
        "elsewhere": {"addresses": ["https://tea.example/leaves/"]},
    }
    for name, values in options.items():
        run = made[name]
        parameters = {**run.parameters, **values}
        Run.objects.filter(pk=run.pk).update(parameters=parameters)
    past = timezone.now() - timedelta(days=30)
    Run.objects.filter(pk=made["old"].pk).update(created_at=past)
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"crawl", "preview", "again", "job", "elsewhere", "old"}),
        ("state=failed", {"again"}),
        ("kind=preview", {"preview"}),
        ("kind=re-extraction", {"again"}),
        ("kind=crawl", {"crawl", "job", "elsewhere", "old"}),
        ("source=tea.example", {"elsewhere"}),
        ("q=leaves", {"elsewhere"}),
        ("q=autumn", {"crawl"}),
        ("q=nothing", set()),
        ("state=nonsense", {"crawl", "preview", "again", "job", "elsewhere", "old"}),
    ],
)
def test_runs_are_filtered(
    admin_client: Client, runs: dict[str, Run], query: str, expected: set[str]
) -> None:
    page = admin_client.get(f"/runs/?{query}")
    shown = {run.pk for run in page.context["page"].rows}
    assert shown == {runs[name].pk for name in expected}


def test_runs_are_filtered_by_job_and_by_time(
    admin_client: Client, runs: dict[str, Run]
) -> None:
    job = Job.objects.get()
    of_job = admin_client.get(f"/runs/?job={job.pk}").context["page"].rows
    assert of_job == [runs["job"]]
    moment = (timezone.now() - timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
    before = admin_client.get(f"/runs/?until={moment}").context["page"].rows
    assert before == [runs["old"]]
    assert "Enter a valid" in admin_client.get("/runs/?since=nonsense").text


def test_nothing_that_matches_is_said_with_a_way_out(
    admin_client: Client, runs: dict[str, Run]
) -> None:
    page = admin_client.get("/runs/?q=nothing").text
    assert 'No runs match these filters. <a href="/runs/">Clear filters</a>' in page


def test_the_first_jobs_can_be_chosen_and_the_chosen_one(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "MAX_JOBS_LISTED", 2)
    made = [Job.objects.create(name=f"Job {number}") for number in range(4)]
    page = admin_client.get("/runs/").text
    assert [job for job in made if job.name in page] == made[:2]
    page = admin_client.get(f"/runs/?job={made[3].pk}").text
    assert [job for job in made if job.name in page] == [*made[:2], made[3]]
    assert f'<option value="{made[3].pk}" selected>' in page


def test_the_filtered_list_asks_again_with_its_filters(
    admin_client: Client, runs: dict[str, Run]
) -> None:
    page = admin_client.get("/runs/?state=failed")
    assert 'hx-get="/runs/?state=failed"' in page.text
    part = admin_client.get("/runs/?state=failed", headers=PART)
    assert "<html" not in part.text
    assert "Anew" in part.text
    assert "Autumn" not in part.text


def test_a_run_that_was_retried_says_its_attempts(admin_client: Client) -> None:
    run = a_run("finished")
    Run.objects.filter(pk=run.pk).update(summary={"seconds": 17, "attempts": 2})
    page = admin_client.get("/runs/").text
    assert '17 s<div class="quiet small">2 attempts</div>' in page


def test_jobs_are_filtered(admin_client: Client) -> None:
    made = {
        "manual": jobs.save("By request", {"addresses": ["https://tea.example/"]}),
        "scheduled": jobs.save("Nightly", {"addresses": []}, "30 6 * * *", "UTC"),
        "paused": jobs.save("Resting", {"addresses": []}, "30 7 * * *", "UTC"),
    }
    jobs.switch(made["paused"], False)
    for query, expected in (
        ("schedule=manual", ["manual"]),
        ("schedule=scheduled", ["scheduled"]),
        ("schedule=paused", ["paused"]),
        ("q=tea", ["manual"]),
        ("q=night", ["scheduled"]),
    ):
        rows = admin_client.get(f"/jobs/?{query}").context["page"].rows
        assert rows == [made[name] for name in expected], query
    assert "No jobs match these filters." in admin_client.get("/jobs/?q=none").text


def test_the_list_of_jobs_says_what_the_page_of_its_run_says(
    admin_client: Client,
) -> None:
    job = jobs.save("Weekly", {"addresses": []})
    run = a_run(job=job)
    journeys(run, 3)
    journeys(run, 1, "stored", "store")
    part = admin_client.get("/jobs/", headers=PART)
    assert "1 of 4 done (25 %)" in part.text
    assert "25 % done" in admin_client.get(f"/runs/{run.pk}/").text
    again = admin_client.get("/jobs/", headers=PART | {"If-None-Match": part["ETag"]})
    assert again.status_code == 304
    run.journeys.update(state="stored", stage="store")
    moved = admin_client.get("/jobs/", headers=PART | {"If-None-Match": part["ETag"]})
    assert "4 of 4 done (100 %)" in moved.text


def test_the_grid_shows_each_run_by_what_became_of_its_urls(
    admin_client: Client,
) -> None:
    job = jobs.save("Weekly", {"addresses": []})
    old = a_run("finished", job=job, found=10, stored=9, failed=1)
    new = a_run("finished", job=job, found=2, unchanged=2)
    grid = run_grid([new, old])
    assert [column.run for column in grid.columns] == [old, new]
    numbers = [[cell.number for cell in column.cells] for column in grid.columns]
    assert numbers == [[9, 0, 0, 0, 1], [0, 2, 0, 0, 0]]
    strong, none, faint = (grid.columns[0].cells[at].opacity for at in (0, 1, 4))
    assert strong > faint > none == 0
    assert grid.columns[1].cells[1].opacity == 1
    page = admin_client.get(f"/jobs/{job.pk}/").text
    assert page.count('class="grid-room"') == 2 * len(GRID_STATES)
    assert ", 9 stored, 1 failed" in page
