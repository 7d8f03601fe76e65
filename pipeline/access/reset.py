"""A forgotten password: a mail with a link by which a new one is set.

Whoever asks gets the same answer, at once, whether the address is known or not: looking it up and
sending the mail is left to a thread.
"""

import smtplib
from datetime import timedelta
from threading import Thread
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.core.mail import EmailMessage
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pipeline.access.addresses import public_url
from pipeline.access.audit import record
from pipeline.access.languages import mail_language
from pipeline.access.models import AuditEntry

log = structlog.get_logger(__name__)

ASKED = "ask for a new password"
WINDOW = timedelta(minutes=15)
MOST_OF_ONE = 3  # requests for one address in the window
MOST_OF_ALL = 50


class ResetForm(PasswordResetForm):
    """Django's form, with links to BASE_URL whatever host the request named."""

    def send_mail(
        self,
        subject_template_name: str,
        email_template_name: str,
        context: dict[str, Any],
        from_email: str | None,
        to_email: str,
        html_email_template_name: str | None = None,
    ) -> None:
        """Send the link to one user."""
        place = {"uidb64": context["uid"], "token": context["token"]}
        user = context["user"]
        link = public_url(reverse("password-reset-link", kwargs=place))
        with translation.override(mail_language(user)):
            subject = _("Gleaner: set a new password")
            text = _text(user.get_username(), link)
        EmailMessage(subject, text, to=[to_email]).send()


def _text(name: str, link: str) -> str:
    asked = _("Somebody, probably you, asked for a new password for %(name)s at")
    advice = _("Set it here, within an hour:")
    otherwise = _("If it was not you, ignore this mail: the password stays as it is.")
    site = public_url(reverse("signin"))
    return f"{asked % {'name': name}}\n{site}\n\n{advice}\n{link}\n\n{otherwise}\n"


def asked_too_often(address: str) -> bool:
    """Whether mails for this address, or at all, were asked for too often just now."""
    since = timezone.now() - WINDOW
    asked = AuditEntry.objects.filter(verb=ASKED, at__gt=since)
    of_one = asked.filter(object=address[:500])
    if of_one[:MOST_OF_ONE].count() >= MOST_OF_ONE:
        return True
    return asked[:MOST_OF_ALL].count() >= MOST_OF_ALL


def ask(form: ResetForm) -> Thread:
    """Keep that somebody asked, and have the mail sent; return who sends it."""
    address = form.cleaned_data["email"].lower()
    record(ASKED, "session", address, who=address)
    sender = Thread(target=_send, args=(form,), name="password-reset")
    sender.start()
    return sender


def _send(form: ResetForm) -> None:
    try:
        form.save(domain_override=settings.BASE_URL)
    except (OSError, smtplib.SMTPException) as error:
        log.error("password_mail_failed", error=str(error)[:200])
    finally:
        connection.close()
