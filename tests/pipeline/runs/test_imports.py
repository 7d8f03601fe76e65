"""Imports: each line of a list ends with a result or a reason, and export then import is the identity."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from catalog.models import Mark, Source
from pipeline.access.models import AuditEntry
from pipeline.access.roles import Role
from pipeline.exports.opml import opml
from pipeline.models import Import, ImportRow, Journey, LearnedSource, Run, SourceRule
from pipeline.runs import imports
from pipeline.runs.import_results import results, settle
from pipeline.runs.inputs import read_input
from tests.pages import an_article
from tests.people import person, program, session
from tests.pipeline.servers import Server, response

pytestmark = pytest.mark.django_db
OPML = """<opml version="2.0"><body>
<outline text="Python"><outline text="Core">
<outline text="A" type="rss" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"/>
</outline></outline>
<outline text="B" type="rss" xmlUrl="https://feeds.example/b"/>
<outline text="C" type="rss" xmlUrl="https://many.example/c.xml" htmlUrl="https://many.example/c/"/>
<outline text="inner" xmlUrl="http://127.0.0.1/feed"/>
<outline text="D" type="rss"/>
</body></opml>"""
POCKET = """title,url,time_added,tags,status
One,https://a.example/one,1,later|x,archive
Two,https://a.example/two,2,,unread
"""


@pytest.fixture(autouse=True)
def _no_inner_network(settings: Any) -> None:
    settings.FETCH_ALLOWED_NETWORKS = []


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs that were sent to discovery; nothing is dispatched."""
    runs: list[int] = []
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover", lambda run, **_: runs.append(run)
    )
    monkeypatch.setattr("pipeline.runs.imports.dispatch", lambda _: None)
    return runs


def brought(text: str, name: str = "list") -> Import:
    return imports.keep(read_input(text.encode()), name, person(Role.OPERATOR))


def said(whole: Import) -> list[tuple[str, str]]:
    found = results(list(whole.rows.select_related("parent")))
    return [(result.state, result.text) for result in found]


def test_a_list_is_shown_before_anything_is_crawled(sent: list[int]) -> None:
    an_article(1, host="a.example")
    whole = brought(OPML)
    assert [text for _, text in said(whole)][:3] == [
        "A source already: crawled again.",
        "A new source.",
        "A new source.",
    ]
    states = [state for state, _ in said(whole)]
    assert states == ["pending"] * 3 + ["skipped"] * 2
    assert sent == []
    assert Source.objects.count() == 1


def test_what_no_database_takes_is_kept_all_the_same() -> None:
    text = '[{"url": "https://a.example/x", "title": "a\\u0000b\\ud800", "tags": ["\\u0000t"]}]'
    row = brought(text, "na\0me").rows.get()
    assert (row.address, row.title) == ("https://a.example/x", "a?b?")


def test_started_it_makes_sources_with_labels_and_feeds_and_one_run(
    sent: list[int],
) -> None:
    old = an_article(1, host="a.example", labels=["mine"])
    whole = brought(OPML)
    [run] = imports.start(whole, by="ana")
    assert sent == [run.pk]
    assert run.addresses == [
        "https://a.example/",
        "https://feeds.example/b",
        "https://many.example/c/",
    ]
    source = Source.objects.get(host="a.example")
    assert (source.labels, source.feeds) == (
        ["Python", "Core"],
        ["https://a.example/feed"],
    )
    old.refresh_from_db()
    assert old.labels == ["mine", "Python", "Core"]
    rules = SourceRule.objects.values_list("host", "verdict", "kind", "value")
    assert list(rules) == [("a.example", "pin", "source", "https://a.example/feed")]
    assert [run.pk for run in imports.start(whole, by="ana")] == sent, "once is enough"
    whole.refresh_from_db()
    assert [each.pk for each in imports.start(whole, by="ana")] == [run.pk]
    assert Run.objects.count() == 1


