"""What can be typed next into the log's search: fields, and the values that one had lately."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.core.database import execute
from pipeline.core.stages import STAGES
from pipeline.monitor.logs.search_syntax import (
    COLUMNS,
    FIELDS,
    LEVELS,
    MAX_RECENT_LINES,
    unknown_fields,
)

MAX_TEXT_LENGTH = 500  # characters
MAX_VALUES = 8
MAX_VALUE_LENGTH = 100  # characters; longer ones are not offered
WORD = re.compile(r'(?P<no>-?)(?P<field>[A-Za-z_][\w.-]{0,60})(?P<sign>[:=]?)"?')
# What the fields that are searched most are; the others say it by their names.
HELP = {
    "event": "what happened, such as journey_ended",
    "level": ", ".join(LEVELS),
    "stage": ", ".join(STAGES),
    "run": "the number of a run",
    "journey": "the id of a URL in a run",
    "url": "a URL",
    "process": "who wrote the line",
    "state": "what a URL or a run became",
    "reason": "why, such as http-503",
    "status": "of the response",
    "seconds": "how long it took",
    "error": "what an exception says",
}
VALUES = """
SELECT value, count(*) FROM (
    SELECT {value} AS value FROM monitor_logevent
    ORDER BY at DESC, id DESC LIMIT %(lines)s
) AS recent
WHERE starts_with(lower(value), lower(%(begin)s))
    AND length(value) BETWEEN 1 AND %(longest)s
GROUP BY value ORDER BY count(*) DESC, value LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text that takes the place of the last word, and what it means."""

    text: str
    meaning: str


def complete(text: str) -> tuple[list[Suggestion], list[str]]:
    """Return what the last word of `text` can become, and the field in it that there is not."""
    word = text[-MAX_TEXT_LENGTH:].replace("\0", " ").rpartition(" ")[2]
    typed = WORD.match(word)
    if typed is None:
        return [], []
    name = typed["field"].lower()
    if not typed["sign"]:
        fields = list(_fields(typed["no"], name))
        return fields, []
    begin = word[typed.end() :].rstrip('"')
    before = f"{typed['no']}{name}{typed['sign']}"
    values = [
        Suggestion(f"{before}{_quoted(value)}", meaning)
        for value, meaning in _values(name, begin)
    ]
    if values:
        return values, []
    return [], unknown_fields(f"{name}:any")


def _fields(sign: str, begin: str) -> Iterator[Suggestion]:
    others = sorted((COLUMNS | FIELDS) - set(HELP))
    for name in [*HELP, *others]:
        if name.startswith(begin):
            yield Suggestion(f"{sign}{name}:", HELP.get(name, ""))


def _values(name: str, begin: str) -> list[tuple[str, str]]:
    """Return (value, what it means) of the field, the most frequent first."""
    if name == "level":
        known = [(level, "") for level in LEVELS]
        return [each for each in known if each[0].startswith(begin.lower())]
    if name in COLUMNS:
        value = f"{name}::text"
    else:
        value = "data->>%(name)s"
    given = {
        "name": name.removeprefix("data."),
        "begin": begin,
        "lines": MAX_RECENT_LINES,
        "longest": MAX_VALUE_LENGTH,
        "most": MAX_VALUES,
    }
    rows = execute(VALUES.format(value=value), given)
    return [(value, f"{count:,} recent") for value, count in rows if '"' not in value]


def _quoted(value: str) -> str:
    if " " in value:
        return f'"{value}"'
    return value
