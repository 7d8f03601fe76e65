"""What people type about tokens and webhooks."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pipeline.access.languages import BROWSER
from pipeline.access.models import MAILTO, Webhook
from pipeline.access.roles import Role
from pipeline.fetching import host_name

MOST_TOKENS = 50  # of one user


class TokenForm(forms.Form):
    """A name and a role, which is at most the user's own."""

    name = forms.CharField(
        max_length=60,
        label=_("Name"),
        help_text=_("What it is for, such as nightly export."),
    )
    role = forms.TypedChoiceField(
        coerce=lambda value: Role(int(value)),
        label=_("Role"),
        help_text=_("What the program can do."),
    )

    def __init__(self, *args: Any, most: Role, live: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.live = live
        allowed = [(role.value, _(role.label)) for role in Role if role <= most]
        self.fields["role"].choices = allowed  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        if self.live >= MOST_TOKENS:
            raise forms.ValidationError(
                ngettext(
                    "You have %(number)d token. Revoke one you no longer use.",
                    "You have %(number)d tokens. Revoke one you no longer use.",
                    self.live,
                )
                % {"number": self.live}
            )
        return super().clean()


class LanguageForm(forms.Form):
    """The language of the pages, for one user."""

    language = forms.ChoiceField(
        required=False,
        label=_("Language of the pages"),
        help_text=_("The translations were not made by native speakers."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_browser = (BROWSER, _("As the browser asks"))
        self.fields["language"].choices = [of_browser, *settings.LANGUAGES]  # type: ignore[attr-defined]


class InviteForm(forms.Form):
    """Whom to invite, and what they may do."""

    username = forms.CharField(
        max_length=150,
        label=_("Name"),
        help_text=_("Letters, digits and @ . + - _ only."),
    )
    role = forms.TypedChoiceField(
        coerce=lambda value: Role(int(value)),
        label=_("Role"),
        choices=[(role.value, _(role.label)) for role in Role],
        initial=Role.VIEWER,
        help_text=_(
            "A viewer can read; an operator can also start and manage crawls;"
            " an admin can do everything."
        ),
    )

    email = forms.EmailField(
        required=False,
        label=_("E-mail address"),
        help_text=_("The sign-in link is sent there. Without one you get it here."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.EMAIL_URL_SET:
            del self.fields["email"]


class EmailForm(forms.Form):
    """Where a link for a new password may be sent. Whoever found a browser open must not be able
    to have it sent to themselves."""

    email = forms.EmailField(
        required=False,
        label=_("E-mail address"),
        help_text=_("A link for a new password is sent there when you ask for one."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.initial["email"] = user.email
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        typed: str = self.cleaned_data["password"]
        if not self.user.check_password(typed):
            raise forms.ValidationError(_("This is not your password."))
        return typed


class WebhookForm(forms.Form):
    """Where to send what."""

    url = forms.CharField(
        max_length=2000,
        label=_("URL or e-mail address"),
        widget=forms.TextInput(
            attrs={"placeholder": "https://example.org/hooks/gleaner"}
        ),
        help_text=_(
            "A public http(s) URL, or an e-mail address. Redirects are not followed."
        ),
    )
    events = forms.MultipleChoiceField(
        choices=[(event.value, _(event.label)) for event in Webhook.ADMIN_EVENTS],
        widget=forms.CheckboxSelectMultiple,
        initial=[event.value for event in Webhook.ADMIN_EVENTS],
        label=_("Events"),
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
        raise forms.ValidationError(
            _("Enter a URL that begins with https:// or http://.")
        )
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
            _("E-mail is not configured: set EMAIL_URL to the mail server.")
        )
    return f"{MAILTO}{address}"
