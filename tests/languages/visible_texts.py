"""The texts of a template that a reader sees or hears, and that no tag translates."""

import re
from collections.abc import Iterator

TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.S)
TRANSLATED = re.compile(
    r"\{%-?\s*blocktranslate\b.*?\{%\s*endblocktranslate\s*%\}"
    r"|\{%\s*translate\s.*?%\}"
    r"|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}",
    re.S,
)
MARKUP = re.compile(r"<!--.*?-->|<[^>]*>", re.S)
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
LETTERS = re.compile(r"[^\W\d_]")
ENTITY = re.compile(r"&\w+;")
# Attributes that are read out, shown, or shown by a script.
SPOKEN = {
    "alt", "aria-description", "aria-label", "aria-roledescription", "label", "placeholder",
    "title", "data-command", "data-confirm", "data-label", "data-says", "data-title",
}  # fmt: skip
CODE = {"code", "kbd", "pre", "script", "style"}  # nobody translates these


def masked(source: str) -> str:
    """Return the source with every tag of the template as spaces, in its place."""

    def spaces(found: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", found[0])

    return TAG.sub(spaces, TRANSLATED.sub(spaces, source))


def visible_texts(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of each."""
    page = masked(source)
    inside: list[str] = []
    end = 0
    for markup in MARKUP.finditer(page):
        if not inside:
            yield from _text(page, end, markup.start())
        end = markup.end()
        name = re.match(r"</?([\w-]+)", markup[0])
        if name and name[1] in CODE and not markup[0].endswith("/>"):
            if markup[0].startswith("</"):
                inside = inside[:-1]
            else:
                inside.append(name[1])
        yield from _attributes(page, markup)
    yield from _text(page, end, len(page))


def _text(page: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for piece in re.finditer(r"\S(?:.*?\S)??(?=\s{3,}|\s*$|\s*\n)", page[start:end]):
        text = piece[0].strip()
        if LETTERS.search(ENTITY.sub("", text)):
            yield page.count("\n", 0, start + piece.start()) + 1, text


def _attributes(page: str, markup: re.Match[str]) -> Iterator[tuple[int, str]]:
    for name, value in ATTRIBUTE.findall(markup[0]):
        if name in SPOKEN and LETTERS.search(ENTITY.sub("", value)):
            line = page.count("\n", 0, markup.start()) + 1
            yield line, f"{name}={value.strip()}"
