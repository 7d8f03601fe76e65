"""Whole blogs in miniature, each made as one generator makes them, with the articles that discovery should find."""

from collections.abc import Callable
from urllib.parse import urlsplit

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
    rss,
    sitemap,
    sitemap_index,
    slug,
    teasers,
    title,
)


def wordpress() -> Blog:
    posts = [f"/{slug(n)}/" for n in range(34)]
    head = feed_link("/feed/") + feed_link(
        "/comments/feed/", name="A blog » Comments Feed"
    )
    nav = links("/", "/about-the-author/", "/brewing-kit/")
    widget = (
        "<aside class=widget-area>"
        + links("/2025/11/", "/2025/10/", "/category/python/", "/author/jane/")
        + "</aside>"
    )
    pages = paged(
        posts,
        10,
        lambda n: "/" if n == 1 else f"/page/{n}/",
        head=head,
        nav=nav,
        foot=widget,
    )
    pages |= {
        "/feed/": rss("https://wp.test/", posts[:10]),
        "/comments/feed/": rss(
            "https://wp.test/", ["/brewing-kit/#comment-1"], name="Comments for A blog"
        ),
        "/robots.txt": "User-agent: *\nDisallow: /wp-admin/\n\nSitemap: https://wp.test/wp-sitemap.xml\n",
        "/wp-sitemap.xml": sitemap_index(
            "https://wp.test/",
            [
                "wp-sitemap-posts-post-1.xml",
                "wp-sitemap-posts-page-1.xml",
                "wp-sitemap-taxonomies-category-1.xml",
            ],
        ),
        "/wp-sitemap-posts-post-1.xml": sitemap("https://wp.test/", posts),
        "/wp-sitemap-posts-page-1.xml": sitemap(
            "https://wp.test/", ["/", "/about-the-author/", "/brewing-kit/"]
        ),
        "/wp-sitemap-taxonomies-category-1.xml": sitemap(
            "https://wp.test/", ["/category/python/", "/category/tea/"]
        ),
    }
    return blog("https://wp.test/", pages, posts, most_requests=12)


def wordpress_with_plain_permalinks_and_no_sitemap() -> Blog:
    posts = [f"/?p={300 - 7 * n}" for n in range(25)]
    nav = links("/") + "<a href='/?page_id=2'>About</a> <a href='/?cat=3'>Tea</a>"
    head = feed_link("/?feed=rss2")
    pages = paged(
        posts, 8, lambda n: "/" if n == 1 else f"/?paged={n}", head=head, nav=nav
    )
    pages["/?feed=rss2"] = rss("https://plainwp.test/", posts[:10])
    return blog("https://plainwp.test/", pages, posts)


def ghost() -> Blog:
    posts = [f"/{slug(n)}/" for n in range(31)]
    nav = links("/", "/about/", "/workshop-dates/", "/tag/tea/", "/author/jane/")
    pages = paged(
        posts,
        6,
        lambda n: "/" if n == 1 else f"/page/{n}/",
        head=feed_link("https://ghost.test/rss/"),
        nav=nav,
    )
    pages |= {
        "/rss/": rss("https://ghost.test/", posts[:15]),
        "/robots.txt": "Sitemap: https://ghost.test/sitemap.xml",
        "/sitemap.xml": sitemap_index(
            "https://ghost.test/",
            [f"sitemap-{k}.xml" for k in ("pages", "posts", "authors", "tags")],
        ),
        "/sitemap-posts.xml": sitemap("https://ghost.test/", posts),
        "/sitemap-pages.xml": sitemap(
            "https://ghost.test/", ["/", "/about/", "/workshop-dates/"]
        ),
        "/sitemap-tags.xml": sitemap("https://ghost.test/", ["/tag/tea/"]),
        "/sitemap-authors.xml": sitemap("https://ghost.test/", ["/author/jane/"]),
    }
    return blog("https://ghost.test/", pages, posts, most_requests=12)


def hugo_in_a_subfolder() -> Blog:
    posts = [f"/~jane/log/posts/{slug(n)}/" for n in range(22)]
    base = "https://hugo.test/~jane/log/"
    around = {
        "head": feed_link(base + "index.xml"),
        "nav": links("/~jane/log/", "/~jane/log/about/", "/~jane/log/tags/", "/~jane/"),
    }
    pages = paged(
        posts,
        5,
        lambda n: "/~jane/log/" if n == 1 else f"/~jane/log/page/{n}/",
        **around,
    )
    pages |= {
        "/~jane/log/index.xml": rss(base, posts),
        "/~jane/log/sitemap.xml": sitemap(
            base,
            [
                *posts,
                "posts/",
                "tags/",
                "tags/python/",
                "categories/",
                "about/",
                "",
                "search/",
                "tags/tea/",
            ],
        ),
        "/~jane/log/posts/": html(lines(posts), **around),
    }
    return blog(base, pages, posts, most_requests=10)


