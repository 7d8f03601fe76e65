"""What a template shows is translated: no text outside of `translate` and `blocktranslate`."""

from pathlib import Path

import pytest

from tests.languages.visible_texts import visible_texts

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    str(path.relative_to(ROOT))
    for app in ("catalog", "pipeline")
    for path in (ROOT / app).rglob("templates/**/*.html")
)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_no_untranslated_text(name: str) -> None:
    assert list(visible_texts((ROOT / name).read_text())) == []


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("<h1>Sources</h1>", ["Sources"]),
        ('<h1>{% translate "Sources" %}</h1>', []),
        ("<p>{% blocktranslate %}Read <b>this</b>.{% endblocktranslate %}</p>", []),
        ("{% if many %}<td>many</td>{% endif %}", ["many"]),
        ('<a title="Open">{{ name }}</a>', ["title=Open"]),
        ('<a class="plain" data-id="x">{{ name }} · 3</a>', []),
        ("<code>manage.py signin</code>&nbsp;<kbd>Ctrl</kbd>", []),
        ("{# a remark #}<!-- another -->", []),
    ],
)
def test_visible_texts_are_found(source: str, texts: list[str]) -> None:
    assert [text for _, text in visible_texts(source)] == texts
