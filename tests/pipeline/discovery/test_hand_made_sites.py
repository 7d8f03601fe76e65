"""Whole blogs in miniature as people make them by hand or with small tools, with what lies beside the articles."""

import json
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
    slug,
    teasers,
    title,
)


def plain_list_of_one_word_files() -> Blog:
    posts = [f"/{TOPICS[n]}.html" for n in range(16)]
    listed = "".join(
        f"<li><a href='{p[1:]}'>{title(n)}</a>" for n, p in enumerate(posts)
    )
    pages: dict[str, str | bytes] = {
        "/": "<html><head><title>Jane's page</title></head><body><h1>Jane</h1><p>I write. "
        "<a href='cv.pdf'>My CV</a>. <a href='contact.html'>Write to me</a>.</p><h2>Essays</h2>"
        f"<ul>{listed}</ul><hr><a href='links.html'>Links</a></body></html>",
    }
    return blog("https://essays.test/", pages, posts)


def years_as_folders_with_lists_of_their_own() -> Blog:
    posts = [f"/{day(n).year}/{pair(n)}.html" for n in range(44)]
    years = sorted({f"/{day(n).year}/" for n in range(44)}, reverse=True)
    around = {"nav": links(*years, "/about.html")}
    pages: dict[str, str | bytes] = {"/": html("<p>Hello.</p>", **around)}
    for year in years:
        held = [post for post in posts if post.startswith(year)]
        pages[year] = html(lines(held, dates=False), **around)
    return blog("https://years.test/", pages, posts)


def things_learned_today_by_topic() -> Blog:
    posts = [f"/{('git', 'sql', 'bash', 'vim')[n % 4]}/{slug(n)}.md" for n in range(32)]
    topics = ["/git/", "/sql/", "/bash/", "/vim/"]
    listed = ""
    for topic in topics:
        held = [post for post in posts if post.startswith(topic)]
        listed += f"<h2><a href='{topic}'>{topic.strip('/')}</a></h2>" + lines(held)
    pages: dict[str, str | bytes] = {
        "/": html(listed, head=feed_link("/feed.atom", "atom")),
        "/feed.atom": atom("https://til.test/", posts[:20]),
    }
    return blog("https://til.test/", pages, posts)


def dates_only_on_the_articles() -> Blog:
    posts = posts_in("/thoughts/", 18)
    cards = "".join(
        f"<a class=card href='{p}'><h3>{title(n)}</h3></a>" for n, p in enumerate(posts)
    )
    pages: dict[str, str | bytes] = {
        "/": html("<p>Hello.</p>", nav=links("/thoughts/", "/about/", "/clients/")),
        "/thoughts/": html(f"<div class=grid>{cards}</div>"),
    }
    for n, post in enumerate(posts):
        pages[post] = html(
            f"<article><h1>{title(n)}</h1><time datetime={day(n)}>{day(n)}</time><p>{'Words and words. ' * 40}</p></article>"
        )
    return blog("https://undated.test/", pages, posts)


def a_json_feed_and_a_page_drawn_by_a_script() -> Blog:
    posts = [f"/b/{slug(n)}" for n in range(21)]
    items = [
        {
            "id": str(n),
            "url": f"https://json.test{post}",
            "title": title(n),
            "date_published": f"{day(n)}T08:00:00Z",
        }
        for n, post in enumerate(posts)
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "x",
        "home_page_url": "https://json.test/",
    }
    pages: dict[str, str | bytes] = {
        "/": "<!doctype html><html><head><link rel=alternate type=application/feed+json href=/feed.json></head>"
        "<body><div id=app></div><script src=/a.js></script></body></html>",
        "/feed.json": json.dumps(
            feed
            | {"items": items[:12], "next_url": "https://json.test/feed.json?page=2"}
        ),
        "/feed.json?page=2": json.dumps(feed | {"items": items[12:]}),
    }
    return blog("https://json.test/", pages, posts)


