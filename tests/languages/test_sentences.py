"""Sentences that are kept in English are found again, and translated where a page shows them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from catalog.sentences import PLACEHOLDER, sentence
from pipeline.web.sentences import SENTENCES

ROOT = Path(__file__).parents[2]
NEAR = 2  # words that stand side by side in the code, too


def texts_of_the_code() -> Iterator[str]:
    """Each text of the rooms that write sentences; of an f-string what is fixed, with spaces."""
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        if "sentences" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                yield " ".join(
                    str(part.value) if isinstance(part, ast.Constant) else "{}"
                    for part in node.values
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


def near_words(words: list[str]) -> set[tuple[str, ...]]:
    return {
        tuple(words[place : place + NEAR]) for place in range(len(words) - NEAR + 1)
    }


def test_each_sentence_is_one_that_the_code_writes() -> None:
    known: set[str] = set()
    side_by_side: set[tuple[str, ...]] = set()
    for text in texts_of_the_code():
        words = words_of(text)
        known.update(words)
        known.update(f"{word}s" for word in words)  # a noun that is counted
        side_by_side |= near_words(words)
    gone = []
    for text in SENTENCES:
        pieces = [words_of(piece) for piece in PLACEHOLDER.split(text)[::3]]
        if not {word for words in pieces for word in words} <= known:
            gone.append(text)
            continue
        longest = max(pieces, key=len)
        if len(longest) > NEAR and not near_words(longest) & side_by_side:
            gone.append(text)
    assert gone == []


@pytest.mark.parametrize(
    ("kept", "german"),
    [
        ("its feed and its sitemap", "ihr Feed und ihre Sitemap"),
        ("No fetch worker is running.", "Kein Worker läuft für: holen."),
        ("Start one: manage.py work fetch.", "Starten Sie einen: manage.py work fetch."),
        ("12 stored, 3 skipped", "12 gespeichert, 3 übersprungen"),
        (
            "1,250 stored; 1 of 2 URLs brought no articles",
            "1.250 gespeichert; 1 von 2 URLs brachten keine Artikel",
        ),
        (
            "https://a.example/: no articles in 3 requests. The page is empty."
            " To try: check the URL.",
            "https://a.example/: keine Artikel in 3 Anfragen. Die Seite ist leer."
            " Vorschlag: prüfen Sie die URL.",
        ),
        (
            "the server answered 404 (tried 3 times)",
            "der Server hat mit 404 geantwortet (3-mal versucht)",
        ),
        ("Run 3 is paused", "Zustand von Run 3: pausiert"),
        ("Listing page", "Übersichtsseite"),
    ],
)  # fmt: skip
def test_a_sentence_is_found_with_its_values(kept: str, german: str) -> None:
    with translation.override("de"):
        assert sentence(kept) == german
    with translation.override("en"):
        assert sentence(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The cat is asleep",
        "one, two, three",
        "Alpha; beta",
        "12 stored, and the cat",
        "x" * 10_000,
    ],
)
def test_another_text_stays_as_it_is(text: str) -> None:
    with translation.override("de"):
        assert sentence(text) == text


def test_a_value_is_no_placeholder() -> None:
    with translation.override("de"):
        found = sentence("not under https://a.example/%(x)s/100%")
    assert found == "nicht unter https://a.example/%(x)s/100%"