def hugo_with_a_feed_of_everything() -> Blog:
    posts = [f"/posts/{slug(n)}/" for n in range(18)]
    others = ["/about/", "/projects/", "/posts/"]
    head = feed_link("/index.xml")
    pages: dict[str, str | bytes] = {
        "/": html(
            teasers(posts[:5]), head=head, nav=links("/posts/", "/about/", "/projects/")
        ),
        "/posts/": html(
            lines(posts),
            head=head + feed_link("/posts/index.xml"),
            nav=links("/posts/", "/about/"),
        ),
        "/index.xml": rss("https://hugoall.test/", posts),
        "/sitemap.xml": sitemap(
            "https://hugoall.test/", ["/", *others, *posts, "/tags/", "/series/"]
        ),
    }
    return blog("https://hugoall.test/", pages, posts)


def jekyll_with_dates_and_categories_in_its_paths() -> Blog:
    posts = [
        f"/{('python', 'tea', 'misc')[n % 3]}/{day(n):%Y/%m/%d}/{slug(n)}.html"
        for n in range(27)
    ]
    home = html(
        lines(posts), head=feed_link("/feed.xml", "atom"), nav=links("/about/", "/cv/")
    )
    return blog(
        "https://jekyll.test/",
        {"/": home, "/feed.xml": atom("https://jekyll.test/", posts[:10])},
        posts,
    )


def jekyll_with_articles_at_the_root_beside_pages() -> Blog:
    posts = [f"/{slug(n)}/" for n in range(40)]
    others = [
        "/about/",
        "/uses/",
        "/brewing-kit/",
        "/open-source-i-maintain/",
        "/archive/",
        "/tags/",
    ]
    around = {
        "head": feed_link("/feed.xml", "atom"),
        "nav": links("/archive/", "/about/", "/uses/", "/brewing-kit/"),
    }
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:10]), **around),
        "/archive/": html(lines(posts), **around),
        "/feed.xml": atom("https://root.test/", posts[:10]),
        "/sitemap.xml": sitemap("https://root.test/", ["/", *posts, *others]),
    }
    return blog("https://root.test/", pages, posts)


def articles_at_the_root_known_only_to_feed_and_sitemap() -> Blog:
    posts = [f"/{slug(n)}" for n in range(30)]
    pages: dict[str, str | bytes] = {
        "/": html(
            teasers(posts[:10]),
            head=feed_link("/rss.xml"),
            nav=links("/about", "/now", "/talks"),
        ),
        "/rss.xml": rss("https://lean.test/", posts[:10]),
        "/sitemap-index.xml": sitemap_index("https://lean.test/", ["sitemap-0.xml"]),
        "/sitemap-0.xml": sitemap(
            "https://lean.test/", ["/", *posts, "/about", "/now", "/talks", "/tags/tea"]
        ),
    }
    return blog("https://lean.test/", pages, posts)


def articles_at_the_root_with_a_mixed_sitemap_and_many_pages() -> Blog:
    posts = [f"/{slug(n)}/" for n in range(90)]
    others = ["/about/", "/brewing-kit-and-other-stuff-i-use/", "/tea/"]
    around = {"head": feed_link("/feed/"), "nav": links("/about/")}
    pages = paged(posts, 7, lambda n: "/" if n == 1 else f"/page/{n}/", **around)
    pages |= {
        "/feed/": rss("https://mixed.test/", posts[:10]),
        "/sitemap.xml": sitemap("https://mixed.test/", [*others, *posts]),
    }
    return blog("https://mixed.test/", pages, posts)


def an_archive_that_shows_only_the_newest() -> Blog:
    posts = [f"/{slug(n)}/" for n in range(120)]
    around = {
        "head": feed_link("/feed/"),
        "nav": links("/archive/", "/about/", "/brewing-kit/"),
    }
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:10]), **around),
        "/archive/": html(lines(posts[:40]), **around),
        "/feed/": rss("https://partial.test/", posts[:10]),
        "/sitemap.xml": sitemap(
            "https://partial.test/", ["/about/", "/brewing-kit/", *posts]
        ),
    }
    return blog("https://partial.test/", pages, posts)


