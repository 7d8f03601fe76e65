"""Markdown and plain text say what the stored html says, and nothing that it does not."""

import pytest

from pipeline.extraction.text.markdown import to_markdown
from pipeline.extraction.text.plain import to_text

PLAIN_PARAGRAPHS = [
    ("# python is a channel", "\\# python is a channel"),
    ("1986. That was the year.", "1986\\. That was the year."),
    ("2) second", "2\\) second"),
    ("+ is a sign", "\\+ is a sign"),
    ("- is one, too", "\\- is one, too"),
    ("> of all", "\\> of all"),
    ("a*b_c", "a\\*b\\_c"),
    ("[x](y)", "\\[x\\](y)"),
    ("#hashtag", "#hashtag"),
    ("1986.5 rows", "1986.5 rows"),
    ("a ~~ b", "a \\~~ b"),
]


@pytest.mark.parametrize(("text", "expected"), PLAIN_PARAGRAPHS)
def test_a_paragraph_stays_a_paragraph_however_it_begins(
    text: str, expected: str
) -> None:
    markup = f"<p>{text.replace('>', '&gt;')}</p>"
    assert to_markdown(markup) == expected
    assert to_text(markup) == text


VIEWS = {
    "a character reference": (
        "<p>&amp;lt; is a sign</p>",
        "\\&lt; is a sign",
        "&lt; is a sign",
    ),
    "code with backticks": ("<p><code>a`b</code></p>", "``a`b``", "a`b"),
    "a fence in code": (
        "<pre>```\nx\n```</pre>",
        "````\n```\nx\n```\n````",
        "```\nx\n```",
    ),
    "a list from three": (
        '<ol start="3"><li>a</li><li>b</li></ol>',
        "3. a\n4. b",
        "3. a\n4. b",
    ),
    "a list backwards": (
        "<ol reversed><li>a</li><li>b</li></ol>",
        "2. a\n1. b",
        "2. a\n1. b",
    ),
    "an item with a number of its own": (
        '<ol><li value="7">a</li></ol>',
        "7. a",
        "7. a",
    ),
    "two lists in a row": (
        "<ul><li>a</li></ul><ul><li>b</li></ul>",
        "- a\n\n* b",
        "- a\n\n- b",
    ),
    "ticks": ("<ul><li>☑ a</li><li>☐ b</li></ul>", "- [x] a\n- [ ] b", "- ☑ a\n- ☐ b"),
    "terms": ("<dl><dt>a</dt><dd>b</dd></dl>", "a\n: b", "a\n\nb"),
    "an exponent": ("<p>10<sup>9</sup></p>", "10<sup>9</sup>", "10⁹"),
    "an index": ("<p>H<sub>2</sub>O</p>", "H<sub>2</sub>O", "H₂O"),
    "an ordinal": ("<p>2<sup>nd</sup></p>", "2<sup>nd</sup>", "2nd"),
    "a formula": ('<p><span class="math">a_i*b</span></p>', "$a_i*b$", "a_i*b"),
    "a formula of its own": (
        '<div class="math display">x^2</div>',
        "$$\nx^2\n$$",
        "x^2",
    ),
    "a formula in MathML": (
        "<p><math><mfrac><mn>1</mn><mi>n</mi></mfrac></math></p>",
        "$1/n$",
        "1/n",
    ),
    "aligned columns": (
        '<table><tr><th align="right">a</th><th align="center">b</th></tr><tr><td>1</td><td></td></tr></table>',
        "| a | b |\n| ---: | :---: |\n| 1 |  |",
        "a | b\n1 |",
    ),
    "cells over columns and rows": (
        "<table><tr><th rowspan=2>a</th><th colspan=2>b</th></tr><tr><td>c</td><td>d</td></tr></table>",
        "| a | b |  |\n| --- | --- | --- |\n|  | c | d |",
        "a | b\nc | d",
    ),
    "a caption": (
        "<table><caption>Rows a day</caption><tr><td>1</td></tr></table>",
        "Rows a day\n\n| 1 |\n| --- |",
        "Rows a day\n\n1",
    ),
    "a title of a picture": (
        '<p><img src="https://a.example/x.png" alt="a" title="the joke"></p>',
        '![a](https://a.example/x.png "the joke")',
        "",
    ),
    "a fold": (
        "<details><summary>More</summary><p>a</p></details>",
        "**More**\n\na",
        "More\n\na",
    ),
    "a warning": (
        '<div class="admonition"><p>Careful</p><p>a</p></div>',
        "> Careful\n>\n> a",
        "Careful\n\na",
    ),
    "space within emphasis": (
        "<p>so<em> very </em>much</p>",
        "so *very* much",
        "so very much",
    ),
}


@pytest.mark.parametrize(("markup", "markdown", "text"), VIEWS.values(), ids=VIEWS)
def test_each_kind_has_its_form_in_both_views(
    markup: str, markdown: str, text: str
) -> None:
    assert to_markdown(markup) == markdown
    assert to_text(markup) == text


def test_footnotes_are_footnotes_in_both_views() -> None:
    markup = (
        '<p>So it was.<sup><a href="#anchor-1" class="footnote-ref" id="anchor-2">1</a></sup></p>'
        '<section class="footnotes"><ol><li id="anchor-1"><p>Or so it was said. '
        '<a href="#anchor-2" class="footnote-back">↩</a></p></li></ol></section>'
    )
    assert to_markdown(markup) == "So it was.[^1]\n\n[^1]: Or so it was said."
    assert to_text(markup) == "So it was.[1]\n\n1. Or so it was said."
