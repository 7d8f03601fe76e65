"""Fields of forms as crispy-forms renders them, without a template for each of them.

A field was sixty nodes of a template and four templates within it. What is rendered is what the
templates of crispy-bootstrap5 render, but for blanks between tags; choices side by side, and a file
that may be cleared, are left to them.
"""

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.widgets import attributes

register = template.Library()
NOTHING = SafeString("")
LEFT_TO_CRISPY = (
    forms.RadioSelect,
    forms.CheckboxSelectMultiple,
    forms.ClearableFileInput,
    forms.MultiWidget,
)


@register.filter
def as_fields(form: forms.BaseForm) -> SafeString:
    """Render what is wrong with a form as a whole, and its fields."""
    return format_html(
        "{}{}",
        _errors_of_the_form(form),
        format_html_join("\n", "{}", ((as_field(field),) for field in form)),
    )


@register.filter
def as_field(field: BoundField) -> SafeString:
    """Render a field: its label, its input, what is wrong with it, and its help."""
    if field.is_hidden:
        return SafeString(field)
    widget = field.field.widget
    if isinstance(widget, LEFT_TO_CRISPY) or field.use_fieldset:
        return SafeString(as_crispy_field(field))
    if isinstance(widget, forms.CheckboxInput):
        return _checkbox(field)
    control = _file if isinstance(widget, forms.FileInput) else _input
    return format_html(
        '<div id="div_{}" class="mb-3{}">\n{}\n{}\n</div>',
        field.auto_id,
        _more_classes(field),
        _label(field, "form-label"),
        control(field),
    )


def _checkbox(field: BoundField) -> SafeString:
    return format_html(
        '<div class="mb-3">\n<div id="div_{}" class="form-check{}">\n{}\n{}\n{}\n</div>\n</div>',
        field.auto_id,
        _more_classes(field),
        _with_class(field, "form-check-input"),
        _label(field, "form-check-label"),
        _below(field),
    )


def _input(field: BoundField) -> SafeString:
    name = "form-control"
    if isinstance(field.field.widget, forms.Select):
        name = "form-select"
    return format_html("{}\n{}", _with_class(field, name), _below(field))


def _file(field: BoundField) -> SafeString:
    widget = field.subwidgets[0].data
    attrs = dict(widget["attrs"])
    names = ["form-control", attrs.pop("class", "")]
    wrapper = NOTHING
    if field.errors:
        names.append("is-invalid")
        wrapper = SafeString(' class="is-invalid"')
    return format_html(
        '<div{}>\n<input type="{}" name="{}" class="{}"{}{}>\n{}\n</div>',
        wrapper,
        widget["type"],
        widget["name"],
        " ".join(filter(None, names)),
        SafeString(" disabled") if field.field.disabled else "",
        attributes(attrs),
        _below(field),
    )


def _with_class(field: BoundField, name: str) -> SafeString:
    """Render the input itself, with its kind, `name` and whether it is valid as classes."""
    widget = field.field.widget
    names = widget.attrs.get("class", "").split()
    added = [type(widget).__name__.lower(), name]
    if field.errors:
        added.append("is-invalid")
    names += [each for each in added if each not in names]
    widget.attrs["class"] = " ".join(names)
    return SafeString(field)


def _label(field: BoundField, name: str) -> SafeString:
    if not field.label and name != "form-check-label":
        return NOTHING
    target = NOTHING
    if field.id_for_label:
        target = format_html('for="{}"', field.id_for_label)
    mark = NOTHING
    if field.field.required:
        name = f"{name} requiredField"
        mark = SafeString('<span class="asteriskField">*</span>')
    return format_html(
        '<label {} class="{}">\n{}{}\n</label>', target, name, field.label, mark
    )


def _below(field: BoundField) -> SafeString:
    """Render what is wrong with a field, and its help."""
    parts = []
    if field.errors:
        lines = format_html_join(
            "\n",
            '<p id="error_{}_{}"><strong>{}</strong></p>',
            (
                (number, field.auto_id, error)
                for number, error in enumerate(field.errors, 1)
            ),
        )
        parts.append(
            format_html(
                '<div id="{}_error" class="invalid-feedback">\n{}\n</div>',
                field.auto_id,
                lines,
            )
        )
    if field.help_text:
        parts.append(
            format_html(
                '<div id="{}_helptext" class="form-text">{}</div>',
                field.auto_id,
                SafeString(field.help_text),
            )
        )
    return SafeString("\n".join(parts))


def _more_classes(field: BoundField) -> str:
    classes = field.css_classes()
    return f" {classes}" if classes else ""


def _errors_of_the_form(form: forms.BaseForm) -> SafeString:
    errors = form.non_field_errors()
    if not errors:
        return NOTHING
    return format_html(
        '<div class="alert alert-block alert-danger">\n<ul class="m-0">\n{}\n</ul>\n</div>\n',
        format_html_join("\n", "<li>{}</li>", ((error,) for error in errors)),
    )