def pelican() -> Blog:
    posts = [f"/{slug(n)}.html" for n in range(23)]
    around = {
        "nav": links("/pages/about-me.html", "/category/tea.html"),
        "foot": links("/archives.html", "/tags.html", "/feeds/all.atom.xml"),
    }
    pages = paged(posts, 5, lambda n: "/" if n == 1 else f"/index{n}.html", **around)
    pages |= {
        "/archives.html": html(
            "<dl>"
            + "".join(
                f"<dt>{day(n)}</dt><dd><a href='{p}'>{title(n)}</a></dd>"
                for n, p in enumerate(posts)
            )
            + "</dl>",
            **around,
        ),
        "/feeds/all.atom.xml": atom("https://pelican.test/", posts[:10]),
    }
    return blog("https://pelican.test/", pages, posts)


def ablog_beside_documentation() -> Blog:
    posts = [f"/blog/{day(n):%Y}/{slug(n)}.html" for n in range(20)]
    docs = [
        "/guide/install.html",
        "/guide/usage.html",
        "/genindex.html",
        "/search.html",
        "/about.html",
    ]
    pages: dict[str, str | bytes] = {
        "/": html(
            "<p>Hello</p>",
            head=feed_link("/blog/atom.xml", "atom"),
            nav=links("/blog.html", *docs),
        ),
        "/blog.html": html(
            teasers(posts, tags="/blog/tag/python.html"),
            nav=links("/blog/archive.html", "/blog/2025.html", "/blog/drafts.html"),
        ),
        "/blog/archive.html": html(lines(posts)),
        "/blog/atom.xml": atom("https://ablog.test/", posts),
        "/sitemap.xml": sitemap(
            "https://ablog.test/",
            [
                *docs,
                *posts,
                "/blog.html",
                "/blog/tag/python.html",
                "/blog/drafts/half-done.html",
            ],
        ),
    }
    return blog("https://ablog.test/", pages, posts)


def blogger() -> Blog:
    posts = [f"/{day(n):%Y/%m}/{slug(n)}.html" for n in range(30)]
    base = "https://blogger.test/"
    head = feed_link("/feeds/posts/default", "atom") + feed_link(
        "/feeds/42/comments/default", "atom", "Comments"
    )
    nav = links("/p/about.html", "/search/label/tea") + "".join(
        f"<a href='/{y}/'>{y}</a>" for y in (2024, 2025)
    )
    older = f"<a class=blog-pager-older-link href='{base}search?updated-max=2025-06-01&max-results=7'>Older Posts</a>"
    pages: dict[str, str | bytes] = {
        "/": html(
            teasers([p + "?m=1" for p in posts[:7]], more=older), head=head, nav=nav
        ),
        "/feeds/posts/default": atom(
            base,
            posts[:25],
            "<link rel=next href='/feeds/posts/default?start-index=26'/>",
        ),
        "/feeds/posts/default?start-index=26": atom(base, posts[25:]),
        "/robots.txt": "User-agent: *\nDisallow: /search\n\nSitemap: https://blogger.test/sitemap.xml",
        "/sitemap.xml": sitemap_index(
            base, ["sitemap.xml?page=1", "sitemap-pages.xml"]
        ),
        "/sitemap.xml?page=1": sitemap(base, posts),
        "/sitemap-pages.xml": sitemap(base, ["/p/about.html"]),
    }
    return blog(base, pages, posts)


def hexo_without_sitemap() -> Blog:
    posts = [f"/{day(n):%Y/%m/%d}/{slug(n)}/" for n in range(33)]
    around = {
        "head": feed_link("/atom.xml", "atom"),
        "nav": links("/", "/archives/", "/about/", "/tags/tea/"),
    }
    pages = paged(posts, 10, lambda n: "/" if n == 1 else f"/page/{n}/", **around)
    pages |= paged(
        posts,
        10,
        lambda n: "/archives/" if n == 1 else f"/archives/page/{n}/",
        **around,
    )
    pages["/atom.xml"] = atom("https://hexo.test/", posts[:20])
    return blog("https://hexo.test/", pages, posts)


def django_by_hand() -> Blog:
    posts = [f"/weblog/{day(n):%Y/%b/%d}/{slug(n)}/".lower() for n in range(24)]
    around = {
        "head": feed_link("/weblog/feeds/latest/"),
        "nav": links("/", "/weblog/", "/cv/", "/weblog/tagged/python/"),
    }
    pages = paged(
        posts, 5, lambda n: "/weblog/" if n == 1 else f"/weblog/?page={n}", **around
    )
    pages |= {
        "/": html("<p>I am Jane.</p>" + lines(posts[:3]), **around),
        "/weblog/feeds/latest/": rss("https://django.test/", posts[:5]),
    }
    return blog("https://django.test/", pages, posts)


def numbered_articles() -> Blog:
    posts = [f"/posts/{90 - n}/" for n in range(22)]
    pages = paged(
        posts,
        6,
        lambda n: "/" if n == 1 else f"/?page={n}",
        nav=links("/about/", "/users/jane/"),
    )
    return blog("https://numbers.test/", pages, posts)


