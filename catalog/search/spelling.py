"""Words that are nearly the one that was typed, for one that no article has.

One edit apart, or two where the word is long: a letter more, less or another, or two in each
other's place. Looked for among the words that are counted, by their first letters; a mistake there
is found where the first two are in each other's place or the first is too much.
"""

from django.db import connection

from catalog.search.words import Word

MIN_LENGTH = 4  # letters; a shorter word has too many that are near
TWO_EDITS_FROM = 8  # letters
MAX_LOOKED_AT = 3_000  # words, those in most articles first
MAX_FOUND = 2
NEAR = """
SELECT word, articles FROM catalog_wordcount
WHERE config = %(config)s AND articles > 0 AND length(word) BETWEEN %(least)s AND %(most)s AND (
    (word >= %(first)s AND word < %(first_end)s)
    OR (word >= %(second)s AND word < %(second_end)s)
    OR (word >= %(third)s AND word < %(third_end)s)
) ORDER BY articles DESC LIMIT %(limit)s
"""


def similar_words(config: str, typed: Word) -> list[Word]:
    """Return the nearest words that articles of this configuration have, those in most articles first."""
    lexeme = typed.lexeme
    if len(lexeme) < MIN_LENGTH or not lexeme.isalpha():
        return []
    edits = 1
    if len(lexeme) >= TWO_EDITS_FROM:
        edits = 2
    given: dict[str, str | int] = {
        "config": config,
        "least": len(lexeme) - edits,
        "most": len(lexeme) + edits,
        "limit": MAX_LOOKED_AT,
    }
    begins = (lexeme[:2], lexeme[1] + lexeme[0], lexeme[1:3])
    for name, begin in zip(("first", "second", "third"), begins, strict=True):
        given |= {name: begin, f"{name}_end": begin + "\U0010ffff"}
    with connection.cursor() as cursor:
        cursor.execute(NEAR, given)
        counted = cursor.fetchall()
    near = [
        (distance(lexeme, word, edits), Word(word, typed.place, articles, typed.among))
        for word, articles in counted
    ]
    fewest = min((apart for apart, _ in near), default=edits + 1)
    if fewest > edits:
        return []
    return [word for apart, word in near if apart == fewest][:MAX_FOUND]


def distance(one: str, other: str, most: int) -> int:
    """Return how many edits two words are apart; `most` + 1 where these are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        earlier, before, row = before, row, [number]
        for place, other_letter in enumerate(other, 1):
            edits = min(
                before[place] + 1,
                row[place - 1] + 1,
                before[place - 1] + (letter != other_letter),
            )
            swapped = (
                number > 1
                and place > 1
                and letter == other[place - 2]
                and one[number - 2] == other_letter
            )
            if swapped:
                edits = min(edits, earlier[place - 2] + 1)
            row.append(edits)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
