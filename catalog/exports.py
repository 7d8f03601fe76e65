"""Articles as JSON lines, CSV or an Atom feed, written piece by piece: they need not fit into
memory."""

import csv
import json
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import QueryDict, StreamingHttpResponse
from django.utils import timezone

from catalog.embeds import with_names
from catalog.filters import ArticleFilter
from catalog.models import Article
from catalog.rights import in_words, license_url
from catalog.search.export_order import ordered_parts

FIRST_CHUNK = 20  # rows read at first, so that there is something soon
CHUNK = 200  # rows read at a time after these
IDS_CHUNK = 5_000
COLUMNS = (
    "id",
    "url",
    "title",
    "author",
    "published",
    "updated",
    "language",
    "tags",
    "source",
    "word_count",
    "quality",
    "first_seen_at",
    "gone_at",
    "license",
    "rights",
    "excerpt",
    "text",
)
# A spreadsheet would run a cell that begins so, some also where the sign is wide, or behind what
# is not seen.
FORMULA = re.compile(
    "[\\s\u200b-\u200f\u2060\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[ \\n]*[\\t\\r]"
)
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


Rows = (
    QuerySet[Article] | Sequence[QuerySet[Article]]
)  # in their order, or in parts of it
WHOLE = Article.objects.select_related("source").defer("search", "heading")


def record(article: Article) -> dict[str, Any]:
    """Return an article as a plain object. `published` is a day where no more is known."""
    return {
        "id": article.pk,
        "url": article.url,
        "title": article.title,
        "author": article.author,
        "authors": article.authors,
        "published": moment(article.published_there, article.published_precision),
        "updated": moment(article.updated),
        "text": article.text,
        "html": with_names(article.html),
        "language": article.language,
        "tags": article.tags,
        "labels": article.labels,
        "source": article.source.host,
        "first_seen_at": moment(article.first_seen_at),
        "gone_at": moment(article.gone_at),
        "license": article.license,
        "rights": article.rights,
        "word_count": article.word_count,
        "excerpt": article.excerpt,
        "code_languages": article.code_languages,
        "imports": article.imports,
        "quality": article.quality,
        "quality_reasons": article.quality_reasons,
        "methods": article.methods,
        "left_out": article.left_out,
    }


def moment(value: datetime | None, precision: str = "") -> str | None:
    """Return a moment as ISO 8601; only the day where the precision is "day"."""
    if value is None:
        return None
    if precision == "day":
        return value.date().isoformat()
    return value.isoformat()


def jsonl(rows: Rows) -> Iterator[str]:
    """Yield one JSON object a line."""
    for article in each(rows):
        yield json.dumps(record(article), ensure_ascii=False) + "\n"


class Echo:
    """A file for csv.writer that hands each line back."""

    def write(self, line: str) -> str:
        return line


def table(rows: Rows) -> Iterator[str]:
    """Yield CSV with a header line, safe to open in a spreadsheet."""
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    for article in each(rows):
        values = record(article) | {
            "tags": ", ".join(article.tags),
            "rights": ", ".join(article.rights),
        }
        yield writer.writerow([defused(values[column]) for column in COLUMNS])


def defused(value: Any) -> str:
    """Return a cell as text that no spreadsheet takes for a formula."""
    if value is None:
        text = ""
    else:
        text = str(value).replace("\0", "")
    if FORMULA.match(text) and not isinstance(value, int | float):
        return f"'{text}"
    return text


def atom(rows: Rows) -> Iterator[str]:
    """Yield an Atom 1.0 feed."""
    now = timezone.now().isoformat()
    yield '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
    yield f"<id>urn:gleaner:articles</id><title>Gleaner</title><updated>{now}</updated>\n"
    for article in each(rows):
        yield "".join(entry(article))
    yield "</feed>\n"


def entry(article: Article) -> Iterator[str]:
    """Yield the parts of one entry of the feed."""
    changed = article.updated or article.published or article.first_seen_at
    yield f"<entry><id>{xml_text(article.url)}</id><title>{xml_text(article.title)}</title>"
    if article.url.lower().startswith(("http://", "https://")):
        yield f"<link href={xml_attribute(article.url)}/>"
    if url := license_url(article.license):
        yield f'<link rel="license" href={xml_attribute(url)}/>'
    if asked := in_words(article.rights, article.license, article.methods):
        yield f"<rights>{xml_text(asked)}</rights>"
    yield f"<updated>{changed.isoformat()}</updated>"
    if article.published:
        yield f"<published>{article.published.isoformat()}</published>"
    for name in article.authors or [str(article.source)]:
        yield f"<author><name>{xml_text(name)}</name></author>"
    for tag in article.tags:
        yield f"<category term={xml_attribute(tag)}/>"
    yield f'<content type="html">{xml_text(with_names(article.html))}</content></entry>\n'


class Format(NamedTuple):
    """A way to write articles. Pieces are text in UTF-8, or bytes."""

    write: Callable[[Rows], Iterator[str] | Iterator[bytes]]
    kind: str  # content type
    extension: str
    label: str
    binary: bool = False


# More come from apps that know more than the catalogue does: pipeline/exports/markdown.py.
FORMATS: dict[str, Format] = {
    "jsonl": Format(jsonl, "application/jsonl; charset=utf-8", "jsonl", "JSON lines"),
    "csv": Format(table, "text/csv; charset=utf-8", "csv", "CSV"),
    "atom": Format(atom, "application/atom+xml; charset=utf-8", "xml", "Atom"),
}


def each(rows: Rows) -> Iterator[Article]:
    """Yield the articles, a few at a time.

    No transaction is open while the reader takes its time. Only ids are put in order, and kept in
    memory with 8 bytes each: whole articles would take the server's disk.
    """
    parts: Sequence[QuerySet[Article]]
    if isinstance(rows, QuerySet):
        parts = [rows]
    else:
        parts = rows
    size = FIRST_CHUNK
    for part in parts:
        ids = _ids(part)
        start = 0
        while start < len(ids):
            chunk = ids[start : start + size]
            start += size
            size = CHUNK
            found = WHOLE.in_bulk(list(chunk))
            yield from (found[pk] for pk in chunk if pk in found)


def _ids(rows: QuerySet[Article]) -> "array[int]":
    """Return the ids in order. In a transaction the server hands them over as they come, instead
    of all at once."""
    with nullcontext() if connection.in_atomic_block else transaction.atomic():
        return array(
            "q", rows.values_list("pk", flat=True).iterator(chunk_size=IDS_CHUNK)
        )


def export(
    form: str, filters: ArticleFilter, query: QueryDict
) -> StreamingHttpResponse:
    """Return exactly the articles that the list shows for this query, as a file, in its order."""
    chosen = FORMATS[form]
    rows = ordered_parts(
        filters.qs,
        query.get("sort", ""),
        filters.by_keys(),
        filters.search,
        filters.days,
    )
    response = StreamingHttpResponse(chosen.write(rows), content_type=chosen.kind)
    response["Content-Disposition"] = (
        f'attachment; filename="articles.{chosen.extension}"'
    )
    return response


def xml_text(text: str) -> str:
    """Return a text as the content of an element."""
    return escape(NOT_XML.sub("\ufffd", text))


def xml_attribute(text: str) -> str:
    """Return a text as the value of an attribute, with its quotation marks."""
    return quoteattr(NOT_XML.sub("\ufffd", text))
