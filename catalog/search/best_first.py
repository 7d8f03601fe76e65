"""Which articles a search ranks where too many match: those that the best ones are among.

What a word counts for an article depends most on where the article has it. The index of words knows
three places: anywhere; in the title or in what others call the article ("^word"); in both ("^^word").
So the articles of a search fall into groups, such as "both words in the title" or "one in the title,
the other one anywhere", and what a group is worth is known before any article is read. The groups are
taken from the best one on, until so many articles are expected in them as can be ranked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from catalog.search.words import CORRELATION, ENOUGH, Word, WordSet

# Where an article has a word, how the index marks that, and what the word counts there at least, as
# a share of what it is worth (see ranking.py).
ABSENT, ANYWHERE, NAMED, NAMED_TWICE = range(4)
MARKS = ("", "", "^", "^^")
SHARES = (0.0, 0.376, 0.8, 0.83)
MAX_WORDS = 3  # that make groups: the rarest
MAX_GROUPS = 24  # that the index is asked for
MAX_ENTRIES = 250_000  # of the index that are read
Levels = tuple[int, ...]  # where an article has each of the words


@dataclass(frozen=True, slots=True)
class Group:
    """Articles that have each word there, and maybe elsewhere too: about how many there are, and
    about how many entries of the index tell which."""

    levels: Levels
    articles: float
    entries: float

    def is_within(self, other: "Group") -> bool:
        """Tell whether the other group has all of these articles, too."""
        pairs = zip(self.levels, other.levels, strict=True)
        return all(mine >= theirs for mine, theirs in pairs)


class Chosen:
    """The words that make the groups, in the form of each configuration."""

    def __init__(self, sets: Sequence[WordSet]) -> None:
        idfs = {
            word.place: word.idf for each in sets for word in each.words if word.known
        }
        places = sorted(idfs, key=lambda place: -idfs[place])[:MAX_WORDS]
        self.sets = sets
        self.idfs = [idfs[place] for place in places]
        self.worth = max((each.worth or 0.0 for each in sets), default=0.0)
        self.forms = [[_form_at(each, place) for place in places] for each in sets]
        self.counts = [[_counts(word) for word in forms] for forms in self.forms]
        self.among = [
            max((word.among for word in each.words), default=1) for each in sets
        ]

    def groups(self, enough: float) -> Iterator[Group]:
        """Yield the groups whose articles match and that have any, those that are worth most first."""
        for levels in self._levels(enough):
            group = self._group(levels)
            if group.articles:
                yield group

    def _levels(self, enough: float) -> list[Levels]:
        places = (NAMED_TWICE, NAMED, ANYWHERE, ABSENT)
        needed = enough * self.worth - 1e-9
        found = []
        for levels in product(places, repeat=len(self.idfs)):
            pairs = list(zip(self.idfs, levels, strict=True))
            has = sum(idf for idf, level in pairs if level)
            if has >= needed and any(levels):
                counted = sum(idf * SHARES[level] for idf, level in pairs)
                found.append((counted, levels))
        found.sort(reverse=True)
        return [levels for _, levels in found]

    def _group(self, levels: Levels) -> Group:
        articles = 0.0
        entries = 0.0
        for number in range(len(self.sets)):
            numbers = self._numbers(number, levels)
            if numbers[0] > 0:
                articles += _together(numbers, self.among[number])
                entries += numbers[0] * len(numbers)
        return Group(levels, articles, entries)

    def _numbers(self, number: int, levels: Levels) -> list[int]:
        """Return how many articles of a configuration have each word there, the fewest first."""
        pairs = zip(self.counts[number], levels, strict=True)
        return sorted(counts[level] for counts, level in pairs if level)

    def queries(self, group: Group) -> Iterator[tuple[str, str]]:
        """Yield the configurations that have the words of a group, each with its query in
        PostgreSQL's notation."""
        for number, each in enumerate(self.sets):
            if self._numbers(number, group.levels)[0] <= 0:
                continue
            pairs = zip(self.forms[number], group.levels, strict=True)
            terms = [
                word.term_at(MARKS[level]) for word, level in pairs if word and level
            ]
            unwanted = [f"!({term})" for term in each.excluded]
            yield each.config, " & ".join([*terms, *each.required, *unwanted])


def _form_at(each: WordSet, place: int) -> Word | None:
    forms = [word for word in each.words if word.place == place and word.known]
    return max(forms, key=lambda word: word.articles or 0, default=None)


def _counts(word: Word | None) -> tuple[int, int, int, int]:
    """Return in how many articles the word is in each of the places."""
    if word is None:
        return 0, 0, 0, 0
    return 0, word.articles or 0, word.named, word.named_twice


def _together(numbers: Sequence[int], among: int) -> float:
    articles = float(numbers[0])
    for number in numbers[1:]:
        articles *= min(1.0, CORRELATION * number / max(among, 1))
    return articles


def best_groups(
    chosen: Chosen, most: int, enough: float = ENOUGH
) -> tuple[list[Group], Group | None]:
    """Return the best groups, with `most` articles expected in all of them together, and the best
    one of the others."""
    taken: list[Group] = []
    for group in chosen.groups(enough):
        # Who has a word in the title has it anywhere: a group may hold others.
        wider = [*(each for each in taken if not each.is_within(group)), group]
        if not _is_affordable(wider, most):
            return taken, group
        taken = wider
    return taken, None


def _is_affordable(groups: Sequence[Group], most: int) -> bool:
    if len(groups) > MAX_GROUPS:
        return False
    if sum(group.entries for group in groups) > MAX_ENTRIES:
        return False
    return sum(group.articles for group in groups) <= most
