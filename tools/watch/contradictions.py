"""What must hold of the numbers that screens show of one run.

Screens are read one after the other while the run goes on. So the API is read before and after
each round: URLs only come to be and only end, and what a screen shows lies between the two.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

ENDED = ("stored", "unchanged", "duplicate", "skipped", "failed")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a screen showed of a run; numbers that it does not show are not there."""

    screen: str
    state: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def ended(self) -> int | None:
        """How many URLs have ended, where the screen says so."""
        if "ended" in self.numbers:
            return self.numbers["ended"]
        if set(ENDED) <= self.numbers.keys():
            return sum(self.numbers[state] for state in ENDED)
        return None


def contradictions(before: Reading, seen: Reading, after: Reading) -> Iterator[str]:
    """Yield what is wrong with a screen that was read between two readings of the API."""
    yield from does_not_add_up(seen)
    names = [name for name in ("found", *ENDED) if name in seen.numbers]
    for name in names:
        yield from _outside(
            seen, name, seen.numbers[name], before.numbers[name], after.numbers[name]
        )
    if seen.ended is not None:
        least, most = before.ended or 0, after.ended or 0
        yield from _outside(seen, "ended", seen.ended, least, most)
    if "pending" in seen.numbers:
        least = before.numbers["found"] - (after.ended or 0)
        most = after.numbers["found"] - (before.ended or 0)
        pending = seen.numbers["pending"]
        yield from _outside(seen, "pending", pending, least, most)
    is_still = before.state == after.state
    if is_still and seen.state and seen.state != before.state:
        yield f"{seen.screen}: is {seen.state}, while the API says {before.state}"


def does_not_add_up(seen: Reading) -> Iterator[str]:
    """Whether found is the sum of the states, and a percentage is of what is shown."""
    numbers = seen.numbers
    if {"found", "pending", *ENDED} <= numbers.keys():
        total = numbers["pending"] + sum(numbers[state] for state in ENDED)
        if total != numbers["found"]:
            yield f"{seen.screen}: {numbers['found']} found, and {total} in all states"
    if "percent" in numbers and seen.ended is not None and numbers.get("found"):
        percent = seen.ended * 100 // numbers["found"]
        if percent != numbers["percent"]:
            yield (
                f"{seen.screen}: {numbers['percent']} %, and {seen.ended}"
                f" of {numbers['found']} have ended"
            )


def goes_back(earlier: Reading, later: Reading) -> Iterator[str]:
    """Which numbers of a screen became less, of those that only grow."""
    for name in ("found", "ended", *ENDED):
        was, now = earlier.numbers.get(name), later.numbers.get(name)
        if was is not None and now is not None and now < was:
            yield f"{later.screen}: {name} fell from {was} to {now}"


def _outside(
    seen: Reading, name: str, value: int, least: int, most: int
) -> Iterator[str]:
    if not least <= value <= most:
        yield (
            f"{seen.screen}: {name} is {value}, while the API said {least} before"
            f" and {most} after"
        )
