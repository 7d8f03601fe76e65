"""Whole blogs in miniature, each with one odd trait, and with the articles that discovery should find all the same."""

from collections.abc import Callable
from urllib.parse import urljoin

import pytest

from tests.pipeline.discovery.miniature import (
    TOPICS,
    Blog,
    atom,
    bare,
    blog,
    day,
    feed_link,
    html,
    lines,
    links,
    look,
    paged,
    posts_in,
    rss,
    sitemap,
    sitemap_index,
    slug,
    teasers,
    title,
)

BY_SCRIPT = "<!doctype html><html><head>{}</head><body><div id=app></div><script src=/a.js></script></body></html>"


# Which list a feed speaks for.


def a_folder_whose_pages_name_only_the_feed_of_another_folder() -> Blog:
    posts = posts_in("/journal/", 14)
    releases = [f"/releases/version-{n}-is-out/" for n in range(9)]
    head = feed_link("/releases/feed.xml")
    pages: dict[str, str | bytes] = {
        "/journal/": html(
            teasers(posts),
            head=head,
            nav=links("/", "/journal/", "/releases/", "/manual/"),
        ),
        "/releases/": html(lines(releases), head=head),
        "/releases/feed.xml": rss("https://tool.test/", releases),
        "/sitemap.xml": sitemap(
            "https://tool.test/",
            ["/", "/journal/", "/manual/first-steps-with-it/", *posts, *releases],
        ),
    }
    return blog("https://tool.test/journal/", pages, posts)


def one_writer_of_many_whose_page_names_the_feed_of_all() -> Blog:
    posts = [f"/writers/jo/{slug(n)}" for n in range(13)]
    others = [
        f"/writers/{name}/{slug(n + 40)}"
        for n, name in enumerate(("kim", "lee", "max") * 6)
    ]
    head = feed_link("/all.atom", "atom")
    pages: dict[str, str | bytes] = {
        "/writers/jo/": html(lines(posts), head=head, nav=links("/", "/writers/kim/")),
        "/all.atom": atom("https://many.test/", others[:8] + posts[:2]),
        "/sitemap.xml": sitemap("https://many.test/", others + posts),
    }
    return blog("https://many.test/writers/jo/", pages, posts)


def a_home_page_whose_only_feed_is_of_a_part_that_it_does_not_show() -> Blog:
    posts = posts_in("/essays/", 11)
    notices = [f"/notices/{day(n)}-maintenance-of-part-{n}/" for n in range(6)]
    pages: dict[str, str | bytes] = {
        "/": html(
            lines(posts), head=feed_link("/notices/feed.xml"), nav=links("/about/")
        ),
        "/notices/feed.xml": rss("https://part.test/", notices),
    }
    return blog("https://part.test/", pages, posts + notices)


def a_blog_named_like_a_feed_of_comments() -> Blog:
    posts = posts_in("/read/", 9)
    pages: dict[str, str | bytes] = {
        "/": BY_SCRIPT.format(feed_link("/feed.xml")),
        "/feed.xml": rss("https://named.test/", posts, name="Comments on compilers"),
    }
    return blog("https://named.test/", pages, posts)


# Where a site is.


def a_start_that_moved_to_a_folder_of_another_host() -> Blog:
    posts = [f"https://new.test/writing/{slug(n)}/" for n in range(12)]
    pages: dict[str, str | bytes] = {
        "https://new.test/writing/": html(
            teasers(posts),
            head=feed_link("/writing/feed.xml"),
            nav=links("/", "/shop/"),
        ),
        "https://new.test/writing/feed.xml": rss(
            "https://new.test/writing/", posts[:6]
        ),
        "https://new.test/sitemap.xml": sitemap(
            "https://new.test/", ["/", "/shop/", "/shop/a-fine-teapot-of-ours/", *posts]
        ),
    }
    moved = {"https://old.test/": "https://new.test/writing/"}
    return blog("https://old.test/", pages, posts, redirects=moved)


