"""Launching, following and stopping runs through the pages."""

import re
from datetime import timedelta
from typing import Any

import pytest
from backports import zstd
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from kombu.exceptions import OperationalError as BrokerError

from pipeline.access.models import AuditEntry
from pipeline.models import Body, Journey, Run, Snapshot
from pipeline.monitor.models import LogEvent
from pipeline.runs.inputs import MAX_LEFT_OUT
from pipeline.summary import stage as summary_stage
from tests.pages import WHEN, a_run, an_article, journeys

pytestmark = pytest.mark.django_db
FORM = {
    "addresses": "https://blog.example/",
    "key": "2f1c1c1e-3c3d-4b6e-9a53-111111111111",
}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the runs that were sent to `discover`."""
    ids: list[int] = []
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover", lambda run, **_: ids.append(run)
    )
    return ids


def test_a_sent_form_becomes_a_run_and_leads_to_its_page(
    admin_client: Client, sent: list[int]
) -> None:
    answer = admin_client.post("/", {**FORM, "name": "My run", "limit": "5"})
    run = Run.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/runs/{run.pk}/")
    assert sent == [run.pk]
    assert (run.name, run.launched_by, run.parameters["limit"]) == (
        "My run",
        "admin",
        5,
    )
    assert b"My run" in admin_client.get("/").content


def test_the_same_form_sent_twice_makes_one_run(
    admin_client: Client, sent: list[int]
) -> None:
    first, second = admin_client.post("/", FORM), admin_client.post("/", FORM)
    assert first["Location"] == second["Location"]
    assert len(sent) == 1


@pytest.mark.parametrize(
    "typed", ["", "hello", "file:///etc/passwd", "<script>alert(1)</script>"]
)
def test_bad_input_keeps_what_was_typed_and_makes_no_run(
    admin_client: Client, typed: str
) -> None:
    answer = admin_client.post("/", {**FORM, "addresses": typed, "name": "kept <b>"})
    assert answer.status_code == 422
    assert "is-invalid" in answer.text
    assert "kept &lt;b&gt;" in answer.text
    assert "<script>alert" not in answer.text
    assert not Run.objects.exists()


def test_the_good_ones_among_bad_lines_are_offered(
    admin_client: Client, sent: list[int]
) -> None:
    typed = {**FORM, "addresses": "https://a.example/ hello https://b.example/"}
    page = admin_client.post("/", typed)
    assert page.status_code == 422
    assert "Start crawl with the 2 valid URLs" in page.text
    admin_client.post("/", {**typed, "only_valid": "on"})
    assert Run.objects.get().parameters["addresses"] == [
        "https://a.example/",
        "https://b.example/",
    ]


def test_what_was_left_out_is_on_record(admin_client: Client, sent: list[int]) -> None:
    text = "https://a.example/\n" + "\n".join(f"bad{n}" for n in range(60))
    file = SimpleUploadedFile("mine.txt", text.encode())
    page = admin_client.post("/", {**FORM, "addresses": "hello", "file": file})
    form = page.context["form"]
    brought = {
        name: form[name].value() for name in ("addresses", "left_out", "left_out_count")
    }
    answer = admin_client.post("/", {**FORM, **brought, "only_valid": "on"})
    assert answer.status_code == 303
    run = Run.objects.get()
    assert len(run.notes) == MAX_LEFT_OUT + 1
    assert "mine.txt: Line 2: bad0: not a full address" in run.notes[0]
    assert run.notes[-1] == "Left out at the launch: 11 more"
    assert "mine.txt: Line 2: bad0" in admin_client.get(run.get_absolute_url()).text
    entry = AuditEntry.objects.get(verb="start")
    assert entry.after["notes"] == run.notes


def test_more_than_a_run_takes_becomes_several_runs(
    admin_client: Client, sent: list[int]
) -> None:
    many = "\n".join(f"https://{n}.example/" for n in range(401))
    typed = {**FORM, "addresses": many, "name": "Many"}
    page = admin_client.post("/", typed).text
    assert "Start 3 crawls of up to 200 URLs each" in page
    for _ in range(2):
        answer = admin_client.post("/", {**typed, "split": "on"})
        assert answer["Location"] == "/runs/"
    runs = Run.objects.order_by("pk")
    assert [run.name for run in runs] == [f"Many ({n} of 3)" for n in (1, 2, 3)]
    assert [len(run.parameters["addresses"]) for run in runs] == [200, 200, 1]
    assert sent == [run.pk for run in runs]


def test_a_file_is_taken_where_addresses_are(
    admin_client: Client, sent: list[int]
) -> None:
    opml = (
        b"<opml><body><outline text='A' xmlUrl='https://a.example/feed'/></body></opml>"
    )
    file = SimpleUploadedFile("mine.opml", opml)
    admin_client.post("/", {**FORM, "addresses": "b.example", "file": file})
    assert Run.objects.get().parameters["addresses"] == [
        "https://b.example",
        "https://a.example/feed",
    ]


def test_lines_of_a_file_that_are_no_addresses_are_named_first(
    admin_client: Client, sent: list[int]
) -> None:
    file = SimpleUploadedFile("mine.txt", b"https://a.example/\nhello\n")
    page = admin_client.post("/", {**FORM, "addresses": "", "file": file})
    assert page.status_code == 422
    assert "Line 2: hello" in page.text
    assert ">\nhttps://a.example/</textarea>" in page.text
    assert "valid URLs of the file are in the field above" in page.text
    image = SimpleUploadedFile("mine.txt", b"\x89PNG\0")
    page = admin_client.post("/", {**FORM, "file": image})
    assert "The file is not a text file." in page.text
    assert not Run.objects.exists()


def test_too_much_to_read_is_said(admin_client: Client) -> None:
    answer = admin_client.post(
        "/", {**FORM, "addresses": "a " * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    )
    assert answer.status_code == 400
    assert "larger than 5 MB" in answer.text


def test_without_a_broker_no_run_is_made_and_the_form_is_kept(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise BrokerError("connection refused")

    monkeypatch.setattr("pipeline.broker.publisher.send_discover", refuse)
    answer = admin_client.post("/", FORM)
    assert answer.status_code == 503
    assert "no crawl was started" in answer.text
    assert "https://blog.example/" in answer.text
    assert not Run.objects.exists()


def test_run_again_fills_the_form(admin_client: Client) -> None:
    run = a_run("finished", name="Weekly")
    assert "https://blog.example/" in admin_client.get(f"/?again={run.pk}").text
    assert admin_client.get("/?again=nonsense").status_code == 200
    assert (
        "https://a.example/&lt;b&gt;"
        in admin_client.get("/?addresses=https://a.example/<b>").text
    )


def test_what_was_typed_so_far_is_understood(admin_client: Client) -> None:
    page = admin_client.post(
        "/understood", {"addresses": "a.example https://b.example/ <b>nonsense"}
    ).text
    assert "<b>2</b> URLs" in page
    assert "https://a.example, https://b.example/" in page
    assert "b&gt;nonsense" in page
    assert admin_client.post("/understood").text.strip() == ""


def numbers(page: str) -> dict[str, int]:
    """found, stored, ... as the run's page says them."""
    plain = re.sub(
        r"<[^>]+>", " ", page[page.index('class="sum') : page.index("flow-time")]
    )
    return {
        name: int(number.replace(",", ""))
        for number, name in re.findall(r"([\d,]+)\s+([a-z]+)", plain)
    }


