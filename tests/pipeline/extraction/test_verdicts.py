"""Articles, lists, pages that are not there, stubs: told apart by what they show."""

import pytest

from pipeline.core.failures import Rejected
from pipeline.core.records import Draft
from pipeline.extraction.extract import extract

LINES = (
    "The lamp on the pier goes dark at six, and by then the first boats have long been out at sea for the day.",
    "Nobody in the harbour had asked for the change, and yet everybody was glad of it by the end of the month.",
)
TEXT = "".join(f"<p>{line}</p>" for line in LINES * 4)
META = "<p>By Ines Bramley on <time datetime=2024-05-03>May 3, 2024</time></p>"
CARDS = "".join(
    f'<article class="post-card"><a href="/p{n}/"><h2>Post number {n} about boats</h2></a>'
    f"<p>A short teaser of the post about boats and lamps, number {n}.</p>"
    f'<time datetime="2024-01-{n:02}">Jan {n}</time></article>'
    for n in range(1, 11)
)
EXCERPTS = "".join(
    f'<article class="post"><h2><a href="/p{n}/">Post {n} about boats</a></h2>'
    f"<time datetime=2024-01-0{n}>Jan {n}, 2024</time><p>{LINES[0]}</p><p>{LINES[1]}</p>"
    f'<a class="more-link" href="/p{n}/">Continue reading</a></article>'
    for n in range(1, 8)
)
YEARS = "".join(
    f"<h2>{year}</h2><ul>"
    + "".join(
        f'<li><time>Jan {n}</time> <a href="/p{year}{n}/">Post {n} of {year} on lamps</a></li>'
        for n in range(1, 9)
    )
    + "</ul>"
    for year in (2022, 2023, 2024)
)
LINKS = "".join(
    f'<li><a href="https://e{n}.example/">A title of a page number {n}</a>: it is about tides, and tells them apart.</li>'
    for n in range(8)
)
FORM = "<form><label>E-mail</label><input type=email><label>Password</label><input type=password></form>"


def page(title: str, body: str, head: str = "") -> str:
    return f"<html lang=en><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def story(title: str = "The lamp", text: str = TEXT) -> str:
    return f"<main><article><h1>{title}</h1>{META}{text}</article></main>"


STORED = {
    "below a category": ("/categories/lamps/the-lamp-on-the-pier/", page("The lamp", story())),
    "at a number in an archive": ("/archives/1234", page("The lamp", story())),
    "at a page of search words": ("/lamp/?s=lamp", page("The lamp", story())),
    "in a folder for a blog": ("/blog/", page("The lamp", story())),
    "above cards": ("/lamp/", page("The lamp", f"{story()}<section><h2>More posts</h2>{CARDS}</section>")),
    "beside a dialog for signing in": ("/lamp/", page("The lamp", f'<div class="modal" role="dialog"><h2>Sign in</h2>{FORM}</div>{story()}')),
    "with a note for those without scripts": ("/lamp/", page("The lamp", f"<noscript>You need to enable JavaScript to run this app.</noscript>{story()}")),
    "about pages that are not found": ("/lamp/", page("How to write a good 404 page", story("How to write a good 404 page"))),
    "called not found": ("/lamp/", page("Page not found: a short story", story("Page not found: a short story"))),
    "called not found, and saying so": ("/lamp/", page("Page not found", story("Page not found", f"<p>The page was not found, said the lamp.</p>{TEXT}"))),
    "about members": ("/lamp/", page("The lamp", story(text=f"{TEXT}<p>It is lit for members only.</p>"))),
    "of links with a line each": ("/links/", page("Links of the week", story("Links of the week", f"<p>Here is what I have read.</p><ul>{LINKS}</ul>"))),
    "of two sentences and code": ("/til/", page("TIL: cut -f", story("TIL: cut -f", f"<p>{LINES[0]}</p><pre><code>cut -f2- tides.tsv</code></pre>"))),
    "about a moment": ("/lamp/", page("Just a moment of light", story("Just a moment of light"))),
}  # fmt: skip
REFUSED = {
    "cards of a blog": ("list-page", "/blog/", page("Harbour Notes", f"<main><h1>Harbour Notes</h1>{CARDS}</main>")),
    "cards of a tag": ("list-page", "/tags/lamps/", page("Posts tagged lamps", f"<main><h1>Posts tagged lamps</h1>{CARDS}</main>")),
    "cards of a search": ("list-page", "/find/?s=lamps", page("Search results for lamps", f"<main><h1>Search results for: lamps</h1>{CARDS}</main>")),
    "excerpts": ("list-page", "/page/2/", page("Blog", f"<main>{EXCERPTS}</main>")),
    "years of posts": ("list-page", "/archive/", page("Archive", f"<main><h1>Archive</h1>{YEARS}</main>")),
    "oops": ("soft-404", "/lamp/", page("404 | Harbour Notes", "<main><h1>Oops!</h1><p>We can’t find the page you’re looking for.</p><p><a href=/>Take me home</a></p></main>")),
    "not there, with posts": ("soft-404", "/lamp/", page("Not Found", f"<main><h1>404</h1><p>Nothing was found at this location. Maybe try a search?</p><h2>Recent posts</h2>{CARDS}</main>")),
    "a program that loads": ("needs-javascript", "/lamp/", page("Harbour Notes", '<div id="app"><div class="spinner">Loading…</div></div><script type=module src="/a.js"></script>')),
    "a check of the browser": ("needs-javascript", "/lamp/", page("Just a moment...", "<h1>blog.example</h1><p>Checking your browser before accessing blog.example. Please allow up to 5 seconds…</p>")),
    "for members": ("login-wall", "/lamp/", page("The lamp", "<main><article><h1>The lamp</h1><p>This post is for subscribers only. Subscribe now or log in to read it.</p></article></main>")),
}  # fmt: skip


@pytest.mark.parametrize("kind", STORED)
def test_an_article_is_stored(kind: str) -> None:
    path, markup = STORED[kind]
    assert isinstance(extract(markup.encode(), f"https://blog.example{path}"), Draft)


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_none_is_refused(kind: str) -> None:
    reason, path, markup = REFUSED[kind]
    found = extract(markup.encode(), f"https://blog.example{path}")
    assert isinstance(found, Rejected)
    assert found.reason == reason
