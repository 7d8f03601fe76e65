"""The orders of the article list."""

from catalog.paging import Order, parse_id, parse_moment

ORDERS = {
    "newest": Order("newest first", "published", True, parse_moment, nullable=True),
    "oldest": Order("oldest first", "published", False, parse_moment, nullable=True),
    "gathered": Order("recently added", "pk", True, parse_id),
    "words": Order("longest first", "word_count", True, parse_id),
    "shortest": Order("shortest first", "word_count", False, parse_id),
    "quality": Order("highest quality", "quality", True, float),
    "doubtful": Order("lowest quality", "quality", False, float),
}
NEWEST = ORDERS["newest"]
BY_RANK = Order(
    "relevance", "rank", True, float
)  # of a search that names no other order
