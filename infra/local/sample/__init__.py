"""The sample blog: the posts of site/ and everything that a blog has around them, as a table of
answers.

posts      the files of site/posts, read
markup     their light markup, as HTML with highlighted code
pages      posts, listings and the other pages, as HTML
feeds      RSS, Atom, JSON Feed, sitemaps, robots.txt
oddities   what real blogs do to a crawler: moved, missing, broken, slow, empty, forbidden and
           double pages
"""

from infra.local.sample.answer import Answer
from infra.local.sample.feeds import feeds
from infra.local.sample.oddities import oddities
from infra.local.sample.pages import pages
from infra.local.sample.posts import Post, read_posts

__all__ = ["Answer", "Post", "read_posts", "site"]


def site(base: str) -> dict[str, Answer]:
    """Return what the blog at `base` (scheme and host, no slash at the end) answers, by path."""
    posts = read_posts()
    return {**pages(posts, base), **feeds(posts, base), **oddities(posts, base)}
