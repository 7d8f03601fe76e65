"""Whole blogs in miniature as further platforms make them, with what these put beside the articles."""

from collections.abc import Callable

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
    pair,
    rss,
    sitemap,
    sitemap_index,
    slug,
    teasers,
    title,
)


def hashnode_with_short_slugs() -> Blog:
    posts = [f"/{pair(n)}" for n in range(33)]
    nav = links("/", "/archive", "/newsletter", "/members", "/series/tea-notes")
    around = {"nav": nav, "head": feed_link("/rss.xml")}
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:6]), **around),
        "/archive": html(lines(posts[:20]), **around),
        "/rss.xml": rss("https://node.test/", posts[:10]),
        "/robots.txt": "Sitemap: https://node.test/sitemap.xml",
        "/sitemap.xml": sitemap_index("https://node.test/", ["sitemap/0.xml"]),
        "/sitemap/0.xml": sitemap(
            "https://node.test/",
            [
                "/",
                *posts,
                "/archive",
                "/newsletter",
                "/members",
                "/recommendations",
                "/series/tea-notes",
                "/tag/python",
                "/tag/black-tea",
            ],
        ),
    }
    return blog("https://node.test/", pages, posts)


def one_writer_on_a_platform_of_many() -> Blog:
    posts = [f"/jane/{slug(n)}-{n:x}k2f" for n in range(16)]
    others = [f"/bob/{slug(n + 50)}-{n:x}a7c" for n in range(6)]
    trend = "<aside class=sidebar-right>" + lines(others) + "</aside>"
    pages: dict[str, str | bytes] = {
        "/jane": html(
            teasers(posts) + trend, nav=links("/", "/tags", "/about", "/t/python")
        ),
        "/feed/jane": rss("https://many.test/", posts[:12]),
    }
    return blog("https://many.test/jane", pages, posts)


def blogger_with_an_archive_of_months() -> Blog:
    posts = [f"/{day(n):%Y/%m}/{pair(n)}.html" for n in range(38)]
    months = sorted({f"/{day(n):%Y/%m}/" for n in range(38)})
    widget = "<div class='widget BlogArchive'>" + links(*months) + "</div>"
    around = {"nav": links("/p/about.html", "/p/my-tools.html"), "foot": widget}
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:5], tags="/search/label/python"), **around)
    }
    for month in months:
        held = [post for post in posts if post.startswith(month)]
        pages[month] = html(teasers(held, tags="/search/label/python"), **around)
    return blog("https://blogger.test/", pages, posts, most_requests=70)


def squarespace() -> Blog:
    posts = [
        f"/blog/{day(n).year}/{day(n).month}/{day(n).day}/{slug(n)}" for n in range(30)
    ]
    around = {
        "nav": links("/", "/blog", "/about-1", "/hire-us", "/cart"),
        "head": feed_link("/blog?format=rss"),
    }

    def page(n: int) -> str:
        return "/blog" if n == 1 else f"/blog?offset={1700000000000 - n}"

    pages = paged(posts, 10, page, **around)
    pages |= {
        "/": html("<p>We make teapots, and we write of them.</p>", **around),
        "/blog?format=rss": rss("https://square.test/", posts[:20]),
        "/sitemap.xml": sitemap(
            "https://square.test/",
            [
                "/blog",
                *posts,
                "/about-1",
                "/hire-us",
                "/home",
                "/blog/category/Tea",
                "/blog/tag/oolong",
                "/our-finest-teapot-shop",
            ],
        ),
    }
    return blog("https://square.test/", pages, posts)


def wix() -> Blog:
    posts = [f"/post/{slug(n)}" for n in range(27)]
    around = {"nav": links("/", "/blog", "/about-us", "/book-online")}
    pages = paged(
        posts, 9, lambda n: "/blog" if n == 1 else f"/blog/page/{n}", **around
    )
    maps = ["blog-posts", "blog-categories", "pages", "members-profile"]
    pages |= {
        "/": html("<p>Welcome to our house.</p>", **around),
        "/robots.txt": "Sitemap: https://wix.test/sitemap.xml",
        "/sitemap.xml": sitemap_index(
            "https://wix.test/", [f"{name}-sitemap.xml" for name in maps]
        ),
        "/blog-posts-sitemap.xml": sitemap("https://wix.test/", posts),
        "/blog-categories-sitemap.xml": sitemap(
            "https://wix.test/", ["/blog/categories/green-tea-and-more"]
        ),
        "/pages-sitemap.xml": sitemap(
            "https://wix.test/", ["/", "/blog", "/about-us", "/book-online"]
        ),
        "/members-profile-sitemap.xml": sitemap(
            "https://wix.test/", ["/profile/jane-the-tea-maker/profile"]
        ),
    }
    return blog("https://wix.test/", pages, posts)


