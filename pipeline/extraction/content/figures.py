"""Pictures with their captions, whatever markup pairs them, become <figure> and <figcaption>."""

from lxml.html import HtmlElement, builder

from pipeline.extraction.content import names
from pipeline.extraction.page.text import text_in

MEDIA = ("img", "picture", "video", "audio", "iframe", "table", "pre")
MAX_CAPTION = 600  # characters


def pair(body: HtmlElement) -> None:
    """Make figures of the pictures in a body that have a caption beside them."""
    for caption in list(body.iter("p", "div", "span", "small", "figcaption", "dd")):
        if caption.tag != "figcaption" and not _is_named(caption):
            continue
        frame = caption.getparent()
        if frame is None or next(caption.iterancestors("figure"), None) is not None:
            continue
        if (
            len(text_in(caption)) > MAX_CAPTION
            or next(caption.iter("img", "pre", "table"), None) is not None
        ):
            continue
        if _holds_only_media_beside(frame, caption):
            frame.tag = "figure"
            caption.tag = "figcaption"
        else:
            _frame_with_previous(caption)


def _is_named(element: HtmlElement) -> bool:
    labels = f"{element.get('class') or ''}".lower()
    return bool(labels) and "caption" in labels and "caption" in names.kinds(labels)


def _holds_only_media_beside(frame: HtmlElement, caption: HtmlElement) -> bool:
    """Whether a caption's parent holds a picture and nothing else."""
    if (
        frame.tag not in ("div", "p", "span", "dl", "section", "li")
        or (frame.text or "").strip()
    ):
        return False
    if frame.tag == "li":
        return False
    others = [child for child in frame if child is not caption]
    if not others or any((child.tail or "").strip() for child in frame):
        return False
    return all(_is_media(child) or child.tag == "br" for child in others) and any(
        map(_is_media, others)
    )


def _is_media(element: HtmlElement) -> bool:
    if element.tag in ("pre", "table"):
        return True
    if text_in(element).strip():
        return False
    return (
        element.tag in MEDIA
        or next(element.iter("img", "picture", "video", "iframe"), None) is not None
    )


def _frame_with_previous(caption: HtmlElement) -> None:
    """Put a picture and the caption right after it into one figure."""
    before = caption.getprevious()
    if before is None or (before.tail or "").strip() or before.tag in ("pre", "table"):
        return
    if not _is_media(before):
        return
    figure = builder.FIGURE()
    before.addprevious(figure)
    before.tail = None
    figure.append(before)
    figure.tail = caption.tail
    caption.tail = None
    caption.tag = "figcaption"
    figure.append(caption)
