"""Records survive the way through a row, and nothing in them can break the row."""

import json
from datetime import UTC, datetime

from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core import serialize
from pipeline.core.records import CodeBlock, Draft, SourceMetadata

TEXT = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1
)
DATES = st.none() | st.datetimes(timezones=st.just(UTC))


@given(
    st.builds(
        SourceMetadata,
        title=TEXT,
        tags=st.lists(TEXT).map(tuple),
        published=DATES,
        lastmod=DATES,
    )
)
def test_what_a_source_said_comes_back_as_it_was(said: SourceMetadata) -> None:
    assert (
        serialize.load(SourceMetadata, json.loads(json.dumps(serialize.dump(said))))
        == said
    )


def test_a_draft_comes_back_as_it_was() -> None:
    code = (CodeBlock("a = 1\n\nb = 2", "python"), CodeBlock("$ ls"))
    draft = Draft(
        "https://a.test/",
        "T",
        "text",
        "<p>text</p>",
        code=code,
        published=datetime(2024, 1, 2, tzinfo=UTC),
    )

    assert serialize.load(Draft, json.loads(json.dumps(serialize.dump(draft)))) == draft


@given(st.builds(Draft, url=TEXT, title=TEXT, text=TEXT | st.just(""), html=TEXT))
def test_a_packed_draft_comes_back_as_it_was(draft: Draft) -> None:
    assert serialize.unpack(Draft, serialize.pack(draft)) == draft


def test_what_no_text_may_hold_ends_no_text_of_a_packed_draft() -> None:
    draft = Draft("https://a.test/", "T", "te\0xt", "<p>te\0xt</p>")

    packed = serialize.unpack(Draft, serialize.pack(draft))

    assert (packed.text, packed.html) == ("te\ufffdxt", "<p>te\ufffdxt</p>")


def test_a_draft_that_is_all_json_still_loads() -> None:
    draft = Draft("https://a.test/", "T", "text", "<p>text</p>")
    whole = zstd.compress(json.dumps(serialize.dump(draft)).encode())

    assert serialize.unpack(Draft, whole) == draft


def test_what_postgresql_refuses_is_replaced() -> None:
    assert serialize.dump(SourceMetadata(title="a\0b\ud800c")) == {
        "title": "a\ufffdb?c"
    }


def test_a_row_of_a_later_version_still_loads() -> None:
    assert serialize.load(
        SourceMetadata, {"title": "T", "unheard_of": 1}
    ) == SourceMetadata(title="T")
