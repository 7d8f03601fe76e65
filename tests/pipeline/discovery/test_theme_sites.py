"""Whole blogs in miniature as well-known themes lay them out, with the pages that these bring along."""

from collections.abc import Callable

import pytest

from tests.pipeline.discovery.miniature import (
    TEAS,
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
    posts_in,
    rss,
    sitemap,
    sitemap_index,
    slug,
    teasers,
    title,
)


def cards(urls: list[str]) -> str:
    made = (
        f"<article class='card-wrapper card'><a href='{url}' class='post-preview row'><h1 class='card-title'>{title(n)}</h1>"
        f"<div class='card-text'><p>Some words of it.</p></div><div class='post-meta'><i class='far fa-calendar'></i>"
        f"<time data-ts='{n}'>{day(n):%b %d, %Y}</time></div></a></article>"
        for n, url in enumerate(urls)
    )
    return "".join(made)


def cards_and_tabs() -> Blog:
    posts = posts_in("/posts/", 23)
    tabs = ["/categories/", "/tags/", "/archives/", "/about/"]
    terms = ["/tags/black-tea/", "/tags/python/", "/categories/how-to/"]
    around = {"head": feed_link("/feed.xml", "atom"), "nav": links("/", *tabs)}
    trending = "<aside id=panel-wrapper>" + lines(posts[:5], dates=False) + "</aside>"
    pages: dict[str, str | bytes] = {}
    for n in range(3):
        address = "/" if n == 0 else f"/page{n + 1}/"
        pager = "<ul class=pagination>" + "".join(
            f"<li class=page-item><a class=page-link href='{'/' if k == 0 else f'/page{k + 1}/'}'>{k + 1}</a></li>"
            for k in range(3)
        )
        pages[address] = html(
            cards(posts[n * 10 : n * 10 + 10]) + pager + trending, **around
        )
    pages |= {
        "/feed.xml": atom("https://tabs.test/", posts[:5]),
        "/sitemap.xml": sitemap(
            "https://tabs.test/", ["/", *posts, *tabs, *terms, "/page2/", "/page3/"]
        ),
    }
    return blog("https://tabs.test/", pages, posts)


def archives_by_year_tag_and_category() -> Blog:
    posts = [f"/{('brewing', 'code', 'travel')[n % 3]}/{pair(n)}/" for n in range(26)]
    nav = links("/year-archive/", "/categories/", "/tags/", "/about/", "/portfolio/")
    around = {"head": feed_link("/feed.xml", "atom"), "nav": nav}
    related = "<div class=page__related>" + lines(posts[:4], dates=False) + "</div>"
    works = [f"/portfolio/{tea}/" for tea in TEAS[:5]]
    pages = paged(posts, 5, lambda n: "/" if n == 1 else f"/page{n}/", **around)
    pages |= {
        "/year-archive/": html(lines(posts, dates=False) + related, **around),
        "/portfolio/": html(lines(works, dates=False), **around),
        "/feed.xml": atom("https://mistakes.test/", posts[:10]),
        "/sitemap.xml": sitemap(
            "https://mistakes.test/", [*posts, *works, "/year-archive/", "/tags/"]
        ),
    }
    return blog("https://mistakes.test/", pages, posts)


def a_feed_of_posts_and_pages_with_posts_under_p() -> Blog:
    posts = posts_in("/p/", 19)
    around = {
        "head": feed_link("/index.xml"),
        "nav": links("/", "/archives/", "/search/", "/links/", "/about/"),
    }
    pages = paged(posts, 5, lambda n: "/" if n == 1 else f"/page/{n}/", **around)
    pages |= {
        "/archives/": html(lines(posts), **around),
        "/index.xml": rss(
            "https://stackish.test/", [*posts, "/links/", "/about/", "/archives/"]
        ),
        "/sitemap.xml": sitemap(
            "https://stackish.test/",
            [
                "/",
                *posts,
                "/links/",
                "/about/",
                "/archives/",
                "/search/",
                "/post/",
                "/tags/green-tea/",
                "/categories/",
            ],
        ),
    }
    return blog("https://stackish.test/", pages, posts)