def test_all_numbers_of_a_run_add_up(admin_client: Client) -> None:
    run = a_run()
    journeys(run, 3)
    journeys(run, 2, in_progress=True)
    journeys(run, 4, "pending", "store")
    journeys(run, 5, "skipped", "discover", reason="before-since", batch=None)
    journeys(run, 6, "failed", "fetch", reason="http-404")
    journeys(run, 7, "stored", "store", detail="new")
    journeys(run, 1, "duplicate", "store")
    journeys(run, 2, "unchanged", "fetch")
    answer = admin_client.get(f"/runs/{run.pk}/")
    said = numbers(answer.text)
    assert said.pop("found") == sum(said.values()) == 30
    assert said == {
        "stored": 7,
        "unchanged": 2,
        "duplicate": 1,
        "skipped": 5,
        "failed": 6,
        "pending": 9,
    }
    cards = {card.stage: card for card in answer.context["progress"].cards}
    assert (cards["discover"].reached, cards["discover"].passed) == (30, 25)
    assert cards["fetch"].reached == cards["discover"].passed
    assert (
        cards["fetch"].waiting,
        cards["fetch"].in_progress,
        cards["fetch"].passed,
    ) == (3, 2, 12)
    assert (cards["extract"].passed, cards["store"].passed) == (12, 0)
    assert (cards["store"].waiting, cards["store"].done) == (4, 8)
    assert (
        f"/runs/{run.pk}/journeys/?state=failed&amp;stage=fetch&amp;reason=http-404"
        in answer.text
    )


