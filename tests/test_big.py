"""What `make pages` times: every page answers, with few statements, on a small catalogue of the same making."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.models import Count

from pipeline.models import Journey, Run
from pipeline.monitor.models import LogCount, LogEvent
from tests.big import load, plan, timing
from tests.big.pages import World, pages
from tests.big.plan import Sizes

SMALL = Sizes(articles=300, journeys=900, events=600)


@pytest.fixture
def world(db: None) -> World:
    """A small catalogue."""
    now = datetime.now(UTC)
    load.make_partitions(now)
    with connection.cursor() as cursor:
        for chunk in load.chunks(SMALL, now):
            load.write(cursor, SMALL, now, chunk)
        load.set_sequences(cursor)
    return World.of(SMALL, now)


def test_every_page_that_is_timed_answers_with_few_statements(world: World) -> None:
    client = load.signed_in()
    timing.ask(client, next(pages(world)), "/queues/")  # what is asked once and kept

    answers = {f"{page.part}: {page.name}": timing.ask(client, page, page.address()) for page in pages(world)}

    assert len(answers) > 200
    wrong = {
        name: (answer.address, answer.status, len(answer.statements))
        for name, answer in answers.items()
        if answer.status != 200 or len(answer.statements) > timing.QUERIES
    }
    assert wrong == {}


def test_what_a_run_keeps_of_its_journeys_is_so(world: World) -> None:
    counted: dict[int, dict[str, int]] = {}
    for run, state, number in Journey.objects.values_list("run", "state").annotate(n=Count("id")).order_by():
        counted.setdefault(run, {})[state] = number
    ended = [run for run in Run.objects.all() if run.ended]

    assert len(ended) > 10
    for run in ended:
        assert {state: getattr(run, state) for state in Journey.State.values if getattr(run, state)} == counted.get(
            run.pk, {}
        )
    assert sum(LogCount.objects.filter(width=1).values_list("n", flat=True)) == LogEvent.objects.count() == 600


def test_the_indexes_that_were_taken_away_come_back_on_every_partition(db: None) -> None:
    def there() -> Counter[tuple[str, str, bool, bool]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT indrelid::regclass::text, indkey::text, indpred IS NULL, indisvalid FROM pg_index")
            return Counter(cursor.fetchall())

    before = there()
    with load.without_indexes(lambda line: None):
        assert there().total() < before.total() - 20

    assert there() == before


def test_the_same_seed_makes_the_same_rows() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)

    def made(seed: int) -> list[str]:
        sizes = Sizes(300, 900, 600, seed)
        return [line for chunk in load.chunks(sizes, now) if chunk[0] in ("articles", "journeys", "events")
                for _, lines in load.rows_of(chunk, sizes, now, plan.runs(sizes, now)) for line in lines]  # fmt: skip

    assert made(7) == made(7) != made(8)
