"""JSON and CSV as Pocket, Instapaper, Karakeep, wallabag and others export them. Pure."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pipeline.runs.inputs.rows import (
    MAX_CELL,
    MAX_TEXT,
    BadFile,
    Row,
    cleaned,
    page_row,
    rows_of,
)

# Columns of CSV by their heads, the better ones first.
HEADS = {
    "address": (
        "url",
        "address",
        "link",
        "website",
        "site",
        "htmlurl",
        "feed",
        "xmlurl",
    ),
    "title": ("title", "name"),
    "folder": ("folder", "category", "group", "labels"),
    "tags": ("tags",),
    "feed": ("xmlurl", "feedurl", "feed"),
    "status": ("status",),
    "is_read": ("isarchived", "archived", "read"),
    "is_starred": ("isstarred", "starred", "favorite", "favourite"),
}
# Heads that only lists of single articles have: Pocket, Instapaper, wallabag, Raindrop.
PAGE_HEADS = {
    "timeadded",
    "selection",
    "timestamp",
    "isarchived",
    "mimetype",
    "excerpt",
    "readingtime",
}
STATES_AS_FOLDERS = {
    "archive": "read",
    "starred": "starred",
    "unread": "",
}  # Instapaper
TRUE = {"1", "true", "yes", "archive", "archived", "read"}


def is_csv(text: str) -> bool:
    """Whether the first line names columns, one of them an address."""
    for line in text[:MAX_CELL].splitlines():
        if line.strip():
            cells = next(csv.reader([line], delimiter=_delimiter(line)), [])
            return len(cells) > 1 and bool(_columns(cells))
    return False


def read_csv(text: str) -> Iterator[Row]:
    """Yield a row for each line; without a head the first cell that is an address counts."""
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(text[:10_000])
    )
    columns: dict[str, int] | None = None
    of_pages = False
    while True:
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(lines.line_num, problem=f"not readable as CSV: {error}")
            continue
        cells = [cell.strip()[:MAX_CELL] for cell in cells]
        if columns is None:
            columns = _columns(cells)
            of_pages = bool(PAGE_HEADS & {_head(cell) for cell in cells})
            if columns:
                continue
        if any(cells):
            yield from _rows_of_cells(cells, lines.line_num, columns, of_pages)


def _delimiter(text: str) -> str:
    return max(",;\t", key=text.count)


def _head(cell: str) -> str:
    return re.sub(r"[\s_-]", "", cell[:MAX_TEXT].lower())


def _columns(head: list[str]) -> dict[str, int]:
    """Which column is what, by the words of the first line; nothing where it is no head."""
    names = [_head(cell) for cell in head]
    found: dict[str, int] = {}
    for column, heads in HEADS.items():
        known = [word for word in heads if word in names]
        if known:
            found[column] = names.index(known[0])
    if "address" in found:
        return found
    return {}


def _rows_of_cells(
    cells: list[str], line: int, columns: dict[str, int], of_pages: bool
) -> Iterator[Row]:
    if not columns:
        good = (cell for cell in cells if _is_address(cell))
        address = next(good, next(filter(None, cells)))
        yield from _or_nothing(rows_of(address, line), Row(line))
        return
    cell = {name: _cell(cells, columns.get(name)) for name in HEADS}
    title = cell["title"][:MAX_TEXT]
    folder = cell["folder"][:MAX_TEXT]
    tags = re.split(r"[|,]", cell["tags"])
    if not of_pages:
        labels = cleaned([folder, *tags])
        nothing = Row(line, title=title, folders=labels)
        rows = _or_nothing(rows_of(cell["address"], line, title, labels), nothing)
        feeds = list(rows_of(cell["feed"], line))
        feed = feeds[0].address if len(feeds) == 1 else ""
        yield from (replace(row, feed=feed) if row.address else row for row in rows)
        return
    state = STATES_AS_FOLDERS.get(folder.lower())
    labels = cleaned([*([folder] if state is None else []), *tags])
    is_read = state == "read" or _is_true(cell["status"]) or _is_true(cell["is_read"])
    is_starred = state == "starred" or _is_true(cell["is_starred"])
    yield page_row(
        line, cell["address"], title, labels, is_read=is_read, is_starred=is_starred
    )


def _or_nothing(rows: Iterable[Row], nothing: Row) -> list[Row]:
    return list(rows) or [replace(nothing, problem="no address")]


def _is_true(value: object) -> bool:
    return str(value).strip().lower() in TRUE


def _cell(cells: list[str], column: int | None) -> str:
    if column is None or column >= len(cells):
        return ""
    return cells[column]


def _is_address(cell: str) -> bool:
    good, bad = rows_split(cell)
    return len(good) == 1 and not bad


def rows_split(text: str) -> tuple[list[Row], list[Row]]:
    """Return the good and the bad pieces of a text."""
    rows = list(rows_of(text, 0))
    good = [row for row in rows if row.address]
    return good, [row for row in rows if row.problem]


def read_json(text: str) -> Iterator[Row]:
    """Yield a row for each bookmark. Raises BadFile where it is no list of them."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFile(
            f"The file is not readable as JSON: {error}."[:MAX_TEXT]
        ) from None
    for key in ("bookmarks", "items", "articles", "entries", "links"):
        if isinstance(data, dict) and isinstance(data.get(key), list):
            data = data[key]
    if not isinstance(data, list):
        raise BadFile("The file is JSON, but no list of bookmarks.")
    for number, each in enumerate(data, 1):
        yield _bookmark(each, number)


def _bookmark(item: Any, number: int) -> Row:
    """Return the row of one bookmark; `number` is its place in the list."""
    if isinstance(item, str):
        return page_row(number, item)
    if not isinstance(item, dict):
        return Row(number, problem="no bookmark")
    content = item.get("content")
    if not isinstance(content, dict):
        content = {}
    address = _text(item, "url", "link", "given_url", "href") or _text(content, "url")
    title = _text(item, "title", "given_title") or _text(content, "title")
    labels = _labels(item.get("tags"))
    if not address:
        return Row(number, title=title[:MAX_TEXT], folders=labels, problem="no address")
    is_read = any(
        _is_true(item.get(key, "")) for key in ("is_archived", "archived", "read")
    )
    is_starred = any(
        _is_true(item.get(key, ""))
        for key in ("is_starred", "starred", "favourited", "favorite")
    )
    return page_row(
        number, address, title, labels, is_read=is_read, is_starred=is_starred
    )


def _text(item: dict[str, Any], *keys: str) -> str:
    for key in keys:
        if isinstance(item.get(key), str) and item[key].strip():
            return str(item[key])[:MAX_CELL]
    return ""


def _labels(tags: Any) -> tuple[str, ...]:
    """Return tags: names, objects with a name, or one text with commas."""
    if isinstance(tags, str):
        return cleaned(tags[:MAX_CELL].split(","))
    if not isinstance(tags, list):
        return ()
    names = [
        each if isinstance(each, str) else _text(each, "name", "label", "slug")
        for each in tags[:100]
        if isinstance(each, str | dict)
    ]
    return cleaned(names)
