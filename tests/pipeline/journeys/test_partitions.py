"""Partitions of the table of journeys: the last one takes every run, and is closed where it is large."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from pipeline.journeys import partitions
from pipeline.models import Journey, Run
from tests.pages import partition_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cursor() -> Any:
    with connection.cursor() as cursor:
        # A test is one transaction: what it writes must be checked before its table can change.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield cursor


def journey(run: Run, key: str = "https://blog.example/a") -> Journey:
    return Journey.objects.create(run=run, url=key, key=key)


def test_one_partition_takes_every_run_at_first(cursor: Any) -> None:
    [partition] = partitions.all_partitions(cursor)
    assert (partition.first, partition.end) == (None, None)
    assert partition_of(journey(Run.objects.create())) == partition.name
    assert partition_of(journey(Run.objects.create(pk=10**12))) == partition.name


def test_a_small_partition_stays_open(cursor: Any) -> None:
    journey(Run.objects.create())
    assert not partitions.close_last(cursor)
    assert len(partitions.all_partitions(cursor)) == 1


def test_a_large_partition_is_closed_and_later_runs_go_to_the_next(cursor: Any) -> None:
    old = Run.objects.create()
    first = journey(old)
    assert partitions.close_last(cursor, max_rows=0)

    before, after = partitions.all_partitions(cursor)

    end = old.pk + partitions.RUNS_AHEAD
    assert (before.end, after.first, after.end) == (end, end, None)
    assert partition_of(first) == before.name
    assert partition_of(journey(old, "https://blog.example/b")) == before.name
    assert partition_of(journey(Run.objects.create(pk=end - 1))) == before.name
    assert partition_of(journey(Run.objects.create(pk=end))) == after.name


def test_partitions_follow_each_other_in_order(cursor: Any) -> None:
    for pk in (5_000, 70_000, 800_000):
        Run.objects.create(pk=pk)
        assert partitions.close_last(cursor, max_rows=0)

    found = partitions.all_partitions(cursor)

    assert [partition.first for partition in found] == [None, 6_000, 71_000, 801_000]
    assert [partition.end for partition in found] == [6_000, 71_000, 801_000, None]


def test_what_was_begun_and_not_ended_is_done_the_next_time(cursor: Any) -> None:
    Run.objects.create(pk=5)
    cursor.execute(
        "ALTER TABLE pipeline_journey_0 ADD CONSTRAINT bounds CHECK (run_id < 7) NOT VALID"
    )
    assert partitions.close_last(cursor, max_rows=0)
    assert len(partitions.all_partitions(cursor)) == 2
    cursor.execute("SELECT count(*) FROM pg_constraint WHERE conname = 'bounds'")
    assert cursor.fetchone() == (0,)


def test_a_url_is_in_a_run_once_in_every_partition(cursor: Any) -> None:
    old = Run.objects.create()
    journey(old)
    partitions.close_last(cursor, max_rows=0)
    new = Run.objects.create(pk=old.pk + partitions.RUNS_AHEAD)
    journey(new)
    for run in (old, new):
        with pytest.raises(IntegrityError), transaction.atomic():
            journey(run)


def test_numbers_go_on_across_partitions(cursor: Any) -> None:
    old = Run.objects.create()
    before = journey(old)
    partitions.close_last(cursor, max_rows=0)
    after = journey(Run.objects.create(pk=old.pk + partitions.RUNS_AHEAD))
    assert after.pk == before.pk + 1


def test_the_planner_learns_of_the_whole_table_when_a_partition_has_changed(
    cursor: Any,
) -> None:
    run = Run.objects.create()
    journey(run)
    # When a table was analysed is kept whatever becomes of a transaction, also from other tests.
    cursor.execute(
        "SELECT pg_stat_reset_single_table_counters('pipeline_journey'::regclass)"
    )
    cursor.execute("ANALYZE pipeline_journey_0")
    known = "SELECT count(*) FROM pg_stats WHERE tablename = 'pipeline_journey'"
    assert partitions.refresh_statistics()
    cursor.execute(known)
    assert cursor.fetchone()[0] > 0
    cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees one state
    assert not partitions.refresh_statistics()
