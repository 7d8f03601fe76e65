"""URLs of a run that has ended, sent through again by choice."""

import pytest
from django.test import Client

from pipeline.models import Journey, Run
from pipeline.runs.control import InvalidState
from pipeline.runs.redo import ACTIONS, redo
from tests.pages import a_run, a_snapshot, an_article, journeys

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(
        "pipeline.journeys.batches.dispatch_batches", lambda run: found.append(run)
    )
    return found


def an_ended_run() -> Run:
    run = a_run("finished")
    journeys(run, 2, "failed", "fetch", reason="http-503")
    journeys(run, 1, "failed", "fetch", reason="http-404")
    journeys(run, 1, "skipped", "discover", reason="not-an-article", batch=None)
    journeys(run, 1, "skipped", "fetch", reason="deleted")
    journeys(run, 1, "unchanged", "fetch")
    journeys(run, 1, "stored", "store")
    return run


def test_only_the_chosen_of_those_that_failed_are_retried(sent: list[int]) -> None:
    run = an_ended_run()
    chosen = run.journeys.filter(reason="http-503")
    assert redo(run.pk, ACTIONS["retry"], chosen, "ada") == 2
    run.refresh_from_db()
    assert (run.state, run.reason, sent) == (
        "running",
        "2 URLs sent again by ada",
        [run.pk],
    )
    assert run.journeys.filter(state="pending", stage="fetch").count() == 2
    assert run.journeys.filter(state="failed").count() == 1


def test_what_a_rule_left_out_is_saved_anyway_but_not_what_was_deleted() -> None:
    run = an_ended_run()
    assert redo(run.pk, ACTIONS["save"], run.journeys.all()) == 4
    wanted = run.journeys.filter(state="pending")
    assert {each.override for each in wanted} == {"rules"}
    assert all(each.batch for each in wanted)
    assert run.journeys.get(reason="deleted").state == "skipped"


def test_fetching_again_leaves_what_is_kept_of_the_page() -> None:
    run = an_ended_run()
    [kept] = run.journeys.filter(state="stored")
    snapshot = a_snapshot(an_article(), b"<p>page</p>")
    run.journeys.filter(pk=kept.pk).update(snapshot=snapshot)
    chosen = run.journeys.filter(state__in=["stored", "unchanged"])
    assert redo(run.pk, ACTIONS["fetch"], chosen) == 2
    kept.refresh_from_db()
    assert (kept.state, kept.stage, kept.snapshot, kept.override) == (
        "pending",
        "fetch",
        None,
        "fetch",
    )


def test_urls_of_another_run_are_never_touched() -> None:
    run, other = an_ended_run(), an_ended_run()
    with pytest.raises(InvalidState, match="not possible for any selected URL"):
        redo(run.pk, ACTIONS["retry"], Journey.objects.filter(run=other))
    assert other.journeys.filter(state="pending").count() == 0


@pytest.mark.parametrize(("state", "dry"), [("running", False), ("finished", True)])
def test_a_run_that_is_on_or_a_preview_is_left_alone(state: str, dry: bool) -> None:
    run = a_run(state)
    Run.objects.filter(pk=run.pk).update(parameters={**run.parameters, "dry_run": dry})
    journeys(run, 1, "failed", "fetch")
    with pytest.raises(InvalidState):
        redo(run.pk, ACTIONS["retry"], run.journeys.all())


def test_all_that_match_a_filter_are_retried_from_the_page(
    admin_client: Client,
) -> None:
    run = an_ended_run()
    form = {"all": "1", "state": "failed", "reason": "http-503"}
    answer = admin_client.post(f"/runs/{run.pk}/journeys/retry", form, follow=True)
    assert "2 URLs sent again." in answer.text
    assert run.journeys.filter(state="pending").count() == 2


def test_those_that_are_ticked_are_sent_and_no_others(admin_client: Client) -> None:
    run = an_ended_run()
    [one] = run.journeys.filter(reason="http-404")
    form = {"id": [str(one.pk), "nonsense"]}
    admin_client.post(f"/runs/{run.pk}/journeys/retry", form)
    assert [each.pk for each in run.journeys.filter(state="pending")] == [one.pk]


def test_what_cannot_be_done_is_said_and_the_filters_stay(
    admin_client: Client,
) -> None:
    run = an_ended_run()
    form = {"all": "1", "state": "stored"}
    answer = admin_client.post(f"/runs/{run.pk}/journeys/retry", form)
    assert answer.url == f"/runs/{run.pk}/journeys/?state=stored"  # type: ignore[attr-defined]
    assert "not possible" in admin_client.get(answer.url).text  # type: ignore[attr-defined]
    assert admin_client.post(f"/runs/{run.pk}/journeys/explode").status_code == 404