def ten_of_five_hundred_in_the_feed() -> Blog:
    posts = [f"/articles/{slug(n)}" for n in range(500)]
    around = {"head": feed_link("/feed.xml"), "nav": links("/articles", "/about")}
    pages = paged(
        posts, 20, lambda n: "/articles" if n == 1 else f"/articles?p={n}", **around
    )
    pages |= {
        "/": html(teasers(posts[:3]), **around),
        "/feed.xml": rss("https://long.test/", posts[:10]),
    }
    return blog("https://long.test/", pages, posts)


def further_pages_in_the_head_only() -> Blog:
    posts = posts_in("/stories/", 40)
    pages: dict[str, str | bytes] = {}
    for n in range(5):
        following = f"<link rel=next href='/stories/load/{n + 1}/'>" if n < 4 else ""
        address = f"/stories/load/{n}/" if n else "/"
        pages[address] = html(
            teasers(posts[n * 8 : n * 8 + 8]), head=following, nav=links("/about/")
        )
    return blog("https://scroll.test/", pages, posts)


def a_button_that_loads_more() -> Blog:
    posts = posts_in("/p/", 27)
    pages: dict[str, str | bytes] = {}
    for n in range(3):
        more = (
            f"<a class='btn load-more' href='/?cursor={n + 1}a9'>Show more</a>"
            if n < 2
            else ""
        )
        address = f"/?cursor={n}a9" if n else "/"
        pages[address] = html(teasers(posts[n * 9 : n * 9 + 9], more=more))
    return blog("https://button.test/", pages, posts)


def pages_and_posts_of_two_words_at_the_root() -> Blog:
    posts = [f"/{pair(n)}/" for n in range(70)]
    others = ["/tea-shop/", "/my-books/", "/work-with-me/", "/press-kit/"]
    around = {"head": feed_link("/feed/"), "nav": links("/blog/", *others)}
    pages = paged(
        posts, 10, lambda n: "/blog/" if n == 1 else f"/blog/page/{n}/", **around
    )
    pages |= {
        "/": html("<p>I am Jane.</p>", **around),
        "/feed/": rss("https://short.test/", posts[:10]),
        "/sitemap.xml": sitemap(
            "https://short.test/", ["/", "/blog/", *posts, *others]
        ),
    }
    return blog("https://short.test/", pages, posts)


def posts_at_the_root_in_feed_and_sitemap_alone() -> Blog:
    posts = [f"/{pair(n)}/" for n in range(60)]
    others = ["/tea-shop/", "/my-books/", "/press-kit/"]
    pages: dict[str, str | bytes] = {
        "/": html(teasers(posts[:6]), head=feed_link("/rss.xml"), nav=links(*others)),
        "/rss.xml": rss("https://bare.test/", posts[:20]),
        "/sitemap.xml": sitemap("https://bare.test/", ["/", *posts, *others]),
    }
    return blog("https://bare.test/", pages, posts)


def org_files_with_dates_and_a_list_named_sitemap() -> Blog:
    posts = [f"/{day(n):%Y%m%d}-{slug(n)}.html" for n in range(20)]
    listed = "".join(
        f"<li>{day(n)} <a href='{p[1:]}'>{title(n)}</a></li>"
        for n, p in enumerate(posts)
    )
    pages: dict[str, str | bytes] = {
        "/": html(
            f"<ul class=org-ul>{listed[: listed.index('<li>', 900)]}</ul>",
            nav=links("/sitemap.html", "/theindex.html", "/about.html"),
        ),
        "/sitemap.html": html(
            f"<ul class=org-ul>{listed}<li><a href='about.html'>About</a></li></ul>"
        ),
    }
    return blog("https://org.test/", pages, posts)


