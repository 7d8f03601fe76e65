"""What of an article's html reaches the page: all that is worth reading, nothing that runs, styles or calls home."""

import pytest
from lxml import html

from catalog.reader import image_name, readable
from catalog.reader.code import LEXERS
from catalog.reader.sanitize import OUR_CLASSES

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<img src="javascript:alert(1)">',
    '<img """><script>alert(1)</script>">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><a xlink:href='javascript:alert(1)'>x</a></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe src='https://evil.example'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src='https://evil.example/x.swf'>",
    "<applet code=x></applet>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='https://ok.example' onclick='alert(1)'>x</a>",
    "<a href='https://ok.example' style='position:fixed;inset:0'>x</a>",
    "<a href='https://ok.example' target=_top ping='https://evil.example'>x</a>",
    "<p style='background:url(https://evil.example)'>x</p>",
    "<p onmouseover=alert(1) id=main class='topbar btn'>x</p>",
    "<style>body{display:none}</style>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example/'>",
    "<form action='https://evil.example'><input name=password><button>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<textarea><script>alert(1)</script></textarea>",
    "<select><option onclick=alert(1)>x</select>",
    "<video src='https://evil.example/x.mp4' autoplay></video>",
    "<audio src='https://evil.example/x.mp3' autoplay></audio>",
    "<video><source onerror=alert(1)></video>",
    "<picture><source srcset='https://evil.example/x.png'><img src=x></picture>",
    "<img srcset='https://evil.example/x.png 1x'>",
    "<body onload=alert(1)>x</body>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<title><a href='</title><img src=x onerror=alert(1)>'></title>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<!-- --!><script>alert(1)</script> -->",
    "<?xml version='1.0'?><?php echo 1 ?><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<div hx-get='/runs/1/cancel' hx-trigger=load>x</div>",
    "<button data-copy data-confirm=x>x</button>",
    "<dialog open id=keys>x</dialog>",
    "<pre><code class='language-python tok-x state-failed'><script>alert(1)</script></code></pre>",
    "<pre><code class='language-html'>&lt;script&gt;alert(1)&lt;/script&gt;</code></pre>",
    "<span class='tok-k btn btn-primary'>x</span>",
    "<p>" + "\u202e" * 100 + "txet</p>",
    "<p>" + "w" * 1_000_000 + "</p>",
    "<div>" * 5_000 + "deep",
    "<b>" * 2_000,
    "<table><tr><td colspan=99999999>x</td></tr></table>",
    "\x00<script\x00>alert(1)</script>",
    "<p>\ud800</p>".encode("utf-8", "replace").decode(),
    "<a href='https://[::1'>x</a>",
    "</div></article></main><h1>Signed out</h1>",
]
RUNS = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "svg",
    "annotation",
    "mglyph",
    "form",
    "input",
    "button",
    "link",
    "meta",
    "base",
}
LOADS = {
    "img",
    "video",
    "audio",
    "source",
    "picture",
    "template",
    "dialog",
    "textarea",
    "select",
    "marquee",
    "applet",
}
KEPT = {
    "href",
    "title",
    "class",
    "rel",
    "start",
    "colspan",
    "rowspan",
    "scope",
    "datetime",
    "tabindex",
    "id",
    "dir",
    "lang",
    "display",
    "alttext",
    "align",
    "loading",
    "decoding",
}


