"""From what was found and what is known to the rows to write. No database: values in, values out."""

from datetime import UTC, datetime

import pytest

from pipeline.core.records import Candidate, SourceMetadata
from pipeline.discovery import decide
from pipeline.discovery.decide import Known
from pipeline.discovery.discover import Discovery

FEED = "https://blog.test/feed"
MONDAY, TUESDAY = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC)


def candidate(name: str, updated: datetime | None = MONDAY) -> Candidate:
    metadata = SourceMetadata(title=name, updated=updated)
    return Candidate(
        f"https://blog.test/{name}", name, 0.9, ("in a feed",), (FEED,), metadata
    )


def found(names: str, refused: str = "") -> Discovery:
    candidates = tuple(map(candidate, names))
    return Discovery(
        candidates, tuple((candidate(n), "list-page") for n in refused), (), (), {}
    )


def test_what_is_new_is_fetched_and_what_the_run_has_stays_as_it_is() -> None:
    added = decide.decide_additions(
        found("abc", "d"), {"b": Known(7, False)}, {}, None, False
    )

    assert [each.key for each in added.fetch] == ["a", "c"]
    assert [(each.key, why) for each, why in added.skipped] == [("d", "list-page")]


def test_what_was_left_out_before_it_was_fetched_is_fetched_after_all() -> None:
    added = decide.decide_additions(found("ab"), {"b": Known(7, True)}, {}, None, False)

    assert [each.key for each in added.fetch] == ["a", "b"]


def test_beyond_the_limit_only_what_is_new_gets_a_row() -> None:
    added = decide.decide_additions(found("abc"), {"c": Known(7, True)}, {}, 1, False)

    assert [each.key for each in added.fetch] == ["a"]
    assert [(each.key, why) for each, why in added.skipped] == [("b", "over-limit")]


def test_a_run_that_only_looks_fetches_nothing() -> None:
    added = decide.decide_additions(found("ab"), {}, {}, 9, True)

    assert added.fetch == []
    assert {why for _, why in added.skipped} == {"dry-run"}


def test_a_known_article_keeps_its_row_or_gets_one_that_says_unchanged() -> None:
    added = decide.decide_additions(
        found("ab"), {"b": Known(7, True)}, {"a": 1, "b": 2}, 9, False
    )

    assert [(each.key, article) for each, article in added.unchanged] == [("a", 1)]
    assert (added.fetch, added.skipped) == ([], [])


@pytest.mark.parametrize(
    ("updated", "sources", "unchanged"),
    [
        (MONDAY, set(), True),  # the source says the same of it
        (TUESDAY, set(), False),
        (None, set(), False),  # it says nothing of its last change
        (TUESDAY, {FEED}, True),  # the source itself has not changed
    ],
)
def test_an_article_is_unchanged_by_its_sources_or_by_what_they_say(
    updated: datetime | None, sources: set[str], unchanged: bool
) -> None:
    before = {"title": "a", "updated": MONDAY.isoformat()}

    assert decide.is_unchanged(candidate("a", updated), before, sources) is unchanged