def test_a_thousand_blogs_are_one_import(sent: list[int], settings: Any) -> None:
    lines = "\n".join(f"https://b{number}.example/" for number in range(1_000))
    runs = imports.start(brought(lines), by="ana")
    assert len(runs) == 1_000 / settings.MAX_ADDRESSES
    assert Source.objects.count() == 1_000
    assert ImportRow.objects.filter(run__in=runs).count() == 1_000
    assert runs[1].name == "Import: list (2 of 5)"


def test_each_line_ends_with_a_result_or_a_reason(sent: list[int]) -> None:
    whole = brought(OPML)
    [run] = imports.start(whole, by="ana")
    assert said(whole)[0] == ("pending", "Looking for articles.")
    reports = [
        {"address": "https://a.example/", "articles": 3, "problem": "", "advice": ""},
        {"address": "https://feeds.example/b", "articles": 0, "problem": "It is empty.", "advice": ""},
    ]  # fmt: skip
    Run.objects.filter(pk=run.pk).update(address_reports=reports)
    for number, state in enumerate(("stored", "failed", "pending")):
        url = f"https://a.example/{number}"
        Journey.objects.create(run=run, url=url, key=url, state=state, stage="store")
    found = said(whole)
    assert found[0] == (
        "pending",
        "3 articles found: 1 in the catalogue, 1 failed, 1 pending.",
    )
    assert found[1] == ("failed", "It is empty.")
    Run.objects.filter(pk=run.pk).update(state="failed", reason="it was stopped")
    found = said(whole)
    assert found[2] == ("failed", "The run ended: it was stopped")
    assert found[3][0] == "skipped"
    assert "not a public address" in found[3][1] or "127.0.0.1" in found[3][1]
    assert found[4] == ("skipped", "a feed without its address (xmlUrl)")


def test_single_articles_are_fetched_and_get_their_labels_and_marks(
    sent: list[int],
) -> None:
    whole = brought(POCKET)
    [run] = imports.start(whole, by="ana")
    assert sent == [], "nothing is to be discovered"
    journeys = list(run.journeys.order_by("id"))
    assert [(each.url, each.stage, each.state) for each in journeys] == [
        ("https://a.example/one", "fetch", "pending"),
        ("https://a.example/two", "fetch", "pending"),
    ]
    assert run.state == "running"
    assert run.batches.get().size == 2
    assert settle() == 0
    article = an_article(1, host="a.example")
    run.journeys.filter(pk=journeys[0].pk).update(
        state="stored", article=article, ended_at=timezone.now()
    )
    assert settle() == 1
    assert settle() == 0
    article.refresh_from_db()
    assert article.labels == ["later", "x"]
    mark = Mark.objects.get()
    assert mark.owner == whole.owner
    assert mark.read_at is not None
    run.journeys.filter(pk=journeys[1].pk).update(state="failed", reason="http-404")
    found = said(whole)
    assert found[0] == ("stored", "In the catalogue.")
    assert found[1][0] == "failed"


def text_of_opml() -> str:
    return "".join(opml())


def test_export_then_import_is_the_identity(sent: list[int]) -> None:
    LearnedSource.objects.create(
        address="https://d.example/",
        host="d.example",
        learned={"sources": [["https://d.example/l", "list", 9], ["https://d.example/f", "feed", 5]]},
        learned_at=timezone.now(),
    )  # fmt: skip
    Source.objects.create(host="d.example", name='D "and" <more> & é')
    Source.objects.create(host="e.example")
    Source.objects.create(host="f.example", name="F", labels=["Z", "A/B"], feeds=["https://x.example/f?a=1&b=2"], address="https://f.example/blog/")  # fmt: skip
    Source.objects.create(host="g.example", name="G", labels=["Z"])
    before = text_of_opml()
    rows = read_input(before.encode()).rows
    assert [row.problem for row in rows] == [""] * 4
    for model in (Source, LearnedSource):
        model.objects.all().delete()
    imports.start(brought(before), by="ana")
    assert text_of_opml() == before
    f = Source.objects.get(host="f.example")
    assert (f.labels, f.feeds) == (["Z", "A/B"], ["https://x.example/f?a=1&b=2"])
    imports.start(brought(before), by="ana")
    assert text_of_opml() == before


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    body = OPML.encode()
    with Server({"/list.opml": response(200, body, content_type="text/x-opml")}) as it:
        yield it


