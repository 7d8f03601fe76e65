"""Words as texts have them: few are everywhere, most are rare (Zipf).

Real ones at the top, made-up ones below.
"""

from collections.abc import Iterator
from functools import cache
from itertools import accumulate, product
from random import Random

SIZE = 60_000  # words a language
SHARES = {
    "en": 70,
    "de": 12,
    "fr": 8,
    "es": 5,
    "ru": 3,
    "": 2,
}  # of the articles, percent
COMMON = {
    "en": """
        the of and to a in is that for it with as on you this be are or from by code we python
        can an if use not function data class which how will file all test when django more
        about error value make return async library server list string request type thread model
        query cache loop import package module decorator generator asyncio pytest flask celery
        postgres docker typing numpy pandas fastapi coroutine metaclass walrus
    """,
    "de": """
        der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es
        an werden aus er hat dass sie nach wird bei einer Datei Fehler Wert Funktion Klasse
        Schleife Anfrage Zeichen Häuser Übung
    """,
    "fr": """
        de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se
        fichier erreur valeur fonction classe boucle requête chaîne méthode élève été
    """,
    "es": """
        de la que el en y a los se del las un por con no una su para es al lo como más archivo
        error valor función clase bucle petición cadena método año mañana
    """,
    "ru": """
        и в не на я быть он с что а по это она этот к но они мы весь который файл ошибка
        значение функция класс цикл запрос строка метод ёлка
    """,
}
SYLLABLES = {
    "en": (
        "b br c ch d f g k l m n p r s st t tr v w",
        "a e i o u ea ou",
        "n r s t l ng ck",
    ),
    "de": ("b d f g h k l m n r s sch t w z", "a e i o u ä ö ü ei", "n r s t ch ng"),
    "fr": ("b c d f g l m n p r s t v", "a e i o u é è ai ou", "r s t l n"),
    "es": ("b c d f g l m n p r s t v", "a e i o u á ó", "n r s l"),
    "ru": ("б в г д ж з к л м н п р с т", "а е и о у я ы", "в к л м н р"),
}


@cache
def vocabulary(language: str) -> tuple[list[str], list[float]]:
    """Words from the most frequent to the rarest, and their cumulative weights."""
    if language in COMMON:
        known = language
    else:
        known = "en"
    words = list(dict.fromkeys([*COMMON[known].split(), *_made(known)]))[:SIZE]
    return words, list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))


def _made(language: str) -> Iterator[str]:
    """Made-up words, in an order that does not give away how they were made."""
    begins, vowels, ends = (part.split() for part in SYLLABLES[language])
    open_ = ["".join(p) for p in product(begins, vowels)]
    closed = ["".join(p) for p in product(begins, vowels, ends)]
    longer = Random(language)
    seen = {
        "".join(longer.choice(open_) for _ in range(n % 2 + 1)) + longer.choice(closed)
        for n in range(SIZE * 2)
    }
    made = sorted(seen)
    longer.shuffle(made)
    yield from made


def text(random: Random, language: str, length: int) -> list[str]:
    """So many words of a text."""
    words, weights = vocabulary(language)
    return random.choices(words, cum_weights=weights, k=length)


def word(language: str, rank: int) -> str:
    """Return the word of this frequency rank, 0 for the commonest."""
    words, _ = vocabulary(language)
    return words[min(rank, len(words) - 1)]
