"""What people type about tokens and webhooks."""

from typing import Any

from django import forms

from pipeline.access.models import Webhook
from pipeline.access.roles import Role
from pipeline.fetching import host_name

MOST_TOKENS = 50  # of one user


class TokenForm(forms.Form):
    """A name and a role, which is at most the user's own."""

    name = forms.CharField(max_length=60, help_text="For what it is used, such as: nightly export.")
    role = forms.TypedChoiceField(
        coerce=lambda value: Role(int(value)), help_text="What the program may do."
    )

    def __init__(self, *args: Any, most: Role, live: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.live = live
        self.fields["role"].choices = [(role.value, role.label) for role in Role if role <= most]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        if self.live >= MOST_TOKENS:
            raise forms.ValidationError(
                f"You have {self.live} tokens. Revoke one that is not used any more."
            )
        return super().clean()


class WebhookForm(forms.Form):
    """Where to send what."""

    url = forms.CharField(
        max_length=2000,
        label="Address",
        widget=forms.URLInput(attrs={"placeholder": "https://example.org/hooks/gleaner"}),
        help_text="Public addresses only, unless this installation opens others. Redirects are not followed.",
    )
    events = forms.MultipleChoiceField(
        choices=Webhook.Event.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=Webhook.Event.values,
        label="Tell it when",
    )

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"]).strip()
        if not host_name(url):
            raise forms.ValidationError(
                "This is no address that could be asked: it begins with https:// or http://."
            )
        return url
