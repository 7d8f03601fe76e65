"""Inputs and selections of forms are rendered as Django's templates render them."""

import datetime

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from catalog.widgets import PlainWidgets


class OddSelect(forms.Select):
    """One with options of its own."""

    option_template_name = "django/forms/widgets/checkbox_option.html"


CHOICES = [("", "any"), ("a&b", "<A> & B"), (3, "three")]
GROUPED = [("", "any"), ("Group", [("a", "A"), ("b", "B")])]
WIDGETS = [
    (forms.TextInput(attrs={"class": "c", "maxlength": 9, "required": True}), "a'b<"),
    (forms.TextInput(attrs={"disabled": False}), None),
    (forms.TextInput(), ""),
    (forms.NumberInput(attrs={"min": 0}), 1234),
    (forms.URLInput(), "https://a.example/?a=1&b=2"),
    (forms.EmailInput(), "a@b.example"),
    (forms.DateInput(), datetime.date(2026, 3, 4)),
    (forms.PasswordInput(), "secret"),
    (forms.CheckboxInput(), True),
    (forms.Textarea(attrs={"rows": 3}), "two\nlines"),
    (forms.Select(choices=CHOICES, attrs={"title": '"'}), "a&b"),
    (forms.Select(choices=CHOICES), 3),
    (forms.Select(choices=CHOICES), None),
    (forms.Select(choices=[]), None),
    (forms.Select(choices=GROUPED), "b"),
    (forms.SelectMultiple(choices=CHOICES), ["3", "a&b"]),
    (forms.NullBooleanSelect(), True),
    (OddSelect(choices=CHOICES), "3"),
]


@pytest.mark.parametrize(("widget", "value"), WIDGETS)
def test_a_widget_is_rendered_as_by_django(widget: forms.Widget, value: object) -> None:
    attrs = {"id": "id_x"}
    expected = widget.render("x", value, attrs, DjangoTemplates())
    assert widget.render("x", value, attrs, PlainWidgets()) == expected


def test_a_form_uses_no_template_for_its_selections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Form(forms.Form):
        chosen = forms.ChoiceField(choices=CHOICES)
        typed = forms.CharField()

    def fail(*args: object, **values: object) -> str:
        raise AssertionError(args)

    monkeypatch.setattr(DjangoTemplates, "render", fail)
    form = Form()
    assert 'value="a&amp;b"' in str(form["chosen"])
    assert 'name="typed"' in str(form["typed"])
