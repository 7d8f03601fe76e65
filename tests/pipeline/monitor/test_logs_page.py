"""The log's pages: the list and its filters, one line, the trace, the errors by kind, following, export."""

import ast
import html
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from catalog.search import stepwise
from myworld import logs
from pipeline.models import Journey
from pipeline.monitor.logs import export, search_syntax
from pipeline.monitor.logs import pages as logs_pages
from pipeline.monitor.logs.filters import LogFilter
from pipeline.monitor.models import LogEvent
from tests.pages import WHEN, a_run, journeys

pytestmark = pytest.mark.django_db
CHECKOUT = Path(__file__).parents[3]
TRACE = """  File "/venv/site-packages/x.py", line 1, in f
    f()
  File "/a/pipeline/stage.py", line 2, in g
ValueError: <b>"""


def events() -> None:
    run = a_run()
    [journey] = journeys(run, 1)
    given = [
        {
            "level": 20,
            "event": "stage_finished",
            "stage": "fetch",
            "run": run.pk,
            "journey": journey.pk,
        },
        {
            "level": 30,
            "event": "try_later",
            "stage": "fetch",
            "url": "https://blog.example/slow",
            "data": {"status": 503},
        },
        {
            "level": 40,
            "event": "stage_crashed",
            "stage": "extract",
            "data": {"exception": "ValueError: <b>"},
        },
    ]
    for minute, values in zip((0, 1.1, 2.5), given, strict=True):
        LogEvent.objects.create(at=WHEN + timedelta(minutes=minute), **values)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["stage_crashed", "try_later", "stage_finished"]),
        ("level=30", ["stage_crashed", "try_later"]),
        ("level=40", ["stage_crashed"]),
        ("stage=fetch", ["try_later", "stage_finished"]),
        ("event=try_later", ["try_later"]),
        ("url=SLOW", ["try_later"]),
        ("q=valueerror", ["stage_crashed"]),
        ("q=nothing-of-the-kind", []),
        ("since=2026-03-14T09:27", ["stage_crashed", "try_later"]),
        ("since=2026-03-14T09:27&until=2026-03-14T09:28", ["try_later"]),
        ("level=30&stage=fetch", ["try_later"]),
        ("q=event:try_later", ["try_later"]),
        ("q=-event:try_later", ["stage_crashed", "stage_finished"]),
        ("q=status:503", ["try_later"]),
        ("q=-status:503", ["stage_crashed", "stage_finished"]),
        ("q=stage:fetch+-status:503", ["stage_finished"]),
        ("q=https://blog.example/slow", ["try_later"]),
        ('q=exception:"ValueError:+<b>"', ["stage_crashed"]),
        ("q=crash+-valueerror", []),
        ("q=run:x", []),
        ("q=no.such.field:1", []),
    ],
)
def test_the_log_is_filtered(
    admin_client: Client, query: str, names: list[str]
) -> None:
    events()
    assert [
        event.event for event in admin_client.get(f"/logs/?{query}").context["events"]
    ] == names


def test_the_log_of_a_run_and_of_a_journey(admin_client: Client) -> None:
    events()
    journey = Journey.objects.get()
    for query in (f"run={journey.run_id}", f"journey={journey.pk}"):
        page = admin_client.get(f"/logs/?{query}")
        assert len(page.context["events"]) == 1
        [event] = page.context["events"]
        opened = admin_client.get(f"{event.get_absolute_url()}fields").text
        assert f"/journeys/{journey.pk}/" in opened
        assert f"/runs/{journey.run_id}/" in opened


def test_the_histogram_counts_each_line_once_and_narrows(admin_client: Client) -> None:
    events()
    answer = admin_client.get("/logs/")
    bars = answer.context["overview"].bars
    assert sum(bar.count for bar in bars) == 3
    last = admin_client.get(
        "/logs/", {"since": bars[-1].since, "until": bars[-1].until}
    )
    assert [event.event for event in last.context["events"]] == ["stage_crashed"]
    assert sum(bar.count for bar in last.context["overview"].bars) == 1, (
        "a minute is counted line by line"
    )
    journey = Journey.objects.get()
    for query in (
        f"journey={journey.pk}",
        f"run={journey.run_id}",
        "q=event:stage_finished",
        "level=40",
    ):
        found = admin_client.get(f"/logs/?{query}").context["overview"]
        assert (sum(bar.count for bar in found.bars), found.whole) == (1, True), query


