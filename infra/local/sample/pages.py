"""The HTML pages of the sample blog: posts, listings of them, and what is no article."""

import json
from collections.abc import Iterable, Sequence
from html import escape
from string import Template

from infra.local.sample.answer import Answer
from infra.local.sample.posts import SITE, Post

NAME = "Small Wheels"
PER_PAGE = 8
TYPES = {".svg": "image/svg+xml", ".css": "text/css"}
_PAGE = Template((SITE / "page.html").read_text("utf-8"))
_POST = Template((SITE / "post.html").read_text("utf-8"))


def pages(posts: Sequence[Post], base: str) -> dict[str, Answer]:
    """Home with its further pages, archive, tags, about, sign-up, static files and every post."""
    answers = {post.path: html(post_page(post, base), post.charset) for post in posts}
    answers |= _home(posts, base)
    for tag in sorted({tag for post in posts for tag in post.tags}):
        some = [post for post in posts if tag in post.tags]
        answers[f"/tags/{tag}/"] = html(
            page(base, f"Posts about {tag}", _teasers(some))
        )
    answers["/archive/"] = html(page(base, "Archive", _archive(posts)))
    for name in ("about", "newsletter"):
        answers[f"/{name}/"] = html(
            page(base, name.title(), (SITE / f"{name}.html").read_text("utf-8"))
        )
    for file in (SITE / "static").iterdir():
        answers[f"/static/{file.name}"] = Answer(file.read_bytes(), TYPES[file.suffix])
    return answers


def html(text: str, charset: str = "utf-8") -> Answer:
    """Return a page; one that is not UTF-8 says so only in its own head, as old servers leave
    it."""
    if charset == "utf-8":
        kind = "text/html; charset=utf-8"
    else:
        kind = "text/html"
    return Answer(
        text.replace('charset="utf-8"', f'charset="{charset}"', 1).encode(charset), kind
    )


def page(
    base: str, title: str, body: str, *, language: str = "en", head: str = ""
) -> str:
    """Return a whole page around `body`."""
    if title != NAME:
        full = f"{title} | {NAME}"
    else:
        full = NAME
    return _PAGE.substitute(
        base=base,
        name=NAME,
        title=escape(full),
        body=body,
        language=language,
        head=head,
    )


def post_page(post: Post, base: str, *, canonical: str | None = None) -> str:
    """Return the page of a post; `canonical` is the address that it claims, "" for none."""
    if canonical is None:
        address = base + post.path
    else:
        address = canonical
    tags = " ".join(f'<a rel="tag" href="/tags/{tag}/">{tag}</a>' for tag in post.tags)
    body = _POST.substitute(
        title=escape(post.title),
        author=post.author,
        datetime=post.published.isoformat(),
        day=f"{post.published:%d %B %Y}",
        tags=tags,
        html=post.html,
    )
    return page(
        base, post.title, body, language=post.language, head=_head(post, address)
    )


def _head(post: Post, address: str) -> str:
    lines = [
        f'<meta name="author" content="{post.author}">',
        '<meta property="og:type" content="article">',
        f'<meta property="og:title" content="{escape(post.title)}">',
        f'<meta property="article:published_time" content="{post.published.isoformat()}">',
        *(f'<meta property="article:tag" content="{tag}">' for tag in post.tags),
    ]
    if address:
        lines.append(f'<link rel="canonical" href="{address}">')
    if len(post.slug) % 2:  # half of them speak JSON-LD too, as blogs differ
        lines.append(
            f'<script type="application/ld+json">{_linked_data(post)}</script>'
        )
    return "\n".join(lines)


def _linked_data(post: Post) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": post.title,
        "datePublished": post.published.isoformat(),
        "author": {"@type": "Person", "name": post.author},
        "keywords": list(post.tags),
        "inLanguage": post.language,
    }
    return json.dumps(data)


def _home(posts: Sequence[Post], base: str) -> dict[str, Answer]:
    chunks = [
        posts[start : start + PER_PAGE] for start in range(0, len(posts), PER_PAGE)
    ]
    answers = {}
    for number, chunk in enumerate(chunks, 1):
        if number > 1:
            newer = f'<a rel="prev" href="{_page_path(number - 1)}">Newer posts</a>'
        else:
            newer = ""
        if number < len(chunks):
            older = f'<a rel="next" href="{_page_path(number + 1)}">Older posts</a>'
        else:
            older = ""
        body = f'{_teasers(chunk)}<nav class="pages">{newer} {older}</nav>'
        answers[_page_path(number)] = html(page(base, NAME, body))
    return answers


def _page_path(number: int) -> str:
    if number == 1:
        return "/"
    return f"/page/{number}/"


def _teasers(posts: Iterable[Post]) -> str:
    return "".join(
        f'<section class="teaser"><h2><a href="{post.path}">{escape(post.title)}</a></h2>'
        f'<p><time datetime="{post.published.isoformat()}">{post.published:%d %b %Y}</time> by {post.author}</p>'
        f"<p>{escape(post.summary)}</p></section>"
        for post in posts
    )


def _archive(posts: Iterable[Post]) -> str:
    lines = (
        f'<li>{post.published:%Y-%m-%d} <a href="{post.path}">{escape(post.title)}</a></li>'
        for post in posts
    )
    return f'<ul class="archive">{"".join(lines)}</ul>'
