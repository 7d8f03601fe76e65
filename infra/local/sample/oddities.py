"""What real blogs do to a crawler. site/expected.json says what should come of each."""

from collections.abc import Sequence
from dataclasses import replace

from infra.local.sample.answer import Answer
from infra.local.sample.pages import html, page, post_page
from infra.local.sample.posts import Post

MOVED = "/2021/07/dataclass-defaults.html"
COPY = "/notes/reading-tracebacks.html"
RENAMED = "/posts/eight-pathlib-calls/"
SLOW = "/posts/slow-tests/"
MISSING = "/posts/withdrawn/"
BROKEN = "/posts/broken/"
EMPTY = "/posts/empty/"
FORBIDDEN = "/private/roadmap/"
DRAFT = "/drafts/next-year/"
NO_ARTICLE = "/posts/members/"
# Named in the sitemap of posts, as sites forget to tidy; the draft is named nowhere.
LISTED = (MOVED, COPY, RENAMED, MISSING, BROKEN, EMPTY, FORBIDDEN, NO_ARTICLE)
LISTED_ON = "2024-09-01"
SLOW_SECONDS = 2.0


def oddities(posts: Sequence[Post], base: str) -> dict[str, Answer]:
    """Return the awkward answers by path, over those of an orderly blog."""
    by_slug = {post.slug: post for post in posts}
    roadmap = "<h1>Roadmap</h1><p>What we mean to write about next year, for the authors' eyes only.</p>"
    draft = "<h1>Next year</h1><p>This is not finished, so no page, feed or sitemap of ours names it.</p>"
    form = '<form method="post"><label>Name <input name="name"></label> <button>Sign in</button></form>'
    broken = Answer(
        page(base, "Something broke", "<p>We are looking into it.</p>").encode(),
        status=500,
    )
    missing = Answer(
        page(base, "Not here", "<p>That post was withdrawn.</p>").encode(), status=404
    )
    return {
        MOVED: Answer(status=301, location="/posts/dataclass-defaults/"),
        COPY: html(post_page(by_slug["reading-tracebacks"], base, canonical="")),
        by_slug["reading-tracebacks"].path: html(
            post_page(by_slug["reading-tracebacks"], base, canonical="")
        ),
        RENAMED: html(post_page(by_slug["pathlib-everyday"], base)),
        SLOW: replace(html(post_page(by_slug["slow-tests"], base)), delay=SLOW_SECONDS),
        MISSING: missing,
        BROKEN: broken,
        EMPTY: Answer(),
        NO_ARTICLE: html(page(base, "For members", f"<h1>For members</h1>{form}")),
        FORBIDDEN: html(page(base, "Roadmap", roadmap)),
        DRAFT: html(page(base, "Next year", draft)),
    }
