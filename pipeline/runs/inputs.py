"""Files of addresses: text, CSV and OPML become rows, each with an address or a reason.

Pure: bytes in, rows out. What the settings do not allow to be fetched is not known here.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from xml.parsers import expat

from pipeline.core.url import read_addresses

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000
MAX_DEPTH = 50  # of outlines in outlines
MAX_TEXT = 300  # characters of a title, or of a piece that is quoted
MAX_CELL = 10_000  # characters of a cell of CSV

MAX_LEFT_OUT = 50  # pieces that a run names one by one

# Columns of CSV by their heads, the better ones first.
ADDRESS_HEADS = (
    "url",
    "address",
    "link",
    "website",
    "site",
    "htmlurl",
    "feed",
    "xmlurl",
)
TITLE_HEADS = ("title", "name")
FOLDER_HEADS = ("folder", "category", "group", "tags")
BARE_AMPERSAND = re.compile(rb"&(?!#?\w{1,10};)")


class BadFile(ValueError):
    """Nothing of the file can be read; the message is a sentence for a person."""


def left_out_notes(problems: Sequence[str], count: int) -> list[str]:
    """Return a run's notes on what was given at its launch and is no URL: each piece and what is
    wrong with it, cut to MAX_TEXT characters, and how many of `count` are not named.

    Up to MAX_LEFT_OUT are.
    """
    shown = [_storable(problem)[:MAX_TEXT] for problem in problems[:MAX_LEFT_OUT]]
    notes = [f"Left out at the launch: {problem}" for problem in shown]
    if count > len(shown):
        notes.append(f"Left out at the launch: {count - len(shown):,} more")
    return notes


def _storable(text: str) -> str:
    """Return the text without what PostgreSQL does not take."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a file: an address, or the reason why there is none."""

    line: int
    address: str = ""
    title: str = ""
    folders: tuple[str, ...] = ()
    problem: str = ""


