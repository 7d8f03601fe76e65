"""What posts hold besides paragraphs: markup as sites have it, with what must be left of it in the stored html."""

import re
from collections.abc import Callable
from typing import NamedTuple

Position = Callable[[str], str]
FIRST = "The lamp on the pier goes dark at six, and by then the first boats have long been out at sea for the day."
LAST = "That is all there is to it, and it has worked for two winters without anybody climbing up the mast again."


def paragraph(text: str) -> str:
    return f"<p>{text}</p>"


BEFORE = paragraph(FIRST) + paragraph(f"{FIRST} So it was last year.")
AFTER = paragraph(LAST) + paragraph(f"So it will be next year. {LAST}")
POSITIONS: dict[str, Position] = {
    "first": lambda block: block + BEFORE + AFTER,
    "last": lambda block: BEFORE + AFTER + block,
    "alone in a section": lambda block: (
        f"{BEFORE}<h2>One</h2>{block}<h2>Two</h2>{AFTER}"
    ),
    "in an item": lambda block: (
        f"{BEFORE}<ol><li><p>Do this:</p>{block}</li><li><p>Then that.</p></li></ol>{AFTER}"
    ),
    "in a quote": lambda block: (
        f"{BEFORE}<blockquote><p>He wrote:</p>{block}</blockquote>{AFTER}"
    ),
    "two in a row": lambda block: f"{BEFORE}{block}{block}{AFTER}",
}


class Construct(NamedTuple):
    """Markup, and expressions that the stored html must hold."""

    markup: str
    kept: tuple[str, ...]
    lacks: tuple[str, ...] = ()


def missing(construct: Construct, html: str) -> list[str]:
    """What the html lacks, and what it holds though it should not."""
    lost = [each for each in construct.kept if not re.search(each, html, re.S)]
    return lost + [
        f"not: {each}" for each in construct.lacks if re.search(each, html, re.S)
    ]


