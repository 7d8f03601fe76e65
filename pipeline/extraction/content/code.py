"""Code blocks, whatever highlighter drew them, become <pre><code class="language-x"> with the
text as it was typed."""

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, builder

from pipeline.core.records import CodeBlock
from pipeline.extraction.content import code_language, code_lines, marking
from pipeline.extraction.page.text import text_in

NUMBERS = re.compile(  # cells, columns and spans that hold nothing but line numbers
    r"(?:^|\s)(?:linenos?|linenodiv|line-?numbers?(?:-rows)?|lineno|lnt|ln|hljs-ln-numbers"
    r"|(?:[a-z]{1,20}-)?(?:gutter|nums)|crayon-num|blob-num|js-line-number)(?:\s|$)",
    re.I,
)
TOOLS = re.compile(
    r"(?:^|[\s_-])(?:copy|clipboard|copybtn|copybutton|toolbar|headerlink|code-header)(?:$|[\s_-])",
    re.I,
)
LABELS = ("div", "span", "p", "figcaption")
MAX_LABEL = 20  # characters
MAX_BAR = 120
MAX_CLASSES = 1_000  # characters of a frame's class names that are read
NOTHING_ON_LINE = re.compile(
    "^[\u200b\ufeff]+$", re.M
)  # what editors draw on an empty line
CLASSES: Any = etree.XPath(".//*/@class", smart_strings=False)
FRAME = re.compile(
    r"(?:^|\s)(?:highlight\S*|codehilite|sourcecode|code|codeblock|code-block|syntaxhighlighter|crayon\S*)(?:\s|$)",
    re.I,
)


def flatten(tree: HtmlElement, classes: str = "") -> None:
    """Rewrite every code block of the tree in place: one pre, one code, no line numbers, no copy
    buttons.

    Blank lines, indentation and prompts stay. `classes`: all class names of the tree, in lower
    case.
    """
    code_lines.join_editors(tree, classes)
    for table in list(tree.iter("table")):
        _unwrap_numbered_table(table)
    for pre in list(tree.iter("pre")):
        if not _is_inside_pre(pre):
            _flatten_block(pre)


def blocks(tree: HtmlElement) -> tuple[CodeBlock, ...]:
    """Return the code blocks of a flattened tree, in order."""
    found = []
    for pre in tree.iter("pre"):
        text = text_in(pre).strip("\n")
        if text.strip():
            code = next(pre.iter("code"), pre)
            found.append(
                CodeBlock(text, (code.get("class") or "").removeprefix("language-"))
            )
    return tuple(found)


def _unwrap_numbered_table(table: HtmlElement) -> None:
    """Replace a table of a column of line numbers and a column of code by the code."""
    cells = list(_cells_of(table))
    is_code = _is_inside_pre(table)
    numbers = [cell for cell in cells if _holds_line_numbers(cell, is_code)]
    code_cells = [c for c in cells if c not in numbers]
    if not code_cells or not numbers or table.getparent() is None:
        return
    pre = builder.PRE()
    pre.text = "\n".join(_code_text(c).strip("\n") for c in code_cells)
    pre.set("class", _declared(code_cells[0]))
    pre.tail = table.tail
    table.getparent().replace(table, pre)


