"""Images: off, or through us. A browser that loaded one from its server would tell that server
who reads what."""

import hashlib
import re
from collections.abc import Callable

from django.utils.translation import gettext as _
from lxml import etree, html
from lxml.html import HtmlElement

from catalog.models import Article

FETCHABLE = re.compile(r"https?://", re.IGNORECASE)
# A drawing as an image runs nothing and loads nothing, whatever is in it.
EMBEDDED = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif|svg\+xml);base64,")
MAX_DIGITS = 5  # of a width or height


def images_in(markup: str) -> dict[str, str]:
    """Return the addresses of an article's images that can be fetched, by the name that each has
    here."""
    try:
        tree = html.fragment_fromstring(markup, create_parent="div")
    except (etree.LxmlError, ValueError):
        return {}
    addresses = [image.get("src") or "" for image in tree.iter("img")]
    return {
        image_name(address): address
        for address in addresses
        if FETCHABLE.match(address)
    }


def images_of(article: Article) -> dict[str, str]:
    """Return the images that may be fetched for an article, by name: those of its text, and the
    one that its page names for previews."""
    found = images_in(article.html)
    if FETCHABLE.match(article.image):
        found[image_name(article.image)] = article.image
    return found


def image_name(address: str) -> str:
    """Return a short name that says nothing of the address to whoever sees the page's requests."""
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def replace_all(tree: HtmlElement, image_address: Callable[[str], str] | None) -> None:
    """Replace images by links, or with `image_address` give each its address here. Embedded ones
    stay."""
    for image in list(tree.iter("img")):
        address = image.get("src") or ""
        if EMBEDDED.match(address):
            _lay_out(image)
        elif image_address and FETCHABLE.match(address):
            image.set("src", image_address(image_name(address)))
            _lay_out(image)
        else:
            _turn_off(image)


def _lay_out(image: HtmlElement) -> None:
    image.set("loading", "lazy")
    image.set("decoding", "async")
    image.set("alt", image.get("alt") or "")
    for name in ("width", "height"):
        value = image.get(name) or ""
        if not value.isdecimal() or len(value) > MAX_DIGITS:
            image.attrib.pop(name, None)


def _turn_off(image: HtmlElement) -> None:
    """Put a link in place of the image."""
    address = image.get("src")
    in_link = any(parent.tag == "a" for parent in image.iterancestors())
    if address and not in_link:
        link = html.Element("a", {"class": "image-off", "href": address})
    else:
        link = html.Element("span", {"class": "image-off"})
    alt = image.get("alt")
    if alt:
        link.text = _("Image: %(description)s") % {"description": alt}
    else:
        link.text = _("Image: no description")
    link.tail = image.tail
    image.getparent().replace(image, link)
