"""Two large runs beside each other: kept when the later one ends, given up in time where nobody kept it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from pipeline.models import ComparedRuns, Run
from pipeline.summary import comparison
from pipeline.summary import stage as summary_stage
from pipeline.summary.comparison import compare, compare_within, keep, keep_if_large
from tests.pages import WHEN, a_run, journeys

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "SMALL_URLS", 2)


def met(**states: str) -> Run:
    """A run that has met these URLs and only waits to be closed."""
    run = a_run()
    for name, state in states.items():
        [journey] = journeys(run, 1, state, "store", detail="new")
        journey.url = journey.key = f"https://blog.example/{name}"
        journey.save()
    run.batches.update(finished_at=WHEN)
    return run


def closed(run: Run, capture: Any) -> Run:
    with capture(execute=True):
        summary_stage.close_run(run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def two(django_capture_on_commit_callbacks: Any) -> tuple[Run, Run]:
    """Two runs that are over; what one found otherwise was kept when it ended."""
    before = closed(met(a="stored", b="stored"), django_capture_on_commit_callbacks)
    after = closed(met(b="stored", c="stored"), django_capture_on_commit_callbacks)
    return before, after


def test_what_a_large_run_found_otherwise_is_kept_when_it_ends(
    two: tuple[Run, Run],
) -> None:
    asked = compare(*two)
    assert [url for url, _ in asked.new.urls] == ["https://blog.example/c"]
    assert [url for url, _ in asked.gone.urls] == ["https://blog.example/a"]
    assert {(move.before, move.after, move.count) for move in asked.moves} == {
        ("stored", "", 1),
        ("", "stored", 1),
    }
    Run.objects.get(
        pk=two[0].pk
    ).journeys.all().delete()  # so that whoever asks again is told otherwise
    assert compare(*two) == compare_within(*two) == asked


def test_what_is_kept_is_no_longer_told_when_a_run_went_on(
    two: tuple[Run, Run], django_capture_on_commit_callbacks: Any
) -> None:
    before, after = two
    Run.objects.filter(pk=after.pk).update(state=Run.State.RUNNING)
    after.refresh_from_db()
    journeys(after, 1, "stored", "store", detail="new")
    assert compare(before, after).new.count == 2
    closed(after, django_capture_on_commit_callbacks)
    assert compare(before, after).new.count == 2
    assert ComparedRuns.objects.count() == 1


@pytest.mark.parametrize(("large", "kept"), [(3, 1), (4, 0)])
def test_of_small_runs_nothing_is_kept(
    two: tuple[Run, Run], monkeypatch: pytest.MonkeyPatch, large: int, kept: int
) -> None:
    ComparedRuns.objects.all().delete()
    monkeypatch.setattr(comparison, "SMALL_URLS", large)
    keep_if_large(two[1])
    assert ComparedRuns.objects.count() == kept


@pytest.fixture
def slow(two: tuple[Run, Run], monkeypatch: pytest.MonkeyPatch) -> tuple[Run, Run]:
    """Nobody kept them, and a page has no time."""
    ComparedRuns.objects.all().delete()
    monkeypatch.setattr(comparison, "TIMEOUT_MS", 250)
    monkeypatch.setattr(comparison, "SHORT_TIMEOUT_MS", 20)
    ask = comparison._query

    def asked(before: Run, after: Run) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        return ask(before, after)

    monkeypatch.setattr(comparison, "_query", asked)
    return two


def test_a_page_does_not_wait_and_whoever_asks_for_it_is_told(
    admin_client: Client, slow: tuple[Run, Run]
) -> None:
    address = f"/runs/{slow[1].pk}/compare"
    page = admin_client.get(address).text
    assert "URLs takes a while" in page
    assert "No changes." not in page
    answer = admin_client.post(f"{address}?before={slow[0].pk}", follow=True)
    assert answer.redirect_chain == [(f"{address}?before={slow[0].pk}", 303)]
    assert "takes a while" not in answer.text
    assert "https://blog.example/c" in answer.text


def test_a_program_is_told_how_to_have_them_compared(
    admin_client: Client, slow: tuple[Run, Run]
) -> None:
    address = f"/api/runs/{slow[1].pk}/compare"
    told = admin_client.get(address)
    assert (told.status_code, [*told.json()["errors"]]) == (422, ["before"])
    posted = admin_client.post(address)
    assert posted.status_code == 200, posted.content
    assert posted.json() == admin_client.get(address).json()
    assert posted.json()["new"]["count"] == 1


def test_a_run_that_is_on_is_not_kept(two: tuple[Run, Run]) -> None:
    Run.objects.filter(pk=two[1].pk).update(state=Run.State.RUNNING)
    assert not keep(two[0], Run.objects.get(pk=two[1].pk))


def test_what_would_take_far_too_long_is_not_begun(
    slow: tuple[Run, Run], admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    def timed(*_: Any) -> None:
        nonlocal asked
        asked += 1

    monkeypatch.setattr(comparison, "with_statement_timeout", timed)
    monkeypatch.setattr(comparison, "LARGE_URLS", 1)
    for hopeless, wanted in ((100, 1), (1, 1)):
        monkeypatch.setattr(comparison, "HOPELESS_URLS", hopeless)
        assert (
            "URLs takes a while" in admin_client.get(f"/runs/{slow[1].pk}/compare").text
        )
        assert asked == wanted