def a_start_that_a_refresh_sends_to_a_folder_of_another_host() -> Blog:
    posts = [f"https://new.test/writing/{slug(n)}/" for n in range(12)]
    pages: dict[str, str | bytes] = {
        "/": "<html><head><meta http-equiv=refresh content='0; URL=https://new.test/writing/'></head></html>",
        "https://new.test/writing/": html(lines(posts[:5]), nav=links("/", "/shop/")),
        "https://new.test/sitemap.xml": sitemap(
            "https://new.test/", ["/", "/shop/", "/shop/a-fine-teapot-of-ours/", *posts]
        ),
    }
    return blog("https://old.test/", pages, posts)


def a_folder_that_moved_to_another_folder() -> Blog:
    posts = posts_in("/articles/", 12)
    news = posts_in("/news/", 9)
    pages: dict[str, str | bytes] = {
        "/articles/": html(
            lines(posts), nav=links("/", "/news/"), head=feed_link("/feed.xml")
        ),
        "/feed.xml": rss("https://renamed.test/", [*news[:5], *posts[:5]]),
        "/sitemap.xml": sitemap("https://renamed.test/", ["/", *news, *posts]),
    }
    moved = {"https://renamed.test/blog/": "https://renamed.test/articles/"}
    return blog("https://renamed.test/blog/", pages, posts, redirects=moved)


def a_feed_on_a_feed_host() -> Blog:
    posts = [f"https://home.test/{day(n):%Y}/{slug(n)}/" for n in range(20)]
    pages: dict[str, str | bytes] = {
        "https://feeds.test/home-of-tea": rss("https://home.test/", posts[:10]),
        "https://home.test/": html(lines(posts)),
    }
    return blog("https://feeds.test/home-of-tea", pages, posts)


def a_feed_on_a_feed_host_that_names_no_home() -> Blog:
    posts = [f"https://home.test/{day(n):%Y}/{slug(n)}/" for n in range(15)]
    entries = "".join(
        f"<entry><title>{title(n)}</title><link href='{p}'/><updated>{day(n)}T08:00:00Z</updated></entry>"
        for n, p in enumerate(posts[:10])
    )
    pages: dict[str, str | bytes] = {
        "https://feeds.test/x": f"<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title>{entries}</feed>",
        "https://home.test/": html(lines(posts)),
    }
    return blog("https://feeds.test/x", pages, posts)


def a_sitemap_index_on_another_host_that_robots_names() -> Blog:
    posts = posts_in("/log/", 24)
    far = "https://storage.test/log-maps/"
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:5]), nav=links("/about/")),
        "/robots.txt": f"User-agent: *\nDisallow: /draft/\nSitemap: {far}index.xml\n",
        far + "index.xml": sitemap_index(far, ["a.xml", "b.xml"]),
        far + "a.xml": sitemap("https://far.test/", ["/", "/about/", *posts[:12]]),
        far + "b.xml": sitemap("https://far.test/", posts[12:]),
    }
    return blog("https://far.test/", pages, posts)


def a_feed_and_sitemap_that_were_built_on_the_author_s_machine() -> Blog:
    posts = posts_in("/posts/", 17)
    local = "http://localhost:1313/"
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:4]), head=feed_link(local + "index.xml")),
        "/index.xml": rss(local, posts[:10]),
        "/robots.txt": f"Sitemap: {local}sitemap.xml",
        "/sitemap.xml": sitemap(local, ["/", "/about/", "/tags/", *posts]),
    }
    return blog("https://built.test/", pages, posts)


def a_feed_that_still_names_the_old_domain() -> Blog:
    posts = posts_in("/posts/", 16)
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:6]), head=feed_link("/index.xml")),
        "/index.xml": rss("https://before.test/", posts),
    }
    return blog("https://after.test/", pages, posts)


# Pages of lists.


def pages_of_a_list_beside_a_long_feed() -> Blog:
    posts = [f"/{day(n):%Y/%m}/{slug(n)}/" for n in range(130)]
    around = {"head": feed_link("/feed/")}
    pages = paged(posts, 10, lambda n: "/" if n == 1 else f"/page/{n}/", **around)
    pages["/feed/"] = rss("https://long.test/", posts[:60])
    return blog("https://long.test/", pages, posts, most_requests=24)


