"""The normal form, pasted text, and what is one site."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.core.url import (
    BadURL,
    host_at,
    host_of,
    is_draft_of,
    normal_form,
    path_and_query,
    read_addresses,
    same_site,
    split,
    without_session,
)

SAME = [
    ("http://example.org/post/", "https://www.example.org/post"),
    ("https://example.org:443/a", "http://EXAMPLE.org:80/a"),
    ("https://example.org/a/index.html", "https://example.org/a/"),
    ("https://example.org", "https://example.org/index.php"),
    ("https://example.org/a?utm_source=x&b=1", "https://example.org/a?b=1"),
    ("https://example.org/a?b=1&a=2", "https://example.org/a?a=2&b=1"),
    ("https://example.org/a?source=rss----1", "https://example.org/a"),
    ("https://example.org/2024/05/a.html?m=1", "https://example.org/2024/05/a.html"),
    ("https://example.org/a#part", "https://example.org/a"),
    ("https://example.org/%7Ejane/%c3%a9", "https://example.org/~jane/é"),
    ("https://example.org/b/../a/./c", "https://example.org/a/c"),
    ("https://user:pw@example.org/a", "https://example.org/a"),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    ("https://example.org./a", "https://example.org/a"),
    ("https://example.org/a;jsessionid=0A1B", "https://example.org/a"),
    ("https://example.org/a;JSESSIONID=0A1B?b=1", "https://example.org/a?b=1"),
    ("https://example.org/a?sid=0123456789abcdef0123", "https://example.org/a"),
    ("https://example.org//notes///a", "https://example.org/notes/a"),
    ("https://example.org/a?xtor=RSS-1", "https://example.org/a"),
    ("https://example.org/a?from=feed&b=1", "https://example.org/a?b=1"),
]

DIFFERENT = [
    ("https://example.org/?p=1", "https://example.org/?p=2"),
    ("https://example.org/what%3F", "https://example.org/what?"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org/a%23b", "https://example.org/a#b"),
    ("https://example.org/x%2541", "https://example.org/x%41"),
    ("https://example.org/Post", "https://example.org/post"),
    ("https://example.org/a.html", "https://example.org/a"),
    ("https://example.org/?m=202405", "https://example.org/"),
    ("https://example.org/a?source=code", "https://example.org/a"),
    ("https://blog.example.org/a", "https://example.org/a"),
    ("https://example.org:8000/a", "https://example.org/a"),
    ("https://example.org/a?sid=12", "https://example.org/a?sid=13"),
    ("https://example.org/a?from=berlin", "https://example.org/a"),
    ("https://example.org/to/https://a.org", "https://example.org/to/https:/b.org"),
    ("https://example.org/a?b=2&b=1", "https://example.org/a?b=1&b=2"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_addresses_of_one_article_have_one_normal_form(
    one: str, other: str
) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_addresses_that_mean_different_things_stay_different(
    one: str, other: str
) -> None:
    assert normal_form(one) != normal_form(other)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "http://",
        "http://exa mple.org/",
        "https://a.org:99999/",
        "mailto:a@b.c",
    ],
)
def test_what_is_no_address_of_a_page_is_refused_with_a_reason(url: str) -> None:
    with pytest.raises(BadURL, match=r"\w"):
        normal_form(url)


PATHS = st.text(
    st.sampled_from("abAB01/.%2F3~?&=#;+: é\\[]{}|^\"'<>@!$()*,-_\n"), max_size=30
)


@given(PATHS)
def test_the_normal_form_of_a_normal_form_is_itself(path: str) -> None:
    key = normal_form(f"https://example.org/{path}")
    assert normal_form(key) == key
    assert key.startswith("https://example.org/")


@given(PATHS)
def test_an_escaped_question_mark_slash_or_hash_stays_escaped(path: str) -> None:
    safe = "".join(character for character in path if character not in "?#.%")
    key = normal_form(f"https://example.org/{safe}x%3Fy%2Fz%23w")
    assert key.endswith("x%3Fy%2Fz%23w")
    assert "?" not in key


@given(st.text(max_size=60))
def test_any_text_at_all_is_a_normal_form_or_a_bad_url(text: str) -> None:
    try:
        key = normal_form(text)
    except BadURL:
        return
    assert normal_form(key) == key


def test_pasted_text_becomes_addresses_each_once_and_in_order() -> None:
    good, bad = read_addresses(
        """- https://a.example/blog/, b.example
        <http://c.example>   # my favourite
        http://www.a.example/blog
        localhost:8000/x
        """
    )
    assert good == (
        "https://a.example/blog/",
        "https://b.example",
        "http://c.example",
        "https://localhost:8000/x",
    )
    assert bad == ()


def test_each_bad_piece_of_pasted_text_says_what_is_wrong_with_it() -> None:
    good, bad = read_addresses(
        "https://a.example/ ftp://b.example/ blog http://\nhttps://c.example:99999/"
    )
    assert good == ("https://a.example/",)
    assert [each.text for each in bad] == [
        "ftp://b.example/",
        "blog",
        "http://",
        "https://c.example:99999/",
    ]
    assert [each.error for each in bad] == [
        "ftp://b.example/: ftp is neither http nor https",
        "blog: not a full address such as https://example.org/blog/",
        "http://: it names no host",
        "https://c.example:99999/: port out of range 0-65535",
    ]


@given(st.text(max_size=200))
def test_any_pasted_text_ends_in_addresses_and_errors(text: str) -> None:
    good, bad = read_addresses(text)
    assert all(url.startswith(("http://", "https://")) or "://" in url for url in good)
    assert all(each.error for each in bad)


def test_www_and_scheme_make_no_other_site_but_a_subdomain_does() -> None:
    assert same_site("http://www.example.org/a", "https://example.org/b")
    assert not same_site("https://blog.example.org/", "https://example.org/")
    assert not same_site("https://example.org/", "nonsense")


URLS = st.builds(
    "{}{}{}".format,
    st.sampled_from(
        [
            "https://",
            "http://",
            "https://a",
            "http://www.",
            "HTTPS://",
            " https://",
            "//",
            "mailto:",
            "",
        ]
    ),
    st.text(st.sampled_from("aB.w:8@[]é?#/ "), max_size=8),
    PATHS,
)


def host_or_error(find: Callable[[str], str], url: str) -> str:
    try:
        return find(url)
    except BadURL as error:
        return f"no host: {error}"


@given(URLS)
@example("https://0 /")
@example("https:// /")
def test_the_host_at_a_url_is_that_of_its_parts(url: str) -> None:
    assert host_or_error(host_at, url) == host_or_error(
        lambda url: host_of(split(url)), url
    )


@given(URLS.map(lambda url: url.replace("\n", "")))
def test_path_and_query_are_what_the_standard_library_says(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    assert path_and_query(url) == (parts.path, parts.query)


PIECES = st.lists(
    st.sampled_from(
        ["/", "/.", "/..", "a", "B", ";", "%7e", "?b", "#", " ", "/index.html"]
    ),
    max_size=9,
)
PLAIN = st.builds(
    "{}{}".format,
    st.sampled_from(["https://www.a.org", "http://a.org:80"]),
    PIECES.map("".join),
)


@given(PLAIN)
def test_an_address_with_nothing_to_respell_has_the_normal_form_that_its_parts_have(
    url: str,
) -> None:
    # With capitals in its scheme it is taken apart like any other.
    assert host_or_error(normal_form, url) == host_or_error(
        normal_form, url.replace("http", "HTTP", 1)
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("feed://a.example/rss", "http://a.example/rss"),
        ("feed:https://a.example/rss", "https://a.example/rss"),
    ],
)
def test_what_browsers_hand_to_feed_readers_is_an_address(
    written: str, meant: str
) -> None:
    assert read_addresses(written) == ((meant,), ())


@pytest.mark.parametrize(
    ("url", "home", "is_draft"),
    [
        ("http://localhost:4000/a", "https://example.org/", True),
        ("http://127.0.0.1:8000/a", "http://127.0.7.1/", True),
        ("http://192.168.0.2/a", "https://example.org/", True),
        ("http://box.local/a", "https://example.org/", True),
        ("http://127.0.7.2/a", "http://127.0.7.1/", False),
        ("http://localhost:4000/a", "http://localhost:4000/", False),
        ("https://example.com/a", "https://example.org/", False),
    ],
)
def test_the_address_of_an_author_s_machine_is_recognised(
    url: str, home: str, is_draft: bool
) -> None:
    assert is_draft_of(url, home) == is_draft


def test_an_address_without_a_session_is_what_anybody_may_ask_for() -> None:
    session = "phpsessid=0123456789abcdef"
    assert without_session(f"https://a.org/x?b=1&{session}") == "https://a.org/x?b=1"
    assert without_session(f"https://a.org/x?{session}&b=1") == "https://a.org/x?b=1"
    assert without_session("https://a.org/x;jsessionid=1?b=1") == "https://a.org/x?b=1"
    assert without_session("https://a.org/x?sid=12") == "https://a.org/x?sid=12"
