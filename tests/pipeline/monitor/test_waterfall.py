"""When each stage worked on a URL, drawn from its log lines."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.monitor.logs.waterfall import MAX_WATERFALLS, MIN_WIDTH, waterfalls
from pipeline.monitor.models import LogEvent

BEGAN = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)


def line(second: float, stage: str, journey: int = 7, **values: Any) -> LogEvent:
    given = {"event": "stage_finished", "level": 20, "data": {}} | values
    at = BEGAN + timedelta(seconds=second)
    return LogEvent(at=at, stage=stage, journey=journey, **given)


def test_a_stage_is_as_wide_as_it_worked_and_a_gap_is_time_in_a_queue() -> None:
    [fall] = waterfalls(
        [
            line(2, "fetch", data={"seconds": 2.0}),
            line(6, "extract", data={"seconds": 1.0}),
            line(10, "store", data={"seconds": 4.0}),
        ]
    )
    assert (fall.began_at, fall.seconds) == (BEGAN, 10.0)
    assert [
        (row.stage, row.seconds, [(bar.x, bar.width) for bar in row.bars])
        for row in fall.rows
    ] == [
        ("fetch", 2.0, [(0, 200)]),
        ("extract", 1.0, [(500, 100)]),
        ("store", 4.0, [(600, 400)]),
    ]
    assert fall.ticks[0] == (0, 0)
    assert fall.ticks[-1] == (1000, 10.0)


def test_a_retry_is_a_wait_that_is_named_and_does_not_count_as_work() -> None:
    retry = {"reason": "http-503", "wait": 8}
    [fall] = waterfalls(
        [
            line(0, "fetch", event="try_later", data=retry),
            line(10, "fetch", data={"seconds": 1.0}),
        ]
    )
    [fetch] = fall.rows
    assert fetch.seconds == 1.0
    assert [(bar.kind, bar.label, bar.seconds) for bar in fetch.bars] == [
        ("moment", "try_later", 0.0),
        ("wait", "http-503", 8.0),
        ("work", "stage_finished", 1.0),
    ]


def test_what_went_wrong_stands_out_and_a_moment_is_wide_enough_to_see() -> None:
    [fall] = waterfalls(
        [line(0, "fetch", level=30), line(9, "fetch", level=40, event="fetch_crashed")]
    )
    assert [(bar.kind, bar.width) for bar in fall.rows[0].bars] == [
        ("warning", MIN_WIDTH),
        ("error", MIN_WIDTH),
    ]
    assert all(0 <= bar.x <= 1000 - bar.width for bar in fall.rows[0].bars)


def test_each_run_of_a_url_has_an_axis_of_its_own_the_newest_first() -> None:
    lines = [line(n * 1e6, "fetch", journey=n) for n in range(1, 9)]
    found = waterfalls(lines)
    assert [fall.journey for fall in found] == [8, 7, 6, 5, 4]
    assert len(found) == MAX_WATERFALLS
    assert all(fall.seconds < 60 for fall in found)


def test_lines_of_no_url_and_nonsense_in_a_line_do_no_harm() -> None:
    odd = [line(n, "fetch", data={"seconds": value, "wait": value}) for n, value in enumerate(
        ["2", True, -1, float("nan"), float("inf"), 1e300, None]
    )]  # fmt: skip
    [fall] = waterfalls([*odd, LogEvent(at=BEGAN, stage="fetch"), line(1, "")])
    assert {bar.kind for bar in fall.rows[0].bars} == {"moment"}
    assert waterfalls([LogEvent(at=BEGAN, event="x", data=[1])]) == []
