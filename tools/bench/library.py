"""All pages of a run in one file, which every process that needs them maps into its memory."""

import json
import mmap
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tools.bench.pages import Page, page

SEED = 20
HOSTS = (
    8  # more than a fetch worker holds threads a host, so that politeness limits nobody
)
FORMAT = 3  # of the files and of the generator: another one makes them anew


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a page lies in the file, and what the blog's lists say of it."""

    path: str
    title: str
    published: str  # ISO 8601
    start: int
    size: int


class Library:
    """The first `count` pages of the file; `body` of an entry is its bytes."""

    def __init__(self, file: Path, count: int | None = None) -> None:
        self.file = file
        self.entries = [
            Entry(*row) for row in json.loads(file.with_suffix(".json").read_text())
        ][:count]
        with file.open("rb") as opened:
            self._map = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)

    def body(self, entry: Entry) -> bytes:
        return self._map[entry.start : entry.start + entry.size]

    @property
    def hosts(self) -> range:
        """The blogs that the pages are dealt out to."""
        return range(min(HOSTS, len(self.entries)))

    @property
    def mean_size(self) -> float:
        """Bytes a page."""
        return sum(entry.size for entry in self.entries) / max(1, len(self.entries))


def generated(home: Path, count: int, first: int | None = None) -> Library:
    """Return the `first` of `count` generated pages; made only where `home` does not hold them
    yet."""
    file = home / f"pages-{FORMAT}-{SEED}-{count}.bin"
    if not file.with_suffix(".json").exists():
        write(file, (page(SEED, number) for number in range(count)))
    return Library(file, first)


def tiny(home: Path, count: int) -> Library:
    """Pages with hardly anything on them, for what depends on their number only."""
    file = home / f"tiny-{FORMAT}-{count}.bin"
    if not file.with_suffix(".json").exists():
        body = "<!doctype html><title>Note {0}</title><main><h1>Note {0}</h1><p>The words of note {0}.</p></main>"
        day = datetime(2020, 1, 1, tzinfo=UTC)
        pages = (
            Page(f"/posts/note-{n}/", f"Note {n}", day, body.format(n).encode())
            for n in range(count)
        )
        write(file, pages)
    return Library(file)


def collected(home: Path, corpus: Path, first: int | None = None) -> Library:
    """Return the `first` article pages of a corpus: CORPUS/expected/HOST.txt names the paths below
    CORPUS/sites/HOST."""
    file = home / f"corpus-{FORMAT}-{corpus.name}.bin"
    if not file.with_suffix(".json").exists():
        write(file, corpus_pages(corpus))
    return Library(file, first)


def corpus_pages(corpus: Path) -> list[Page]:
    """All of them, the blogs mixed, so that the first ones are like all."""
    pages = list(listed_pages(corpus))
    random.Random(SEED).shuffle(pages)
    return pages


def listed_pages(corpus: Path) -> Iterator[Page]:
    for listed in sorted((corpus / "expected").glob("*.txt")):
        if listed.name.endswith(".optional.txt"):
            continue
        for path in listed.read_text().splitlines():
            place = corpus / "sites" / listed.stem / path.strip("/")
            files = (place / "index.html", place, place.with_name(f"{place.name}.html"))
            if found := next((file for file in files if file.is_file()), None):
                title = path.strip("/").rpartition("/")[2].replace("-", " ")
                moment = datetime(2020, 1, 1, tzinfo=UTC)
                yield Page(
                    f"/posts/{listed.stem.replace('.', '-')}{path}",
                    title,
                    moment,
                    found.read_bytes(),
                )


def write(file: Path, pages: Iterable[Page]) -> None:
    """Write the library, its index last: one without an index is not whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = []
    start = 0
    with file.open("wb") as out:
        for each in pages:
            out.write(each.body)
            rows.append(
                (
                    each.path,
                    each.title,
                    each.published.isoformat(),
                    start,
                    len(each.body),
                )
            )
            start += len(each.body)
    file.with_suffix(".json").write_text(json.dumps(rows))