def test_the_page_asks_again_until_the_run_has_ended(admin_client: Client) -> None:
    run = a_run()
    live = f"/runs/{run.pk}/live"
    assert f'hx-get="{live}"' in admin_client.get(f"/runs/{run.pk}/").text
    assert "hx-trigger" in admin_client.get(live).text
    Run.objects.update(state="finished", finished_at=WHEN)
    assert "hx-trigger" not in admin_client.get(live).text


@pytest.mark.parametrize("state", Run.State.values)
def test_a_run_shows_in_every_state_empty_and_full(
    admin_client: Client, state: str
) -> None:
    run = a_run(state, reason="because <b>")
    assert "because &lt;b&gt;" in admin_client.get(f"/runs/{run.pk}/").text
    journeys(run, 2, "failed", "extract", reason="crashed")
    page = admin_client.get(f"/runs/{run.pk}/").text
    assert state in page
    assert (">Cancel run<" in page) == (state not in (*Run.ENDED, "cancelling"))


def test_an_ended_run_shows_its_summary(admin_client: Client) -> None:
    run = a_run()
    journeys(
        run,
        3,
        "stored",
        "store",
        detail="new",
        timings={"fetch": 1.5, "extract": 0.25, "store": 0.01},
        bytes=2048,
    )
    run.batches.update(finished_at=WHEN)
    summary_stage.close_run(run.pk)
    page = admin_client.get(f"/runs/{run.pk}/").text
    assert "<b>3</b> new articles" in page
    assert "1.5 s" in admin_client.get(f"/runs/{run.pk}/timeline").text
    assert "6.0\xa0KB" in page


def test_steering_needs_a_post_and_a_known_verb(admin_client: Client) -> None:
    run = a_run()
    assert admin_client.get(f"/runs/{run.pk}/cancel").status_code == 405
    assert admin_client.post(f"/runs/{run.pk}/explode").status_code == 404
    assert admin_client.post("/runs/999999/cancel").status_code == 404
    assert Run.objects.get().state == "running"


def test_cancelling_keeps_what_is_stored(admin_client: Client) -> None:
    run = a_run()
    journeys(run, 2)
    journeys(run, 1, "stored", "store")
    assert admin_client.post(f"/runs/{run.pk}/cancel").status_code == 302
    assert Journey.objects.filter(state="skipped", reason="cancelled").count() == 2
    assert Journey.objects.filter(state="stored").count() == 1
    assert "cancelled by admin" in Run.objects.get().reason


def test_pausing_and_going_on(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pipeline.journeys.batches.dispatch_batches", lambda run_id: None
    )
    run = a_run()
    journeys(run, 2)
    assert ">Pause<" in admin_client.get(f"/runs/{run.pk}/").text
    paused = admin_client.post(f"/runs/{run.pk}/pause", follow=True).text
    assert ">Resume<" in paused
    assert "paused by admin" in paused
    assert ">Pause<" in admin_client.post(f"/runs/{run.pk}/resume", follow=True).text