def hand_written_list_without_feed() -> Blog:
    essays = [f"/essays/{slug(n)}.html" for n in range(14)]
    home = html(
        lines(essays, dates=False),
        nav=links("/bio.html", "/books.html", "/contact.html"),
    )
    return blog("https://hand.test/", {"/": home}, essays)


def hand_written_table_at_the_root() -> Blog:
    essays = [f"/{TOPICS[n]}.html" for n in range(20)]
    rows = "".join(
        f"<tr><td><font><a href='{p}'>{title(n)}</a></font><br></td></tr>"
        for n, p in enumerate(essays)
    )
    home = f"<html><body><table><tr><td><a href='bio.html'>Bio</a><br><a href='faq.html'>FAQs</a></td></tr></table><table>{rows}</table></body></html>"
    return blog("https://table.test/articles.html", {"/articles.html": home}, essays)


def medium_like() -> Blog:
    posts = [f"/@jane/{slug(n)}-{0xABCDEF012345 + n * 7919:012x}" for n in range(10)]
    home = html(
        teasers([p + "?source=user_profile---------0" for p in posts]),
        nav=links("/@jane/about", "/@jane/followers", "/m/signin"),
    )
    feed = rss(
        "https://medium.test/@jane", [p + "?source=rss-abc------2" for p in posts]
    )
    return blog(
        "https://medium.test/@jane",
        {
            "/@jane": home.replace("</head>", feed_link("/feed/@jane") + "</head>"),
            "/feed/@jane": feed,
        },
        posts,
    )


def docusaurus_blog_beside_docs() -> Blog:
    posts = [f"/blog/{slug(n)}" for n in range(17)]
    around = {
        "head": feed_link("/blog/rss.xml") + feed_link("/blog/atom.xml", "atom"),
        "nav": links("/docs/intro", "/blog", "/blog/archive", "/blog/tags"),
    }
    pages: dict[str, str | bytes] = {
        "/blog": html(teasers(posts[:10], tags="/blog/tags/tea"), **around),
        "/blog/archive": html(lines(posts), **around),
        "/blog/rss.xml": rss("https://docu.test/blog", posts),
        "/sitemap.xml": sitemap(
            "https://docu.test/",
            [
                "/",
                "/docs/intro",
                "/docs/install",
                "/blog",
                "/blog/archive",
                "/blog/tags",
                "/blog/tags/tea",
                "/blog/authors",
                *posts,
            ],
        ),
    }
    return blog("https://docu.test/blog", pages, posts)


def categories_as_first_folders() -> Blog:
    posts = [
        f"/{('python', 'linux', 'tea', 'life')[n % 4]}/{slug(n)}/" for n in range(26)
    ]
    pages: dict[str, str | bytes] = {
        "/": html(
            teasers(posts[:8]),
            head=feed_link("/feed.xml"),
            nav=links("/python/", "/linux/", "/tea/", "/about/"),
        ),
        "/feed.xml": rss("https://cats.test/", posts[:10]),
        "/sitemap.xml": sitemap(
            "https://cats.test/",
            ["/", "/python/", "/linux/", "/tea/", "/life/", "/about/", *posts],
        ),
    }
    return blog("https://cats.test/", pages, posts)


def old_articles_have_another_shape() -> Blog:
    new, old = (
        [f"/posts/{slug(n)}/" for n in range(15)],
        [f"/blog/{day(n):%Y/%m}/{slug(n)}.html" for n in range(15, 30)],
    )
    pages: dict[str, str | bytes] = {
        "/": html(
            teasers(new[:10]),
            head=feed_link("/index.xml"),
            nav=links("/archive/", "/about/"),
        ),
        "/archive/": html(lines([*new, *old])),
        "/index.xml": rss("https://moved.test/", new[:10]),
    }
    return blog("https://moved.test/", pages, [*new, *old])


def feed_through_a_proxy() -> Blog:
    posts = [f"/{day(n):%Y/%m}/{slug(n)}/" for n in range(12)]
    items = "".join(
        f"<item><title>{title(n)}</title><link>http://feedproxy.example.net/~r/x/{n}</link><f:origLink>http://www.proxy.test{p}?utm_source=feed</f:origLink></item>"
        for n, p in enumerate(posts)
    )
    feed = f"<rss version='2.0' xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'><channel><title>x</title><link>http://www.proxy.test/</link>{items}</channel></rss>"
    pages: dict[str, str | bytes] = {
        "/": html(
            teasers(["http://proxy.test" + p for p in posts[:6]]),
            head=feed_link("https://feeds.example.net/x"),
        ),
        "https://feeds.example.net/x": feed,
    }
    return blog("https://www.proxy.test/", pages, posts)


