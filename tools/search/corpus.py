"""Articles to ask for: the pages of a folder, extracted as the product does, or an export."""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from catalog.links import replace_links
from catalog.models import Article
from pipeline.core.records import CodeBlock, Draft
from pipeline.core.url import normal_form
from pipeline.extraction.extract import extract
from pipeline.storage.links import links_of
from pipeline.storage.stage import columns, source_of

Found = tuple[str, Draft]  # the address of a page and the article that it holds


def from_folder(corpus: Path) -> Iterator[Found]:
    """Yield the articles of FOLDER/sites/HOST, as FOLDER/expected/HOST.txt names their paths."""
    pages = list(_pages(corpus))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(_extracted, pages, chunksize=8):
            if found is not None:
                yield found


def _pages(corpus: Path) -> Iterator[tuple[str, Path]]:
    for listed in sorted((corpus / "expected").glob("*.txt")):
        if listed.name.endswith(".optional.txt"):
            continue
        for path in listed.read_text().splitlines():
            file = _file(corpus / "sites" / listed.stem / path.strip("/"))
            if file is not None:
                yield f"https://{listed.stem}{path}", file


def _file(place: Path) -> Path | None:
    for file in (place / "index.html", place, place.with_name(f"{place.name}.html")):
        if file.is_file():
            return file
    return None


def _extracted(page: tuple[str, Path]) -> Found | None:
    url, file = page
    draft = extract(file.read_bytes(), url)
    if isinstance(draft, Draft):
        return url, draft
    return None


def from_export(path: Path) -> Iterator[Found]:
    """Yield the articles of a file that `manage.py export --format jsonl` wrote."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["url"], _draft(row)


def _draft(row: dict[str, Any]) -> Draft:
    published = row["published"] and datetime.fromisoformat(row["published"])
    return Draft(
        url=row["url"],
        title=row["title"],
        text=row["text"],
        html=row["html"],
        authors=tuple(row["authors"]),
        published=published or None,
        language=row["language"],
        tags=tuple(row["tags"]),
        word_count=row["word_count"],
        code=tuple(CodeBlock("", each) for each in row["code_languages"]),
    )


def store(found: Iterator[Found]) -> int:
    """Put the articles into the database that Django is connected to; return how many."""
    number = 0
    seen: set[str] = set()
    for url, draft in found:
        key = normal_form(url)
        values = columns(draft, url)
        if key in seen or values["content_hash"] in seen:
            continue
        seen |= {key, values["content_hash"]}
        source = source_of(url, draft)
        article = Article.objects.create(key=key, source=source, **values)
        replace_links(article.pk, links_of(draft.html, url))
        number += 1
    return number
