"""Which backups stay."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.backup.keep import Rule, moment_of, name_of, parse, to_remove

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


def daily(number: int) -> list[str]:
    """The names of a backup a day, the newest last."""
    return [name_of(NOON - timedelta(days=back)) for back in range(number)][::-1]


def kept(names: list[str], words: str) -> list[str]:
    gone = set(to_remove(names, parse(words)))
    return [name for name in names if name not in gone]


def test_a_name_says_when_the_backup_was_begun() -> None:
    assert name_of(NOON) == "gleaner-20260331T120000Z.dump"
    assert moment_of(name_of(NOON)) == NOON


@pytest.mark.parametrize(
    "name", ["gleaner.dump", "gleaner-20269931T120000Z.dump", "x", "a.dump.part"]
)
def test_other_names_are_left_alone(name: str) -> None:
    assert moment_of(name) is None
    assert to_remove([name, *daily(3)], Rule(last=1)) == daily(3)[:2]


def test_a_number_keeps_the_newest() -> None:
    assert kept(daily(10), "3") == daily(3)


def test_days_keep_the_newest_of_each_day() -> None:
    hourly = [name_of(NOON - timedelta(hours=back)) for back in range(100)][::-1]
    assert [moment_of(name).isoformat() for name in kept(hourly, "3d")] == [  # type: ignore[union-attr]
        "2026-03-29T23:00:00+00:00",
        "2026-03-30T23:00:00+00:00",
        "2026-03-31T12:00:00+00:00",
    ]


def test_days_weeks_and_months_add_up() -> None:
    days = [f"{moment_of(name):%m-%d}" for name in kept(daily(100), "3d 3w 3m")]
    assert days == ["01-31", "02-28", "03-22", "03-29", "03-30", "03-31"]


def test_days_without_a_backup_do_not_cost_older_ones() -> None:
    names = [name_of(NOON - timedelta(days=back)) for back in (90, 60, 30)]
    assert kept(names, "7d") == names


def test_the_newest_always_stays() -> None:
    assert kept(daily(5), "0d 1m") == daily(1)


@pytest.mark.parametrize(
    "words", ["", "0", "-1", "7x", "7d 4", "d", "0d", "99999", "1.5"]
)
def test_a_rule_that_makes_no_sense_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="such as `7d 4w 6m`"):
        parse(words)


def test_a_rule_is_said_in_words() -> None:
    assert parse("14").words() == "the last 14"
    assert parse("7d,4w").words() == "the newest of each of the last 7 days, 4 weeks"
