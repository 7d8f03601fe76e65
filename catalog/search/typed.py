"""What was typed into the search box, taken apart."""

import re
from dataclasses import dataclass

MAX_SEARCH_LENGTH = 500  # characters
FIELD = re.compile(
    r'(?<!\S)(?P<field>title|author):(?:"(?P<quoted>[^"]*)"|(?P<plain>\S+))',
    re.IGNORECASE,
)
PART = re.compile(r'(?P<minus>-?)"(?P<phrase>[^"]*)"|(?P<word>\S+)')
PREFIX = re.compile(r"[^\W_]+\*")


@dataclass(frozen=True, slots=True)
class TypedSearch:
    """The parts of what was typed.

    `plain` are words of which an article should have some, `phrases` and `prefixes` what it must
    have, `excluded` what it must not have. With `any_word` one of the plain words is enough.
    """

    plain: str = ""
    phrases: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    any_word: bool = False
    title: tuple[str, ...] = ()
    author: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "TypedSearch":
        """Take a text apart. A quotation mark that nobody closes is no mark."""
        text = text.replace("\0", " ")[:MAX_SEARCH_LENGTH]
        fields: dict[str, list[str]] = {"title": [], "author": []}
        for match in FIELD.finditer(text):
            value = match["quoted"]
            if value is None:
                value = match["plain"]
            fields[match["field"].lower()].append(value)
        parts = _Parts(FIELD.sub(" ", text))
        return cls(
            " ".join(parts.plain),
            tuple(parts.phrases),
            tuple(parts.prefixes),
            tuple(parts.excluded),
            parts.any_word,
            tuple(fields["title"]),
            tuple(fields["author"]),
        )

    @property
    def has_words(self) -> bool:
        """Whether something is searched besides the fields."""
        return bool(self.plain or self.phrases or self.prefixes or self.excluded)

    def __bool__(self) -> bool:
        return bool(self.has_words or self.title or self.author)


class _Parts:
    """The words, phrases, beginnings and exclusions of a text."""

    def __init__(self, text: str) -> None:
        self.plain: list[str] = []
        self.phrases: list[str] = []
        self.prefixes: list[str] = []
        self.excluded: list[str] = []
        self.any_word = False
        for match in PART.finditer(text):
            if match["word"]:
                self._add_word(match["word"])
            elif match["minus"]:
                self.excluded.append(match["phrase"])
            else:
                self.phrases.append(match["phrase"])

    def _add_word(self, word: str) -> None:
        if word.lower() == "or":
            self.any_word = True
        elif word.startswith("-"):
            if word.strip("-"):
                self.excluded.append(word.lstrip("-"))
        elif PREFIX.fullmatch(word):
            self.prefixes.append(word[:-1].lower())
        else:
            self.plain.append(word)
