"""The readers: what each format says, and that no bytes make them raise or run on."""

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.records import Validators
from pipeline.discovery.frontier.source_memory import CachedSource
from pipeline.discovery.readers.dates import read_date
from pipeline.discovery.readers.parse import read, read_robots
from pipeline.discovery.readers.parsed import ParsedSource, SourceLink
from pipeline.discovery.readers.sniff import sniff
from tests.pace import work_of_less_than

URL = "https://example.org/blog/"

KINDS = [
    (b"<?xml version='1.0'?>\n<!-- c --><rss version='2.0'>", "feed"),
    (b"\xef\xbb\xbf<feed xmlns='http://www.w3.org/2005/Atom'>", "feed"),
    (b"<rdf:RDF xmlns:rdf='x'>", "feed"),
    (
        b"<?xml-stylesheet href='x'?>\n<!DOCTYPE rss [\n<!ENTITY a 'b'>\n]>\n<rss>",
        "feed",
    ),
    ("<?xml version='1.0' encoding='utf-16'?><rss>".encode("utf-16"), "feed"),
    (b"<b>Warning</b>: x in y.php<br/>\n<?xml version='1.0'?><rss>", "feed"),
    (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>", "sitemap"),
    (b"<sm:urlset xmlns:sm='http://www.sitemaps.org/schemas/sitemap/0.9'>", "sitemap"),
    (b"<sitemapindex>", "index"),
    (b"<!doctype html><html>", "page"),
    (b"<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN' 'x'><html>", "page"),
    (b"<redirect><newLocation>https://a.example/</newLocation></redirect>", "moved"),
    (b'{"version": "https://jsonfeed.org/version/1"}', "json"),
    (b"https://example.org/a\nhttps://example.org/b\n", "lines"),
    (b"   ", "nothing"),
    (b"", "nothing"),
]


@pytest.mark.parametrize(("body", "kind"), KINDS)
def test_a_source_is_told_by_its_root_element(body: bytes, kind: str) -> None:
    assert sniff(body) == kind


def test_a_feed_says_what_it_knows_of_its_entries() -> None:
    reading = read(
        b"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Jane &amp; co</title><link>https://example.org/</link>
        <language>en-GB</language><item><title>Use &lt;em&gt;less&lt;/em&gt; &amp;amp; win</title><link>/blog/less/</link>
        <dc:creator>Jane</dc:creator><category>tea</category><pubDate>Mon, 06 May 2024 23:30:00 -0500</pubDate>
        <description>Short</description><content:encoded>&lt;p&gt;&lt;a href="x"&gt;Long&lt;/a&gt;</content:encoded>
        </item></channel></rss>""",
        URL,
    )
    said = reading.links[0].metadata
    assert (reading.name, reading.language) == ("Jane & co", "en-GB")
    assert reading.links[0].url == "https://example.org/blog/less/"
    assert (said.title, said.authors, said.tags) == (
        "Use less & win",
        ("Jane",),
        ("tea",),
    )
    assert said.published is not None
    assert said.published.isoformat() == "2024-05-06T23:30:00-05:00"
    assert said.html == '<p><a href="x">Long</a>'


def test_a_feed_that_is_utf_8_is_read_so_whatever_its_server_claims() -> None:
    body = "<rss><channel><title>Café</title><item><title>Émile</title><link>https://a.example/e</link></item></channel></rss>"
    assert (
        read(body.encode(), URL, "text/xml; charset=iso-8859-1").links[0].metadata.title
        == "Émile"
    )
    latin = "<?xml version='1.0' encoding='iso-8859-1'?>" + body
    assert (
        read(latin.encode("latin-1"), URL, "text/xml").links[0].metadata.title
        == "Émile"
    )


def test_a_link_blogs_own_pages_are_taken_not_what_they_point_to() -> None:
    body = b"""<rss><channel><link>https://example.org/</link><item><link>https://elsewhere.example/x</link>
        <guid isPermaLink="true">https://example.org/2024/x</guid></item></channel></rss>"""
    assert [m.url for m in read(body, URL).links] == ["https://example.org/2024/x"]


def test_a_feed_of_comments_is_no_feed_of_articles() -> None:
    body = b"<rss><channel><title>Comments on: A post</title><item><link>https://a.example/p/#comment-1</link></item></channel></rss>"
    assert read(body, URL).kind == "comments"


def test_a_json_feed_is_read_whatever_its_content_type() -> None:
    body = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "T", "next_url": "/feed2.json", "items": [
        {"id": "1", "url": "https://example.org/a", "title": "A", "date_published": "2024-05-06T07:08:09Z",
         "authors": [{"name": "Jane"}], "content_text": "x < y", "tags": ["tea"]}, {"id": 2}, "junk"]}"""
    reading = read(body, URL, "text/html")
    assert [m.url for m in reading.links] == ["https://example.org/a"]
    assert reading.links[0].metadata.published == datetime(
        2024, 5, 6, 7, 8, 9, tzinfo=UTC
    )
    assert reading.links[0].metadata.html == "x &lt; y"
    assert SourceLink("https://example.org/feed2.json", "feed-next") in reading.sources


def test_sitemap_lines_may_be_relative_and_image_lines_are_left_out() -> None:
    body = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <url><image:image><image:loc>https://example.org/a.png</image:loc></image:image><loc>/a/</loc>
        <lastmod>2024-05-06</lastmod></url><url><loc> b/ </loc></url><url></url></urlset>"""
    assert [m.url for m in read(body, URL).links] == [
        "https://example.org/a/",
        "https://example.org/blog/b/",
    ]
    assert read(body, URL).links[0].metadata.lastmod == datetime(2024, 5, 6)


def test_a_zipped_sitemap_index_names_its_sitemaps() -> None:
    body = b"<sitemapindex><sitemap><loc>https://example.org/s1.xml.gz</loc></sitemap></sitemapindex>"
    reading = read(gzip.compress(body), URL)
    assert (reading.kind, reading.sources) == (
        "index",
        (SourceLink("https://example.org/s1.xml.gz", "sitemap"),),
    )


def test_a_broken_sitemap_gives_what_came_before_the_damage() -> None:
    body = b"<urlset><url><loc>https://example.org/a</loc></url><url><loc>https://example.org/b"
    assert [m.url for m in read(body, URL).links][:1] == ["https://example.org/a"]


def test_robots_names_its_sitemaps_even_relative_ones() -> None:
    reading = read_robots(
        b"User-agent: *\nDisallow: /x\nSitemap: /map.xml\nsitemap: https://example.org/b.xml",
        "https://example.org/robots.txt",
    )
    assert [lead.url for lead in reading.sources] == [
        "https://example.org/map.xml",
        "https://example.org/b.xml",
    ]


def test_a_page_tells_lines_of_lists_from_menus_and_sentences() -> None:
    reading = read(
        b"""<html lang=en><body><nav><a href=/about/>About</a></nav><main><ul><li><time datetime=2024-05-06>May</time>
        <a href=a/>A title</a></ul><p>I wrote about this in <a href=/b/>another post</a> a long time ago, as you know.</p>
        </main><footer><a href=/feed.xml>RSS</a></footer></body></html>""",
        URL,
    )
    assert [
        (m.url.removeprefix("https://example.org"), m.place) for m in reading.links
    ] == [
        ("/about/", "nav"),
        ("/blog/a/", "item"),
        ("/b/", "prose"),
        ("/feed.xml", "nav"),
    ]
    assert reading.links[1].metadata.published == datetime(2024, 5, 6)
    assert (
        SourceLink("https://example.org/feed.xml", "feed-link", "RSS")
        in reading.sources
    )


@pytest.mark.parametrize(
    "written",
    [
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "Monday, 01 January 0001 00:00:00 GMT",
        "0001-01-01T00:00:00Z",
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "1970-01-01",
        "01 Jan 1900",
    ],
)
def test_what_programs_write_where_they_know_no_date_is_none(written: str) -> None:
    assert read_date(written) is None
    feed = f"<rss><channel><item><link>https://example.org/a</link><pubDate>{written}</pubDate></item></channel></rss>"
    assert read(feed.encode(), URL).links[0].metadata.published is None


@pytest.mark.parametrize(
    "written",
    [
        "Mon, 06 May 2024 07:08:09 -0500",
        "Mon, 06 May 2024 07:08 +0000",
        "2024-05-06T07:08:09+0200",
    ],
)
def test_a_time_of_day_and_its_zone_are_no_years(written: str) -> None:
    found = read_date(written)
    assert found is not None
    assert (found.year, found.month, found.day) == (2024, 5, 6)


def test_a_line_of_a_sitemap_is_not_called_like_its_pictures_and_videos() -> None:
    body = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"
        xmlns:v="http://www.google.com/schemas/sitemap-video/1.1" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
        <url><loc>https://example.org/a</loc><i:image><i:loc>https://example.org/a.png</i:loc><i:title>IMG_7.jpg</i:title></i:image>
        <v:video><v:title>A film</v:title><v:publication_date>1999-01-01</v:publication_date></v:video></url>
        <url><loc>https://example.org/b</loc><i:image><i:title>IMG_8.jpg</i:title></i:image>
        <n:news><n:publication><n:name>N</n:name><n:language>en</n:language></n:publication>
        <n:publication_date>2024-05-06</n:publication_date><n:title>The news</n:title></n:news></url></urlset>"""
    plain, news = read(body, URL).links
    assert (plain.url, plain.metadata.title) == ("https://example.org/a", "")
    assert plain.metadata.published is None
    assert (news.metadata.title, news.metadata.language) == ("The news", "en")
    assert news.metadata.published == datetime(2024, 5, 6)


def test_undeclared_prefixes_are_told_apart_too() -> None:
    body = b"<urlset><url><image:loc>https://example.org/a.png</image:loc><image:title>x</image:title><loc>https://example.org/a</loc></url></urlset>"
    [link] = read(body, URL).links
    assert (link.url, link.metadata.title) == ("https://example.org/a", "")


def test_a_page_that_only_sends_elsewhere_is_a_stub() -> None:
    body = b"<html><head><meta http-equiv=refresh content=\"0; url='/new/'\"></head></html>"
    assert read(body, URL) == ParsedSource(
        "stub", URL, canonical="https://example.org/new/"
    )


BOMBS = {
    "a gzip of a gigabyte": gzip.compress(
        b"<urlset>" + b" " * 60_000_000 + b"</urlset>"
    ),
    "entities that multiply": b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
    + b"".join(
        b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    + b"]><urlset><url><loc>https://a.example/&j;</loc></url></urlset>",
    "an entity that reads a file": b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>https://a.example/&a;</loc></url></urlset>",
    "a hundred thousand lines": b"<urlset>"
    + b"<url><loc>https://a.example/x</loc></url>" * 100_000
    + b"</urlset>",
    "tags without end": b"<html>" + b"<div>" * 200_000 + b"<a href=/x>",
    "one long sentence of links": b"<html><p>" + b"and <a href=/x>y</a> " * 20_000,
    "one long line of links": b"<html><ul>" + b"<li><a href=/x>y</a>" * 50_000,
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
def test_bombs_are_read_within_two_seconds_of_work_and_with_bounds(body: bytes) -> None:
    with work_of_less_than(2):
        reading = read(body, URL, max_bytes=20_000_000)
    assert len(reading.links) <= 50_000
    assert not any("root:" in m.url for m in reading.links)


FRAGMENTS = [
    b"<rss>", b"<channel>", b"<item>", b"<link>", b"https://a.example/x", b"</link>", b"<feed>", b"<entry>", b"<urlset>", b"<url>",
    b"<loc>", b"<sitemapindex>", b"<a href='", b"'>", b"http://[::", b"<base href='http://[x'>", b"<![CDATA[", b"]]>", b"&#0;",
    b"\xff\xfe", b"\x00", b"<?xml version='1.0' encoding='x-none'?>", b"<time datetime='99999999'>", b"<pubDate>0000</pubDate>",
    b"{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [", b"{\"url\": 1}", b"]}", b"\x1f\x8b", b"<!DOCTYPE a [", b"<li>",
    b"<meta http-equiv=refresh content='.; url=x'>", b"<link rel=alternate type=application/rss+xml href='//['>", b"Sitemap: http://[",
]  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=30)), max_size=25
    ).map(b"".join)
)
def test_no_bytes_make_a_reader_raise_and_memory_keeps_what_they_say(
    body: bytes,
) -> None:
    for reading in (
        read(body, URL, "text/html; charset=nonsense"),
        read_robots(body, URL),
    ):
        memory = CachedSource.of(Validators("e", "l"), "d", reading)
        again = CachedSource.from_json(memory.to_json())
        assert [m.url for m in again.reading.links] == [m.url for m in reading.links]
        assert again.to_json() == memory.to_json()