def test_sending_the_failed_again(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pipeline.journeys.batches.dispatch_batches", lambda run_id: None
    )
    run = a_run("finished")
    assert ">Retry failed" not in admin_client.get(f"/runs/{run.pk}/").text
    journeys(run, 2, "failed", "fetch", reason="timeout")
    journeys(run, 1, "stored", "store")
    assert ">Retry failed (2)<" in admin_client.get(f"/runs/{run.pk}/").text
    admin_client.post(f"/runs/{run.pk}/retry")
    assert Journey.objects.filter(state="pending").count() == 2
    assert Run.objects.get().state == "running"


def test_what_the_state_does_not_allow_is_said(admin_client: Client) -> None:
    run = a_run("finished")
    assert (
        "is over: finished"
        in admin_client.post(f"/runs/{run.pk}/cancel", follow=True).text
    )


def test_the_timeline_counts_every_step_once(admin_client: Client) -> None:
    run = a_run("finished", finished_at=WHEN + timedelta(seconds=100))
    journeys(run, 3, "stored", "store")
    journeys(run, 1, "failed", "fetch")
    for second in (0, 1, 1, 99, 100):
        LogEvent.objects.create(
            at=WHEN + timedelta(seconds=second),
            level=20,
            event="stage_finished",
            stage="fetch",
            run=run.pk,
        )
    answer = admin_client.get(f"/runs/{run.pk}/timeline")
    [lane] = answer.context["lanes"]
    assert lane.total == 5
    assert all(
        bar.x >= 0 and bar.x + bar.width <= 600 and bar.y >= 0 for bar in lane.bars
    )
    assert lane.path.count("M") == len(lane.bars)
    assert f'<path d="{lane.path}"/>' in answer.text
    [host] = admin_client.get(f"/runs/{run.pk}/hosts").context["hosts"]
    assert (host.name, host.found, host.ended, host.failed) == ("blog.example", 4, 4, 1)
    assert "every 10s" not in answer.text


def test_the_run_before_is_named(admin_client: Client) -> None:
    earlier, run = (
        a_run("finished", found=3, stored=3, summary={"seconds": 2.5}),
        a_run(),
    )
    journeys(run, 1, "stored", "store")
    run.batches.update(finished_at=WHEN)
    summary_stage.close_run(run.pk)
    page = admin_client.get(f"/runs/{run.pk}/").text
    assert f'<a href="/runs/{earlier.pk}/">Previous run</a>' in page
    assert "3 found, 3 stored" in page


def test_runs_are_paged_by_key(admin_client: Client) -> None:
    assert "No runs yet" in admin_client.get("/runs/").text
    Run.objects.bulk_create(Run(name=f"number-{n}.") for n in range(120))
    first = admin_client.get("/runs/")
    assert "number-119." in first.text
    assert "number-69." not in first.text
    second = admin_client.get(f"/runs/?before={first.context['page'].older}")
    assert "number-69." in second.text
    back = admin_client.get(f"/runs/?after={second.context['page'].newer}")
    assert [r.pk for r in back.context["page"].rows] == [
        r.pk for r in first.context["page"].rows
    ]
    assert admin_client.get("/runs/?before=999999999999999999999").status_code == 200


def test_journeys_are_filtered(admin_client: Client) -> None:
    run = a_run()
    journeys(run, 1, "failed", "fetch", reason="http-404", detail="gone")
    journeys(run, 1, "failed", "extract", reason="not-an-article")
    journeys(run, 1, "stored", "store")

    def found(query: str) -> int:
        return len(
            admin_client.get(f"/runs/{run.pk}/journeys/?{query}").context["page"].rows
        )

    assert found("") == 3
    assert found("state=failed") == 2
    assert found("state=failed&stage=fetch") == 1
    assert found("reason=not-an-article") == 1
    assert found("q=GONE") == 1
    assert found(f"q={run.pk}-2") == 1
    assert found("host=Blog.example") == found("")
    assert found("host=example") == 0
    assert found("state=nonsense") == 3