def two_posts_a_page() -> Blog:
    posts = [f"/{day(n):%Y/%m}/{slug(n)}/" for n in range(110)]
    pages = paged(posts, 2, lambda n: "/" if n == 1 else f"/page/{n}/")
    return blog("https://two.test/", pages, posts, most_requests=80)


def numbered(
    address: Callable[[int], str], start: str = "/blog/"
) -> Callable[[], Blog]:
    """A blog whose pages of the list have these addresses, linked as "Older posts" from a pager."""

    def make() -> Blog:
        posts = posts_in("/blog/", 23)
        pages = paged(posts, 6, lambda n: start if n == 1 else address(n))
        return blog(f"https://pages.test{start}", pages, posts)

    make.__name__ = f"pages at {address(2)}"
    return make


PAGES_OF_LISTS = [
    numbered(lambda n: f"/blog/{n}"),
    numbered(lambda n: f"/blog/{n}/"),
    numbered(lambda n: f"/blog/P{10 * n}"),
    numbered(lambda n: f"/blog/index_{n}.html"),
    numbered(lambda n: f"/blog/seite/{n}/"),
    numbered(lambda n: f"/blog/?skip={6 * n}"),
    numbered(lambda n: f"/blog/?before=2025-0{n}-01"),
    numbered(lambda n: f"/blog/?cursor={'abcdef'[n]}"),
    numbered(lambda n: f"/blog/page_{n}.html"),
    numbered(lambda n: f"/blog/list-{n}.html"),
]


def numbers_that_are_no_page_numbers() -> Blog:
    posts = [f"/p/{slug(n)}" for n in range(5)] + [
        "/p/12-rules-for-tests",
        "/p/2025-in-books",
        "/p/404-is-not-an-error",
    ]
    pages: dict[str, str | bytes] = {
        "/": html(
            teasers(posts), head=feed_link("/feed"), nav=links("/archive", "/about")
        ),
        "/archive": html(lines(posts)),
        "/feed": rss("https://digits.test/", posts),
        "/sitemap.xml": sitemap("https://digits.test/", ["/about", "/archive", *posts]),
    }
    return blog("https://digits.test/", pages, posts)


def articles_that_are_numbers_under_p() -> Blog:
    posts = [f"/jo/p/{18230 + 7 * n}.html" for n in range(14)]
    pages = paged(posts, 5, lambda n: "/jo/" if n == 1 else f"/jo/?page={n}")
    pages["/jo/rss"] = rss("https://ids.test/jo/", posts[:10])
    return blog("https://ids.test/jo/", pages, posts)


def several_articles_a_day() -> Blog:
    posts = [f"/{day(n // 3):%Y/%m/%d}/{n % 3 + 1}/" for n in range(24)]
    pages: dict[str, str | bytes] = {
        "/": html(lines(posts[:9]), head=feed_link("/feed.xml")),
        "/feed.xml": rss("https://daily.test/", posts[:9]),
        "/sitemap.xml": sitemap("https://daily.test/", posts),
    }
    return blog("https://daily.test/", pages, posts)


# Shapes.


def categories_below_a_folder() -> Blog:
    names = ("brewing", "growing", "tasting", "shipping", "css", "media")
    posts = [f"/magazine/{names[n % 6]}/{slug(n)}/" for n in range(36)]
    pages: dict[str, str | bytes] = {
        "/": html(
            teasers(posts[:8]),
            head=feed_link("/feed.xml"),
            nav=links("/magazine/", "/about/"),
        ),
        "/feed.xml": rss("https://deep.test/", posts[:8]),
        "/sitemap.xml": sitemap(
            "https://deep.test/",
            ["/", "/about/", "/magazine/", "/magazine/tag/oolong/", *posts],
        ),
    }
    return blog("https://deep.test/", pages, posts)


