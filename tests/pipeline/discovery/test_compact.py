"""What is held folded comes back as it was, and what many records share is there once."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.records import Candidate, SourceMetadata
from pipeline.discovery.readers.parsed import LINE, ExtractedLink, ParsedSource
from pipeline.discovery.scoring.compact import LazySequence, cut
from pipeline.discovery.scoring.evidence import Evidence
from pipeline.discovery.scoring.items import key_of
from pipeline.discovery.scoring.select import judged_by_key
from pipeline.discovery.urls.patterns import shape_of
from pipeline.discovery.urls.scope import Scope

BLOG = "http://www.tea.example"
SAID = SourceMetadata(lastmod=datetime(2025, 5, 4, 12, tzinfo=UTC))
PATHS = st.lists(
    st.sampled_from(
        ["/", "posts", "/a-post", "/a-post/", "/2024/05", "/index.html", "/index.md", ".html", "%C3%A9", "é", "//",
         "?p=7", "?utm_source=x", "#top", "/..", "/./", "%2F", " ", "A", "www.tea.example", "https://tea.example/"]
    ),
    max_size=7,
).map("".join)  # fmt: skip


@given(
    st.sampled_from(["http://", "https://", "HTTP://me@"]),
    st.sampled_from(["tea.example", "www.Tea.example:80"]),
    PATHS,
)
def test_every_address_and_its_shape_come_back_as_they_were(
    scheme: str, host: str, path: str
) -> None:
    url = scheme + host + "/" + path
    evidence = Evidence(Scope(frozenset({"tea.example"})))
    evidence.add(
        ParsedSource("sitemap", BLOG, (ExtractedLink(url, LINE, SAID),)),
        BLOG,
        "sitemap",
    )
    key = key_of(url)

    item = evidence.items[key]

    assert (item.url, item.key, item.shape) == (
        url.partition("#")[0],
        key,
        shape_of(key if "?" in url else url),
    )
    assert item.places == ((BLOG, LINE),)
    assert item.source_metadata is SAID


@given(st.text(max_size=6), st.text(max_size=9), st.text(max_size=3))
def test_a_text_comes_back_from_whatever_it_was_cut_from(
    text: str, whole: str, piece: str
) -> None:
    assert cut(text, whole, piece).of(whole) == text


def test_what_many_records_share_is_there_once() -> None:
    judged = judged_by_key()
    for n in range(100):
        key = f"https://tea.example/posts/{n}"
        found, sources = tuple("found".split()), tuple(BLOG.split())  # each made anew
        judged[key] = (
            Candidate(f"{BLOG}/posts/{n}/", key, 0.9, found, sources, SAID),
            "static-page",
        )

    assert len({id(rest) for rest in judged._held.values()}) == 1
    assert judged["https://tea.example/posts/7"][0].url == f"{BLOG}/posts/7/"


def test_the_same_moment_of_two_zones_stays_as_each_source_writes_it() -> None:
    there = SourceMetadata(
        lastmod=datetime(2025, 5, 4, 14, tzinfo=timezone(timedelta(hours=2)))
    )
    assert there == SAID
    judged = judged_by_key()
    for name, said in ("a", SAID), ("b", there), ("c", SAID):
        judged[f"https://tea.example/{name}"] = (
            Candidate(BLOG, f"https://tea.example/{name}", 0.9, (), (), said),
            "",
        )

    dated = [candidate.source_metadata.lastmod for candidate, _ in judged.values()]
    assert [at.isoformat()[-6:] for at in dated if at] == ["+00:00", "+02:00", "+00:00"]


def test_a_list_is_made_whenever_somebody_looks_at_it() -> None:
    made = LazySequence(range(3), lambda n: n * n)

    assert list(made) == list(made) == [0, 1, 4]
    assert (made[-1], len(made), list(made[1:])) == (4, 3, [1, 4])
