"""Sign-in links by mail."""

import smtplib

import structlog
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from sesame.utils import get_query_string

from pipeline.access.addresses import public_url
from pipeline.access.languages import mail_language

log = structlog.get_logger(__name__)


class NotSent(Exception):
    """The mail server's reason."""


def send_signin_link(person: User) -> None:
    """Mail a user a link that signs in once, within a day. Raises NotSent."""
    link = public_url(reverse("signin") + get_query_string(person))
    with translation.override(mail_language(person)):
        subject = _("Gleaner: your sign-in link")
        text = _text(person.get_username(), link)
    try:
        EmailMessage(subject, text, to=[person.email]).send()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("signin_mail_failed", error=str(error)[:200])
        raise NotSent(str(error)[:200]) from error


def _text(name: str, link: str) -> str:
    greeting = _("You can sign in to Gleaner as %(name)s:") % {"name": name}
    advice = _(
        "The link works once, within 24 hours. Set a password on the page Account then."
    )
    return f"{greeting}\n{link}\n\n{advice}\n"
