"""What became of a backup."""

from django.utils.translation import gettext_noop as _

SENTENCES = (
    # states, and how they are told in mails
    _("made"),
    _("overdue"),
    _("The last backup was made %(moment)s UTC. %(text)s"),
    # which ones stay
    _("the last %(number)d"),
    _("the newest of each of the last %(more)s"),
    _("%(number)d days"),
    _("%(number)d weeks"),
    _("%(number)d months"),
    # why one failed
    _("It was interrupted."),
    _("the backup holds %(number)d rows of %(table)s, and the database had %(all)d"),
    _("%(program)s failed: %(error)s"),
    _(
        "there is no %(program)s: install PostgreSQL's client programs, of the server's "
        "version or a newer one"
    ),
    _(
        "the database is reached by TLS, which the %(program)s that comes with Gleaner does "
        "not speak: install PostgreSQL's client programs of version %(number)d or newer"
    ),
    _("%(number)d bytes of %(all)d arrived in the bucket %(name)s"),
    _("the bucket answered %(code)s: %(error)s"),
    _("the bucket cannot be used: %(error)s"),
)