def a_garden_of_notes_with_a_feed_of_all() -> Blog:
    posts = [f"/notes/{title(n).replace(' ', '-')}" for n in range(25)]
    tags = ["/tags/tea", "/tags/python"]
    around = {"head": feed_link("/index.xml"), "nav": links("/", "/notes/", *tags)}
    pages: dict[str, str | bytes] = {
        "/": html("<p>My garden.</p>", **around),
        "/notes/": html(lines(posts), **around),
        "/index.xml": rss("https://garden.test/", posts),
        "/sitemap.xml": sitemap(
            "https://garden.test/", ["/", "/notes/", *posts, *tags]
        ),
    }
    return blog("https://garden.test/", pages, posts)


def a_wiki_used_as_a_blog() -> Blog:
    posts = [f"/blog/{pair(n).replace('-', '_')}" for n in range(18)]
    listed = "".join(
        f"<div class=entry><h2><a href='{p}'>{title(n)}</a></h2><p class=info>{day(n):%Y/%m/%d} <a href='{p}?do=edit'>Edit</a> <a href='{p}?do=revisions'>Old revisions</a></p></div>"
        for n, p in enumerate(posts)
    )
    nav = (
        links("/start", "/wiki/syntax", "/playground/playground")
        + "<a href='/start?do=recent'>Recent</a>"
    )
    pages: dict[str, str | bytes] = {"/": html(listed, nav=nav)}
    return blog("https://wiki.test/", pages, posts)


def a_script_of_one_s_own_with_numbers_in_the_query() -> Blog:
    posts = [f"/index.php?article={80 - n}" for n in range(24)]
    nav = "<a href='/index.php?page=about'>About</a><a href='/index.php?category=3'>Tea</a>"

    def page(n: int) -> str:
        return "/" if n == 1 else f"/index.php?from={(n - 1) * 8}"

    pages = paged(posts, 8, page, nav=nav)
    return blog("https://script.test/", pages, posts)


def a_list_without_dates_in_two_columns() -> Blog:
    posts = [f"/text/{pair(n)}.html" for n in range(20)]
    rows = "".join(
        f"<tr><td><a href='{posts[n]}'>{title(n)}</a></td><td><a href='{posts[n + 10]}'>{title(n + 10)}</a></td></tr>"
        for n in range(10)
    )
    pages: dict[str, str | bytes] = {
        "/": html(f"<table>{rows}</table>", nav=links("/bio.html", "/mail.html")),
    }
    return blog("https://column.test/", pages, posts)


def months_of_posts_on_pages_of_the_blog() -> Blog:
    posts = [f"/weblog/{day(n).year}/{day(n):%b}/{pair(n)}/".lower() for n in range(30)]
    months = sorted({post.rsplit("/", 2)[0] + "/" for post in posts})
    around = {"nav": links("/weblog/", "/about/"), "head": feed_link("/weblog/feed/")}
    pages: dict[str, str | bytes] = {
        "/": html("<p>Hello.</p>", **around),
        "/weblog/": html(teasers(posts[:5]) + links(*months), **around),
        "/weblog/feed/": rss("https://months.test/", posts[:5]),
    }
    for month in months:
        pages[month] = html(
            teasers([p for p in posts if p.startswith(month)]), **around
        )
    return blog("https://months.test/", pages, posts, most_requests=60)


def posts_by_their_number_beside_docs() -> Blog:
    posts = [f"/log/{n}" for n in range(35, 0, -1)]
    docs = [f"/docs/{word}" for word in TOPICS[:10]]
    around = {"nav": links("/log", "/docs", "/download")}
    pages: dict[str, str | bytes] = {
        "/log": html(lines(posts), **around),
        "/": html("<p>A tool.</p>" + lines(docs, dates=False), **around),
        "/sitemap.xml": sitemap(
            "https://number.test/", ["/", "/download", *docs, *posts]
        ),
    }
    return blog("https://number.test/log", pages, posts)


