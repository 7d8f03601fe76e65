"""What `make pages` times: every page answers, with few statements, on a small catalogue of the
same making."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count
from django.urls import get_resolver, resolve, reverse

from catalog import overview
from pipeline.api.urls import api
from pipeline.models import Journey, Run
from pipeline.monitor.models import LogCount, LogEvent
from tools.big import fair, kept, load, plan, report, timing
from tools.big.pages import World, pages
from tools.big.plan import Sizes

SMALL = Sizes(articles=300, journeys=900, events=600)


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """A small catalogue."""
    monkeypatch.setattr(overview, "KEPT_SECONDS", 6_000)
    now = datetime.now(UTC)
    load.make_partitions(now)
    with connection.cursor() as cursor:
        for chunk in load.chunks(SMALL, now):
            load.write(cursor, SMALL, now, chunk)
        load.set_sequences(cursor)
    kept.keep_all()
    return World.of(SMALL, now)


def test_every_page_that_is_timed_answers_with_few_statements(world: World) -> None:
    client = kept.signed_in()
    for path in ("/queues/", "/"):  # what is asked once and kept
        timing.ask(client, next(pages(world)), path)

    answers = [
        (page, timing.ask(client, page, page.address())) for page in pages(world)
    ]

    assert len(answers) > 200
    wrong = {
        f"{page.part}: {page.name}": (
            answer.address,
            answer.status,
            len(answer.statements),
        )
        for page, answer in answers
        if answer.status != page.answers or len(answer.statements) > timing.QUERIES
    }
    assert wrong == {}


# Routes that ask the broker or another server, or are there for something that the making has none of: an icon, an
# image, an extraction that is under way, the secret in a mail, a mail server.
NOT_TIMED = {
    "article-extraction-saved",
    "article-image",
    "dead-letters-seen",
    "feed-image",
    "password-reset",
    "password-reset-link",
    "provider-done",
    "provider-start",
    "readyz",
    "source-icon",
    "watch-unsubscribe",
}


def routes(patterns: Iterable[Any]) -> Iterator[str]:
    """The names of all routes but the API's."""
    for each in patterns:
        if hasattr(each, "url_patterns"):
            if str(each.pattern) != "api/":
                yield from routes(each.url_patterns)
        elif each.name:
            yield each.name


TEXTS = ("form", "name", "place", "stage", "verb")  # parameters that are no numbers


def path_of(name: str) -> str:
    """A path of the route."""
    [[(_, parameters)]] = [
        each[0] for each in get_resolver().reverse_dict.getlist(name)[:1]
    ]
    return reverse(name, args=["x" if each in TEXTS else 1 for each in parameters])


def test_every_route_is_timed(world: World) -> None:
    asked = {resolve(page.address().split("?")[0]).url_name for page in pages(world)}
    client = kept.signed_in()
    missing = sorted(set(routes(get_resolver().url_patterns)) - asked - NOT_TIMED)
    assert [
        name for name in missing if client.get(path_of(name)).status_code != 405
    ] == []


def test_every_operation_of_the_api_that_reads_is_timed(world: World) -> None:
    asked = {resolve(page.address().split("?")[0]).route for page in pages(world)}
    reading = {
        "api/"
        + path.strip("/").replace("{int:pk}", "<int:pk>").replace("{form}", "<form>")
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        if any("GET" in each.methods for each in view.operations) and "rest" not in path
    }
    assert sorted(reading - asked) == []


def test_what_a_run_keeps_of_its_journeys_is_so(world: World) -> None:
    counted: dict[int, dict[str, int]] = {}
    for run, state, number in (
        Journey.objects.values_list("run", "state").annotate(n=Count("id")).order_by()
    ):
        counted.setdefault(run, {})[state] = number
    ended = [run for run in Run.objects.all() if run.ended]

    assert len(ended) > 10
    for run in ended:
        assert {
            state: getattr(run, state)
            for state in Journey.State.values
            if getattr(run, state)
        } == counted.get(run.pk, {})
    assert (
        sum(LogCount.objects.filter(width=1).values_list("n", flat=True))
        == LogEvent.objects.count()
        == 600
    )


def test_the_indexes_that_were_taken_away_come_back_on_every_partition(
    db: None,
) -> None:
    def there() -> Counter[tuple[str, str, bool, bool]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indrelid::regclass::text, indkey::text, indpred IS NULL, indisvalid FROM pg_index"
            )
            return Counter(cursor.fetchall())

    before = there()
    with load.without_indexes(lambda line: None):
        assert there().total() < before.total() - 20

    assert there() == before


def test_the_same_seed_makes_the_same_rows() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)

    def made(seed: int) -> list[str]:
        sizes = Sizes(300, 900, 600, seed)
        return [
            line
            for chunk in load.chunks(sizes, now)
            if chunk[0] in ("articles", "journeys", "events")
            for _, lines in load.rows_of(chunk, sizes, now, plan.runs(sizes, now))
            for line in lines
        ]

    assert made(7) == made(7) != made(8)


def test_what_misses_the_goal_is_bold_and_counted_in_its_part() -> None:
    def line(name: str, *milliseconds: float, statements: int = 3) -> timing.Line:
        p95, most = timing.share(milliseconds, 0.95), max(milliseconds)
        return timing.Line(
            "logs",
            name,
            len(milliseconds),
            20,
            p95,
            most,
            p95,
            most,
            p95,
            most,
            p95,
            statements,
            statements,
            "",
            "",
            [200],
            200,
            milliseconds,
            milliseconds,
            milliseconds,
        )

    quick, once = [20.0] * 40, [*[20.0] * 39, 390.0]
    lines = [
        line("quick", *quick),
        line("slow once", *once),
        line("slow often", *once, 110.0, 120.0),
    ]
    lines += [
        line("very slow once", *quick, 401.0),
        line("talkative", *quick, statements=17),
    ]

    told = report.table(lines, "told")

    assert [each.name for each in lines if not each.good] == [
        "slow often",
        "very slow once",
        "talkative",
    ]
    for part in (
        "5 pages, 3 of them (bold)",
        "| slow once |",
        "| **talkative** |",
        "| 5 | 20 | 20 | 110 | 401 | 20 | 20 | 20 | 17 | 3 |",
    ):
        assert part in told


def test_a_wait_is_taken_off_for_at_most_as_long_as_the_statement_took(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = count(step=10**6)  # of milliseconds, which no statement here takes
    monkeypatch.setattr(timing, "waited", lambda who: next(told))
    monkeypatch.setattr(timing, "STRETCH", fair.Stretch())
    with timing.counted() as counter, connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.01)")
    assert 10 <= counter.waited < 10**5


def test_a_time_limit_is_as_much_longer_as_statements_wait_for_a_core() -> None:
    stretch = fair.Stretch()
    limit = "SET LOCAL statement_timeout = 30; SET LOCAL work_mem = '32MB'"
    assert stretch.lengthened(limit) == limit
    stretch.note(0.04, 30)
    stretch.note(0.001, 1)  # too short to tell
    assert stretch.lengthened(limit).startswith("SET LOCAL statement_timeout = 120; ")
    none = "SET LOCAL statement_timeout = 0"
    assert stretch.lengthened(none) == none
