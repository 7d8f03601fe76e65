"""Reading in a real browser: the list's order under j and k, images through this server, the stored
page beside."""

import struct
import zlib
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pipeline.fetching import images
from pipeline.models import Journey
from tests.browser.conftest import Visitor, own_context, signed_in
from tests.pages import a_run, a_snapshot, an_article, journeys
from tests.pipeline.servers import Server, response
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def png(width: int, height: int) -> bytes:
    """A black picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data))
            + kind
            + data
            + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress((b"\0" + bytes(width)) * height)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", body)
        + chunk(b"IEND", b"")
    )


def more(page: Page) -> Locator:
    """The menu of what else can be done with an article."""
    return page.locator("summary[title=More]")


def test_j_and_k_walk_the_list_that_one_came_from(visitor: Visitor) -> None:
    for number in range(4):
        an_article(number, language="en" if number % 2 else "de")
    page = visitor.goto("/articles/?language=de")
    page.get_by_role("link", name="Article 0").click()
    page.wait_for_url("**/articles/*/?list=**")
    title = page.get_by_role("heading", level=1)
    page.keyboard.press("j")
    title.filter(has_text="Article 2").wait_for()
    page.keyboard.press("k")
    title.filter(has_text="Article 0").wait_for()


def test_without_a_list_j_is_the_older_one_of_the_source(visitor: Visitor) -> None:
    articles = [an_article(number) for number in range(3)]
    page = visitor.goto(f"/articles/{articles[1].pk}/")
    page.keyboard.press("j")
    page.get_by_role("heading", level=1, name="Article 2").wait_for()


def test_images_come_through_this_server_until_they_are_hidden(
    visitor: Visitor, settings: Any
) -> None:
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    images.fetcher.cache_clear()
    with Server(
        {"/a.png": response(body=png(300, 100), content_type="image/png")}
    ) as site:
        article = an_article(
            1, html=f'<p>Words</p><p><img src="{site.url}/a.png" alt="A chart"></p>'
        )
        asked: list[str] = []
        page = visitor.page
        page.on("request", lambda request: asked.append(request.url))
        visitor.goto(f"/articles/{article.pk}/")
        image = page.get_by_role("img", name="A chart")
        image.wait_for()
        wait_until(
            lambda: image.evaluate("image => image.naturalWidth") == 300,
            what="for the image",
        )
        assert all(url.startswith(visitor.base) for url in asked)
        more(page).click()
        page.get_by_role("link", name="Hide images").click()
        page.get_by_role("link", name="Image: A chart").wait_for()
        visitor.goto(f"/articles/{article.pk}/")
        expect(image, "the browser remembers the options").to_have_count(0)
        more(page).click()
        page.get_by_role("link", name="Show 1 image").click()
        image.wait_for()
    assert visitor.complaints == []


def test_the_stored_page_lies_beside_the_article_and_cannot_run(
    visitor: Visitor,
) -> None:
    article = an_article(1)
    a_snapshot(
        article,
        b"<!doctype html><h1>Stored</h1><script>top.document.title = 'ran'</script>",
    )
    page = visitor.goto(f"/articles/{article.pk}/")
    more(page).click()
    page.get_by_role("link", name="Compare with original").click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", name="Stored").wait_for()
    assert "ran" not in page.title()
    assert all(
        "Blocked script execution" in complaint for complaint in visitor.complaints
    )
    visitor.complaints.clear()
    left, right = (
        page.locator(".sheet").bounding_box(),
        page.locator("iframe").bounding_box(),
    )
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    page.set_viewport_size({"width": 360, "height": 800})
    stacked = page.locator("iframe").bounding_box()
    assert stacked is not None
    assert stacked["x"] < 40


def test_the_list_of_keys_opens_by_mouse_too(visitor: Visitor) -> None:
    page = visitor.goto(f"/articles/{an_article(1).pk}/")
    more(page).click()
    page.locator(".menu").get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_role("dialog")).to_be_visible()


DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
RICH = """
<p>An energy of <span class="math">E = mc^2</span> is stored<sup><a class="footnote-ref" id="anchor-2" href="#anchor-1">1</a></sup>.</p>
<div class="math display">\\int_0^\\infty \\frac{x^3}{e^x - 1} dx = \\frac{\\pi^4}{15}</div>
<div class="math display">\\nosuchcommand{x}</div>
<h2>A table</h2>
<table><caption>Times of each stage</caption><thead><tr><th>Stage</th><th align="right">Seconds</th><th>A long column</th></tr></thead>
<tbody><tr><td>fetch</td><td align="right">1.25</td><td>WIDE</td></tr><tr><td></td><td align="right">10</td><td>x</td></tr></tbody></table>
<figure><img src="DOT" alt="A dot"><figcaption>One dot</figcaption></figure>
<pre><code class="language-console">$ ls -l
total 0
last line</code></pre>
<pre><code class="language-python">def f(x: int) -> int:
    return x + 1  # comment</code></pre>
