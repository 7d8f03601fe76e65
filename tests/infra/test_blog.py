"""The sample blog answers as expected.json promises."""

import gzip
import json
import time
from collections.abc import Iterator
from datetime import timedelta

import feedparser
import pytest
import requests
from lxml import etree, html

from infra.local.blog import Blog
from infra.local.sample import read_posts, site
from infra.local.sample.feeds import NEWEST
from infra.local.sample.oddities import (
    BROKEN,
    EMPTY,
    MISSING,
    MOVED,
    SLOW,
    SLOW_SECONDS,
)
from infra.local.sample.posts import SITE

EXPECTED = json.loads((SITE / "expected.json").read_text())
ARTICLES = EXPECTED["stored"] + [path for group in EXPECTED["same"] for path in group]


@pytest.fixture(scope="module")
def blog() -> Iterator[Blog]:
    with Blog() as blog:
        yield blog


def get(blog: Blog, path: str, **options: object) -> requests.Response:
    return requests.get(blog.url.rstrip("/") + path, timeout=180, **options)


def listed(blog: Blog, path: str) -> list[str]:
    body = get(blog, path).content
    if path.endswith(".gz"):
        body = gzip.decompress(body)
    addresses = etree.fromstring(body).xpath("//*[local-name()='loc']/text()")
    return [address.removeprefix(blog.url.rstrip("/")) for address in addresses]


def test_every_article_is_a_page_with_its_title_and_code(blog: Blog) -> None:
    for post in read_posts():
        page = html.fromstring(get(blog, post.path).content)

        assert page.xpath("//h1/text()") == [post.title]
        assert len(page.xpath("//pre/code")) == post.source.count("\n```") // 2
        assert 100 < len(page.xpath("string(//article)").split()) < 500


def test_expectations_name_every_post_and_every_address_of_the_sitemap() -> None:
    with Blog() as blog:
        parts = [
            path for part in listed(blog, "/sitemap.xml") for path in listed(blog, part)
        ]

    assert {post.path for post in read_posts()} <= set(ARTICLES)
    assert set(parts) == {*ARTICLES, *EXPECTED["rejected"], *EXPECTED["left"]}
    assert not set(EXPECTED["unseen"]) & set(parts)


@pytest.mark.parametrize("feed", ["/feed.xml", "/atom.xml"])
def test_feeds_hold_the_newest_posts_with_author_and_zone(
    blog: Blog, feed: str
) -> None:
    entries = feedparser.parse(get(blog, feed).content).entries

    assert [entry.title for entry in entries] == [
        post.title for post in read_posts()[:NEWEST]
    ]
    assert {entry.author for entry in entries} == {
        "Marta Lindqvist",
        "Tobias Okafor",
        "Jun Amari",
    }
    assert (
        len({post.published.utcoffset() for post in read_posts()} - {timedelta(0)}) > 1
    )


def test_json_feed_holds_the_newest_posts(blog: Blog) -> None:
    assert len(get(blog, "/feed.json").json()["items"]) == NEWEST


def test_following_the_older_posts_reaches_every_post(blog: Blog) -> None:
    path, seen = "/", []
    while path:
        page = html.fromstring(get(blog, path).content)
        seen += page.xpath("//section/h2/a/@href")
        path = next(iter(page.xpath("//a[@rel='next']/@href")), "")

    assert seen == [post.path for post in read_posts()]


def test_awkward_pages_are_awkward(blog: Blog) -> None:
    assert get(blog, MISSING).status_code == 404
    assert get(blog, BROKEN).status_code == 500
    assert get(blog, EMPTY).content == b""
    assert get(blog, MOVED, allow_redirects=False).status_code == 301
    assert get(blog, MOVED).url.endswith("/posts/dataclass-defaults/")
    assert "Disallow: /private/" in get(blog, "/robots.txt").text

    began = time.monotonic()
    get(blog, SLOW)
    assert time.monotonic() - began >= SLOW_SECONDS


def test_one_page_says_its_charset_only_in_its_head(blog: Blog) -> None:
    answer = get(blog, "/posts/encodage/")

    assert answer.headers["Content-Type"] == "text/html"
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")
    assert "L’été où nos accents" in answer.content.decode("windows-1252")


def test_a_page_that_did_not_change_is_not_sent_again(blog: Blog) -> None:
    tag = get(blog, "/about/").headers["ETag"]

    again = get(blog, "/about/", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")


def test_requests_are_counted_and_can_be_slowed() -> None:
    with Blog(latency=0.2) as blog:
        began = time.monotonic()
        get(blog, "/about/")
        get(blog, "/nowhere/")

        assert time.monotonic() - began >= 0.4
        assert blog.hits() == {"/about/": 1, "/nowhere/": 1}
        assert [request.status for request in blog.requests] == [200, 404]


def test_the_site_is_the_same_each_time() -> None:
    assert site("http://blog.test") == site("http://blog.test")
