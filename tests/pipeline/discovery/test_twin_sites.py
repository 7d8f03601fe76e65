"""Whole blogs in miniature whose URLs come in several spellings, or whose lists hold more than articles."""

import gzip
from collections.abc import Callable
from urllib.parse import quote, unquote, urlsplit

import pytest

from tests.pipeline.discovery.miniature import (
    TEAS,
    TOPICS,
    Blog,
    atom,
    blog,
    day,
    feed_link,
    html,
    lines,
    links,
    look,
    paged,
    pair,
    posts_in,
    rss,
    sitemap,
    sitemap_index,
    slug,
    teasers,
    title,
)


def path_of(url: str) -> str:
    """What tells an article from others: its path, decoded, and no marks."""
    path = unquote(urlsplit(url).path).removesuffix("index.html")
    return path.rstrip("/").lower()


# Spellings of one URL.


def links_with_www_and_a_sitemap_without() -> Blog:
    posts = posts_in("/posts/", 20)
    own = "https://www.two.test"
    pages: dict[str, str | bytes] = {
        "https://two.test/": html(
            lines([own + post for post in posts[:8]]), head=feed_link(own + "/feed.xml")
        ),
        own + "/feed.xml": rss(own + "/", posts[:8]),
        "https://two.test/sitemap.xml": sitemap("https://two.test/", posts),
    }
    return blog("https://two.test/", pages, posts)


def a_start_with_http_whose_links_have_https() -> Blog:
    posts = posts_in("/posts/", 20)
    safe = "https://plain.test"
    pages: dict[str, str | bytes] = {
        "/": html(
            lines([safe + post for post in posts[:8]]), head=feed_link("/feed.xml")
        ),
        "/feed.xml": rss("http://plain.test/", posts[:8]),
        "/sitemap.xml": sitemap(safe, posts),
    }
    return blog("http://plain.test/", pages, posts)


def a_feed_without_the_slash_that_the_sitemap_has() -> Blog:
    posts = posts_in("/writing/", 20)
    pages: dict[str, str | bytes] = {
        "/": html(
            lines([post.rstrip("/") for post in posts[:9]]), head=feed_link("/f.xml")
        ),
        "/f.xml": rss("https://slash.test/", [post.rstrip("/") for post in posts[:9]]),
        "/sitemap.xml": sitemap("https://slash.test/", ["/about/", *posts]),
    }
    return blog("https://slash.test/", pages, posts)


def lists_that_name_the_file_index_html() -> Blog:
    posts = posts_in("/posts/", 18)
    pages: dict[str, str | bytes] = {
        "/": html(
            lines([post + "index.html" for post in posts]),
            head=feed_link("/index.xml"),
            nav=links("/about/index.html", "/index.html"),
        ),
        "/index.xml": rss("https://file.test/", posts[:10]),
        "/sitemap.xml": sitemap("https://file.test/", ["/", "/about/", *posts]),
    }
    return blog("https://file.test/", pages, posts)


def amp_twins_in_list_and_sitemap() -> Blog:
    posts = posts_in("/", 16)
    twins = [post + "amp/" for post in posts]
    listed = "".join(
        f"<article><h2><a href='{post}'>{title(n)}</a></h2><time datetime={day(n)}>{day(n)}</time> <a href='{post}amp/'>AMP</a></article>"
        for n, post in enumerate(posts)
    )
    pages: dict[str, str | bytes] = {
        "/": html(listed, head=feed_link("/feed/"), nav=links("/about/")),
        "/feed/": rss("https://amp.test/", posts[:10]),
        "/sitemap.xml": sitemap("https://amp.test/", ["/about/", *posts, *twins]),
    }
    return blog("https://amp.test/", pages, posts)


def amp_and_print_twins_by_query() -> Blog:
    posts = [f"/news/{slug(n)}.html" for n in range(16)]
    listed = "".join(
        f"<li><time datetime={day(n)}>{day(n)}</time> <a href='{post}'>{title(n)}</a> <a href='{post}?print=1'>Print</a> <a href='{post}?amp=1'>AMP</a></li>"
        for n, post in enumerate(posts)
    )
    pages: dict[str, str | bytes] = {"/": html(f"<ul>{listed}</ul>")}
    return blog("https://print.test/", pages, posts)


