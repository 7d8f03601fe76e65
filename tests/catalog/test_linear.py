"""What the catalogue's pages do with foreign text costs no more than in proportion to it."""

from collections.abc import Callable

import pytest

from catalog.reader import parse
from catalog.reader.code import LEXERS, MAX_CODE_LENGTH, highlight_all
from catalog.reader.limits import TimeLimit
from catalog.versions import difference
from tests.pace import growth, work_of_less_than

TIMES = 8
MOST = 4 * TIMES  # quadratic work would grow 64-fold
REPEATED = ["\n", " ", "+", "a ", "(", "\\\n", "/*", "'", "=\n", "<!--", "x:\n  "]
Texts = Callable[[int], tuple[str, str]]
COMPARED: dict[str, Texts] = {
    "one word": lambda n: ("a " * n, "a " * n + "b"),
    "two words": lambda n: ("a b " * n, "b a a " * n),
    "all words in another order": lambda n: (
        " ".join(str(number) for number in range(n)),
        " ".join(str(number) for number in range(n, 0, -1)),
    ),
    "every other word": lambda n: (
        "a x " * n,
        " ".join(f"a {number}" for number in range(n)),
    ),
}


@pytest.mark.parametrize("texts", COMPARED.values(), ids=COMPARED)
def test_versions_are_compared_in_linear_time(texts: Texts) -> None:
    assert growth(lambda n: difference(*texts(n)), 1_000, TIMES) < MOST


@pytest.mark.parametrize("language", sorted(LEXERS))
def test_no_code_is_highlighted_for_long(language: str) -> None:
    """The time is looked at between two steps of a lexer, so no step may take long."""
    loaded = parse(f'<pre><code class="language-{language}">x</code></pre>')
    highlight_all(loaded, TimeLimit(60))  # to load a lexer is no step of it
    for text in REPEATED:
        code = (text * MAX_CODE_LENGTH)[:MAX_CODE_LENGTH].replace("<", "&lt;")
        tree = parse(f'<pre><code class="language-{language}">{code}</code></pre>')
        with work_of_less_than(0.5):
            highlight_all(tree, TimeLimit(0.02))


@pytest.mark.parametrize("language", ["autohotkey", "autoit", "unknown", ""])
def test_code_in_a_language_without_a_safe_lexer_stays_plain(language: str) -> None:
    tree = parse(f'<pre><code class="language-{language}">x = 1</code></pre>')
    highlight_all(tree, TimeLimit(60))
    assert not list(tree.iter("span"))


def test_a_page_of_formulas_is_shown_soon() -> None:
    from catalog.reader import readable

    formulas = "".join(
        f'<span class="math">{"x" * 1_000}_{{{number}}}</span>' for number in range(500)
    )
    with work_of_less_than(3):
        readable(formulas)