def suffix(in_feed: str, elsewhere: str) -> Callable[[], Blog]:
    """Every page has two addresses, and the feed names the one, the sitemap the other."""

    def make() -> Blog:
        names = [f"/notes/{slug(n)}" for n in range(21)]
        pages: dict[str, str | bytes] = {
            "/": BY_SCRIPT.format(feed_link("/feed.xml")),
            "/feed.xml": rss(
                "https://twice.test/", [name + in_feed for name in names[:7]]
            ),
            "/sitemap.xml": sitemap(
                "https://twice.test/", ["/", *(n + elsewhere for n in names)]
            ),
        }
        return blog("https://twice.test/", pages, [name + elsewhere for name in names])

    make.__name__ = (
        f"feed with {in_feed or 'nothing'}, sitemap with {elsewhere or 'nothing'}"
    )
    return make


def a_feed_that_marks_its_links() -> Blog:
    posts = posts_in("/notes/", 22)
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:5]), head=feed_link("/feed.xml")),
        "/feed.xml": rss(
            "https://marked.test/", [p + "?ch=feedreader-9" for p in posts[:9]]
        ),
        "/sitemap.xml": sitemap("https://marked.test/", ["/", "/about/", *posts]),
    }
    return blog("https://marked.test/", pages, posts)


def shortlinks_in_a_feed_through_a_counter() -> Blog:
    posts = posts_in("/", 9)
    items = "".join(
        f"<item><title>{title(n)}</title><link>https://count.test/c/{n}</link>"
        f"<guid isPermaLink='false'>https://short.test/?p={70 + n}</guid></item>"
        for n in range(9)
    )
    feed = f"<rss version='2.0'><channel><link>https://short.test/</link>{items}</channel></rss>"
    pages: dict[str, str | bytes] = {
        "/": html(lines(posts), head=feed_link("/feed/")),
        "/feed/": feed,
    }
    return blog("https://short.test/", pages, posts)


def session_ids_in_every_link() -> Blog:
    posts = [f"/show/{slug(n)}" for n in range(9)]
    marks = [f";jsessionid={n:032X}" for n in range(20)]
    pages: dict[str, str | bytes] = {
        "/": html(
            teasers([p + mark for p, mark in zip(posts[:5], marks, strict=False)]),
            nav=f"<a href='/archive{marks[9]}'>Archive</a>",
        ),
        f"/archive{marks[9]}": html(
            lines([p + mark for p, mark in zip(posts, marks[10:], strict=False)])
        ),
    }
    return blog("https://visits.test/", pages, posts)


def doubled_slashes_in_the_sitemap() -> Blog:
    posts = posts_in("/notes/", 10)
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts), head=feed_link("/feed.xml")),
        "/feed.xml": rss("https://slash.test/", posts),
        "/sitemap.xml": sitemap(
            "https://slash.test/", [f"https://slash.test/{p}" for p in posts]
        ),
    }
    return blog("https://slash.test/", pages, posts)


# Words.


def categories_named_like_machinery() -> Blog:
    names = ["python", "django", "web"] * 3 + [
        "js",
        "css",
        "people",
        "test",
        "static",
        "series",
    ] * 3
    posts = [f"/{name}/{slug(n)}/" for n, name in enumerate(names)]
    pages: dict[str, str | bytes] = {
        "/": html(
            teasers(posts[:9]),
            head=feed_link("/index.xml"),
            nav=links("/archive/", "/about/"),
        ),
        "/index.xml": rss("https://words.test/", posts[:9]),
        "/archive/": html(lines(posts)),
    }
    return blog("https://words.test/", pages, posts)


def slugs_named_like_pages_about_the_site() -> Blog:
    names = "about-caches-and-when-to-drop-them terms-of-a-good-review contact search"
    posts = [*posts_in("/posts/", 14), *(f"/posts/{name}/" for name in names.split())]
    pages: dict[str, str | bytes] = {
        "/": html(
            teasers(posts[:7]),
            head=feed_link("/index.xml"),
            nav=links("/about/", "/contact/"),
        ),
        "/index.xml": rss("https://slugs.test/", posts[:7]),
        "/sitemap.xml": sitemap(
            "https://slugs.test/",
            ["/", "/about/", "/contact/", "/posts/", "/tags/", *posts],
        ),
    }
    return blog("https://slugs.test/", pages, posts)


