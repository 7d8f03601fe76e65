"""How a source does, judged from its last crawl and its newest posts."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.summary.source_health import LastCrawl, judge_health, quiet_for

NOW = datetime(2026, 6, 1, tzinfo=UTC)
GOOD = LastCrawl("finished", found=20)


def posts(*days_ago: int) -> list[datetime]:
    return [NOW - timedelta(days=days) for days in days_ago]


def test_a_source_that_was_never_crawled_is_not_judged() -> None:
    assert judge_health(None, [], NOW).level == "unknown"


def test_a_source_that_posts_as_usual_is_ok() -> None:
    assert judge_health(GOOD, posts(3, 10, 17), NOW).label == "OK"


def test_a_failed_crawl_is_told_before_a_quiet_source() -> None:
    health = judge_health(LastCrawl("failed", "the host is gone"), posts(900), NOW)
    assert (health.label, health.reason) == ("Crawl failed", "the host is gone")


@pytest.mark.parametrize(
    ("days_ago", "quiet"),
    [
        ((89, 96, 103), False),  # weekly, silent for less than three months
        ((120, 127, 134), True),
        ((300, 400, 500), False),  # four gaps of a hundred days have not passed
        ((500, 600, 700), True),
        ((91,), True),
        ((), False),
    ],
)
def test_a_source_is_quiet_only_beside_its_own_pace(
    days_ago: tuple[int, ...], quiet: bool
) -> None:
    assert (quiet_for(posts(*days_ago), NOW) is not None) == quiet


def test_a_few_failures_of_few_urls_are_no_trouble() -> None:
    assert (
        judge_health(LastCrawl("finished", found=4, failed=2), posts(1), NOW).label
        == "OK"
    )
