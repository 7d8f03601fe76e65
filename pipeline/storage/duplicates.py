"""Articles that are nearly the same: found by their fingerprints, confirmed by their words,
grouped, never dropped.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from catalog.models import Article
from catalog.near_duplicates import near
from pipeline.extraction.text.fingerprint import jaccard, shingles

ALIKE = 0.6  # of their three-word shingles; one word in ten changed leaves about half
LOOKED_AT = 5  # the nearest ones


def group(article: Article) -> None:
    """Put the article beside those that it is nearly the same as; the oldest of them is their
    original.
    """
    words = shingles(article.text)
    alike = [
        other
        for other in near(article)[:LOOKED_AT]
        if jaccard(words, shingles(other.text)) >= ALIKE
    ]
    if not alike and article.original_id is None:
        return
    roots = {other.original_id or other.pk for other in alike}
    family = Article.objects.filter(
        Q(pk__in=roots) | Q(original__in=roots) | Q(pk=article.pk)
    )
    members = list(family.values_list("pk", "published", "first_seen_at"))
    first = oldest(members)
    family.exclude(pk=first).update(original=first)
    Article.objects.filter(pk=first).update(original=None)


def oldest(members: Iterable[tuple[int, datetime | None, datetime]]) -> int:
    """Return the key of the member that was published first; one without a date comes after those
    that have one."""
    return min(
        members,
        key=lambda member: (member[1] is None, member[1] or member[2], member[0]),
    )[0]