def test_a_bar_leads_to_its_time_and_keeps_what_else_is_asked(
    admin_client: Client,
) -> None:
    events()
    answer = admin_client.get("/logs/", {"level": "40", "q": '"<b>" -zzz', "tail": "1"})
    [bar] = answer.context["overview"].bars
    time = urlencode({"since": bar.since, "until": bar.until}).replace("&", "&amp;")
    assert (
        f'<a href="?level=40&amp;q=%22%3Cb%3E%22+-zzz&amp;{time}"><title>1 from '
        in answer.text
    )
    assert (
        f'<rect class="error" x="{bar.x}" y="{bar.parts[0].y}" width="{bar.width}"'
        in answer.text
    )


def test_the_histogram_counts_what_the_search_finds(admin_client: Client) -> None:
    events()
    found = admin_client.get("/logs/?q=status:503").context["overview"]
    assert (found.number, found.whole) == (1, True)
    assert [name.name for name in found.names] == ["try_later"]


def test_the_histogram_says_where_it_has_no_time_to_count_what_the_search_finds(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    events()
    monkeypatch.setattr(
        "pipeline.monitor.logs.histogram.with_statement_timeout", lambda *_: None
    )
    answer = admin_client.get("/logs/?q=status:503")
    found = answer.context["overview"]
    assert (found.number, found.whole) == (2, False), (
        "up to the newest line that is shown"
    )
    assert "before applying the search" in answer.text


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("q=no.such.field:1", "Unknown field “no.such.field”"),
        ("q=run:x", "run is a number"),
        ("q=level:loud", "level is one of debug, info"),
        ("since=0001-01-01T00:00", "Enter a year from 1971 to 2199."),
        ("until=9999-12-31T23:59", "Enter a year from 1971 to 2199."),
        ("run=x", "Enter a number."),
    ],
)
def test_a_wrong_filter_says_so_and_shows_nothing(
    admin_client: Client, query: str, error: str
) -> None:
    events()
    answer = admin_client.get(f"/logs/?{query}")
    assert error in answer.text
    assert list(answer.context["events"]) == []
    assert not answer.context["overview"].bars


def test_what_a_line_prints_can_be_searched_as_printed(admin_client: Client) -> None:
    events()
    for query in (
        "status=503",
        'status="503"',
        "-status=504 stage=fetch event=try_later",
    ):
        found = admin_client.get("/logs/", {"q": query}).context["events"]
        assert [event.event for event in found] == ["try_later"], query


def test_a_field_that_only_a_library_writes_can_be_searched(
    admin_client: Client,
) -> None:
    LogEvent.objects.create(at=WHEN, level=20, event="x", data={"color": "red"})
    assert len(admin_client.get("/logs/?q=color:red").context["events"]) == 1
    assert search_syntax.write("color", "red") == 'data.color:"red"'
    assert len(admin_client.get('/logs/?q=data.color:"red"').context["events"]) == 1
    assert list(admin_client.get("/logs/?q=data.nowhere:1").context["events"]) == []