def a_sitemap_of_the_archive() -> Blog:
    posts = posts_in("/stories/", 40)
    base = "https://parts.test/"
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:8]), head=feed_link("/feed.xml")),
        "/feed.xml": rss(base, posts[:8]),
        "/sitemap.xml": sitemap_index(
            base, ["sitemap-pages.xml", "sitemap-archive-2024.xml"]
        ),
        "/sitemap-pages.xml": sitemap(base, ["/", "/about-the-editors/"]),
        "/sitemap-archive-2024.xml": sitemap(base, posts),
    }
    return blog(base, pages, posts)


def articles_in_a_folder_named_like_a_list() -> Blog:
    posts = [f"/topics/{slug(n)}/" for n in range(14)]
    tags = "".join(
        f"<a href='/tags/{t}/'>{t}</a> "
        for t in ("tea", "green-tea", "a-long-tag-name")
    )
    body = lines(posts).replace("</li>", f" {tags}</li>")
    return blog("https://topical.test/", {"/": html(body, nav=links("/about/"))}, posts)


def lists_beside_the_articles_of_a_folder() -> Blog:
    posts = [f"/blog/{slug(n)}" for n in range(15)]
    lists = ["/blog", "/blog/archive", "/blog/tags", "/blog/authors", "/blog/tags/tea"]
    pages: dict[str, str | bytes] = {
        "/": html("<h1>A tool</h1>", nav=links("/docs/", "/blog")),
        "/blog": html(teasers(posts[:10]), head=feed_link("/blog/everything.rss")),
        "/blog/everything.rss": rss("https://beside.test/", posts),
        "/sitemap.xml": sitemap("https://beside.test/", ["/", *lists, *posts]),
    }
    return blog("https://beside.test/", pages, posts)


# Sources as they come.


def a_sitemap_for_each_day() -> Blog:
    posts = [f"/{day(n):%Y/%m/%d}/{slug(n)}/" for n in range(90)]
    base = "https://days.test/"
    parts = [f"sitemap-{day(n)}.xml" for n in range(90)]
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:3])),
        "/sitemap.xml": sitemap_index(base, parts),
    }
    pages |= {f"/{part}": sitemap(base, [posts[n]]) for n, part in enumerate(parts)}
    return blog(base, pages, posts, most_requests=120)


def robots_with_more_than_a_hundred_sitemaps() -> Blog:
    posts = [f"/{day(n):%Y/%m/%d}/{slug(n)}/" for n in range(240)]
    base = "https://rows.test/"
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:3])),
        "/robots.txt": "\n".join(f"Sitemap: {base}map{n}.xml" for n in range(120)),
    }
    pages |= {
        f"/map{n}.xml": sitemap(base, posts[2 * n : 2 * n + 2]) for n in range(120)
    }
    return blog(base, pages, posts, most_requests=140)


def a_note_for_browsers_without_scripts() -> Blog:
    posts = posts_in("/notes/", 8)
    head = "<noscript><meta http-equiv=refresh content='0; url=/no-script.html'></noscript>"
    return blog("https://script.test/", {"/": html(lines(posts), head=head)}, posts)


def an_archived_feed() -> Blog:
    posts = posts_in("/notes/", 27)
    base = "https://volumes.test/"

    def volume(n: int, older: str) -> str:
        link = f"<atom:link rel='prev-archive' href='{older}'/>" if older else ""
        feed = rss(base, posts[9 * n : 9 * n + 9], extra=link)
        return feed.replace("<rss ", "<rss xmlns:atom='http://www.w3.org/2005/Atom' ")

    pages: dict[str, str | bytes] = {
        "/": BY_SCRIPT.format(feed_link("/feed.rss")),
        "/feed.rss": volume(0, "/volumes/2.rss"),
        "/volumes/2.rss": volume(1, "/volumes/1.rss"),
        "/volumes/1.rss": volume(2, ""),
    }
    return blog(base, pages, posts)


