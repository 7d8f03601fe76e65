"""OPML, as feed readers and podcast players write it. Pure."""

import html
import re
from dataclasses import replace
from typing import Any
from xml.parsers import expat

from pipeline.runs.inputs.rows import (
    MAX_DEPTH,
    MAX_FEED,
    MAX_ROWS,
    MAX_TEXT,
    BadFile,
    Row,
    cleaned,
    rows_of,
)

REFERENCE = re.compile(r"&(#?\w{1,31};)?")
OF_XML = {"amp;", "lt;", "gt;", "quot;", "apos;"}
# Not allowed in XML, and yet in files that programs wrote.
CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LISTS = ("include", "link")  # types of outlines that lead to another list


def read_opml(text: str) -> list[Row]:
    """Return a row for each outline with an address; the folders are the outlines around it.
    Raises BadFile."""
    reader = _Reader()
    reader.read(REFERENCE.sub(_reference, CONTROLS.sub("", text)))
    return reader.rows


def _reference(match: re.Match[str]) -> str:
    """Return what XML knows of what stands there: a bare `&`, or a name of HTML."""
    name = match[1] or ""
    if name in OF_XML or name.startswith("#"):
        return match[0]
    meant = html.unescape(match[0])
    return meant.replace("&", "&amp;").replace("<", "&lt;")


class _Reader:
    """Reads OPML as it is parsed: no tree is built, and no entity of its own is allowed."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._folders: list[str] = []  # of each open outline, "" where it is no folder
        self._is_opml = False
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def read(self, text: str) -> None:
        """Parse all of it. What is broken ends with a row that says where."""
        try:
            self._parser.Parse(text, True)
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
        if self._add(known, title):
            title = ""
        self._folders.append(title)

    def _end(self, name: str) -> None:
        if name.lower() == "outline" and self._folders:
            self._folders.pop()

    def _add(self, known: dict[str, str], title: str) -> bool:
        """Add the outline's row; tell whether it is one and no folder."""
        # the page before its feed: a feed may lie with a service that has other blogs, too
        given = [known.get(key, "") for key in ("htmlurl", "xmlurl", "url")]
        addresses = [each for each in given if each]
        line = self._parser.CurrentLineNumber
        categories = [
            each.strip("/") for each in known.get("category", "")[:1_000].split(",")
        ]
        folders = cleaned([*self._folders, *categories])
        if known.get("type", "").lower() in LISTS and known.get("url"):
            problem = f"another list, which is not followed: {known['url'][:MAX_TEXT]}"
            self.rows.append(Row(line, title=title, folders=folders, problem=problem))
            return True
        if not addresses and known.get("type", "").lower() in ("rss", "atom"):
            problem = "a feed without its address (xmlUrl)"
            self.rows.append(Row(line, title=title, folders=folders, problem=problem))
            return True
        if not addresses:
            return False
        self.rows.append(_best(addresses, line, title, folders, known))
        return True

    def _refuse_doctype(self, *_: Any) -> None:
        raise BadFile("The file has a document type declaration, which is not read.")


def _best(
    addresses: list[str],
    line: int,
    title: str,
    folders: tuple[str, ...],
    known: dict[str, str],
) -> Row:
    """Return the row of the first address that is one, else what is wrong with the first."""
    tried = [list(rows_of(each, line, title, folders)) for each in addresses]
    fine = [rows[0] for rows in tried if len(rows) == 1 and rows[0].address]
    if fine:
        return replace(fine[0], feed=_feed(known.get("xmlurl", ""), line))
    problems = [row for rows in tried for row in rows if row.problem]
    nothing = Row(line, title=title, folders=folders, problem="no address")
    return problems[0] if problems else nothing


def _feed(text: str, line: int) -> str:
    """Return the address of the feed where it is one."""
    rows = list(rows_of(text[:MAX_FEED], line))
    if len(rows) == 1:
        return rows[0].address
    return ""
