"""Every reason that the code gives has words for people, on screens and in the docs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.core.reasons import REASONS, label_of, reason_of

CHECKOUT = Path(__file__).parents[3]
RESULTS = {"Rejected", "Unavailable"}
DOCS = CHECKOUT / "docs" / "reasons.md"


def given() -> Iterator[str]:
    """The slugs that the code gives as the reason of a URL that did not become an article."""
    for file in sorted((CHECKOUT / "pipeline").rglob("*.py")):
        if "access" in file.parts:
            continue  # of messages to people, not of URLs
        is_scoring = "scoring" in file.parts
        for node in ast.walk(ast.parse(file.read_text())):
            if is_scoring and isinstance(node, ast.Return):
                yield from first_of_pair(node.value)
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in RESULTS and node.args:
                yield from texts(node.args[0])
            if name == "add" and len(node.args) == 3 and is_scoring:
                yield from texts(node.args[2])


def first_of_pair(node: ast.expr | None) -> Iterator[str]:
    """The slug of a reason that is returned with the words for it."""
    if isinstance(node, ast.Tuple) and len(node.elts) == 2:
        slug, words = node.elts
        if isinstance(words, ast.Constant | ast.JoinedStr):
            yield from texts(slug)


def texts(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def test_each_reason_in_the_code_has_a_label_and_a_meaning() -> None:
    slugs = {slug for slug in given() if "-" in slug or slug.isalpha()}
    assert len(slugs) > 30, "the scan finds them"
    assert slugs - set(REASONS) - {"http-"} == set()


@pytest.mark.parametrize("slug", REASONS)
def test_a_label_is_short_and_a_meaning_is_a_sentence(slug: str) -> None:
    reason = REASONS[slug]
    assert 2 < len(reason.label) <= 26
    assert not reason.label.endswith(".")
    assert reason.meaning.endswith(".")
    assert not reason.advice or reason.advice.endswith(".")


def test_a_status_says_its_phrase() -> None:
    assert label_of("http-404") == "404 Not Found"
    assert label_of("http-799") == "HTTP 799"
    assert reason_of("http-503").advice


def test_a_reason_that_nobody_knows_is_shown_as_words() -> None:
    assert label_of("of-the-future") == "Of the future"
    assert label_of("") == ""


def test_the_docs_have_every_reason_with_the_words_of_the_screens() -> None:
    rows = [line for line in DOCS.read_text().splitlines() if line.startswith("| `")]
    shown = {row.split("`")[1]: row for row in rows}
    assert list(shown) == [*REASONS, "http-NNN"]
    for slug, reason in REASONS.items():
        assert (
            shown[slug]
            == f"| `{slug}` | {reason.label} | {reason.meaning} | {reason.advice} |"
        )