def test_every_field_that_the_product_logs_is_known_to_the_search() -> None:
    written = set()
    for file in (CHECKOUT / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            logger = getattr(getattr(node, "func", None), "value", None)
            if isinstance(node, ast.Call) and getattr(logger, "id", "") == "log":
                written |= {word.arg for word in node.keywords if word.arg}
    known = search_syntax.COLUMNS | search_syntax.FIELDS
    assert len(written) > 10
    assert written - known - {"exc_info"} == set()


ROUTINE = [
    {"event": "request_started", "request": "POST /"},
    {"event": "request_finished", "request": "GET /runs/"},
    {"event": "try_later", "reason": "host-busy"},
    {"event": "Scheduler: Sending due task reconcile", "logger": "celery.beat"},
]
TOLD = [
    {"event": "request_finished", "request": "POST /"},
    {"event": "try_later", "reason": "timeout"},
    {"event": "stage_finished"},
]


def test_what_the_product_does_for_itself_is_hidden_unless_asked_for(
    admin_client: Client,
) -> None:
    for number, event in enumerate([*ROUTINE, *TOLD]):
        line = logs.row({**event, "timestamp": WHEN.isoformat()}, 20)
        values = {name: line[name] for name in ("level", "event", "data")}
        LogEvent.objects.create(at=WHEN + timedelta(seconds=number), **values)

    def shown(query: str) -> int:
        return len(admin_client.get(f"/logs/?{query}").context["events"])

    assert shown("") == len(TOLD)
    assert shown("level=10") == len(ROUTINE) + len(TOLD)
    assert shown("event=request_started") == 1
    assert shown("q=event:request_started") == 1
    assert shown("q=level:debug") == len(ROUTINE)


def test_a_routine_line_that_tells_of_trouble_keeps_its_level() -> None:
    assert (
        logs.row({"event": "request_finished", "request": "GET /"}, 30)["level"] == 30
    )


@pytest.mark.parametrize(
    ("path", "code", "level"),
    [
        ("/articles/12/images/b8721c", 404, 10),
        ("/articles/12/images/b8721c", 503, 30),
        ("/articles/12/", 404, 30),
        ("/nowhere/images/", 404, 30),
    ],
)
def test_an_image_that_cannot_be_had_is_no_warning(
    path: str, code: int, level: int
) -> None:
    event = {"event": "request_finished", "request": f"GET {path}", "code": code}
    assert logs.row(event, 30)["level"] == level


@pytest.mark.parametrize("span", ["15m", "1h", "24h", "7d"])
def test_a_span_of_time_ends_now(admin_client: Client, span: str) -> None:
    now = timezone.now()
    for minutes in (1, 30, 600, 5 * 24 * 60, 10 * 24 * 60):
        LogEvent.objects.create(
            at=now - timedelta(minutes=minutes), level=40, event=f"e{minutes}"
        )
    answer = admin_client.get(f"/logs/?last={span}")
    number = {"15m": 1, "1h": 2, "24h": 3, "7d": 4}[span]
    assert len(answer.context["events"]) == number
    found = answer.context["overview"]
    assert sum(bar.count for bar in found.bars) == found.number == number
    assert all(bar.x >= 0 and bar.x + bar.width <= 600.1 for bar in found.bars)


@pytest.mark.parametrize(
    ("since", "until", "number"),
    [
        ("00:00", "23:59", 6),
        ("10:30", "14:30", 4),
        ("11:00", "13:00", 2),
        ("11:20", "11:50", 0),
        ("10:00", "11:00", 2),
    ],
)
def test_the_names_of_a_long_time_are_each_counted_once(
    admin_client: Client, since: str, until: str, number: int
) -> None:
    for minute in ("08:00", "10:57", "10:59", "11:05", "12:58", "14:40"):
        at = datetime.fromisoformat(f"2026-03-04T{minute}:30+00:00")
        LogEvent.objects.create(at=at, level=20, event="stage_finished")
    asked = {"since": f"2026-03-04T{since}:00Z", "until": f"2026-03-04T{until}:00Z"}
    names = admin_client.get("/logs/", asked).context["overview"].names
    assert [each.number for each in names] == ([number] if number else [])


def test_the_names_of_a_time_are_counted_with_their_errors(
    admin_client: Client,
) -> None:
    events()
    LogEvent.objects.create(at=WHEN, level=40, event="try_later")
    LogEvent.objects.create(
        at=WHEN, level=20, event="A sentence of another library, which is no name."
    )
    names = admin_client.get("/logs/").context["overview"].names
    assert [(each.name, each.number, each.errors) for each in names] == [
        ("try_later", 2, 1), ("stage_crashed", 1, 1), ("stage_finished", 1, 0),
    ]  # fmt: skip


def test_what_is_searched_for_can_be_taken_away_piece_by_piece(
    admin_client: Client,
) -> None:
    events()
    page = admin_client.get('/logs/?level=30&q=status:503 "two words" -event:x').text
    assert 'href="/logs/?level=30&amp;q=%22two+words%22+-event%3A%22x%22"' in page
    assert 'href="/logs/?level=30&amp;q=status%3A%22503%22+-event%3A%22x%22"' in page


def test_a_value_narrows_the_search(admin_client: Client) -> None:
    events()
    event = LogEvent.objects.get(event="try_later")
    assert (
        f'hx-get="{event.get_absolute_url()}fields?level=30&amp;q="'
        in admin_client.get("/logs/?level=30").text
    )
    page = admin_client.get(f"{event.get_absolute_url()}fields?level=30&q=x").text
    assert '?level=30&amp;q=x+status%3A%22503%22">Include' in page
    assert '?level=30&amp;q=x+-status%3A%22503%22">Exclude' in page


def test_what_a_chip_searches_for_is_found(admin_client: Client) -> None:
    values = {
        "true": True,
        "n": 5,
        "dash-ed": "a b",
        "deep": {"a": 1},
        "quote": 'say "x"',
        "no": None,
    }
    event = LogEvent.objects.create(
        at=WHEN, level=20, event="e", signature="e f:g", task="t-1", data=values
    )
    page = admin_client.get(f"{event.get_absolute_url()}fields").text
    links = [
        part.partition('"')[0].replace("&amp;", "&")
        for part in page.split('class="pick" href="')[1:]
    ]
    assert len(links) == 2 * 7
    for link in links:
        number = 0 if "=-" in link else 1
        if "quote" not in link:  # quotation marks have no place within a phrase
            assert len(admin_client.get(link).context["events"]) == number, link


def test_the_log_is_exported_as_filtered(admin_client: Client) -> None:
    events()
    lines = (
        b"".join(admin_client.get("/logs.ndjson?level=30").streaming_content)
        .decode()
        .splitlines()
    )
    assert [json.loads(line)["event"] for line in lines] == [
        "stage_crashed",
        "try_later",
    ]
    assert json.loads(lines[1])["status"] == 503


@pytest.mark.parametrize(
    "query",
    [
        "run=x",
        "journey=-1",
        "level=loud",
        "since=yesterday",
        "run=9" + "9" * 40,
        "q=:::",
        "q=-",
        "q=" + "a:b+" * 50,
    ],
)
def test_no_query_breaks_the_log(admin_client: Client, query: str) -> None:
    events()
    assert admin_client.get(f"/logs/?{query}").status_code == 200


def test_an_event_opens_to_all_of_its_fields(admin_client: Client) -> None:
    events()
    event = LogEvent.objects.get(event="stage_crashed")
    event.data["exception"] = TRACE
    LogEvent.objects.filter(at=event.at, pk=event.pk).update(data=event.data)
    for address in (event.get_absolute_url(), f"{event.get_absolute_url()}fields"):
        page = admin_client.get(address).text
        assert "ValueError: &lt;b&gt;" in page
        assert "… 1 frame of libraries" in page
        assert "All frames (1 of libraries)" in page


def test_a_line_is_shown_with_the_lines_around_it(admin_client: Client) -> None:
    run = a_run()
    made = [
        LogEvent.objects.create(
            at=WHEN + timedelta(seconds=n // 3),
            level=20,
            event=f"e{n}",
            run=run.pk if n % 2 else None,
        )
        for n in range(60)
    ]
    answer = admin_client.get(made[30].get_absolute_url())
    assert [event.event for event in answer.context["events"]] == [
        f"e{n}" for n in range(50, 9, -1)
    ]
    same = admin_client.get(f"{made[31].get_absolute_url()}?same=run").context["events"]
    assert [event.event for event in same] == [f"e{n}" for n in range(59, 0, -2)][
        :15
    ] + [f"e{n}" for n in range(29, 0, -2)]
    assert len(admin_client.get(made[0].get_absolute_url()).context["events"]) == 21


@pytest.mark.parametrize(
    "place", ["1-1", "x", "-", "1", "9" * 30 + "-1", "1-" + "9" * 30, "0-0"]
)
def test_a_line_that_is_not_there_is_not_found(
    admin_client: Client, place: str
) -> None:
    assert admin_client.get(f"/logs/{place}/").status_code == 404
    assert admin_client.get(f"/logs/{place}/fields").status_code == 404


def test_the_trace_of_an_address_goes_through_all_its_runs(
    admin_client: Client,
) -> None:
    key = "https://blog.example/post"
    first, second = (journeys(a_run(), 1)[0] for _ in range(2))
    Journey.objects.update(key=key, url="http://www.blog.example/post/")
    at = {
        "a": (WHEN, second),
        "b": (WHEN - timedelta(days=3), first),
        "c": (WHEN + timedelta(seconds=1), second),
    }
    for event, (moment, journey) in at.items():
        LogEvent.objects.create(
            at=moment,
            level=20,
            event=event,
            journey=journey.pk,
            run=journey.run_id,
            task="t" + event,
        )
    LogEvent.objects.create(
        at=WHEN, level=20, event="of another", journey=first.pk + 1000
    )
    for asked in (
        "https://blog.example/post",
        "http://www.blog.example/post/?utm_source=x",
        "blog.example/post",
    ):
        answer = admin_client.get("/logs/trace", {"url": asked})
        assert [step.event.event for step in answer.context["steps"]] == ["b", "a", "c"]
    assert [step.gap for step in answer.context["steps"]] == [None, 3 * 24 * 3600, None]
    assert "3 d 0 h gap" in answer.text
    told = admin_client.get("/logs/trace", {"journey": second.pk})
    of_one = told.context["steps"]
    assert f'Runs: <a href="{second.get_absolute_url()}">' in told.text
    assert [(step.event.event, step.since) for step in of_one] == [("a", 0), ("c", 1)]
    assert [
        step.event.event
        for step in admin_client.get("/logs/trace?task=tb").context["steps"]
    ] == ["b"]
    assert admin_client.get("/logs/", {"q": f'url:"{asked}"'}).status_code == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "in order of time"),
        ("url=ftp://x/", "neither http nor https"),
        ("url=https://never.example/", "No run found this URL"),
        ("journey=99999999999999999999", "No log entries."),
        ("journey=x", "No log entries."),
        ("task=none", "No log entries."),
    ],
)
def test_a_trace_of_nothing_says_so(
    admin_client: Client, query: str, said: str
) -> None:
    assert said in admin_client.get(f"/logs/trace?{query}").text