def sections_and_terms_in_toml() -> Blog:
    posts = posts_in("/blog/", 24)
    others = [
        "/blog/",
        "/tags/",
        "/tags/tea/",
        "/projects/",
        "/projects/a-kettle-that-thinks/",
        "/search/",
    ]
    around = {
        "head": feed_link("/atom.xml", "atom"),
        "nav": links("/blog/", "/projects/", "/tags/"),
    }
    pages = paged(
        posts, 6, lambda n: "/blog/" if n == 1 else f"/blog/page/{n}/", **around
    )
    pages |= {
        "/": html(lines(posts[:3]), **around),
        "/atom.xml": atom("https://sections.test/", posts),
        "/sitemap.xml": sitemap("https://sections.test/", ["/", *posts, *others]),
    }
    return blog("https://sections.test/", pages, posts)


def a_starter_with_posts_at_the_root() -> Blog:
    posts = [f"/{pair(n)}/" for n in range(28)]
    around = {
        "head": feed_link("/rss.xml"),
        "nav": links("/", "/page-2/", "/dev-404-page/", "/using-typescript/"),
    }
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts), **around),
        "/rss.xml": rss("https://starter.test/", posts),
        "/robots.txt": "Sitemap: https://starter.test/sitemap-index.xml",
        "/sitemap-index.xml": sitemap_index("https://starter.test/", ["sitemap-0.xml"]),
        "/sitemap-0.xml": sitemap(
            "https://starter.test/", ["/", *posts, "/using-typescript/", "/tags/"]
        ),
    }
    return blog("https://starter.test/", pages, posts)


def archives_of_every_month_with_pages() -> Blog:
    posts = [f"/{day(n):%Y/%m/%d}/{pair(n)}/" for n in range(42)]
    nav = links("/", "/archives/", "/tags/", "/categories/", "/about/", "/schedule/")
    around = {"nav": nav, "foot": "<a href='/atom.xml'>RSS</a>"}
    pages = paged(posts, 10, lambda n: "/" if n == 1 else f"/page/{n}/", **around)
    pages |= paged(
        posts,
        10,
        lambda n: "/archives/" if n == 1 else f"/archives/page/{n}/",
        **around,
    )
    pages |= {
        "/atom.xml": atom("https://next.test/", posts[:20]),
        "/sitemap.xml": sitemap(
            "https://next.test/",
            [
                *posts,
                "/about/index.html",
                "/tags/index.html",
                "/tags/tea/",
                "/categories/how-to/",
                "/schedule/",
            ],
        ),
    }
    return blog("https://next.test/", pages, posts)


def cards_whose_links_have_no_text() -> Blog:
    posts = [f"/blog/{day(n).year}/{slug(n)}" for n in range(17)]
    shown = "".join(
        f"<div class='sd-card docutils'><div class=sd-card-body><div class=sd-card-title>{title(n)}</div><p>{day(n):%B %d, %Y}</p>"
        f"</div><a class='sd-stretched-link reference' href='{post}'><span></span></a></div>"
        for n, post in enumerate(posts)
    )
    pages: dict[str, str | bytes] = {
        "/": html("<p>I teach tea.</p>", nav=links("/blog", "/teaching", "/cv")),
        "/blog": html(shown, nav=links("/blog", "/teaching", "/cv")),
    }
    return blog("https://cardy.test/", pages, posts)


def a_category_named_like_a_part_of_a_site() -> Blog:
    posts = [f"/{('notes', 'books')[n % 2]}/{slug(n)}/" for n in range(30)]
    around = {
        "head": feed_link("/feed/"),
        "nav": links("/notes/", "/books/", "/about/"),
    }
    pages = paged(posts, 10, lambda n: "/" if n == 1 else f"/page/{n}/", **around)
    pages |= {
        "/feed/": rss("https://reader.test/", posts[:20:2]),
        "/all/": html(lines(posts), **around),
        "/books/": html(lines(posts[1::2]), **around),
    }
    return blog("https://reader.test/", pages, posts)


