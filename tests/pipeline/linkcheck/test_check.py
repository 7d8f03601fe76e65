"""Originals are looked at on real servers, slowly; those that are gone are marked, and unmarked when
they come back."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from structlog.testing import capture_logs

from catalog.exports import record
from catalog.models import Article, LinkCheck, Source
from pipeline.broker.queues import CHECK_LINKS, ROUTES
from pipeline.core.records import Sighting
from pipeline.fetching import Fetcher, MemoryHosts, Policy
from pipeline.linkcheck import check
from pipeline.linkcheck.check import check_links
from pipeline.models import Host, Journey, Run, StageIntake
from tests.pages import a_run, an_article, journeys
from tests.pipeline.servers import Server, _read, response

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
POLICY = Policy("Gleaner/0.1", host_delay=0, allowed_networks=("127.0.0.0/8",))


class Originals(Server):
    """Answers by path: a status, or a redirect. HEAD is answered with `head` where that is set."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, int | str] = {}
        self.head = 0
        self.methods: list[str] = []

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            while request := _read(connection):
                method, path = request.split()[:2]
                if path == "/robots.txt":
                    self._reply(connection, path)
                    continue
                self.methods.append(f"{method} {path}")
                connection.sendall(self._answer_to(method, path))

    def _answer_to(self, method: str, path: str) -> bytes:
        answer = self.answers.get(path, 200)
        if method == "HEAD" and self.head:
            answer = self.head
        if isinstance(answer, str):
            whole = response(302, b"moved", location=answer)
        else:
            whole = response(answer)
        head, _, body = whole.partition(b"\r\n\r\n")
        if method == "HEAD":
            body = b""
        return head + b"\r\n\r\n" + body


@pytest.fixture
def server() -> Iterator[Originals]:
    with Originals() as server:
        yield server


@pytest.fixture(autouse=True)
def fetcher(monkeypatch: pytest.MonkeyPatch) -> Fetcher:
    """A real one that keeps no pace and may ask this machine."""
    made = Fetcher(POLICY, MemoryHosts())
    monkeypatch.setattr(check, "fetcher", lambda: made)
    return made


def stored(server: Server, number: int = 1, **values: Any) -> Article:
    """An article that was first seen two months ago at a server of this machine."""
    article = an_article(
        number,
        host=server.host,
        url=f"{server.url}/{number}/",
        key=f"https://{server.host}/{number}",
        **values,
    )
    Article.objects.filter(pk=article.pk).update(first_seen_at=NOW - 60 * DAY)
    return article


def look(days: float) -> int:
    return check_links(NOW + days * DAY)


def gone_at(article: Article) -> datetime | None:
    return Article.objects.get(pk=article.pk).gone_at


def test_an_original_is_gone_after_two_404s_a_week_apart_and_back_when_it_is_there(
    server: Originals,
) -> None:
    article = stored(server)
    server.answers["/1/"] = 404
    assert look(0) == 1
    assert look(1) == 0, "a week has to pass"
    assert gone_at(article) is None
    server.answers["/1/"] = 410
    with capture_logs() as lines:
        assert look(7) == 1
    assert gone_at(article) == NOW
    row = LinkCheck.objects.get()
    assert (row.missing_at, row.missing_status) == (NOW, 404)
    assert (row.confirmed_at, row.confirmed_status) == (NOW + 7 * DAY, 410)
    [line] = [line for line in lines if line["event"] == "original_is_gone"]
    assert (line["log_level"], line["stage"]) == ("warning", "linkcheck")
    assert line["article"] == article.pk
    server.answers["/1/"] = 200
    assert look(14) == 1
    assert gone_at(article) is None
    assert LinkCheck.objects.get().missing_at is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (403, "unreachable"),
        (451, "unreachable"),
        ("/elsewhere/", "moved"),
        ("/", "moved"),
    ],
)
def test_other_trouble_and_a_redirect_are_told_apart_and_never_called_gone(
    server: Originals, answer: int | str, kind: str
) -> None:
    article = stored(server)
    server.answers["/1/"] = answer
    for days in (0, 40, 80, 120):
        assert look(days) == 1
    row = LinkCheck.objects.get()
    assert (row.answer, row.missing_at, gone_at(article)) == (kind, None, None)
    if isinstance(answer, str):
        assert row.address == f"{server.url}{answer}"


def test_a_redirect_to_a_page_that_is_missing_is_not_gone(server: Originals) -> None:
    article = stored(server)
    server.answers = {"/1/": "/2/", "/2/": 404}
    assert look(0) == look(30) == 1
    assert LinkCheck.objects.get().answer == "unreachable"
    assert gone_at(article) is None


