"""Whole pages beside what should come of them: pages/<case>.html and pages/<case>.json."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.failures import Rejected
from pipeline.core.records import Draft, SourceMetadata
from pipeline.extraction.extract import extract

PAGES = Path(__file__).parent / "pages"
CASES = sorted(path.stem for path in PAGES.glob("*.html"))


def extracted(case: str) -> tuple[Draft | Rejected, dict[str, Any]]:
    expected = json.loads((PAGES / f"{case}.json").read_text(encoding="utf-8"))
    said = SourceMetadata(**expected.get("source_metadata", {}))
    return extract(
        (PAGES / f"{case}.html").read_bytes(), expected["url"], said
    ), expected


@pytest.mark.parametrize("case", CASES)
def test_a_page_becomes_what_is_written_beside_it(case: str) -> None:
    found, expected = extracted(case)
    if "refused" in expected:
        assert isinstance(found, Rejected)
        assert found.reason == expected["refused"]
        assert found.detail.endswith(".")
        return
    assert isinstance(found, Draft)
    check_fields(found, expected)
    assert [
        phrase for phrase in expected.get("contains", ()) if phrase not in found.text
    ] == []
    assert [
        phrase for phrase in expected.get("lacks", ()) if phrase in found.text
    ] == []
    assert [
        piece for piece in expected.get("html_contains", ()) if piece not in found.html
    ] == []
    assert [
        piece for piece in expected.get("html_lacks", ()) if piece in found.html
    ] == []
    if "code" in expected:
        assert [
            {"text": block.text, "language": block.language} for block in found.code
        ] == expected["code"]


def check_fields(found: Draft, expected: dict[str, Any]) -> None:
    assert found.title == expected["title"]
    assert list(found.authors) == expected.get("authors", list(found.authors))
    assert found.language == expected.get("language", found.language)
    assert list(found.tags) == expected.get("tags", list(found.tags))
    if "published" in expected:
        assert found.published == datetime.fromisoformat(expected["published"])
        assert found.published_precision == expected["precision"]


def test_every_field_says_where_it_came_from() -> None:
    found, _ = extracted("news_with_promotions")
    assert isinstance(found, Draft)
    assert found.methods == {
        "title": "heading",
        "text": "trafilatura",
        "authors": "json-ld",
        "published": "json-ld",
        "language": "text",
    }
    assert found.quality > 0.8
    assert found.updated == datetime.fromisoformat("2024-05-03T09:00:00+01:00")
    assert found.site_name == "The Tidewater Gazette"


def test_a_page_that_says_little_scores_lower_and_says_why() -> None:
    found, _ = extracted("hostile_markup")
    assert isinstance(found, Draft)
    assert "no author" in found.quality_reasons
    assert "no date" in found.quality_reasons
    assert found.quality < 0.9