<div class="admonition"><p><strong>Note</strong></p><p>Mind the gap.</p></div>
<ul><li>☑ done</li><li>☐ open</li></ul>
<p>Hear <a class="embed" href="https://video.example/1" title="Video: a talk LONG"></a> first.</p>
<p dir="rtl" lang="he">שלום עולם</p>
<details><summary>More</summary><p>Hidden.</p></details>
<section class="footnotes"><ol><li id="anchor-1">A note. <a class="footnote-back" href="#anchor-2">↩</a></li></ol></section>
""".replace("WIDE", "wide " * 60).replace("LONG", "in many words " * 12).replace("DOT", DOT)  # fmt: skip


def test_every_kind_of_block_looks_well(visitor: Visitor) -> None:
    rules = ("navigation", "share-buttons", "related-posts", "newsletter")
    left_out = [
        {
            "kind": "list",
            "words": "Home About Tags",
            "word_count": 3,
            "rule": rule,
            "reason": "A menu.",
        }
        for rule in rules
    ]
    article = an_article(1, title="Every kind of block", html=RICH, left_out=left_out)
    page = visitor.goto(article.get_absolute_url())
    expect(page.locator("math")).to_have_count(2)
    embed = page.get_by_role("link", name="Video: a talk")
    boxes = embed.evaluate("link => link.getClientRects().length")
    assert boxes == 1, "its frame is not torn apart where the line ends"
    page.get_by_role("link", name="1", exact=True).click()
    page.wait_for_url("**#anchor-1")
    expect(
        page.get_by_text("4 blocks of the page are not in the article")
    ).to_be_visible()
    visitor.looks("reader-blocks")


LONG = "<h2>First</h2><p>The loop keeps a <em>weak</em> reference.</p><h2>Second</h2><p>Keep a reference.</p><h3>Third</h3>"
SELECT = """() => {
    const [first, second] = document.querySelectorAll("[data-reader] p");
    const range = document.createRange();
    range.setStart(first.firstChild, 4);
    range.setEnd(second.firstChild, 4);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


def test_a_selection_is_highlighted_and_gets_a_note(visitor: Visitor) -> None:
    article = an_article(1, html=LONG)
    page = visitor.goto(f"{article.get_absolute_url()}?list=")
    page.evaluate(SELECT)
    page.locator("[data-highlight-offer]").get_by_role("button").click()
    page.wait_for_url("**/?list=#passage-*")
    marked = page.locator("mark.passage")
    marked.first.wait_for()
    assert marked.all_inner_texts() == [
        "loop keeps a ", "weak", " reference.", "Second", "Keep",
    ]  # fmt: skip
    page.get_by_placeholder("Note").fill("Why weak?")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Note saved.").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as Markdown").click()
    exported = download.value.path().read_text()
    assert "> loop keeps a weak reference." in exported
    assert "Why weak?" in exported
    visitor.looks("reader-highlight")
    page.get_by_role("link", name="All highlights").click()
    page.get_by_role("heading", name="Highlights", level=1).wait_for()
    visitor.looks("highlights")
    page.get_by_role("button", name="Delete the highlight").click()
    page.get_by_text("No highlights.").wait_for()
    visitor.looks("empty-highlights")


def test_the_type_is_chosen_and_kept(visitor: Visitor) -> None:
    article = an_article(1, html=LONG)
    page = visitor.goto(article.get_absolute_url())
    reading = page.locator(".reading")
    page.locator("summary[title='Width, size and font']").click()
    page.get_by_label("Wide").check()
    page.get_by_label("Large", exact=True).check()
    page.get_by_label("Sans").check()
    chosen = (
        "element => [element.dataset.width, element.dataset.size, element.dataset.face]"
    )
    assert reading.evaluate(chosen) == ["wide", "l", "sans"]
    visitor.looks("reader-type")
    visitor.goto(article.get_absolute_url())
    assert reading.evaluate(chosen) == ["wide", "l", "sans"]


