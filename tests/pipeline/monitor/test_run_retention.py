"""Records of a run's URLs go when they are past their days; the run stays, and its numbers add up."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from pipeline.journeys import partitions
from pipeline.models import Journey, Run
from pipeline.monitor import run_retention
from pipeline.monitor.run_retention import prune_runs
from pipeline.runs.control import InvalidState
from pipeline.runs.redo import retry_failed
from pipeline.summary.comparison import compare_within, keep, last_before
from pipeline.summary.progress import progress
from pipeline.summary.stage import close_run, end_incomplete

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def ended(days: float, pk: int | None = None, urls: int = 3) -> Run:
    """A run that ended so long ago, with one failed URL and the others stored."""
    run = Run.objects.create(pk=pk, state=Run.State.RUNNING)
    for number in range(urls):
        key = f"https://blog.example/{number}"
        state, reason = ("failed", "http-404") if number == 0 else ("stored", "")
        Journey.objects.create(run=run, url=key, key=key, state=state, reason=reason)
    close_run(run.pk)
    Run.objects.filter(pk=run.pk).update(finished_at=days_ago(days))
    run.refresh_from_db()
    return run


def left() -> list[int]:
    rows = Journey.objects.order_by("run").values_list("run", flat=True)
    return list(rows.distinct())


def close_partition() -> int:
    """Close the last partition; returns the first run after it."""
    with connection.cursor() as cursor:
        # A test is one transaction: what it wrote must be checked before its table can change.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert partitions.close_last(cursor, max_rows=0)
        end = partitions.all_partitions(cursor)[-1].first
    assert end is not None
    return end


def names() -> list[str]:
    with connection.cursor() as cursor:
        return [partition.name for partition in partitions.all_partitions(cursor)]


def test_what_is_past_its_days_goes_and_what_is_not_stays(settings: Any) -> None:
    settings.RUN_URL_DAYS = 100
    old = ended(101)
    young = ended(99)

    assert prune_runs(NOW) == {"run_urls": 3}

    assert left() == [young.pk]
    old.refresh_from_db()
    assert old.urls_removed_at == NOW
    assert prune_runs(NOW) == {"run_urls": 0}


def test_the_totals_and_the_reasons_of_the_run_stay(settings: Any) -> None:
    settings.RUN_URL_DAYS = 100
    run = ended(101)
    before = progress(run)

    prune_runs(NOW)

    run.refresh_from_db()
    assert progress(run) == before
    assert (run.found, run.failed, run.stored) == (3, 1, 2)


def test_so_do_those_of_a_run_that_could_not_account_for_all(settings: Any) -> None:
    settings.RUN_URL_DAYS = 100
    run = Run.objects.create(state=Run.State.RUNNING)
    Journey.objects.create(run=run, url="https://a.example/", key="https://a.example/")
    end_incomplete(run.pk)
    Run.objects.filter(pk=run.pk).update(finished_at=days_ago(101))

    assert prune_runs(NOW) == {"run_urls": 1}

    run.refresh_from_db()
    assert (progress(run).found, run.pending) == (1, 1)


def test_nothing_goes_where_it_is_kept_forever(settings: Any) -> None:
    settings.RUN_URL_DAYS = 0
    ended(10_000)
    assert prune_runs(NOW) == {"run_urls": 0}


def test_a_month_is_kept_whatever_is_set(settings: Any) -> None:
    settings.RUN_URL_DAYS = 1
    run = ended(29)
    prune_runs(NOW)
    assert left() == [run.pk]


def test_a_run_that_is_on_keeps_its_urls_however_old_it_is(settings: Any) -> None:
    settings.RUN_URL_DAYS = 100
    run = ended(101)
    Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING)
    prune_runs(NOW)
    assert left() == [run.pk]


def test_what_a_killed_worker_left_goes_the_next_time(settings: Any) -> None:
    settings.RUN_URL_DAYS = 100
    run = ended(101)
    Run.objects.filter(pk=run.pk).update(urls_removed_at=days_ago(1))

    assert prune_runs(NOW) == {"run_urls": 3}

    run.refresh_from_db()
    assert run.urls_removed_at == days_ago(1)


def test_more_rows_than_fit_one_statement_go(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RUN_URL_DAYS = 100
    monkeypatch.setattr(run_retention, "ROWS_AT_ONCE", 2)
    ended(101, urls=5)
    assert prune_runs(NOW) == {"run_urls": 5}


def test_a_closed_partition_goes_as_a_whole(settings: Any) -> None:
    settings.RUN_URL_DAYS = 100
    old = ended(101)
    first = names()[0]
    young = ended(5, pk=close_partition())
    assert first in names()

    assert prune_runs(NOW) == {"run_urls": 3}

    assert first not in names()
    assert left() == [young.pk]
    old.refresh_from_db()
    assert (old.urls_removed_at, old.found) == (NOW, 3)


def test_the_runs_of_a_closed_partition_wait_for_each_other_but_not_for_ever(
    settings: Any,
) -> None:
    settings.RUN_URL_DAYS = 100
    last = ended(99)
    waits = ended(130)
    ended(132)
    young = ended(5, pk=close_partition())

    assert prune_runs(NOW) == {"run_urls": 3}

    assert left() == [last.pk, waits.pk, young.pk]


def test_a_partition_that_later_runs_may_still_come_to_stays(settings: Any) -> None:
    settings.RUN_URL_DAYS = 100
    ended(101)
    close_partition()
    prune_runs(NOW)
    assert len(names()) == 2
    assert Journey.objects.create(
        run=Run.objects.create(), url="https://a.example/", key="https://a.example/"
    )


def test_urls_whose_records_are_gone_cannot_be_sent_again(settings: Any) -> None:
    settings.RUN_URL_DAYS = 100
    run = ended(101)
    prune_runs(NOW)
    with pytest.raises(InvalidState, match="no record of its URLs"):
        retry_failed(run.pk)


def test_the_pages_of_the_run_say_so_and_offer_nothing_that_is_not_possible(
    settings: Any, admin_client: Client
) -> None:
    settings.RUN_URL_DAYS = 100
    run = ended(101)
    prune_runs(NOW)

    urls = admin_client.get(f"/runs/{run.pk}/journeys/").content.decode()

    assert "expired (RUN_URL_DAYS) and were removed on" in urls
    assert "Retry failed" not in urls
    assert "reason=http-404" in urls, "its reasons are counted as before"
    told = admin_client.get(f"/api/runs/{run.pk}").json()
    assert told["urls_removed_at"] is not None
    assert told["counts"]["found"] == 3


def test_a_run_whose_urls_are_gone_is_not_compared_as_if_it_had_found_none(
    settings: Any, admin_client: Client
) -> None:
    settings.RUN_URL_DAYS = 100
    old = ended(101)
    new = ended(1)
    Run.objects.update(parameters={"addresses": ["https://blog.example/"]})
    new.refresh_from_db()
    assert last_before(new) == old
    assert compare_within(old, new) is not None

    prune_runs(NOW)

    old.refresh_from_db()
    assert last_before(new) is None
    assert compare_within(old, new) is None
    assert not keep(old, new)
    page = admin_client.get(f"/runs/{new.pk}/compare?before={old.pk}")
    assert "no longer on record" in page.content.decode()
    answer = admin_client.get(f"/api/runs/{new.pk}/compare?before={old.pk}")
    assert (answer.status_code, "no longer on record" in answer.content.decode()) == (
        422,
        True,
    )