@pytest.mark.parametrize("markup", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_hostile_is_left(markup: str) -> None:
    tree = html.fragment_fromstring(
        f"<div>{readable(markup)}</div>", create_parent="article"
    )
    for element in tree.iter():
        assert isinstance(element.tag, str)
        assert element.tag not in RUNS | LOADS
        assert set(element.attrib) <= KEPT
        assert element.get("href", "https:").split(":")[0] in (
            "https",
            "http",
            "mailto",
        )
        for name in element.get("class", "").split():
            assert name in OUR_CLASSES or name.startswith("tok-")
    assert len(tree) == 1, "it closes no element of the page around it"


@pytest.mark.parametrize("markup", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_hostile_is_left_where_images_are_shown(markup: str) -> None:
    shown = readable(markup, lambda name: f"/articles/7/images/{name}")
    tree = html.fragment_fromstring(f"<div>{shown}</div>", create_parent="article")
    for element in tree.iter():
        assert element.tag not in RUNS | LOADS - {"img"}
        assert set(element.attrib) <= KEPT | {
            "src",
            "alt",
            "width",
            "height",
            "loading",
            "decoding",
        }
        assert element.get("src", "/articles/7/images/").startswith(
            "/articles/7/images/"
        )
    assert len(tree) == 1, "it closes no element of the page around it"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:image/svg+xml,<svg onload=alert(1)>",
        "data:text/html;base64,PHNjcmlwdD4=",
        "//evil.example/x.png",
        "/runs/1/cancel",
        "x.png",
    ],
)
def test_an_image_that_cannot_be_fetched_stays_shut_off(address: str) -> None:
    assert "<img" not in readable(
        f'<p><img src="{address}" alt="x"></p>',
        lambda name: f"/articles/7/images/{name}",
    )


def test_an_image_is_shown_by_its_name_with_its_words_and_measures() -> None:
    shown = readable(
        '<p><img src="https://x.example/a.png" alt="A &quot;chart&quot;" width="640" height="9999999" onerror=x>t</p>',
        lambda name: f"/articles/7/images/{name}",
    )
    [image] = html.fragment_fromstring(shown).iter("img")
    assert dict(image.attrib) == {
        "src": f"/articles/7/images/{image_name('https://x.example/a.png')}",
        "alt": 'A "chart"',
        "width": "640",
        "loading": "lazy",
        "decoding": "async",
    }
    assert image.tail == "t"


def test_what_is_worth_reading_stays() -> None:
    markup = (
        '<h2>Head</h2><p>A <strong>b</strong> <em>c</em> <a href="https://x.example/">d</a> <code>e</code></p>'
        '<ul><li>f</li></ul><ol start="3"><li>g</li></ol><blockquote><p>h</p></blockquote>'
        '<table><tbody><tr><th scope="col">i</th></tr><tr><td colspan="2">j</td></tr></tbody></table>'
        "<figure><figcaption>k</figcaption></figure><hr><dl><dt>l</dt><dd>m</dd></dl>"
    )
    shown = readable(markup)
    for piece in (
        "<h2>Head</h2>",
        "<strong>b</strong>",
        "<code>e</code>",
        'start="3"',
        'scope="col"',
        "<dt>l</dt>",
    ):
        assert piece in shown
    assert 'href="https://x.example/" rel="noopener noreferrer nofollow"' in shown


def test_code_is_coloured_and_not_a_character_of_it_changes() -> None:
    code = "\n\ndef f(x):\n\n    return x < 1 and '&amp;'  # ok\n\n\n"
    escaped = code.replace("&", "&amp;").replace("<", "&lt;")
    shown = readable(f'<pre><code class="language-python">{escaped}</code></pre>')
    assert 'class="tok-k"' in shown
    assert html.fragment_fromstring(shown, create_parent="div").text_content().strip(
        "\n"
    ) == code.strip("\n")


@pytest.mark.parametrize("name", ["nonsense", "", "x" * 10_000])
def test_code_in_no_known_language_stays_plain(name: str) -> None:
    assert "<code>x = 1</code></pre>" in readable(
        f'<pre><code class="language-{name}">x = 1</code></pre>'
    )


def test_an_image_becomes_a_link_that_says_what_it_shows() -> None:
    shown = readable(
        '<p><img src="https://x.example/a.png" alt="A chart">after</p><a href="https://y.example/"><img src="b"></a>'
    )
    assert 'href="https://x.example/a.png"' in shown
    assert "Image: A chart</a>after" in shown
    assert '<span class="image-off">Image: no description</span>' in shown


@pytest.mark.parametrize("markup", ["", "   ", "<!-- -->", "plain & simple"])
def test_little_is_no_trouble(markup: str) -> None:
    assert "<!--" not in readable(markup)


