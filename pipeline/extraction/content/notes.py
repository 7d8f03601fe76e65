"""Footnotes and other links within a page: they lead to their target and back, wherever the
article is shown."""

import re
from typing import Any
from urllib.parse import unquote, urldefrag

from lxml import etree
from lxml.html import HtmlElement, builder

from pipeline.extraction.page.text import text_in

NOTE_ROLES = ("doc-footnote", "doc-endnote", "note")
NOTE = re.compile(r"(?:^|\s)(?:footnote|endnote|citation|fn|footdef)(?:\s|$)", re.I)
NOTE_LISTS = re.compile(
    r"(?:^|[\s_-])(?:footnotes|endnotes|footnote-list|fn-list|data-footnotes)(?:$|[\s_-])",
    re.I,
)
NOTE_NAMES = ("note", "fn", "citation", "footdef")  # one is in each of these
HAS_NOTE_ROLE: Any = etree.XPath(
    "boolean(descendant-or-self::*/@role[starts-with(., 'doc-')])"
)
PLACE_NAMES = frozenset(["id", "name"])
NOTES = "footnotes"  # the class of their section
REFERENCE = "footnote-ref"  # of a mark in the text
BACK = "footnote-back"  # of the link from a note to its mark
BACK_SIGNS = re.compile(r"^[\s\[\]()↩↵⏎↑⤴^←⬆︎️jump back to the text]*$", re.I)
BACK_NAMES = re.compile(r"backref|reversefootnote|footnote-back|back-?link")
MARK = re.compile(r"^[\s\[(]*[\w*†‡§]{1,12}[\s\])]*$")
NUMBER = re.compile(r"\d{1,4}")
MARKED = "data-notes"
ANCHOR = "anchor-"  # the beginning of each id that is kept
PERMALINK_SIGNS = frozenset(
    ["", "#", "¶", "§", "🔗", "⚓", "link", "permalink", "⌗", "∞", "anchor"]
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary")
EDIT_WORDS = frozenset(
    "edit|edit source|bearbeiten|modifier|editar|modifica|bewerken|редактировать|編集|编辑".split(
        "|"
    )
)


def drop_permalinks(body: HtmlElement) -> None:
    """Take out the signs in and beside a heading that link to the heading itself, or to a way to
    edit its section."""
    for heading in body.iter(*HEADINGS, "caption", "figcaption"):
        for link in list(heading.iter("a")) if len(heading) else ():
            text = text_in(link).strip().lower()
            if "#" in (link.get("href") or "#") and text in PERMALINK_SIGNS:
                _drop_link(link)
            elif text in EDIT_WORDS and _is_bracketed(link):
                link.getparent().drop_tree()
        for beside in (heading.getnext(), heading.getprevious()):
            if beside is not None and _leads_to(beside, heading):
                beside.drop_tree()


def _leads_to(link: HtmlElement, heading: HtmlElement) -> bool:
    """Whether an element is but a link to the heading that it stands beside."""
    if link.tag != "a" or heading.tag not in HEADINGS or not heading.get("id"):
        return False
    return bool(link.get("href") == f"#{heading.get('id')}")


def _is_bracketed(link: HtmlElement) -> bool:
    """Whether a link and the brackets around it are all that an element within a heading holds."""
    around = link.getparent()
    if around.tag in HEADINGS:
        return False
    text = " ".join(text_in(around).split())
    return text.startswith("[") and text.endswith("]")


def make_lists(body: HtmlElement, classes: str) -> None:
    """Footnotes that stand in boxes or tables of their own, one each, become the items of one
    list; all are marked.

    `classes`: all class names of the body, in lower case.
    """
    is_named = any(name in classes for name in NOTE_NAMES)
    if not is_named and not HAS_NOTE_ROLE(body):
        return
    for box in body.iter("div", "section", "ol", "aside", "footer"):
        if _holds_notes(box):
            box.set(MARKED, "")
            if box.tag == "footer":
                box.tag = "section"  # the foot of the text, not of the page
    found = [e for e in body.iter("aside", "table", "dl", "div") if _is_note(e)]
    done: set[HtmlElement] = set()
    for note in found:
        if note in done or note.getparent() is None:
            continue
        following = _run_of_notes(note, found)
        done.update(following)
        _as_list(following)


def link_up(root: HtmlElement, url: str) -> None:
    """Give every link within the root a target with an id of its own; links to what is not there
    lose their address."""
    places = [e for e in root.iter() if not PLACE_NAMES.isdisjoint(e.keys())]
    targets = _targets(places)
    names: dict[HtmlElement, str] = {}
    for link in list(root.iter("a")):
        fragment = _fragment(link, url)
        if fragment is None:
            continue
        target = targets.get(fragment) if fragment else None
        if target is None:
            link.attrib.pop("href")
            continue
        link.set("href", f"#{_name(target, names)}")
    _keep_only(places, names)
    for link in root.iter("a"):
        if (link.get("href") or "").startswith(f"#{ANCHOR}"):
            _describe(link)


def _targets(places: list[HtmlElement]) -> dict[str, HtmlElement]:
    targets: dict[str, HtmlElement] = {}
    for element in places:
        for name in (
            element.get("id"),
            element.get("name") if element.tag == "a" else None,
        ):
            if name:
                targets.setdefault(name, element)
    return targets


def _fragment(link: HtmlElement, url: str) -> str | None:
    """Return the part of the same page that a link leads to; None for a link to elsewhere."""
    address = (link.get("href") or "").strip()
    if address.startswith("#"):
        return unquote(address[1:])
    if "#" in address and url:
        page, fragment = urldefrag(address)
        if page.rstrip("/") == urldefrag(url)[0].rstrip("/"):
            return unquote(fragment)
    return None


def _name(target: HtmlElement, names: dict[HtmlElement, str]) -> str:
    return names.setdefault(target, f"{ANCHOR}{len(names) + 1}")


def _keep_only(places: list[HtmlElement], names: dict[HtmlElement, str]) -> None:
    for element in places:
        element.attrib.pop("id", None)
        element.attrib.pop("name", None)
    for element, name in names.items():
        element.set("id", name)


def _describe(link: HtmlElement) -> None:
    """Mark the links of footnotes as such: those that lead there, and those that lead back."""
    text = text_in(link).strip()
    classes = (link.get("class") or "").lower()
    role = link.get("role") or ""
    link.attrib.pop("class", None)
    if (
        role == "doc-backlink"
        or BACK_NAMES.search(classes)
        or (text and BACK_SIGNS.match(text))
    ):
        link.set("class", BACK)
        return
    is_reference = role == "doc-noteref" or "footnote" in classes or _is_raised(link)
    if is_reference and MARK.match(text):
        link.set("class", REFERENCE)


def _is_raised(link: HtmlElement) -> bool:
    parent = link.getparent()
    return link.find("sup") is not None or (parent is not None and parent.tag == "sup")


def _holds_notes(box: HtmlElement) -> bool:
    if box.get("role") == "doc-endnotes":
        return True
    classes = _named_as_note(box)
    if not classes:
        return False
    if NOTE_LISTS.search(classes):
        return True
    return bool(NOTE.search(classes)) and next(box.iter("li"), None) is not None


def _named_as_note(element: HtmlElement) -> str:
    """Return the class names of an element if they may speak of notes, else ""."""
    classes = element.get("class")
    if not classes:
        return ""
    lower = classes.lower()
    return classes if any(name in lower for name in NOTE_NAMES) else ""


def _is_note(element: HtmlElement) -> bool:
    if element.get("role") in NOTE_ROLES[:2] and element.tag != "div":
        return True
    classes = _named_as_note(element)
    if not classes or not NOTE.search(classes) or NOTE_LISTS.search(classes):
        return False
    if element.tag in ("aside", "table"):
        return bool(element.get("id")) or next(element.iter("a"), None) is not None
    if element.tag == "dl":
        return next(element.iter("dt"), None) is not None
    return "footdef" in classes.split() or (
        bool(element.get("id")) and element.find(".//li") is None
    )


def _run_of_notes(first: HtmlElement, found: list[HtmlElement]) -> list[HtmlElement]:
    """Return the note and those that follow it at once."""
    known = set(found)
    run = [first]
    while True:
        following = run[-1].getnext()
        if following is None or following not in known or (run[-1].tail or "").strip():
            return run
        run.append(following)


def _as_list(notes: list[HtmlElement]) -> None:
    section = builder.SECTION()
    section.set("class", NOTES)
    section.set(MARKED, "")
    items = builder.OL()
    section.append(items)
    notes[0].addprevious(section)
    for note in notes:
        for item in _items(note):
            items.append(item)
        note.drop_tree()


def _items(note: HtmlElement) -> list[HtmlElement]:
    """One note, or all those of a list of terms, as items."""
    if note.tag == "dl":
        return [
            _item(dt, dt.getnext())
            for dt in note.iterchildren("dt")
            if dt.getnext() is not None
        ]
    if note.tag == "table":
        rows = list(note.iter("tr"))
        cells = list(rows[0].iterchildren("td", "th")) if rows else []
        if len(cells) == 2 and len(rows) == 1:
            return [_item(cells[0], cells[1], note.get("id"))]
    label = next((e for e in note.iter("span", "sup", "a") if _labels(e, note)), None)
    return [_item(label, note, note.get("id"))]


def _labels(element: HtmlElement, note: HtmlElement) -> bool:
    return "label" in (element.get("class") or "") or (
        element.getparent() is note and MARK.match(text_in(element).strip()) is not None
    )


def _item(
    label: HtmlElement | None, content: HtmlElement, name: str | None = None
) -> HtmlElement:
    item = builder.LI()
    text = "" if label is None else text_in(label)
    name = name or (label.get("id") if label is not None else None) or content.get("id")
    if name:
        item.set("id", name)
    if number := NUMBER.search(text):
        item.set("value", number.group())
    links = (
        []
        if label is None
        else [a for a in label.iter("a") if (a.get("href") or "").startswith("#")]
    )
    if label is not None and label is not content and label.getparent() is not None:
        label.drop_tree()
    item.text = content.text
    for child in list(content):
        item.append(child)
    _append_back_links(item, links)
    return item


def _append_back_links(item: HtmlElement, links: list[HtmlElement]) -> None:
    target = item[-1] if len(item) and item[-1].tag == "p" else item
    for link in links:
        back = builder.A("↩", href=link.get("href"))
        back.set("role", "doc-backlink")
        if len(target):
            target[-1].tail = (target[-1].tail or "") + " "
        else:
            target.text = (target.text or "") + " "
        target.append(back)


def _drop_link(link: HtmlElement) -> None:
    """Take a link out; its id, to which other links may lead, goes to what it stood in."""
    parent = link.getparent()
    if link.get("id") and not parent.get("id"):
        parent.set("id", link.get("id"))
    link.drop_tree()
