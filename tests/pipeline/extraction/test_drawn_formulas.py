"""Formulas that docutils draws by markup alone become TeX that says the same."""

import pytest
from lxml.html import fragment_fromstring

from catalog.reader.formulas import mathml
from pipeline.extraction.content.drawn_formulas import tex_of
from tests.pipeline.extraction.test_kept import FIRST, article

FRACTION = (
    '<span class="fraction"><span class="ignored">(</span><span class="numerator"><i>a</i></span>'
    '<span class="ignored">)/(</span><span class="denominator">2</span><span class="ignored">)</span></span>'
)
ROW = '<span class="arrayrow"><span class="arraycell align-r">{}</span><span class="arraycell align-l">{}</span></span>'
SUM = (
    '<span class="limits"><sup class="limit"><i>n</i></sup><span class="limit">'
    '<span class="bigoperator">∑</span></span><sub class="limit"><i>i</i> = 1</sub></span><i>x</i><sub><i>i</i></sub>'
)
BRACE = (
    '<span class="array"><span class="arrayrow"><span class="bracket align-l">⎧</span></span>'
    '<span class="arrayrow"><span class="bracket align-l">⎩</span></span></span>'
)
DRAWN = {
    "a fraction": (FRACTION, r"\frac{a}{2}"),
    "a fraction on the line": ("(<i>n</i> − <i>k</i>) ⁄ <i>n</i>", "(n - k) / n"),
    "a root": (
        '<span class="sqrt"><sup class="root">3</sup><span class="radical">√</span>'
        '<span class="ignored">(</span><span class="root"><i>x</i></span></span>',
        r"\sqrt[3]{x}",
    ),
    "a sum with its limits": (SUM, r"\sum_{i = 1}^{n} x_{i}"),
    "a function": ("sin(<i>θ</i>)", r"\sin (θ)"),
    "a name": (
        '<span class="mathrm">rank</span>(<i>A</i>)',
        r"\mathrm{rank}(A)",
    ),
    "words": (
        '<i>x</i> <span class="text">if it is 5%</span>',
        r"x \text{if it is 5\%}",
    ),
    "an arrow above": (
        '<span class="embellished"><sup><span class="smallsymbol">→</span></sup><span class="base"><i>w</i></span></span>',
        r"\vec{w}",
    ),
    "rows": (
        f'<span class="environment align">{ROW.format("<i>a</i>", " = 1")}{ROW.format(" ", " ")}'
        f"{ROW.format('<i>b</i>', ' = 2')}</span>",
        r"\begin{split}a & = 1 \\ b & = 2\end{split}",
    ),
    "a matrix": (
        f'<span class="unknown">\\begin{{pmatrix}} {ROW.format("1", "0")}</span>',
        r"\begin{pmatrix}1 & 0\end{pmatrix}",
    ),
    "cases": (
        f'{BRACE}<span class="bracketcases"><span class="arrayrow"><span class="case align-l">1</span></span></span>',
        r"\begin{cases}1\end{cases}",
    ),
    "brackets": (f"{BRACE}<i>a</i>", r"\{a"),
    "signs that TeX reads": ("{<i>a</i>} &amp; 5%", r"\{a\} \& 5\%"),
}


@pytest.mark.parametrize(("markup", "tex"), DRAWN.values(), ids=DRAWN)
def test_a_drawn_formula_is_written_as_tex(markup: str, tex: str) -> None:
    assert tex_of(fragment_fromstring(f'<div class="formula">{markup}</div>')) == tex


@pytest.mark.parametrize("tex", [tex for _, tex in DRAWN.values()])
def test_the_reader_can_show_what_was_written(tex: str) -> None:
    assert mathml(tex, True)


OTHERS = {
    "prose": '<div class="formula">Mix <i>flour</i> with water and leave it alone.</div>',
    "text alone": '<div class="formula">Nothing in it is raised</div>',
    "TeX for a script": '<p>It is <span class="formula">\\(x\\) <i>y</i></span>.</p>',
    "a link": '<span class="formula"><a href="/e/">E</a> = <i>mc</i></span>',
    "a picture": '<div class="formula"><img src="/e.png"> <i>E</i></div>',
    "markup of others": '<div class="formula"><span class="price">5</span><sup>2</sup></div>',
}


@pytest.mark.parametrize("markup", OTHERS.values(), ids=OTHERS)
def test_what_is_only_called_a_formula_stays_as_it_is(markup: str) -> None:
    found = article(f"<p>{FIRST}</p><p>{FIRST}</p>{markup}<p>{FIRST}</p>")
    assert 'class="math' not in found.html


def test_a_formula_that_is_nested_beyond_measure_stays_as_it_is() -> None:
    deep = "<sup>" * 50 + "<i>x</i>" + "</sup>" * 50
    markup = f'<div class="formula"><i>y</i>{deep}</div>'
    assert tex_of(fragment_fromstring(markup)) == ""
