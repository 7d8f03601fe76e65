"""Questions that authors answered: what they call an article where they link to it.

The same text may lead to several articles: each of them is a right answer. Texts that say nothing
by themselves ("here", "my last post") are no questions; of what is left, a text needs two words
that say something, unless single words are asked for too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

WORD = re.compile(r"[^\W_]+")
# They point at a page and say nothing of what is on it.
POINTING = frozenset(
    """
    a about above after again all also an and another any are article articles as at back be before
    below blog blogs both but by can check click continue could detail details did do does down each
    earlier entry episode example few first for found from full further get go good great guide had
    has have he her here his how i if in into is it its last later link links look made make many
    me more most my new newsletter next nice no not note notes now of off on one only or other our
    out over own page pages part piece post posted posts previous previously read reading see
    series several she should so some source still such talk than that the their them then there
    these they this those three through to too two under up us very video was watch way we were
    what when where which while who whole why will with would write writing written wrote writeup
    you your
    hier dieser diese dieses artikel beitrag mehr weiter der die das und ici cet article voir lire
    suite le la les aquí este esta artículo más leer el los las
    """.split()
)


@dataclass(frozen=True, slots=True)
class Linked:
    """A link from one article of the corpus to another."""

    id: int
    writer: int
    target: int
    text: str


@dataclass(slots=True)
class Question:
    """A text, the articles that it leads to, and the links that have it."""

    text: str
    answers: set[int] = field(default_factory=set)
    links: list[int] = field(default_factory=list)


def telling_words(text: str) -> list[str]:
    """Return the words of a text that say something: no pointing words, no numbers, no letters."""
    return [
        word
        for word in WORD.findall(text.lower())
        if word not in POINTING and len(word) > 1 and not word.isdecimal()
    ]


def questions(links: Iterable[Linked], least_words: int = 2) -> list[Question]:
    """Return the questions of these links, each text once."""
    found: dict[str, Question] = {}
    for link in links:
        if link.writer == link.target:
            continue
        if len(set(telling_words(link.text))) < least_words:
            continue
        name = " ".join(WORD.findall(link.text.lower()))
        question = found.setdefault(name, Question(link.text))
        question.answers.add(link.target)
        question.links.append(link.id)
    return list(found.values())
