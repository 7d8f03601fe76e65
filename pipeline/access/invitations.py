"""Sign-in links by mail."""

import smtplib

import structlog
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.urls import reverse
from sesame.utils import get_query_string

from pipeline.access.addresses import public_url

log = structlog.get_logger(__name__)

SUBJECT = "Gleaner: your sign-in link"
TEXT = """You can sign in to Gleaner as {name}:
{link}

The link works once, within 24 hours. Set a password on the page Account then.
"""


class NotSent(Exception):
    """The mail server's reason."""


def send_signin_link(person: User) -> None:
    """Mail a user a link that signs in once, within a day. Raises NotSent."""
    link = public_url(reverse("signin") + get_query_string(person))
    text = TEXT.format(name=person.get_username(), link=link)
    try:
        EmailMessage(SUBJECT, text, to=[person.email]).send()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("signin_mail_failed", error=str(error)[:200])
        raise NotSent(str(error)[:200]) from error
