"""Scraped html is hostile: what is stored can neither run, nor style, nor frame, nor call home by another scheme."""

import nh3
from lxml import etree, html
from lxml.html import HtmlElement

from pipeline.extraction.page.parsed import FORBIDDEN, join

TAGS = set(
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure"
    " h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q s samp section small span strong sub summary sup"
    " table tbody td tfoot th thead time tr u ul var wbr".split()
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "code": {"class"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "button",
    "select",
}
LAZY = ("data-src", "data-original", "data-lazy-src", "data-orig-file", "data-actualsrc")
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    clean_content_tags=DROPPED_WITH_CONTENT,
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
    attribute_filter=lambda tag, name, value: (
        value if name != "class" or value.startswith("language-") else None
    ),
)


def absolutise(tree: HtmlElement, base: str) -> None:
    """Give links and images their absolute address, in place; images that load late get their real one."""
    for link in tree.iter("a"):
        address = link.get("href") or ""
        if address.startswith("#"):
            link.attrib.pop("href")
        elif address and not address.startswith("mailto:"):
            link.set("href", join(base, address))
    for image in tree.iter("img"):
        image.set("src", _image_address(image, base))


def clean(tree: HtmlElement) -> str:
    """The tree's safe html, without wrapper elements that only hold another."""
    return CLEANER.clean(html.tostring(tree, encoding="unicode", with_tail=False)).strip()


def fragment(markup: str) -> HtmlElement | None:
    """A piece of html, as a feed carries it, as the children of one div; None where there is nothing in it."""
    try:
        tree = (
            html.fragment_fromstring(FORBIDDEN.sub("", markup), create_parent="div")
            if markup.strip()
            else None
        )
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    if tree is not None:
        etree.strip_elements(tree, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    return tree


def _image_address(image: HtmlElement, base: str) -> str:
    source = image.get("src") or ""
    late = next((image.get(name) for name in LAZY if image.get(name)), "")
    candidates = [late, source] if late else [source]
    srcset = (image.get("srcset") or image.get("data-srcset") or "").split(",")[0].split()
    return next((a for c in [*candidates, *srcset[:1]] if (a := join(base, c))), "")