def articles_below_their_series() -> Blog:
    posts = [f"/series/{TEAS[n % 3]}/{slug(n)}/" for n in range(24)]
    series = [f"/series/{tea}/" for tea in TEAS[:3]]
    around = {
        "head": feed_link("/atom.xml", "atom"),
        "nav": links("/series/", "/about/"),
    }
    pages: dict[str, str | bytes] = {
        "/": html(lines(posts[:8]) + lines(series, dates=False), **around),
        "/series/": html(lines(series, dates=False), **around),
        "/atom.xml": atom("https://series.test/", posts[:15]),
        "/sitemap.xml": sitemap(
            "https://series.test/", ["/", "/series/", *series, *posts]
        ),
    }
    return blog("https://series.test/", pages, posts)


def newest_posts_beside_a_shop() -> Blog:
    posts = posts_in("/stories/", 12)
    goods = [f"/products/{pair(n)}" for n in range(30)]
    cards = "".join(
        f"<li class=card><a href='{g}'>{title(n)} teapot</a> $ 20</li>"
        for n, g in enumerate(goods)
    )
    pages: dict[str, str | bytes] = {
        "/": html(
            f"<ul class=goods>{cards}</ul>",
            nav=links("/stories/", "/cart", "/products"),
        ),
        "/stories/": html(lines(posts), nav=links("/", "/cart")),
        "/sitemap.xml": sitemap(
            "https://shop.test/", ["/", *goods, "/stories/", *posts]
        ),
    }
    return blog("https://shop.test/", pages, posts)


def a_feed_of_titles_in_another_script() -> Blog:
    posts = [f"/статьи/{TOPICS[n]}-и-чай/" for n in range(22)]
    around = {
        "head": feed_link("/лента.xml"),
        "nav": links("/статьи/", "/обо-мне/", "/метки/"),
    }
    pages: dict[str, str | bytes] = {
        "/": html(lines(posts[:5]), **around),
        "/статьи/": html(lines(posts), **around),
        "/лента.xml": rss("https://script2.test/", posts[:10]),
    }
    return blog("https://script2.test/", pages, posts)


def news_of_a_project_on_its_front_page() -> Blog:
    posts = [f"/news/{day(n)}-{pair(n)}.html" for n in range(15)]
    around = {"nav": links("/download.html", "/docs/", "/community.html")}
    pages: dict[str, str | bytes] = {
        "/": html(
            "<h2>News</h2>"
            + lines(posts[:4], more="<a href='/news.html'>All news</a>"),
            **around,
        ),
        "/news.html": html(lines(posts), **around),
    }
    return blog("https://project.test/", pages, posts)


SITES = [
    plain_list_of_one_word_files,
    years_as_folders_with_lists_of_their_own,
    things_learned_today_by_topic,
    dates_only_on_the_articles,
    a_json_feed_and_a_page_drawn_by_a_script,
    ten_of_five_hundred_in_the_feed,
    further_pages_in_the_head_only,
    a_button_that_loads_more,
    pages_and_posts_of_two_words_at_the_root,
    posts_at_the_root_in_feed_and_sitemap_alone,
    org_files_with_dates_and_a_list_named_sitemap,
    a_garden_of_notes_with_a_feed_of_all,
    a_wiki_used_as_a_blog,
    a_script_of_one_s_own_with_numbers_in_the_query,
    a_list_without_dates_in_two_columns,
    months_of_posts_on_pages_of_the_blog,
    posts_by_their_number_beside_docs,
    articles_below_their_series,
    newest_posts_beside_a_shop,
    a_feed_of_titles_in_another_script,
    news_of_a_project_on_its_front_page,
]


@pytest.mark.parametrize("make", SITES, ids=lambda make: make.__name__)
def test_a_site_made_by_hand_hides_no_article_and_adds_no_page(
    make: Callable[[], Blog],
) -> None:
    site = make()
    found = look(site)
    assert {bare(c.url) for c in found.candidates} == {
        bare(url) for url in site.articles
    }
    assert len(found.candidates) == len(site.articles)
    assert len(site.asked) <= site.most_requests
