"""Pages in each language: which one is chosen, and what is written in its way."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client
from django.utils import translation

from pipeline.access.languages import chosen_language
from tests.browser.scene import articles
from tests.pages import a_run, admin_user, an_article, journeys  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
CODES = [code for code, _ in settings.LANGUAGES]
WORDS = {
    "en": "Sign in",
    "de": "Anmelden",
    "es": "Iniciar sesión",
    "fr": "Se connecter",
    "ja": "ログイン",
}
NUMBERS = re.compile(r'<(?:rect|path|line|circle|text)\b[^>]*?="-?\d+,\d')


def asked_for(code: str, **values: Any) -> Client:
    return Client(headers={"Accept-Language": f"{code},en;q=0.1"}, **values)


@pytest.mark.parametrize("code", CODES)
def test_the_browser_chooses_the_language(code: str) -> None:
    page = asked_for(code).get("/signin/").content.decode()
    assert f'<html lang="{code}">' in page
    assert f'<h1 class="mb-3">{WORDS[code]}</h1>' in page


def test_a_language_that_there_is_not_is_the_one_of_the_settings() -> None:
    assert '<html lang="en">' in asked_for("tlh").get("/signin/").content.decode()


@pytest.mark.parametrize("code", CODES)
def test_pages_render_in_each_language(admin_user: User, code: str) -> None:  # noqa: F811
    run = a_run()
    journeys(run, 3)
    read = articles()[1]
    client = asked_for(code)
    client.force_login(admin_user)
    for path in (
        "/", "/runs/", f"/runs/{run.pk}/", f"/runs/{run.pk}/timeline", "/sources/",
        f"/sources/{read.source_id}/", "/articles/", "/articles/?view=table",
        f"/articles/{read.pk}/", "/articles/histogram", "/queues/", "/logs/", "/users/",
        "/account/", "/jobs/",
    ):  # fmt: skip
        answer = client.get(path)
        page = answer.content.decode()
        assert answer.status_code == 200, path
        assert f'<html lang="{code}">' in page, path
        assert not NUMBERS.search(page), f"{path}: a drawing with decimal commas"


def test_a_choice_is_kept_and_comes_back_with_the_next_sign_in(
    admin_user: User,  # noqa: F811
) -> None:
    admin_user.set_password("correct horse")
    admin_user.save()
    client = asked_for("fr")
    client.force_login(admin_user)
    client.post("/account/language", {"language": "ja"})
    assert chosen_language(admin_user) == "ja"
    assert '<html lang="ja">' in client.get("/account/").content.decode()
    other = asked_for("fr")
    form = {"username": "admin", "password": "correct horse"}
    other.post("/signin/", form)
    assert '<html lang="ja">' in other.get("/account/").content.decode()


def test_a_choice_can_be_taken_back(admin_user: User) -> None:  # noqa: F811
    client = asked_for("es")
    client.force_login(admin_user)
    client.post("/account/language", {"language": "de"})
    client.post("/account/language", {"language": ""})
    assert '<html lang="es">' in client.get("/account/").content.decode()
    client.post("/account/language", {"language": "tlh"})
    assert chosen_language(admin_user) == ""


def test_programs_get_english() -> None:
    answer = asked_for("de").get("/api/runs")
    assert "Send a token" in answer.json()["detail"]
    assert "Content-Language" not in answer.headers


def test_a_fixed_text_is_kept_for_each_language() -> None:
    template = Template('{% load texts %}{% translate "Sign in" %}')
    for _ in range(2):
        for code, word in WORDS.items():
            with translation.override(code):
                assert template.render(Context()) == word


@pytest.mark.parametrize(
    ("counted", "text"),
    [(1, "Show 1 image"), ([1, 2], "Show 2 images"), (None, "Show 0 images")],
)
def test_a_plural_counts_numbers_and_lists(counted: Any, text: str) -> None:
    source = (
        "{% load texts %}{% blocktranslate count pictures=counted %}"
        "Show {{ pictures }} image{% plural %}Show {{ pictures }} images{% endblocktranslate %}"
    )
    assert Template(source).render(Context({"counted": counted})) == text


PLURALS = [
    "{% blocktranslate trimmed count counter=many with number=many|add:0 %}"
    "{{ number }} article{% plural %}{{ number }} articles{% endblocktranslate %}",
    "{% blocktranslate count versions=many %}{{ versions }} earlier version{% plural %}"
    "{{ versions }} earlier versions{% endblocktranslate %}",
    "{% blocktranslate trimmed count many=many with label=title %}{{ label }}: {{ nowhere }}"
    "{{ many }} article{% plural %}{{ label }}:\n  {{ many }} articles{% endblocktranslate %}",
    "{% blocktranslate count n=many asvar said %}{{ n }} URL{% plural %}{{ n }} URLs"
    "{% endblocktranslate %}<{{ said }}>",
]


@pytest.mark.parametrize("source", PLURALS)
@pytest.mark.parametrize("many", [0, 1, 2, 1.5])
@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "ja"])
def test_a_plural_is_rendered_as_by_django(
    source: str, many: float, language: str
) -> None:
    given = {"many": many, "title": "<b> & c"}
    ours = Template("{% load texts %}" + source)
    djangos = Template("{% load i18n %}" + source)
    with translation.override(language):
        assert ours.render(Context(given)) == djangos.render(Context(given))


def test_scripts_get_their_texts_as_data_and_none_in_english() -> None:
    german = asked_for("de").get("/signin/").content.decode()
    assert '<script id="texts" type="application/json">' in german
    assert "Kopiert" in german
    assert 'id="texts"' not in Client().get("/signin/").content.decode()


def test_a_counter_that_is_hidden_by_a_value_is_an_error() -> None:
    source = (
        "{% load texts %}{% blocktranslate count n=many with many=many|add:1 %}"
        "{{ many }} URL{% plural %}{{ many }} URLs{% endblocktranslate %}"
    )
    with pytest.raises(TemplateSyntaxError, match="hides"):
        Template(source)