def test_a_journey_tells_its_whole_path(admin_client: Client) -> None:
    run = a_run()
    [journey] = journeys(
        run,
        1,
        "stored",
        "store",
        reasons=["named by a feed"],
        found_in=["https://blog.example/feed.xml", "javascript:alert(1)"],
        source_metadata={"title": "<script>alert(1)</script>", "html": "x" * 50},
        attempts=[["fetch", "timeout", "no answer", "2026-03-14T09:00:00+00:00"]],
        timings={"fetch": 0.5},
        article=an_article(),
    )
    LogEvent.objects.create(
        at=WHEN, level=20, event="stage_finished", journey=journey.pk, run=run.pk
    )
    page = admin_client.get(f"/journeys/{journey.pk}/").text
    for said in (
        "named by a feed",
        "feed.xml",
        "50 characters",
        "timeout",
        "0.50 s",
        "Article 1",
        "stage_finished",
    ):
        assert said in page
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "Paste the URL"),
        ("hello", "hello"),
        ("https://blog.example/1", "In the catalogue:"),
        ("http://www.blog.example/1/?utm_source=x", "In the catalogue:"),
        ("https://blog.example/2", "<b>Deleted</b>"),
        ("https://blog.example/404", "404 Not Found"),
        ("https://elsewhere.example/", "never been crawled"),
        (
            "https://blog.example/unknown?a=b&c",
            "?addresses=https%3A%2F%2Fblog.example%2Funknown%3Fa%3Db%26c",
        ),
        ("https://blog.example/unknown", "Its site is"),
        ("x" * 3000, "x"),
    ],
)
def test_why_is_this_article_not_here(
    admin_client: Client, asked: str, said: str
) -> None:
    an_article(1)
    an_article(2, deleted_at=WHEN)
    [journey] = journeys(a_run("finished"), 1, "failed", "fetch", reason="http-404")
    Journey.objects.filter(pk=journey.pk).update(key="https://blog.example/404")
    answer = admin_client.get("/why/", {"url": asked})
    assert answer.status_code == 200
    assert said in answer.text


def test_an_articles_runs(admin_client: Client) -> None:
    article = an_article()
    run = a_run("finished", name="Weekly")
    journeys(run, 1, "stored", "store", article=article)
    assert "Weekly" in admin_client.get(f"/articles/{article.pk}/journeys/").text
    part = admin_client.get(
        f"/articles/{article.pk}/journeys/", headers={"HX-Request": "true"}
    ).text
    assert "Weekly" in part
    assert "<html" not in part


def a_snapshot(body: bytes, kind: str) -> Snapshot:
    stored = Body.objects.create(
        digest="d" * 64, data=zstd.compress(body), size=len(body)
    )
    return Snapshot.objects.create(
        key="k",
        url="u",
        final_url="u",
        status=200,
        headers={"content-type": kind},
        fetched_at=WHEN,
        body=stored,
    )


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("text/html; charset=koi8-r", "text/html; charset=koi8-r"),
        ("TEXT/HTML", "TEXT/HTML"),
        ("image/svg+xml", "text/plain; charset=utf-8"),
        ("text/html, text/javascript", "text/plain; charset=utf-8"),
        ("", "text/plain; charset=utf-8"),
    ],
)
def test_a_stored_page_is_shown_in_a_sandbox(
    admin_client: Client, kind: str, shown: str
) -> None:
    snapshot = a_snapshot(b"<script>alert(1)</script>", kind)
    answer = admin_client.get(f"/snapshots/{snapshot.pk}/")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == shown
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_extracting_again_makes_a_run(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pipeline.journeys.batches.dispatch_batches", lambda run_id: None
    )
    article = an_article()
    assert (
        "no stored page"
        in admin_client.post(
            "/articles/extract-again", {"id": article.pk}, follow=True
        ).text
    )
    journeys(
        a_run("finished"),
        1,
        "stored",
        "store",
        article=article,
        snapshot=a_snapshot(b"<p>", "text/html"),
    )
    answer = admin_client.post("/articles/extract-again", {"id": [article.pk, "x"]})
    run = Run.objects.first()
    assert run is not None
    assert answer["Location"] == f"/runs/{run.pk}/"
    assert run.journeys.get().stage == "extract"
