"""Which backups stay: the newest ones, or the newest of each of the last days, weeks and months."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

NAME = re.compile(r"gleaner-(\d{8}T\d{6})Z\.dump")
STAMP = "%Y%m%dT%H%M%S"
PART = re.compile(r"(\d{1,4})([dwm])")
# How a moment is named so that those of one day, week or month share the name
PERIODS = {"d": "%Y-%m-%d", "w": "%G-W%V", "m": "%Y-%m"}


def name_of(moment: datetime) -> str:
    """Return the file name of a backup that was begun at this moment."""
    return f"gleaner-{moment.astimezone(UTC):{STAMP}}Z.dump"


def moment_of(name: str) -> datetime | None:
    """Return when a backup was begun, by its name; None where the name is not one of ours."""
    matched = NAME.fullmatch(name)
    if matched is None:
        return None
    try:
        return datetime.strptime(matched[1], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Rule:
    """How many stay: the newest `last`, and one for each of so many days, weeks and months."""

    last: int = 1
    days: int = 0
    weeks: int = 0
    months: int = 0

    def words(self) -> str:
        """Return the rule for a person."""
        numbers = ((self.days, "day"), (self.weeks, "week"), (self.months, "month"))
        parts = [f"{number} {unit}s" for number, unit in numbers if number]
        if parts:
            return f"the newest of each of the last {', '.join(parts)}"
        return f"the last {self.last}"


def parse(words: str) -> Rule:
    """Read `14` (the last fourteen) or `7d 4w 6m`. Raises ValueError, which says what is wrong."""
    parts = words.replace(",", " ").split()
    if len(parts) == 1 and parts[0].isdecimal() and 0 < int(parts[0]) < 10_000:
        return Rule(last=int(parts[0]))
    numbers = {"d": 0, "w": 0, "m": 0}
    for part in parts:
        matched = PART.fullmatch(part)
        if matched is None:
            numbers = {}
            break
        numbers[matched[2]] = int(matched[1])
    if not any(numbers.values()):
        raise ValueError(
            f"{words!r} is neither a number of backups nor numbers of days, weeks and months "
            "such as `7d 4w 6m`"
        )
    return Rule(days=numbers["d"], weeks=numbers["w"], months=numbers["m"])


def to_remove(names: Iterable[str], rule: Rule) -> list[str]:
    """Return the names of the backups that the rule does not keep, the oldest first.

    The newest always stays. Names that are not ours are never among them.
    """
    moments = {name: moment_of(name) for name in names}
    dated = [(moment, name) for name, moment in moments.items() if moment]
    newest_first = [name for _, name in sorted(dated, reverse=True)]
    kept = set(newest_first[: max(1, rule.last)])
    for letter, number in (("d", rule.days), ("w", rule.weeks), ("m", rule.months)):
        kept |= _newest_of_each(newest_first, PERIODS[letter], number)
    return [name for name in reversed(newest_first) if name not in kept]


def _newest_of_each(newest_first: list[str], period: str, number: int) -> set[str]:
    found: dict[str, str] = {}
    for name in newest_first:
        moment = moment_of(name)
        assert moment
        found.setdefault(f"{moment:{period}}", name)
    return set(list(found.values())[:number])
