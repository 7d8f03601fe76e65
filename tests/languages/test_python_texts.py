"""What Python code gives pages to show is translated: no text outside of `gettext` and the like."""

from pathlib import Path

import pytest

from tests.languages.python_texts import python_texts

ROOT = Path(__file__).parents[2]
OF_PROGRAMS = {"migrations", "management"}  # folders whose texts no page shows
FILES = sorted(
    str(path.relative_to(ROOT))
    for room in ("catalog",)
    for path in (ROOT / room).rglob("*.py")
    if not OF_PROGRAMS & set(path.parts)
)
# Names that are the same in every language, and words that no page shows.
NO_TEXTS = {
    "catalog/apps.py": {"Catalogue"},
    "catalog/exports.py": {"JSON lines", "Atom"},
    "catalog/reader/sanitize.py": {"noopener noreferrer nofollow"},
    "catalog/rights.py": {"Public Domain Mark", "CC {}"},
    "catalog/search/highlight.py": {"HighlightAll=true, {}"},
    "catalog/search/timeouts.py": {"statement timeout"},
    "catalog/views/feeds.py": {"Atom", "JSON Feed"},
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_has_no_untranslated_text(name: str) -> None:
    texts = list(python_texts((ROOT / name).read_text()))
    known = NO_TEXTS.get(name, set())
    assert [each for each in texts if each[1] not in known] == []
    assert known <= {text for _, text in texts}, "one is there no more"


def test_what_is_no_text_is_of_files_that_exist() -> None:
    assert set(NO_TEXTS) - set(FILES) == set()


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('messages.info(request, "Nothing was found.")', ["Nothing was found."]),
        ('messages.info(request, _("Nothing was found."))', []),
        ('messages.info(request, f"{n} articles were found.")', ["{} articles were found."]),
        ('x = counted("%(number)s article", "%(number)s articles", n)', []),
        ('field = forms.CharField(label="Host name")', ["Host name"]),
        ('HEADS = {"Words": ("words", "shortest")}', ["Words"]),
        ('HELP = {"title": "words of the title"}', ["words of the title"]),
        ('raise ValidationError("Enter a name.")', ["Enter a name."]),
        ('raise CommandError("Enter a name.")', []),
        ('log.info("Article deleted", reason="It was old.")', []),
        ('name = models.TextField(help_text="shown to everybody")', []),
        ('def f():\n    """Return a thing."""\n    return "a thing"', ["a thing"]),
        ('SQL = "SELECT id FROM articles WHERE pk"', []),
        ('response["Cache-Control"] = "private, no-cache"', []),
    ],
)  # fmt: skip
def test_python_texts_are_found(source: str, texts: list[str]) -> None:
    assert [text for _, text in python_texts(source)] == texts
