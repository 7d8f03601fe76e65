"""The forms of crawl options: what a person typed becomes the parameters of a run, or changes those
of a running one.
"""

import hashlib
import json
import math
import re
from functools import cached_property
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.numbers import intcomma
from pipeline.core.url import BadAddress
from pipeline.discovery.urls.scope import matches
from pipeline.fetching.addresses import read_fetchable
from pipeline.runs.inputs import left_out_notes
from pipeline.runs.options import languages

EMPTY: dict[str, Any] = {"limit": None, "include": [], "exclude": []}
MAX_PARTS = 20  # runs that one form is split into
SHOWN = 10  # bad pieces that are named one by one
ONE_A_LINE = _(
    "One per line: a prefix such as /blog/, a glob such as */2024/*, or a /regular expression/."
)


class CrawlForm(forms.Form):
    """URLs and options. An error stands beside its field, and what was typed stays there."""

    addresses = forms.CharField(
        widget=forms.Textarea(
            attrs={
                "rows": 5,
                "spellcheck": "false",
                "placeholder": "https://example.org/blog/",
            }
        ),
        label=_("URLs"),
        help_text=_("Blogs, feeds or sitemaps, separated by lines, spaces or commas."),
        error_messages={
            "required": _("Enter at least one URL, such as https://example.org/blog/.")
        },
    )
    name = forms.CharField(
        required=False, max_length=200, label=_("Name"), help_text=_("Optional label.")
    )
    since = forms.DateField(
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        label=_("Published from"),
        help_text=_("Inclusive"),
    )
    until = forms.DateField(
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        label=_("Published to"),
        help_text=_("Inclusive"),
    )
    skip = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=10**6,
        label=_("Skip the newest"),
        help_text=_("Number of articles"),
    )
    limit = forms.IntegerField(
        required=False, min_value=1, max_value=10**6, label=_("Maximum articles")
    )
    include = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        label=_("Include URLs"),
        help_text=ONE_A_LINE,
    )
    exclude = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        label=_("Exclude URLs"),
        help_text=ONE_A_LINE,
    )
    language = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "en, de"}),
        label=_("Languages"),
        help_text=_(
            "Checked after fetching; the maximum counts pages of all languages."
        ),
    )
    refetch = forms.BooleanField(
        required=False,
        label=_("Force re-fetch"),
        help_text=_("Also fetch pages that have not changed."),
    )

    def clean_addresses(self) -> list[str]:
        good = read_all(self.cleaned_data["addresses"])
        if not good:
            raise forms.ValidationError(
                self.fields["addresses"].error_messages["required"]
            )
        return good

    def clean_include(self) -> list[str]:
        return patterns(self.cleaned_data["include"])

    def clean_exclude(self) -> list[str]:
        return patterns(self.cleaned_data["exclude"])

    def clean_language(self) -> list[str]:
        try:
            return languages(self.cleaned_data["language"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if (
            values.get("since")
            and values.get("until")
            and values["since"] > values["until"]
        ):
            self.add_error("until", gettext("This date is before the first one."))
        return values

    @property
    def parameters(self) -> dict[str, Any]:
        """What `pipeline.runs.control.launch` takes, of a valid form."""
        values = self.cleaned_data
        return {
            "addresses": values["addresses"],
            "since": values["since"].isoformat() if values["since"] else None,
            "until": values["until"].isoformat() if values["until"] else None,
            "skip": values["skip"] or 0,
            "limit": values["limit"],
            "include": values["include"],
            "exclude": values["exclude"],
            "language": values["language"],
            "refetch": values["refetch"],
        }


class LaunchForm(CrawlForm):
    """Options of one run, or of several where `split` says so."""

    file = forms.FileField(
        required=False,
        label=_("Or a file"),
        help_text=_("Text, CSV or OPML with URLs, up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".txt,.csv,.tsv,.opml,.xml"}),
    )
    dry_run = forms.BooleanField(required=False)  # the name of the second button
    only_valid = forms.BooleanField(
        required=False
    )  # likewise: leave out what is no URL
    split = forms.BooleanField(required=False)  # likewise: as many runs as it takes
    # What was no URL, one a line: the form brings it along until it is valid.
    left_out = forms.CharField(widget=forms.HiddenInput, required=False)
    left_out_count = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)
    field_order = ["only_valid", "split"]  # addresses are cleaned by what these say

    valid: tuple[str, ...] = ()  # of the addresses, where others are not
    invalid: tuple[BadAddress, ...] = ()
    parts = 1  # runs that it takes

    def clean_addresses(self) -> list[str]:
        text = self.cleaned_data["addresses"]
        good, bad = sort_out(text)
        if not good and not bad:
            raise forms.ValidationError(
                self.fields["addresses"].error_messages["required"]
            )
        self.valid = good
        self.invalid = bad
        self.parts = math.ceil(len(good) / settings.MAX_ADDRESSES)
        if bad and not (good and self.cleaned_data["only_valid"]):
            raise forms.ValidationError(complaints(bad))
        if not self.cleaned_data["split"]:
            refuse_too_many(len(good))
        return list(good)

    def valid_addresses(self) -> list[str]:
        """Those of the addresses that are valid; all that was typed where there are none."""
        self.is_valid()
        return list(self.valid) or [self["addresses"].value() or ""]

    @property
    def parameters(self) -> dict[str, Any]:
        return {**super().parameters, "dry_run": self.cleaned_data["dry_run"]}

    @property
    def notes(self) -> list[str]:
        """What the run of a valid form is to say of its launch."""
        problems = self.cleaned_data["left_out"].splitlines()
        count = self.cleaned_data["left_out_count"] or len(problems)
        problems += [each.error for each in self.invalid]
        return left_out_notes(problems, count + len(self.invalid))

    @property
    def idempotency_key(self) -> str:
        """The same for a form sent twice; another where it was changed in between, for that is
        another options.
        """
        return _digest([self._key, *self._options])

    @property
    def key_scope(self) -> str:
        """How `scoped_key` begins, whatever the options."""
        return _digest([self._key])[:32]

    @property
    def scoped_key(self) -> str:
        """Likewise, in two halves: of the key that was given, and of the options."""
        return self.key_scope + _digest(self._options)[:32]

    @cached_property
    def _key(self) -> str:
        return str(self.cleaned_data["key"] or uuid4())

    @property
    def _options(self) -> list[Any]:
        return [self.cleaned_data["name"], self.parameters]


def _digest(values: list[Any]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


class ChangeForm(forms.Form):
    """What can be changed of a run that is on, and addresses that are added to it."""

    addresses = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        label=_("More URLs"),
        help_text=_(
            "Blogs, feeds or sitemaps to add. The limit, dates and patterns of the run apply to them."
        ),
    )
    limit = forms.IntegerField(
        required=False, min_value=0, max_value=10**6, label=_("Maximum articles")
    )
    include = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("Include URLs"),
        help_text=ONE_A_LINE,
    )
    exclude = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("Exclude URLs"),
        help_text=ONE_A_LINE,
    )

    clean_include = CrawlForm.clean_include
    clean_exclude = CrawlForm.clean_exclude

    def clean_addresses(self) -> list[str]:
        return read_all(self.cleaned_data["addresses"])

    def options(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return what differs from these parameters."""
        given = {
            name: parameters.get(name) or nothing for name, nothing in EMPTY.items()
        }
        return {
            name: self.cleaned_data[name]
            for name in given
            if self.cleaned_data[name] != given[name]
        }


def typed(parameters: dict[str, Any]) -> dict[str, Any]:
    """Parameters as what a person would type to get them."""
    lists = {
        name: "\n".join(parameters.get(name) or [])
        for name in ("addresses", "include", "exclude")
    }
    return {
        **parameters,
        **lists,
        "language": ", ".join(parameters.get("language") or []),
    }


def read_all(text: str) -> list[str]:
    """Return the addresses in a text, each of them good and no more than a run takes.

    Raises ValidationError.
    """
    good, bad = sort_out(text)
    if bad:
        raise forms.ValidationError(complaints(bad))
    refuse_too_many(len(good))
    return list(good)


def sort_out(text: str) -> tuple[tuple[str, ...], tuple[BadAddress, ...]]:
    """Return the addresses in a text that can be fetched, and what is wrong with the other pieces.

    Raises ValidationError where there are far too many, before any is looked at closely.
    """
    pieces = len(re.findall(r"[^\s,;]+", text))
    if pieces > MAX_PARTS * settings.MAX_ADDRESSES:
        raise forms.ValidationError(too_many(pieces))
    return read_fetchable(text)


def refuse_too_many(number: int) -> None:
    """Raise ValidationError where a run does not take so many addresses."""
    if number > settings.MAX_ADDRESSES:
        raise forms.ValidationError(too_many(number))


def too_many(number: int) -> str:
    """Return what is said of too many addresses: how many, and the way."""
    most = settings.MAX_ADDRESSES
    return (
        f"Too many URLs: {number:,} (maximum {most}). Start several crawls with up to"
        f" {most} each, or raise MAX_ADDRESSES."
    )


def complaints(bad: tuple[BadAddress, ...]) -> list[str]:
    """Return a sentence for each piece that is no address; the rest is counted."""
    return shorten([each.error for each in bad])


def shorten(lines: list[str]) -> list[str]:
    """Return the first of the lines, none of them long; the rest is counted."""
    shown = [
        line if len(line) <= 300 else f"{line[:120]} … {line[-120:]}"
        for line in lines[:SHOWN]
    ]
    if len(lines) > SHOWN:
        more = gettext("And %(number)s more.") % {
            "number": intcomma(len(lines) - SHOWN)
        }
        return [*shown, more]
    return shown


def patterns(text: str) -> list[str]:
    """Return the lines of the text, each checked to be a pattern."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in lines:
        try:
            matches("https://example.org/", [line])
        except re.error as error:
            raise forms.ValidationError(str(error)) from None
    return lines
