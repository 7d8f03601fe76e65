"""Names of people out of bylines: without what stands around them, and only where they can be names."""

import re
from collections.abc import Iterable

from pipeline.extraction.fields.candidate import fold

BY = r"by|von|par|por|di|af|av|door|autor(?:in)?|authors?|auteur|текст|автор|作者|文"
PREFIX = re.compile(
    rf"^(?:(?:article|words|text|story|written|posted|published|verfasst|geschrieben|veröffentlicht"
    rf"|escrito|écrit|publié)\s+)?(?:{BY})(?:\s*:|\b)\s*",
    re.I,
)
SOMETHING_BY = re.compile(
    rf"^[a-z][^A-Z]*\s(?={BY}\s+[^\W\d_a-z])"
)  # "guest post by A Name", but not "Anna von Name"
SUFFIX = re.compile(
    r"\s*(?:[|•·]|\s[-–—/]\s|,?\s+(?:on|am|le|el|in|at|for|published|updated|posted|veröffentlicht"
    r"|last)\b\s|,?\s+(?:[A-Z]\w{2,8}\.?\s+)?\d|\bauthor\b|@).*$",
    re.I,
)
SPLIT = re.compile(r"\s*(?:,|;|&|\band\b|\bund\b|\bet\b|\by\b|\bwith\b)\s*", re.I)
NOBODY = set(
    "|admin|administrator|editor|author|authors|by|von|unknown|anonymous|guest|root|webmaster|user|none"
    "|null|name|username|undefined"
    "|post author|view all posts|see more|read more|about the author|all posts|email|comments|share|veröffentlicht am"
    "|作者|editors|last updated|last modified|updated|published|posted|first published|date|staff writer"
    "|min read|minutes read|table of contents|share this".split("|")
)
CREDENTIALS = {"md", "phd", "ma", "jr", "sr", "msc", "bsc", "mba", "rn", "esq", "ii", "iii", "dr"}
PERSON = re.compile(r"^[^\W\d_a-z][\w'’.-]*(?:\s+[^\W\d_a-z][\w'’.-]*){1,3}$")
MAX_WORDS = 6
MAX_LENGTH = 80  # characters of a name
MAX_AUTHORS = 12


def names(claims: Iterable[str]) -> tuple[str, ...]:
    """Clean, distinct names out of byline texts."""
    found: dict[str, str] = {}
    for claim in claims:
        for name in split(claim):
            found.setdefault(fold(name), name)
    return tuple(found.values())[:MAX_AUTHORS]


def split(claim: str) -> list[str]:
    """The names in one byline, without "by", dates, addresses and handles."""
    claim = " ".join(re.sub(r"\S+@\S+\.\w+|https?://\S+|[\"“”()<>]", " ", claim).split())
    claim = SUFFIX.sub("", PREFIX.sub("", SOMETHING_BY.sub("", claim)))
    parts = [p.strip(" .:-–—|*#") for p in SPLIT.split(claim)]
    return [p for p in parts if _is_name(p)]


def _is_name(value: str) -> bool:
    folded = fold(value)
    return (
        folded not in NOBODY
        and folded not in CREDENTIALS
        and 1 < len(value) <= MAX_LENGTH
        and len(folded.split()) <= MAX_WORDS
        and any(c.isalpha() for c in value)
        and ":" not in value
    )
