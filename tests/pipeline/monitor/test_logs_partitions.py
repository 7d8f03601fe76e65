"""The log by days: no line is ever refused, days come ahead and go as a whole, and the database counts."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from pipeline.monitor.logs import partitions, retention
from pipeline.monitor.models import ErrorGroup, LogCount, LogEvent
from tests.pages import partition_of

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC).date()
LONG_AGO = date(2001, 2, 3)
NOON = datetime(2001, 2, 3, 12, tzinfo=UTC)


def line(at: datetime, event: str = "e", **values: Any) -> LogEvent:
    return LogEvent.objects.create(
        at=at, level=values.pop("level", 20), event=event, **values
    )


def test_today_and_the_next_three_days_are_there_from_the_start() -> None:
    with connection.cursor() as cursor:
        assert set(partitions.days(cursor)) >= {
            TODAY + timedelta(days=n) for n in range(4)
        }
    event = line(timezone.now())
    assert partition_of(event) == partitions.name_of(event.at.date())


def test_a_line_of_no_day_is_kept_and_moves_over_when_its_day_is_made() -> None:
    event = line(NOON)
    assert partition_of(event) == partitions.DEFAULT
    with connection.cursor() as cursor:
        assert partitions.make(cursor, LONG_AGO - timedelta(days=1), LONG_AGO) == 2
        assert partitions.make(cursor, LONG_AGO - timedelta(days=1), LONG_AGO) == 0
    assert partition_of(event) == partitions.name_of(LONG_AGO)
    assert LogEvent.objects.get() == event


def test_what_is_past_its_days_goes_with_what_was_counted_of_it() -> None:
    with connection.cursor() as cursor:
        partitions.make(cursor, LONG_AGO, LONG_AGO)
    for at in (NOON, NOON - timedelta(days=100), timezone.now()):
        line(at, level=40, signature="e")

    assert retention.prune(timezone.now()) == 2

    assert LogEvent.objects.count() == 1
    assert LogCount.objects.filter(width=1).aggregate(n=Sum("n"))["n"] == 1
    assert ErrorGroup.objects.count() == 1
    with connection.cursor() as cursor:
        assert LONG_AGO not in partitions.days(cursor)


def test_what_was_counted_is_there_as_long_as_its_lines() -> None:
    """A day goes when all of it is past: until then its first hours are looked for by what was counted of them."""
    kept, edge = (
        timedelta(days=settings.LOG_RETENTION_DAYS),
        datetime.combine(TODAY, time(12), UTC),
    )
    with connection.cursor() as cursor:
        partitions.make(cursor, TODAY - kept, TODAY - kept)
    line(edge - kept - timedelta(hours=3))

    assert retention.prune(edge) == 0

    assert LogEvent.objects.count() == 1
    assert LogCount.objects.filter(width=60).count() == 1


def test_a_day_stays_until_its_last_line_is_past() -> None:
    with connection.cursor() as cursor:
        partitions.make(cursor, LONG_AGO, LONG_AGO)
        line(NOON)
        assert partitions.drop_before(cursor, NOON + timedelta(hours=1)) == 0
        assert partitions.drop_before(cursor, NOON + timedelta(hours=12)) == 1


def test_each_line_is_counted_once_by_minute_and_by_hour() -> None:
    LogEvent.objects.bulk_create(
        LogEvent(
            at=NOON + timedelta(seconds=20 * n),
            level=20,
            event="e",
            stage="fetch",
            run=1,
        )
        for n in range(6)
    )
    line(NOON, "Some sentence, and no event.", level=35)
    counts = LogCount.objects.order_by("width", "since", "level")
    assert list(
        counts.values_list("width", "since", "level", "stage", "event", "run", "n")
    ) == [
        (1, NOON, 20, "fetch", "e", 1, 3),
        (1, NOON, 30, "", "", 0, 1),
        (1, NOON + timedelta(minutes=1), 20, "fetch", "e", 1, 3),
        (60, NOON, 20, "fetch", "e", 1, 6),
        (60, NOON, 30, "", "", 0, 1),
    ]


def test_errors_are_counted_by_signature_and_day() -> None:
    for minutes, level in ((5, 40), (0, 50), (60, 40), (60 * 24, 40)):
        line(NOON + timedelta(minutes=minutes), level=level, signature="e ValueError")
    found = ErrorGroup.objects.order_by("day").values_list(
        "n", "level", "first", "last"
    )
    assert list(found) == [
        (3, 50, NOON, NOON + timedelta(hours=1)),
        (1, 40, NOON + timedelta(days=1), NOON + timedelta(days=1)),
    ]


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("run = 7", "log_run"),
        ("journey = 7", "log_journey"),
        ("task = 'x'", "log_task"),
        ("event = 'x'", "log_event"),
        ("signature = 'x'", "log_signature"),
        ("level >= 40", "log_error"),
        ("stage = 'summarise'", "log_rare_stage"),
        ("true", "monitor_logevent_pkey"),
    ],
)
def test_each_index_is_of_use_to_its_filter(condition: str, index: str) -> None:
    """The indexes are partial: a condition that the planner cannot prove would make them useless."""
    name = partitions.name_of(TODAY)
    with connection.cursor() as cursor:
        # The others are as good, for all that is known of a table without rows.
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index "
            "WHERE indrelid = 'monitor_logevent'::regclass AND NOT indisprimary"
        )
        for (other,) in cursor.fetchall():
            if other != index:
                cursor.execute(f"DROP INDEX {other}")
        if index != "monitor_logevent_pkey":
            cursor.execute(
                "ALTER TABLE monitor_logevent DROP CONSTRAINT monitor_logevent_pkey"
            )
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(
            f"EXPLAIN SELECT * FROM monitor_logevent WHERE at >= '{TODAY}+00' AND at < '{TODAY}T23:00+00' "
            f"AND {condition} ORDER BY at DESC, id DESC LIMIT 100"
        )
        plan = " ".join(row for (row,) in cursor.fetchall())
        cursor.execute(
            "SELECT i.inhrelid::regclass::text FROM pg_inherits i JOIN pg_index x ON x.indexrelid = i.inhrelid "
            f"WHERE x.indrelid = '{name}'::regclass AND i.inhparent = %s::regclass",
            [index],
        )
        (of_the_day,) = cursor.fetchone() or ("missing",)
    assert of_the_day in plan, plan