def announced(head: str, header: str = "") -> Callable[[], Blog]:
    """A blog drawn by a script, whose feed has a name that nobody guesses, announced so."""

    def make() -> Blog:
        posts = posts_in("/notes/", 9)
        pages: dict[str, str | bytes] = {
            "/": BY_SCRIPT.format(head),
            "/out/everything-new": rss("https://told.test/", posts),
        }
        headers = {"https://told.test/": {"link": header}} if header else {}
        return blog("https://told.test/", pages, posts, headers=headers)

    make.__name__ = f"announced by {header or head}"
    return make


ANNOUNCED = [
    announced("<link rel=alternate type='text/xml' href='/out/everything-new'>"),
    announced("<link rel=feed href='/out/everything-new'>"),
    announced(
        "<link rel='alternate home' type='Application/RSS+XML; x=y' href=/out/everything-new>"
    ),
    announced(
        "<link rel=alternate type=application/rss+xml href='feed://told.test/out/everything-new'>"
    ),
    announced(
        "",
        '</about>; rel="author", </out/everything-new>; rel="alternate"; type="application/rss+xml"',
    ),
]


def broken(name: str, feed: Callable[[str], bytes]) -> Callable[[], Blog]:
    """A blog drawn by a script, whose feed is served like this."""

    def make() -> Blog:
        posts = posts_in("/notes/", 9)
        pages: dict[str, str | bytes] = {
            "/": BY_SCRIPT.format(feed_link("/feed.xml")),
            "/feed.xml": feed(rss("https://bytes.test/", posts)),
        }
        return blog("https://bytes.test/", pages, posts)

    make.__name__ = name
    return make


BROKEN = [
    broken("words before the declaration", lambda f: b"Deprecated: x in y.php\n" + f.encode()),
    broken("a byte order mark and blank lines", lambda f: b"\xef\xbb\xbf\n\n" + f.encode()),
    broken("a long comment first", lambda f: b"<!-- " + b"license " * 3000 + b"-->" + f.encode()),
    broken("in UTF-16", lambda f: f.replace("version='1.0'?", "version='1.0' encoding='utf-16'?").encode("utf-16")),
    broken("a bare ampersand", lambda f: f.replace("taught me", "taught you & me").encode()),
    broken("an HTML entity", lambda f: f.replace("taught me", "taught&nbsp;me").encode()),
]  # fmt: skip


def listed(
    name: str, file: str, body: Callable[[list[str]], bytes]
) -> Callable[[], Blog]:
    """A blog drawn by a script, whose sitemap is served like this."""

    def make() -> Blog:
        posts = [f"/read?lang=en&id={300 + n}" for n in range(9)]
        base = "https://lines.test/"
        pages: dict[str, str | bytes] = {
            "/": html(lines(posts[:3])),
            "/robots.txt": f"Sitemap: {base}{file}",
            f"/{file}": body([urljoin(base, post) for post in posts]),
        }
        return blog(base, pages, posts)

    make.__name__ = name
    return make


def as_xml(urls: list[str], line: str = "<url><loc>{}</loc></url>") -> str:
    return "<urlset>" + "".join(line.format(url) for url in urls) + "</urlset>"


LISTED = [
    listed("bare ampersands", "s.xml", lambda urls: as_xml(urls).encode()),
    listed("comments within", "s.xml", lambda urls: as_xml(urls, "<url><loc><!-- x -->{}</loc></url>").encode()),
    listed("words before", "s.xml", lambda urls: b"Notice: x\n<?xml version='1.0'?>" + as_xml(urls).encode()),
    listed("in UTF-16", "s.xml", lambda urls: as_xml(urls).encode("utf-16")),
    listed("CR alone", "s.txt", lambda urls: "\r".join(urls).encode()),
    listed("lines in UTF-16", "s.txt", lambda urls: "\r\n".join(urls).encode("utf-16")),
    listed("a mark before the lines", "s.txt", lambda urls: b"\xef\xbb\xbf" + "\n".join(urls).encode()),
]  # fmt: skip


