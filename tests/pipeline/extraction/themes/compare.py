"""What of a post came back: a list of the blocks that were lost, and of the surroundings that were taken."""

import re

from lxml import html as lxml_html
from lxml.html import HtmlElement

from pipeline.core.records import Draft
from tests.pipeline.extraction.themes.platforms import FOREIGN
from tests.pipeline.extraction.themes.posts import Block, Post


def words(text: str) -> str:
    """The text with white space folded, without references to notes."""
    return re.sub(r"\s+", " ", re.sub(r"\[\^\d\]", "", text)).strip()


def losses(post: Post, draft: Draft, foreign: tuple[str, ...] = ()) -> list[str]:
    """A line for each block that is missing, and for each foreign text that was taken."""
    tree = lxml_html.fromstring(f"<div>{draft.html}</div>")
    found = [
        f"lost {kind}: {str(held)[:60]}"
        for kind, held in post.blocks
        if not kept(tree, draft, (kind, held))
    ]
    found += [
        f"foreign: {text}"
        for text in (*FOREIGN, *foreign)
        if text in words(tree.text_content())
    ]
    return found


def kept(tree: HtmlElement, draft: Draft, block: Block) -> bool:
    """Whether a block came back in its form."""
    kind, held = block
    content = words(tree.text_content())
    if kind in ("p", "quote"):
        parts = [words(part) for part in re.split(r"\[\^\d\]", held)]
        return all(part in content for part in parts)
    if kind in ("h2", "h3"):
        return any(
            held in words(h.text_content())
            for h in tree.iter("h1", "h2", "h3", "h4", "h5")
        )
    if kind in ("ul", "ol"):
        items = [words(item.text_content()) for item in tree.iter("li")]
        return all(any(line in item for item in items) for line in held)
    if kind == "rule":
        return True
    if kind in ("callout", "details"):
        return all(part in content for part in held)
    if kind == "dl":
        return all(part in content for pair in held for part in pair)
    if kind in ("item", "quoted"):
        return held[0] in content and kept(tree, draft, held[1])
    if kind == "links":
        targets = [a.get("href") for a in tree.iter("a")]
        return all(url in targets for url, _ in held)
    if kind == "image":
        return has_image(tree, held[0])
    if kind == "figure":
        return has_image(tree, held[0]) and held[2] in content
    if kind == "code":
        return any(code.text.strip("\n") == held[1] for code in draft.code)
    if kind == "table":
        return (not held[0] or held[0] in content) and has_cells(tree, held[1])
    if kind == "math":
        return held.replace(" ", "") in (
            tree.text_content() + str(lxml_html.tostring(tree))
        ).replace(" ", "").replace("\\\\", "\\")
    if kind == "embed":
        return any(a.get("href") == held[0] for a in tree.iter("a"))
    if kind == "tasks":
        return all(text in content for _, text in held) and ticks(tree, draft) == [
            done for done, _ in held
        ]
    return all(note in content for note in held)


def has_image(tree: HtmlElement, name: str) -> bool:
    return any(name in (image.get("src") or "") for image in tree.iter("img"))


def has_cells(tree: HtmlElement, rows: list[list[str]]) -> bool:
    tables = [
        [
            [words(cell.text_content()) for cell in row.iter("td", "th")]
            for row in table.iter("tr")
        ]
        for table in tree.iter("table")
    ]
    return rows in tables


def ticks(tree: HtmlElement, draft: Draft) -> list[bool]:
    """The states of a task list, as a check box or as a mark in its text."""
    states = []
    for item in tree.iter("li"):
        box = item.find(".//input")
        mark = re.match(
            r"\W*?([☑✓☒✔]|\[[xX]\])|\W*?([☐❏]|\[\s*\])", words(item.text_content())
        )
        if box is not None:
            states.append(box.get("checked") is not None)
        elif mark:
            states.append(bool(mark[1]))
    return states