def start_in_an_archive_page() -> Blog:
    whole = jekyll_with_articles_at_the_root_beside_pages()
    whole.start = "https://root.test/archive/"
    return whole


def start_in_an_article() -> Blog:
    whole = hugo_with_a_feed_of_everything()
    whole.start = whole.articles[4]
    head = feed_link("/index.xml") + "<meta property='og:type' content='article'>"
    whole.pages[whole.start] = html(
        "<h1>x</h1><p>text</p>", head=head, nav=links("/posts/", "/about/")
    )
    return whole


def start_at_the_feed() -> Blog:
    whole = hexo_without_sitemap()
    whole.start = "https://hexo.test/atom.xml"
    return whole


def list_of_articles_in_a_folder_of_its_own() -> Blog:
    posts = [f"/{day(n):%Y}/{slug(n)}" for n in range(16)]
    pages: dict[str, str | bytes] = {
        "/writing/": html(
            lines(posts),
            head=feed_link("/feed.json", "feed"),
            nav=links("/writing/", "/talks/"),
        )
    }
    pages["/feed.json"] = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "x", "home_page_url": "https://folder.test/", "items": ['
        + ",".join(
            f'{{"id": "{n}", "url": "https://folder.test{p}", "title": "{title(n)}"}}'
            for n, p in enumerate(posts[:5])
        )
        + "]}"
    )
    return blog("https://folder.test/writing/", pages, posts)


def list_with_pages_in_a_folder_that_holds_no_article() -> Blog:
    posts = [f"/{day(n):%Y/%m}/{slug(n)}" for n in range(16)]
    pages = paged(
        posts,
        5,
        lambda n: "/blog/" if n == 1 else f"/blog/page/{n}/",
        nav=links("/talks/"),
    )
    return blog("https://apart.test/blog/", pages, posts)


def feed_that_holds_pages_about_the_site_too() -> Blog:
    posts = [f"/posts/{slug(n)}/" for n in range(14)]
    around = {
        "head": feed_link("/index.xml"),
        "nav": links("/posts/", "/about/", "/projects/"),
    }
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:5]), **around),
        "/posts/": html(lines(posts), **around),
        "/index.xml": rss("https://allfeed.test/", [*posts, "/about/", "/projects/"]),
        "/sitemap.xml": sitemap(
            "https://allfeed.test/", ["/", "/about/", "/projects/", "/now/", *posts]
        ),
    }
    return blog("https://allfeed.test/", pages, posts)


def an_article_named_like_an_archive() -> Blog:
    posts = [f"/{slug(n)}/" for n in range(9)] + [
        "/archive/",
        "/the-archive-of-all-posts-and-how-it-works/",
    ]
    pages: dict[str, str | bytes] = {
        "/": html(
            lines(posts[:9] + posts[10:]),
            head=feed_link("/feed/"),
            nav=links("/about/"),
        )
    }
    pages["/feed/"] = rss("https://odd.test/", posts[:9] + posts[10:])
    del posts[9]
    return blog("https://odd.test/", pages, posts)


def substack_like() -> Blog:
    posts = [f"/p/{slug(n)}" for n in range(28)]
    pages: dict[str, str | bytes] = {
        "/": html(
            teasers(posts[:6]),
            head=feed_link("/feed"),
            nav=links("/archive", "/about", "/podcast", "/subscribe"),
        ),
        "/archive": html(lines(posts[:12])),
        "/feed": rss("https://sub.test/", posts[:20]),
        "/sitemap.xml": sitemap(
            "https://sub.test/", ["/", "/about", "/archive", "/podcast", *posts]
        ),
    }
    return blog("https://sub.test/", pages, posts)


def quarto() -> Blog:
    posts = [f"/posts/{day(n)}-{slug(n)}/" for n in range(19)]
    cards = "".join(
        f"<div class='quarto-post'><div class=thumbnail><a href='.{p}index.html'><img src=x.png></a></div><div class=body>"
        f"<a href='.{p}index.html'><h3>{title(n)}</h3></a><div class=meta>{day(n):%b %d, %Y}</div></div></div>"
        for n, p in enumerate(posts)
    )
    pages: dict[str, str | bytes] = {
        "/": html(cards, head=feed_link("index.xml"), nav=links("/about.html")),
        "/index.xml": rss("https://quarto.test/", [p + "index.html" for p in posts]),
        "/sitemap.xml": sitemap(
            "https://quarto.test/",
            ["/index.html", "/about.html", *(p + "index.html" for p in posts)],
        ),
    }
    return blog("https://quarto.test/", pages, [p + "index.html" for p in posts])


