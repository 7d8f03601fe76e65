"""An article's html as the reader shows it: cleaned once more, its images shut off or through us, its code coloured."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

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
HANDED_ON = re.compile(r"/articles/\d+/images/[0-9a-f]{32}")
FETCHABLE = re.compile(r"https?://", re.I)
Through = Callable[[str], str]  # an image's name -> the address at which we hand it on


def _kept(name: str, value: str) -> str | None:
    """Only our own classes, which colour code; only whole addresses, since a relative one would lead to our pages."""
    if name == "class":
        return " ".join(each for each in value.split() if each.startswith(OURS)) or None
    if name != "href" or ABSOLUTE.match(value):
        return value
    return None


def _handed_on(tag: str, name: str, value: str) -> str | None:
    """Besides, images that we hand on: `readable` has put our address in place of the image's own."""
    if tag == "img" and name == "src":
        if HANDED_ON.fullmatch(value):
            return value
        return None
    return _kept(name, value)


SETTINGS: dict[str, Any] = {
    "tags": nh3.ALLOWED_TAGS - {"img", "map", "area"} | {"section"},
    "attributes": {
        "a": {"href", "title", "class"},
        "abbr": {"title"},
        "span": {"class"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
        "time": {"datetime"},
    },
    "clean_content_tags": {
        "script",
        "style",
        "template",
        "noscript",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "title",
    },
    "url_schemes": {"http", "https", "mailto"},
    "set_tag_attribute_values": {
        "pre": {"tabindex": "0"}
    },  # a wide block can be scrolled with keys too
    "link_rel": "noopener noreferrer nofollow",
}
CLEANER = nh3.Cleaner(**SETTINGS, attribute_filter=lambda _tag, name, value: _kept(name, value))
SHOWING = {
    "tags": SETTINGS["tags"] | {"img"},
    "attributes": SETTINGS["attributes"]
    | {"img": {"src", "alt", "title", "width", "height", "loading", "decoding"}},
}
SHOWING_CLEANER = nh3.Cleaner(**SETTINGS | SHOWING, attribute_filter=_handed_on)


def readable(markup: str, through: Through | None = None) -> str:
    """Safe html; "" for none. It was cleaned before it was stored: this is the second lock.

    Images become links; with `through` they become images again, at the address that it gives for their name.
    """
    if through:
        cleaner = SHOWING_CLEANER
    else:
        cleaner = CLEANER
    try:
        tree = html.fragment_fromstring(markup, create_parent="div")
    except (etree.LxmlError, ValueError):
        return str(CLEANER.clean(markup))
    for image in list(tree.iter("img")):
        if through and FETCHABLE.match(image.get("src") or ""):
            _hand_on(image, through)
        else:
            _shut_off(image)
    for code in list(tree.iter("code")):
        if (parent := code.getparent()) is not None and parent.tag == "pre":
            _colour(code)
    return str(cleaner.clean(html.tostring(tree, encoding="unicode")))


def images_in(markup: str) -> dict[str, str]:
    """The images of an article by the name that their address has here; those that can be fetched at all."""
    try:
        tree = html.fragment_fromstring(markup, create_parent="div")
    except (etree.LxmlError, ValueError):
        return {}
    addresses = [image.get("src") or "" for image in tree.iter("img")]
    return {image_name(address): address for address in addresses if FETCHABLE.match(address)}


def image_name(address: str) -> str:
    """A short name that says nothing of the address to whoever sees the page's requests."""
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _hand_on(image: HtmlElement, through: Through) -> None:
    image.set("src", through(image_name(image.get("src"))))
    image.set("loading", "lazy")
    image.set("decoding", "async")
    image.set("alt", image.get("alt") or "")
    for name in ("width", "height"):
        if not (image.get(name) or "").isdecimal() or len(image.get(name)) > 5:
            image.attrib.pop(name, None)


def _shut_off(image: HtmlElement) -> None:
    """A link in place of the image: a browser that loaded it would tell its server who reads what."""
    in_link = any(parent.tag == "a" for parent in image.iterancestors())
    link = html.Element("span" if in_link or not image.get("src") else "a")
    link.set("class", "image-off")
    if link.tag == "a":
        link.set("href", image.get("src"))
    link.text = f"Image: {image.get('alt') or 'no description'}"
    link.tail = image.tail
    image.getparent().replace(image, link)


def _colour(code: HtmlElement) -> None:
    """Colours a block whose language is known. Pygments must not change a character of it, so nothing is stripped."""
    name = next(
        (
            c.removeprefix("language-")
            for c in code.get("class", "").split()
            if c.startswith("language-")
        ),
        "",
    )
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
