"""What makes extraction quick changes nothing of what comes out."""

import json
import re
import subprocess
import sys
import unicodedata
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HtmlElement, document_fromstring
from trafilatura import external, xpaths
from trafilatura.htmlprocessing import convert_tags, tree_cleaning

from pipeline.extraction.content import trafilatura_patch
from pipeline.extraction.extract import extract
from pipeline.extraction.fields import candidate
from pipeline.extraction.page import parsed
from pipeline.extraction.text import fingerprint
from pipeline.extraction.text import plain as text_plain
from tools.bench.pages import THEMES
from tools.bench.pages import page as generated

PAGES = [
    *(path.read_bytes() for path in sorted((Path(__file__).parent / "pages").glob("*.html"))),
    *(generated(7, number).body for number in range(2 * len(THEMES))),
    b"<html><body>"
    + b"<div class='post'><p>Only a few words.</p></div><p>And some more.</p>" * 3
    + b"</body></html>",
]
PLAIN = """
import json, sys
import trafilatura
from lxml import etree, html
for line in sys.stdin:
    tree = html.document_fromstring(json.loads(line).encode())
    for comments in (False, True):
        found = trafilatura.bare_extraction(tree, include_comments=comments)
        print(json.dumps(found and etree.tostring(found.body, encoding="unicode")))
"""


def tree(body: bytes) -> HtmlElement:
    return document_fromstring(body.decode("utf-8", "replace").encode())


def test_an_article_is_the_one_that_the_library_finds_by_itself() -> None:
    lines = "".join(json.dumps(body.decode("utf-8", "replace")) + "\n" for body in PAGES)
    plain = subprocess.run(
        [sys.executable, "-c", PLAIN], input=lines, capture_output=True, text=True, check=True
    )
    expected = [json.loads(line) for line in plain.stdout.splitlines()]
    found = [
        trafilatura_patch.article(tree(body), is_forum)
        for body in PAGES
        for is_forum in (False, True)
    ]
    assert [
        None if body is None else etree.tostring(body, encoding="unicode") for body in found
    ] == expected


def test_most_articles_are_settled_by_the_first_extractor(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    compare = external.compare_extraction
    monkeypatch.setattr(
        external, "compare_extraction", lambda *given: compared.append(1) or compare(*given)
    )
    for number in range(20):
        extract(generated(7, number).body, "https://blog.example/a")
    assert len(compared) < 8


@pytest.mark.parametrize(
    "selectors", [*trafilatura_patch.SELECTORS, [trafilatura_patch.baseline.BASIC_CLEAN_XPATH]]
)
def test_an_xpath_asked_once_a_kind_finds_the_same_elements(
    selectors: list[trafilatura_patch.Selector],
) -> None:
    trees = [tree(body) for body in PAGES]
    trees += [
        convert_tags(tree_cleaning(deepcopy(each), trafilatura_patch.BLOG), trafilatura_patch.BLOG)
        for each in trees
    ]
    for selector in selectors:
        xpath = getattr(selector, "xpath", selector)
        only_first = xpath.path.strip().endswith("[1]")
        for each in trees:
            found, expected = selector(each), xpath(each)
            assert (found[:1], expected[:1])[only_first] == expected[:1]
            assert only_first or found == expected


def test_every_xpath_that_asks_python_for_each_attribute_is_asked_once_a_kind() -> None:
    assert [
        [type(each).__name__ for each in selectors] for selectors in trafilatura_patch.SELECTORS
    ] == [
        ["Selector", "XPath", "Selector", "Selector", "XPath"],
        ["Selector", "Selector"],
        ["Screened", "Selector"],
        ["Selector"],
        ["Selector"],
        ["Selector"],
    ]
    assert isinstance(trafilatura_patch.baseline.BASIC_CLEAN_XPATH, trafilatura_patch.Selector)
    assert not [
        each for selectors in trafilatura_patch.SELECTORS for each in selectors if is_dear(each)
    ]


def test_what_no_article_should_hold_is_what_the_library_says() -> None:
    assert "|".join(f".//{tag}" for tag in trafilatura_patch.UNCLEAN) == external.SANITIZED_XPATH


def is_dear(selector: object) -> bool:
    return isinstance(selector, etree.XPath) and "re:test" in selector.path


@pytest.mark.parametrize(
    "attributes",
    [
        "id=cookies class=x",
        "class=x id=cookies",
        "class=footer",
        "id='&#1;' class=footer",
        f"class='{'x' * 900} footer'",
    ],
)
def test_the_order_and_the_oddity_of_attributes_make_no_difference(attributes: str) -> None:
    for body in (
        f"<html><body><div {attributes}>a</div><o:p {attributes}>b</o:p></body></html>".encode(),
    ) * 2:
        for selector in xpaths.OVERALL_DISCARD_XPATH:
            parsed = tree(body)
            assert selector(parsed) == selector.xpath(parsed)


def test_an_xpath_of_another_form_stays_as_it_is() -> None:
    for path in (
        "//div[@class='a']",
        ".//div[.//a[@id='b']]",
        ".//div[@id='a']/p",
        ".//div",
        ".//p[ancestor::a][@id]",
    ):
        assert isinstance(trafilatura_patch.quicker(etree.XPath(path)), etree.XPath), path


@given(st.text(st.characters() | st.sampled_from(" \n\t_'’İé.1")))
def test_words_are_what_a_regular_expression_calls_words_in_lower_case(text: str) -> None:
    assert fingerprint.words(text) == re.findall(r"\w+", text.lower())


@given(st.text(st.characters() | st.sampled_from(" \n\t_-'’İﬁ.1")))
def test_text_is_folded_the_same_by_a_table(text: str) -> None:
    folded = " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).lower()))
    assert candidate.fold(text) == folded


@given(st.text(st.sampled_from(" \t\n\r\f\vab\xa0")))
def test_space_collapses_to_single_blanks(text: str) -> None:
    assert text_plain.SPACE.sub(" ", text) == re.sub(r"[ \t\n\r\f]+", " ", text)


@given(st.text())
def test_no_character_that_xml_cannot_hold_is_overlooked(text: str) -> None:
    assert parsed._may_hold_forbidden(text) or not parsed.FORBIDDEN.search(text)


def test_nothing_is_left_to_load_after_warming_up() -> None:
    script = """
import sys
from pipeline.extraction.extract import extract, warm_up
from tools.bench.pages import page
warm_up()
from trafilatura import external
from py3langid import langid
assert external.JT_STOPLIST and langid.IDENTIFIER
loaded = set(sys.modules)
for number in range(8):
    extract(page(7, number).body, "https://blog.example/a")
assert not set(sys.modules) - loaded, set(sys.modules) - loaded
"""
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