def notion_pages_at_the_root() -> Blog:
    def paper(words: str, number: int) -> str:
        return f"/{words}-{number:032x}".replace("what", "What")

    posts = [paper(slug(n), 0xABC0 + n) for n in range(12)]
    others = [paper("About-me", 0xF1), paper("Bookshelf", 0xF2)]
    pages: dict[str, str | bytes] = {
        "/": html(lines(posts), nav=links(*others)),
        "/sitemap.xml": sitemap("https://notion.test/", ["/", *posts, *others]),
    }
    return blog("https://notion.test/", pages, posts)


def sphinx_with_a_blog() -> Blog:
    posts = [f"/posts/{day(n).year}/{pair(n)}.html" for n in range(21)]
    docs = [f"/guide/{word}.html" for word in TOPICS[:9]]
    around = {
        "head": feed_link("/blog/atom.xml", "atom"),
        "nav": links(
            "/index.html", "/blog.html", "/guide/index.html", "/genindex.html"
        ),
    }
    years = sorted({f"/blog/{day(n).year}.html" for n in range(21)})
    tags = ["/blog/tag/black-tea.html", "/blog/category/howto.html"]
    pages: dict[str, str | bytes] = {
        "/index.html": html("<p>A library.</p>" + links(*docs), **around),
        "/": html("<p>A library.</p>" + links(*docs), **around),
        "/blog.html": html(teasers(posts[:10], tags=tags[0]) + links(*years), **around),
        "/blog/archive.html": html(lines(posts), **around),
        "/blog/atom.xml": atom("https://sphinx.test/", posts[:10]),
        "/sitemap.xml": sitemap(
            "https://sphinx.test/",
            [
                *posts,
                *docs,
                *years,
                *tags,
                "/blog/archive.html",
                "/search.html",
                "/genindex.html",
                "/blog/author/jane-doe.html",
                "/blog/drafts.html",
            ],
        ),
    }
    return blog("https://sphinx.test/", pages, posts)


def mkdocs_with_a_blog() -> Blog:
    posts = [f"/blog/{day(n):%Y/%m/%d}/{slug(n)}/" for n in range(24)]
    docs = [f"/reference/{word}/" for word in TOPICS[:8]] + ["/getting-started/"]
    years = sorted({f"/blog/archive/{day(n).year}/" for n in range(24)})
    around = {"nav": links("/", "/getting-started/", "/blog/", *years, *docs)}
    pages = paged(
        posts, 10, lambda n: "/blog/" if n == 1 else f"/blog/page/{n}/", **around
    )
    for year in years:
        held = [post for post in posts if year[-5:-1] in post]
        pages[year] = html(teasers(held, tags="/blog/category/tea/"), **around)
    pages |= {
        "/": html("<p>A library for tea.</p>" + links(*docs), **around),
        "/sitemap.xml": sitemap(
            "https://mk.test/",
            ["/", "/blog/", *posts, *docs, *years, "/blog/category/tea/"],
        ),
    }
    return blog("https://mk.test/", pages, posts)


def docusaurus_started_at_its_front_page() -> Blog:
    posts = [f"/blog/{slug(n)}" for n in range(17)]
    docs = [f"/docs/{pair(n)}" for n in range(40)]
    around = {
        "head": feed_link("/blog/rss.xml") + feed_link("/blog/atom.xml", "atom"),
        "nav": links("/docs/walrus-oolong", "/blog", "/community"),
    }
    pages: dict[str, str | bytes] = {
        "/": html("<p>A tool.</p>" + links("/docs/walrus-oolong"), **around),
        "/blog": html(teasers(posts[:10], tags="/blog/tags/tea"), **around),
        "/blog/archive": html(lines(posts), **around),
        "/blog/rss.xml": rss("https://docu.test/", posts),
        "/sitemap.xml": sitemap(
            "https://docu.test/",
            [
                "/",
                "/blog",
                "/blog/archive",
                "/blog/tags",
                "/blog/tags/tea",
                "/blog/authors",
                "/blog/authors/jane-of-the-teahouse",
                *posts,
                *docs,
            ],
        ),
    }
    return blog("https://docu.test/", pages, posts)


