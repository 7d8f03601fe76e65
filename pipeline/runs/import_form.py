"""The form of an import: a file, a URL or text, one of them."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from pipeline.models import Import
from pipeline.runs import imports
from pipeline.runs.import_fetch import fetch_list
from pipeline.runs.inputs import MAX_BYTES, BadFile, Input, read_input

ACCEPTED = ".opml,.xml,.html,.htm,.csv,.tsv,.json,.txt"


class ImportForm(forms.Form):
    """A list that is brought. Once valid, `brought` has its lines."""

    file = forms.FileField(
        required=False,
        label=_("File"),
        help_text=_(
            "OPML (Miniflux, FreshRSS, …), bookmarks of a browser, exports of Pocket,"
            " Instapaper, Karakeep or wallabag, CSV, or text; up to 5 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    url = forms.CharField(
        required=False,
        max_length=2_000,
        label=_("Or the URL of a list"),
        widget=forms.TextInput(
            attrs={"placeholder": "https://example.org/blogs.opml", "inputmode": "url"}
        ),
    )
    text = forms.CharField(
        required=False,
        max_length=MAX_BYTES,
        strip=False,
        label=_("Or paste it"),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )
    brought: Input | None = None
    name = ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        given = [key for key in ("file", "url", "text") if values.get(key)]
        if self.errors:
            return values
        if len(given) != 1:
            raise forms.ValidationError(
                _("Choose a file, enter a URL or paste a list.")
            )
        try:
            data = self._data(given[0], values)
            self.brought = read_input(data, self.name)
        except BadFile as error:
            self.add_error(given[0], str(error))
        return values

    def _data(self, kind: str, values: dict[str, Any]) -> bytes:
        if kind == "file":
            self.name = str(values["file"].name or "")
            return bytes(values["file"].read(MAX_BYTES + 1))
        if kind == "url":
            self.name = values["url"].strip()
            return fetch_list(self.name)
        self.name = ""
        return str(values["text"]).encode()

    def save(self, owner: Any) -> Import:
        """Keep the list of a valid form."""
        if self.brought is None or not isinstance(owner, User):
            raise ValueError("the form is not valid")
        return imports.keep(self.brought, self.name, owner)
