"""Names of people out of bylines: without what stands around them, and only where they can be
names."""

import re
from collections.abc import Iterable, Iterator

from pipeline.extraction.fields.candidate import fold

BY = (
    r"by|von|par|por|di|af|av|door|autor(?:in|ka|e|a)?|authors?|auteur|szerző|írta|napsala?|"
    r"napisała?|yazan"
    r"|kirjoittanut|tác giả|από|συντάκτη?ς|текст|автор(?:ка)?|написала?|بقلم|الكاتبة?|מאת|"
    r"लेखक|लेखिका"
    r"|作者|文"
)
CJK_LABEL = re.compile(
    r"(?:作者|撰文|文字|文|责任编辑|责编|编辑|记者|著者|筆者|投稿者|執筆者|글쓴이|작성자|지은이|기자)\s*[:：/／|"
    r"｜]\s*([^\s,，、。|｜/／·•:：\d]+)"
)
PREFIX = re.compile(
    r"^(?:(?:article|post|words|text|story|written|posted|published|verfasst|geschrieben|"
    r"veröffentlicht"
    r"|submitted|contributed|authored|shared|blogged|penned|reported|compiled"
    rf"|escrito|écrit|publié)\s+)?(?:(?:{BY})(?:\s*:|\b)|(?:by|von)(?=(?-i:[A-ZÄÖÜ])))\s*",
    re.I,
)
FIRST_NAME = re.compile(r"(?:Di|Af|Av|Por|Par)\s[^\W\d_a-z]")  # as Di Wu is called
SOMETHING_BY = re.compile(  # "guest post by A Name", but not "Anna von Name"
    r"^(?:[a-z]|(?:Guest|Post|Article|Story|Contributed|Translated)\b)[^A-Z]*\s"
    rf"(?=(?:{BY})\s+[^\W\d_a-z])"
)
SUFFIX = re.compile(
    r"\s*(?:[|•·]|\s[-–—/]\s|"
    r",?\s+(?:am|in|at|for|(?i:on|published|updated|posted|veröffentlicht|last))\s"
    r"|,?\s+(?:who|whose|is|lives|works)\s|"
    r",?\s+(?:le|el|il|em|op|den|på|pe|dne|στις|ngày|في|ב-)\s+\d|"
    r",?\s+(?:[A-Z]\w{2,8}\.?\s+)?\d|\bauthor\b|@).*$"
)
SPLIT = re.compile(
    r"\s*(?:[,;&、，]|\band\b|\bund\b|\bet\b|\bby\b|\bwith\b|\bи\b)\s*", re.I
)
COMPOUND = re.compile(
    r"\s+(?:y|e|i)\s+"
)  # joins two names, or two surnames of one person
INVERTED = re.compile(
    r"^([^\W\d_][\w'’-]*(?: [\w'’-]+)?), ([^\W\d_][\w'’-]*(?: [\w'’.-]+)?)$"
)
NOBODY = set(
    "|admin|administrator|editor|author|authors|by|von|unknown|anonymous|guest|root|webmaster|user"
    "|none|null|name|username|undefined|post author|view all posts|see more|read more|all posts"
    "|about the author|email|comments|share|veröffentlicht am|作者|editors|last updated"
    "|last modified|updated|published|posted|first published|date|staff writer|min read"
    "|minutes read|table of contents|share this|guest post|guest author|责任编辑|编辑|记者".split(
        "|"
    )
)
CREDENTIALS = set("md phd ma jr sr msc bsc mba rn esq ii iii dr".split())
ROLE = re.compile(
    r"\b(?:engineer|developer|programmer|architect|designer|editor|writer|reporter|"
    r"correspondent"
    r"|journalist|columnist|contributor|analyst|scientist|researcher|professor|lecturer|"
    r"consultant"
    r"|manager|director|co-?founder|ceo|cto|cfo|coo|advocate|evangelist|specialist|strategist"
    r"|blogger|maintainer|redakteur(?:in)?|entwickler(?:in)?|autor(?:in)?"
    r"|rédact(?:eur|rice)|journaliste|développeu(?:r|se)|ingénieure?|periodista|redactora?"
    r"|desarrolladora?|ingenier[oa]|giornalista|sviluppatore)s?\b",
    re.I,
)
ROLE_BEHIND_A_NAME = re.compile(  # words that are surnames as well
    r"\b(?:head|lead|chief|officer|president|vp|founder|fellow|staff|senior|principal|junior|"
    r"intern"
    r"|student|producer|publisher|author|guest|she|he|they)\b",
    re.I,
)
PERSON = re.compile(
    r"^[^\W\d_a-z][\w'’.-]*(?:\s+(?:(?:de|d[aiou]s?|del|della|du|la|le|van|von|der|den|het|"
    r"ter|ten|te|zu|zum|al|el"
    r"|bin|ibn|ben)\s+){0,2}[^\W\d_a-z][\w'’.-]*){1,3}$"
)
NO_WRITER = re.compile(
    r"(?:powered|built|made|designed|hosted|generated)\s+(?:by|with)\b", re.I
)
MAX_WORDS = 6
MAX_LENGTH = 80  # characters of a name
MAX_CLAIM_LENGTH = 400  # characters of a byline that are read
MAX_CLAIMS = 50
MAX_AUTHORS = 12


