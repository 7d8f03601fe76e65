"""What notifications and mails tell, and what came of sending them."""

from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("went quiet"),
    _("feed changed"),
    _("It has posted nothing for much longer than usual."),
    _("Its feed redirects to %(url)s."),
    _("Its feed is gone."),
    _("Its feed became empty."),
    _("The address of its feed is not a feed any more."),
    _("It announces another feed: %(url)s."),
    _(
        "Messages that no worker could handle. Inspect them, fix the cause, and requeue or "
        "discard them."
    ),
    _("a test"),
    _("this is a test"),
    # what came of a delivery
    _("Nothing was sent: its articles were deleted."),
    _("the receiver answered %(status)d"),
    _("the receiver answered %(status)d (redirects are not followed)"),
)
