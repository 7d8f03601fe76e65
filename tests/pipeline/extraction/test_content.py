"""The words of an article, its markup and its code."""

from functools import reduce
from hashlib import blake2b
from operator import xor

import pytest
from lxml import html

from pipeline.extraction.content import code, main_content, sanitize
from pipeline.extraction.content.main_content import Body
from pipeline.extraction.text import fingerprint, markdown, plain

PROSE = "The clock that we trusted was wrong by four seconds, which is nothing to a person and much to a key."
OTHER = "Each write now carries a counter, and the reader keeps whichever of the two that it saw is larger."


def flat(markup: str) -> list[tuple[str, str]]:
    tree = html.fragment_fromstring(markup, create_parent="div")
    code.flatten(tree)
    return [(block.text, block.language) for block in code.blocks(tree)]


CODE = [
    ('<pre><code class="language-py">a\n\n  b</code></pre>', "a\n\n  b", "python"),
    ('<pre class="brush: python">x</pre>', "x", "python"),
    (
        '<div class="highlight-default"><div class="highlight"><pre>x</pre></div></div>',
        "x",
        "",
    ),
    (
        '<div class="highlight-ipython3"><div class="highlight"><pre>x</pre></div></div>',
        "x",
        "python",
    ),
    (
        '<div class="language-sh highlighter-rouge"><div class="highlight"><pre>ls</pre></div></div>',
        "ls",
        "bash",
    ),
    ('<pre class="src src-rust">fn</pre>', "fn", "rust"),
    ('<pre><code class="hljs javascript">let</code></pre>', "let", "javascript"),
    ('<pre data-lang="toml">a=1</pre>', "a=1", "toml"),
    ("<pre>&gt;&gt;&gt; 1 + 1\n2</pre>", ">>> 1 + 1\n2", "pycon"),
    ("<pre>$ ls\na  b</pre>", "$ ls\na  b", "console"),
    ("<pre>def f(x):\n\treturn x</pre>", "def f(x):\n\treturn x", "python"),
    ("<pre>just words, set in columns</pre>", "just words, set in columns", ""),
    (
        '<pre><span class="lineno">1 </span>a\n<span class="lineno">2 </span>b</pre>',
        "a\nb",
        "",
    ),
    ('<div class="highlight"><pre><button>Copy</button>a</pre></div>', "a", ""),
    ("<pre>a<br>b<br>  c</pre>", "a\nb\n  c", ""),
    (
        '<pre><code><span class="line">a</span><span class="line">  b</span></code></pre>',
        "a\n  b",
        "",
    ),
    (
        '<table class="highlighttable"><tr><td class="linenos"><pre>1\n2</pre></td>'
        "<td><pre>a\n\nb</pre></td></tr></table>",
        "a\n\nb",
        "",
    ),
    (
        '<table><tbody><tr><td class="blob-num">1</td><td class="blob-code">a</td></tr>'
        '<tr><td class="blob-num">2</td><td class="blob-code">  b</td></tr></tbody></table>',
        "a\n  b",
        "",
    ),
    (
        '<div class="syntaxhighlighter python"><table><tr><td class="gutter"><div class="line">1</div></td>'
        '<td class="code"><div class="container"><div class="line">a</div><div class="line">b</div></div></td></tr>'
        "</table>"
        "</div>",
        "a\nb",
        "python",
    ),
]


@pytest.mark.parametrize(("markup", "expected", "language"), CODE)
def test_code_is_what_its_author_typed_whatever_drew_it(
    markup: str, expected: str, language: str
) -> None:
    assert flat(markup) == [(expected, language)]


def test_a_table_of_numbers_is_no_code() -> None:
    tree = html.fragment_fromstring(
        "<div><table><tr><td class=n>1</td><td>one</td></tr></table></div>"
    )
    code.flatten(tree)
    assert tree.find(".//table") is not None


def test_what_is_stored_keeps_its_shape_and_loses_its_teeth() -> None:
    tree = sanitize.fragment(
        "<p onclick=x>a <a href=/b>b</a> <a href='javascript:x'>c</a></p><table><tr><td>1</td></tr></table>"
    )
    assert tree is not None
    sanitize.absolutise(tree, "https://notes.example/a/")
    clean = sanitize.clean(tree)
    assert '<a href="https://notes.example/b"' in clean
    assert "<td>1</td>" in clean
    assert "onclick" not in clean
    assert "javascript" not in clean


def test_no_address_survives_that_runs_or_carries_a_page() -> None:
    tree = sanitize.fragment(
        "<a href='javascript:x'>a</a><a href='data:text/html,x'>b</a><a href='mailto:a@b.example'>c</a>"
    )
    assert tree is not None
    assert [
        a for a in ("javascript", "data:", "mailto:") if a in sanitize.clean(tree)
    ] == ["mailto:"]