def test_where_it_comes_from_is_behind_a_key(visitor: Visitor) -> None:
    article = an_article(1, html=LONG, methods={"title": "og:title"})
    page = visitor.goto(article.get_absolute_url())
    origin = page.get_by_role("complementary", name="About this article")
    expect(origin).not_to_be_visible()
    page.keyboard.press("i")
    origin.get_by_text("og:title").wait_for()
    origin.get_by_text("No log entries").wait_for()
    visitor.looks("reader-about")
    page.keyboard.press("Escape")
    origin.wait_for(state="hidden")


def test_the_contents_lead_to_the_headings(visitor: Visitor) -> None:
    page = visitor.goto(an_article(1, html=LONG).get_absolute_url())
    contents = page.get_by_role("navigation", name="Contents")
    contents.locator("summary").click()
    expect(contents.get_by_role("link")).to_have_text(
        [
            "First",
            "Second",
            "Third",
        ],
        use_inner_text=True,
    )
    contents.get_by_role("link", name="Second").click()
    expect(page.locator(":target")).to_have_text("Second", use_inner_text=True)


def test_an_extraction_is_previewed_in_place(visitor: Visitor) -> None:
    words = "The loop keeps a weak reference to each task, and that is all. " * 20
    article = an_article(1, text="The loop keeps nothing.", html=LONG)
    stored = f"<title>Tasks</title><article><h1>Tasks</h1><p>{words}</p></article>"
    a_snapshot(article, stored.encode())
    page = visitor.goto(article.get_absolute_url())
    more(page).click()
    page.get_by_role("link", name="Preview extraction").first.click()
    preview = page.get_by_role("region", name="Extraction preview")
    preview.locator("ins").first.wait_for()
    preview.get_by_role("button", name="Save this extraction").wait_for()
    expect(page.get_by_role("heading", level=1, name="Article 1")).to_be_visible()
    visitor.looks("reader-extraction")


def test_an_extraction_is_saved_in_place(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pipeline.journeys.batches.dispatch_batches", lambda run_id: None
    )
    article = an_article(1, text="The loop keeps nothing.", html=LONG)
    words = "The loop keeps a weak reference to each task, and that is all. " * 20
    stored = f"<title>Tasks</title><article><h1>Tasks</h1><p>{words}</p></article>"
    snapshot = a_snapshot(article, stored.encode())
    before = a_run("finished")
    journeys(before, 1, "stored", "store", article=article, snapshot=snapshot)
    page = visitor.goto(article.get_absolute_url())
    more(page).click()
    page.get_by_role("link", name="Preview extraction").first.click()
    page.get_by_role("button", name="Save this extraction").click()
    page.get_by_text("Saving the extraction").wait_for()
    type(article).objects.update(html="<p>The new version.</p>")
    Journey.objects.exclude(run=before).update(state="stored", stage="store")
    page.get_by_text("Extraction saved. This is the new version.").wait_for()
    expect(page.get_by_text("The new version.", exact=True)).to_be_visible()
    assert page.url.endswith(article.get_absolute_url())
    assert visitor.complaints == []


def test_an_article_is_highlighted_and_set_without_scripts(
    browser: Browser, live_server: Any
) -> None:
    article = an_article(1, html=LONG)
    with own_context(browser, java_script_enabled=False) as context:
        context.add_cookies([signed_in(live_server.url)])
        page = context.new_page()
        page.goto(live_server.url + article.get_absolute_url())
        page.get_by_text("Add a highlight").click()
        page.get_by_label("Passage").fill("a weak reference")
        page.get_by_role("button", name="Highlight", exact=True).click()
        page.locator("mark.passage").first.wait_for()
        assert page.locator("mark.passage").all_inner_texts() == [
            "a ", "weak", " reference",
        ]  # fmt: skip
        page.locator("summary[title='Width, size and font']").click()
        page.get_by_label("Narrow").check()
        page.get_by_role("button", name="Apply").click()
        expect(page.locator(".reading")).to_have_attribute("data-width", "narrow")
        page.locator("summary[title^='About']").click()
        expect(page.get_by_role("heading", name="Source")).to_be_visible()