def names(claims: Iterable[str]) -> tuple[str, ...]:
    """Clean, distinct names out of byline texts."""
    found: dict[str, str] = {}
    for claim in list(claims)[:MAX_CLAIMS]:
        for name in split(claim):
            found.setdefault(fold(name), name)
    return tuple(found.values())[:MAX_AUTHORS]


def split(claim: str) -> list[str]:
    """Return the names in one byline, without "by", roles, dates, addresses and handles."""
    claim = claim[:MAX_CLAIM_LENGTH]
    if NO_WRITER.match(claim.strip()):
        return []
    if labelled := CJK_LABEL.search(claim):
        claim = labelled.group(1)
    claim = re.sub(
        r"\([^()]*\)(?=\s*(?:,|;|\||$|\band\b))", _unless_it_is_the_name, claim
    )
    claim = re.sub(r"\S+@\S+\.\w+|https?://\S+|[\"“”()<>]", " ", claim)
    claim = _without_prefix(" ".join(claim.split()))
    parts = [part.strip(" .:-–—|*#") for part in SPLIT.split(SUFFIX.sub("", claim))]
    people = [
        part for i, part in enumerate(parts) if not _is_role(part, behind_a_name=i > 0)
    ]
    people = people or parts[:1]
    return [name for part in people for name in _apart(part) if _is_name(name)]


def turned(name: str) -> str:
    """Return a name that a library would write "Surname, First name", the way people say it."""
    match = INVERTED.match(name.strip())
    return f"{match.group(2)} {match.group(1)}" if match else name


def _unless_it_is_the_name(bracket: re.Match[str]) -> str:
    """Nothing for the handle, the role or the pronouns in brackets behind a name."""
    before = bracket.string[: bracket.start()].strip()
    is_behind_a_name = (
        bool(before) and "@" not in before and not before.lower().endswith("by")
    )
    return " " if is_behind_a_name else bracket.group()


def _without_prefix(claim: str) -> str:
    claim = SOMETHING_BY.sub("", claim)
    without = PREFIX.sub("", claim)
    if FIRST_NAME.match(claim) and " " not in without.strip():
        return claim
    return without


def _apart(part: str) -> Iterator[str]:
    """Yield the two names that a short "and" joins; a compound surname is one name."""
    sides = COMPOUND.split(part)
    if len(sides) == 2 and all(" " in side.strip() for side in sides):
        yield from sides
    else:
        yield part


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


def _is_role(value: str, behind_a_name: bool) -> bool:
    """Whether words say what somebody does: "Staff Engineer", but not "Ines Bramley"."""
    if behind_a_name and ROLE_BEHIND_A_NAME.search(value):
        return True
    return ROLE.search(value) is not None