def tumblr_like() -> Blog:
    posts = [f"/post/{170000000000 - 37 * n}/{slug(n)}" for n in range(26)]
    pages = paged(
        posts,
        10,
        lambda n: "/" if n == 1 else f"/page/{n}",
        head=feed_link("/rss"),
        nav=links("/archive", "/ask", "/tagged/tea"),
    )
    pages |= {
        "/rss": rss("https://tumble.test/", posts[:20]),
        "/sitemap1.xml": sitemap("https://tumble.test/", posts),
    }
    pages |= {
        "/robots.txt": "Sitemap: https://tumble.test/sitemap.xml",
        "/sitemap.xml": sitemap_index(
            "https://tumble.test/", ["/sitemap-pages.xml", "/sitemap1.xml"]
        ),
    }
    pages |= {
        "/sitemap-pages.xml": sitemap("https://tumble.test/", ["/about-this-tumble"])
    }
    return blog("https://tumble.test/", pages, posts)


def bear_like() -> Blog:
    posts = [f"/{slug(n)}/" for n in range(25)]
    around = {
        "head": feed_link("/feed/", "atom"),
        "nav": links("/", "/blog/", "/guestbook-of-mine/", "/now/"),
    }
    pages: dict[str, str | bytes] = {
        "/": html(
            "<p>Hello, I am Jane. I like <a href='/guestbook-of-mine/'>guests</a> and tea, and other things.</p>",
            **around,
        ),
        "/blog/": html(lines(posts), **around),
        "/feed/": atom("https://bear.test/", posts[:10]),
    }
    return blog("https://bear.test/", pages, posts)


def yoast_with_the_list_among_its_posts() -> Blog:
    posts = [f"/{slug(n)}/" for n in range(21)]
    pages = paged(
        posts,
        10,
        lambda n: "/blog/" if n == 1 else f"/blog/page/{n}/",
        nav=links("/blog/", "/tea-tastings/"),
    )
    pages |= {
        "/": html(
            "<h2>Welcome</h2>"
            + lines(
                ["/tea-tastings/", "/workshops-in-town/", "/pricing/"], dates=False
            ),
            head=feed_link("/feed/"),
            nav=links("/blog/", "/tea-tastings/"),
        ),
        "/feed/": rss("https://yoast.test/", posts[:10]),
        "/robots.txt": "Sitemap: https://www.yoast.test/sitemap_index.xml",
        "https://www.yoast.test/sitemap_index.xml": sitemap_index(
            "https://www.yoast.test/",
            [
                "post-sitemap.xml",
                "page-sitemap.xml",
                "category-sitemap.xml",
                "author-sitemap.xml",
            ],
        ),
        "https://www.yoast.test/post-sitemap.xml": sitemap(
            "https://www.yoast.test/", ["/blog/", *posts]
        ),
        "https://www.yoast.test/page-sitemap.xml": sitemap(
            "https://www.yoast.test/",
            ["/", "/tea-tastings/", "/workshops-in-town/", "/pricing/"],
        ),
    }
    return blog("https://yoast.test/", pages, posts)


def blogger_with_feed_pages_only() -> Blog:
    posts = [f"/{day(n):%Y/%m}/{slug(n)}.html" for n in range(60)]
    base = "http://old.test/"
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:7]), head=feed_link("/feeds/posts/default", "atom"))
    }
    for n in range(3):
        following = (
            f"<link rel='next' href='/feeds/posts/default?start-index={25 * (n + 1) + 1}&amp;max-results=25'/>"
            if n < 2
            else ""
        )
        pages[
            "/feeds/posts/default"
            + (f"?start-index={25 * n + 1}&max-results=25" if n else "")
        ] = atom(base, posts[25 * n : 25 * n + 25], following)
    return blog(base, pages, posts)


def two_languages_of_which_one_is_the_blogs() -> Blog:
    posts = [f"/posts/{slug(n)}/" for n in range(15)]
    german = [f"/de{p}" for p in posts]
    pages: dict[str, str | bytes] = {
        "/": html(
            teasers(posts[:10]),
            head=feed_link("/index.xml"),
            nav=links("/", "/de/", "/posts/", "/about/"),
        ),
        "/posts/": html(lines(posts)),
        "/index.xml": rss("https://lang.test/", posts),
        "/sitemap.xml": sitemap_index(
            "https://lang.test/", ["/en/sitemap.xml", "/de/sitemap.xml"]
        ),
        "/en/sitemap.xml": sitemap(
            "https://lang.test/", ["/", "/posts/", "/about/", "/tags/", *posts]
        ),
        "/de/sitemap.xml": sitemap(
            "https://lang.test/", ["/de/", "/de/posts/", "/de/about/", *german]
        ),
    }
    return blog("https://lang.test/", pages, posts)