def print_twins_in_a_folder_of_their_own() -> Blog:
    posts = posts_in("/entries/", 15)
    twins = [post.replace("/entries/", "/print/") for post in posts]
    pages: dict[str, str | bytes] = {
        "/": html(lines(posts), head=feed_link("/atom.xml", "atom")),
        "/atom.xml": atom("https://paper.test/", posts),
        "/sitemap.xml": sitemap("https://paper.test/", [*posts, *twins]),
    }
    return blog("https://paper.test/", pages, posts)


def translations_beside_the_originals() -> Blog:
    posts = posts_in("/en/posts/", 14)
    twins = [post.replace("/en/", "/de/") for post in posts]
    tongue = "<link rel=alternate hreflang=de href='/de/'>"
    pages: dict[str, str | bytes] = {
        "/en/": html(
            lines(posts), head=feed_link("/en/index.xml") + tongue, nav=links("/de/")
        ),
        "/en/index.xml": rss("https://tongues.test/en/", posts),
        "/de/": html(lines(twins), head=feed_link("/de/index.xml")),
        "/de/index.xml": rss("https://tongues.test/de/", twins),
        "/sitemap.xml": sitemap_index(
            "https://tongues.test/", ["en/sitemap.xml", "de/sitemap.xml"]
        ),
        "/en/sitemap.xml": sitemap("https://tongues.test/", ["/en/", *posts]),
        "/de/sitemap.xml": sitemap("https://tongues.test/", ["/de/", *twins]),
    }
    return blog("https://tongues.test/en/", pages, posts)


def lists_with_tracking_parameters() -> Blog:
    posts = posts_in("/posts/", 22)
    marks = ("?utm_source=home&utm_medium=list", "?ref=home", "?fbclid=IwAR0aX", "")
    listed = [post + marks[n % 4] for n, post in enumerate(posts)]
    pages: dict[str, str | bytes] = {
        "/": html(
            teasers(
                listed[:10], more="<a class=next rel=next href='/?page=2'>Older</a>"
            )
        ),
        "/?page=2": html(teasers(listed[10:])),
    }
    return blog("https://marked.test/", pages, posts)


def paths_in_capitals() -> Blog:
    posts = [f"/Blog/{title(n).title().replace(' ', '-')}.aspx" for n in range(19)]
    nav = links("/Default.aspx", "/Blog/Default.aspx", "/About.aspx", "/Contact.aspx")
    listed = "".join(
        f"<tr><td>{day(n):%d.%m.%Y}</td><td><a href='{post}'>{title(n)}</a></td></tr>"
        for n, post in enumerate(posts)
    )
    pages: dict[str, str | bytes] = {
        "/": html("<p>Welcome.</p>", nav=nav),
        "/Blog/Default.aspx": html(f"<table>{listed}</table>", nav=nav),
    }
    return blog("https://capital.test/", pages, posts)


def percent_encoded_and_plain_spellings() -> Blog:
    names = [f"über-{TOPICS[n]}-und-träume-{n}" for n in range(15)]
    posts = [f"/texte/{quote(name)}/" for name in names]
    pages: dict[str, str | bytes] = {
        "/": html(
            lines([f"/texte/{name}/" for name in names]), nav=links("/über-mich/")
        ),
        "/sitemap.xml": sitemap(
            "https://umlaut.test/", [post.lower() for post in posts]
        ),
    }
    return blog("https://umlaut.test/", pages, posts)


def a_host_with_umlauts() -> Blog:
    posts = posts_in("/posts/", 13)
    pages: dict[str, str | bytes] = {
        "https://tee-für-alle.test/": html(
            lines(posts[:7]),
            head=feed_link("https://xn--tee-fr-alle-xhb.test/feed.xml"),
        ),
        "https://xn--tee-fr-alle-xhb.test/feed.xml": rss(
            "https://xn--tee-fr-alle-xhb.test/", posts
        ),
    }
    found = blog("https://tee-für-alle.test/", pages, posts)
    return found


