"""What counts as a contradiction between screens."""

from tools.watch.contradictions import (
    ENDED,
    Reading,
    contradictions,
    does_not_add_up,
    goes_back,
)


def reading(screen: str = "page", state: str = "running", **numbers: int) -> Reading:
    return Reading(screen, state, numbers)


def whole(found: int, stored: int, **more: int) -> Reading:
    ended = {**dict.fromkeys(ENDED, 0), "stored": stored, **more}
    pending = found - sum(ended.values())
    return Reading("API", "running", {"found": found, "pending": pending, **ended})


BEFORE, AFTER = whole(10, 3, failed=1), whole(12, 7, failed=1)


def test_what_lies_between_the_two_readings_agrees() -> None:
    for seen in (
        whole(11, 5, failed=1),
        reading(found=12, ended=8, percent=66),
        reading(stored=3, found=10),
        reading(pending=4),
        reading(),
    ):
        assert list(contradictions(BEFORE, seen, AFTER)) == []


def test_what_lies_outside_is_named_with_both() -> None:
    [said] = contradictions(BEFORE, reading(stored=8), AFTER)
    assert said == "page: stored is 8, while the API said 3 before and 7 after"
    assert len(list(contradictions(BEFORE, reading(ended=3), AFTER))) == 1
    assert len(list(contradictions(BEFORE, reading(found=9), AFTER))) == 1
    assert len(list(contradictions(BEFORE, reading(pending=9), AFTER))) == 1


def test_sums_and_percentages_are_checked() -> None:
    wrong = dict(whole(10, 3).numbers) | {"pending": 6}
    assert len(list(does_not_add_up(Reading("page", "", wrong)))) == 1
    assert len(list(does_not_add_up(reading(found=10, ended=5, percent=51)))) == 1
    assert list(does_not_add_up(reading(found=10, ended=5, percent=50))) == []


def test_another_state_is_a_contradiction_unless_it_changed_meanwhile() -> None:
    paused = reading(state="paused")
    assert list(contradictions(BEFORE, paused, AFTER)) == [
        "page: is paused, while the API says running"
    ]
    ended = Reading("API", "finished", AFTER.numbers)
    assert list(contradictions(BEFORE, paused, ended)) == []


def test_what_only_grows_never_falls() -> None:
    assert list(goes_back(reading(ended=5), reading(ended=4))) == [
        "page: ended fell from 5 to 4"
    ]
    assert list(goes_back(reading(pending=5), reading(pending=4, ended=1))) == []
