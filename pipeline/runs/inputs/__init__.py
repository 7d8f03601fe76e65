"""Files of addresses become rows, each with an address or a reason: text, CSV, OPML, bookmarks,
and what other programs export.

Pure: bytes in, rows out. What the settings do not allow to be fetched is not known here.

rows       a row, the limits, and what all formats share
opml       OPML
bookmarks  bookmarks of browsers, and Pocket's HTML
exports    CSV and JSON
left_out   what a run says of what was no URL
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from pipeline.runs.inputs.bookmarks import is_bookmarks, read_bookmarks
from pipeline.runs.inputs.exports import is_csv, read_csv, read_json
from pipeline.runs.inputs.left_out import MAX_LEFT_OUT, left_out_notes
from pipeline.runs.inputs.opml import read_opml
from pipeline.runs.inputs.rows import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_ROWS,
    MAX_TEXT,
    BadFile,
    Row,
    decoded,
    key_of,
    rows_of,
)

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_LEFT_OUT",
    "MAX_ROWS",
    "MAX_TEXT",
    "BadFile",
    "Row",
    "left_out_notes",
]
OPML = "OPML"
BOOKMARKS = "Bookmarks (HTML)"
JSON = "JSON"
CSV = "CSV"
TEXT = "Text"


@dataclass(frozen=True, slots=True)
class Input:
    """The rows of a file, and what kind of file it is."""

    kind: str
    rows: list[Row]


def read_file(data: bytes, name: str = "") -> list[Row]:
    """Return the rows of a file; see read_input."""
    return read_input(data, name).rows


def read_input(data: bytes, name: str = "") -> Input:
    """Return the rows of a file, in its order; of an address that comes twice the second has a
    problem, and the first the folders of both.

    The kind is told by the content, CSV without heads by the end of `name`. Raises BadFile.
    """
    if len(data) > MAX_BYTES:
        raise BadFile(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
    whole = decoded(data)
    text = whole.lstrip("\ufeff \t\r\n")
    skipped_lines = whole[: len(whole) - len(text)].count("\n")
    kind, rows = _read(text, name)
    first = list(islice(rows, MAX_ROWS + 1))
    if len(first) > MAX_ROWS:
        raise BadFile(f"The file has more than {MAX_ROWS:,} lines: split it.")
    if not first:
        raise BadFile("The file names no address.")
    if skipped_lines and kind != JSON:
        first = [replace(row, line=row.line + skipped_lines) for row in first]
    return Input(kind, list(_each_once(first)))


def _read(text: str, name: str) -> tuple[str, Iterable[Row]]:
    if text.startswith("<") and is_bookmarks(text):
        return BOOKMARKS, read_bookmarks(text)
    if text.startswith("<"):
        return OPML, read_opml(text)
    if text.startswith(("{", "[{", '["', "[\n", "[ ", "[]", "[\r")):
        return JSON, read_json(text)
    if is_csv(text) or name.lower().endswith((".csv", ".tsv")):
        return CSV, read_csv(text)
    return TEXT, _read_text(text)


def _read_text(text: str) -> Iterator[Row]:
    """Yield a row for each piece of each line; remarks behind # are no pieces."""
    for number, line in enumerate(text.splitlines(), 1):
        yield from rows_of(line, number)


def _each_once(rows: Iterable[Row]) -> list[Row]:
    kept: list[Row] = []
    places: dict[str, int] = {}  # in `kept`, by the normal form
    for row in rows:
        key = key_of(row.address)
        if row.address and key in places:
            first = kept[places[key]]
            kept[places[key]] = _with_labels_of(first, row)
            problem = f"{row.address}: the same as line {first.line}"
            row = Row(row.line, title=row.title, folders=row.folders, problem=problem)
        elif row.address:
            places[key] = len(kept)
        kept.append(row)
    return kept


def _with_labels_of(first: Row, second: Row) -> Row:
    folders = tuple(dict.fromkeys([*first.folders, *second.folders]))
    return replace(first, folders=folders, feed=first.feed or second.feed)
