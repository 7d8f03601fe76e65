"""The forms of crawl options: what a person typed becomes the parameters of a run, or changes those
of a running one.
"""

import hashlib
import json
import re
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings

from pipeline.core.url import BadAddress
from pipeline.discovery.urls.scope import matches
from pipeline.fetching.addresses import read_fetchable
from pipeline.runs.options import languages

EMPTY: dict[str, Any] = {"limit": None, "include": [], "exclude": []}
SHOWN = 10  # bad pieces that are named one by one
ONE_A_LINE = "One per line: a prefix such as /blog/, a glob such as */2024/*, or a /regular expression/."


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
        label="URLs",
        help_text="Blogs, feeds or sitemaps, separated by lines, spaces or commas.",
        error_messages={
            "required": "Enter at least one URL, such as https://example.org/blog/."
        },
    )
    name = forms.CharField(required=False, max_length=200, help_text="Optional label.")
    since = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        label="Published from",
        help_text="Inclusive",
    )
    until = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        label="Published to",
        help_text="Inclusive",
    )
    skip = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=10**6,
        label="Skip the newest",
        help_text="Number of articles",
    )
    limit = forms.IntegerField(
        required=False, min_value=1, max_value=10**6, label="Maximum articles"
    )
    include = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Include URLs",
        help_text=ONE_A_LINE,
    )
    exclude = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Exclude URLs",
        help_text=ONE_A_LINE,
    )
    language = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "en, de"}),
        label="Languages",
        help_text="Checked after fetching; the maximum counts pages of all languages.",
    )
    refetch = forms.BooleanField(
        required=False,
        label="Force re-fetch",
        help_text="Also fetch pages that have not changed.",
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
            self.add_error("until", "This date is before the first one.")
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
    """Options of one run."""

    dry_run = forms.BooleanField(required=False)  # the name of the second button
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)

    @property
    def parameters(self) -> dict[str, Any]:
        return {**super().parameters, "dry_run": self.cleaned_data["dry_run"]}

    @property
    def idempotency_key(self) -> str:
        """The same for a form sent twice; another where it was changed in between, for that is
        another options.
        """
        options = json.dumps(
            [
                str(self.cleaned_data["key"] or uuid4()),
                self.cleaned_data["name"],
                self.parameters,
            ]
        )
        return hashlib.sha256(options.encode()).hexdigest()


class ChangeForm(forms.Form):
    """What can be changed of a run that is on, and addresses that are added to it."""

    addresses = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}), label="More URLs",
        help_text="Blogs, feeds or sitemaps that it is to look at, too. Its limit, dates and patterns hold for them.",
    )  # fmt: skip
    limit = forms.IntegerField(
        required=False, min_value=0, max_value=10**6, label="Maximum articles"
    )
    include = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Include URLs",
        help_text=ONE_A_LINE,
    )
    exclude = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Exclude URLs",
        help_text=ONE_A_LINE,
    )

    clean_include = CrawlForm.clean_include
    clean_exclude = CrawlForm.clean_exclude

    def clean_addresses(self) -> list[str]:
        return read_all(self.cleaned_data["addresses"])

    def options(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """What differs from these parameters."""
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
    """The addresses in a text, each of them good and no more than a run takes.

    Raises ValidationError.
    """
    most = settings.MAX_ADDRESSES
    pieces = len(re.findall(r"[^\s,;]+", text))
    if pieces > 20 * most:  # before any is looked at closely
        raise forms.ValidationError(f"Too many URLs: {pieces:,} (maximum {most})")
    good, bad = read_fetchable(text)
    if bad:
        raise forms.ValidationError(complaints(bad))
    if len(good) > most:
        raise forms.ValidationError(f"Too many URLs: {len(good):,} (maximum {most})")
    return list(good)


def complaints(bad: tuple[BadAddress, ...]) -> list[str]:
    """A sentence for each piece that is no address; the rest is counted."""
    lines = [
        each.error
        if len(each.error) <= 300
        else f"{each.error[:120]} … {each.error[-120:]}"
        for each in bad[:SHOWN]
    ]
    if len(bad) > SHOWN:
        return [*lines, f"And {len(bad) - SHOWN:,} more."]
    return lines


def patterns(text: str) -> list[str]:
    """The lines of the text, each checked to be a pattern."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in lines:
        try:
            matches("https://example.org/", [line])
        except re.error as error:
            raise forms.ValidationError(
                f"{line} is not a valid regular expression: {error}"
            ) from None
    return lines
