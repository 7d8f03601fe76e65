"""Jobs: kept wishes, their schedules, never two runs at once, and what changed between two of them."""

from datetime import timedelta
from typing import Any

import pytest
from celery.schedules import crontab
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from pipeline.models import Job, Journey, Run
from pipeline.runs import control, jobs, redo
from pipeline.runs import tasks as run_tasks
from pipeline.summary.comparison import Change, compare

pytestmark = pytest.mark.django_db
WISH = {"addresses": ["https://blog.test/"], "limit": 5}


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs whose discovery would be on its way."""
    found: list[int] = []
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover", lambda run, **_: found.append(run)
    )
    return found


def test_it_works(sent: list[int]) -> None:
    job = jobs.save("Morning", WISH)

    run = jobs.start(job, by="ada")

    assert (run.parameters, run.name, run.launched_by, sent) == (
        WISH,
        "Morning",
        "ada",
        [run.pk],
    )
    assert list(job.runs.all()) == [run]


def test_a_job_never_runs_twice_at_once(sent: list[int]) -> None:
    job = jobs.save("Morning", WISH)
    first = jobs.start(job)

    with pytest.raises(control.InvalidState, match="on already"):
        jobs.start(job)

    Run.objects.filter(pk=first.pk).update(state="discovering")
    Run.objects.filter(pk=first.pk).update(state="failed", finished_at=timezone.now())
    second = jobs.start(job)
    assert sent == [first.pk, second.pk]


def test_the_database_itself_refuses_a_second_run_of_a_job() -> None:
    job = jobs.save("Morning", WISH)
    Run.objects.create(job=job)

    with (
        pytest.raises(IntegrityError, match="job_runs_once_at_a_time"),
        transaction.atomic(),
    ):
        Run.objects.create(job=job)


def test_a_failed_run_is_not_retried_while_another_of_its_job_is_on() -> None:
    job = jobs.save("Morning", WISH)
    old = Run.objects.create(job=job, state="finished")
    Journey.objects.create(run=old, url="https://blog.test/a", key="a", state="failed")
    jobs.start(job)

    with pytest.raises(control.InvalidState, match="another run of Morning is on"):
        redo.retry_failed(old.pk)


def test_an_interval_is_kept_for_beat() -> None:
    job = jobs.save("Morning", WISH, "every 6 hours")

    assert job.schedule
    assert job.schedule.task == "pipeline.start_job"
    assert job.schedule.args == f"[{job.pk}]"
    assert job.schedule.schedule.run_every == timedelta(hours=6)


def test_a_crontab_is_kept_with_its_time_zone() -> None:
    schedule = jobs.save("Morning", WISH, "30 6 * * 1-5", "Europe/Berlin").schedule

    assert schedule
    assert isinstance(schedule.schedule, crontab)
    assert str(schedule.crontab.timezone) == "Europe/Berlin"


def test_a_job_keeps_one_schedule_however_often_it_is_saved() -> None:
    for schedule in ("every 6 hours", "0 6 * * *", "every 1 day", "every 1 day"):
        jobs.save("Morning", WISH, schedule)
    assert PeriodicTask.objects.filter(task="pipeline.start_job").count() == 1

    jobs.save("Morning", WISH)

    assert not PeriodicTask.objects.filter(task="pipeline.start_job").exists()


@pytest.mark.parametrize(
    ("schedule", "zone"),
    [
        ("hourly", "UTC"),
        ("99 6 * * *", "UTC"),
        ("every 0 days", "UTC"),
        ("0 6 * * *", "Mars/Base"),
    ],
)
def test_what_is_no_schedule_is_refused(schedule: str, zone: str) -> None:
    with pytest.raises(ValidationError):
        jobs.save("Morning", WISH, schedule, zone)

    assert not Job.objects.exists()


def test_a_schedule_starts_its_job_and_leaves_one_that_is_on_alone(
    sent: list[int],
) -> None:
    job = jobs.save("Morning", WISH, "every 6 hours")

    run_tasks.start_scheduled.run(job.pk)
    run_tasks.start_scheduled.run(job.pk)

    assert len(sent) == 1
    assert job.runs.get().launched_by == "schedule"


def test_a_moment_of_the_schedule_that_is_sent_twice_starts_one_run(
    sent: list[int],
) -> None:
    job = jobs.save("Morning", WISH, "every 6 hours")
    moments = ("2026-03-27T00:00:00+00:00", "2026-03-27T06:00:00+00:00")
    for since in (*moments, *moments):
        run_tasks.start_scheduled.run(job.pk, since)
        job.runs.exclude(state="finished").update(state="failed")
    assert len(sent) == 2


@pytest.mark.parametrize(
    ("failures", "hours"), [(0, 0), (2, 0), (3, 1), (5, 4), (15, 7 * 24)]
)
def test_a_job_that_fails_again_and_again_rests_longer_and_longer(
    failures: int, hours: int, sent: list[int]
) -> None:
    job = jobs.save("Morning", WISH, "every 6 hours")
    now = timezone.now()
    Run.objects.bulk_create(
        Run(job=job, state="failed", finished_at=now) for _ in range(failures)
    )

    rest = jobs.rests_until(job, now)
    run_tasks.start_scheduled.run(job.pk)

    assert ((rest - now) if rest else timedelta()) == timedelta(hours=hours)
    assert len(sent) == (0 if hours else 1)


def test_one_run_that_does_not_fail_ends_the_rest() -> None:
    job = jobs.save("Morning", WISH)
    Run.objects.bulk_create(
        Run(job=job, state="failed", finished_at=timezone.now()) for _ in range(5)
    )
    Run.objects.create(job=job, state="finished", finished_at=timezone.now())

    assert jobs.rests_until(job) is None


def journeys(run: Run, **outcomes: Any) -> None:
    for key, (state, *rest) in outcomes.items():
        detail, reason = (*rest, "", "")[:2]
        Journey.objects.create(
            run=run,
            url=f"https://blog.test/{key}",
            key=key,
            state=state,
            detail=detail,
            reason=reason,
        )


def test_two_runs_are_compared_by_what_became_of_each_url() -> None:
    before, after = Run.objects.create(), Run.objects.create()
    old, same = ("stored", "new"), ("unchanged",)
    journeys(
        before,
        kept=old,
        edited=old,
        removed=old,
        unlisted=old,
        broken=old,
        still=("failed", "", "timeout"),
    )
    journeys(
        after, kept=same, edited=("stored", "updated"), removed=("failed", "", "http-404"), fresh=old,
        broken=("failed", "", "timeout"), still=("failed", "", "timeout"),
    )  # fmt: skip

    found = compare(before, after)

    assert found.new == Change(1, (("https://blog.test/fresh", ""),))
    assert found.changed == Change(1, (("https://blog.test/edited", ""),))
    assert found.gone == Change(
        2,
        (("https://blog.test/removed", "http-404"), ("https://blog.test/unlisted", "")),
    )
    assert found.newly_failing == Change(1, (("https://blog.test/broken", "timeout"),))


def test_the_command_saves_lists_and_starts(capsys: pytest.CaptureFixture[str]) -> None:
    call_command(
        "job",
        "save",
        "Morning",
        "https://blog.test/",
        "--schedule",
        "every 6 hours",
        "--limit",
        "3",
    )
    call_command("job", "list")
    call_command("job", "start", "Morning")
    call_command("job", "runs", "Morning")

    out = capsys.readouterr().out
    assert "Morning\tevery 6 hours\tnever run" in out
    assert "queued" in out