def test_a_list_is_brought_by_its_url(server: Server) -> None:
    client = session(Role.OPERATOR)
    url = f"{server.url}/list.opml"
    page = client.post("/imports/", {"url": url}, follow=True)
    whole = Import.objects.get()
    assert page.redirect_chain[-1][0] == f"/imports/{whole.pk}/"
    assert (whole.kind, whole.name) == ("OPML", url)
    missing = client.post("/imports/", {"url": f"{server.url}/nothing"})
    assert missing.status_code == 422
    assert "not available" in missing.text


def test_the_pages_show_lines_and_start_them(client: Client, sent: list[int]) -> None:
    client = session(Role.OPERATOR)
    empty = client.post("/imports/", {})
    assert empty.status_code == 422
    assert "Choose a file" in empty.text
    client.post("/imports/", {"text": OPML})
    whole = Import.objects.get()
    page = client.get(f"/imports/{whole.pk}/").text
    assert "a feed without its address" in page
    assert "A new source." in page
    only = client.get(f"/imports/{whole.pk}/?only=problems").text
    assert "A new source." not in only
    client.post(f"/imports/{whole.pk}/take", {"as": "articles"})
    assert whole.rows.filter(problem="", is_page=False).count() == 0
    client.post(f"/imports/{whole.pk}/take", {"as": "blogs"})
    client.post(f"/imports/{whole.pk}/start")
    assert len(sent) == 1
    assert "Looking for articles." in client.get(f"/imports/{whole.pk}/").text
    assert session(Role.VIEWER).post("/imports/", {"text": OPML}).status_code == 403
    assert "Start import" not in session(Role.VIEWER).get(f"/imports/{whole.pk}/").text
    client.post(f"/imports/{whole.pk}/delete")
    assert not Import.objects.exists()
    entries = AuditEntry.objects.filter(kind="import").order_by("pk")
    verbs = ["create", "update", "update", "start", "delete"]
    assert [each.verb for each in entries] == verbs
    assert "a.example" not in str([each.after for each in entries])
    answer = client.get("/sources.opml")
    assert "attachment" in answer["Content-Disposition"]
    assert b'htmlUrl="https://a.example/"' in b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_programs_do_the_same(sent: list[int]) -> None:
    client = program(Role.OPERATOR)
    made = client.post("/api/imports", {"text": OPML})
    assert made.status_code == 201, made.json()
    numbers = made.json()
    assert (numbers["blogs"], numbers["articles"], numbers["problems"]) == (3, 0, 2)
    path = f"/api/imports/{numbers['id']}"
    lines = client.get(f"{path}/lines").json()["items"]
    assert lines[0]["labels"] == ["Python", "Core"]
    assert lines[0]["result"] == "A new source."
    assert client.post(f"{path}/start").json() == {"runs": sent}
    assert client.get(path).json()["started_at"]
    assert client.post("/api/imports", {"text": "<rss/>"}).status_code == 422
    exported = client.get("/api/sources.opml")
    assert b"".join(exported.streaming_content).startswith(b"<?xml")  # type: ignore[attr-defined]
    assert client.delete(path).status_code == 204


def test_the_command_exports_and_imports(
    sent: list[int], tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.opml"
    path.write_text(OPML)
    call_command("opml", "import", str(path), "--preview")
    assert "A new source." in capsys.readouterr().out
    assert sent == []
    call_command("opml", "import", str(path))
    assert "started run" in capsys.readouterr().out
    call_command("opml", "export")
    assert capsys.readouterr().out == text_of_opml()
    call_command("opml", "export", "--output", str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == text_of_opml()
