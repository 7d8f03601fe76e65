"""What discovery judged becomes rows: in batches, or with the reason why not."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Article, Source
from pipeline.core.records import Candidate, SiteHints, SourceMetadata
from pipeline.discovery import decide
from pipeline.discovery import stage as discovery_stage
from pipeline.discovery.discover import Discovery, SourceRequest
from pipeline.journeys import batches
from pipeline.models import Body, Journey, Run, Snapshot
from pipeline.runs import control
from pipeline.summary import stage as summary_stage

pytestmark = pytest.mark.django_db
FEED = "https://blog.test/feed"
MONDAY, TUESDAY = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC)


def candidate(n: int, updated: datetime | None = MONDAY) -> Candidate:
    url = f"https://blog.test/{n}"
    return Candidate(
        url,
        url,
        0.9,
        ("in a feed",),
        (FEED,),
        SourceMetadata(title=f"Post {n}", updated=updated),
    )


def discovery(
    *candidates: Candidate, feed: str = "feed", refused: Any = ()
) -> Discovery:
    hints = {"blog.test": SiteHints(name="A blog", authors=("Ada",))}
    return Discovery(
        candidates, tuple(refused), (SourceRequest(FEED, "feed", feed),), (), hints
    )


def planned(found: Discovery, **parameters: Any) -> Run:
    run = Run.objects.create(
        parameters={"addresses": ["https://blog.test/"], **parameters},
        state="discovering",
    )
    discovery_stage.enqueue(run, found)
    run.refresh_from_db()
    return run


class Died(Exception):
    """Stands in for the death of a worker."""


@pytest.fixture(autouse=True)
def dispatched(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The runs whose batches may go out."""
    runs: list[Any] = []
    monkeypatch.setattr("pipeline.journeys.batches.dispatch_batches", runs.append)
    return runs


def at_the_first_dispatch(
    monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]
) -> None:
    acts = [act]

    def dispatch(_run: int) -> None:
        if acts:
            acts.pop()()

    monkeypatch.setattr("pipeline.journeys.batches.dispatch_batches", dispatch)


def die() -> None:
    raise Died


def states(run: Run) -> list[tuple[str, str]]:
    return list(run.journeys.order_by("key").values_list("state", "reason"))


@pytest.fixture
def catalogued() -> Article:
    """The article of candidate 1, stored by an earlier run."""
    source = Source.objects.create(host="blog.test")
    article = Article.objects.create(
        source=source,
        url="https://blog.test/1",
        key="https://blog.test/1",
        text="t",
        html="t",
    )
    body = Body.objects.create(digest="d", data=b"", size=0)
    Snapshot.objects.create(
        key=article.key,
        url=article.url,
        final_url=article.url,
        status=200,
        fetched_at=timezone.now(),
        body=body,
    )
    run = planned(discovery(candidate(1)))
    Journey.objects.update(state="stored", article=article)
    Run.objects.filter(pk=run.pk).update(state="finished")
    return article


def test_it_works(settings: Any) -> None:
    settings.BATCH_SIZE = 2
    refused = [(candidate(9), "list-page")]

    run = planned(discovery(*map(candidate, range(3)), refused=refused))

    assert states(run) == [("pending", "")] * 3 + [("skipped", "list-page")]
    assert list(run.batches.values_list("number", "size")) == [(0, 2), (1, 1)]
    assert Source.objects.get().name == "A blog"


