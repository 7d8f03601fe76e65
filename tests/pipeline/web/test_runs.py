"""What a run's page leads to: its preview, comparison, change, log; and its strip of earlier runs."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from pipeline.models import Run
from pipeline.monitor.models import LogEvent
from pipeline.runs import preview
from pipeline.summary import stage as summary_stage
from pipeline.summary.progress import medians, progress
from tests.pages import WHEN, a_run, journeys

pytestmark = pytest.mark.django_db


def ended(run: Run) -> Run:
    run.batches.update(finished_at=WHEN)
    summary_stage.close_run(run.pk)
    run.refresh_from_db()
    return run


def named(run: Run, **states: tuple[str, str, str]) -> Run:
    """A run that met these URLs."""
    for name, (state, detail, reason) in states.items():
        [journey] = journeys(run, 1, state, "store", detail=detail, reason=reason)
        journey.url = journey.key = f"https://blog.example/{name}"
        journey.save()
    return ended(run)


def test_what_it_would_take_is_shown_in_its_order_with_source_score_and_reasons(
    admin_client: Client,
) -> None:
    run = a_run()
    Run.objects.filter(pk=run.pk).update(parameters={**run.parameters, "dry_run": True})
    looked: dict[str, Any] = {
        "stage": "discover",
        "reason": "dry-run",
        "score": 0.91,
        "batch": None,
    }
    journeys(
        run,
        105,
        "skipped",
        source_metadata={"title": "<b>Title"},
        reasons=["in a feed"],
        found_in=["javascript:x"],
        **looked,
    )
    journeys(run, 3, "skipped", "discover", reason="not-an-article", batch=None)
    run.refresh_from_db()
    ended(run)

    assert "View results" in admin_client.get(f"/runs/{run.pk}/").text
    first = admin_client.get(f"/runs/{run.pk}/preview")
    for said in (
        "105 articles found",
        "&lt;b&gt;Title",
        "0.91",
        "in a feed",
        "not-an-article",
        "Crawl these",
    ):
        assert said in first.text
    assert 'href="javascript:' not in first.text
    shown = [journey.pk for journey in first.context["journeys"]]
    second = admin_client.get(
        f"/runs/{run.pk}/preview?from={first.context['following']}"
    )
    shown += [journey.pk for journey in second.context["journeys"]]
    assert shown == sorted(shown)
    assert len(shown) == 105
    assert admin_client.get(f"/runs/{run.pk}/preview?from=nonsense").status_code == 200


def test_a_run_that_took_articles_has_no_preview(admin_client: Client) -> None:
    run = a_run("finished")
    assert "is not a preview" in admin_client.get(f"/runs/{run.pk}/preview").text


def test_two_runs_beside_each_other(admin_client: Client) -> None:
    before = named(
        a_run(), kept=("stored", "new", ""), edited=("stored", "new", ""), gone=("stored", "new", ""),
        broken=("stored", "new", ""), mended=("failed", "", "timeout"),
    )  # fmt: skip
    run = named(
        a_run(), kept=("unchanged", "", ""), edited=("stored", "updated", ""), broken=("failed", "", "http-500"),
        mended=("stored", "new", ""),
    )  # fmt: skip

    page = admin_client.get(f"/runs/{run.pk}/compare")

    assert page.context["before"] == before
    counts = {
        name: [url for _, url, _ in change.lines]
        for name, _, change in page.context["kinds"]
    }
    base = "https://blog.example/"
    assert counts == {
        "New": [base + "mended"], "Changed": [base + "edited"], "Gone": [base + "gone"],
        "Newly failing": [base + "broken"],
    }  # fmt: skip
    for _, _, change in page.context["kinds"]:
        for pk, url, _ in change.lines:
            assert url in admin_client.get(f"/journeys/{pk}/").text
    moves = {
        (m.before, m.before_reason, m.after, m.after_reason, m.count)
        for m in page.context["moves"]
    }
    assert moves == {
        ("stored", "", "", "", 1), ("stored", "", "failed", "http-500", 1), ("failed", "timeout", "stored", "", 1),
    }  # fmt: skip
    assert ("failed", 1, 1, 0) in page.context["sums"]
    assert ("found", 5, 4, -1) in page.context["sums"]
    assert f"/runs/{run.pk}/compare" in admin_client.get(f"/runs/{run.pk}/").text


def test_a_run_that_is_on_is_compared_by_what_it_has_come_to(
    admin_client: Client,
) -> None:
    named(
        a_run(),
        a=("stored", "new", ""),
        b=("stored", "new", ""),
        c=("stored", "new", ""),
    )
    run = a_run()
    journeys(run, 2, "stored", "store", detail="new")
    journeys(run, 1)
    page = admin_client.get(f"/runs/{run.pk}/compare")
    assert page.context["sums"][:2] == [("found", 3, 3, 0), ("stored", 3, 2, -1)]
    assert ("pending", 0, 1, 1) in page.context["sums"]


def test_without_an_earlier_run_there_is_nothing_to_compare(
    admin_client: Client,
) -> None:
    run = named(a_run(), kept=("stored", "new", ""))
    assert "No earlier run" in admin_client.get(f"/runs/{run.pk}/compare").text
    assert admin_client.get(f"/runs/{run.pk}/compare?before=999999").status_code == 404
    assert admin_client.get(f"/runs/{run.pk}/compare?before={9**40}").status_code == 404


def test_a_run_that_is_on_is_changed_and_says_what_that_did(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pipeline.journeys.batches.dispatch_batches", lambda run_id: None
    )
    run = a_run()
    journeys(run, 5)
    assert f'href="/runs/{run.pk}/change"' in admin_client.get(f"/runs/{run.pk}/").text
    answer = admin_client.post(
        f"/runs/{run.pk}/change",
        {"limit": "2", "include": "", "exclude": ""},
        follow=True,
    )
    assert "Limit: none -&gt; 2: 3 left out, 0 taken in." in answer.text
    assert run.journeys.filter(reason="over-limit").count() == 3
    same = admin_client.post(f"/runs/{run.pk}/change", {"limit": "2"}, follow=True)
    assert "No changes" in same.text
    assert run.events.count() == 1
    history = admin_client.get(f"/runs/{run.pk}/timeline").text
    assert "changed: limit: none -&gt; 2" in history


@pytest.mark.parametrize(
    ("values", "said"),
    [({"limit": "-1"}, "greater than or equal"), ({"include": "/(/"}, "regular")],
)
def test_a_change_that_makes_no_sense_is_said(
    admin_client: Client, values: dict[str, str], said: str
) -> None:
    answer = admin_client.post(f"/runs/{a_run().pk}/change", values)
    assert answer.status_code == 422
    assert said in answer.text


def test_addresses_are_added_to_a_run_that_is_on(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[list[int]] = []
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover", lambda run, **_: sent.append(run)
    )
    run = a_run()
    journeys(run, 1)
    assert "More URLs" in admin_client.get(f"/runs/{run.pk}/change").text
    page = admin_client.post(
        f"/runs/{run.pk}/change", {"addresses": "https://more.example/"}, follow=True
    ).text
    assert "1 address added: what is there is looked for now." in page
    assert "looking at 1 address added to it" in page
    assert sent == [run.pk]
    again = admin_client.post(
        f"/runs/{run.pk}/change", {"addresses": "https://more.example/", "limit": "3"}
    )
    assert (again.status_code, "has these addresses already" in again.text) == (
        422,
        True,
    )
    run.refresh_from_db()
    assert run.parameters["limit"] is None, (
        "what is refused changes nothing of the rest either"
    )
    bad = admin_client.post(
        f"/runs/{run.pk}/change", {"addresses": "file:///etc/passwd"}
    )
    assert (bad.status_code, bad.text.count("file:///etc/passwd") > 1) == (422, True)


@pytest.mark.parametrize("state", ["discovering", "cancelling", "finished"])
def test_a_run_in_another_state_cannot_be_changed(
    admin_client: Client, state: str
) -> None:
    run = a_run(state)
    assert "Change it</button>" not in admin_client.get(f"/runs/{run.pk}/change").text
    assert (
        admin_client.post(f"/runs/{run.pk}/change", {"limit": "2"}).status_code == 422
    )
    assert Run.objects.get().parameters["limit"] is None


def test_the_log_panel_keeps_to_its_level_and_stops_asking_at_the_end(
    admin_client: Client,
) -> None:
    run = a_run()
    for level, event in ((20, "quiet_one"), (40, "loud_one")):
        LogEvent.objects.create(at=timezone.now(), level=level, event=event, run=run.pk)
    everything, errors = (
        admin_client.get(f"/runs/{run.pk}/log{query}").text
        for query in ("", "?level=40")
    )
    assert "quiet_one" in everything
    assert "loud_one" in errors
    assert "quiet_one" not in errors
    assert (
        f'hx-get="/runs/{run.pk}/log?level=40" hx-trigger="every 3s, ended"' in errors
    )
    assert admin_client.get(f"/runs/{run.pk}/log?level=nonsense").status_code == 200
    Run.objects.update(state="finished", finished_at=WHEN)
    assert "every 3s" not in admin_client.get(f"/runs/{run.pk}/log").text


def test_the_log_panel_shows_more_lines_to_whoever_asks_and_keeps_to_them(
    admin_client: Client,
) -> None:
    run = a_run()
    LogEvent.objects.bulk_create(
        LogEvent(at=timezone.now(), level=20, event=f"line_{number}", run=run.pk)
        for number in range(210)
    )
    few, many = (
        admin_client.get(f"/runs/{run.pk}/log?level={query}")
        for query in ("", "30&lines=500")
    )
    assert len(few.context["events"]) == 50
    assert f'hx-get="/runs/{run.pk}/log?level=&amp;lines=500"' in few.text
    assert len(many.context["events"]) == 0
    many = admin_client.get(f"/runs/{run.pk}/log?lines=500")
    assert len(many.context["events"]) == 210
    assert (
        f'hx-get="/runs/{run.pk}/log?level=&amp;lines=500" hx-trigger="every 3s, ended"'
        in many.text
    )
    assert "lines=500" not in admin_client.get(f"/runs/{a_run().pk}/log").text


def test_earlier_runs_of_the_same_addresses_stand_in_a_strip(
    admin_client: Client,
) -> None:
    earlier = [a_run("finished", found=n, stored=n) for n in (4, 8)]
    Run.objects.create(parameters={"addresses": ["https://elsewhere.example/"]})
    run = a_run("finished", found=2, stored=2)
    strip = admin_client.get(f"/runs/{run.pk}/settings").context["strip"]
    assert [mark.run.pk for mark in strip] == [*(each.pk for each in earlier), run.pk]
    assert [mark.height for mark in strip] == [16, 28, 10]
    first = admin_client.get(f"/runs/{earlier[0].pk}/settings")
    assert first.context["strip"] == []


def test_the_tab_and_what_is_read_out_say_the_state(admin_client: Client) -> None:
    run = a_run(name="Weekly")
    journeys(run, 3, "stored", "store")
    journeys(run, 1, "pending", "extract", timings={"fetch": 0.5})
    page = admin_client.get(f"/runs/{run.pk}/").text
    assert "<title>75 % · Weekly" in page
    assert 'data-says="Weekly: extract."' in page
    assert "icon-going.svg" in page
    run.journeys.update(state="stored", stage="store")
    ended(run)
    cache.clear()
    page = admin_client.get(f"/runs/{run.pk}/").text
    assert "<title>Finished · Weekly" in page
    assert 'data-says="Weekly: finished. 4 stored"' in page
    assert "icon-done.svg" in page


def test_what_was_counted_at_the_end_is_what_would_be_counted_now() -> None:
    run = a_run()
    journeys(run, 3, "stored", "store", timings={"fetch": 0.5})
    journeys(run, 2, "failed", "fetch", reason="http-404")
    journeys(run, 1, "unchanged", "discover", batch=None)
    now = progress(run)
    run = ended(run)
    assert run.summary
    kept = progress(run)
    assert (kept.states, kept.cards, kept.reasons) == (
        now.states,
        now.cards,
        now.reasons,
    )
    assert medians(run)["fetch"] == 0.5


def test_those_that_wait_for_a_later_try_are_counted_among_those_that_wait() -> None:
    run = a_run()
    journeys(run, 2, queued_at=timezone.now() + timedelta(minutes=1))
    journeys(run, 3, queued_at=timezone.now() - timedelta(minutes=1))
    fetch = progress(run).cards[1]
    assert (fetch.stage, fetch.waiting, fetch.later) == ("fetch", 5, 2)


A = "https://a.example/"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, ""),
        ({"addresses": [A + "blog/"]}, "Crawls a.example: all articles. "),
        (
            {"addresses": [A, A + "b"], "limit": 1},
            "Crawls 1 site: up to 1 article",
        ),
        (
            {"addresses": [A], "since": "2024-01-01", "language": ["en", "de"]},
            "from 2024-01-01, written in en or de",
        ),
        (
            {"addresses": [A], "skip": 3, "exclude": ["/x"], "refetch": True},
            "without the newest 3, not matching /x. Saved articles are fetched again",
        ),
    ],
)
def test_what_a_launch_will_do_is_said_in_one_sentence(
    options: dict[str, Any], said: str
) -> None:
    assert said in preview.describe_options(options)
    assert bool(preview.describe_options(options)) == bool(options)


def test_while_somebody_types_the_sentence_and_the_last_run_are_shown(
    admin_client: Client,
) -> None:
    run = a_run(
        "finished", name="Weekly", found=240, stored=240, summary={"seconds": 192}
    )
    typed = {"addresses": "https://blog.example/", "limit": "10", "skip": "many"}
    page = admin_client.post("/understood", typed).text
    assert "up to 10 articles" in page
    assert f'<a href="/runs/{run.pk}/">Weekly</a>): 240 URLs in 3 m 12 s' in page
