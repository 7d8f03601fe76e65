"""Deliveries by e-mail: the receiver is an address such as `mailto:ana@example.org`.

The same rows, tries and retries as for a URL; the mail's Message-ID is made from the delivery's id,
so that a receiver can tell a mail that comes twice.
"""

import smtplib
from typing import Any

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from catalog.numbers import intcomma
from catalog.sentences import sentence
from catalog.told import counted
from pipeline.access.addresses import public_url
from pipeline.access.languages import mail_language
from pipeline.access.models import MAILTO, Delivery, Watch
from pipeline.access.watches import content, unsubscribe
from pipeline.core.failures import Unavailable

SENT = 250  # SMTP's status for a message that was accepted
NUMBERS = ("found", "stored", "unchanged", "duplicate", "skipped", "failed", "pending")


def send(delivery: Delivery) -> int | Unavailable:
    """Send a delivery as a mail; return SMTP's status, or why it could not be sent."""
    message = message_of(delivery)
    try:
        message.send()
    except smtplib.SMTPResponseException as error:
        return int(error.smtp_code)
    except (OSError, smtplib.SMTPException) as error:
        return Unavailable("mail-server", str(error)[:200])
    return SENT


def message_of(delivery: Delivery) -> EmailMessage:
    """Return the mail. What a watch tells can be stopped by a button of the mail program
    (RFC 8058)."""
    watch = delivery.webhook.watch
    owner = watch.owner if watch else None
    with translation.override(mail_language(owner)):
        return _message_of(delivery, watch)


def _message_of(delivery: Delivery, watch: Watch | None) -> EmailMessage:
    headers = {"Message-ID": f"<{delivery.id}@gleaner>"}
    if watch:
        articles = content.articles_of(delivery)
        title = content.mail_subject(delivery, articles)
        body = content.mail_text(delivery, articles)
        headers |= {
            "List-Unsubscribe": f"<{unsubscribe.link(watch)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    else:
        title = subject(delivery)
        body = text(delivery)
    address = delivery.webhook.url[len(MAILTO) :]
    return EmailMessage(title, body, to=[address], headers=headers)


def subject(delivery: Delivery) -> str:
    """Return the subject of a mail, on one line."""
    facts = delivery.facts
    if delivery.event == delivery.webhook.Event.DEAD_LETTERS:
        return counted(
            "Gleaner: %(number)s dead letter",
            "Gleaner: %(number)s dead letters",
            facts.get("number", 0),
        )
    name = facts.get("name") or _("run %(id)s") % {"id": facts.get("id", "")}
    if delivery.event == delivery.webhook.Event.BACKUP:
        name = _("Backup")
    told = sentence(facts.get("state", ""))
    return " ".join(f"Gleaner: {name}: {told}".split())[:200]


def text(delivery: Delivery) -> str:
    """Return the text of a mail: what happened, the numbers, and where to look."""
    facts = delivery.facts
    lines = [sentence(facts.get("reason") or ""), ""]
    lines += [
        f"{_(name)}: {intcomma(facts[name])}"
        for name in NUMBERS
        if _is_count(facts, name)
    ]
    path = facts.get("path")
    if path:
        lines += ["", public_url(path)]
    event = {
        "event": delivery.event,
        "moment": f"{delivery.happened_at:%Y-%m-%d %H:%M}",
    }
    lines += ["", _("Event %(event)s, %(moment)s UTC") % event]
    return "\n".join(lines).strip() + "\n"


def _is_count(facts: dict[str, Any], name: str) -> bool:
    return isinstance(facts.get(name), int) and bool(facts[name])
