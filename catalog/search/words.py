"""The words of a search in one configuration: what each is worth, and how few of them are enough.

A word is worth more the fewer articles have it (idf, as BM25 has it). An article matches where the
words that it has are worth at least a share of all of them: so one common word more or less does
not matter, and the rare ones do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import log

ENOUGH = 1 / 3  # of what all words are worth
MAX_CHOSEN = 6  # words that decide what matches: the rarest
MAX_WORDS = 12  # that rank
# Words that are found together are found together oftener than by chance.
CORRELATION = 4


@dataclass(frozen=True, slots=True)
class Word:
    """A stem, its place in what was typed, and in how many of `among` articles it is; None where
    it was not counted."""

    lexeme: str
    place: int
    articles: int | None
    among: int
    shared_idf: float | None = None  # of the word at this place, in all configurations
    named: int = 0  # articles with the word in their title or in what others call them
    named_twice: int = 0  # articles with the word in both

    @property
    def known(self) -> bool:
        """Whether some article is known to have it."""
        return bool(self.articles and self.articles > 0)

    @property
    def idf(self) -> float:
        """What the word is worth."""
        if self.shared_idf is not None:
            return self.shared_idf
        found = max(self.articles or 0, 1)
        among = max(self.among, found)
        return log(1 + (among - found + 0.5) / (found + 0.5))

    @property
    def term(self) -> str:
        """The word in PostgreSQL's notation of queries."""
        return self.term_at("")

    def term_at(self, mark: str) -> str:
        """Return the term for articles that have the word in the places of this mark: "^" or
        "^^", or "" for anywhere."""
        quoted = self.lexeme.replace("\\", "\\\\").replace("'", "''")
        return f"'{mark}{quoted}'"


@dataclass(frozen=True, slots=True)
class WordSet:
    """The words of a search in one configuration, and what else an article must have or lack."""

    config: str
    languages: tuple[str, ...]
    words: tuple[Word, ...]
    required: tuple[str, ...] = ()  # queries in PostgreSQL's notation
    excluded: tuple[str, ...] = ()
    any_word: bool = False
    worth: float | None = None  # of the words that some configuration knows

    @property
    def ranking(self) -> list[Word]:
        """The words that rank: the rarest."""
        return sorted(self.words, key=lambda word: -word.idf)[:MAX_WORDS]

    @property
    def scored(self) -> list[tuple[str, float]]:
        """The queries that an article is ranked by, each with what it is worth."""
        worth = max((word.idf for word in self.words), default=1.0)
        words = [(word.term, word.idf) for word in self.ranking]
        return words + [(each, worth) for each in self.required]

    @property
    def any_word_query(self) -> str:
        """What is marked in an article: any of the words."""
        return " | ".join(term for term, _ in self.scored)

    def query(self, enough: float = ENOUGH) -> str:
        """Return what an article must match, "" where nothing is asked for."""
        parts = [*self.required]
        groups = self.groups(enough)
        if self.words and not groups:
            return ""  # what is worth enough is in articles of other languages
        matching = " | ".join(
            f"({' & '.join(word.term for word in group)})" for group in groups
        )
        if matching:
            parts.insert(0, f"({matching})")
        parts += [f"!({each})" for each in self.excluded]
        return " & ".join(parts)

    def groups(self, enough: float) -> list[Sequence[Word]]:
        """Return the smallest groups of words that are worth enough.

        Words that no article is known to have count only where none of the words is known, in any
        language.
        """
        known = [word for word in self.ranking if word.known][:MAX_CHOSEN]
        if self.any_word or not (known or self.worth):
            return [[word] for word in self.ranking]
        worth = sum(word.idf for word in known)
        needed = enough * max(worth, self.worth or 0) - 1e-9
        return list(_smallest(known, needed))

    def expected(self, enough: float) -> float:
        """Estimate how many articles match, by the counts of the words."""
        return sum(_together(group) for group in self.groups(enough))


def with_shared_worth(sets: Sequence[WordSet]) -> tuple[WordSet, ...]:
    """Return the sets with each word worth the same in all configurations.

    Else a common word that a small language hardly has would be worth much there, and the index
    would be asked for all that have it.
    """
    among = sum(_among(each) for each in sets)
    places = {word.place for each in sets for word in each.words if word.known}
    idfs = {
        place: Word(
            "", place, sum(_articles_at(each, place) for each in sets), among
        ).idf
        for place in places
    }
    return tuple(_with_idfs(each, idfs) for each in sets)


def _with_idfs(each: WordSet, idfs: dict[int, float]) -> WordSet:
    words = tuple(replace(word, shared_idf=idfs.get(word.place)) for word in each.words)
    known = {word.place for word in words} & idfs.keys()
    chosen = sorted((idfs[place] for place in known), reverse=True)[:MAX_CHOSEN]
    return replace(each, words=words, worth=sum(chosen))


def _articles_at(each: WordSet, place: int) -> int:
    """Return how many articles have a word at this place; all, where the configuration leaves it
    out because it is that common."""
    counts = [word.articles or 0 for word in each.words if word.place == place]
    return max(counts, default=_among(each))


def _among(each: WordSet) -> int:
    return max((word.among for word in each.words), default=0)


def _smallest(words: Sequence[Word], needed: float) -> Iterator[Sequence[Word]]:
    """Yield the groups that are worth `needed`, and less without any of their words."""
    for size in range(1, len(words) + 1):
        for group in combinations(words, size):
            worth = sum(word.idf for word in group)
            least = min(word.idf for word in group)
            if worth >= needed and (worth - least < needed or size == 1):
                yield group


def _together(group: Sequence[Word]) -> float:
    """Estimate how many articles have all of these words."""
    counts = sorted(word.articles or 1 for word in group)
    number = float(counts[0])
    for word, count in zip(group[1:], counts[1:], strict=False):
        number *= min(1.0, CORRELATION * count / max(word.among, 1))
    return number