def test_errors_are_told_by_kind_with_a_way_to_their_lines(
    admin_client: Client,
) -> None:
    now = datetime.now(UTC)
    for hours, name in ((1, "a"), (2, "b"), (30, "b"), (30, "c"), (1, "a")):
        LogEvent.objects.create(
            at=now - timedelta(hours=hours),
            level=40,
            event="e",
            signature=f"e {name} x.py:f",
        )
    kinds = admin_client.get("/logs/errors").context["kinds"]
    assert {kind.signature for kind, _trend in kinds} == {
        "e a x.py:f",
        "e b x.py:f",
    }
    answer = admin_client.get("/logs/errors?last=7d")
    assert [(kind.signature, kind.n) for kind, _ in answer.context["kinds"]] == [
        ("e a x.py:f", 2), ("e b x.py:f", 2), ("e c x.py:f", 1),
    ]  # fmt: skip
    assert "/logs/?q=signature:%22e%20b%20x.py%3Af%22" in answer.text
    assert (
        len(
            admin_client.get("/logs/?q=signature:%22e%20b%20x.py%3Af%22").context[
                "events"
            ]
        )
        == 2
    )
    assert "No errors." in admin_client.get("/logs/errors?last=15m").text


def test_a_kind_of_error_shows_its_newest_message_and_its_days(
    admin_client: Client,
) -> None:
    now = datetime.now(UTC)
    old = "Traceback (most recent call last):\nKeyError: 'old'"
    new = "Traceback (most recent call last):\n  File x\nKeyError: 'new <b>'"
    for days, trace in ((20, old), (3, old), (0, new)):
        LogEvent.objects.create(
            at=now - timedelta(days=days, minutes=1),
            level=40,
            event="e",
            signature="e KeyError x.py:f",
            data={"exception": trace},
        )
    answer = admin_client.get("/logs/errors?last=15m")
    [(kind, trend)] = answer.context["kinds"]
    assert (kind.message, kind.n) == ("KeyError: 'new <b>'", 1)
    assert [number for *_, number in trend if number] == [1, 1]
    assert len(trend) == 14
    assert "KeyError: &#x27;new &lt;b&gt;&#x27;" in answer.text


