"""What Python code gives pages to show is translated: no text outside of `gettext` and the like.

The rooms below the pages write texts in English: test_kept_texts.py.
"""

from pathlib import Path

import pytest

from tests.languages.python_texts import python_texts

ROOT = Path(__file__).parents[2]
OF_PROGRAMS = {"migrations", "management"}  # folders whose texts no page shows
KEPT = "pipeline/access/webhooks/"  # whose texts go into the database
FILES = sorted(
    str(path.relative_to(ROOT))
    for room in ("catalog", "pipeline/access", "pipeline/privacy", "pipeline/web")
    for path in (ROOT / room).rglob("*.py")
    if not OF_PROGRAMS & set(path.parts)
    and not str(path.relative_to(ROOT)).startswith(KEPT)
)
# Names that are the same in every language, and what programs, commands and the log are told.
NO_TEXTS: dict[str, set[str]] = {
    "catalog/apps.py": {"Catalogue"},
    "catalog/exports.py": {"JSON lines", "Atom"},
    "catalog/reader/sanitize.py": {"noopener noreferrer nofollow"},
    "catalog/rights.py": {"Public Domain Mark", "CC {}"},
    "catalog/search/highlight.py": {"HighlightAll=true, {}"},
    "catalog/search/timeouts.py": {"statement timeout"},
    "catalog/views/feeds.py": {"Atom", "JSON Feed"},
    "pipeline/access/apps.py": {"Access"},
    "pipeline/access/audit.py": {"command line", "link in a mail", "audit log", "before {}"},
    "pipeline/access/middleware.py": {
        "Bearer ",
        "Authorization",
        "Invalid token. Create a new one at /account/.",
        "Send a token: Authorization: Bearer ... Create one at /account/.",
        "This requires the role {}; yours is {}. Nothing was changed.",
    },
    "pipeline/access/openid.py": {"The ID token and the user information name two accounts."},
    "pipeline/access/reset.py": {"ask for a new password"},
    "pipeline/access/signals.py": {
        "kept block", "source rule", "sign in", "not shown", "sign out",
    },
    "pipeline/access/watches/content.py": {"Gleaner: {}"},
    "pipeline/privacy/listed.py": {
        "erased URL",
        "This is no line of a list of erased URLs: {}",
        "This is no moment: {}",
    },
    "pipeline/web/apps.py": {"Web"},
    "pipeline/web/articles.py": {"sandbox; default-src 'none'; frame-ancestors 'self'"},
    "pipeline/web/health.py": {"Authorization", "Bearer "},
    "pipeline/web/home.py": {
        "Python Insider", "Django weblog", "Armin Ronacher", "Simon Willison",
    },
    "pipeline/web/images.py": {
        "This article has no such image.",
        "Too many images are being loaded. Reload the page.",
        'inline; filename="image.{}"',
        "No image: {}\n",
        "sandbox; default-src 'none'; frame-ancestors 'none'",
    },
    "pipeline/web/logs.py": {"This log entry does not exist or has expired."},
    "pipeline/web/signin.py": {"fail to sign in"},
}  # fmt: skip


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
