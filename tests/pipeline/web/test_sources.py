"""Sources through their pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import Source
from catalog.sources import MONTHS_SHOWN, months_between, source_stats
from pipeline.access.roles import Role
from pipeline.models import Job, Journey, Run, SourceRetention
from pipeline.runs import jobs, sources
from pipeline.summary.stage import close_run
from tests.pages import WHEN, a_run, an_article, journeys
from tests.people import session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the runs that were sent to `discover`."""
    ids: list[int] = []
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover", lambda run, **_: ids.append(run)
    )
    return ids


def crawled(state: str = "finished", **values: Any) -> tuple[Source, Run]:
    """A source with one article, and its ended run."""
    source = an_article().source
    run = a_run(state, **values)
    source.add_run(run.pk)
    source.save()
    return source, run


def test_a_source_is_listed_with_its_articles_and_its_last_run(
    admin_client: Client,
) -> None:
    source, run = crawled(found=1, stored=1)
    page = admin_client.get("/sources/")
    assert f'href="/sources/{source.pk}/"' in page.text
    assert 'href="/articles/?source=blog.example">1</a>' in page.text
    assert f'href="/runs/{run.pk}/"' in page.text


def test_an_empty_installation_says_how_to_begin(admin_client: Client) -> None:
    page = admin_client.get("/sources/").text
    assert "Add the URL of a blog above" in page


def test_sources_are_searched_by_host_and_by_name(admin_client: Client) -> None:
    crawled()
    an_article(2, host="tea.example")
    Source.objects.filter(host="tea.example").update(name="Leaves and Water")
    assert "blog.example" not in admin_client.get("/sources/?q=leaves").text
    assert "No source matches “nothing”" in admin_client.get("/sources/?q=nothing").text


def test_a_page_that_does_not_exist_is_the_nearest_one(admin_client: Client) -> None:
    assert admin_client.get("/sources/?page=-3").status_code == 200