def a_gzipped_sitemap_below_an_index() -> Blog:
    posts = posts_in("/2/", 31)
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:5]), nav=links("/about/", "/talks/")),
        "/robots.txt": "Sitemap: https://zip.test/maps/index.xml.gz",
        "/maps/index.xml.gz": gzip.compress(
            sitemap_index(
                "https://zip.test/", ["maps/1.xml.gz", "maps/2.xml.gz"]
            ).encode()
        ),
        "/maps/1.xml.gz": gzip.compress(
            sitemap("https://zip.test/", posts[:16]).encode()
        ),
        "/maps/2.xml.gz": gzip.compress(
            sitemap("https://zip.test/", [*posts[16:], "/about/", "/talks/"]).encode()
        ),
    }
    return blog("https://zip.test/", pages, posts)


# Lists and sitemaps that hold more than articles.


def a_sitemap_with_what_the_theme_brought_along() -> Blog:
    posts = posts_in("/posts/", 24)
    brought = [
        "/posts/template/",
        "/posts/draft/",
        "/drafts/a-post-that-is-not-done-yet/",
    ]
    around = {"head": feed_link("/index.xml"), "nav": links("/posts/", "/about/")}
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:5]), **around),
        "/posts/": html(lines(posts), **around),
        "/index.xml": rss("https://theme.test/", posts),
        "/sitemap.xml": sitemap(
            "https://theme.test/", ["/", "/posts/", "/about/", *posts, *brought]
        ),
    }
    return blog("https://theme.test/", pages, posts)


def a_placeholder_in_a_sitemap_beside_a_complete_list() -> Blog:
    posts = [f"/notes/{day(n)}-{slug(n)}.html" for n in range(30)]
    around = {"nav": links("/index.html", "/notes/index.html", "/cv.html")}
    pages: dict[str, str | bytes] = {
        "/": html("<p>Hello.</p>", **around),
        "/notes/index.html": html(lines(posts), **around),
        "/sitemap.xml": sitemap(
            "https://holder.test/",
            [
                "/index.html",
                "/cv.html",
                *posts,
                "/notes/YYYY-MM-DD-title-of-the-post.html",
            ],
        ),
    }
    return blog("https://holder.test/", pages, posts)


def attachments_below_the_articles() -> Blog:
    posts = posts_in("/", 20)
    files = [f"{post}diagram-of-part-{n}/" for n, post in enumerate(posts[:9])]
    shown = "".join(
        f"<article><h2><a href='{post}'>{title(n)}</a></h2><a href='{post}diagram-of-part-{n}/'><img src=/d{n}.png alt='a diagram'></a></article>"
        for n, post in enumerate(posts[:9])
    )
    pages: dict[str, str | bytes] = {
        "/": html(shown, head=feed_link("/feed/"), nav=links("/about/")),
        "/feed/": rss("https://attach.test/", posts[:10]),
        "/sitemap_index.xml": sitemap_index(
            "https://attach.test/", ["post-sitemap.xml", "attachment-sitemap.xml"]
        ),
        "/post-sitemap.xml": sitemap("https://attach.test/", ["/", *posts]),
        "/attachment-sitemap.xml": sitemap("https://attach.test/", files),
    }
    return blog("https://attach.test/", pages, posts)


def dated_projects_beside_posts() -> Blog:
    posts = posts_in("/posts/", 14)
    projects = [f"/projects/{pair(n)}/" for n in range(8)]
    talks = [f"/talks/{day(n)}-{TOPICS[n]}/" for n in range(5)]
    around = {
        "head": feed_link("/posts/index.xml"),
        "nav": links("/posts/", "/projects/", "/talks/"),
    }
    pages: dict[str, str | bytes] = {
        "/": html(lines(posts[:4]) + lines(projects[:4]), **around),
        "/posts/": html(lines(posts), **around),
        "/projects/": html(lines(projects), **around),
        "/talks/": html(lines(talks), **around),
        "/posts/index.xml": rss("https://works.test/", posts),
        "/sitemap.xml": sitemap("https://works.test/", [*posts, *projects, *talks]),
    }
    return blog("https://works.test/", pages, posts)