def _cells_of(table: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the cells of a table's body, not those of tables in them."""
    for part in table.iterchildren("tr", "tbody"):
        rows = [part] if part.tag == "tr" else part.iterchildren("tr")
        for row in rows:
            yield from row.iterchildren("td")


def _holds_line_numbers(cell: HtmlElement, is_code: bool) -> bool:
    """Whether a cell is named for line numbers, or begins a line of code, and holds but such."""
    is_first = is_code and cell.getprevious() is None and cell.getnext() is not None
    if not is_first and not NUMBERS.search(_classes(cell)):
        return False
    return not re.search(r"[^\d\s]", text_in(cell))


def _flatten_block(pre: HtmlElement) -> None:
    text = _code_text(pre).rstrip()
    text = re.sub(r"\A(?:[ \t]*\n)+", "", text)
    label = _take_label(pre)
    language = code_language.of(f"{_declared(pre)} {label}", text)
    tail = pre.tail
    pre.clear()
    pre.tail = tail
    code = etree.SubElement(pre, "code")
    code.text = text
    if language:
        code.set("class", f"language-{language}")


def _take_label(pre: HtmlElement) -> str:
    """Remove the label above a block, and return the class that says the language which it
    names."""
    for frame in (pre, pre.getparent()):
        label = _before(frame)
        if label is None or label.tag not in LABELS or _has_tail(label):
            continue
        if not label.get("class"):
            continue
        text = _text_of_label(label)
        if len(text) <= MAX_LABEL and code_language.is_name(text):
            label.drop_tree()
            return f"language-{text.lower()}"
        part = _part_for_language(label)
        if part is not None:
            name = str(part.text).strip().lower()
            part.drop_tree()
            return f"language-{name}"
    return ""


def _part_for_language(bar: HtmlElement) -> HtmlElement | None:
    """Return what in a bar above a block says the language; beside it stand a file's name and
    tools."""
    if not len(bar) or len(text_in(bar)) > MAX_BAR:
        return None
    for part in bar.iterdescendants("span", "div"):
        is_named = "lang" in (part.get("class") or "").lower()
        text = (part.text or "").strip()
        if is_named and not len(part) and code_language.is_name(text):
            return part
    return None


def _text_of_label(label: HtmlElement) -> str:
    """Return the words of a label without those of the buttons beside them."""
    if next(label.iterdescendants(*marking.JUNK), None) is not None:
        label = deepcopy(label)
        etree.strip_elements(label, *marking.JUNK, with_tail=False)
    return text_in(label).strip()


def _before(frame: HtmlElement | None) -> HtmlElement | None:
    """Return the element before another one, buttons and the like apart."""
    before = frame.getprevious() if frame is not None else None
    while before is not None and not _has_tail(before) and _shows_nothing(before):
        before = before.getprevious()
    return before


def _shows_nothing(element: HtmlElement) -> bool:
    """Whether an element is a button or the like, or a frame around such alone."""
    if element.tag in marking.JUNK:
        return True
    if element.tag != "div" or (element.text or "").strip():
        return False
    return all(_shows_nothing(part) and not _has_tail(part) for part in element)


def _has_tail(element: HtmlElement) -> bool:
    return bool((element.tail or "").strip())


def _code_text(block: HtmlElement) -> str:
    if len(block):
        etree.strip_elements(block, *marking.JUNK, with_tail=False)
        classes = set(CLASSES(block))
        _drop_junk(block, classes)
        text = code_lines.joined(block, classes)
    else:
        text = block.text or ""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    if len(block):
        text = code_lines.emptied(text)
    return text if text.isascii() else NOTHING_ON_LINE.sub("", text)


def _drop_junk(block: HtmlElement, classes: set[str]) -> None:
    """Take out line numbers and tools; `classes`: the class attributes that are in a block."""
    if not any(map(_names_junk, classes)):
        return
    for element in list(block.iterdescendants()):
        if _names_junk(element.get("class") or ""):
            marking.drop(element)
    marking.sweep(block)


@lru_cache(maxsize=1000)  # highlighters give hundreds of elements a dozen classes
def _names_junk(classes: str) -> bool:
    return bool(classes) and bool(NUMBERS.search(classes) or TOOLS.search(classes))


def _declared(block: HtmlElement) -> str:
    """Return the class names that may speak of the language: the block's, its code's, its
    frames'."""
    found = [
        _classes(block),
        *(_classes(c) for c in list(block.iter("code", "td"))[:2]),
    ]
    for frame in islice(block.iterancestors(), 4):
        classes = _classes(frame)
        if frame.tag == "figure" or _names_code(classes[:MAX_CLASSES]):
            found.append(classes)
    return " ".join(found)


@lru_cache(maxsize=1000)
def _names_code(classes: str) -> bool:
    """Whether class names speak of a frame around code, or of a language."""
    if not classes:
        return False
    return bool(FRAME.search(classes) or code_language.LANGUAGE.search(classes))


def _classes(element: HtmlElement) -> str:
    classes = element.get("class") or ""
    language = element.get("data-lang") or element.get("data-language")
    if not language and element.tag in ("pre", "code"):
        language = element.get("lang")
    return f"{classes} language-{language}" if language else classes


def _is_inside_pre(element: HtmlElement) -> bool:
    return next(element.iterancestors("pre"), None) is not None
