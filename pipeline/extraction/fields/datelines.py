"""Dates as people write them under a headline, in the languages of the web."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from pipeline.extraction.fields.month_names import months

ANY_YEAR = re.compile(r"\d{4}")
MAX_LENGTH = 400  # characters of a line that are read
TOKEN = re.compile(r"\d+|[^\s\d!-/:-@\[-`{-~،؛。、，．·•|–—’年月日]+")
YEAR = re.compile(r"(?:19|20)\d\d$")
YEAR_FIRST = re.compile(
    r"(?<![\d.])((?:19|20)\d\d)\s?[-./年년]\s?(\d{1,2})\s?[-./月월]\s?(\d{1,2})(?![\d]|[.]\d)"
)
NUMBERS = re.compile(
    r"(?<![\d.])(\d{1,2})\s?([./|-])\s?(\d{1,2})\s?\2\s?((?:19|20)\d\d)(?!\d|\.\d)"
)
BETWEEN = frozenset(  # words that stand between the parts of a date
    "st nd rd th er º ª de del d of the den dne il le l e ko eko m g p gada ngày năm і י ה hb ค ศ พ թ a".split()
)
MAX_BETWEEN = 2
VIETNAMESE_MONTH = ("tháng", "thg")
HEBREW_IN = "ב"
BASQUE_OF = "ren"
INVISIBLE = dict.fromkeys(
    (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
THAI_YEARS_AHEAD = 543
SOLAR_EPOCH = -356033  # days; makes 1 Farvardin 1403 the 20 March 2024
SOLAR_MONTHS = (
    "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
).split()


FIRST_DIGITS = (
    0x0660,
    0x06F0,
    0x0966,
    0x09E6,
    0x0E50,
    0xFF10,
)  # of scripts with their own
DIGITS = {first + value: str(value) for first in FIRST_DIGITS for value in range(10)}


class Mention(NamedTuple):
    """A day that a text names, and where in the text."""

    day: datetime
    start: int
    end: int


class Token(NamedTuple):
    """A word or a number of a line."""

    text: str
    start: int
    end: int

    @property
    def number(self) -> int:
        return int(self.text) if self.text.isdecimal() and len(self.text) <= 4 else -1


NO_NUMBER = Token("", -1, -1)


def find(text: str, month_first: bool = False, language: str = "") -> list[datetime]:
    """Return the complete dates (day, month and year) that a line names, in its order.

    `month_first`: whether 03/04/2024 is 4 March, as in the United States; other separators never
    mean that. `language`: whose names of months go before those of others.
    """
    return [mention.day for mention in mentions(visible(text), month_first, language)]


def visible(text: str) -> str:
    """Return a text without the signs that only tell its direction; they stand within dates."""
    return text if text.isascii() else text.translate(INVISIBLE)


def mentions(text: str, month_first: bool = False, language: str = "") -> list[Mention]:
    """As `find` of a text made `visible`, with the places of the dates."""
    text = text[:MAX_LENGTH]
    if not ANY_YEAR.search(text):
        return []
    if not text.isascii():
        text = text.translate(DIGITS)
    found = [*_numeric(text, month_first), *_named(text, language)]
    return sorted(found, key=lambda mention: mention.start)


def _numeric(text: str, month_first: bool) -> Iterator[Mention]:
    for match in YEAR_FIRST.finditer(text):
        year, month, day = (int(group) for group in match.groups())
        yield from _mention(year, month, day, match.start(), match.end())
    for match in NUMBERS.finditer(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        is_american = second > 12 or (month_first and match[2] == "/" and first <= 12)
        month, day = (first, second) if is_american else (second, first)
        yield from _mention(year, month, day, match.start(), match.end())


def _named(text: str, language: str) -> Iterator[Mention]:
    names = months(language)
    tokens = [Token(match.group(), *match.span()) for match in TOKEN.finditer(text)]
    for i, token in enumerate(tokens):
        month, length = _month(tokens, i, names)
        if month:
            yield from _around(token, month, tokens[:i], tokens[i + length :])
        elif token.text in SOLAR_MONTHS:
            yield from _solar(token, tokens[:i], tokens[i + 1 :])


def _month(
    tokens: Sequence[Token], i: int, names: Mapping[str, int]
) -> tuple[int, int]:
    """Return the month that starts at a token, and how many tokens it takes; 0 where none does."""
    word = tokens[i].text.lower()
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if word in VIETNAMESE_MONTH and following and 1 <= following.number <= 12:
        return following.number, 2
    if following and (month := names.get(f"{word} {following.text.lower()}")):
        return month, 2
    for form in (word, word.removeprefix(HEBREW_IN), word.removesuffix(BASQUE_OF)):
        if form in names:
            return names[form], 1
    return 0, 1


def _around(
    month_name: Token, month: int, before: Sequence[Token], after: Sequence[Token]
) -> Iterator[Mention]:
    """Yield the date whose month stands between these tokens, in whatever order its parts come."""
    left = [*_numbers(reversed(before)), NO_NUMBER, NO_NUMBER]
    right = [*_numbers(after), NO_NUMBER, NO_NUMBER]
    orders = (
        (left[0], right[0]),  # 5 March 2024
        (right[0], right[1]),  # March 5, 2024
        (right[0], left[0]),  # 2024 March 5
        (left[0], left[1]),  # 2024. gada 5. marts
    )
    for day, year in orders:
        if 1 <= day.number <= 31 and _year(year):
            start = min(day.start, year.start, month_name.start)
            end = max(day.end, year.end, month_name.end)
            yield from _mention(_year(year), month, day.number, start, end)
            return


def _numbers(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the numbers next to a month, with no more than the words of a date between."""
    words = 0
    for token in tokens:
        if token.number >= 0:
            yield token
            words = 0
        elif token.text.lower() in BETWEEN and words < MAX_BETWEEN:
            words += 1
        else:
            return


def _year(token: Token) -> int:
    """Return the year that a number is, or 0; Thailand counts from the Buddha."""
    if YEAR.match(token.text):
        return token.number
    if 2500 <= token.number <= 2650:
        return token.number - THAI_YEARS_AHEAD
    return 0


def _solar(
    month_name: Token, before: Sequence[Token], after: Sequence[Token]
) -> Iterator[Mention]:
    """Yield a day of Iran's calendar: 15 Esfand 1402."""
    day = next(_numbers(reversed(before)), NO_NUMBER)
    year = next(_numbers(after), NO_NUMBER)
    if 1 <= day.number <= 31 and 1350 <= year.number <= 1500:
        month = SOLAR_MONTHS.index(month_name.text) + 1
        gregorian = datetime.fromordinal(_solar_ordinal(year.number, month, day.number))
        yield Mention(gregorian, day.start, year.end)


def _solar_ordinal(year: int, month: int, day: int) -> int:
    """Return the day's number in the Gregorian calendar, by the 33-year cycle of leap years."""
    cycle = year + 1595
    leap_days = cycle // 33 * 8 + (cycle % 33 + 3) // 4
    days_before_month = 31 * (month - 1)
    if month > 6:
        days_before_month = 30 * (month - 7) + 186
    return SOLAR_EPOCH + 365 * cycle + leap_days + days_before_month + day


def _mention(
    year: int, month: int, day: int, start: int, end: int
) -> Iterator[Mention]:
    try:
        yield Mention(datetime(year, month, day), start, end)
    except ValueError:
        return
