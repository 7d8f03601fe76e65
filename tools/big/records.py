"""What extraction says of an article beside its text: the blocks of its page that are not in it,
and why its quality is what it is."""

from functools import cache

from tools.big import words
from tools.big.rows import Json, Raw, encoded

# The rules that leave out most of the blocks of a blog's pages.
RULES = ["navigation", "newsletter", "share-buttons", "author-box", "sidebar", "footer"]
BLOCKS_PER_RULE = 2
VARIANTS = 4  # of the blocks of a source's pages: most are the same on each
LESS = [
    "no author",
    "no date",
    "the page breaks off: its markup does not end",
    "a tenth of the page's words is neither in the article nor left out by a rule",
]
RARELY = "a paywall: the text ends with an offer"
RARE = 5_000  # every so many articles have that reason
GOOD_FROM = 0.7  # quality


def left_out(source: int, article: int) -> Raw:
    """Return the blocks of an article's page that are not in it."""
    return _left_out(source, article % VARIANTS)


@cache
def _left_out(source: int, variant: int) -> Raw:
    blocks = []
    for place, rule in enumerate(RULES):
        if (place + variant) % VARIANTS == 0:
            continue
        for number in range(BLOCKS_PER_RULE):
            first = (source * 7 + place * 31 + number) % 3_000
            named = [words.word("en", (first + each) % 3_000) for each in range(8)]
            blocks.append(
                {
                    "kind": "paragraph",
                    "words": " ".join(["subscribe" if number else "more", *named]),
                    "word_count": 20,
                    "rule": rule,
                    "reason": f"it is the {rule} of the page",
                }
            )
    return Raw(encoded(Json(blocks)))


def reasons(article: int, quality: float) -> list[str]:
    """Return why the quality is what it is."""
    found = ["long enough"] if quality >= GOOD_FROM else [LESS[article % len(LESS)]]
    if article % RARE == 0:
        found.append(RARELY)
    return found
