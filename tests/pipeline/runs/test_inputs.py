"""Files of addresses: every line of them is an address or says why it is none."""

import pytest

from pipeline.runs import inputs
from pipeline.runs.inputs import BadFile, Row, read_file
from tests.pace import work_of_less_than

OPML = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Python"><outline text="Core &amp; more">
<outline type="rss" text="A &quot;blog&quot;" xmlUrl="https://feeds.example/a" htmlUrl="https://a.example/"/>
</outline>
<outline type="rss" text="B" xmlUrl="https://b.example/feed.xml?a=1&b=2"/>
</outline>
<outline text="C" xmlUrl="mailto:me@c.example"/>
<outline text="An empty folder"/>
</body></opml>"""


def test_opml_keeps_titles_and_folders() -> None:
    assert read_file(OPML, "subscriptions.opml") == [
        Row(4, "https://a.example/", 'A "blog"', ("Python", "Core & more"), feed="https://feeds.example/a"),
        Row(6, "https://b.example/feed.xml?a=1&b=2", "B", ("Python",), feed="https://b.example/feed.xml?a=1&b=2"),
        Row(8, "", "C", (), "mailto:me@c.example: an e-mail address, not the address of a page"),
    ]  # fmt: skip


def test_opml_that_is_broken_gives_what_stands_before() -> None:
    rows = read_file(OPML[: OPML.index(b"</outline>\n<outline text")])
    assert [row.address for row in rows[:2]] == [
        "https://a.example/",
        "https://b.example/feed.xml?a=1&b=2",
    ]
    assert rows[2].problem.startswith("the file is broken here")


def test_text_has_an_address_a_line_or_several_and_remarks() -> None:
    rows = read_file(
        "\ufeffa.example\n# a remark\n\nhttps://b.example/, c.example\nhello\n".encode()
    )
    assert [(row.line, row.address) for row in rows] == [
        (1, "https://a.example"),
        (4, "https://b.example/"),
        (4, "https://c.example"),
        (5, ""),
    ]
    assert "hello" in rows[3].problem


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_by_the_words_of_its_head(delimiter: str) -> None:
    text = (
        'Title,URL,Folder\n"A, b",https://a.example/,News\nNothing,,News\n,b.example\n'
    )
    if delimiter != ",":
        text = text.replace("A, b", "A").replace(",", delimiter)
    rows = read_file(text.encode(), "blogs.CSV")
    assert rows[0].address == "https://a.example/"
    assert rows[0].folders == ("News",)
    assert rows[1] == Row(3, "", "Nothing", ("News",), "no address")
    assert (rows[2].line, rows[2].address) == (4, "https://b.example")


def test_csv_without_a_head_is_read_by_what_looks_like_an_address() -> None:
    rows = read_file(b"A blog,https://a.example/\nAnother,nowhere\n", "blogs.csv")
    assert [row.address for row in rows] == ["https://a.example/", ""]
    assert "Another" in rows[1].problem


def test_what_comes_twice_is_named_once() -> None:
    rows = read_file(b"https://a.example/\nb.example\nhttps://a.example/\n")
    assert [row.address for row in rows] == [
        "https://a.example/",
        "https://b.example",
        "",
    ]
    assert rows[2].problem == "https://a.example/: the same as line 1"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"x" * 5_000_001, "larger than 5 MB"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not a text file"),
        (b"", "names no address"),
        (b"# nothing", "names no address"),
        (b"a.example\n" * 20_001, "more than 20,000 lines"),
        (b"<html><body>no</body></html>", "not OPML: it begins with html"),
        (b"<!DOCTYPE html><html>", "document type"),
        (b'<!DOCTYPE o [<!ENTITY a "aaaa">]><opml>&a;</opml>', "document type"),
        (b"<opml" + b"<", "not readable as OPML"),
        (b"<opml><body>" + b'<outline text="x">' * 60, "nested deeper than 50"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(data: bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        read_file(data)


def test_hostile_files_take_no_longer_than_their_size() -> None:
    outlines = (
        b'<outline xmlUrl="https://a.example/" text="&&&&&&&&&&&&&&&&"/>' * 15_000
    )
    hostile = [
        b"<opml><body>" + outlines + b"</body></opml>",
        b"<opml><body><outline " + b" ".join(b"a%d=''" % n for n in range(100_000)) + b"/>",
        b"<opml>" + b"&" * 1_000_000,
        b'"' * 1_000_000,
        b"," * 1_000_000,
        b"a" * 1_000_000,
    ]  # fmt: skip
    for data in hostile:
        with work_of_less_than(5):
            for name in ("a.csv", "a.txt"):
                try:
                    rows = read_file(data, name)
                except BadFile:
                    continue
                assert all(len(row.problem) <= 2 * inputs.MAX_TEXT for row in rows)
                assert all(row.address or row.problem for row in rows)