def test_lines_that_could_not_be_kept_are_told_of(admin_client: Client) -> None:
    told = {
        "number": 37,
        "since": (WHEN - timedelta(minutes=5)).isoformat(),
        "until": WHEN.isoformat(),
    }
    LogEvent.objects.create(
        at=WHEN, level=30, event="log_lines_dropped", process="extract", data=told
    )
    LogEvent.objects.create(
        at=WHEN, level=30, event="log_lines_dropped", data={"number": "hostile"}
    )
    page = admin_client.get("/logs/").text
    assert "<b>37</b> log entries of extract could not be saved between" in page
    assert (
        "could not be kept"
        not in admin_client.get("/logs/?since=2026-04-01T00:00").text
    )
    assert (
        "gleaner_log_lines_dropped 37.0"
        in admin_client.get("/metrics").text.splitlines()
    )


def test_following_reads_some_seconds_again(admin_client: Client) -> None:
    """A batch may come late: what is older than the newest line on the page, and new all the same."""
    seen = LogEvent.objects.create(at=WHEN, level=30, event="seen")
    for seconds, event in ((-60, "old"), (-3, "late"), (1, "new")):
        LogEvent.objects.create(
            at=WHEN + timedelta(seconds=seconds), level=30, event=event
        )
    page = admin_client.get(f"/logs/tail?seen={seen.place}").text
    assert [name for name in ("old", "late", "seen", "new") if f">{name}<" in page] == [
        "late",
        "seen",
        "new",
    ]
    assert page.index(">new<") < page.index(">seen<") < page.index(">late<")
    assert "seen" not in admin_client.get(f"/logs/tail?seen={seen.place}&q=new").text
    assert admin_client.get("/logs/tail?seen=x").status_code == 200
    assert (
        'data-tail-from="/logs/tail?level=30"'
        in admin_client.get("/logs/?level=30&tail=1").text
    )


