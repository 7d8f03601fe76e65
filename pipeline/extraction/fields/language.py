"""Which language an article is in, as an ISO 639-1 code."""

import html
import math
import re

from py3langid import langid

from pipeline.extraction.fields.candidate import Evidence
from pipeline.extraction.page.parsed import ParsedPage

CODE = re.compile(r"^([a-z]{2})(?:[-_]|$)", re.I)
SAMPLE_LENGTH = 500  # characters that the model is asked of
LONG_SAMPLE_LENGTH = 1_600  # characters that small words are counted in
CLOSE = 0.02  # share by which the logarithm of a likelihood may be worse
ENOUGH = 80  # letters that it takes to tell a language
BEGINNING_LENGTH = 3_000  # characters of markup that most samples are in
MAX_MARKUP_LENGTH = 40_000  # characters that are searched for prose
TAG = re.compile(r"<[^<>]*>")
MAX_LINES = 400  # of a page, that its language is told from
PROSE_LINE = 60  # characters that a line of prose has at least
CODE_TAGS = frozenset(("pre", "code", "td", "th"))
# Where 03/04/2024 is 4 March; all other English is written with the day first.
MONTH_FIRST = re.compile(r"^en(?:[-_](?:us|ph|ca))?$", re.I)
NUMBERS = re.compile(r"\d/\d{1,2}/\d")
ENGLISH = frozenset(  # small words that hardly another language has
    "the and of with this that these those which from they their there then than what when"
    " where who why how would could should about because you your our it's its are were has"
    " have not into any each most such other only same while very still between after before"
    " does did just if".split()
)
ENGLISH_SHARE = 0.12  # of the words of a text
DECLARED_SHARE = 0.06  # likewise, where the page says itself that it is English
ENGLISH_WORDS = 5  # different ones
NO_LANGUAGE = "zxx"  # what the model calls signs that are none


def decide(
    page: ParsedPage, markup: str, said: str = "", site: str = ""
) -> Evidence[str]:
    """Return what the article is written in, else what is declared: themes declare "en" over any
    language.

    `markup` is the article's html; blocks of code in it are in no language.
    """
    sample = _prose(markup)
    if _has_letters(sample):
        declaration = declared_language(page)
        if _is_plain_english(sample, declaration):
            return Evidence("en", "text")
        told = _told(sample[:SAMPLE_LENGTH], declaration[:2].lower())
        if told != NO_LANGUAGE:
            return Evidence(told, "text")
    declared = [(said, "feed"), (declared_language(page), "html lang"), (site, "site")]
    for value, source in declared:
        if match := CODE.match(value):
            return Evidence(match.group(1).lower(), source)
    return Evidence("", "none")


def declared_language(page: ParsedPage) -> str:
    """Return what the page declares ("en-GB"), or ""."""
    metas = [*page.meta.get("og:locale", []), *page.meta.get("content-language", [])]
    return page.tree.get("lang") or page.tree.get("xml:lang") or next(iter(metas), "")


def month_first(page: ParsedPage) -> bool:
    """Whether the page would write 4 March as 03/04: the language of its text decides."""
    declared = declared_language(page).strip()
    if declared and not CODE.match(declared):
        return False
    if declared and not MONTH_FIRST.match(declared):
        return False
    if not _is_ambiguous(page):
        return True
    sample = _sample(page)
    if not _has_letters(sample) or _is_plain_english(sample, declared):
        return True
    return str(langid.classify(sample)[0]) in ("en", NO_LANGUAGE)


def _is_ambiguous(page: ParsedPage) -> bool:
    """Whether the page has a date like 03/04/2024 anywhere; few have."""
    if any("/" in line.text and NUMBERS.search(line.text) for line in page.lines):
        return True
    values = [value for values in page.meta.values() for value in values]
    values += [time.get("datetime") or "" for time in page.every("time")]
    return (
        NUMBERS.search(" ".join(values)) is not None
        or NUMBERS.search(str(page.linked)) is not None
    )


def load_model() -> None:
    """Load the model, which plain English does without."""
    langid.rank("")


def _told(sample: str, declared: str) -> str:
    """Return the language of some prose; one that is declared, and hardly less likely, goes before.

    English is declared by many a theme whatever the language.
    """
    scores = {str(code): float(score) for code, score in langid.rank(sample)}
    best = max(scores, key=lambda code: scores[code])
    is_close = scores.get(declared, -math.inf) >= (1 + CLOSE) * scores[best]
    return declared if is_close and declared != "en" else best


def _has_letters(sample: str) -> bool:
    """Whether a text has enough letters to tell its language; most show it at once."""
    beginning = sum(map(str.isalpha, sample[: 2 * ENOUGH]))
    return beginning >= ENOUGH or sum(map(str.isalpha, sample)) >= ENOUGH


def _is_plain_english(sample: str, declared: str) -> bool:
    """Whether a text has so many of the small words of English that no model need be asked: in
    each third of it, for a quote has them too."""
    words = sample.lower().split()
    share = DECLARED_SHARE if declared.lower().startswith("en") else ENGLISH_SHARE
    third = len(words) // 3
    parts = (words[:third], words[third : 2 * third], words[2 * third :])
    small = [[word for word in part if word in ENGLISH] for part in parts]
    if any(
        len(found) <= share * len(part)
        for found, part in zip(small, parts, strict=True)
    ):
        return False
    return len({word for found in small for word in found}) >= ENGLISH_WORDS


def _prose(markup: str) -> str:
    """Return the first words of some html that are not in a block of code."""
    beginning = markup[:BEGINNING_LENGTH].rpartition("<")[0]
    prose = _words_of(beginning)
    if len(prose) < SAMPLE_LENGTH:
        prose = _words_of(markup[:MAX_MARKUP_LENGTH])
    return prose[:LONG_SAMPLE_LENGTH]


def _words_of(markup: str) -> str:
    """Return the words of some html without its blocks of code."""
    before, *rest = markup.split("<pre")
    parts = [before, *(part.partition("</pre>")[2] for part in rest)]
    return " ".join(html.unescape(TAG.sub(" ", " ".join(parts))).split())


def _sample(page: ParsedPage) -> str:
    lines = [
        line.text
        for line in page.lines[:MAX_LINES]
        if len(line.text) >= PROSE_LINE and line.block.tag not in CODE_TAGS
    ]
    return " ".join(lines)[:SAMPLE_LENGTH]
