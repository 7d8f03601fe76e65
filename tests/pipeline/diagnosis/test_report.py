"""Why is this article not here? The answer is complete, and finds the address however it is spelt."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Source
from pipeline.diagnosis import probe as diagnosis_probe
from pipeline.diagnosis.predict import predict, spellings
from pipeline.diagnosis.probe import probe
from pipeline.diagnosis.report import explain, find_url
from pipeline.models import Body, Host, Journey, Run, Snapshot, SourceCacheEntry
from tests.pages import WHEN, a_run, an_article, journeys
from tests.pipeline.servers import Server, response

pytestmark = pytest.mark.django_db
KEY = "https://blog.example/2024/a-post"


def a_journey(
    state: str = "failed",
    stage: str = "fetch",
    *,
    key: str = KEY,
    run: Run | None = None,
    **values: Any,
) -> Journey:
    [journey] = journeys(run or a_run("finished"), 1, state, stage, **values)
    Journey.objects.filter(pk=journey.pk).update(key=key, url=values.get("url", key))
    return Journey.objects.select_related("run", "snapshot", "article").get(
        pk=journey.pk
    )


def a_snapshot(key: str = KEY, final_url: str = KEY, **values: Any) -> Snapshot:
    body, _ = Body.objects.get_or_create(digest="d", defaults={"data": b"", "size": 0})
    return Snapshot.objects.create(
        key=key,
        url=key,
        final_url=final_url,
        status=200,
        fetched_at=WHEN,
        body=body,
        **values,
    )


SPELT = [
    KEY, f"{KEY}/", "http://blog.example/2024/a-post", "https://www.blog.example/2024/a-post/",
    f"{KEY}?utm_source=feed&fbclid=1", f"{KEY}#comments", "blog.example/2024/a-post", f"  <{KEY}>  ",
    "https://blog.example:443/2024/./x/../a-post/index.html",
]  # fmt: skip


@pytest.mark.parametrize("spelt", SPELT)
def test_the_address_is_found_however_it_is_spelt(
    admin_client: Client, spelt: str
) -> None:
    a_journey(reason="http-404", detail="it is gone")
    page = admin_client.get("/why/", {"url": spelt}).text
    assert "Not in the catalogue" in page
    assert "it is gone" in page


@pytest.mark.parametrize(
    "final", [KEY, f"{KEY}/", "http://www.blog.example/2024/a-post/"]
)
def test_the_address_that_others_were_redirected_to_is_found(
    admin_client: Client, final: str
) -> None:
    source = "https://blog.example/?p=7"
    snapshot = a_snapshot(source, final, redirects=[[301, final]])
    a_journey(
        "skipped", "extract", key=source, snapshot=snapshot, reason="not-an-article"
    )
    for asked in (KEY, source):
        page = admin_client.get("/why/", {"url": asked}).text
        assert "Not an article" in page
        assert f"redirected (301) to {final}" in page


def test_the_addresses_of_an_article_lead_to_it_and_to_each_other(
    admin_client: Client,
) -> None:
    article = an_article(1)  # known by its canonical address
    a_journey("stored", "store", key="https://blog.example/?p=7", article=article)
    for asked in ("https://blog.example/?p=7", article.key):
        answer = admin_client.get("/why/", {"url": asked})
        assert "In the catalogue:" in answer.text
        assert len(answer.context["journeys"]) == 1


def test_a_duplicate_names_what_it_is_the_same_as(admin_client: Client) -> None:
    article = an_article(1, title="The first one")
    a_journey(
        "duplicate", "store", article=article, detail="the same content as another"
    )
    page = admin_client.get("/why/", {"url": KEY}).text
    assert "which has the same content" in page
    assert "same as “The first one”" in page


def test_what_its_owner_deleted_is_said_to_be(admin_client: Client) -> None:
    an_article(1, deleted_at=WHEN)
    assert (
        "excluded from future crawls"
        in admin_client.get("/why/?url=https://blog.example/1").text
    )


@pytest.mark.parametrize(
    ("state", "stage", "expected"),
    [
        (
            "skipped",
            "discover",
            ["done", "stopped", "not reached", "not reached", "not reached"],
        ),
        ("pending", "fetch", ["done", "done", "waiting", "not reached", "not reached"]),
        ("failed", "fetch", ["done", "done", "stopped", "not reached", "not reached"]),
        ("unchanged", "fetch", ["done", "done", "done", "not reached", "not reached"]),
        ("skipped", "extract", ["done", "done", "done", "stopped", "not reached"]),
        ("pending", "store", ["done", "done", "done", "done", "waiting"]),
        ("stored", "store", ["done", "done", "done", "done", "done"]),
        ("duplicate", "store", ["done", "done", "done", "done", "done"]),
        ("failed", "store", ["done", "done", "done", "done", "stopped"]),
    ],
)
def test_each_part_of_the_path_says_how_far_it_came(
    state: str, stage: str, expected: list[str]
) -> None:
    journey = a_journey(state, stage, reason="because")
    steps = explain(journey)
    assert [step.state for step in steps] == expected
    ends = [step for step in steps if any("Because" in line for line in step.lines)]
    assert len(ends) == (0 if state == "pending" else 1)


def test_the_whole_path_is_told() -> None:
    article = an_article(
        1,
        title="A title",
        quality=0.83,
        word_count=1234,
        quality_reasons=["has a date"],
    )
    snapshot = a_snapshot(redirects=[[302, "https://blog.example/there"]])
    journey = a_journey(
        "stored", "store", article=article, snapshot=snapshot, score=0.97, reasons=["in a feed of the site"],
        detail="new", found_in=[f"https://blog.example/feed{n}" for n in range(7)], bytes=45678,
        attempts=[["fetch", "timeout", "x", "now"]],
    )  # fmt: skip
    said = {step.name: " | ".join(step.lines) for step in explain(journey)}
    assert "in https://blog.example/feed0" in said["Found"]
    assert "and in 2 more" in said["Found"]
    assert said["Decided"] == "score 0.97 | in a feed of the site"
    for part in (
        "failed attempt: Timeout",
        "status 200",
        "45,678 bytes",
        "redirected (302) to",
    ):
        assert part in said["Fetched"]
    assert said["Extracted"] == "quality 0.83, 1,234 words | has a date"
    assert said["Stored"].startswith("as “A title”, https://blog.example/1/")


def sides(url: str) -> dict[str, str]:
    source = Source.objects.filter(host="blog.example").first()
    return {
        each.about: f"{each.side}: {each.text}"
        for each in predict(url, source, timezone.now())
    }


def test_of_an_unknown_site_only_the_address_can_be_judged() -> None:
    found = sides("https://blog.example/tags/python/")
    assert found["scope"].startswith("against: none of the last")
    assert found["address"] == "against: named like a listing or a file"
    assert found["robots.txt"].startswith("open")
    assert found["sources"].startswith("open")


def test_what_discovery_would_say_comes_from_what_is_kept_of_the_site() -> None:
    for number in range(5):
        an_article(number, url=f"https://blog.example/2024/post-{number}/")
    a_run("finished", name="Weekly")
    Host.objects.create(
        name="blog.example",
        robots_text="User-agent: *\nDisallow: /2023/",
        robots_fetched_at=WHEN,
    )
    reading = {
        "kind": "feed",
        "url": "x",
        "links": [{"url": f"{KEY}/", "place": "entry"}],
    }
    for name in ("feed", "other"):
        memory = {
            "validators": {},
            "digest": "",
            "reading": reading if name == "feed" else {},
        }
        SourceCacheEntry.objects.create(
            address=name, host="blog.example", memory=memory, read_at=WHEN
        )

    found = sides(KEY)
    assert found["scope"].startswith("for: the last run of this site (“Weekly”)")
    assert found["robots.txt of blog.example"] == "for: allowed"
    assert (
        found["shape"]
        == "for: pattern /Y/*, like 5 of the 5 newest articles of this site"
    )
    assert found["sources"] == "for: listed in feed, read 2026-03-14 09:26"

    other = sides("https://blog.example/2023/some/thing.html")
    assert (
        other["robots.txt of blog.example"]
        == "against: disallows it: line 2: Disallow: /2023/"
    )
    assert (
        other["shape"]
        == "against: pattern /Y/some/*.html; most articles of this site match /Y/*"
    )
    assert other["sources"].startswith("against: in none of the 2 feeds")


@pytest.mark.parametrize(
    ("parameters", "about", "side"),
    [
        ({"addresses": ["https://blog.example/news/"]}, "scope", "against"),
        ({"addresses": ["https://www.blog.example/2024/"]}, "scope", "for"),
        (
            {"addresses": ["https://blog.example/"], "exclude": ["/2024/"]},
            "patterns",
            "against",
        ),
        (
            {"addresses": ["https://blog.example/"], "include": ["/2023/"]},
            "patterns",
            "against",
        ),
        (
            {"addresses": ["https://blog.example/"], "include": ["/2024/"]},
            "patterns",
            "",
        ),
        ({"addresses": ["https://blog.example/"], "exclude": ["/(/"]}, "scope", "for"),
        ({"addresses": ["nonsense"]}, "scope", "against"),
    ],
)
def test_the_wish_of_the_last_run_counts(
    parameters: dict[str, Any], about: str, side: str
) -> None:
    run = a_run("finished")
    Run.objects.filter(pk=run.pk).update(parameters=parameters)
    assert sides(KEY).get(about, "").partition(":")[0] == side


def test_a_host_that_was_given_up_is_told() -> None:
    Host.objects.create(
        name="www.blog.example",
        closed_at=timezone.now(),
        failures=9,
        last_failure="timeout",
    )
    assert (
        sides(KEY)["host"]
        == "against: www.blog.example was given up after 9 failures in a row: Timeout"
    )
    Host.objects.update(
        closed_at=None,
        parked_until=timezone.now() + timedelta(hours=1),
        parked_reason="http-429",
    )
    assert sides(KEY)["host"].startswith("open: www.blog.example is paused until")


@pytest.mark.parametrize(
    "memory",
    [
        {},
        [],
        "text",
        None,
        {"reading": None},
        {"reading": {"links": "no list"}},
        {"reading": {"links": [1]}},
    ],
)
def test_a_memory_of_another_shape_says_nothing(memory: Any) -> None:
    SourceCacheEntry.objects.create(
        address="a", host="blog.example", memory=memory or {}, read_at=WHEN
    )
    assert sides(KEY)["sources"].startswith("against: in none")


def test_the_page_asks_few_questions(
    admin_client: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        a_journey(
            article=an_article(2 + Journey.objects.count()), snapshot=a_snapshot()
        )
    Host.objects.create(
        name="blog.example", robots_text="Disallow: /", robots_fetched_at=WHEN
    )
    for asked in (KEY, "https://blog.example/never/seen", "https://unknown.example/x"):
        with django_assert_max_num_queries(17):
            assert admin_client.get("/why/", {"url": asked}).status_code == 200


EVIL = "<script>alert(1)</script>\u202e"


@pytest.mark.parametrize(
    "asked",
    ["", EVIL, "javascript:alert(1)", "https://", "https://[", "https://x:99999/", "http://" + "a" * 5000,
     "https://blog.example/" + EVIL, "https://user:hush@blog.example/", "https://xn--/"],
)  # fmt: skip
def test_no_address_breaks_the_page(admin_client: Client, asked: str) -> None:
    a_run("finished")
    answer = admin_client.get("/why/", {"url": asked})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_the_box_is_on_every_page(admin_client: Client) -> None:
    for address in ("/", "/runs/", "/articles/", "/queues/", "/logs/", "/why/"):
        assert 'action="/why/"' in admin_client.get(address).text


def test_a_look_is_only_taken_when_it_is_asked_for(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "pipeline.web.diagnose.probe", lambda url: asked.append(url) or ["seen"]
    )
    admin_client.get("/why/", {"url": KEY})
    assert admin_client.get("/why/look", {"url": KEY}).status_code == 405
    assert asked == []
    assert "seen" in admin_client.post("/why/look", {"url": KEY}).text
    assert asked == [KEY]


def test_spellings_are_of_the_same_address() -> None:
    assert all(find_url(spelt)["key"] == KEY for spelt in spellings(KEY, KEY))
    assert len(spellings("https://a.test/?p=1", "https://a.test/?p=1")) == 5


PAGE = b"<html><head><meta property='og:type' content='article'><link rel=canonical href='/there/'></head><p>x</p></html>"


@pytest.mark.django_db(transaction=True)
def test_a_look_says_what_the_page_answers_and_keeps_to_the_rules(
    settings: Any,
) -> None:
    settings.FETCH_ALLOWED_NETWORKS, settings.FETCH_HOST_DELAY = ["127.0.0.0/8"], 0.0
    diagnosis_probe._fetcher.cache_clear()
    robots = response(
        body=b"User-agent: *\nDisallow: /secret/", content_type="text/plain"
    )
    moved = response(301, b"", Location="/here/")
    with Server(
        {"/robots.txt": robots, "/here/": response(body=PAGE), "/old/": moved}
    ) as server:
        base = server.url
        said = " ".join(probe(f"{base}/old/"))
        assert "Redirects (301) to /here/." in said
        assert "Status 200" in said
        assert "Its metadata says that it is an article" in said
        assert f"Its canonical URL is another: {base}/there/" in said
        assert "line 2: Disallow: /secret/" in " ".join(probe(f"{base}/secret/x"))
        assert "404 Not Found" in " ".join(probe(f"{base}/gone/"))
        assert "/secret/x" not in server.paths
    diagnosis_probe._fetcher.cache_clear()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/",
        "http://[::1]:1/",
        "http://u:p@a.test/",
    ],
)
def test_a_look_never_goes_where_it_may_not(url: str) -> None:
    [said] = probe(url)
    assert "Internal address" in said or "Credentials in URL" in said