def nikola() -> Blog:
    posts = [f"/posts/{day(n):%Y/%m}/{pair(n)}/" for n in range(29)]
    around = {
        "head": feed_link("/rss.xml"),
        "nav": links("/archive.html", "/categories/", "/pages/about-nikola/"),
    }
    pages: dict[str, str | bytes] = {}
    for n in range(3):
        held = posts[n * 10 : n * 10 + 10]
        older = (
            ""
            if n == 2
            else f"<ul class=pager><li class=next><a href='/index-{2 - n}.html' rel=next>Older posts</a></ul>"
        )
        address = "/" if n == 0 else f"/index-{3 - n}.html"
        pages[address] = html(
            teasers(held, more=older, tags="/categories/cat_tea/"), **around
        )
    years = sorted({f"/{day(n).year}/" for n in range(29)})
    for year in years:
        held = [post for post in posts if post.startswith(f"/posts{year}")]
        pages[year] = html(lines(held), **around)
    pages |= {
        "/archive.html": html(links(*years), **around),
        "/rss.xml": rss("https://nikola.test/", posts[:10]),
        "/robots.txt": "Sitemap: https://nikola.test/sitemapindex.xml",
        "/sitemapindex.xml": sitemap_index("https://nikola.test/", ["sitemap.xml"]),
        "/sitemap.xml": sitemap(
            "https://nikola.test/",
            [
                "/",
                *posts,
                *years,
                "/archive.html",
                "/categories/cat_tea/",
                "/pages/about-nikola/",
                "/galleries/trip-to-the-tea-hills/",
                "/listings/brew.py.html",
                "/index-1.html",
                "/slides/my-talk-on-tea/",
            ],
        ),
    }
    return blog("https://nikola.test/", pages, posts)


def lektor() -> Blog:
    posts = [f"/blog/{slug(n)}/" for n in range(23)]
    projects = [f"/projects/{word}/" for word in TOPICS[:7]]
    around = {"nav": links("/", "/blog/", "/projects/", "/about/")}
    pages = paged(
        posts, 10, lambda n: "/blog/" if n == 1 else f"/blog/page/{n}/", **around
    )
    pages |= {
        "/": html("<p>Hello, I am Jane.</p>", **around),
        "/projects/": html(teasers(projects), **around),
    }
    return blog("https://lektor.test/", pages, posts)


def writeas() -> Blog:
    posts = [f"/jane/{slug(n)}" for n in range(25)]
    around = {
        "head": feed_link("/jane/feed/"),
        "nav": links("/jane/", "/jane/about", "/jane/contact-me"),
    }
    pages = paged(
        posts, 10, lambda n: "/jane/" if n == 1 else f"/jane/page/{n}", **around
    )
    pages["/jane/feed/"] = rss("https://write.test/jane/", posts[:10])
    return blog("https://write.test/jane/", pages, posts)


def bear_with_pages_and_short_slugs_at_the_root() -> Blog:
    posts = [f"/{TOPICS[n]}/" for n in range(26)]
    others = ["/now/", "/uses/", "/my-teapots/", "/about/"]
    around = {"head": feed_link("/feed/"), "nav": links("/", *others, "/blog/")}
    marks = "<a href='/blog/?q=tea'>#tea</a> <a href='/blog/?q=python'>#python</a>"
    listed = "".join(
        f"<li><span><i><time datetime='{day(n)}'>{day(n):%d %b, %Y}</time></i></span> <a href='{post}'>{title(n)}</a></li>"
        for n, post in enumerate(posts)
    )
    pages: dict[str, str | bytes] = {
        "/": html("<p>I am Jane, and I like tea.</p>", **around),
        "/blog/": html(f"<ul class=blog-posts>{listed}</ul>{marks}", **around),
        "/feed/": atom("https://bear.test/", posts[:10]),
        "/sitemap.xml": sitemap("https://bear.test/", ["/", "/blog/", *posts, *others]),
    }
    return blog("https://bear.test/", pages, posts)


def mataroa() -> Blog:
    posts = [f"/blog/{slug(n)}/" for n in range(19)]
    around = {
        "head": feed_link("/rss/"),
        "nav": links("/", "/about/", "/reading-list-of-mine/", "/newsletter/"),
    }
    pages: dict[str, str | bytes] = {
        "/": html(lines(posts), **around),
        "/rss/": rss("https://mataroa.test/", posts),
        "/sitemap.xml": sitemap(
            "https://mataroa.test/", ["/", "/about/", "/reading-list-of-mine/", *posts]
        ),
    }
    return blog("https://mataroa.test/", pages, posts)


