"""What people type about tokens and webhooks."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import validate_email

from pipeline.access.models import MAILTO, Webhook
from pipeline.access.roles import Role
from pipeline.fetching import host_name

MOST_TOKENS = 50  # of one user


class TokenForm(forms.Form):
    """A name and a role, which is at most the user's own."""

    name = forms.CharField(
        max_length=60, help_text="What it is for, such as nightly export."
    )
    role = forms.TypedChoiceField(
        coerce=lambda value: Role(int(value)), help_text="What the program can do."
    )

    def __init__(self, *args: Any, most: Role, live: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.live = live
        allowed = [(role.value, role.label) for role in Role if role <= most]
        self.fields["role"].choices = allowed  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        if self.live >= MOST_TOKENS:
            raise forms.ValidationError(
                f"You have {self.live} tokens. Revoke one you no longer use."
            )
        return super().clean()


class InviteForm(forms.Form):
    """Whom to invite, and what they may do."""

    username = forms.CharField(
        max_length=150, label="Name", help_text="Letters, digits and @ . + - _ only."
    )
    role = forms.TypedChoiceField(
        coerce=lambda value: Role(int(value)),
        choices=Role.choices,
        initial=Role.VIEWER,
        help_text="A viewer can read; an operator can also start and manage crawls;"
        " an admin can do everything.",
    )


class WebhookForm(forms.Form):
    """Where to send what."""

    url = forms.CharField(
        max_length=2000,
        label="URL or e-mail address",
        widget=forms.TextInput(
            attrs={"placeholder": "https://example.org/hooks/gleaner"}
        ),
        help_text="A public http(s) URL, or an e-mail address. Redirects are not followed.",
    )
    events = forms.MultipleChoiceField(
        choices=[(event.value, event.label) for event in Webhook.ADMIN_EVENTS],
        widget=forms.CheckboxSelectMultiple,
        initial=[event.value for event in Webhook.ADMIN_EVENTS],
        label="Events",
    )

    def clean_url(self) -> str:
        return receiver_address(self.cleaned_data["url"])


def receiver_address(text: str) -> str:
    """Return where to send, as it is stored: a URL, or `mailto:` and an e-mail address. Raises
    ValidationError."""
    url = text.strip()
    if _is_mail(url) or ("@" in url and "/" not in url):
        return _mail_address(url)
    if not host_name(url):
        raise forms.ValidationError("Enter a URL that begins with https:// or http://.")
    return url


def _is_mail(url: str) -> bool:
    return url.lower().startswith(MAILTO)


def _mail_address(text: str) -> str:
    address = text
    if _is_mail(text):
        address = text[len(MAILTO) :]
    validate_email(address)
    if not settings.EMAIL_URL_SET:
        raise forms.ValidationError(
            "E-mail is not configured: set EMAIL_URL to the mail server."
        )
    return f"{MAILTO}{address}"
