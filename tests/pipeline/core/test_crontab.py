"""Crontabs over the days on which clocks are set."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from pipeline.core.crontab import Crontab, NeverComes, next_after

BERLIN = ZoneInfo("Europe/Berlin")
EVERY = {
    "minutes": frozenset(range(60)),
    "hours": frozenset(range(24)),
    "days_of_month": frozenset(range(1, 32)),
    "months": frozenset(range(1, 13)),
    "days_of_week": frozenset(range(7)),
}


def crontab(zone: ZoneInfo = BERLIN, **fields: set[int]) -> Crontab:
    return Crontab(
        **{**EVERY, **{k: frozenset(v) for k, v in fields.items()}}, zone=zone
    )


def times(given: Crontab, since: datetime, count: int) -> list[datetime]:
    found = [next_after(given, since)]
    while len(found) < count:
        found.append(next_after(given, found[-1]))
    return found


def test_what_comes_every_hour_comes_every_hour_when_clocks_go_back() -> None:
    hourly = crontab(minutes={0})
    found = times(hourly, datetime(2026, 10, 24, 22, tzinfo=UTC), 6)
    gaps = {
        later.astimezone(UTC) - earlier.astimezone(UTC)
        for earlier, later in pairwise(found)
    }
    assert gaps == {timedelta(hours=1)}
    assert [at.hour for at in found] == [1, 2, 2, 3, 4, 5]


def test_what_comes_every_hour_comes_every_hour_when_clocks_go_forward() -> None:
    found = times(crontab(minutes={0}), datetime(2026, 3, 28, 23, 30, tzinfo=UTC), 4)
    assert [at.hour for at in found] == [1, 3, 4, 5]


def test_what_has_an_hour_of_its_own_comes_once_a_day() -> None:
    nightly = crontab(minutes={30}, hours={2})
    back = times(nightly, datetime(2026, 10, 23, 12, tzinfo=UTC), 3)
    assert [(at.day, at.hour) for at in back] == [(24, 2), (25, 2), (26, 2)]
    forward = times(nightly, datetime(2026, 3, 27, 12, tzinfo=UTC), 3)
    assert [(at.day, at.hour, at.minute) for at in forward] == [
        (28, 2, 30),
        (29, 3, 30),
        (30, 2, 30),
    ]


def test_every_minute_is_each_minute_of_a_day_of_25_hours() -> None:
    found = times(crontab(), datetime(2026, 10, 24, 21, 59, 30, tzinfo=UTC), 25 * 60)
    assert found[-1].astimezone(UTC) == datetime(2026, 10, 25, 22, 59, tzinfo=UTC)


def test_the_other_fields_are_kept() -> None:
    leap = crontab(
        ZoneInfo("UTC"), minutes={0}, hours={6}, days_of_month={29}, months={2}
    )
    assert next_after(leap, datetime(2096, 3, 1, tzinfo=UTC)).year == 2104
    sunday = crontab(ZoneInfo("UTC"), minutes={0}, hours={6}, days_of_week={0})
    assert next_after(sunday, datetime(2026, 11, 26, tzinfo=UTC)).day == 29
    at = datetime(2026, 11, 29, 6, tzinfo=UTC)
    assert next_after(sunday, at) == at + timedelta(days=7)
    with pytest.raises(NeverComes):
        next_after(crontab(days_of_month={30}, months={2}), at)
