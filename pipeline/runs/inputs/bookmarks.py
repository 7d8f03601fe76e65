"""Bookmarks in the form of Netscape, as browsers and Pocket write them. Pure."""

import io
from urllib.parse import urlsplit

from lxml import etree

from pipeline.runs.inputs.rows import (
    MAX_DEPTH,
    MAX_ROWS,
    MAX_TEXT,
    BadFile,
    Row,
    page_row,
)

NOT_WEB = ("javascript:", "data:", "place:", "about:", "chrome:", "file:")


def is_bookmarks(text: str) -> bool:
    """Whether HTML is a list of links, and no page of something else."""
    start = text[:2_000].lower()
    if "netscape-bookmark" in start:
        return True
    is_pocket = "pocket export" in start
    return is_pocket and "<a " in text.lower()


def read_bookmarks(text: str) -> list[Row]:
    """Return a row for each link, in the folders around it.

    A page of a site is taken for an article, the front page of a site for a blog; in Pocket's
    list all are articles.
    """
    reader = _Reader(pages_only="pocket export" in text[:2_000].lower())
    reader.read(text)
    return reader.rows


class _Reader:
    """Reads links, the names of folders, and where folders end; all else is passed over."""

    def __init__(self, pages_only: bool) -> None:
        self.rows: list[Row] = []
        self._pages_only = pages_only
        self._folders: list[str] = []
        self._pending_folder = ""  # its list comes next
        self._is_archive = False  # Pocket's second list

    def read(self, text: str) -> None:
        """Read all of it. Raises BadFile where it cannot be read to its end."""
        events = etree.iterparse(
            io.BytesIO(text.encode("utf-8", "replace")),
            events=("start", "end"),
            tag=("a", "h1", "h3", "dl"),
            html=True,
            encoding="utf-8",
            huge_tree=False,
        )
        try:
            for event, element in events:
                self._see(event, element)
        except etree.XMLSyntaxError as error:
            raise BadFile(f"The file is not readable as HTML: {error}."[:300]) from None

    def _see(self, event: str, element: etree._Element) -> None:
        is_start = event == "start"
        if element.tag == "dl" and is_start:
            self._begin_list()
        elif element.tag == "dl" and self._folders:
            self._folders.pop()
        elif element.tag == "a" and not is_start:
            self._add(element)
            element.clear()
        elif element.tag in ("h1", "h3") and not is_start:
            self._name(element)

    def _begin_list(self) -> None:
        if len(self._folders) >= MAX_DEPTH:
            raise BadFile(f"The folders are nested deeper than {MAX_DEPTH} levels.")
        self._folders.append(self._pending_folder)
        self._pending_folder = ""

    def _name(self, element: etree._Element) -> None:
        name = _text(element)[:MAX_TEXT]
        if self._pages_only:
            self._is_archive = name.lower() == "read archive"
        elif element.tag == "h3":
            self._pending_folder = name

    def _add(self, element: etree._Element) -> None:
        address = str(element.get("href", "")).strip()
        if not address:
            return
        if len(self.rows) > MAX_ROWS:
            raise BadFile(f"The file has more than {MAX_ROWS:,} links: split it.")
        line = int(str(element.sourceline or 0))
        tags = str(element.get("tags", "")).split(",")
        title = _text(element) or address
        folders = [*self._folders, *tags]
        if address.lower().startswith(NOT_WEB):
            row = Row(line, title=title[:MAX_TEXT], problem="no page of the web")
        else:
            row = page_row(line, address, title, folders, is_read=self._is_archive)
        self.rows.append(_as_blog(row, self._pages_only))


def _text(element: etree._Element) -> str:
    """Return the text of an element, on one line."""
    return " ".join("".join(map(str, element.itertext())).split())


def _as_blog(row: Row, pages_only: bool) -> Row:
    """Return the row as that of a blog where it is a front page."""
    if pages_only or urlsplit(row.address).path not in ("", "/"):
        return row
    return Row(row.line, row.address, row.title, row.folders, row.problem)