def posts_as_pages_drawn_by_a_script_with_a_sitemap() -> Blog:
    posts = [f"/posts/{slug(n)}.html" for n in range(16)]
    pages: dict[str, str | bytes] = {
        "/": "<!doctype html><html><head><script type=module src=/assets/app.js></script></head><body><div id=app></div></body></html>",
        "/sitemap.xml": sitemap(
            "https://vite.test/", ["/", *posts, "/about.html", "/tags.html", "/posts/"]
        ),
    }
    return blog("https://vite.test/", pages, posts)


def a_lab_page_with_news_beside_the_blog() -> Blog:
    posts = posts_in("/blog/", 12)
    papers = [
        f"/publications/{day(n).year}-{TOPICS[n]}-{TEAS[n % 8]}/" for n in range(9)
    ]
    people = [f"/people/{word}/" for word in TOPICS[:6]]
    news = "".join(
        f"<li>{day(n):%b %d, %Y} - We had tea, see <a href='{papers[n]}'>our paper</a>.</li>"
        for n in range(5)
    )
    nav = links("/", "/people/", "/publications/", "/blog/", "/teaching/")
    pages: dict[str, str | bytes] = {
        "/": html(f"<h2>News</h2><ul>{news}</ul>", nav=nav),
        "/blog/": html(lines(posts), nav=nav),
        "/publications/": html(lines(papers), nav=nav),
        "/people/": html(lines(people, dates=False), nav=nav),
        "/sitemap.xml": sitemap(
            "https://lab.test/", ["/", *posts, *papers, *people, "/teaching/"]
        ),
    }
    return blog("https://lab.test/", pages, posts)


def a_blog_below_a_product_with_its_own_feed() -> Blog:
    posts = posts_in("/blog/", 33)
    product = [
        "/pricing/",
        "/features/teapots/",
        "/customers/house-of-tea/",
        "/integrations/kettle/",
    ]
    writers = ["/blog/author/jane-doe/", "/blog/author/max-of-the-hills/"]
    around = {"nav": links(*product, "/blog/"), "head": feed_link("/blog/rss.xml")}
    pages = paged(
        posts, 9, lambda n: "/blog/" if n == 1 else f"/blog/page/{n}/", **around
    )
    pages |= {
        "/": html(teasers(product[1:]), **around),
        "/blog/rss.xml": rss("https://product.test/blog/", posts[:10]),
        "/sitemap.xml": sitemap(
            "https://product.test/",
            ["/", *product, *posts, *writers, "/blog/category/news/"],
        ),
    }
    return blog("https://product.test/", pages, posts)


def a_magazine_with_issues() -> Blog:
    posts = [f"/issue-{1 + n // 5}/{pair(n)}/" for n in range(30)]
    issues = [f"/issue-{n}/" for n in range(6, 0, -1)]
    around = {"nav": links("/", "/issues/", "/masthead/", "/submit/")}
    pages: dict[str, str | bytes] = {
        "/": html(lines(posts[25:]), **around),
        "/issues/": html(links(*issues), **around),
    }
    for number, issue in enumerate(issues[::-1]):
        pages[issue] = html(lines(posts[number * 5 : number * 5 + 5]), **around)
    pages["/sitemap.xml"] = sitemap(
        "https://issue.test/", ["/", *issues, *posts, "/masthead/", "/submit/"]
    )
    return blog("https://issue.test/", pages, posts)


SITES = [
    cards_and_tabs,
    archives_by_year_tag_and_category,
    a_feed_of_posts_and_pages_with_posts_under_p,
    sections_and_terms_in_toml,
    a_starter_with_posts_at_the_root,
    archives_of_every_month_with_pages,
    cards_whose_links_have_no_text,
    a_category_named_like_a_part_of_a_site,
    posts_as_pages_drawn_by_a_script_with_a_sitemap,
    a_lab_page_with_news_beside_the_blog,
    a_blog_below_a_product_with_its_own_feed,
    a_magazine_with_issues,
]


@pytest.mark.parametrize("make", SITES, ids=lambda make: make.__name__)
def test_a_theme_hides_no_article_and_adds_no_page(make: Callable[[], Blog]) -> None:
    site = make()
    found = look(site)
    assert {bare(c.url) for c in found.candidates} == {
        bare(url) for url in site.articles
    }
    assert len(found.candidates) == len(site.articles)
    assert len(site.asked) <= site.most_requests
