"""An article's html as the reader shows it: cleaned once more, its images shut off, its code coloured."""

import re

import nh3
from lxml import etree, html
from lxml.html import HtmlElement
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

LONGEST_CODE = 50_000  # characters; longer code is shown plain
COLOURED = HtmlFormatter(nowrap=True, classprefix="tok-")
OURS = ("tok-", "image-off")
ABSOLUTE = re.compile(r"(?:https?://|mailto:)", re.I)


def _kept(name: str, value: str) -> str | None:
    """Only our own classes, which colour code; only whole addresses, since a relative one would lead to our pages."""
    if name == "class":
        return " ".join(each for each in value.split() if each.startswith(OURS)) or None
    return value if name != "href" or ABSOLUTE.match(value) else None


CLEANER = nh3.Cleaner(
    tags=nh3.ALLOWED_TAGS - {"img", "map", "area"} | {"section"},
    attributes={
        "a": {"href", "title", "class"},
        "abbr": {"title"},
        "span": {"class"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
        "time": {"datetime"},
    },
    attribute_filter=lambda _tag, name, value: _kept(name, value),
    clean_content_tags={"script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "title"},
    url_schemes={"http", "https", "mailto"},
    set_tag_attribute_values={"pre": {"tabindex": "0"}},  # a wide block can be scrolled with keys too
    link_rel="noopener noreferrer nofollow",
)


def readable(markup: str) -> str:
    """Safe html; "" for none. It was cleaned before it was stored: this is the second lock."""
    try:
        tree = html.fragment_fromstring(markup, create_parent="div")
    except (etree.LxmlError, ValueError):
        return str(CLEANER.clean(markup))
    for image in list(tree.iter("img")):
        _shut_off(image)
    for code in list(tree.iter("code")):
        if (parent := code.getparent()) is not None and parent.tag == "pre":
            _colour(code)
    return str(CLEANER.clean(html.tostring(tree, encoding="unicode")))


def _shut_off(image: HtmlElement) -> None:
    """A link in place of the image: a browser that loaded it would tell its server who reads what."""
    in_link = any(parent.tag == "a" for parent in image.iterancestors())
    link = html.Element("span" if in_link or not image.get("src") else "a")
    link.set("class", "image-off")
    if link.tag == "a":
        link.set("href", image.get("src"))
    link.text, link.tail = f"Image: {image.get('alt') or 'no description'}", image.tail
    image.getparent().replace(image, link)


def _colour(code: HtmlElement) -> None:
    """Colours a block whose language is known. Pygments must not change a character of it, so nothing is stripped."""
    name = next((c.removeprefix("language-") for c in code.get("class", "").split() if c.startswith("language-")), "")
    text = code.text_content()
    if not name or len(text) > LONGEST_CODE:
        return
    try:
        lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return
    coloured = html.fragment_fromstring(f"<pre>{highlight(text, lexer, COLOURED)}</pre>")
    for child in list(code):
        code.remove(child)
    code.text = coloured.text
    code.extend(list(coloured))