def links_of_every_scheme_and_spelling() -> Blog:
    posts = [f"/{day(n):%Y}/{slug(n)}/" for n in range(12)]
    mixed = [
        ("http://www.mixed.test", "https://mixed.test", "//mixed.test", "")[n % 4] + p
        for n, p in enumerate(posts)
    ]
    pages: dict[str, str | bytes] = {
        "/": html(
            lines(mixed) + lines([m + "index.html?utm_medium=web#top" for m in mixed]),
            head=feed_link("/feed.xml"),
        ),
        "/feed.xml": rss(
            "http://mixed.test/", [f"http://mixed.test{p}" for p in posts]
        ),
        "/sitemap.xml": sitemap(
            "https://www.mixed.test/",
            [f"https://www.mixed.test{p.rstrip('/')}" for p in posts],
        ),
    }
    return blog("https://mixed.test/", pages, posts)


def a_page_without_links_whose_sitemap_knows_all() -> Blog:
    posts = [f"/blog/{slug(n)}" for n in range(18)]
    pages: dict[str, str | bytes] = {
        "/": "<!doctype html><html><body><div id=root></div><script src=/app.js></script></body></html>",
        "/sitemap.xml": sitemap(
            "https://app.test/", ["/", "/about", "/blog", "/projects", *posts]
        ),
    }
    return blog("https://app.test/", pages, posts)


def list_by_year_with_days_alone() -> Blog:
    posts = [f"/{slug(n)}/" for n in range(30)]
    years: dict[int, str] = {}
    for n, p in enumerate(posts):
        years[day(n).year] = (
            years.get(day(n).year, "")
            + f"<li><span>{day(n):%b %d}</span> » <a href='{p}'>{title(n)}</a></li>"
        )
    body = "".join(f"<h3>{year}</h3><ul>{items}</ul>" for year, items in years.items())
    return blog(
        "https://years.test/",
        {
            "/": html(
                body, nav=links("/about/", "/tea-shelf/"), foot=links("/impressum/")
            )
        },
        posts,
    )


def paragraphs_instead_of_a_list() -> Blog:
    posts = [f"/notes/{slug(n)}.html" for n in range(15)]
    body = "".join(
        f"<p><b>{day(n)}</b>: <a href='{p}'>{title(n)}</a>, some words on what it says and for whom it is</p>"
        for n, p in enumerate(posts)
    )
    return blog(
        "https://paras.test/", {"/": html(body, nav=links("/about.html"))}, posts
    )


def documentation_with_a_blog_but_no_feed() -> Blog:
    posts = [f"/blog/{day(n):%Y/%m/%d}/{slug(n)}/" for n in range(13)]
    docs = [f"/guide/{t}/" for t in TOPICS[:25]] + [
        f"/reference/{t}/" for t in TOPICS[:25]
    ]
    pages: dict[str, str | bytes] = {
        "/": html("<p>A library.</p>", nav=links("/blog/", "/guide/", "/reference/")),
        "/blog/": html(
            teasers(posts[:10], more="<a href='/blog/page/2/'>2</a>"),
            nav=links("/blog/", "/guide/"),
        ),
        "/blog/page/2/": html(teasers(posts[10:]), nav=links("/blog/", "/guide/")),
        "/sitemap.xml": sitemap(
            "https://docs.test/",
            [
                "/",
                "/blog/",
                "/blog/archive/2025/",
                "/blog/category/news/",
                "/blog/page/2/",
                *docs,
                *posts,
            ],
        ),
    }
    return blog("https://docs.test/", pages, posts)


def start_at_a_blog_whose_posts_are_few() -> Blog:
    posts = ["/posts/hello-world/", "/posts/second/"]
    pages: dict[str, str | bytes] = {
        "/": html(
            lines(posts), head=feed_link("/index.xml"), nav=links("/about/", "/posts/")
        ),
        "/index.xml": rss("https://few.test/", posts),
        "/sitemap.xml": sitemap(
            "https://few.test/", ["/", "/posts/", "/about/", "/tags/", *posts]
        ),
    }
    return blog("https://few.test/", pages, posts)