def test_a_server_that_is_away_says_nothing_of_the_original(server: Originals) -> None:
    article = stored(server)
    server.__exit__()
    assert look(0) == look(30) == 1
    row = LinkCheck.objects.get()
    assert (row.answer, row.status) == ("unreachable", None)
    assert row.reason == "robots-unreachable"
    assert gone_at(article) is None


def test_a_server_that_fails_says_nothing_of_the_original(server: Originals) -> None:
    article = stored(server)
    server.answers["/1/"] = 503
    assert look(0) == 1
    row = LinkCheck.objects.get()
    assert (row.answer, row.status, row.reason) == ("unreachable", 503, "http-503")
    assert gone_at(article) is None


def test_head_is_asked_and_get_only_where_head_brings_no_page(
    server: Originals, fetcher: Fetcher
) -> None:
    url = f"{server.url}/1/"
    assert fetcher.look(url) == Sighting(url, 200)
    assert server.methods == ["HEAD /1/"]
    for refused in (403, 404, 405, 501):
        server.methods.clear()
        server.head = refused
        assert fetcher.look(url) == Sighting(url, 200)
        assert server.methods == ["HEAD /1/", "GET /1/"]
    server.methods.clear()
    server.head = 429
    assert fetcher.look(url) == Sighting(url, 429)
    assert server.methods == ["HEAD /1/"], "who asks for rest gets it"


