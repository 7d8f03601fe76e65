"""Dates as people write them under a headline, in the languages of the web's larger halves."""

import re
from collections.abc import Iterator
from datetime import datetime

NAMES = {
    1: (
        "jan january januar jänner janvier janv enero ene gennaio gen januari janeiro stycznia styczeń"
        " januára ledna ocak января янв"
    ),
    2: "feb february februar février févr fév febrero febbraio februari fevereiro fev lutego února şubat февраля фев",
    3: "mar march märz mär mrz mars marzo maart mrt março marca března mart марта мар",
    4: "apr april avril avr abril abr aprile kwietnia dubna nisan апреля апр",
    5: "may mai mayo maggio mag mei maio maj maja května mayıs мая май",
    6: "jun june juni juin junio giugno giu junho czerwca června haziran июня июн",
    7: "jul july juli juillet juil julio luglio lug julho lipca července temmuz июля июл",
    8: "aug august août agosto ago augustus augusti sierpnia srpna ağustos августа авг",
    9: "sep sept september septembre septiembre settembre set setembro września září eylül сентября сен",
    10: "oct october oktober okt octobre octubre ottobre ott outubro out października října ekim октября окт",
    11: "nov november novembre noviembre novembro listopada listopadu kasım ноября ноя",
    12: (
        "dec december dezember dez décembre déc diciembre dic dicembre desember des dezembro grudnia"
        " prosince aralık декабря дек"
    ),
}
MONTHS = {name: month for month, names in NAMES.items() for name in names.split()}
YEAR = r"((?:19|20)\d\d)(?!\d|\.\d)"
WORD = r"([^\W\d_]{3,12})"
DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|\.|º|ª)?\s*(?:de\s+|of\s+)?[-/ ]?{WORD}\.?,?[-/ ]?\s*(?:del?\s+)?{YEAR}",
    re.I,
)
MONTH_DAY = re.compile(rf"{WORD}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{YEAR}", re.I)
YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})(?!\d)")
NUMBERS = re.compile(rf"(?<![\d.])(\d{{1,2}})\s?([./|-])\s?(\d{{1,2}})\s?\2\s?{YEAR}")


def find(text: str, month_first: bool = False) -> list[datetime]:
    """The complete dates (day, month and year) that a line names, in no particular order.

    `month_first`: whether 03/04/2024 is 4 March, as in the United States; other separators never mean that.
    """
    found = []
    for year, month, day in _claims(text, month_first):
        try:
            found.append(datetime(year, month, day))
        except ValueError:
            continue
    return found


def _claims(text: str, month_first: bool) -> Iterator[tuple[int, int, int]]:
    for day, name, year in DAY_MONTH.findall(text):
        yield int(year), MONTHS.get(name.lower(), 0), int(day)
    for name, day, year in MONTH_DAY.findall(text):
        yield int(year), MONTHS.get(name.lower(), 0), int(day)
    for year, month, day in YEAR_FIRST.findall(text):
        yield int(year), int(month), int(day)
    for first, separator, second, year in NUMBERS.findall(text):
        us = month_first and separator == "/" and int(first) <= 12
        yield (int(year), int(first), int(second)) if us else (int(year), int(second), int(first))
