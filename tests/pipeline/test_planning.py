"""What discovery judged becomes rows: in waves, or with the reason why not."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Article, Source
from pipeline import planning, summary
from pipeline.discovery import Asked, Discovery
from pipeline.models import Body, Journey, Run, Snapshot
from pipeline.records import Candidate, Said, SiteHints

pytestmark = pytest.mark.django_db
FEED = "https://blog.test/feed"
MONDAY, TUESDAY = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC)


def candidate(n: int, updated: datetime | None = MONDAY) -> Candidate:
    url = f"https://blog.test/{n}"
    return Candidate(url, url, 0.9, ("in a feed",), (FEED,), Said(title=f"Post {n}", updated=updated))


def discovery(*candidates: Candidate, feed: str = "feed", refused: Any = ()) -> Discovery:
    hints = {"blog.test": SiteHints(name="A blog", authors=("Ada",))}
    return Discovery(candidates, tuple(refused), (Asked(FEED, "feed", feed),), (), hints)


def planned(found: Discovery, **parameters: Any) -> Run:
    run = Run.objects.create(parameters={"addresses": ["https://blog.test/"], **parameters}, state="discovering")
    planning.plan(run, found)
    run.refresh_from_db()
    return run


def states(run: Run) -> list[tuple[str, str]]:
    return list(run.journeys.order_by("id").values_list("state", "reason"))


@pytest.fixture
def catalogued() -> Article:
    """The article of candidate 1, stored by an earlier run."""
    source = Source.objects.create(host="blog.test")
    article = Article.objects.create(
        source=source, url="https://blog.test/1", key="https://blog.test/1", text="t", html="t"
    )
    body = Body.objects.create(digest="d", data=b"", size=0)
    Snapshot.objects.create(
        key=article.key, url=article.url, final_url=article.url, status=200, fetched_at=timezone.now(), body=body
    )
    run = planned(discovery(candidate(1)))
    Journey.objects.update(state="stored", article=article)
    Run.objects.filter(pk=run.pk).update(state="finished")
    return article


def test_it_works(settings: Any) -> None:
    settings.WAVE_SIZE = 2
    refused = [(candidate(9), "list-page")]

    run = planned(discovery(*map(candidate, range(3)), refused=refused))

    assert states(run) == [("pending", "")] * 3 + [("skipped", "list-page")]
    assert list(run.waves.values_list("number", "size")) == [(0, 2), (1, 1)]
    assert Source.objects.get().name == "A blog"


def test_planning_twice_changes_nothing() -> None:
    found = discovery(candidate(1))
    run = planned(found)

    planning.plan(run, found)

    assert (run.journeys.count(), run.waves.count()) == (1, 1)


def test_an_article_whose_sources_have_not_changed_is_not_asked_for(catalogued: Article) -> None:
    run = planned(discovery(candidate(1, updated=None), feed="unchanged"))

    assert states(run) == [("unchanged", "")]
    assert run.journeys.get().article == catalogued


def test_an_article_of_which_a_changed_feed_says_the_same_is_not_asked_for(catalogued: Article) -> None:
    assert states(planned(discovery(candidate(1), candidate(2)))) == [("unchanged", ""), ("pending", "")]


def test_an_article_that_its_feed_says_was_updated_is_fetched(catalogued: Article) -> None:
    assert states(planned(discovery(candidate(1, updated=TUESDAY)))) == [("pending", "")]


def test_everything_is_fetched_where_that_is_wished_or_the_last_look_is_long_ago(catalogued: Article) -> None:
    assert states(planned(discovery(candidate(1)), refetch=True)) == [("pending", "")]

    Snapshot.objects.update(fetched_at=MONDAY)

    assert states(planned(discovery(candidate(1)))) == [("pending", "")]


def test_a_run_that_only_looks_takes_nothing_and_says_what_it_would_take() -> None:
    run = planned(discovery(candidate(1), candidate(2)), only_look=True)

    summary.close_run(run.pk)

    run.refresh_from_db()
    assert states(run) == [("skipped", "only-look")] * 2
    assert (run.state, run.reason) == ("finished", "only looked: 2 articles would be taken")


def test_a_run_that_was_cancelled_while_it_was_discovered_gets_no_journeys() -> None:
    run = Run.objects.create(state="cancelled")

    planning.plan(run, discovery(candidate(1)))

    assert run.journeys.count() == 0


def test_every_wave_has_urls_of_all_hosts_in_the_order_of_each() -> None:
    large = [Candidate(f"https://large.test/{n}", f"l{n}", 1, (), ()) for n in range(8)]
    small = [Candidate(f"https://small.test/{n}", f"s{n}", 1, (), ()) for n in range(2)]

    keys = [candidate.key for candidate in planning.spread(large + small)]

    assert [key for key in keys if key.startswith("l")] == [candidate.key for candidate in large]
    assert (keys[:5].count("s0"), keys[5:].count("s1")) == (1, 1)
