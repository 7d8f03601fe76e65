"""What is refused, on the evidence of the page; and what looks like it and is stored."""

import pytest

from pipeline.core.failures import Rejected
from pipeline.core.records import Draft
from pipeline.extraction.extract import extract

URL = "https://notes.example/on-counters/"
SENTENCE = "A counter counts, and it does so without asking whether anybody will ever look at it. "
STORY = f"<p>{SENTENCE * 4}</p>" * 4
META = "<p class=post-meta>By Ines Bramley on <time datetime=2024-05-03>May 3, 2024</time></p>"
PAGE = (
    "<head><title>{title} | Notes</title>{head}</head><body>{before}<main><article>"
    "<h1>{title}</h1>{meta}{body}</article></main>{after}</body>"
)


def page(
    title: str = "On counters",
    body: str = STORY,
    *,
    head: str = "",
    before: str = "",
    after: str = "",
    meta: str = META,
) -> str:
    return PAGE.format(
        title=title, body=body, head=head, before=before, after=after, meta=meta
    )


def verdict(markup: str, url: str = URL) -> str:
    found = extract(markup.encode(), url)
    if isinstance(found, Rejected):
        assert found.detail.endswith(".")
        return found.reason
    return "stored"


HEADLINES = "".join(
    f"<h2><a href=/post-{n}/>Post number {n}</a></h2><p>{SENTENCE}</p>"
    for n in range(6)
)
SECTIONS = "".join(
    f"<h2 id=s{n}><a href=#s{n}>Section {n}</a></h2><p>{SENTENCE * 3}</p>"
    for n in range(6)
)
RELATED = (
    "<section><h2>More</h2>"
    + "".join(f"<h3><a href=/post-{n}/>Post number {n}</a></h3>" for n in range(6))
    + "</section>"
)
DIALOG = "<div class=modal id=signin><form><input name=u><input type=password name=p><button>Sign in</button></form></div>"
TIL = f"<p>{SENTENCE * 2}</p>"
CODE = "<pre><code class=language-python>raise Http404</code></pre>"

STORED = {
    "a tool named Draft": page("Draft: a tool for essays"),
    "a post of drafts": page("Draft-driven development"),
    "an essay on missing pages": page("The page you are looking for does not exist"),
    "a note on missing pages": page("A 404 page of your own", TIL + CODE),
    "a title that says not found": page("Page not found: a story about a blank"),
    "a short note beside a dialog": page("A talk", TIL, after=DIALOG),
    "a refresh for those without scripts": page(
        head="<noscript><meta http-equiv=refresh content='0; url=/plain'></noscript>",
        body=TIL,
    ),
    "a refresh of the page itself": page(
        head=f"<meta http-equiv=refresh content='5; url={URL}'>", body=TIL
    ),
    "a short note in Chinese": page(
        "合并字典", "<p>今天学到字典可以用竖线合并，比以前短得多，不过旧版本没有。</p>"
    ),
    "comments that need scripts": page(
        body=TIL,
        after="<noscript>Please enable JavaScript to view the comments.</noscript><script></script>",
    ),
}
LIST_SHAPED = {
    "sections that link to themselves": page(body=SECTIONS),
    "related posts below": page(body=STORY, after=RELATED),
    "headlines that lead on, of an article": page(
        body=HEADLINES,
        head="<meta property=og:type content=article>"
        "<meta property=article:published_time content=2024-05-03>",
    ),
}
REFUSED = {
    "draft": page("[Draft] On counters", head="<meta name=robots content=noindex>"),
    "soft-404": page(
        "404 – Page not found",
        "<p>Sorry, there is nothing here. Try the archive.</p>",
        meta="",
    ),
    "login-wall": page(
        "Please sign in",
        "<form><input name=u><input type=password></form><p>This story is for members.</p>",
        meta="",
    ),
    "redirect-stub": "<head><meta http-equiv=refresh content='0; url=https://notes.example/new/'></head>"
    "<body><p>Moved <a href=/new/>here</a>.</p></body>",
    "needs-javascript": "<head><title>Notes</title></head><body><noscript>You need to enable JavaScript"
    " to run this app.</noscript><div id=root></div><script src=/a.js></script></body>",
    "too-short": page("On counters", "<p>They count.</p>", meta=""),
}


@pytest.mark.parametrize("markup", STORED.values(), ids=STORED)
def test_no_article_is_refused_for_a_word(markup: str) -> None:
    assert verdict(markup) == "stored"


@pytest.mark.parametrize("markup", LIST_SHAPED.values(), ids=LIST_SHAPED)
@pytest.mark.parametrize(
    "path", ["", "archive/issue-12/", "archives/77", "categories/sorting/"]
)
def test_no_article_is_refused_for_its_address(markup: str, path: str) -> None:
    assert verdict(markup, f"https://notes.example/{path}") == "stored"


@pytest.mark.parametrize(
    "path", ["", "page/2/", "tags/python/", "2024/05/", "archive/"]
)
def test_headlines_that_lead_on_at_a_lists_address_are_a_list(path: str) -> None:
    assert (
        verdict(page("All notes", HEADLINES, meta=""), f"https://notes.example/{path}")
        == "list-page"
    )


@pytest.mark.parametrize(("reason", "markup"), REFUSED.items(), ids=REFUSED)
def test_a_page_that_holds_no_article_is_refused_by_what_it_shows(
    reason: str, markup: str
) -> None:
    assert verdict(markup) == reason


EMPTY_APP = "<head><title>Notes</title></head><body><div id={}></div><script src=/a.js></script></body>"


@pytest.mark.parametrize("root", ["root", "app", "__next", "__nuxt"])
def test_a_page_that_only_scripts_fill_needs_javascript(root: str) -> None:
    assert verdict(EMPTY_APP.format(root)) == "needs-javascript"


OFFER = "<div class=paywall><h3>Keep reading</h3><p>Subscribe to keep reading this post.</p></div>"
PAID = '{"@type": "NewsArticle", "isAccessibleForFree": %s, "wordCount": %d, "hasPart": {"cssSelector": ".rest"}}'


@pytest.mark.parametrize(
    ("markup", "is_cut_off"),
    [
        (page(after=OFFER), True),
        (
            page(
                head=f"<script type=application/ld+json>{PAID % ('false', 9000)}</script>"
            ),
            True,
        ),
        (
            page(
                head=f"<script type=application/ld+json>{PAID % ('false', 200)}</script>"
            ),
            False,
        ),
        (
            page(
                head=f"<script type=application/ld+json>{PAID % ('true', 9000)}</script>"
            ),
            False,
        ),
        (
            page(
                head=f"<script type=application/ld+json>{PAID % ('true', 200)}</script>",
                after=OFFER,
            ),
            False,
        ),
        (
            page(
                body=f"{STORY}<div class=rest></div>",
                head=f"<script type=application/ld+json>{PAID % ('false', 9)}</script>",
            ),
            True,
        ),
        (page(body=f"<div class=paywall>{STORY}</div>"), False),
        (page(), False),
    ],
    ids=range(8),
)
def test_what_a_paywall_cuts_off_is_stored_as_partial(
    markup: str, is_cut_off: bool
) -> None:
    found = extract(markup.encode(), URL)
    assert isinstance(found, Draft)
    assert (
        any(reason.startswith("paywall") for reason in found.quality_reasons)
        == is_cut_off
    )
    assert found.quality < 1 or not is_cut_off