def pelican_with_dated_slugs_and_drafts_and_a_theme_of_divs() -> Blog:
    posts = [f"/{day(n):%Y}/{slug(n)}" for n in range(24)]
    body = "".join(
        f"<div class='post'><div class='date'>{day(n):%d %B %Y}</div><div class='title'><a href='{p}'>{title(n)}</a></div></div>"
        for n, p in enumerate(posts)
    )
    pages: dict[str, str | bytes] = {
        "/": html(
            body[: len(body) // 2] + "<div class=tags><a href='/tag/tea'>tea</a></div>",
            nav=links("/archives/all", "/pages/about"),
        ),
        "/archives/all": html(body + "<a href='/drafts/secret-post'>x</a>"),
        "/feeds/all.atom.xml": atom("https://divs.test/", posts[:10]),
    }
    return blog("https://divs.test/", pages, posts)


def category_pages_as_the_only_lists() -> Blog:
    posts = [f"/{('scipy', 'numpy', 'tea')[n % 3]}/{slug(n)}/" for n in range(36)]
    around = {"head": feed_link("/index.xml"), "nav": links("/categories/")}
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:12], tags="/categories/tea/"), **around),
        "/categories/": html(
            links("/categories/scipy/", "/categories/numpy/", "/categories/tea/"),
            **around,
        ),
        "/index.xml": rss("https://onlycats.test/", posts[:12]),
    }
    for n, name in enumerate(("scipy", "numpy", "tea")):
        pages[f"/categories/{name}/"] = html(lines(posts[n::3]), **around)
    return blog("https://onlycats.test/", pages, posts)


def pages_under_every_number() -> Blog:
    """A calendar and a pagination without end: every number has a page, all alike."""
    posts = [f"/{day(n):%Y/%m}/{slug(n)}/" for n in range(12)]
    whole = blog(
        "https://trap.test/", {"/feed": rss("https://trap.test/", posts)}, posts
    )

    class Endless(dict[str, str | bytes]):
        def get(self, url: str, default: object = None) -> str | bytes | None:  # type: ignore[override]
            path = urlsplit(url).path
            if (
                path == "/"
                or path.startswith("/page/")
                or (path.count("/") == 3 and path[1:5].isdigit())
            ):
                number = int(path.split("/")[2]) if path.startswith("/page/") else 1
                around = links(
                    f"/page/{number + 1}/",
                    f"/{1900 + number}/01/",
                    f"/{1901 + number}/02/",
                )
                return html(teasers(posts[:5]), head=feed_link("/feed"), nav=around)
            return dict.get(self, url)

    whole.pages = Endless(whole.pages)
    return whole


SITES: list[Callable[[], Blog]] = [
    wordpress,
    wordpress_with_plain_permalinks_and_no_sitemap,
    ghost,
    hugo_in_a_subfolder,
    hugo_with_a_feed_of_everything,
    jekyll_with_dates_and_categories_in_its_paths,
    jekyll_with_articles_at_the_root_beside_pages,
    articles_at_the_root_known_only_to_feed_and_sitemap,
    articles_at_the_root_with_a_mixed_sitemap_and_many_pages,
    an_archive_that_shows_only_the_newest,
    pelican,
    ablog_beside_documentation,
    blogger,
    hexo_without_sitemap,
    django_by_hand,
    numbered_articles,
    hand_written_list_without_feed,
    hand_written_table_at_the_root,
    medium_like,
    docusaurus_blog_beside_docs,
    categories_as_first_folders,
    old_articles_have_another_shape,
    feed_through_a_proxy,
    start_in_an_archive_page,
    start_in_an_article,
    start_at_the_feed,
    list_of_articles_in_a_folder_of_its_own,
    list_with_pages_in_a_folder_that_holds_no_article,
    feed_that_holds_pages_about_the_site_too,
    an_article_named_like_an_archive,
    substack_like,
    quarto,
    tumblr_like,
    bear_like,
    yoast_with_the_list_among_its_posts,
    blogger_with_feed_pages_only,
    two_languages_of_which_one_is_the_blogs,
    links_of_every_scheme_and_spelling,
    a_page_without_links_whose_sitemap_knows_all,
    list_by_year_with_days_alone,
    paragraphs_instead_of_a_list,
    documentation_with_a_blog_but_no_feed,
    start_at_a_blog_whose_posts_are_few,
    pelican_with_dated_slugs_and_drafts_and_a_theme_of_divs,
    category_pages_as_the_only_lists,
    pages_under_every_number,
]


@pytest.mark.parametrize("make", SITES, ids=lambda make: make.__name__)
def test_every_article_is_found_and_nothing_else(make: Callable[[], Blog]) -> None:
    site = make()
    found = look(site)
    assert {bare(c.url) for c in found.candidates} == {
        bare(url) for url in site.articles
    }
    assert len(found.candidates) == len({c.key for c in found.candidates})
    assert len(site.asked) <= site.most_requests
    # Where neither feed nor sitemap was found, one is read for what it names, two of a list without dates.
    articles = {bare(url) for url in site.articles}
    read = {bare(url) for url in site.asked if url != site.start} & articles
    has_more = {"feed", "sitemap", "index"} & {
        request.outcome for request in found.asked
    }
    assert len(read) <= (0 if has_more else 2)
