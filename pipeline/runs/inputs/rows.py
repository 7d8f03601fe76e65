"""A line of a file that somebody brings, and what the readers of all formats share. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pipeline.core.url import BadURL, normal_form, read_addresses

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000
MAX_DEPTH = 50  # of outlines, folders or values in each other
MAX_TEXT = 300  # characters of a title, or of a piece that is quoted
MAX_CELL = 10_000  # characters of an address, or of a cell of CSV
MAX_LABELS = 20  # of a line
MAX_FEED = 2_000  # characters
# What an encoding may be called in an XML declaration; others are read as UTF-8.
ENCODINGS = re.compile(
    r"utf-?8|utf-?16(le|be)?|us-ascii|ascii|latin-?1|iso-8859-\d{1,2}|(windows|cp)-?125\d"
    r"|koi8-[ru]|shift_jis|euc-(jp|kr)|gb(2312|k|18030)|big5",
    re.I,
)
DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.-]{1,40})[\"']")


class BadFile(ValueError):
    """Nothing of the file can be read; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a file: an address, or the reason why there is none.

    `folders` are the folders around it and its tags; `feed` is the feed of the site at the
    address; `is_page` tells a single article from a blog.
    """

    line: int
    address: str = ""
    title: str = ""
    folders: tuple[str, ...] = ()
    problem: str = ""
    feed: str = ""
    is_page: bool = False
    is_read: bool = False
    is_starred: bool = False


def decoded(data: bytes) -> str:
    """Return the text of a file. Raises BadFile where it is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    declared = DECLARED.search(data[:200])
    if declared and ENCODINGS.fullmatch(declared[1].decode("ascii", "replace")):
        return _by_name(data, declared[1].decode())
    if b"\0" in data:
        return _without_mark(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _by_name(data: bytes, encoding: str) -> str:
    """Decode as the file says: unless it says UTF-16 and is not, as when somebody saved it anew."""
    if (
        encoding.lower().startswith("utf-16") and b"\0" not in data[:200]
    ) or encoding.lower() in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _without_mark(data: bytes) -> str:
    """Return UTF-16 that has no mark at its beginning: it begins with an ASCII letter."""
    if data[1:2] == b"\0" and data[:1] != b"\0":
        return data.decode("utf-16-le", "replace")
    if data[:1] == b"\0" and data[1:2] != b"\0":
        return data.decode("utf-16-be", "replace")
    raise BadFile("The file is not a text file.")


def rows_of(
    text: str, line: int, title: str = "", folders: tuple[str, ...] = ()
) -> Iterator[Row]:
    """Yield a row for each piece of the text: an address, or what is wrong with it."""
    good, bad = read_addresses(text[:MAX_CELL])
    for address in good:
        yield Row(line, address, title, folders)
    for each in bad:
        yield Row(line, title=title, folders=folders, problem=each.error[:MAX_TEXT])


def page_row(
    line: int,
    address: str,
    title: str = "",
    folders: Iterable[str] = (),
    *,
    is_read: bool = False,
    is_starred: bool = False,
) -> Row:
    """Return the row of a single article, with its address or what is wrong with it."""
    labels = cleaned(folders)
    rows = list(rows_of(address.strip(), line, title.strip()[:MAX_TEXT], labels))
    if len(rows) != 1:
        return Row(line, title=title[:MAX_TEXT], folders=labels, problem="no address")
    return replace(rows[0], is_page=True, is_read=is_read, is_starred=is_starred)


def cleaned(names: Iterable[str]) -> tuple[str, ...]:
    """Return folders or tags without empty ones and without repetition."""
    stripped = [" ".join(str(name)[:MAX_TEXT].split()) for name in names]
    return tuple(dict.fromkeys(filter(None, stripped)))[:MAX_LABELS]


def key_of(address: str) -> str:
    """Return the normal form of an address, by which it is told that it comes twice."""
    try:
        return normal_form(address)
    except BadURL:
        return address


def storable(text: str) -> str:
    """Return the text without what PostgreSQL does not take."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")