def entries_without_a_link_of_their_own() -> Blog:
    posts = posts_in("/notes/", 10)
    entries = "".join(
        f"<entry><id>urn:x:{n}</id><title>{title(n)}</title><updated>{day(n)}T08:00:00Z</updated>"
        + (
            f"<content type='text/html' src='{p}'/>"
            if n % 2
            else f"<link rel='self' href='{p}'/>"
        )
        + "</entry>"
        for n, p in enumerate(posts)
    )
    pages: dict[str, str | bytes] = {
        "/": BY_SCRIPT.format(feed_link("/feed.atom", "atom")),
        "/feed.atom": f"<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title>{entries}</feed>",
    }
    return blog("https://atoms.test/", pages, posts)


# Where nothing with a date is on the home page.


def a_portfolio_with_posts_two_clicks_away() -> Blog:
    posts = [f"/written/{day(n):%Y/%m}/{slug(n)}/" for n in range(30)]
    works = [f"/made/{topic}/" for topic in TOPICS[:24]]
    nav = links("/", "/made/", "/thoughts/", "/me/")
    cards = "".join(
        f"<div class=card><h3><a href='{w}'>A small thing about {w[6:-1]}</a></h3></div>"
        for w in works
    )
    pages: dict[str, str | bytes] = {
        "/": html(cards, nav=nav),
        "/made/": html(cards, nav=nav),
        "/me/": html("<p>I make things.</p>", nav=nav),
        "/thoughts/": html(
            "<h1>Thoughts</h1>" + links("/thoughts/long/", "/thoughts/short/"), nav=nav
        ),
        "/thoughts/long/": html(lines(posts), nav=nav),
        "/thoughts/short/": html("<p>None yet.</p>", nav=nav),
    }
    return blog("https://person.test/", pages, posts)


def cards_of_things_that_are_no_articles() -> Blog:
    works = [f"/made/{topic}/" for topic in TOPICS[:12]]
    cards = "".join(
        f"<div class=card><h3><a href='{w}'>A small thing about {w[6:-1]}</a></h3></div>"
        for w in works
    )
    pages: dict[str, str | bytes] = {"/": html(cards, nav=links("/", "/me/"))}
    pages |= {work: html("<h1>A thing</h1><p>Made of wood.</p>") for work in works}
    return blog("https://maker.test/", pages, [])


def dated_talks_beside_dated_posts() -> Blog:
    posts = posts_in("/written/", 7)
    talks = posts_in("/talks/", 5)
    body = lines(posts) + lines(talks).replace("post-list", "talk-list")
    return blog("https://both.test/", {"/": html(body, nav=links("/me/"))}, posts)


def dated_as(write: Callable[[int], str]) -> Callable[[], Blog]:
    """Posts under names of one word each, beside pages alike, in a list with such dates."""

    def make() -> Blog:
        posts = [f"/{topic}/" for topic in TOPICS[:9]]
        body = "".join(
            f"<li>{write(n)} <a href='{p}'>{title(n)}</a></li>"
            for n, p in enumerate(posts)
        )
        pages: dict[str, str | bytes] = {
            "/": html(f"<ul>{body}</ul>", nav=links("/music/", "/shelves/")),
            "/sitemap.xml": sitemap(
                "https://dates.test/", ["/", "/music/", "/shelves/", *posts]
            ),
        }
        return blog("https://dates.test/", pages, posts)

    make.__name__ = f"dates such as {write(3)}"
    return make


DATES = [
    dated_as(lambda n: f"{day(n):%d.%m.%Y}"),
    dated_as(lambda n: f"{day(n):%d/%m/%Y}"),
    dated_as(lambda n: f"{day(n):%d} février {day(n):%Y}"),
    dated_as(lambda n: f"{day(n):%d}. März {day(n):%Y}"),
    dated_as(lambda n: f"{day(n):%d} de mayo de {day(n):%Y}"),
    dated_as(lambda n: f"<time>{n + 1} days ago</time>"),
]


