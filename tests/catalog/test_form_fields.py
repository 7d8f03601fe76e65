"""Fields of forms are rendered as crispy-forms renders them."""

from typing import Any

import pytest
from crispy_forms.templatetags.crispy_forms_filters import (
    as_crispy_field,
    as_crispy_form,
)
from django import forms
from django.core.exceptions import ValidationError
from django.template.base import Template

from catalog.templatetags.form_fields import as_field, as_fields


class Odd(forms.Form):
    """One field of each kind."""

    required_css_class = "needed"
    title = forms.CharField(
        label="<Title>", help_text="With <b>help</b>.", max_length=5
    )
    empty = forms.CharField(label="", required=False)
    place = forms.URLField(
        assume_scheme="https", widget=forms.URLInput(attrs={"class": "wide", "a": True})
    )
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)
    number = forms.IntegerField(disabled=True, required=False, min_value=0)
    choice = forms.ChoiceField(choices=[("a", "A & a"), ("b", "B")], help_text="Help")
    agreed = forms.BooleanField(help_text="Help")
    unnamed = forms.BooleanField(label="", required=False)
    file = forms.FileField(
        widget=forms.FileInput(attrs={"class": "big", "accept": ".x"})
    )
    other_file = forms.FileField(disabled=True, required=False, widget=forms.FileInput)
    cleared = forms.FileField(required=False)
    several = forms.MultipleChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
    )
    one = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.PasswordInput)
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        raise ValidationError(["Two <things>", "are wrong"])


def plain(html: str) -> list[str]:
    """Its tags and words, whatever blanks are between them."""
    return html.replace("<", " <").replace(">", "> ").split()


FORMS = [
    lambda: Odd(),
    lambda: Odd(initial={"title": "'a'", "text": "x", "agreed": True, "choice": "b"}),
    lambda: Odd({"title": "too long", "number": 3, "place": "no", "several": ["b"]}),
    lambda: Odd({}, prefix="first"),
    lambda: Odd(auto_id="the-%s"),
]


@pytest.mark.parametrize("number", range(len(FORMS)))
@pytest.mark.parametrize("name", list(Odd.base_fields))
def test_a_field_is_rendered_as_by_crispy_forms(number: int, name: str) -> None:
    expected = as_crispy_field(FORMS[number]()[name])
    field = FORMS[number]()[name]
    assert plain(as_field(field)) == plain(expected)
    assert plain(as_field(field)) == plain(expected), "rendered twice"


@pytest.mark.parametrize("number", range(len(FORMS)))
def test_a_form_is_rendered_as_by_crispy_forms(number: int) -> None:
    assert plain(as_fields(FORMS[number]())) == plain(as_crispy_form(FORMS[number]()))


def test_a_usual_field_uses_no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **values: object) -> str:
        raise AssertionError(args)

    monkeypatch.setattr(Template, "render", fail)
    form = Odd()
    for name in (
        "title",
        "text",
        "number",
        "choice",
        "agreed",
        "file",
        "secret",
        "key",
    ):
        assert f'name="{name}"' in as_field(form[name])