def microblog_of_titled_and_untitled_posts() -> Blog:
    posts = [
        f"/{day(n):%Y/%m/%d}/{slug(n) if n % 3 else 100 + n * 131}.html"
        for n in range(36)
    ]
    around = {
        "head": "<link rel=alternate type=application/json title=x href=/feed.json>"
        + feed_link("/feed.xml"),
        "nav": links("/", "/about/", "/photos/", "/archive/", "/replies/"),
    }
    short = "".join(
        f"<article class=post><a href='{post}'><time datetime='{day(n)}'>{day(n)}</time></a><p>Had a cup of tea.</p></article>"
        for n, post in enumerate(posts[:25])
    )
    listed = "".join(
        f"<p><a href='{post}'>{day(n)}</a>: {title(n)}</p>"
        for n, post in enumerate(posts)
    )
    pages: dict[str, str | bytes] = {
        "/": html(short, **around),
        "/archive/": html(listed, **around),
        "/feed.xml": rss("https://micro.test/", posts[:25]),
        "/feed.json": "{}",
    }
    return blog("https://micro.test/", pages, posts)


def gemini_capsule_through_a_mirror() -> Blog:
    posts = [f"/gemlog/{day(n)}-{pair(n)}.gmi" for n in range(14)]
    listed = "".join(
        f"<a href='{post}'>{day(n)} - {title(n)}</a><br>\n"
        for n, post in enumerate(posts)
    )
    pages: dict[str, str | bytes] = {
        "/": "<html><head><title>Jane</title></head><body><h1>Jane</h1><p>Welcome to my capsule.</p>"
        "<a href='/gemlog/'>Gemlog</a><br>\n<a href='/about.gmi'>About me</a><br>\n"
        "<a href='/cv.pdf'>CV</a></body></html>",
        "/gemlog/": f"<html><body><h1>Gemlog</h1>{listed}<a href='/'>Back</a></body></html>",
    }
    return blog("https://gemini.test/", pages, posts)


def drupal() -> Blog:
    posts = [f"/node/{400 - n * 3}" for n in range(32)]
    around = {
        "head": feed_link("/rss.xml"),
        "nav": links("/", "/contact", "/user/login", "/taxonomy/term/4"),
    }

    def page(n: int) -> str:
        return "/" if n == 1 else f"/?page={n - 1}"

    pages = paged(posts, 10, page, **around)
    pages["/rss.xml"] = rss("https://drupal.test/", posts[:10])
    return blog("https://drupal.test/", pages, posts)


def joomla() -> Blog:
    posts = [f"/index.php/blog/{90 - n}-{slug(n)}" for n in range(20)]
    around = {
        "nav": links("/index.php", "/index.php/blog", "/index.php/about-our-club"),
        "head": feed_link("/index.php/blog?format=feed&amp;type=rss"),
    }

    def page(n: int) -> str:
        return "/index.php/blog" if n == 1 else f"/index.php/blog?start={(n - 1) * 7}"

    pages = paged(posts, 7, page, **around)
    pages["/index.php/blog?format=feed&type=rss"] = rss(
        "https://joomla.test/", posts[:7]
    )
    return blog("https://joomla.test/index.php/blog", pages, posts)


def serendipity() -> Blog:
    posts = [f"/archives/{70 - n}-{title(n).replace(' ', '-')}.html" for n in range(25)]
    around = {
        "head": feed_link("/index.php?/feeds/index.rss2"),
        "nav": links("/", "/archive", "/pages/impressum.html"),
        "foot": links("/archives/2025/11.html", "/categories/3-Tea", "/authors/1-Jane"),
    }

    def page(n: int) -> str:
        return "/" if n == 1 else f"/archives/P{n}.html"

    pages = paged(posts, 8, page, **around)
    pages["/index.php?/feeds/index.rss2"] = rss("https://s9y.test/", posts[:15])
    return blog("https://s9y.test/", pages, posts)