def test_a_page_of_sources_costs_the_same_for_one_and_for_many(
    admin_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        source = an_article(number, host=f"blog{number}.example").source
        source.add_run(a_run("failed").pk)
        source.save()
    with django_assert_num_queries(9):
        assert admin_client.get("/sources/").text.count("data-row") == 12


def test_a_source_shows_its_articles_runs_and_addresses(admin_client: Client) -> None:
    source, run = crawled(found=1, stored=1)
    page = admin_client.get(f"/sources/{source.pk}/")
    assert "Article 1" in page.text
    assert f'data-open href="/runs/{run.pk}/"' in page.text
    assert "https://blog.example/" in page.text


def test_a_page_of_a_source_takes_sixteen_statements(
    admin_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    source, run = crawled("running")
    run.parameters["addresses"] = ["https://blog.example/", "https://other.example/"]
    run.save()
    SourceRetention.objects.create(source=source, version_days=12)
    with django_assert_num_queries(16):
        page = admin_client.get(f"/sources/{source.pk}/").text
    assert "12 days" in page


def test_an_operator_crawls_a_source_from_its_page(
    admin_client: Client, sent: list[int]
) -> None:
    source, earlier = crawled()
    answer = admin_client.post(f"/sources/{source.pk}/crawl")
    run = Run.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (303, f"/runs/{run.pk}/")
    assert run.pk != earlier.pk
    assert run.addresses == ["https://blog.example/"]


def test_a_viewer_sees_sources_and_cannot_crawl_them() -> None:
    source, _ = crawled()
    viewer = session(Role.VIEWER)
    assert "Crawl now" not in viewer.get("/sources/").text
    assert viewer.post(f"/sources/{source.pk}/crawl").status_code == 403


def test_a_run_is_remembered_once_and_the_oldest_are_dropped() -> None:
    source = an_article().source
    for number in [*range(1, 25), 24]:
        source.add_run(number)
    assert source.recent_runs == list(range(24, 4, -1))


def test_the_next_crawl_is_that_of_the_job_with_its_address() -> None:
    source, _ = crawled()
    job = jobs.save("Daily", {"addresses": ["https://www.blog.example/"]}, "0 6 * * *")
    crawls = sources.crawls_of([source], WHEN)[source.pk]
    assert crawls.job == job
    assert crawls.next_at is not None


@pytest.mark.parametrize(
    ("values", "label"),
    [
        ({"state": "failed", "reason": "No robots.txt"}, "Crawl failed"),
        ({"state": "finished"}, "Nothing found"),
        ({"state": "finished", "found": 10, "failed": 3, "stored": 7}, "Many failures"),
        ({"state": "finished", "found": 10, "failed": 2, "stored": 8}, "OK"),
        ({"state": "running"}, "Crawling"),
    ],
)
def test_the_health_of_a_source_is_that_of_its_last_run(
    values: dict[str, Any], label: str
) -> None:
    source, run = crawled(**values)
    assert sources.health_of(source, run, [], WHEN).label == label


def test_only_the_sources_own_urls_count_in_a_run_of_many() -> None:
    source = an_article().source
    run = a_run("running")
    journeys(run, 3, "failed", reason="http-404")
    other = "https://tea.example/1"
    Journey.objects.create(run=run, url=other, key=other, state="stored", stage="store")
    run.batches.update(finished_at=WHEN)
    close_run(run.pk)
    run.refresh_from_db()
    assert run.found == 4
    assert sources.urls_of([(source, run)]) == {source.pk: (3, 3)}


def test_sources_of_a_run_of_many_are_counted_by_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_run("running")
    run.parameters["addresses"] = [f"https://b{number}.example/" for number in range(3)]
    last = [(an_article(n, host=f"b{n}.example").source, run) for n in range(3)]
    for number in range(4):
        url = f"https://b{number % 2}.example/{number}"
        Journey.objects.create(run=run, url=url, key=url, state="failed", stage="fetch")
    with django_assert_num_queries(1):
        counted = sources.urls_of(last)
    assert [counted[source.pk] for source, _ in last] == [(2, 2), (2, 2), (0, 0)]
    monkeypatch.setattr(sources, "MAX_URLS", 1)
    assert sources.urls_of(last)[last[0][0].pk] == (1, 1)


OTHER_INDEXES = """
SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'pipeline_journey'::regclass
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
INDEXES_OF_PARTS = """
SELECT inhrelid::regclass::text FROM pg_inherits
WHERE inhparent = 'journey_once_a_run'::regclass
"""


def test_urls_of_a_source_in_a_run_are_read_along_their_keys() -> None:
    with connection.cursor() as cursor:
        # Of few rows they would do as well, by what PostgreSQL knows of the rows of other tests.
        cursor.execute(OTHER_INDEXES)
        others = ", ".join(name for (name,) in cursor.fetchall())
        cursor.execute(f"DROP INDEX {others}")
        cursor.execute(
            "ALTER TABLE pipeline_journey DROP CONSTRAINT pipeline_journey_pkey"
        )
        cursor.execute("SET LOCAL enable_seqscan = off")
        given = {"sources": [1], "runs": [1], "begins": ["https://a/"], "most": 9}
        cursor.execute(f"EXPLAIN {sources.URLS}", given)
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute(INDEXES_OF_PARTS)
        keys = [name for (name,) in cursor.fetchall()]
    assert any(name in plan for name in keys)
    assert "(key < " in plan.split("Filter:")[0]


def test_only_jobs_of_the_hosts_are_read() -> None:
    addresses = ["https://www.a.example/", "https://b.example/x"]
    one = jobs.save("One", {"addresses": addresses})
    jobs.save("Other", {"addresses": ["https://c.example/"]})
    jobs.save("No URL", {"addresses": ["nonsense"]})
    assert sources.jobs_of(["b.example", "d.example"]) == {
        "a.example": one,
        "b.example": one,
    }
    jobs.save("One", {"addresses": ["https://d.example/"]})
    assert list(sources.jobs_of(["b.example", "d.example"])) == ["d.example"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Job.objects.filter(hosts__overlap=["b.example"]).order_by().explain()
    assert "job_hosts" in plan


def test_articles_are_counted_by_month_and_those_without_a_date_apart() -> None:
    now = datetime(2026, 3, 31, tzinfo=UTC)
    for number, published in enumerate([now, now, now - timedelta(days=40), None]):
        source = an_article(number, published=published).source
    stats = source_stats([source], now)[source.pk]
    assert (stats.articles, stats.undated, stats.newest_at) == (4, 1, now)
    assert list(stats.months) == [0] * (MONTHS_SHOWN - 2) + [1, 2]


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [((2026, 1), (2026, 3), 2), ((2025, 12), (2026, 1), 1), ((2026, 4), (2026, 3), -1)],
)
def test_months_are_counted_by_the_calendar(
    earlier: tuple[int, int], later: tuple[int, int], months: int
) -> None:
    assert months_between(datetime(*earlier, 1), datetime(*later, 1)) == months


def test_a_source_is_added_by_its_url(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover", lambda run, **_: sent.append(run)
    )
    answer = admin_client.post("/sources/add", {"url": "https://new.example/blog/"})
    [run] = Run.objects.all()
    assert answer.url == run.get_absolute_url()  # type: ignore[attr-defined]
    assert (run.addresses, sent) == (["https://new.example/blog/"], [run.pk])


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "no url"])
def test_what_is_no_url_is_said_beside_the_field(
    admin_client: Client, url: str
) -> None:
    answer = admin_client.post("/sources/add", {"url": url})
    assert answer.status_code == 422
    assert 'id="new-source-error" role="alert">' in answer.text
    assert Run.objects.count() == 0


def test_the_schedule_of_a_source_begins_with_its_urls(admin_client: Client) -> None:
    source = Source.objects.create(host="blog.example", name="A blog")
    page = admin_client.get(f"/jobs/new?source={source.pk}").text
    assert ">\nhttps://blog.example/</textarea>" in page
    assert 'value="A blog"' in page
    assert f'href="/jobs/new?source={source.pk}"' in admin_client.get("/sources/").text
