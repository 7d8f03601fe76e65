"""The orders of the article list."""

from django.utils.translation import gettext_noop as _

from catalog.paging import Order, parse_id, parse_moment

ORDERS = {
    "newest": Order(_("newest first"), "published", True, parse_moment, nullable=True),
    "oldest": Order(_("oldest first"), "published", False, parse_moment, nullable=True),
    "gathered": Order(_("recently added"), "pk", True, parse_id),
    "words": Order(_("longest first"), "word_count", True, parse_id),
    "shortest": Order(_("shortest first"), "word_count", False, parse_id),
    "quality": Order(_("highest quality"), "quality", True, float),
    "doubtful": Order(_("lowest quality"), "quality", False, float),
}
NEWEST = ORDERS["newest"]
BY_RANK = Order(
    _("relevance"), "rank", True, float
)  # of a search that names no other order