def test_the_first_batches_go_out_while_the_others_are_written(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BATCH_SIZE = 2
    run = Run.objects.create(
        parameters={"addresses": ["https://blog.test/"]}, state="discovering"
    )
    seen = []

    def look() -> None:
        summary_stage.close_run(run.pk)
        run.refresh_from_db()
        claimed = batches.claim_batch(run.pk)
        seen.append(
            (run.state, run.reason[:13], run.journeys.count(), claimed is not None)
        )

    at_the_first_dispatch(monkeypatch, look)

    discovery_stage.enqueue(run, discovery(*map(candidate, range(7))))

    assert seen == [("discovering", "7 articles fo", 2 * decide.FIRST_BATCHES, True)]
    run.refresh_from_db()
    assert (run.state, run.journeys.count(), run.batches.count()) == ("running", 7, 4)


def test_the_first_batches_do_not_wait_for_what_is_known_of_the_last_urls(
    catalogued: Article, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BATCH_SIZE = 1
    monkeypatch.setattr(decide, "CANDIDATES_PER_PART", 2)
    looked_up: list[str] = []
    before_dispatch: list[str] = []
    find_unchanged = discovery_stage.find_unchanged

    def noted(part: list[Candidate], sources: set[str]) -> dict[str, int]:
        looked_up.extend(candidate.key[-1] for candidate in part)
        return find_unchanged(part, sources)

    monkeypatch.setattr(discovery_stage, "find_unchanged", noted)
    at_the_first_dispatch(monkeypatch, lambda: before_dispatch.extend(looked_up))

    run = planned(discovery(*map(candidate, (2, 3, 4, 5, 6, 1))))

    assert "".join(before_dispatch) == "23"
    assert "".join(looked_up) == "234561"
    assert states(run) == [("unchanged", ""), *[("pending", "")] * 5]


def test_a_discovery_that_was_cut_short_is_made_complete_by_the_next(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BATCH_SIZE = 2
    run = Run.objects.create(
        parameters={"addresses": ["https://blog.test/"]},
        state="discovering",
        discovery_attempts=1,
    )
    refused = [(candidate(9), "list-page")]
    at_the_first_dispatch(monkeypatch, die)
    with pytest.raises(Died):
        discovery_stage.enqueue(
            run, discovery(*map(candidate, range(7)), refused=refused)
        )
    before = set(run.journeys.values_list("pk", "key"))

    again = discovery_stage.begin(run.pk)
    assert again
    discovery_stage.enqueue(
        again, discovery(*map(candidate, range(8)), refused=refused)
    )

    rows = set(run.journeys.values_list("pk", "key"))
    assert before < rows
    assert sorted(key[-1] for _, key in rows) == list("012345679")
    assert [batch.journeys.count() for batch in run.batches.order_by("number")] == [
        2,
        2,
        2,
        2,
    ]
    assert list(run.batches.order_by("number").values_list("number", flat=True)) == [
        0,
        1,
        2,
        3,
    ]


def test_a_run_that_is_cancelled_while_its_urls_are_written_ends_with_those_that_are(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BATCH_SIZE = 2
    run = Run.objects.create(
        parameters={"addresses": ["https://blog.test/"]}, state="discovering"
    )

    def cancel() -> None:
        run.journeys.filter(key__endswith="1").update(stage="store", in_progress=True)
        control.cancel(run.pk, "ada")

    at_the_first_dispatch(monkeypatch, cancel)

    discovery_stage.enqueue(run, discovery(*map(candidate, range(7))))

    assert sorted(states(run)) == [("pending", ""), *[("skipped", "cancelled")] * 3]
    run.refresh_from_db()
    assert run.state == "cancelling"
    run.journeys.filter(state="pending").update(state="stored")
    summary_stage.close_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.reason, run.found, run.stored) == (
        "cancelled",
        "cancelled by ada",
        4,
        1,
    )


def test_a_journey_is_written_with_all_that_is_known_of_it_and_the_defaults_of_the_rest() -> (
    None
):
    said = SourceMetadata(
        title='A "title"\\ \N{SNOWMAN}', updated=MONDAY, html="<p>nul \0</p>"
    )
    found = Candidate(
        "https://blog.test/a", "key", 0.25, ("in a feed", "dated"), (FEED,), said
    )
    before = timezone.now()

    journey = planned(discovery(found)).journeys.get()

    bare = Journey()
    given = {
        "url",
        "key",
        "score",
        "reasons",
        "found_in",
        "source_metadata",
        "queued_at",
        "run_id",
        "batch_id",
        "id",
    }
    rest = [f.attname for f in Journey._meta.concrete_fields if f.attname not in given]
    assert [getattr(journey, name) for name in rest] == [
        getattr(bare, name) for name in rest
    ]
    assert (journey.url, journey.key, journey.score) == (found.url, "key", 0.25)
    assert (journey.reasons, journey.found_in) == (["in a feed", "dated"], [FEED])
    assert journey.source_metadata["title"] == said.title
    assert journey.source_metadata["updated"] == MONDAY.isoformat()
    assert journey.batch.number == 0
    assert before < journey.queued_at < timezone.now()


def test_planning_twice_changes_nothing() -> None:
    found = discovery(candidate(1))
    run = planned(found)

    discovery_stage.enqueue(run, found)

    assert (run.journeys.count(), run.batches.count()) == (1, 1)


def test_an_article_whose_sources_have_not_changed_is_not_asked_for(
    catalogued: Article,
) -> None:
    run = planned(discovery(candidate(1, updated=None), feed="unchanged"))

    assert states(run) == [("unchanged", "")]
    assert run.journeys.get().article == catalogued


def test_an_article_of_which_a_changed_feed_says_the_same_is_not_asked_for(
    catalogued: Article,
) -> None:
    assert states(planned(discovery(candidate(1), candidate(2)))) == [
        ("unchanged", ""),
        ("pending", ""),
    ]


def test_an_article_that_its_feed_says_was_updated_is_fetched(
    catalogued: Article,
) -> None:
    assert states(planned(discovery(candidate(1, updated=TUESDAY)))) == [
        ("pending", "")
    ]


def test_everything_is_fetched_where_that_is_wished_or_the_last_look_is_long_ago(
    catalogued: Article,
) -> None:
    assert states(planned(discovery(candidate(1)), refetch=True)) == [("pending", "")]

    Snapshot.objects.update(fetched_at=MONDAY)

    assert states(planned(discovery(candidate(1)))) == [("pending", "")]


def test_a_run_that_only_looks_takes_nothing_and_says_what_it_would_take() -> None:
    run = planned(discovery(candidate(1), candidate(2)), dry_run=True)

    summary_stage.close_run(run.pk)

    run.refresh_from_db()
    assert states(run) == [("skipped", "dry-run")] * 2
    assert (run.state, run.reason) == ("finished", "Preview complete: 2 articles found")


def test_a_run_that_was_cancelled_while_it_was_discovered_gets_no_journeys() -> None:
    run = Run.objects.create(state="cancelled")

    discovery_stage.enqueue(run, discovery(candidate(1)))

    assert run.journeys.count() == 0


def test_every_batch_has_urls_of_all_hosts_in_the_order_of_each() -> None:
    large = [Candidate(f"https://large.test/{n}", f"l{n}", 1, (), ()) for n in range(8)]
    small = [Candidate(f"https://small.test/{n}", f"s{n}", 1, (), ()) for n in range(2)]

    keys = [candidate.key for candidate in decide.interleave_by_host(large + small)]

    assert [key for key in keys if key.startswith("l")] == [
        candidate.key for candidate in large
    ]
    assert (keys[:5].count("s0"), keys[5:].count("s1")) == (1, 1)