def test_robots_are_obeyed_and_the_inner_network_is_not_asked(
    server: Originals, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = b"User-agent: *\nDisallow: /1/\n"
    server.pages["/robots.txt"] = response(200, rules, content_type="text/plain")
    stored(server)
    look(0)
    assert LinkCheck.objects.get().reason == "robots"
    assert server.methods == []
    guarded = Fetcher(Policy("Gleaner/0.1", host_delay=0), MemoryHosts())
    monkeypatch.setattr(check, "fetcher", lambda: guarded)
    look(10)
    assert LinkCheck.objects.get().reason == "internal-address"
    assert server.methods == []


def test_a_new_article_is_first_looked_at_after_the_interval(
    server: Originals, settings: Any
) -> None:
    article = stored(server)
    Article.objects.filter(pk=article.pk).update(first_seen_at=NOW)
    settings.LINK_CHECK_DAYS = 30
    assert look(29) == 0
    assert look(30) == 1
    assert look(59) == 0
    assert look(60) == 1


def test_a_day_and_a_host_have_their_limits(server: Originals, settings: Any) -> None:
    for number in range(6):
        stored(server, number)
    settings.LINK_CHECK_PER_HOST = 2
    assert [look(0), look(0), look(0)] == [1, 1, 0], "one at a time, two a day"
    assert look(1.01) == 1
    settings.LINK_CHECK_PER_HOST = 50
    settings.LINK_CHECK_PER_DAY = 1
    assert look(1.02) == 0, "the day's one was used"
    settings.LINK_CHECK_PER_DAY = 0
    assert look(90) == 0, "switched off"


def test_hosts_take_turns(settings: Any) -> None:
    settings.LINK_CHECK_PER_DAY = 1_440 * 2
    with Originals() as one, Originals() as other:
        for number in range(3):
            stored(one, number)
        stored(other, 7)
        assert look(0) == 2
        assert (len(one.methods), len(other.methods)) == (1, 1)


def test_a_host_of_a_paused_run_gets_no_request(server: Originals) -> None:
    stored(server)
    run = a_run("paused")
    run.parameters["addresses"] = [f"{server.url}/"]
    run.save()
    assert look(0) == 0
    assert server.methods == []
    Run.objects.filter(pk=run.pk).update(state="running")
    assert look(0) == 1


def test_a_run_that_is_paused_just_before_a_request_keeps_it_back(
    server: Originals, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(server)
    run = a_run("paused")
    run.parameters["addresses"] = [f"{server.url}/"]
    run.save()
    monkeypatch.setattr(
        check.due,
        "claim",
        lambda *_: list(Article.objects.values_list("pk", flat=True)),
    )
    assert look(0) == 0
    assert server.methods == []
    assert LinkCheck.objects.get().answer == "", "nothing was answered"


def test_nothing_is_looked_at_while_the_intake_of_fetch_is_paused(
    server: Originals,
) -> None:
    stored(server)
    paused = StageIntake.objects.create(stage="fetch", paused_at=NOW)
    assert look(0) == 0
    assert server.methods == []
    paused.delete()
    assert look(1) == 1


def test_a_host_that_was_given_up_or_asks_for_rest_is_left_alone(
    server: Originals,
) -> None:
    stored(server)
    host = Host.objects.create(name=server.host, closed_at=NOW)
    assert look(0) == 0
    host.closed_at = None
    host.parked_until = datetime(2999, 1, 1, tzinfo=UTC)
    host.save()
    assert look(0) == 0
    host.parked_until = NOW
    host.save()
    assert look(0) == 1


def test_deleted_articles_are_not_looked_at(server: Originals) -> None:
    article = stored(server)
    Article.objects.filter(pk=article.pk).update(deleted_at=NOW)
    assert look(0) == 0
    assert server.methods == []
    assert look(1) == 0


def test_a_crawl_that_had_the_page_is_as_good_as_a_look(server: Originals) -> None:
    article = stored(server)
    server.answers["/1/"] = 404
    look(0)
    look(7)
    assert gone_at(article)
    run = a_run()
    [extracted] = journeys(run, 1, "stored", "store", article=article)
    Journey.objects.filter(pk=extracted.pk).update(
        ended_at=NOW + 8 * DAY, timings={"extract": 1}
    )
    look(8)
    assert gone_at(article), "extracting the stored copy again says nothing"
    [fetched] = journeys(run, 1, "unchanged", "fetch", article=article)
    Journey.objects.filter(pk=fetched.pk).update(
        ended_at=NOW + 8 * DAY, timings={"fetch": 1}
    )
    look(8)
    assert gone_at(article) is None


def test_it_costs_no_number_of_a_run_and_its_task_stops_where_fetch_stops(
    server: Originals,
) -> None:
    stored(server)
    look(0)
    assert not Journey.objects.exists()
    assert not Run.objects.exists()
    assert ROUTES[CHECK_LINKS]["queue"] == "fetch"


def a_gone_article() -> Article:
    article = an_article(1)
    an_article(2)
    article.gone_at = NOW
    article.save()
    LinkCheck.objects.create(
        article=article,
        source=article.source,
        next_at=NOW + 14 * DAY,
        checked_at=NOW + 7 * DAY,
        answer="missing",
        status=410,
        missing_at=NOW,
        missing_status=404,
        confirmed_at=NOW + 7 * DAY,
        confirmed_status=410,
    )
    return article


def test_the_reader_says_that_the_stored_copy_is_what_is_left(
    admin_client: Client,
) -> None:
    article = a_gone_article()
    page = admin_client.get(article.get_absolute_url()).text
    assert "The original is gone since" in page
    assert "this is the stored copy" in page
    assert "answered 404" in page
    assert "410 on" in page
    other = Article.objects.exclude(pk=article.pk).get()
    assert "stored copy" not in admin_client.get(other.get_absolute_url()).text


def test_the_filter_the_facet_the_api_and_the_export_know_what_is_gone(
    admin_client: Client,
) -> None:
    article = a_gone_article()
    listed = admin_client.get("/api/articles?gone=yes").json()["items"]
    assert [each["id"] for each in listed] == [article.pk]
    assert listed[0]["gone_at"].startswith("2026-03-01")
    assert len(admin_client.get("/api/articles?gone=no").json()["items"]) == 1
    typed = admin_client.get("/articles/", {"q": "gone:yes"}, follow=True)
    assert "Article 1" in typed.text
    assert "Article 2" not in typed.text
    facets = admin_client.get("/api/articles/facets").json()
    [facet] = [facet for facet in facets if facet["name"] == "gone"]
    assert [(each["name"], each["count"]) for each in facet["values"]] == [("yes", 1)]
    kept = admin_client.get(f"/api/articles/{article.pk}/original-page").json()
    assert (kept["missing_status"], kept["confirmed_status"]) == (404, 410)
    assert record(article)["gone_at"].startswith("2026-03-01")
    csv = b"".join(admin_client.get("/api/articles.csv?gone=yes")).decode()
    assert ",2026-03-01T" in csv
    unknown = Article.objects.exclude(pk=article.pk).get()
    answer = admin_client.get(f"/api/articles/{unknown.pk}/original-page").json()
    assert (answer["answer"], answer["checked_at"]) == ("", None)


def test_sources_below_a_host_share_its_limit(server: Originals, settings: Any) -> None:
    settings.LINK_CHECK_PER_HOST = 1
    stored(server, 1)
    second = stored(server, 2)
    below = Source.objects.create(host=f"{server.host}/two")
    Article.objects.filter(pk=second.pk).update(source=below)
    assert [look(0), look(0.1), look(1.2)] == [1, 0, 1]