def a_pager_of_arrows() -> Blog:
    posts = posts_in("/log/", 18)

    def page(n: int) -> str:
        arrow = (
            f"<nav><a href='/log/{n + 1}/' aria-label='Older posts'><svg></svg></a></nav>"
            if n < 3
            else ""
        )
        return html(teasers(posts[6 * n - 6 : 6 * n], more=arrow))

    pages: dict[str, str | bytes] = {
        "/log/": page(1),
        "/log/2/": page(2),
        "/log/3/": page(3),
    }
    return blog("https://arrows.test/log/", pages, posts)


def a_splash_page() -> Blog:
    posts = posts_in("/entries/", 12)
    pages: dict[str, str | bytes] = {
        "/": html(
            "<a href='/inside.html'><img src=x.png alt=''></a><p><a href='/inside.html'>Enter</a></p>"
        ),
        "/inside.html": html(lines(posts)),
    }
    return blog("https://splash.test/", pages, posts)


def a_list_whose_articles_name_the_archive() -> Blog:
    posts = posts_in("/posts/", 21)
    pages: dict[str, str | bytes] = {
        "/": html(lines(posts[:6]), nav=links("/about/")),
        posts[0]: html(
            "<h1>It</h1><p>Words.</p>",
            nav=links("/all/entries-by-year/", "/blog/archive/"),
        ),
        "/blog/archive/": html(lines(posts)),
    }
    return blog("https://onlylist.test/", pages, posts)


SITES: list[Callable[[], Blog]] = [
    a_folder_whose_pages_name_only_the_feed_of_another_folder,
    one_writer_of_many_whose_page_names_the_feed_of_all,
    a_home_page_whose_only_feed_is_of_a_part_that_it_does_not_show,
    a_blog_named_like_a_feed_of_comments,
    a_start_that_moved_to_a_folder_of_another_host,
    a_start_that_a_refresh_sends_to_a_folder_of_another_host,
    a_folder_that_moved_to_another_folder,
    a_feed_on_a_feed_host,
    a_feed_on_a_feed_host_that_names_no_home,
    a_sitemap_index_on_another_host_that_robots_names,
    a_feed_and_sitemap_that_were_built_on_the_author_s_machine,
    a_feed_that_still_names_the_old_domain,
    pages_of_a_list_beside_a_long_feed,
    two_posts_a_page,
    *PAGES_OF_LISTS,
    numbers_that_are_no_page_numbers,
    articles_that_are_numbers_under_p,
    several_articles_a_day,
    categories_below_a_folder,
    suffix(".html", ""),
    suffix("", ".html"),
    a_feed_that_marks_its_links,
    shortlinks_in_a_feed_through_a_counter,
    session_ids_in_every_link,
    doubled_slashes_in_the_sitemap,
    categories_named_like_machinery,
    slugs_named_like_pages_about_the_site,
    articles_in_a_folder_named_like_a_list,
    lists_beside_the_articles_of_a_folder,
    a_sitemap_of_the_archive,
    a_sitemap_for_each_day,
    robots_with_more_than_a_hundred_sitemaps,
    a_note_for_browsers_without_scripts,
    an_archived_feed,
    *ANNOUNCED,
    *BROKEN,
    *LISTED,
    entries_without_a_link_of_their_own,
    a_portfolio_with_posts_two_clicks_away,
    cards_of_things_that_are_no_articles,
    dated_talks_beside_dated_posts,
    *DATES,
    a_pager_of_arrows,
    a_splash_page,
    a_list_whose_articles_name_the_archive,
]


@pytest.mark.parametrize("make", SITES, ids=lambda make: make.__name__)
def test_one_odd_trait_hides_no_article_and_adds_no_page(
    make: Callable[[], Blog],
) -> None:
    site = make()
    found = look(site)
    assert {bare(c.url) for c in found.candidates} == {
        bare(url) for url in site.articles
    }
    assert len(found.candidates) == len({bare(c.url) for c in found.candidates})
    assert len(site.asked) <= site.most_requests
    assert found.addresses[0].articles == len(site.articles)
