"""Drawings made of elements are kept as images that can do no harm."""

from base64 import b64decode, b64encode

import pytest
from lxml import etree, html

from pipeline.extraction.content import drawings
from tests.pipeline.extraction.constructs import POSITIONS
from tests.pipeline.extraction.test_constructs import kept

SHAPES = '<path d="M0 0h9v9z"/>' * drawings.MANY_SHAPES


def drawn(inner: str) -> str:
    """What is kept of a drawing with these parts among its shapes."""
    markup = f"<svg viewBox='0 0 9 9' onload='a()'>{inner}{SHAPES}</svg>"
    address = drawings.address_of(html.fragment_fromstring(markup))
    assert address.startswith(drawings.ADDRESS)
    return b64decode(address.removeprefix(drawings.ADDRESS)).decode()


@pytest.mark.parametrize(
    "inner",
    [
        "<script>evil()</script>",
        '<g onclick="evil()"><path/></g>',
        '<image href="https://evil.example/a.png"/>',
        '<use xlink:href="https://evil.example/#a"/>',
        '<a href="javascript:evil()"><path/></a>',
        "<style>@import url(https://evil.example/)</style>",
        "<style>path { fill: url(https://evil.example/) }</style>",
        '<rect style="fill: url(https://evil.example/)"/>',
        '<animate attributeName="href" values="javascript:evil()"/>',
        "<foreignobject><iframe src=https://evil.example/></iframe></foreignobject>",
    ],
)
def test_nothing_of_a_drawing_runs_or_loads(inner: str) -> None:
    assert "evil" not in drawn(inner)
    assert "onload" not in drawn(inner)


def test_names_have_their_capitals_again() -> None:
    markup = drawn(
        '<defs><linearGradient id="g" gradientUnits="userSpaceOnUse"/></defs><rect fill="url(#g)"/>'
    )
    assert 'viewBox="0 0 9 9"' in markup
    assert "<linearGradient" in markup
    assert "gradientUnits" in markup
    assert 'fill="url(#g)"' in markup


def test_the_labels_of_a_drawing_stay() -> None:
    markup = drawn(
        '<foreignObject x="2" width="4"><div>High <b>water</b></div></foreignObject>'
    )
    label = etree.fromstring(markup).find("{*}text")
    assert label is not None
    assert label.text == "High water"
    assert label.get("x") == "4.0"


@pytest.mark.parametrize("place", POSITIONS)
def test_a_drawing_is_an_image_with_its_title(place: str) -> None:
    svg = f"<svg viewBox='0 0 9 9'><title>The tides</title>{SHAPES}</svg>"
    stored = kept(POSITIONS[place](f"<div class=graphviz>{svg}</div>"))
    images = html.fragment_fromstring(stored, create_parent="div").findall(".//img")
    assert {image.get("alt") for image in images} == {"The tides"}
    assert all(image.get("src").startswith(drawings.ADDRESS) for image in images)


def test_an_icon_is_no_drawing() -> None:
    stored = kept(POSITIONS["last"]("<p><svg><path d='M0 0'/></svg></p>"))
    assert "<img" not in stored


def test_a_drawing_in_an_address_is_made_harmless() -> None:
    markup = f"<svg xmlns='{drawings.NAMESPACE}'><script>evil()</script>{SHAPES}</svg>"
    source = drawings.ADDRESS + b64encode(markup.encode()).decode()
    stored = kept(POSITIONS["last"](f"<p><img src='{source}' alt=tides></p>"))
    image = html.fragment_fromstring(stored, create_parent="div").find(".//img")
    assert image is not None
    shown = b64decode(image.get("src").removeprefix(drawings.ADDRESS)).decode()
    assert "evil" not in shown
    assert shown.count("<path") == drawings.MANY_SHAPES


def test_a_drawing_that_is_too_large_is_not_kept() -> None:
    large = "<svg>" + "<path d='M0 0'/>" * (drawings.MAX_ELEMENTS + 1) + "</svg>"
    assert drawings.address_of(html.fragment_fromstring(large)) == ""
