"""Each kind of content is kept in its form, wherever in an article it stands."""

from collections.abc import Callable

import pytest

from pipeline.core.records import Draft
from pipeline.extraction.extract import extract

FIRST = (
    "The clock that we trusted was wrong by four seconds, which is nothing to a person and much"
    " to a key that lives for three, so the readers saw the old price after the new one."
)
SECOND = (
    "Each write now carries a counter, and the reader keeps whichever of the two that it saw is"
    " larger; the clocks may drift as they please, and nobody has asked about them since."
)
URL = "https://notes.example/2024/counters/"
PAGE = """<html lang="en"><head><title>On counters | Harbour notes</title></head><body>
<header><a href="/">Harbour notes</a><nav><a href="/about/">About</a></nav></header>
<main><article><h1>On counters</h1><p class="meta">By Ines Bramley on 3 May 2024</p>
<div class="post-content">{}</div></article></main><footer>© 2024 Ines Bramley</footer></body></html>"""


def article(content: str) -> Draft:
    found = extract(PAGE.format(content).encode(), URL)
    assert isinstance(found, Draft)
    return found


KINDS = {
    "a table with blank cells and signs": (
        "<table><tr><th></th><th>list</th></tr><tr><td>bounded</td><td>✗</td></tr>"
        "<tr><td>+</td><td></td></tr></table>",
        "<tr><th></th><th>list</th></tr><tr><td>bounded</td><td>✗</td></tr>"
        "<tr><td>+</td><td></td></tr>",
    ),
    "a picture": (
        '<p><img src="/drift.png" alt=""></p>',
        "https://notes.example/drift.png",
    ),
    "a bare picture": (
        '<img src="/drift.png" alt="">',
        "https://notes.example/drift.png",
    ),
    "a figure": (
        "<figure><img src=/drift.png><figcaption>Two clocks, apart</figcaption></figure>",
        "<figcaption>Two clocks, apart</figcaption></figure>",
    ),
    "a picture whose caption stands beside it": (
        '<div class="wp-caption"><img src=/drift.png><p class="wp-caption-text">Two clocks</p></div>',
        "<figcaption>Two clocks</figcaption></figure>",
    ),
    "code that begins like a button": (
        "<pre>print(sum(rows))</pre>",
        "print(sum(rows))",
    ),
    "code with a language": (
        '<div class="highlight"><pre><code class="language-toml">[tool]</code></pre></div>',
        '<pre><code class="language-toml">[tool]</code></pre>',
    ),
    "a formula in TeX": (
        '<div class="math">\\[x^2\\]</div>',
        '<div class="math display">x^2</div>',
    ),
    "a formula drawn by markup alone": (
        '<div class="formula">\n<i>E</i> = <i>mc</i><sup>2</sup>\n</div>',
        '<div class="math display">E = mc^{2}</div>',
    ),
    "a formula drawn within a line": (
        '<p>Say <span class="formula"><i>x</i><sub>1</sub></span> of them.</p>',
        'Say <span class="math">x_{1}</span> of them.',
    ),
    "a formula in MathML": (
        "<p><math><msup><mi>x</mi><mn>2</mn></msup></math></p>",
        "<math><msup><mi>x</mi><mn>2</mn></msup></math>",
    ),
    "a frame": (
        '<iframe src="https://www.youtube.com/embed/abc" title="The drift"></iframe>',
        'href="https://www.youtube.com/watch?v=abc"',
    ),
    "a snippet drawn by a script": (
        '<script src="https://gist.github.com/ines/0a1b.js"></script>',
        'href="https://gist.github.com/ines/0a1b"',
    ),
    "ticks": (
        "<ul><li><input type=checkbox checked disabled> done</li><li><input type=checkbox> open</li></ul>",
        "<li>☑ done</li><li>☐ open</li>",
    ),
    "a list of signs": (
        "<ul><li>+</li><li>**</li></ul>",
        "<ul><li>+</li><li>**</li></ul>",
    ),
    "a list from three": (
        '<ol start="3"><li>three</li></ol>',
        '<ol start="3"><li>three</li>',
    ),
    "a nested list": (
        "<ul><li>one<ul><li>deeper</li></ul></li></ul>",
        "<ul><li>one<ul><li>deeper</li></ul></li></ul>",
    ),
    "a list of links to elsewhere": (
        "<ul><li><a href=https://a.example/>A paper</a></li><li><a href=https://b.example/>A talk</a></li></ul>",
        "A talk</a></li></ul>",
    ),
    "terms": (
        "<dl><dt>drift</dt><dd>what clocks do</dd></dl>",
        "<dd>what clocks do</dd></dl>",
    ),
    "a quote": (
        "<blockquote>Nobody keeps it.</blockquote>",
        "<blockquote>Nobody keeps it.</blockquote>",
    ),
    "a rule": ("<hr>", "<hr>"),
    "a short line that begins with Share": (
        "<p>Share it with care.</p>",
        "Share it with care.",
    ),
    "a line with a date": (
        "<p>On 5 March 2024 we lost the cache.</p>",
        "we lost the cache",
    ),
    "a line right to left": ('<p dir="rtl">שעון</p>', '<p dir="rtl">שעון</p>'),
    "a fold": (
        "<details><summary>More</summary><p>It was the clock.</p></details>",
        "<details><summary>More</summary><p>It was the clock.</p></details>",
    ),
    "a box for a warning": (
        '<div class="admonition warning"><p class="admonition-title">Careful</p><p>It drifts.</p></div>',
        '<div class="admonition"><p><strong>Careful</strong></p><p>It drifts.</p></div>',
    ),
    "a shrug": ("<p>¯\\_(ツ)_/¯</p>", "¯\\_(ツ)_/¯"),
}
PLACES: dict[str, Callable[[str], str]] = {
    "first": lambda block: f"{block}<p>{FIRST}</p><p>{SECOND}</p>",
    "last": lambda block: f"<p>{FIRST}</p><p>{SECOND}</p>{block}",
    "between": lambda block: f"<p>{FIRST}</p>{block}<p>{SECOND}</p>",
    "alone in a section": lambda block: (
        f"<p>{FIRST}</p><section id='what-helped'><h2>What helped</h2>{block}</section><p>{SECOND}</p>"
    ),
    "in an item": lambda block: (
        f"<p>{FIRST}</p><ul><li>Before:{block}</li><li>{SECOND}</li></ul><p>{SECOND}</p>"
    ),
    "in a quote": lambda block: (
        f"<p>{FIRST}</p><blockquote><p>They wrote:</p>{block}</blockquote><p>{SECOND}</p>"
    ),
    "in a box of the theme": lambda block: (
        f"<p>{FIRST}</p><div class='wide block-3'>{block}</div><p>{SECOND}</p>"
    ),
    "twice in a row": lambda block: f"<p>{FIRST}</p>{block}{block}<p>{SECOND}</p>",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", KINDS)
def test_content_is_kept_in_its_form_wherever_it_stands(kind: str, place: str) -> None:
    given, expected = KINDS[kind]
    found = article(PLACES[place](given))
    assert found.html.count(expected) == (2 if place == "twice in a row" else 1)
    assert FIRST in found.text
    assert SECOND in found.text


PICTURES = {
    "late": '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/a.png">',
    "a noscript twin": '<img class="lazy"><noscript><img src="/a.png"></noscript>',
    "an escaped twin": '<a-img src="/a.png"></a-img><noscript>&lt;img src="/a.png"&gt;</noscript>',
    "only a srcset": '<img srcset="/small.png 300w, /a.png 1200w, /huge.png 4000w">',
    "a late srcset": '<img data-srcset="/a.png 1x">',
    "sources of a picture": '<picture><source srcset="/a.webp"><source srcset="/a.png"><img></picture>',
    "an attribute of its own": '<img data-large-file="/a.png">',
    "amp": '<amp-img src="/a.png"></amp-img>',
}


@pytest.mark.parametrize("markup", PICTURES.values(), ids=PICTURES)
def test_a_picture_has_the_address_that_a_browser_would_load(markup: str) -> None:
    found = article(f"<p>{FIRST}</p><p>{markup}</p><p>{SECOND}</p>")
    assert found.html.count("<img") == 1
    assert 'src="https://notes.example/a.png"' in found.html


def test_a_picture_in_the_page_itself_is_kept_up_to_a_bound() -> None:
    small = "data:image/png;base64," + "A" * 1000
    large = "data:image/png;base64," + "B" * 200_000
    found = article(
        f"<p>{FIRST}</p><img src='{small}'><img src='{large}'><p>{SECOND}</p>"
    )
    assert small in found.html
    assert "BBB" not in found.html
    assert any("1 of 2 images" in reason for reason in found.quality_reasons)


def test_what_only_counts_readers_is_no_picture() -> None:
    found = article(
        f"<p>{FIRST}</p><img src=/count.gif width=1 height=1><p>{SECOND}</p>"
    )
    assert "<img" not in found.html
    assert not any("images" in reason for reason in found.quality_reasons)


NOTES = {
    "a list": (
        '<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup>',
        '<div class="footnotes"><ol><li id="fn:1"><p>Or so it was said. <a href="#fnref:1">↩</a></p></li></ol></div>',
    ),
    "boxes": (
        '<a class="footnote-reference brackets" href="#f1" id="r1">1</a>',
        '<aside class="footnote brackets" id="f1" role="doc-footnote"><span class="label">[<a href="#r1">1</a>]</span>'
        "<p>Or so it was said.</p></aside>",
    ),
    "tables": (
        '<a class="footnote-reference" href="#f1" id="r1">[1]</a>',
        '<table class="docutils footnote" id="f1"><tr><td class="label"><a href="#r1">[1]</a></td>'
        "<td>Or so it was said.</td></tr></table>",
    ),
}


@pytest.mark.parametrize(("mark", "note"), NOTES.values(), ids=NOTES)
def test_a_footnote_is_linked_both_ways(mark: str, note: str) -> None:
    found = article(f"<p>{FIRST}{mark}</p><p>{SECOND}</p>{note}")
    assert 'class="footnotes"' in found.html
    there = found.html.split('class="footnote-ref"')[0].rsplit("<a ", 1)[1]
    target = there.split('href="#')[1].split('"')[0]
    assert f'<li id="{target}"' in found.html or f'id="{target}"' in found.html
    assert 'class="footnote-back"' in found.html
    assert "Or so it was said." in found.text
    assert "[1]" in found.text


def test_footnotes_that_stand_elsewhere_on_the_page_come_with_their_article() -> None:
    note = '<section class="footnotes"><ol><li id="n1">Or so it was said.</li></ol></section>'
    page = PAGE.format(f'<p>{FIRST}<sup><a href="#n1">1</a></sup></p><p>{SECOND}</p>')
    found = extract(page.replace("</article>", f"</article>{note}").encode(), URL)
    assert isinstance(found, Draft)
    assert found.text.endswith("Or so it was said.")


def test_a_link_within_the_page_leads_to_a_place_in_the_article() -> None:
    found = article(
        f'<h2 id="why">Why</h2><p>{FIRST}</p><p><a href="#why">As above.</a> {SECOND}</p>'
    )
    assert '<h2 id="anchor-1">' in found.html
    assert 'href="#anchor-1"' in found.html


FORMULAS = {
    "katex": (
        '<span class="katex"><span class="katex-mathml"><math><semantics><mi>x</mi>'
        '<annotation encoding="application/x-tex">x_i</annotation></semantics></math></span>'
        '<span class="katex-html">xi</span></span>',
        '<span class="math">x_i</span>',
    ),
    "mathjax 2": (
        '<span class="MathJax_Preview">xi</span><span class="MathJax">xi</span>'
        '<script type="math/tex">x_i</script>',
        '<span class="math">x_i</span>',
    ),
    "mathjax 3": (
        "<mjx-container><mjx-math>xi</mjx-math><mjx-assistive-mml><math><msub><mi>x</mi><mi>i</mi></msub></math>"
        "</mjx-assistive-mml></mjx-container>",
        '<span class="math"><math><msub><mi>x</mi><mi>i</mi></msub></math></span>',
    ),
    "arithmatex": (
        '<span class="arithmatex">\\(x_i\\)</span>',
        '<span class="math">x_i</span>',
    ),
}


@pytest.mark.parametrize(("markup", "expected"), FORMULAS.values(), ids=FORMULAS)
def test_a_formula_is_kept_once_whatever_drew_it(markup: str, expected: str) -> None:
    found = article(f"<p>{FIRST}</p><p>Let {markup} be it. {SECOND}</p>")
    assert f"Let {expected} be it." in found.html
    assert found.text.count("x_i") == 1


def test_an_exponent_is_no_digit_of_the_number() -> None:
    found = article(
        f"<p>{FIRST}</p><p>It holds 10<sup>9</sup> rows, the 2<sup>nd</sup> time. {SECOND}</p>"
    )
    assert "10⁹ rows, the 2nd time" in found.text
    assert "10<sup>9</sup>" in found.html


def test_the_cells_of_a_notebook_are_kept_without_their_numbers() -> None:
    cell = (
        '<div class="prompt input_prompt">In [2]:</div><div class="input_area"><pre>rows()</pre></div>'
        '<div class="output_subarea output_stream"><pre>1719 rows in 0.4 s</pre></div>'
    )
    found = article(f"<p>{FIRST}</p>{cell}<p>{SECOND}</p>")
    assert "rows()\n\n1719 rows in 0.4 s" in found.text
    assert "In [2]" not in found.text


def test_the_lead_picture_and_the_standfirst_above_the_text_belong_to_it() -> None:
    page = PAGE.format(f"<p>{FIRST}</p><p>{SECOND}</p>").replace(
        '<p class="meta">',
        '<img src="/lead.png"><p>Why we asked a counter and no clock, and what came of it.</p><p class="meta">',
    )
    found = extract(page.encode(), URL)
    assert isinstance(found, Draft)
    assert "https://notes.example/lead.png" in found.html
    assert found.text.startswith("Why we asked a counter")
