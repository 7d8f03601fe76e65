"""The catalogues agree with the code, and a translation with what it translates."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tools.messages import __main__ as messages
from tools.messages.extract import DOMAINS

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
CATALOGUES = [
    (app, language, domain)
    for app in messages.APPS
    for language in messages.TRANSLATED
    for domain in DOMAINS
]
# What these files show is translated whole.
WHOLE = (
    "catalog/",
    "pipeline/core/reasons.py",
    "pipeline/web/",
)


def catalogue(app: str, language: str, domain: str) -> Catalog:
    path = messages.catalogue_path(app, language, domain)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def pairs(message: Message) -> list[tuple[str, str]]:
    """(text, translation); of a plural the last translation, which is of many."""
    if isinstance(message.id, tuple):
        return [(message.id[1], message.string[-1])]
    return [(message.id, message.string)]


def all_pairs(app: str, language: str, domain: str) -> list[tuple[str, str]]:
    return [
        pair
        for message in catalogue(app, language, domain)
        if message.id
        for pair in pairs(message)
        if pair[1]
    ]


def test_the_catalogues_are_those_of_the_code() -> None:
    stale = [
        str(path)
        for path, content in messages.wanted()
        if not path.is_file() or path.read_bytes() != content
    ]
    assert stale == [], "run `make messages`"


@pytest.mark.parametrize(("app", "language", "domain"), CATALOGUES)
def test_a_translation_has_the_placeholders_of_its_text(
    app: str, language: str, domain: str
) -> None:
    for text, translation in all_pairs(app, language, domain):
        assert sorted(set(PLACEHOLDER.findall(translation))) == sorted(
            set(PLACEHOLDER.findall(text))
        ), (text, translation)


class Tags(HTMLParser):
    """The tags of a text, in order, without their attributes' values."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.append(f"{tag} {attrs}")

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def tags_of(text: str) -> list[str]:
    tags = Tags()
    tags.feed(text)
    tags.close()
    assert tags.open == [], text
    return sorted(tags.seen)


@pytest.mark.parametrize(("app", "language", "domain"), CATALOGUES)
def test_a_translation_has_the_tags_of_its_text_and_closes_them(
    app: str, language: str, domain: str
) -> None:
    for text, translation in all_pairs(app, language, domain):
        assert tags_of(translation) == tags_of(text), (text, translation)


@pytest.mark.parametrize(("app", "language", "domain"), CATALOGUES)
def test_the_main_screens_are_translated_whole(
    app: str, language: str, domain: str
) -> None:
    missing = [
        message.id
        for message in catalogue(app, language, domain)
        if message.id
        and any(name.startswith(WHOLE) for name, _ in message.locations)
        and not all(translation for _, translation in pairs(message))
    ]
    assert missing == []


def test_the_files_of_the_main_screens_are_there() -> None:
    root = Path(__file__).parents[2]
    assert [name for name in WHOLE if not (root / name).exists()] == []
