"""Images in all their forms become <img src alt>, with the address that a reader's browser would
load in the end."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html
from lxml.html import HtmlElement, builder

from pipeline.extraction.content import drawings, marking
from pipeline.extraction.page.parsed import join
from pipeline.extraction.page.text import text_in

IMAGE_TAGS = [
    f"{library}-{name}"
    for library in "amp a lazy nuxt next gatsby progressive v x el b".split()
    for name in ("img", "image")
]
WITH_BACKGROUND: Any = etree.XPath('descendant::*/@style[contains(., "url(")]/..')
BACKGROUND = re.compile(r"background(?:-image)?:[^;]*?url\([\s\"']*([^\"')\s]+)")
MAX_STYLE = 2_000  # characters
LATE = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-orig-file",
    "data-actualsrc",
    "data-url",
    "data-image",
    "data-full-src",
    "data-hi-res-src",
)
LATE_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
IMAGE_FILE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg|bmp)(?:[?#]|$)", re.I)
EMBEDDED = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/=\s]+")
MAX_EMBEDDED = 100_000  # characters of an image that stands in the page itself
PLACEHOLDER = 400  # characters of an embedded image that shows nothing
WIDE = 1600  # pixels; of several sizes the largest up to this is taken
EMOJI = re.compile(r"(?:^|[\s_-])(?:emoji|smiley|wp-smiley|twemoji)(?:$|[\s_-])", re.I)
MARKUP = re.compile(r"<\s*img\b", re.I)
NO_DRAWING_IN = (
    *("a", "button", "nav", "footer", "label", "summary", "mjx-container"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
)
MAX_ALT = 200  # characters
SIGN = 3  # characters of an emoji


def reveal(body: HtmlElement) -> None:
    """Put the images that pages hold for readers without JavaScript in the place of those that
    wait for it."""
    for element in list(body.iter("noscript")):
        twin = _image_within(element)
        waiting = _waiting_image(element)
        if twin is not None and waiting is not None:
            _keep_alt(waiting, twin)
            waiting.getparent().replace(waiting, _with_tail(twin, waiting.tail))
        elif twin is not None and not _shown_before(element, twin):
            element.addprevious(_with_tail(twin, None))
    for element in list(body.iterdescendants(*IMAGE_TAGS)):
        is_frame = not _has_address(element) and element.find(".//img") is not None
        if not is_frame:
            del element[:]  # what is shown without a script
        element.tag = "span" if is_frame else "img"
    for element in WITH_BACKGROUND(body):
        if _may_be_picture(element):
            _show_background(element)


def _may_be_picture(element: HtmlElement) -> bool:
    """Whether an element with an image behind it says that it is a picture, or stands with a
    caption."""
    parent = element.getparent()
    is_in_figure = parent is not None and parent.tag == "figure"
    return is_in_figure or element.get("role") == "img"


def _show_background(element: HtmlElement) -> None:
    """Put an image into an element that shows one behind nothing else."""
    address = BACKGROUND.search((element.get("style") or "")[:MAX_STYLE])
    if address is None or len(element) or (element.text or "").strip():
        return
    alt = (element.get("aria-label") or element.get("title") or "")[:MAX_ALT]
    element.append(builder.IMG(src=address.group(1), alt=alt))


def resolve(root: HtmlElement, base: str) -> list[HtmlElement]:
    """Give each image its address; what is no picture (a tracker, an emoji drawn as one) becomes
    nothing or its sign.

    Returns the images that have no address to be had, and are lost.
    """
    lost: list[HtmlElement] = []
    for picture in list(root.iter("picture")):
        _unwrap_picture(picture)
    for image in list(root.iter("img")):
        alt = image.get("alt") or ""
        if EMOJI.search(image.get("class") or "") and 0 < len(alt) <= SIGN:
            marking.replace_by_text(image, alt)
            continue
        address = address_of(image, base)
        if not address or _is_tracker(image):
            if not _is_tracker(image) and not _is_decoration(image):
                lost.append(image)
            marking.drop(image)
        else:
            image.set("src", address)
    marking.sweep(root)
    return lost


def stand_in_for_drawings(body: HtmlElement) -> None:
    """Put an image in place of each drawing that is made of elements; icons and formulas are no
    drawings.

    One that is too large gets no address, so that it is counted as lost.
    """
    for drawing in list(body.iter("svg")):
        if not _is_drawing(drawing):
            continue
        image = builder.IMG(alt=_title_of(drawing))
        image.set(marking.DRAWN, "")
        if address := drawings.address_of(drawing):
            image.set("src", address)
        image.tail = drawing.tail
        drawing.getparent().replace(drawing, image)


def _is_drawing(svg: HtmlElement) -> bool:
    if svg.get("aria-hidden") == "true" or svg.get("hidden") is not None:
        return False
    if next(svg.iterancestors(*NO_DRAWING_IN), None) is not None:
        return False
    return drawings.has_many_shapes(svg)


def _title_of(svg: HtmlElement) -> str:
    given = (svg.get("aria-label"), svg.findtext("title"), svg.findtext("desc"))
    return next((title for title in given if title), "")[:MAX_ALT]


def address_of(image: HtmlElement, base: str) -> str:
    """Return the address of an image, absolute or embedded; "" where it has none."""
    for candidate in _candidates(image):
        if address := join(base, candidate):
            return address
    source = (image.get("src") or "").strip()
    if PLACEHOLDER < len(source) <= MAX_EMBEDDED and EMBEDDED.fullmatch(source):
        return source
    return drawings.harmless(source) if len(source) > PLACEHOLDER else ""


def _candidates(image: HtmlElement) -> Iterator[str]:
    get = image.get
    yield from (get(name) for name in LATE if get(name))
    for name, value in image.items():
        if (
            name.startswith("data-")
            and IMAGE_FILE.search(value)
            and " " not in value.strip()
        ):
            yield value
    source = get("src") or ""
    if source and not source.startswith("data:"):
        yield source
    for name in LATE_SETS:
        if best := _best_of(get(name) or ""):
            yield best


def _best_of(sizes: str) -> str:
    """Return the address that a srcset gives for the largest image that is not too large."""
    best, best_width = "", -1.0
    for candidate in sizes.split(", " if ", " in sizes else ","):
        parts = candidate.split()
        if not parts or parts[0].startswith("data:"):
            continue
        width = _width(parts[1] if len(parts) > 1 else "1x")
        if best_width < width <= WIDE or not best:
            best, best_width = parts[0].rstrip(","), width
    return best


def _width(size: str) -> float:
    try:
        return float(size[:-1])
    except ValueError:
        return 0.0


def _unwrap_picture(picture: HtmlElement) -> None:
    """Put the image of a picture in its place; one that has no address gets that of the last
    source."""
    image = next(picture.iter("img"), None)
    if image is None:
        image = etree.SubElement(picture, "img")
    if not _has_address(image):
        sets = [_set_of(source) for source in picture.iter("source")]
        image.set("srcset", next((each for each in reversed(sets) if each), ""))
    image.tail = picture.tail
    picture.getparent().replace(picture, image)


def _has_address(image: HtmlElement) -> bool:
    if any(image.get(name) for name in (*LATE, *LATE_SETS)):
        return True
    source = (image.get("src") or "").strip()
    return bool(source) and not source.startswith("data:")


def _set_of(source: HtmlElement) -> str:
    return source.get("srcset") or source.get("data-srcset") or ""


def _image_within(noscript: HtmlElement) -> HtmlElement | None:
    image = next(noscript.iter("img"), None)
    if image is not None:
        return image
    text = text_in(noscript)
    if not MARKUP.search(text):
        return None
    try:
        return next(
            html.fragment_fromstring(text, create_parent="div").iter("img"), None
        )
    except (etree.LxmlError, ValueError):
        return None


def _waiting_image(noscript: HtmlElement) -> HtmlElement | None:
    """Return the image right before a noscript that shows nothing yet."""
    before = noscript.getprevious()
    if before is None or (before.tail and before.tail.strip()):
        return None
    image = before if before.tag == "img" else next(before.iter("img"), None)
    if image is None or text_in(before).strip():
        return None
    source = image.get("src") or ""
    return image if not source or source.startswith("data:") else None


def _shown_before(noscript: HtmlElement, twin: HtmlElement) -> bool:
    before = noscript.getprevious()
    if before is None:
        return False
    shown = {str(before.tag)} | {str(element.tag) for element in before.iter()}
    return any(tag == "img" or tag in IMAGE_TAGS for tag in shown)


def _keep_alt(waiting: HtmlElement, twin: HtmlElement) -> None:
    if waiting.get("alt") and not twin.get("alt"):
        twin.set("alt", waiting.get("alt"))


def _with_tail(element: HtmlElement, tail: str | None) -> HtmlElement:
    element.tail = tail
    return element


def _is_decoration(image: HtmlElement) -> bool:
    """Whether an image says that it shows nothing, as those that only keep a place free."""
    is_mute = image.get("aria-hidden") == "true" or image.get("role") == "presentation"
    return is_mute and not image.get("alt")


def _is_tracker(image: HtmlElement) -> bool:
    return (image.get("width") or "").strip() in ("0", "1") and (
        image.get("height") or ""
    ).strip() in ("0", "1")