@pytest.mark.parametrize(("slow", "wanted"), [(False, 3), (True, 6)])
def test_a_search_that_takes_long_says_how_far_it_got_and_goes_on(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, slow: bool, wanted: int
) -> None:
    if slow:  # each step but a page's first one
        monkeypatch.setattr(stepwise, "with_statement_timeout", lambda *_: None)
    steps = replace(
        logs_pages.BUDGET, first_step=10, largest_step=10, steps=2, seconds=100
    )
    monkeypatch.setattr(logs_pages, "BUDGET", steps)
    LogEvent.objects.bulk_create(
        LogEvent(
            at=WHEN - timedelta(seconds=n),
            level=20,
            event=f"e{n}",
            data={"word": "rare" if n in (5, 45) else ""},
        )
        for n in range(50)
    )
    address, found, pages = "/logs/?q=rare", [], 0
    while address:
        answer = admin_client.get(address)
        found += [event.event for event in answer.context["events"]]
        page, pages = answer.context["page"], pages + 1
        assert bool(page.searched_until) == bool(page.older)
        assert ("Searched back to" in answer.text) == bool(page.older)
        address = f"/logs/?q=rare&before={page.older}" if page.older else ""
    assert (found, pages) == (["e5", "e45"], wanted)
    part = admin_client.get("/logs/?q=rare&on=3", headers={"HX-Request": "true"}).text
    assert "on=4" in part
    assert "<html" not in part
    assert (
        "load delay"
        not in admin_client.get(
            "/logs/?q=rare&on=40", headers={"HX-Request": "true"}
        ).text
    )


