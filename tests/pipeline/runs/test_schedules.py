"""Schedules in words, in the fields of the form, and as moments; and that beat agrees."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_celery_beat.schedulers import ModelEntry

from myworld.celery import app
from pipeline.runs import jobs, schedules
from pipeline.runs.job_forms import ScheduleForm

NOW = datetime(
    2026, 3, 27, 12, 7, tzinfo=UTC
)  # a Friday, two days before the clocks of Europe go forward
WISH = {"addresses": ["https://blog.test/"]}


@pytest.mark.parametrize(
    ("values", "words", "said", "moments"),
    [
        (
            {"repeat": "hour", "minute": "15"},
            "15 * * * *",
            "every hour, 15 minutes past",
            ["27 12:15", "27 13:15"],
        ),
        (
            {"repeat": "day", "at": "06:30"},
            "30 6 * * *",
            "every day at 06:30",
            ["28 06:30", "29 06:30"],
        ),
        (
            {
                "repeat": "week",
                "at": "06:30",
                "days": ["1", "5", "0"],
                "time_zone": "Europe/Berlin",
            },
            "30 6 * * 1,5,0",
            "every Monday, Friday and Sunday at 06:30 (Europe/Berlin)",
            ["29 06:30", "30 06:30"],
        ),
        (
            {"repeat": "interval", "number": "6", "unit": "hours"},
            "every 6 hours",
            "every 6 hours",
            ["27 18:07", "28 00:07"],
        ),
        (
            {"repeat": "interval", "number": "1", "unit": "days"},
            "every 1 days",
            "every day",
            ["28 12:07", "29 12:07"],
        ),
        (
            {"repeat": "cron", "cron": "0 6 1 * *"},
            "0 6 1 * *",
            "crontab 0 6 1 * *",
            ["01 06:00", "01 06:00"],
        ),
    ],
)
def test_a_schedule_in_all_its_forms(
    values: dict[str, Any], words: str, said: str, moments: list[str]
) -> None:
    form = ScheduleForm({"time_zone": "UTC", **values})
    assert form.is_valid(), form.errors
    assert form.words == words

    schedule = schedules.parse(form.words, form.zone)
    assert schedules.describe(schedule) == said
    assert [
        f"{moment:%d %H:%M}" for moment in schedules.moments(schedule, 2, NOW)
    ] == moments
    again = ScheduleForm({"time_zone": "UTC", **schedules.fields_of(schedule)})
    assert again.is_valid(), again.errors
    assert again.words == words


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"repeat": "hour", "minute": "60"}, "minute", "less than or equal to 59"),
        ({"repeat": "day", "at": "25:00"}, "at", "valid time"),
        ({"repeat": "week", "at": "06:00"}, "days", "at least one day"),
        ({"repeat": "week", "at": "06:00", "days": ["9"]}, "days", "valid choice"),
        ({"repeat": "interval", "unit": "hours"}, "number", "Enter a number"),
        (
            {"repeat": "interval", "number": "0", "unit": "hours"},
            "number",
            "greater than or equal to 1",
        ),
        ({"repeat": "cron"}, "cron", "five fields"),
        ({"repeat": "cron", "cron": "soon"}, "cron", "five fields of crontab"),
        ({"repeat": "cron", "cron": "99 6 * * *"}, "cron", "0-59"),
        ({"repeat": "cron", "cron": "0 6 30 2 *"}, "cron", "never occurs"),
        (
            {"repeat": "day", "at": "06:00", "time_zone": "Mars/Base"},
            "time_zone",
            "no time zone Mars/Base",
        ),
        (
            {"repeat": "day", "at": "06:00", "time_zone": "../etc/passwd"},
            "time_zone",
            "no time zone",
        ),
        ({"repeat": "often"}, "repeat", "valid choice"),
    ],
)
def test_what_is_no_schedule_is_said_beside_its_field(
    values: dict[str, Any], field: str, said: str
) -> None:
    form = ScheduleForm({"time_zone": "UTC", **values})
    assert not form.is_valid()
    assert said in " ".join(form.errors[field])


def test_an_interval_keeps_its_rhythm_whenever_one_asks() -> None:
    schedule = schedules.parse("every 6 hours")
    base = NOW - timedelta(hours=100)
    assert schedules.moments(schedule, 2, NOW, base) == [
        NOW + timedelta(hours=2),
        NOW + timedelta(hours=8),
    ]
    assert schedules.moments(schedule, 1, base, base) == [base + timedelta(hours=6)]


@pytest.mark.parametrize(
    "words",
    ["every", "every 2 weeks", "every 999999 hours", "", "* * * *", "every 0 days"],
)
def test_other_words_are_refused(words: str) -> None:
    with pytest.raises(ValidationError):
        schedules.parse(words)


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["every 6 hours", "0 0 1 1 *"])
def test_beat_waits_for_the_first_time_of_a_new_schedule_and_after_a_pause(
    words: str,
) -> None:
    """It took a job's `start_time` for a time that it had missed, and ran every new job at once."""
    job = jobs.save("Morning", WISH, words)
    task = job.schedule
    assert task
    assert not ModelEntry(task, app=app).is_due().is_due

    jobs.switch(job, False)
    assert schedules.next_times(task) == []
    jobs.switch(job, True)
    task.refresh_from_db()
    assert not ModelEntry(task, app=app).is_due().is_due
    [moment] = schedules.next_times(task, 1)
    seconds = ModelEntry(task, app=app).is_due().next
    assert abs((moment - timezone.now()).total_seconds() - seconds) < 60


@pytest.mark.django_db
def test_a_job_that_is_edited_stays_paused_and_keeps_its_rhythm() -> None:
    job = jobs.save("Morning", WISH, "every 6 hours")
    before = job.schedule.last_run_at if job.schedule else None
    jobs.save("Evening", {**WISH, "limit": 3}, "every 6 hours", job=job)
    assert job.schedule
    assert (job.name, job.schedule.last_run_at) == ("Evening", before)

    jobs.switch(job, False)
    jobs.save("Evening", WISH, "every 8 hours", job=job)
    job.schedule.refresh_from_db()
    assert not job.schedule.enabled
    assert schedules.describe(schedules.schedule_of(job.schedule)) == "every 8 hours"