def shown_as(markup: str) -> html.HtmlElement:
    return html.fragment_fromstring(readable(markup), create_parent="div")


def test_a_formula_is_shown_without_a_script() -> None:
    page = shown_as(
        '<p>So <span class="math">x^2</span>.</p><div class="math display">a</div>'
    )
    [inline, display] = page.iter("math")
    assert (inline.get("display"), display.get("display")) == ("inline", "block")
    assert inline.get("alttext") == "x^2"
    assert inline.getparent().tail == "."
    assert [each.text for each in inline.iter("mi", "mn")] == ["x", "2"]


@pytest.mark.parametrize("tex", ["\\nosuchthing{x}", "{" * 1_000, "x" * 5_000])
def test_a_formula_that_cannot_be_converted_is_shown_as_it_was_written(
    tex: str,
) -> None:
    page = shown_as(f'<p><span class="math">{tex}</span></p>')
    assert page.text_content() == tex
    assert [code.text for code in page.iter("code")] == [tex]


def test_mathml_is_shown_as_it_is_without_what_could_lead_elsewhere() -> None:
    page = shown_as(
        '<span class="math"><math display="block" href="javascript:x"><mi href="https://x.example">y</mi>'
        '<annotation-xml encoding="text/html"><b>z</b></annotation-xml></math></span>'
    )
    [math] = page.iter("math")
    assert dict(math.attrib) == {"display": "block"}
    assert page.text_content() == "y"


def test_a_footnote_leads_to_its_note_and_back() -> None:
    page = shown_as(
        '<p id="anchor-2">a<sup><a class="footnote-ref" href="#anchor-1">1</a></sup></p>'
        '<section class="footnotes"><ol><li id="anchor-1">note <a class="footnote-back" href="#anchor-2">↩</a></li></ol>'
        "</section>"
    )
    targets = [link.get("href") for link in page.iter("a")]
    assert targets == ["#anchor-1", "#anchor-2"]
    assert sorted(page.xpath("//@id")) == ["anchor-1", "anchor-2"]


@pytest.mark.parametrize("target", ["#main", "#anchor-x", "/runs/1/cancel", "#"])
def test_no_other_place_of_our_page_is_linked(target: str) -> None:
    assert not shown_as(f'<a href="{target}">x</a>').xpath("//@href")


def test_tables_figures_and_direction_keep_their_form() -> None:
    page = shown_as(
        '<table><caption>Times</caption><tr><th align="right" scope="col">s</th></tr></table>'
        '<figure><img src="data:image/png;base64,AAAA" alt="dot"><figcaption>A dot</figcaption></figure>'
        '<p dir="rtl" lang="he">x</p><div class="embed"><p><a href="https://v.example/">Video</a></p></div>'
    )
    [box] = page.xpath("//div[@class='table-scroll']")
    assert box.get("tabindex") == "0"
    assert box.xpath("string(table/caption)") == "Times"
    assert box.xpath("string(.//th/@align)") == "right"
    assert page.xpath("string(//figure/figcaption)") == "A dot"
    assert page.xpath("//figure/img/@src") == ["data:image/png;base64,AAAA"]
    assert page.xpath("string(//p/@dir)") == "rtl"
    assert page.xpath("//div[@class='embed']//a/@href") == ["https://v.example/"]


def test_a_drawing_is_shown_as_an_image() -> None:
    address = "data:image/svg+xml;base64,PHN2Zy8+"
    page = shown_as(f'<p><img src="{address}" alt="The tides"></p>')
    assert page.xpath("//img/@src") == [address]


@pytest.mark.parametrize("language", sorted(LEXERS))
@pytest.mark.parametrize(
    "code", ["$ ls\nlast", ">>> x\n1", "\n\n a\n\n", "a", "+ a\n- b", "\t"]
)
def test_no_character_of_code_is_lost_in_any_language(language: str, code: str) -> None:
    page = shown_as(f'<pre><code class="language-{language}">{code}</code></pre>')
    [block] = page.iter("code")
    assert block.text_content() == code