def test_paging_back_and_forth_shows_each_line_once(admin_client: Client) -> None:
    """Many lines of one moment, too: they are told apart by their number."""
    LogEvent.objects.bulk_create(
        LogEvent(
            at=WHEN + timedelta(seconds=n // 120),
            level=20,
            event=f"e{n}",
            data={"n": n},
        )
        for n in range(350)
    )
    for query in ("", "q=-nothing", "level=20"):
        there, place = [], ""
        for _ in range(4):
            page = admin_client.get(f"/logs/?{query}&before={place}").context["page"]
            there.append([event.event for event in page.rows])
            place = page.older
        assert [name for names in there for name in names] == [
            f"e{n}" for n in range(349, -1, -1)
        ]
        back = admin_client.get(f"/logs/?{query}&after={page.newer}").context["page"]
        assert [event.event for event in back.rows] == there[2]


def test_an_export_that_is_cut_says_so_and_how_to_go_on() -> None:
    LogEvent.objects.bulk_create(
        LogEvent(at=WHEN - timedelta(seconds=n), level=20, event=f"e{n}")
        for n in range(30)
    )
    chosen = LogFilter({}, LogEvent.objects.all())
    lines = [json.loads(line) for line in export.export(chosen, most=10)]
    assert [line.get("event") for line in lines] == [
        *(f"e{n}" for n in range(10)),
        None,
    ]
    assert lines[-1] == {
        "export": "cut after 10 lines; go on with this until", "until": (WHEN - timedelta(seconds=9)).isoformat()
    }  # fmt: skip
    assert len(list(export.export(chosen, most=30))) == 30


@pytest.mark.parametrize(
    "query",
    [
        "",
        "level=40",
        "stage=fetch",
        "event=e",
        "run=1",
        "journey=1",
        "q=word",
        "q=host:x+-a+b",
        "last=7d",
        "tail=1",
    ],
)
def test_no_page_of_the_log_asks_many_questions(
    admin_client: Client, django_assert_max_num_queries: Any, query: str
) -> None:
    events()
    with django_assert_max_num_queries(15):
        admin_client.get(f"/logs/?{query}")


def test_the_log_is_paged_by_key_and_keeps_its_filter(admin_client: Client) -> None:
    LogEvent.objects.bulk_create(
        LogEvent(at=WHEN, level=20 + n % 2 * 10, event=f"e{n}.") for n in range(500)
    )
    page = admin_client.get("/logs/?level=30")
    assert "?level=30&amp;before=" in page.text
    older = admin_client.get(f"/logs/?level=30&before={page.context['page'].older}")
    assert len(page.context["events"]) == 100
    assert len(older.context["events"]) == 100


def test_a_step_of_a_search_may_not_take_much_longer_than_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    LogEvent.objects.bulk_create(
        LogEvent(at=WHEN - timedelta(seconds=n), level=20, event="e") for n in range(50)
    )
    asked: list[float] = []
    monkeypatch.setattr(
        stepwise,
        "with_statement_timeout",
        lambda milliseconds, _ask: asked.append(milliseconds),
    )
    steps = replace(logs_pages.BUDGET, first_step=10)
    monkeypatch.setattr(logs_pages, "BUDGET", steps)
    for seconds in (0.2, 0.000001):
        logs_pages.page_of(
            LogFilter({"q": "nowhere"}, LogEvent.objects.all()), {}, seconds=seconds
        )
    assert len(asked) == 1  # without any time there is one step, which is the first
    assert steps.least_ms <= asked[0] <= 200 * steps.overrun


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"stage": "fetch", "event": "rare"}, []),
        ({"stage": "extract", "event": "rare"}, ["rare"]),
        ({"stage": "fetch", "event": "a whole sentence"}, ["a whole sentence"]),
        ({"q": 'stage:fetch event:"a whole sentence"'}, ["a whole sentence"]),
        ({"q": "stage:store -event:rare"}, []),
    ],
    ids=str,
)
def test_what_was_counted_tells_where_lines_can_be(
    admin_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    query: dict[str, str],
    names: list[str],
) -> None:
    """Between many lines that do not fit: no walk over some of them comes as far as to the only one that does."""
    steps = replace(logs_pages.BUDGET, first_step=10, steps=1)
    monkeypatch.setattr(logs_pages, "BUDGET", steps)
    lines = [
        (n, "rare", "store") if n % 2 else (n, "often", "fetch") for n in range(2, 60)
    ]
    lines += [(70, "rare", "extract"), (71, "a whole sentence", "fetch")]
    LogEvent.objects.bulk_create(
        LogEvent(at=WHEN - timedelta(hours=n), level=20, event=event, stage=stage)
        for n, event, stage in lines
    )
    page = admin_client.get("/logs/", query).context["page"]
    assert ([event.event for event in page.rows], page.searched_until) == (names, None)