def tag_pages_that_look_like_posts() -> Blog:
    posts = [f"/{pair(n)}/" for n in range(40)]
    tags = [f"/{tea}-for-beginners/" for tea in TEAS]
    around = {"head": feed_link("/feed.xml"), "nav": links("/about/", *tags)}
    pages = paged(posts, 8, lambda n: "/" if n == 1 else f"/page{n}/", **around)
    pages |= {
        "/feed.xml": rss("https://alike.test/", posts[:10]),
        "/sitemap.xml": sitemap("https://alike.test/", ["/", *posts, *tags, "/about/"]),
    }
    return blog("https://alike.test/", pages, posts)


def writers_with_two_names() -> Blog:
    posts = posts_in("/articles/", 25)
    writers = ["/authors/jane-doe/", "/authors/max-of-the-hills/"]
    around = {
        "head": feed_link("/articles/feed/"),
        "nav": links("/articles/", "/authors/"),
    }
    pages = paged(
        posts,
        10,
        lambda n: "/articles/" if n == 1 else f"/articles/page/{n}/",
        **around,
    )
    pages |= {
        "/": html(teasers(posts[:3]) + lines(writers, dates=False), **around),
        "/authors/": html(lines(writers, dates=False), **around),
        "/articles/feed/": rss("https://writers.test/", posts[:10]),
    }
    return blog("https://writers.test/", pages, posts)


def episodes_with_sound() -> Blog:
    posts = [f"/episodes/{90 - n}-{pair(n)}/" for n in range(28)]
    shown = "".join(
        f"<article><h3><a href='{post}'>{90 - n}: {title(n)}</a></h3><p>{day(n):%B %d, %Y}</p><a href='https://cdn.example.net/{n}.mp3'>Listen</a></article>"
        for n, post in enumerate(posts[:12])
    )
    around = {
        "head": feed_link("/podcast.xml"),
        "nav": links("/episodes/", "/hosts/", "/sponsors/", "/live/"),
    }
    pages: dict[str, str | bytes] = {
        "/": html(shown, **around),
        "/episodes/": html(lines(posts), **around),
        "/podcast.xml": rss("https://sound.test/", posts[:20]),
    }
    return blog("https://sound.test/", pages, posts)


def releases_as_posts() -> Blog:
    posts = [f"/changelog/{40 - n}-{n % 3}-0" for n in range(22)]
    listed = "".join(
        f"<section><h2><a href='{post}'>Version {40 - n}.{n % 3}.0</a></h2><time>{day(n)}</time><p>Fixes.</p></section>"
        for n, post in enumerate(posts)
    )
    pages: dict[str, str | bytes] = {
        "/changelog": html(listed, nav=links("/", "/pricing", "/docs", "/changelog")),
        "/sitemap.xml": sitemap(
            "https://version.test/", ["/", "/pricing", "/docs", *posts]
        ),
    }
    return blog("https://version.test/changelog", pages, posts)


SITES = [
    links_with_www_and_a_sitemap_without,
    a_start_with_http_whose_links_have_https,
    a_feed_without_the_slash_that_the_sitemap_has,
    lists_that_name_the_file_index_html,
    amp_twins_in_list_and_sitemap,
    amp_and_print_twins_by_query,
    print_twins_in_a_folder_of_their_own,
    translations_beside_the_originals,
    lists_with_tracking_parameters,
    paths_in_capitals,
    percent_encoded_and_plain_spellings,
    a_host_with_umlauts,
    a_gzipped_sitemap_below_an_index,
    a_sitemap_with_what_the_theme_brought_along,
    a_placeholder_in_a_sitemap_beside_a_complete_list,
    attachments_below_the_articles,
    dated_projects_beside_posts,
    tag_pages_that_look_like_posts,
    writers_with_two_names,
    episodes_with_sound,
    releases_as_posts,
]


@pytest.mark.parametrize("make", SITES, ids=lambda make: make.__name__)
def test_each_article_is_found_once_and_its_twins_are_not(
    make: Callable[[], Blog],
) -> None:
    site = make()
    found = look(site)
    assert {path_of(c.url) for c in found.candidates} == {
        path_of(url) for url in site.articles
    }
    assert len(found.candidates) == len(site.articles)
    assert len(site.asked) <= site.most_requests
