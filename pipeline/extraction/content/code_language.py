"""Which language a block of code is in: what its markup says, else what is plain to see."""

import re
from functools import cache, lru_cache
from typing import Any

from pygments.lexers import find_lexer_class_by_name
from pygments.util import ClassNotFound

LANGUAGE = re.compile(
    r"(?:^|\s)(?:language|lang|highlight-source|highlight-text|highlight|brush|src|code|sourceCode)[-:]\s*([\w+#.-]+)",
    re.I,
)
SAID_PLAIN = re.compile(
    r"\b(?:language|lang|highlight|brush)[-: ]+(?:text|txt|plaintext|plain)\b", re.I
)
PLAIN_FRAMES = {
    "highlight",
    "codehilite",
    "sourcecode",
    "code",
    "figure",
    "wp-block-code",
    "prettyprint",
    "hljs",
    "src",
}
NO_LANGUAGE = {
    "none",
    "default",
    "text",
    "plain",
    "plaintext",
    "plain-text",
    "nohighlight",
    "output",
    "auto",
    "block",
    "notranslate",
}
NOTEBOOK = {
    "ipython": "python",
    "ipython3": "python",
    "ipython2": "python",
    "py3": "python",
    "shell-session": "console",
}
PYTHON = re.compile(
    r"^(?:from [\w.]+ import \w|import \w+(?:\.\w+)*(?: as \w+)?$|(?:async )?def \w+\(.*:\s*$"
    r"|class \w+(?:\(.*\))?:\s*$)",
    re.M,
)
GUESSES = ("html", "xml", "diff", "bash")  # lexers whose own guess can be relied on
SURE = 0.5  # analyse_text below this is a coin toss


def named(classes: str) -> str:
    """Return the Pygments short name that class names, or a `brush:`, speak of; "" where they name
    none."""
    named = LANGUAGE.findall(classes)
    bare = classes.split() if PLAIN_FRAMES & set(classes.lower().split()) else []
    for name in [*named, *bare]:
        if name.lower() not in PLAIN_FRAMES and (alias := _alias(name.lower())):
            return alias
    return ""


def of(classes: str, text: str) -> str:
    """Return the language of code: as its classes name it, else as it is plain to see; "text" where
    it is said to be plain."""
    if language := named(classes):
        return language
    if language := guess(text):
        return language
    return "text" if SAID_PLAIN.search(classes) else ""


def is_name(text: str) -> bool:
    """Whether a text is the name of a language, and of nothing else."""
    name = text.strip().lower()
    return " " not in name and bool(name in NO_LANGUAGE or _alias(name))


def guess(text: str) -> str:
    """Return a language for code that nobody names, only where it is plain to see."""
    start = text.lstrip()
    if start.startswith((">>> ", "In [")):
        return "pycon"
    if start.startswith("$ "):
        return "console"
    if PYTHON.search(text):
        return "python"
    scores = {
        name: lexer.analyse_text(text[:2000]) for name, lexer in _guessers().items()
    }
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > SURE else ""


@cache
def _guessers() -> dict[str, Any]:
    return {
        name: find_lexer_class_by_name(name) for name in GUESSES
    }  # the classes: an instance compiles its grammar


@lru_cache(maxsize=1000)
def _alias(name: str) -> str:
    if name in NO_LANGUAGE:
        return ""
    try:
        return str(find_lexer_class_by_name(NOTEBOOK.get(name, name)).aliases[0])
    except (ClassNotFound, IndexError):
        return ""