def test_the_errors_of_a_run_have_an_index_of_their_own() -> None:
    """Among all its lines, or among the errors of all runs, they would be looked for long."""
    lines = [
        LogEvent(
            at=WHEN - timedelta(seconds=n),
            level=40 if n % 100 == 5 else 20,
            event="e",
            run=n % 10,
        )
        for n in range(4_000)
    ]
    LogEvent.objects.bulk_create(
        [*lines, LogEvent(at=WHEN - timedelta(days=1), level=40, event="bad", run=1)]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE monitor_logevent; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off"
        )
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_index ON indexrelid = inhrelid "
            "WHERE inhparent = 'log_run_trouble'::regclass AND indrelid = 'monitor_logevent_default'::regclass"
        )
        [(index,)] = cursor.fetchall()
    for level in (30, 40):
        rows = LogEvent.objects.filter(run=1, level__gte=level)[:16]
        assert [event.event for event in rows] == ["bad"]
        assert f"using {index}" in rows.explain()


def test_the_histogram_has_an_axis_and_the_stages_of_its_lines(
    admin_client: Client,
) -> None:
    now = datetime.now(UTC)
    for number in range(5):
        LogEvent.objects.create(
            at=now - timedelta(minutes=number + 1),
            level=40 if number == 4 else 20,
            event="stage_finished",
            stage="fetch" if number else "store",
        )
    answer = admin_client.get("/logs/?last=1h")
    found = answer.context["overview"]
    assert [(each.name, each.number, each.errors) for each in found.stages] == [
        ("fetch", 4, 1),
        ("store", 1, 0),
    ]
    assert len(found.ticks) == 5
    assert found.ticks[0] == found.since
    assert found.peak == max(bar.count for bar in found.bars)
    assert 'q=stage:"fetch"' in unquote(answer.text)
    searched = admin_client.get("/logs/?last=1h&q=stage_finished").context["overview"]
    assert [each.name for each in searched.stages] == ["fetch", "store"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("words ev", ["event:"]),
        ("-sta", ["-stage:", "-state:", "-status:"]),
        ("level:e", ["level:error"]),
        ("event:try", ["event:try_later"]),
        ("event=stage_", ["event=stage_crashed", "event=stage_finished"]),
        ("status:5", ["status:503"]),
        ("data.status:5", ["data.status:503"]),
        ("nothing ", []),
        ("https://", []),
    ],
)
def test_the_search_is_completed(
    admin_client: Client, typed: str, offered: list[str]
) -> None:
    events()
    answer = admin_client.get("/logs/complete.json", {"q": typed}).json()
    assert [item["text"] for item in answer["items"]] == offered
    assert answer["unknown"] == []


def test_a_field_that_there_is_not_is_said_while_typing(admin_client: Client) -> None:
    events()
    answer = admin_client.get("/logs/complete.json", {"q": "colour:r"}).json()
    assert answer == {"items": [], "unknown": ["colour"]}
    assert "Unknown field “colour”" in admin_client.get("/logs/?q=colour:red").text


def test_zooming_out_doubles_the_time_and_keeps_what_else_is_asked(
    admin_client: Client,
) -> None:
    events()
    given = {
        "since": WHEN.isoformat(),
        "until": (WHEN + timedelta(minutes=4)).isoformat(),
        "q": "event:try_later",
    }
    page = admin_client.get("/logs/", given).text
    [link] = re.findall(r'href="(\?[^"]*)">Zoom out', page)
    wider = dict(parse_qsl(html.unescape(link).lstrip("?")))
    assert wider == {
        "since": (WHEN - timedelta(minutes=2)).isoformat(timespec="seconds"),
        "until": (WHEN + timedelta(minutes=6)).isoformat(timespec="seconds"),
        "q": "event:try_later",
    }
