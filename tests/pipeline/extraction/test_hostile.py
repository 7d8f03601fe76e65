"""Bytes of every kind: a value or a reasoned failure, soon, whatever they are."""

import random
from pathlib import Path

import pytest

from pipeline.core.failures import Rejected
from pipeline.core.records import Draft
from pipeline.extraction.extract import extract
from pipeline.extraction.page.parsed import MAX_BYTES, decode
from tests.pace import work_of_less_than

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
CHARSETS = [
    "latin-1",
    "cp1252",
    "utf-16",
    "utf-32-be",
    "koi8-r",
    "shift_jis",
    "gb18030",
    "utf-8-sig",
]
PARAGRAPH = b"<p>Some words that make a paragraph, with a comma in it and a full stop at its end.</p>"


def damaged(body: bytes, dice: random.Random) -> bytes:
    """Cut, flipped or written in another charset."""
    kind = dice.randrange(4)
    if kind == 0:
        return body[: dice.randrange(len(body))]
    if kind == 1:
        return body[dice.randrange(len(body)) :]
    if kind == 2:
        return body.decode().encode(dice.choice(CHARSETS), "replace")
    flipped = bytearray(body)
    for _ in range(dice.choice([1, 20, 400])):
        flipped[dice.randrange(len(flipped))] = dice.randrange(256)
    return bytes(flipped)


@pytest.mark.parametrize("seed", range(10))
def test_a_damaged_page_is_read_or_refused_with_a_reason(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(20):
        found = extract(
            damaged(dice.choice(PAGES).read_bytes(), dice),
            "https://a.example/b",
            charset=dice.choice(["", "x"]),
        )
        if isinstance(found, Rejected):
            assert found.reason not in ("", "extraction-error"), found.detail
        else:
            assert "\x00" not in found.title + found.text + found.html
            (found.title + found.text + found.html).encode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"\x00" * 9000, "empty"),
        (b"%PDF-1.7 ...", "not-html"),
        (b"just a line of text", "not-html"),
        (b'<?xml version="1.0"?><rss version="2.0"></rss>', "not-an-article"),
        (b"<html><body><p>Hi.</p></body></html>", "too-short"),
        (b"<html><body></body></html>", "empty"),
        (b"a" * (MAX_BYTES + 1), "too-large"),
        (
            b"<html><body>" + b"<a href=/x>x</a> " * 10_000 + b"</body></html>",
            "too-complex",
        ),
        (b"<html><body>" + b"<b>x</b>" * 70_000 + b"</body></html>", "too-complex"),
    ],
    ids=range(10),
)
def test_what_is_no_page_is_refused_before_it_costs_anything(
    body: bytes, reason: str
) -> None:
    with work_of_less_than(3):
        found = extract(body, "https://a.example/b")
    assert isinstance(found, Rejected)
    assert found.reason == reason
    assert found.detail


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>"
        + b"<div>" * 50_000
        + PARAGRAPH * 9
        + b"</div>" * 50_000
        + b"</body></html>",
        b"<html><body><script type='application/ld+json'>"
        + b"[" * 200_000
        + b"</script>"
        + PARAGRAPH * 9
        + b"</body></html>",
        b"<html><head><title>"
        + b"a - b | " * 50_000
        + b"</title></head><body>"
        + PARAGRAPH * 9
        + b"</body></html>",
        b"<html><body><table><tr><td>" * 300 + PARAGRAPH * 9,
        b"<html><body><p>&#1;&#xb;&#65534;" + PARAGRAPH * 9,
    ],
    ids=["deep", "deep json", "long title", "nested tables", "forbidden references"],
)
def test_a_page_made_to_hurt_ends_soon(body: bytes) -> None:
    with work_of_less_than(5):
        found = extract(body, "http://[malformed")
    assert isinstance(found, Draft) or found.reason != "extraction-error"


@pytest.mark.parametrize(
    ("body", "charset", "expected"),
    [
        ("<p>Größe".encode(), "latin-1", "Größe"),
        ("<p>Größe".encode("latin-1"), "", "Größe"),
        ('<meta charset="utf-8"><p>Größe'.encode("latin-1"), "iso-8859-1", "Größe"),
        ("<p>Größe".encode("utf-16"), "", "Größe"),
        ("\ufeff<p>Größe".encode(), "latin-1", "Größe"),
        ('<meta charset="koi8-r"><p>привет'.encode("koi8-r"), "", "привет"),
        (
            "<p>日本語のとても短い文章です。これで十分でしょうか。".encode("shift_jis"),
            "shift_jis",
            "日本語",
        ),
        (b"<p>caf\xe9", "no-such-charset", "café"),
        ("<p>Größe, Übel, Äther, schön, süß, Öl".encode() * 9 + b"\xe9", "", "schön"),
        (
            "<p>Größe, Übel, Äther, schön, süß, Öl".encode() * 9 + b"\xe9",
            "latin-1",
            "schön",
        ),
    ],
)
def test_the_charset_is_the_one_that_the_bytes_are_in(
    body: bytes, charset: str, expected: str
) -> None:
    assert expected in decode(body, charset)