STORED = """<div><h2>What <em>helped</em></h2><p>Use <code>a*b</code> and <a href="https://notes.example/x">this</a>.</p>
<pre><code class="language-python">def f():

    return 1</code></pre><ol start="3"><li>one</li><li>two<ul><li>deeper</li></ul></li></ol>
<table><tbody><tr><th>case</th><th>time</th></tr><tr><td>before</td><td>3|s</td></tr></tbody></table>
<blockquote><p>Nobody keeps it.</p></blockquote><p><img src="https://notes.example/d.png" alt="drift"></p></div>"""


def test_text_keeps_blank_lines_of_code_and_sets_blocks_apart() -> None:
    rendered = plain.to_text(STORED)
    assert rendered.startswith(
        "What helped\n\nUse a*b and this.\n\ndef f():\n\n    return 1\n\n3. one\n4. two\n  - deeper"
    )
    assert "case | time\nbefore | 3|s" in rendered


def test_markdown_says_what_the_html_says() -> None:
    assert markdown.to_markdown(STORED) == (
        "## What *helped*\n\nUse `a*b` and [this](https://notes.example/x).\n\n"
        "```python\ndef f():\n\n    return 1\n```\n\n3. one\n4. two\n   - deeper\n\n"
        "| case | time |\n| --- | --- |\n| before | 3\\|s |\n\n> Nobody keeps it.\n\n![drift](https://notes.example/d.png)"
    )


def body(words: str, method: str) -> Body:
    return Body(f"<p>{words}</p>", words, method, words=len(words.split()))


LONG = " ".join(f"word{i}" for i in range(200))


@pytest.mark.parametrize(
    ("page", "feed", "method"),
    [
        (LONG, LONG, "page"),
        ("", LONG, "feed"),
        (LONG, "A teaser that says little", "page"),
        (LONG, " ".join(f"word{i}" for i in range(120)) + " […]", "page"),
        (LONG, " ".join(f"word{i}" for i in range(160)) + " […]", "page"),
        (LONG, " ".join(f"word{i}" for i in range(120)), "page"),
        (" ".join(f"word{i}" for i in range(90)), LONG, "feed"),
        ("Sign in to read on. " * 5, LONG, "feed"),
        (LONG, "", "page"),
    ],
)
def test_the_feeds_full_text_stands_in_where_the_page_lost_something(
    page: str, feed: str, method: str
) -> None:
    assert main_content.choose(body(page, "page"), body(feed, "feed")).method == method


@pytest.mark.parametrize(
    "text",
    ["One", "One two", "One two three", "A b c d. A b c e! And naïve words, too."],
)
def test_a_fingerprint_has_the_bits_that_most_shingles_have(text: str) -> None:
    found = fingerprint.words(text.lower())
    size = min(3, len(found))
    hashes = [
        [blake2b(w.encode(), digest_size=24).digest()[8 * n :][:8] for n in range(3)]
        for w in found
    ]
    if size < 3:
        hashes = [[blake2b(" ".join(found).encode(), digest_size=24).digest()[:8]]]
    step = len(hashes[0])
    shingles = [
        [hashes[i + n][n] for n in range(step)] for i in range(len(hashes) - step + 1)
    ]
    counts = [0] * 64
    for each in shingles:
        combined = [reduce(xor, column) for column in zip(*each, strict=True)]
        for bit in range(64):
            counts[bit] += combined[bit // 8] >> bit % 8 & 1
    bits = fingerprint.simhash(text) % 2**64
    assert [bits >> bit & 1 for bit in range(64)] == [
        int(2 * count > len(shingles)) for count in counts
    ]


def test_a_word_changed_moves_few_bits_and_another_article_moves_many() -> None:
    words = " ".join(f"word{i % 97}x{i}" for i in range(600))
    other = " ".join(f"other{i % 89}y{i}" for i in range(600))
    one = fingerprint.simhash(words)
    assert -(2**63) <= one < 2**63
    assert (
        fingerprint.distance(
            one, fingerprint.simhash(words.replace("word5x5 ", "changed "))
        )
        <= 7
    )
    assert fingerprint.distance(one, fingerprint.simhash(other)) > 14
    assert (
        fingerprint.jaccard(fingerprint.shingles(words), fingerprint.shingles(words))
        == 1.0
    )
    assert (
        fingerprint.jaccard(fingerprint.shingles(words), fingerprint.shingles(other))
        == 0.0
    )
    assert fingerprint.simhash("") == 0
