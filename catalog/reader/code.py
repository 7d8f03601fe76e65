"""Code, highlighted by its language. No character of it changes.

The author names the language and writes the code, so both are hostile: many of Pygments' lexers
take quadratic time or worse. Only those of LEXERS are used, each of which takes a step of bounded
time; between steps the time is looked at.
"""

from collections.abc import Iterator
from itertools import groupby

from lxml import html
from lxml.html import HtmlElement
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

from catalog.reader.limits import TimeLimit

MAX_CODE_LENGTH = 20_000  # characters; longer code stays plain
MAX_LINE_LENGTH = (
    1_000  # likewise: the prompts of consoles are found in quadratic time of a line
)
PREFIX = "tok-"
LANGUAGE = "language-"
# Each took less than 0.1 s a step on 20,000 characters of every sign and of what begins a string,
# a comment or a block.
LEXERS = frozenset(
    """
    bash c console cpp csharp css cython diff django docker doscon elixir go graphql haskell hcl html html+django
    http ini java javascript jinja js json jsx julia kotlin lua make markdown nginx numpy output perl php postgresql
    powershell protobuf py pycon pytb python python3 r rst ruby rust scala scss sh shell shell-session sql swift
    text toml ts tsx typescript xml yaml yml
    """.split()
)


class TooSlow(Exception):
    """Highlighting used up its time."""


def highlight_all(tree: HtmlElement, limit: TimeLimit) -> None:
    """Highlight the blocks whose language is known, as long as there is time."""
    for code in list(tree.iter("code")):
        parent = code.getparent()
        if parent is None or parent.tag != "pre":
            continue
        lexer = _lexer(code.get("class") or "")
        text = code.text_content()
        if lexer is None or _is_long(text):
            continue
        try:
            pieces = list(_pieces(lexer, text, limit))
        except TooSlow:
            return
        if "".join(piece for _, piece in pieces) == text:
            _fill(code, pieces)


def _is_long(text: str) -> bool:
    if len(text) > MAX_CODE_LENGTH:
        return True
    return any(len(line) > MAX_LINE_LENGTH for line in text.split("\n"))


def _lexer(classes: str) -> Lexer | None:
    for each in classes.split():
        name = each.removeprefix(LANGUAGE).lower()
        if each.startswith(LANGUAGE) and name in LEXERS:
            return _known_lexer(name)
    return None


def _known_lexer(name: str) -> Lexer | None:
    try:
        return get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _pieces(lexer: Lexer, text: str, limit: TimeLimit) -> Iterator[tuple[str, str]]:
    """Yield (class, text) of the code's pieces. Raises TooSlow.

    Lexers of consoles lose a last line that does not end: it gets an end, which is cut off again.
    """
    ended = text
    if not text.endswith("\n"):
        ended = text + "\n"
    left = len(text)
    for name, group in groupby(
        _tokens(lexer, ended, limit), key=lambda token: token[0]
    ):
        piece = "".join(value for _, value in group)[:left]
        left -= len(piece)
        if piece:
            yield name, piece


def _tokens(lexer: Lexer, text: str, limit: TimeLimit) -> Iterator[tuple[str, str]]:
    for kind, value in lexer.get_tokens(text):
        if limit.is_over:
            raise TooSlow
        while kind not in STANDARD_TYPES:
            kind = kind.parent
        yield STANDARD_TYPES[kind], value


def _fill(code: HtmlElement, pieces: list[tuple[str, str]]) -> None:
    """Put the pieces in place of what the element holds."""
    for child in list(code):
        code.remove(child)
    code.text = ""
    last = None
    for name, text in pieces:
        if name:
            last = html.Element("span", {"class": PREFIX + name})
            last.text = text
            code.append(last)
        elif last is None:
            code.text += text
        else:
            last.tail = (last.tail or "") + text