VIDEO = r'href="https://(?:www\.)?youtube(?:-nocookie)?\.com/(?:watch\?v=|embed/)aBcDeFgHiJk'
CONSTRUCTS = {
    "gallery": Construct(
        '<figure class="wp-block-gallery has-nested-images columns-2"><figure class="wp-block-image"><img src="/a.jpg" alt="Pier"></figure>'
        '<figure class="wp-block-image"><img src="/b.jpg" alt="Mast"></figure><figcaption class="blocks-gallery-caption">Both ends of it</figcaption></figure>',
        ("/a.jpg", "/b.jpg", "Both ends of it"),
    ),
    "images in columns": Construct(
        '<div class="row"><div class="column"><img src="/a.jpg" alt="Pier"></div><div class="column"><img src="/b.jpg" alt="Mast"></div></div>',
        ("/a.jpg", "/b.jpg"),
    ),
    "slides": Construct(
        '<div class="swiper"><div class="swiper-wrapper"><div class="swiper-slide"><img src="/a.jpg" alt=""></div>'
        '<div class="swiper-slide"><img data-src="/b.jpg" class="swiper-lazy" alt=""></div></div><div class="swiper-pagination"></div></div>',
        ("/a.jpg", "/b.jpg"),
    ),
    "video frame": Construct(
        '<div class="video-container"><iframe src="https://www.youtube.com/embed/aBcDeFgHiJk" title="The pier"></iframe></div>', (VIDEO, "The pier")
    ),
    "video that waits": Construct('<lite-youtube videoid="aBcDeFgHiJk" playlabel="The pier at night"></lite-youtube>', (VIDEO,)),
    "video element": Construct('<video controls poster="/p.jpg"><source src="/pier.mp4" type="video/mp4"></video>', (r'href="[^"]*/pier\.mp4',)),
    "audio element": Construct('<figure><audio controls src="/pier.mp3"></audio><figcaption>The horn</figcaption></figure>', (r'href="[^"]*/pier\.mp3', "The horn")),
    "gist": Construct('<script src="https://gist.github.com/ines/0123456789abcdef.js"></script>', ("gist.github.com/ines/0123456789abcdef",)),
    "terminal recording": Construct('<script src="https://asciinema.org/a/14.js" id="asciicast-14" async></script>', (r"asciinema\.org/a/14",)),
    "post of a network": Construct(
        '<blockquote class="twitter-tweet"><p lang="en" dir="ltr">The horn is broken again.</p>&mdash; Ines (@ines) '
        '<a href="https://twitter.com/ines/status/1">May 3, 2024</a></blockquote><script async src="https://platform.twitter.com/widgets.js"></script>',
        ("The horn is broken again", "twitter.com/ines/status/1"),
    ),
    "pen": Construct(
        '<p class="codepen" data-height="300" data-slug-hash="abc" data-user="ines"><span>See the Pen <a href="https://codepen.io/ines/pen/abc">A horn</a> by Ines.</span></p>',
        ("codepen.io/ines/pen/abc",),
    ),
    "document": Construct('<object data="/tides.pdf" type="application/pdf" width="100%"><p>No viewer.</p></object>', (r"/tides\.pdf",)),
    "link card": Construct(
        '<figure class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="https://tides.example/"><div class="kg-bookmark-content">'
        '<div class="kg-bookmark-title">Tides, explained</div><div class="kg-bookmark-description">How the moon does it.</div></div>'
        '<div class="kg-bookmark-thumbnail"><img src="/t.png" alt=""></div></a></figure>',
        (r"https://tides\.example/", "Tides, explained"),
    ),
    "diagram": Construct('<pre class="mermaid">graph TD; Pier-->Boat</pre>', (r"graph TD; Pier--(?:&gt;|>)Boat",)),
    "diagram in a division": Construct('<div class="mermaid">graph TD;\n  Pier-->Boat;</div>', (r"graph TD;", "Boat")),
    "tabs": Construct(
        '<div class="tabs-container"><ul role="tablist" class="tabs"><li role="tab">pip</li><li role="tab">uv</li></ul><div>'
        '<div role="tabpanel"><pre><code class="language-sh">pip install tide</code></pre></div>'
        '<div role="tabpanel" hidden><pre><code class="language-sh">uv add tide</code></pre></div></div></div>',
        ("pip install tide", "uv add tide"),
    ),
    "tabs of labels": Construct(
        '<div class="tabbed-set tabbed-alternate"><input type="radio" id="t1" name="t"><input type="radio" id="t2" name="t"><div class="tabbed-labels"><label for="t1">C</label><label for="t2">Rust</label></div>'
        '<div class="tabbed-content"><div class="tabbed-block"><div class="highlight"><pre><code>int tide;</code></pre></div></div><div class="tabbed-block"><div class="highlight"><pre><code>let tide;</code></pre></div></div></div></div>',
        ("int tide;", "let tide;"),
    ),
    "alert": Construct(
        '<div class="markdown-alert markdown-alert-warning"><p class="markdown-alert-title"><svg></svg>Warning</p><p>The ladder is wet.</p></div>',
        ("<strong>Warning</strong>", "The ladder is wet."),
    ),
    "callout that folds": Construct(
        '<div class="callout is-collapsible" data-callout="tip"><div class="callout-title"><div class="callout-icon"><svg></svg></div><div class="callout-title-inner">A tip</div></div><div class="callout-content"><p>Take the stairs.</p></div></div>',
        ("<strong>A tip</strong>", "Take the stairs."),
    ),
    "note that folds": Construct('<details class="note" open><summary>A word on ladders</summary><p>They are wet.</p></details>', ("<summary>A word on ladders", "They are wet.")),
    "table in a frame": Construct(
        '<div class="table-wrapper" style="overflow-x:auto"><table><caption>Tides</caption><tr><th scope="row">High</th><td rowspan="2">06:12</td></tr><tr><th scope="row">Low</th></tr></table></div>',
        ("Tides", r'rowspan="2"', "06:12", "Low"),
    ),
    "table of pictures": Construct('<table><tr><td><img src="/a.jpg" alt="Pier"></td><td></td></tr><tr><td>Pier</td><td>✓</td></tr></table>', ("/a.jpg", "✓", r"<td></td>")),
    "list that begins at five": Construct('<ol start="5" type="a"><li>Untie it.</li><li>Push off.</li></ol>', (r'start="5"', "Untie it.", "Push off.")),
    "definitions": Construct("<dl><dt><code>--tide</code></dt><dd>Which tide to wait for.</dd></dl>", ("<dt>", "--tide", "Which tide to wait for.")),
    "keys": Construct("<p>Press <kbd>Ctrl</kbd>+<kbd>T</kbd>.</p>", ("<kbd>Ctrl</kbd>",)),
    "reading aids": Construct("<p><ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby> is a harbour.</p>", ("港", "みなと")),
    "output of a program": Construct("<pre><samp>high 06:12\n  low 12:25</samp></pre>", (r"high 06:12\n  low 12:25",)),
    "prompt that cannot be chosen": Construct('<div class="highlight"><pre><span class="gp">$ </span>tide --next\n<span class="go">high</span></pre></div>', (r"\$ tide --next\nhigh",)),
    "changes": Construct('<pre><code class="language-diff"><span class="deletion">- dark</span>\n<span class="addition">+ bright</span></code></pre>', (r"- dark\n\+ bright",)),
    "a line of code": Construct("<p><code>pip install tide</code></p>", ("<code>pip install tide</code>",)),
    "formula of a script": Construct('<mjx-container class="MathJax" jax="SVG" display="true"><svg><g></g></svg><mjx-assistive-mml><math display="block"><mi>h</mi><mo>=</mo><mi>t</mi></math></mjx-assistive-mml></mjx-container>', ("<mi>h</mi>",)),
    "formula as a picture": Construct(r'<p><img class="latex" src="/l.png" alt="h = a \cos t"></p>', ("/l.png",)),
    "quote with its source": Construct('<figure class="quote"><blockquote><p>Boats leave early.</p></blockquote><figcaption>— <cite>The harbour office</cite></figcaption></figure>', ("<blockquote>", "Boats leave early.", "The harbour office")),
    "motto": Construct('<div class="epigraph"><blockquote><p>The sea is never late.</p></blockquote></div>', ("The sea is never late.",)),
    "verse": Construct("<p>The tide comes in,<br>the tide goes out,<br>nobody asks why.</p>", (r"comes in,<br/?>\s*the tide",)),
    "steps": Construct('<div class="steps"><div class="step"><h4>Tie it</h4><p>Twice.</p></div><div class="step"><h4>Wait</h4><p>An hour.</p></div></div>', ("Tie it", "Twice.", "An hour.")),
    "tree of files": Construct('<div class="filetree"><ul><li><span>src</span><ul><li>tide.py</li></ul></li><li>README.md</li></ul></div>', ("src", "tide.py", "README.md")),
    "output of a cell": Construct(
        '<div class="output_wrapper"><div class="output"><div class="output_area"><div class="prompt output_prompt">Out[3]:</div><div class="output_html rendered_html output_subarea"><table class="dataframe"><thead><tr><th></th><th>tide</th></tr></thead><tbody><tr><th>0</th><td>high</td></tr></tbody></table></div></div>'
        '<div class="output_area"><div class="output_png output_subarea"><img src="data:image/png;base64,iVBORw0KGgo' + 'AAAANSUhEUgAAAA' * 40 + '==" alt=""></div></div></div></div>',
        ("<td>high</td>", "data:image/png"), ("Out",),
    ),
    "conversation": Construct('<div class="chat"><p><b>Ines:</b> Is it high?</p><p><b>Tomas:</b> Not yet.</p></div>', ("Is it high\\?", "Not yet.")),
    "lead": Construct('<p class="lead">A lamp, a relay and a table of tides.</p>', ("A lamp, a relay",)),
    "summary": Construct('<div class="tldr"><strong>TL;DR</strong> Use a relay, not a clock.</div>', ("Use a relay",)),
    "update": Construct("<p><em>Update, 3 May 2024: the relay has been replaced.</em></p>", ("the relay has been replaced",)),
    "thanks": Construct("<p>Thanks to Tomas Okoye for reading a draft.</p>", ("for reading a draft",)),
    "one word": Construct("<p>Why?</p>", ("Why\\?",)),
    "farewell": Construct("<p>Happy sailing!</p>", ("Happy sailing!",)),
    "sign": Construct("<p>🌊</p>", ("🌊",)),
    "link alone": Construct('<p><a href="https://tides.example/table">The table of tides</a></p>', (r"tides\.example/table",)),
    "file to load": Construct('<p><a class="btn btn-primary" href="/tide.zip" download>Download the program</a></p>', (r"/tide\.zip",)),
    "captioned video": Construct('<figure class="video"><video src="/pier.webm" loop muted></video><figcaption>The horn at six</figcaption></figure>', (r"/pier\.webm", "The horn at six")),
    "comparison": Construct('<img-comparison-slider><img slot="first" src="/a.jpg" alt=""><img slot="second" src="/b.jpg" alt=""></img-comparison-slider>', ("/a.jpg", "/b.jpg")),
    "picture that follows the theme": Construct('<p><img src="/a.png#only-light" class="only-light" alt="Pier"><img src="/b.png#only-dark" class="only-dark" alt="Pier"></p>', ("/a.png",)),
    "picture of sources": Construct('<picture><source srcset="/a.avif" type="image/avif"><source srcset="/a.webp 1x, /a2.webp 2x" type="image/webp"><img src="/a.jpg" alt="Pier" width="600" height="400"></picture>', (r"/a2?\.(?:jpg|avif|webp)",)),
    "line of numbers": Construct("<p>1 1 2 3 5 8 13</p>", ("1 1 2 3 5 8 13",)),
    "rule and star": Construct("<p>* * *</p>", ("\\* \\* \\*",)),
}  # fmt: skip