def read_file(data: bytes, name: str = "") -> list[Row]:
    """Return the rows of a file, in its order; of an address that comes twice the second has a
    problem.

    The kind is told by the content, CSV also by the end of `name`. Raises BadFile.
    """
    if len(data) > MAX_BYTES:
        raise BadFile(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
    if _is_xml(data):
        rows = _read_opml(data)
    elif name.lower().endswith((".csv", ".tsv")):
        rows = _read_csv(_decoded(data))
    else:
        rows = _read_text(_decoded(data))
    first = list(islice(rows, MAX_ROWS + 1))
    if len(first) > MAX_ROWS:
        raise BadFile(f"The file has more than {MAX_ROWS:,} lines: split it.")
    if not first:
        raise BadFile("The file names no address.")
    return list(_each_once(first))


def _is_xml(data: bytes) -> bool:
    start = data[:200].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    return start.startswith(b"<")


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        raise BadFile("The file is not a text file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _each_once(rows: Iterable[Row]) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for row in rows:
        before = seen.setdefault(row.address, row.line)
        if row.address and before != row.line:
            yield Row(
                row.line,
                title=row.title,
                folders=row.folders,
                problem=f"{row.address}: the same as line {before}",
            )
        else:
            yield row


def _read_text(text: str) -> Iterator[Row]:
    """Yield a row for each piece of each line; remarks behind # are no pieces."""
    for number, line in enumerate(text.splitlines(), 1):
        yield from _rows_of(line, number)


def _rows_of(
    text: str, line: int, title: str = "", folders: tuple[str, ...] = ()
) -> Iterator[Row]:
    good, bad = read_addresses(text[:MAX_CELL])
    for address in good:
        yield Row(line, address, title, folders)
    for each in bad:
        yield Row(line, title=title, folders=folders, problem=each.error[:MAX_TEXT])


def _read_csv(text: str) -> Iterator[Row]:
    """Yield a row for each line; without a head the first cell that is an address counts."""
    delimiter = max(",;\t", key=text[:10_000].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: dict[str, int] | None = None
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
            if columns:
                continue
        if any(cells):
            yield from _rows_of_cells(cells, lines.line_num, columns)


def _columns(head: list[str]) -> dict[str, int]:
    """Which column is what, by the words of the first line; nothing where it is no head."""
    names = [re.sub(r"[\s_-]", "", cell[:MAX_TEXT].lower()) for cell in head]
    wanted = {"address": ADDRESS_HEADS, "title": TITLE_HEADS, "folder": FOLDER_HEADS}
    found: dict[str, int] = {}
    for column, heads in wanted.items():
        known = [word for word in heads if word in names]
        if known:
            found[column] = names.index(known[0])
    if "address" in found:
        return found
    return {}


def _rows_of_cells(
    cells: list[str], line: int, columns: dict[str, int]
) -> Iterator[Row]:
    if columns:
        address = _cell(cells, columns.get("address"))
        title = _cell(cells, columns.get("title"))[:MAX_TEXT]
        folder = _cell(cells, columns.get("folder"))[:MAX_TEXT]
    else:
        good = (cell for cell in cells if _is_address(cell))
        address = next(good, next(filter(None, cells)))
        title = ""
        folder = ""
    folders = tuple(filter(None, [folder]))
    rows = list(_rows_of(address, line, title, folders))
    if not rows:
        rows = [Row(line, title=title, folders=folders, problem="no address")]
    yield from rows


def _cell(cells: list[str], column: int | None) -> str:
    if column is None or column >= len(cells):
        return ""
    return cells[column]


def _is_address(cell: str) -> bool:
    good, bad = read_addresses(cell)
    return len(good) == 1 and not bad


def _read_opml(data: bytes) -> Iterator[Row]:
    """Yield a row for each outline with an address; the folders are the outlines around it."""
    reader = _OpmlReader()
    reader.read(BARE_AMPERSAND.sub(b"&amp;", data))
    return iter(reader.rows)


class _OpmlReader:
    """Reads OPML as it is parsed: no tree is built, and no entity of its own is allowed."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._folders: list[str] = []  # of each open outline, "" where it is no folder
        self._is_opml = False
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def read(self, data: bytes) -> None:
        """Parse all of it. What is broken ends with a row that says where."""
        try:
            self._parser.Parse(data, True)
        except (expat.ExpatError, UnicodeError, LookupError) as error:
            if not self._is_opml:
                raise BadFile(f"The file is not readable as OPML: {error}.") from None
            problem = f"the file is broken here, the rest is not read: {error}"
            self.rows.append(Row(self._parser.CurrentLineNumber, problem=problem))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._is_opml:
            if name.lower() != "opml":
                raise BadFile(
                    f"The file is XML, but not OPML: it begins with {name[:40]}."
                )
            self._is_opml = True
        if name.lower() != "outline":
            return
        if len(self._folders) >= MAX_DEPTH:
            raise BadFile(f"The outlines are nested deeper than {MAX_DEPTH} levels.")
        if len(self.rows) > MAX_ROWS:
            raise BadFile(f"The file has more than {MAX_ROWS:,} outlines: split it.")
        known = {key.lower(): value.strip() for key, value in attributes.items()}
        title = (known.get("title") or known.get("text") or "")[:MAX_TEXT]
        # the page before its feed: a feed may lie with a service that has other blogs, too
        given = [known.get(key, "") for key in ("htmlurl", "xmlurl", "url")]
        addresses = [each for each in given if each]
        if addresses:
            self._add(addresses, title)
            title = ""
        self._folders.append(title)

    def _end(self, name: str) -> None:
        if name.lower() == "outline":
            self._folders.pop()

    def _add(self, addresses: list[str], title: str) -> None:
        """Add the first address that is one, else what is wrong with the first."""
        line = self._parser.CurrentLineNumber
        folders = tuple(filter(None, self._folders))
        tried = [list(_rows_of(each, line, title, folders)) for each in addresses]
        fine = [rows for rows in tried if len(rows) == 1 and rows[0].address]
        if fine:
            self.rows.extend(fine[0])
        else:
            problems = [row for rows in tried for row in rows if row.problem]
            nothing = Row(line, title=title, folders=folders, problem="no address")
            self.rows.append(problems[0] if problems else nothing)

    def _refuse_doctype(self, *_: Any) -> None:
        raise BadFile("The file has a document type declaration, which is not read.")
