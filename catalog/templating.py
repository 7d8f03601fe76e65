"""Django's templates, in which a number is written as in the code unless a filter says otherwise.

In German 1.5 would become 1,5: right for a reader, wrong in a drawing or an attribute. What people
read goes through `intcomma` and `floatformat`, which follow the language.
"""

from typing import Any

from django.http import HttpRequest
from django.template.backends.django import DjangoTemplates, Template, reraise
from django.template.context import make_context
from django.template.exceptions import TemplateDoesNotExist
from django.utils.safestring import SafeString


class PlainTemplate(Template):
    """A template whose variables are written without regard to the language."""

    def render(
        self, context: dict[str, Any] | None = None, request: HttpRequest | None = None
    ) -> SafeString:
        given = make_context(
            context, request, autoescape=self.backend.engine.autoescape
        )
        given.use_l10n = False
        try:
            return self.template.render(given)
        except TemplateDoesNotExist as error:
            reraise(error, self.backend)


class PlainTemplates(DjangoTemplates):
    """The backend of such templates."""

    def from_string(self, template_code: str) -> PlainTemplate:
        return PlainTemplate(self.engine.from_string(template_code), self)

    def get_template(self, template_name: str) -> PlainTemplate:
        try:
            return PlainTemplate(self.engine.get_template(template_name), self)
        except TemplateDoesNotExist as error:
            reraise(error, self)
