"""Inputs, text areas and selections of forms, without a template for each of them.

A selection of a hundred jobs was two hundred templates. What is rendered is what Django's templates
render; other widgets, and groups of options, are left to them.
"""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SELECT = "django/forms/widgets/select.html"
OPTION = "django/forms/widgets/select_option.html"
TEXTAREA = "django/forms/widgets/textarea.html"
INPUTS = {
    f"django/forms/widgets/{name}.html"
    for name in (
        "checkbox",
        "date",
        "email",
        "hidden",
        "number",
        "password",
        "text",
        "time",
        "url",
    )
}


class PlainWidgets(DjangoTemplates):
    """The renderer of forms: FORM_RENDERER in the settings."""

    def render(
        self, template_name: str, context: dict[str, Any], request: Any = None
    ) -> str:
        widget = context.get("widget")
        if template_name in INPUTS:
            return _input(widget)
        if template_name == TEXTAREA:
            return _textarea(widget)
        if template_name == SELECT and _is_plain(widget):
            return _select(widget)
        return super().render(template_name, context, request)


def _is_plain(widget: Any) -> bool:
    """Whether a selection has options as Django renders them, in no groups."""
    return all(
        group is None and all(each["template_name"] == OPTION for each in options)
        for group, options, _ in widget["optgroups"]
    )


def _input(widget: Any) -> SafeString:
    value = SafeString("")
    if widget["value"] is not None:
        value = format_html(' value="{}"', str(widget["value"]))
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        widget["type"],
        widget["name"],
        value,
        attributes(widget["attrs"]),
    )


def _textarea(widget: Any) -> SafeString:
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>',
        widget["name"],
        attributes(widget["attrs"]),
        widget["value"] or "",
    )


def _select(widget: Any) -> SafeString:
    options = format_html_join(
        "",
        '\n  <option value="{}"{}>{}</option>\n',
        (
            (str(option["value"]), attributes(option["attrs"]), option["label"])
            for _, options, _ in widget["optgroups"]
            for option in options
        ),
    )
    return format_html(
        '<select name="{}"{}>{}\n</select>',
        widget["name"],
        attributes(widget["attrs"]),
        options,
    )


def attributes(values: Mapping[str, Any]) -> SafeString:
    """Render the attributes of an element: True is a name alone, False is none."""
    parts = []
    for name, value in values.items():
        if value is True:
            parts.append(format_html(" {}", name))
        elif value is not False:
            parts.append(format_html(' {}="{}"', name, str(value)))
    return SafeString("".join(parts))