def movable_type() -> Blog:
    posts = [f"/{day(n):%Y/%m}/{pair(n).replace('-', '_')}.html" for n in range(40)]
    months = sorted({f"/{day(n):%Y/%m}/" for n in range(40)}, reverse=True)
    around = {
        "head": feed_link("/atom.xml", "atom"),
        "nav": links("/about.html", "/python/", "/green_tea/"),
        "foot": "<div class=widget-archives>" + links("/archives.html") + "</div>",
    }
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:8], tags="/green_tea/"), **around),
        "/archives.html": html(links(*months) + lines(posts, dates=False), **around),
        "/atom.xml": atom("https://mt.test/", posts[:15]),
        "/green_tea/": html(teasers(posts[:9]), **around),
        "/python/": html(teasers(posts[4:20]), **around),
    }
    return blog("https://mt.test/", pages, posts)


def wordpress_with_numbers_under_archives() -> Blog:
    posts = [f"/archives/{900 - n * 4}" for n in range(28)]
    around = {
        "head": feed_link("/feed"),
        "nav": links("/", "/about-this-blog", "/archives/category/tea"),
        "foot": links("/archives/date/2025/11", "/archives/author/jane"),
    }
    pages = paged(posts, 10, lambda n: "/" if n == 1 else f"/page/{n}", **around)
    pages["/feed"] = rss("https://wpnum.test/", posts[:10])
    return blog("https://wpnum.test/", pages, posts)


def tumblr_with_a_sitemap_for_each_part() -> Blog:
    posts = [f"/post/{7_000_000 - n * 311}/{pair(n)}" for n in range(30)]
    around = {
        "head": feed_link("/rss"),
        "nav": links("/", "/archive", "/ask", "/submit", "/tagged/green-tea"),
    }
    pages = paged(posts, 10, lambda n: "/" if n == 1 else f"/page/{n}", **around)
    pages |= {
        "/rss": rss("https://tumblr.test/", posts[:20]),
        "/robots.txt": "Sitemap: https://tumblr.test/sitemap.xml",
        "/sitemap.xml": sitemap_index(
            "https://tumblr.test/", ["sitemap-pages.xml", "sitemap1.xml"]
        ),
        "/sitemap-pages.xml": sitemap("https://tumblr.test/", ["/", "/ask"]),
        "/sitemap1.xml": sitemap("https://tumblr.test/", posts),
    }
    return blog("https://tumblr.test/", pages, posts)


def substack_with_a_sitemap_for_each_year() -> Blog:
    posts = [f"/p/{pair(n)}" for n in range(34)]
    years = ["sitemap/2025", "sitemap/2024"]
    nav = links("/", "/archive", "/about", "/podcast", "/recommendations")
    listed = "".join(
        f"<div class=post-preview><a href='{post}'>{title(n)}</a><a href='{post}/comments'>4</a></div>"
        for n, post in enumerate(posts[:12])
    )
    pages: dict[str, str | bytes] = {
        "/": html(listed, nav=nav, head=feed_link("/feed")),
        "/archive": html(listed, nav=nav),
        "/feed": rss("https://stack.test/", posts[:20]),
        "/sitemap.xml": sitemap_index("https://stack.test/", years),
        "/sitemap/2025": sitemap("https://stack.test/", [*posts[:19], "/about"]),
        "/sitemap/2024": sitemap("https://stack.test/", [*posts[19:], "/archive"]),
    }
    return blog("https://stack.test/", pages, posts)


SITES = [
    hashnode_with_short_slugs,
    one_writer_on_a_platform_of_many,
    blogger_with_an_archive_of_months,
    squarespace,
    wix,
    notion_pages_at_the_root,
    sphinx_with_a_blog,
    mkdocs_with_a_blog,
    docusaurus_started_at_its_front_page,
    nikola,
    lektor,
    writeas,
    bear_with_pages_and_short_slugs_at_the_root,
    mataroa,
    microblog_of_titled_and_untitled_posts,
    gemini_capsule_through_a_mirror,
    drupal,
    joomla,
    serendipity,
    movable_type,
    wordpress_with_numbers_under_archives,
    tumblr_with_a_sitemap_for_each_part,
    substack_with_a_sitemap_for_each_year,
]


@pytest.mark.parametrize("make", SITES, ids=lambda make: make.__name__)
def test_a_platform_hides_no_article_and_adds_no_page(
    make: Callable[[], Blog],
) -> None:
    site = make()
    found = look(site)
    assert {bare(c.url) for c in found.candidates} == {
        bare(url) for url in site.articles
    }
    assert len(found.candidates) == len(site.articles)
    assert len(site.asked) <= site.most_requests
